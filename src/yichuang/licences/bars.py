"""The register of bars (不得再次申请), written by lives of several kinds: whose entry bars whom from which item."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from yichuang.aggregates.tables import STREAM, Appended, Entry, Values
from yichuang.licences.core.bars import Bar
from yichuang.licences.models import Bar as BarRow

# The longest bar in force of a subject for an item, if any: (until, article)
BAR = """
select until, article from licences_bar
where subject = %(subject)s and item = %(item)s and until >= (ledger_now() at time zone 'Asia/Shanghai')::date
order by until desc, article limit 1"""
# The same for several subjects: (subject, until, article)
BARS = """
select distinct on (subject) subject, until, article from licences_bar
where subject = any(%(subjects)s) and item = %(item)s
  and until >= (ledger_now() at time zone 'Asia/Shanghai')::date
order by subject, until desc, article"""


def bars_table(find_bar: Callable[[Any], Bar | None]) -> Appended[Any, Any]:
    """The register for a kind of life whose state names its `subject`. `find_bar` gives the bar that an event sets."""

    def row(entry: Entry, state: Any, facts: Any) -> Values | None:
        bar = find_bar(entry.event)
        if not bar:
            return None
        return {
            "seq": entry.seq,
            "subject": state.subject,
            "item": facts.standard.item,
            "until": bar.until,
            "article": bar.article,
        }

    return Appended(BarRow, STREAM, "不得再次申请登记", row)
