"""The toy life, declared for one test. Imported late: Django must be set up first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def declared(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from django.db import connection

    from tests.db.aggregates.toy import FOLLOWER, LOAN, SHOWN, SOURCE, LoanRow
    from yichuang.aggregates.aggregate import AGGREGATES
    from yichuang.aggregates.following import FOLLOWERS
    from yichuang.documents.gathering import SOURCES
    from yichuang.faces import shown
    from yichuang.ledger.service import create_store, set_shift

    create_store("demo")
    with connection.schema_editor() as editor:
        editor.create_model(LoanRow)
    monkeypatch.setitem(AGGREGATES, LOAN.kind, LOAN)
    monkeypatch.setitem(SOURCES, LOAN.kind, SOURCE)
    monkeypatch.setitem(FOLLOWERS, FOLLOWER.name, FOLLOWER)
    monkeypatch.setitem(shown.SHOWN, SHOWN.path, SHOWN)
    yield
    set_shift(None)
