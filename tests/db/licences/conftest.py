"""The licences of the small city as a fixture. Imported late: Django must be set up first."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def licences(city: Any) -> Any:
    from tests.db.licences.lives import Licences
    from yichuang.people.models import Subject

    about = {"kind": "organisation", "name": "郑州市金水区老陈记餐饮店", "uscc": "92410105MA40000X0C"}
    Subject.objects.get_or_create(id="s:1", defaults=about)
    return Licences(city)
