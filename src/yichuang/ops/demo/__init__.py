"""Loads the whole demo city, so that every screen has data to show after `bin/serve`.

Only a store that was declared demo while it was empty accepts it. Never enters: anything production needs.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import SYSTEM

if TYPE_CHECKING:
    from yichuang.ops.simulate.history import SimulationReport

LOADER = replace(SYSTEM, source="simulated")
CASES, DAYS, SEED, PROCESSES = 2000, 184, 1, 2
EVE = timedelta(days=DAYS + 14)  # how long ago the city was built and its standards published


def load_demo_city(progress: Callable[[str], None] = lambda part: None) -> None:
    """Load each part of the demo city that is missing. `progress` gets the name of each part before it is loaded.

    YICHUANG_DEMO_CASES sets how many cases the history has; with 0 the city has none. Raises RuntimeError in a store
    that was not declared demo, or in which somebody else has accounts.
    """
    load_city_structure(progress)
    cases = int(os.environ.get("YICHUANG_DEMO_CASES") or CASES)
    if cases:
        progress("办件历史")
        load_history(cases, DAYS, SEED, PROCESSES)
    from yichuang.ops.demo import counties, feedback, guidance, halls, revising

    progress("规程编制")
    revising.revise_standards()
    counties.follow_city()
    progress("评价和投诉")
    feedback.rate_cases()
    progress("咨询辅导")
    guidance.ask_counsellors()
    progress("大厅和窗口")
    halls.arrange_halls()
    halls.give_out_tickets()


def load_city_structure(progress: Callable[[str], None] = lambda part: None) -> None:
    """Organs, applicants and standards. In a new store they are dated before the history that is simulated on them.

    Raises RuntimeError as `load_demo_city` does.
    """
    from yichuang.ledger.models import Entry
    from yichuang.ledger.service import now, set_shift
    from yichuang.ops.demo import catalogue, city, counties, laws, listing

    city.require_demo_store()
    today = local_day(now())
    is_new = not Entry.objects.exists()
    if is_new:
        set_shift(-EVE)
    try:
        progress("机构、岗位与申请人")
        city.build_city(LOADER)
        progress("办事规程")
        catalogue.publish_standards(LOADER)
        if is_new:
            counties.fall_behind()
        listing.move_list(today)
        laws.change_laws(today)
    finally:
        set_shift(None)


def load_history(cases: int, days: int, seed: int, processes: int) -> SimulationReport | None:
    """Simulate a history, or continue an interrupted one. None when it is complete already."""
    from yichuang.ops.simulate import history, progress

    if history.is_simulated(seed, cases):
        return None
    say = progress.show_progress
    return history.simulate(cases, days, seed, processes=processes, stories=True, supervised=True, say=say)


def list_accounts() -> list[tuple[str, str, str]]:
    """(role and name, login, password) of the demo accounts that are shown to people."""
    from yichuang.ops.demo.city import demo_password
    from yichuang.people.demo import DEMO_ACCOUNTS

    word = demo_password()
    return [(f"{account.role} {account.name}", account.username, word) for account in DEMO_ACCOUNTS]
