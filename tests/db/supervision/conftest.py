"""Each test begins with empty contract tables and leaves them empty: no models stand for them, so nothing else does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def empty(db: None) -> Iterator[None]:
    from yichuang.supervision import tailing  # late: Django must be set up first

    tailing.rebuild()
    yield
    tailing.rebuild()
