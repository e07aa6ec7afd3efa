"""The nightly verification and what is told of it: on record, on the watch page, and to a machine that asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def store(db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A store of today in which everything runs."""
    from yichuang.aggregates import timers
    from yichuang.ops import health
    from yichuang.supervision import tailing

    settings.MEDIA_ROOT, settings.ROOTS_DIR, settings.SECRETS_DIR = (
        tmp_path / name for name in ("uploads", "roots", "secrets")
    )
    monkeypatch.setattr(health, "disk", health.Disk())
    monkeypatch.setattr(tailing, "find_settled_position", lambda wait=0: 0)
    run("insert into procrastinate_workers (last_heartbeat) values (now() - interval '5 seconds')")
    run("update django_migrations set applied = now()")
    tailing.tail()
    tailing.tail()
    timers.mark_swept()
    yield tmp_path


def ask() -> tuple[int, dict[str, Any]]:
    answer = Client().get("/healthz")
    return answer.status_code, json.loads(answer.content)


def bad(body: dict[str, Any]) -> list[str]:
    return [name for name, value in body.items() if value is False]


def check() -> None:
    """The nightly job. In the worker it gives its thread's connection back; here that is the test's own."""
    from yichuang.ops import tasks

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tasks.connections, "close_all", lambda: None)
        tasks.check_nightly(0)


def test_a_store_in_which_everything_runs_is_well(store: Path) -> None:
    status, body = ask()
    assert (status, bad(body)) == (200, [])
    assert 5 <= body["worker_heartbeat_seconds"] < 60
    assert body.pop("disk_problem") == ""
    assert all(isinstance(value, bool | int | float) or value is None for value in body.values()), (
        "nothing about anybody"
    )


@pytest.mark.parametrize(
    ("name", "statement"),
    [
        ("worker", "update procrastinate_workers set last_heartbeat = now() - interval '2 minutes'"),
        ("sweep", "update aggregates_place set at = at - interval '5 minutes'"),
        (
            "supervision",
            "update aggregates_place set at = at - interval '2 minutes' where name = 'contract'",
        ),
        (
            "judging",
            "insert into supervision_unjudged (rule, case_id, since, error)"
            " values ('R-T01', 'x', now() - interval '2 minutes', 'raised')",
        ),
        ("content", "update django_migrations set applied = now() - interval '49 hours'"),
    ],
)
def test_a_part_that_failed_is_named_in_red(store: Path, name: str, statement: str) -> None:
    run("delete from aggregates_place where name like 'contract/%'")
    run(statement)
    status, body = ask()
    assert status == 503 and name in bad(body)
    assert set(bad(body)) <= {name, "supervision"}


def test_entries_that_wait_too_long_for_their_seal_are_told(store: Path) -> None:
    from yichuang.ledger.actor import SYSTEM
    from yichuang.ledger.service import record

    record("test/1", "written", {}, SYSTEM)
    assert ask()[0] == 200
    run("set local session_replication_role = replica")
    run("update ledger_entry set recorded_at = recorded_at - interval '11 minutes'")
    run("update aggregates_place set position = 1000000000")
    status, body = ask()
    assert (status, bad(body)) == (503, ["sealing"])


def test_a_disk_that_cannot_be_written_is_told_and_nothing_stays_behind(
    store: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from yichuang.ops import health

    assert ask()[0] == 200
    assert list((store / "uploads").iterdir()) == []
    monkeypatch.setattr(health, "disk", health.Disk())
    settings.MEDIA_ROOT = Path("/dev/full/uploads")
    assert bad(ask()[1]) == ["disk"]

    def full(*given: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(health, "disk", health.Disk())
    settings.MEDIA_ROOT = store / "uploads"
    monkeypatch.setattr(health.os, "fsync", full)
    assert bad(ask()[1]) == ["disk"]
    assert list((store / "uploads").iterdir()) == []


def test_without_a_database_the_others_are_not_guessed(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from yichuang.ops import health

    def gone() -> None:
        raise DatabaseError

    monkeypatch.setattr(health.watching, "health", gone)
    status, body = ask()
    assert status == 503 and body == {"database": False, "worker": None, "disk": True, "disk_problem": ""}


# --- each night -------------------------------------------------------------------------------------------------------


@pytest.fixture
def night(store: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """At an hour at which the verification is due, whatever the clock says."""
    from yichuang.ledger import checked

    monkeypatch.setattr(checked, "NIGHT", 0)
    run("update django_migrations set applied = now() - interval '1 day'")
    return store


def last() -> Any:
    from yichuang.cases.watching import health

    return health().check


def test_a_store_made_today_is_verified_from_tomorrow_on(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from yichuang.ledger import checked

    monkeypatch.setattr(checked, "NIGHT", 0)
    assert not checked.is_due()
    run("update django_migrations set applied = now() - interval '1 day'")
    assert checked.is_due()
    monkeypatch.setattr(checked, "NIGHT", 24)
    assert not checked.is_due(), "not before the hour"


def test_each_night_what_was_checked_is_on_record_once(night: Path) -> None:
    from yichuang.ledger.models import Entry

    check()
    check()
    (entry,) = Entry.objects.filter(stream="check/ledger")
    assert json.loads(entry.body)["faults"] == 0
    assert last().faults == 0
    assert ask()[0] == 200


def test_what_it_finds_is_red_and_named(night: Path) -> None:
    """夜里核验出一处被改的原文:入账、监察页红、/healthz 503,都说得出是哪里。"""
    from yichuang.ledger import vault
    from yichuang.ledger.actor import SYSTEM
    from yichuang.ledger.service import record

    row = vault.lodge("s:1", {"reason": "原来的理由"})
    record("case/1", "declined", {"reason": row.ref("reason")}, SYSTEM)
    run("set local session_replication_role = replica")
    run("update ledger_vault set bytes = 'x'")
    run("set local session_replication_role = origin")
    check()
    assert last().faults == 1
    assert "case/1 第1条" in last().named[0] and "被改动" in last().named[0]
    status, body = ask()
    assert status == 503 and "content" in bad(body) and body["content_faults"] == 1


def test_an_entry_of_it_that_was_altered_counts_as_red(night: Path) -> None:
    check()
    run("set local session_replication_role = replica")
    run("update ledger_entry set body = '{' where stream = 'check/ledger'")
    assert last().faults == -1
    assert "content" in bad(ask()[1])


def test_two_days_without_one_are_red(night: Path) -> None:
    check()
    assert "content" not in bad(ask()[1])
    run("set local session_replication_role = replica")
    run("update ledger_entry set recorded_at = recorded_at - interval '49 hours' where stream = 'check/ledger'")
    assert "content" in bad(ask()[1])
