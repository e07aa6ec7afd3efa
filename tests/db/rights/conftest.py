"""The town of `towns.py` as a fixture, with a file store of its own."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def town(city: Any, settings: Any, tmp_path: Any) -> Any:
    from tests.db.portal.towns import found

    settings.MEDIA_ROOT = tmp_path
    return found(city)
