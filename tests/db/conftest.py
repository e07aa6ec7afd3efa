"""The small city of `world.py` as a fixture. Imported late: Django must be set up first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def city(db: None) -> Iterator[Any]:
    from tests.db.world import build
    from yichuang.faces.place import store_place
    from yichuang.ledger.service import set_shift

    built = build()
    store_place()  # the head of every page; a running process asks for it once a minute
    yield built
    set_shift(None)


def newest(wait: float = 0) -> int:
    """The position of the last entry that is visible here."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select coalesce(max(position), 0) from ledger_entry")
        return int(cursor.fetchone()[0])


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tailer takes all that is visible for settled: nobody else writes here, but tests beside this one hold long
    transactions in databases of their own on the same server. The test of late commits asks the real horizon.
    """
    from yichuang.supervision import tailing

    monkeypatch.setattr(tailing, "find_settled_position", newest)
