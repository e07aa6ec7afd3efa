"""The small city of `world.py` as a fixture. Imported late: Django must be set up first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def city(db: None) -> Iterator[Any]:
    from tests.db.world import build
    from yichuang.ledger.service import set_shift

    yield build()
    set_shift(None)
