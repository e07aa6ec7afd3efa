"""The operating shell: secrets, log lines, ports, the supervisor's children, the command line, health."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.waiting import until
from yichuang.ops import cli, database
from yichuang.ops.logs import LogFormatter
from yichuang.ops.secret import secret
from yichuang.ops.serve import Child, claim
from yichuang.ops.web import free_port


def test_a_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first = secret("A_KEY", tmp_path / "secrets")
    assert len(first) >= 48
    assert secret("A_KEY", tmp_path / "secrets") == first
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "secrets" / "a_key").stat().st_mode) == 0o600


def test_the_environment_comes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_KEY", "from outside")
    assert secret("A_KEY", tmp_path) == "from outside"
    assert list(tmp_path.iterdir()) == []


def record(message: str, error: BaseException | None = None) -> logging.LogRecord:
    info: Any = (type(error), error, None) if error else None
    return logging.LogRecord("yichuang.people", logging.ERROR, __file__, 1, message, None, info)


def test_a_log_line_never_carries_the_values_of_a_row() -> None:
    text = LogFormatter().format(record("duplicate key\nDETAIL:  Key (id_number)=(110101199003070019) already exists."))
    assert "110101199003070019" not in text
    assert "duplicate key" in text


def test_a_lost_connection_is_one_line() -> None:
    class OperationalError(Exception):
        pass

    assert "\n" not in LogFormatter().format(record("web: no database", OperationalError("gone")))


def test_a_taken_port_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port("127.0.0.1", port) > port


def test_one_data_folder_is_served_once(tmp_path: Path) -> None:
    lock = claim(tmp_path / "serve.lock")
    lock.write("http://localhost:8000/")
    lock.flush()
    with pytest.raises(RuntimeError, match="http://localhost:8000/"):
        claim(tmp_path / "serve.lock")
    lock.close()
    claim(tmp_path / "serve.lock").close()


@pytest.fixture
def child() -> Iterator[Child]:
    one = Child("试验", [sys.executable, "-c", "import time; time.sleep(9999)"], dict(os.environ))
    one.look(time.monotonic())
    yield one
    one.end_group()
    one.stop(0)


def test_a_child_that_dies_is_started_again_after_a_pause(child: Child) -> None:
    assert child.process
    first = child.process
    first.terminate()
    first.wait()
    now = time.monotonic()
    child.look(now)
    assert child.process is None
    child.look(now + child.pause / 2)
    assert child.process is None, "not before the pause is over"
    child.look(now + child.pause)
    assert child.process and child.process.pid != first.pid


def fall(child: Child) -> float:
    """It ends by a fault of its own; the pause that follows."""
    assert child.process
    child.process.terminate()
    child.process.wait()
    child.look(time.monotonic())
    return child.pause


def test_pauses_grow_to_ten_seconds_and_shrink_after_a_steady_life(child: Child) -> None:
    pauses = []
    for _ in range(7):
        pauses.append(fall(child))
        child.look(child.due)
    assert pauses == [1, 2, 4, 8, 10, 10, 10]
    child.since -= 31
    assert fall(child) == 0.5


def test_a_child_killed_from_outside_is_back_soon_however_often(child: Child) -> None:
    for _ in range(4):
        assert child.process
        child.process.kill()
        child.process.wait()
        child.look(time.monotonic())
        assert child.pause == 0, "killed from outside, it did not fail by itself"
        child.look(child.due)


def test_a_child_that_will_not_stop_is_ended(tmp_path: Path) -> None:
    program = "import pathlib, signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    program += "; pathlib.Path(sys.argv[1]).touch(); time.sleep(9999)"
    deaf = tmp_path / "deaf"
    stubborn = Child("试验", [sys.executable, "-c", program, str(deaf)], dict(os.environ), grace=0.3)
    stubborn.start()
    process = stubborn.process
    assert process
    until(deaf.exists)
    process.terminate()
    stubborn.stop(time.monotonic())
    assert process.returncode == -signal.SIGKILL


def test_every_command_says_in_chinese_what_it_does() -> None:
    for name in cli.list_names():
        module = cli.load_command(name)
        assert any("一" <= letter <= "鿿" for letter in module.HELP), name
        assert callable(module.run), name
        assert getattr(module, "DATABASE", "") in {"", "app", "owner"}, name


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["--help"])
    assert left.value.code == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in cli.list_names())


def test_an_outside_server_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://yichuang_app@db/city")
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)
    found = database.addresses()
    assert found.embedded is None
    assert found.one_role
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://owner@db/city")
    assert not database.addresses().one_role
    assert database.addresses().environment(as_owner=True)["YICHUANG_AS_OWNER"] == "1"


def test_the_embedded_server_has_two_roles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("YICHUANG_DATA", str(tmp_path / "var"))
    found = database.addresses()
    assert found.embedded
    assert "//yichuang_app@" in found.app
    assert "//postgres@" in found.owner


def test_who_starts_the_server_keeps_hold_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(tempfile.mkdtemp(prefix="yichuang-test-"))
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("YICHUANG_DATA", str(folder))
    found = database.start(database.addresses())
    server = found.embedded
    assert server
    try:
        assert server.process, "else a killed one would stay a zombie and bar every new start"
        os.kill(server.process.pid, signal.SIGKILL)
        until(lambda: not server.alive())
        server.start()
    finally:
        server.durable = False
        server.remove()


@pytest.mark.django_db
def test_health_says_what_is_missing(client: Client) -> None:
    answer = client.get("/healthz")
    body = json.loads(answer.content)
    assert answer.status_code == 503, "no worker runs beside this test"
    assert body["database"] is True
    assert body["worker"] is False
    assert body["unsealed_entries"] == 0


@pytest.mark.django_db
def test_what_asks_to_be_prepared_is_and_nothing_else() -> None:
    """Django forbids it by default, silently: each statement would be planned anew, at twice the database's time."""
    from django.db import connection

    from yichuang.ledger.fast import run
    from yichuang.people.models import Account

    for _ in range(12):
        run("select %(number)s::int + 1", {"number": 1}).close()
        assert not Account.objects.filter(username="nobody").exists()
    with connection.cursor() as cursor:
        cursor.execute("select statement from pg_prepared_statements where statement like '%::int + 1'")
        assert cursor.fetchall() == [("select $1::int + 1",)]
        cursor.execute("select 1 from pg_prepared_statements where statement ilike '%username%'")
        assert cursor.fetchone() is None
