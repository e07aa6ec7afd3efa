"""The demo city from first to last: what `bin/serve` loads so that every screen has something true to show.

Only a store created as demo takes it. Never enters: anything a production installation needs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from yichuang.ledger.actor import SYSTEM

LOADER = replace(SYSTEM, source="simulated")


def load(progress: Callable[[str], None] = lambda said: None) -> None:
    """Create the store as demo and load each part that is not there yet. `progress` is told what comes next.

    Raises ValueError when this store was created for production.
    """
    from yichuang.ledger.service import create_store
    from yichuang.ops.demo import catalogue, city

    create_store("demo")
    progress("机构、岗位与申请人")
    city.build(LOADER)
    progress("办事规程")
    catalogue.build(LOADER)


def accounts() -> list[tuple[str, str, str]]:
    """(who it is, login, password) of the accounts that people try the city with."""
    from yichuang.ops.demo.city import password
    from yichuang.people.demo import DEMO_ACCOUNTS

    word = password()
    return [(f"{one.role} {one.name}", one.username, word) for one in DEMO_ACCOUNTS]
