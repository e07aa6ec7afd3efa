"""A demo city with a small history, simulated once for the module that looks at it and rolled back after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

CASES, DAYS, SEED = 40, 60, 7
UNTIL = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # a Friday, five in the afternoon in Zhengzhou


def simulate(**changed: Any) -> Any:
    from yichuang.ops.simulate import history

    asked = {"cases": CASES, "days": DAYS, "seed": SEED, "processes": 1, "until": UNTIL, "seal": False}
    given = {**asked, **changed}
    return history.simulate(given.pop("cases"), given.pop("days"), given.pop("seed"), **given)


def happened() -> Counter[str]:
    """How often each kind of event is in the ledger."""
    from yichuang.ledger.models import Entry

    return Counter(Entry.objects.filter(stream__startswith="case/").values_list("kind", flat=True))


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Organs, applicants and standards, for a whole module."""
    from django.db import transaction

    from yichuang.ledger.service import create_store, set_shift
    from yichuang.ops.demo import load_city_structure
    from yichuang.org.queries import clear_caches

    with django_db_blocker.unblock(), transaction.atomic():
        create_store("demo")
        load_city_structure()
        yield
        set_shift(None)
        transaction.set_rollback(True)
    clear_caches()


@pytest.fixture(scope="module")
def history(demo: None) -> Any:
    """The report of a small history."""
    return simulate()
