"""Stores of both kinds, without a city: what an account becomes by typing differs between them. The administrators are
those of the house's tests.
"""

from __future__ import annotations

import pytest

from tests.db.house.conftest import house as house


@pytest.fixture
def demo_store(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    _store("demo", monkeypatch)


@pytest.fixture
def production_store(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    _store("production", monkeypatch)


def _store(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from yichuang.ledger.service import create_store
    from yichuang.people import mfa

    create_store(kind)
    monkeypatch.setattr(mfa, "_kind", "")
