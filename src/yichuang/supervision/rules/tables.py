"""The contract's tables as Ibis sees them, bound to nothing."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from yichuang.supervision import contract
from yichuang.supervision.contract import ColumnKind

_TYPES = {
    ColumnKind.TEXT: "!string",
    ColumnKind.INT: "int64",
    ColumnKind.BOOL: "boolean",
    ColumnKind.DAY: "date",
    ColumnKind.MOMENT: "timestamp('UTC')",
}


def unbound(table: contract.Table) -> Table:
    """The table by its name in every engine."""
    return ibis.table({c.name: _TYPES[c.kind] for c in table.columns}, name=table.stored_as)


cases = unbound(contract.CASES)
events = unbound(contract.EVENTS)
steps = unbound(contract.STEPS)
step_officers = unbound(contract.STEP_OFFICERS)
materials = unbound(contract.MATERIALS)
notices = unbound(contract.NOTICES)
bases = unbound(contract.BASES)
fees = unbound(contract.FEES)
surveys = unbound(contract.SURVEYS)
certificates = unbound(contract.CERTIFICATES)
licence_acts = unbound(contract.LICENCE_ACTS)
items = unbound(contract.ITEMS)
standards = unbound(contract.STANDARDS)
standard_steps = unbound(contract.STANDARD_STEPS)
standard_order = unbound(contract.STANDARD_ORDER)
points = unbound(contract.POINTS)
posts = unbound(contract.POSTS)
holders = unbound(contract.HOLDERS)
departments = unbound(contract.DEPARTMENTS)
exclusions = unbound(contract.EXCLUSIONS)
outages = unbound(contract.OUTAGES)
systems = unbound(contract.SYSTEMS)
law_tasks = unbound(contract.LAW_TASKS)
standard_reviews = unbound(contract.STANDARD_REVIEWS)
county_tasks = unbound(contract.COUNTY_TASKS)
guidances = unbound(contract.GUIDANCES)
guidance_lines = unbound(contract.GUIDANCE_LINES)
calendar = unbound(contract.CALENDAR)
asof = unbound(contract.ASOF)
