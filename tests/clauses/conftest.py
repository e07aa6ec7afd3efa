"""The small city for scenarios, and the story that runs in it. A refusal nobody asked about fails the scenario."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def database(db: None) -> None:
    """Scenarios ask for their fixtures while they run; the database must be set up before that."""


@pytest.fixture
def story(db: None) -> Iterator[Any]:
    from tests.clauses.story import Story
    from tests.db.world import build
    from yichuang.ledger.service import set_shift

    story = Story(build())
    yield story
    set_shift(None)
    story.settle()
