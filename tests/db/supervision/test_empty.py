"""A store in which nothing was set up yet: every job of the worker runs through, again and again, and supervision reads
on as soon as there is something.
"""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> None:
    settings.ROOTS_DIR, settings.SECRETS_DIR, settings.MEDIA_ROOT = (
        tmp_path / name for name in ("roots", "secrets", "uploads")
    )


def rows(question: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()


def test_every_job_runs_through_on_an_empty_store(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """新装的库里没有日历、机构和事项:后台照样一轮一轮地跑,没有一条错误。"""
    from yichuang.aggregates import tasks as aggregates
    from yichuang.documents import tasks as documents
    from yichuang.ledger import tasks as ledger
    from yichuang.ops import tasks as ops
    from yichuang.orders import tasks as orders
    from yichuang.supervision import tasks as supervision

    monkeypatch.setattr(supervision, "SHIFT", 0.1)
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            for job in (
                aggregates.sweep,
                aggregates.follow,
                partial(supervision.tail, SimpleNamespace(should_abort=lambda: False)),
                supervision.sweep,
                orders.give_cards,
                ledger.seal,
                documents.drop_destroyed,
                ops.check_nightly,
            ):
                job(0)
    assert caplog.records == []


def test_supervision_idles_on_an_empty_store_and_is_well() -> None:
    from yichuang.supervision import tailing
    from yichuang.supervision.queries import reading

    while tailing.tail().more:
        pass
    assert tailing.catch_up()
    found = reading()
    assert not found.filling and not found.late and found.unread == 0


def test_what_is_set_up_afterwards_is_taken_in() -> None:
    from datetime import date

    from yichuang.ledger.actor import SYSTEM
    from yichuang.org import service
    from yichuang.supervision import tailing

    assert tailing.catch_up() or tailing.catch_up()
    assert rows("select count(*) from log_calendar") == [(0,)]
    service.load_calendar_year(2018, [date(2018, 1, 1)], [], "国办发明电〔2017〕12号", SYSTEM)
    assert tailing.catch_up()
    assert rows("select count(*) > 365 from log_calendar") == [(True,)]
