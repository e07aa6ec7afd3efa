"""The demo city from first to last: what `bin/serve` loads so that every screen has something true to show.

Only a store declared demo while it was empty takes it. Never enters: anything a production installation needs.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from yichuang.ledger.actor import SYSTEM

if TYPE_CHECKING:
    from yichuang.ops.simulate.history import Report

LOADER = replace(SYSTEM, source="simulated")
CASES, DAYS, SEED, PROCESSES = 2000, 184, 1, 2
EVE = timedelta(days=DAYS + 14)  # how long ago the city was built and its standards published


def load(progress: Callable[[str], None] = lambda said: None) -> None:
    """Load each part of the demo city that is not there yet. `progress` is told what comes next.

    YICHUANG_DEMO_CASES sets how many cases the history has; with 0 the city has none. Raises RuntimeError in a store
    that was not declared demo, or in which somebody else has accounts.
    """
    load_city(progress)
    cases = int(os.environ.get("YICHUANG_DEMO_CASES") or CASES)
    if cases:
        progress("办件历史")
        load_history(cases, DAYS, SEED, PROCESSES)


def load_city(progress: Callable[[str], None] = lambda said: None) -> None:
    """Organs, applicants and standards. In a new store they are dated before the history that is simulated on them.

    Raises RuntimeError as `load` does.
    """
    from yichuang.ledger.models import Entry
    from yichuang.ledger.service import set_shift
    from yichuang.ops.demo import catalogue, city

    city.require_demo_store()
    if not Entry.objects.exists():
        set_shift(-EVE)
    try:
        progress("机构、岗位与申请人")
        city.build(LOADER)
        progress("办事规程")
        catalogue.build(LOADER)
    finally:
        set_shift(None)


def load_history(cases: int, days: int, seed: int, processes: int) -> Report | None:
    """Simulate a history, or go on with one that was interrupted; None when it is there already."""
    from yichuang.ops.simulate import history, progress

    if history.done(seed, cases):
        return None
    return history.simulate(cases, days, seed, processes=processes, say=progress.show)


def accounts() -> list[tuple[str, str, str]]:
    """(who it is, login, password) of the accounts that people try the city with."""
    from yichuang.ops.demo.city import password
    from yichuang.people.demo import DEMO_ACCOUNTS

    word = password()
    return [(f"{one.role} {one.name}", one.username, word) for one in DEMO_ACCOUNTS]
