"""A follower takes everything of its streams once, in order, with its place; whoever fails or comes beside it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from tests.db.conftest import newest
from tests.waiting import HANGS
from yichuang.aggregates import following
from yichuang.aggregates.following import Followed, Follower
from yichuang.aggregates.models import Place
from yichuang.ledger.actor import SYSTEM
from yichuang.ledger.service import now, record

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else writes here; tests beside this one hold transactions open on the same server."""
    monkeypatch.setattr(following, "find_settled_position", newest)


def write(*streams: str) -> None:
    for stream in streams:
        record(stream, "written", {}, SYSTEM)


def names(entries: Sequence[Followed]) -> list[str]:
    return [f"{entry.stream}#{entry.seq}" for entry in entries]


def test_all_of_its_streams_come_once_in_order_and_no_others() -> None:
    reader = Follower("reader", ("a/", "b/"), names, batch=2)
    write("a/1", "c/1", "b/1", "a/1", "ab/1")
    assert reader.follow(0) == [["a/1#1", "b/1#1"], ["a/1#2"]]
    assert Place.objects.get(name="reader").position == newest(), "behind what it does not read, too"
    assert reader.follow(0) == []
    write("b/1")
    assert reader.follow(0) == [["b/1#2"]]
    other = Follower("other", ("c/",), names)
    assert other.follow(0) == [["c/1#1"]], "each has a place of its own"


def test_what_fails_is_taken_again_and_the_place_stays() -> None:
    broken = [True]

    def take(entries: Sequence[Followed]) -> list[str]:
        write("done/1")
        if broken:
            raise RuntimeError
        return names(entries)

    reader = Follower("reader", ("a/",), take)
    write("a/1")
    with pytest.raises(RuntimeError):
        reader.follow(0)
    assert not Place.objects.filter(name="reader").exists(), "nothing of the step stays"
    broken.clear()
    assert reader.follow(0) == [["a/1#1"]]
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from ledger_entry where stream = 'done/1'")
        assert cursor.fetchone() == (1,)


def test_it_says_when_it_looked_though_nothing_came() -> None:
    reader = Follower("reader", ("a/",), names)
    reader.follow(0)
    Place.objects.update(at=now() - timedelta(hours=1))
    reader.follow(0)
    assert now() - Place.objects.get(name="reader").at < timedelta(minutes=1)


def test_a_loaded_history_can_be_passed_over() -> None:
    reader = Follower("reader", ("a/",), names)
    write("a/1")
    reader.skip_to_now()
    write("a/1")
    assert reader.follow(0) == [["a/1#2"]]


def test_two_beside_each_other_take_everything_once() -> None:
    write(*("a/1" for _ in range(9)))
    taken: list[str] = []
    beginning = threading.Barrier(2)

    def other() -> None:
        with transaction.atomic():
            assert reader.lock() is None
            beginning.wait(HANGS)
            reader.advance(reader.begin(0), newest())
        reader.follow(0)
        connection.close()

    reader: Follower[Any] = Follower("reader", ("a/",), lambda entries: taken.extend(names(entries)), batch=2)
    threads = [threading.Thread(target=other) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(HANGS)
    assert taken == [f"a/1#{n}" for n in range(1, 10)]
