"""The three administrators are those of the house's tests."""

from __future__ import annotations

from tests.db.house.conftest import house as house
