"""What a rule finds, as the columns of `rule.HIT`."""

from __future__ import annotations

from typing import Any

import ibis
from ibis.expr.types import Table

from yichuang.supervision.rules.rule import HIT, Level


def hits(found: Table, *, at: Any, level: Level | Any, **said: Any) -> Table:
    """The columns of a hit from the rows that offend; what is not said is empty or null."""
    empty: dict[str, Any] = {
        "case_id": found.case_id if "case_id" in found.columns else "",
        "item": "",
        "department": "",
        "person": "",
        "day": ibis.null("date"),
        "measured": ibis.null("int64"),
        "allowed": ibis.null("int64"),
        "seq": ibis.null("int64"),
        "other": ibis.null("int64"),
    }
    values = {**empty, "at": at, "level": level, **said}
    types = dict.fromkeys(("case_id", "at", "level", "department", "person", "item"), "string") | {"day": "date"}
    return found.select(**{name: _literal(values[name]).cast(types.get(name, "int64")) for name in HIT})


def _literal(value: Any) -> Any:
    if isinstance(value, Level):
        return ibis.literal(value.value)
    return value if isinstance(value, ibis.Expr) else ibis.literal(value)
