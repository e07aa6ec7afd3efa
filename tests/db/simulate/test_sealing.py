"""Days are sealed as they pass: dated by the days that are simulated, each signed once it is over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.db.simulate.conftest import simulate

pytestmark = pytest.mark.django_db(transaction=True)  # a sealer sees only what is committed


def test_each_simulated_day_has_its_seal_and_its_root(settings: Any, tmp_path: Path) -> None:
    from yichuang.ledger import seals
    from yichuang.ledger.models import Entry, Seal
    from yichuang.ledger.service import create_store
    from yichuang.ops.demo import load_city_structure
    from yichuang.org.queries import clear_caches

    settings.ROOTS_DIR, settings.SECRETS_DIR = tmp_path / "roots", tmp_path / "secrets"
    create_store("demo")
    load_city_structure()
    report = simulate(cases=6, days=12, seal=True)
    made = list(Seal.objects.order_by("number"))
    assert report.seals == len(made) > 3
    days = [seals.local_day(seal.sealed_at) for seal in made]
    assert days == sorted(set(days)) and set(days) <= set(report.plan.days)
    for seal in made[1:]:  # the first also covers what was there before
        for entry in Entry.objects.filter(position__gt=seal.first, position__lte=seal.last):
            assert seals.local_day(entry.recorded_at) == seals.local_day(seal.sealed_at)
    written = {file.stem for file in (tmp_path / "roots").glob("????-??-??.json")}
    assert written == {day.isoformat() for day in days if day < report.plan.days[-1]}
    clear_caches()
