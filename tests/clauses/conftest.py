"""The small city for scenarios, the ways they go, and the story that runs in it. A refusal nobody asked about fails the
scenario.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.db.conftest import alone

__all__ = ["alone"]
WAYS = ("door", "screen", "api")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A scenario runs once each way its tags name, through the door when they name none."""
    if "way" in metafunc.fixturenames:
        tagged = {mark.name for mark in metafunc.definition.iter_markers()}
        metafunc.parametrize("way", [way for way in WAYS if way in tagged] or ["door"], indirect=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of the ways its scenario names, each run lights its own alone."""
    for item in items:
        way = (
            item.callspec.params.get("way") if isinstance(item, pytest.Function) and hasattr(item, "callspec") else None
        )
        if way in WAYS:
            item.own_markers[:] = [m for m in item.own_markers if m.name not in WAYS or m.name == way]


@pytest.fixture(autouse=True)
def database(db: None) -> None:
    """Scenarios ask for their fixtures while they run; the database must be set up before that."""


@pytest.fixture(autouse=True)
def way(request: pytest.FixtureRequest) -> str:
    """Asked for by every scenario, so that it is run once for each."""
    return str(request.param)


@pytest.fixture
def story(db: None, way: str, settings: Any, tmp_path: Any) -> Iterator[Any]:
    from tests.clauses.story import Story
    from tests.clauses.ways import WAYS as KINDS
    from tests.db.world import build
    from yichuang.ledger.service import set_shift

    settings.MEDIA_ROOT = tmp_path
    story = Story(build(), KINDS[way]())
    yield story
    set_shift(None)
    story.settle()
