"""The toy life, declared for one test. Imported late: Django must be set up first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture
def declared(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from django.db import connection

    from tests.db.aggregates.toy import DECLARE_SLIP, FOLLOWER, LOAN, SHOWN, SOURCE, LoanRow, seal_slip
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
    DECLARE_SLIP(seal_slip)
    monkeypatch.setitem(AGGREGATES, LOAN.kind, LOAN)
    monkeypatch.setitem(SOURCES, LOAN.kind, SOURCE)
    monkeypatch.setitem(FOLLOWERS, FOLLOWER.name, FOLLOWER)
    monkeypatch.setitem(shown.SHOWN, SHOWN.path, SHOWN)
    yield
    del KINDS["seal_slip"], WORDS["seal_slip"]
    set_shift(None)
