"""Groups what was found in a history by cause, as live supervision does: of one lapse one hit leads and is counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import duckdb

from yichuang.history.engines import HITS
from yichuang.supervision.rules.causes import list_leads

UNDER = "under"  # the table of hits that stand under another: rule, case and place of both
LEADING = "leading_hits"  # those that are counted
_FOUND = datetime(1970, 1, 1, tzinfo=UTC)  # a history is judged at once: nothing of it was found first
_BATCH = 50_000  # rows written at once
_NAMES = ("rule", "case_id", "at", "level", "person", "day", "measured", "allowed", "seq")  # what `causes` looks at
# One hit of a case stands under none, but reports of one system in a day belong together whatever they are about
_TOGETHER = f"""
select {", ".join(f'"{name}"' for name in _NAMES)} from {HITS}
where rule = 'R-O01' or case_id in (select case_id from {HITS} where case_id <> '' group by 1 having count(*) > 1)
order by case_id, rule, "at"
"""


def group_hits(con: duckdb.DuckDBPyConnection) -> None:
    """Make the table `under` and the view `leading_hits` beside the hits."""
    con.execute(f'create or replace table {UNDER} (rule varchar, case_id varchar, "at" varchar,'
                " under_rule varchar, under_case varchar, under_at varchar)")  # fmt: skip
    rows = con.execute(_TOGETHER).fetchall()
    hits: list[Any] = [
        SimpleNamespace(id=UUID(int=n), found_at=_FOUND, **dict(zip(_NAMES, row, strict=True)))
        for n, row in enumerate(rows)
    ]
    by_id = {hit.id: hit for hit in hits}
    pairs = [(by_id[id], by_id[lead]) for id, lead in list_leads(hits).items() if lead]
    placed = [(hit.rule, hit.case_id, hit.at, lead.rule, lead.case_id, lead.at) for hit, lead in pairs]
    for start in range(0, len(placed), _BATCH):
        _insert(con, placed[start : start + _BATCH])
    con.execute(f'create or replace view {LEADING} as from {HITS} anti join {UNDER} using (rule, case_id, "at")')


def _insert(con: duckdb.DuckDBPyConnection, rows: Sequence[tuple[Any, ...]]) -> None:
    columns = [list(column) for column in zip(*rows, strict=True)]
    con.execute(f"insert into {UNDER} select {', '.join(['unnest(?)'] * len(columns))}", columns)
