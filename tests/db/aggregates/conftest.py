"""The toy life, declared for one test. Imported late: Django must be set up first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

SLIP: list[tuple[dict[str, Any], str, Any]] = []  # what importing the toy declared for good: table, name, value


@pytest.fixture
def declared(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from django.db import connection

    from tests.db.aggregates.toy import FOLLOWER, LOAN, SHOWN, SOURCE, LoanRow
    from yichuang.aggregates.aggregate import AGGREGATES
    from yichuang.aggregates.following import FOLLOWERS
    from yichuang.aggregates.words import WORDS
    from yichuang.documents.declaring import KINDS
    from yichuang.documents.gathering import SOURCES
    from yichuang.faces import shown
    from yichuang.ledger.service import create_store, set_shift

    create_store("demo")
    with connection.schema_editor() as editor:
        editor.create_model(LoanRow)
    if not SLIP:
        SLIP.extend((table, "seal_slip", table.pop("seal_slip")) for table in (KINDS, WORDS))
    for table, name, value in SLIP:
        monkeypatch.setitem(table, name, value)
    monkeypatch.setitem(AGGREGATES, LOAN.kind, LOAN)
    monkeypatch.setitem(SOURCES, LOAN.kind, SOURCE)
    monkeypatch.setitem(FOLLOWERS, FOLLOWER.name, FOLLOWER)
    monkeypatch.setitem(shown.SHOWN, SHOWN.path, SHOWN)
    yield
    set_shift(None)
