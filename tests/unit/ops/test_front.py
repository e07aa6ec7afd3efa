"""The front of the web server in itself: what Django is told, and what unfinished bodies may take."""

from __future__ import annotations

import asyncio
import io
from types import SimpleNamespace
from typing import Any

import pytest

from yichuang.ops import front
from yichuang.ops.front import Front, Held, Lane, Refused, Sent, environment


def told(headers: list[tuple[str, str]], body: bytes | None = None) -> dict[str, Any]:
    scope = SimpleNamespace(
        method="POST",
        path="/进度/",
        query_string="q=1",
        server="127.0.0.1:8000",
        scheme="http",
        http_version="1.1",
    )
    given = None if body is None else io.BytesIO(body)
    return environment(scope, headers, "127.0.0.1", given, len(body or b""))


def test_django_is_told_what_it_expects() -> None:
    said = told([("host", "city"), ("content-type", "text/plain"), ("content-length", "5")], b"hello")
    assert said["PATH_INFO"].encode("latin-1").decode() == "/进度/"
    assert (said["QUERY_STRING"], said["REMOTE_ADDR"], said["SERVER_PORT"]) == ("q=1", "127.0.0.1", "8000")
    assert (said["CONTENT_TYPE"], said["CONTENT_LENGTH"], said["HTTP_HOST"]) == ("text/plain", "5", "city")
    assert said["wsgi.input"].read() == b"hello"


def test_the_length_is_that_of_what_was_received() -> None:
    said = told([("transfer-encoding", "chunked"), ("content-length", "9")], b"hello")
    assert said["CONTENT_LENGTH"] == "5" and "HTTP_TRANSFER_ENCODING" not in said


def test_headers_that_come_twice_are_one_and_underscores_pass_for_nothing() -> None:
    said = told([("cookie", "a=1"), ("cookie", "b=2"), ("x-a", "1"), ("x-a", "2"), ("x_forwarded_for", "6.6.6.6")])
    assert (said["HTTP_COOKIE"], said["HTTP_X_A"]) == ("a=1; b=2", "1,2")
    assert "HTTP_X_FORWARDED_FOR" not in said


def test_unfinished_bodies_have_room_for_all_and_less_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "HELD", 100)
    monkeypatch.setattr(front, "HELD_BY_ONE", 60)
    whole = Front(lambda *words: [], lambda path: (0, False), lambda status, program: ([], b""))
    one, another, third = Held(whole, "a"), Held(whole, "a"), Held(whole, "b")
    one.add(50)
    with pytest.raises(Refused):
        another.add(20)
    another.release()
    third.add(50)
    with pytest.raises(Refused):
        third.add(1)
    for held in (one, third):
        held.release()
    assert whole.held == 0 and not whole.held_by


def test_a_file_goes_out_by_its_path_and_anything_else_by_its_bytes(tmp_path: Any) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"content")
    with open(file, "rb") as source:
        assert Sent(source).path() == str(file)
        source.read(1)
        assert Sent(source).path() == "", "a part of it"
        assert b"".join(Sent(source)) == b"ontent"
    assert Sent(io.BytesIO(b"x")).path() == ""


def test_a_lane_does_its_work_in_turn_and_outlives_what_fails() -> None:
    lane = Lane(1, "test")
    done: list[int] = []

    def fail() -> None:
        raise RuntimeError("a fault of the page")

    async def use() -> None:
        await asyncio.gather(*(lane.run(lambda number=number: done.append(number)) for number in range(3)))  # type: ignore[misc]
        with pytest.raises(RuntimeError, match="a fault"):
            await lane.run(fail)
        await lane.run(lambda: done.append(3))

    asyncio.run(asyncio.wait_for(use(), 10))
    assert done == [0, 1, 2, 3]
