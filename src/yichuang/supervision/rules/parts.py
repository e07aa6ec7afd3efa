"""What several rules reckon alike, so that who judges a whole history reckons it once.

A part is a table under a name of its own. The rules know nothing of it: `share_parts` puts its name into their
expressions where they reckon the same. Live work judges a handful of cases, and takes the rules as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import ibis
from ibis.expr.types import Table

from yichuang.supervision.rules import limits
from yichuang.supervision.rules.part_names import EVES, OVERDUE
from yichuang.supervision.rules.timing import overdue

# The limits that rules look at, by a name. No two have the same place in a case
_CLOCKS: Mapping[str, Callable[[], Table]] = {
    "accept": limits.accept_clocks,
    "promised": limits.promised_clocks,
    "statutory": limits.statutory_clocks,
    "step": limits.step_clocks,
    "deliver": limits.delivery_clocks,
}


def _reckon_overdue() -> Table:
    """The clocks of all these limits that were missed, each with its name, reckoned in one go."""
    clocks = ibis.union(*(make().mutate(clock=ibis.literal(name)) for name, make in _CLOCKS.items()))
    return overdue(clocks).select(*limits.LATE, "clock")


PARTS: Mapping[str, Callable[[], Table]] = {EVES: limits.find_eves, OVERDUE: _reckon_overdue}


def make_part(name: str) -> Table:
    """The expression of a part, which reads the others by their names."""
    return _replace(PARTS[name](), {op: part for op, part in _list_places().items() if op != PARTS[name]().op()})


def share_parts(expression: Table) -> Table:
    """The same expression, with the parts read by their names."""
    return _replace(expression, _list_places())


def _replace(expression: Table, places: Mapping[Any, Any]) -> Table:
    replaced: Table = expression.op().replace(places).to_expr()
    return replaced


@cache
def _list_places() -> dict[Any, Any]:
    """What stands in expressions of rules, and what is read in its stead."""
    eves = limits.find_eves()
    read = ibis.table(_reckon_overdue().schema(), name=OVERDUE)
    places = {eves.op(): ibis.table(eves.schema(), name=EVES).op()}
    for name, make in _CLOCKS.items():
        found = limits.find_overdue(make())
        places[found.op()] = read.filter(read.clock == name).select(*found.columns).op()
    return places
