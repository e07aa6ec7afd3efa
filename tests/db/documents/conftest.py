"""Files and seals of these tests go to a folder of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def seals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One test authority for the whole run: making keys is the slow part."""
    return tmp_path_factory.mktemp("authority")


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path, seals: Path) -> Path:
    settings.DATA = seals
    settings.MEDIA_ROOT = tmp_path / "uploads"
    return tmp_path


@pytest.fixture
def lives(city: Any) -> Any:
    from tests.db.documents.lives import Lives  # Django must be set up first

    return Lives(city)
