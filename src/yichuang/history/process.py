"""The process map of a history, reckoned in DuckDB from the tables that the rules read, and written as files.

Activities are the log's own, once completed; what may be one row written twice is not counted. A history in the
contract's own words (an export, or its tables from elsewhere) has the acts of cases, by their Chinese names.
"""

from __future__ import annotations

from itertools import chain
from pathlib import Path

from yichuang.history import dataset
from yichuang.history.judgement import Judgement
from yichuang.kernel.people_csv import write_people_csv
from yichuang.supervision.contract_activities import ACTIVITIES
from yichuang.supervision.process_map import OWN_ACTS, STATEMENT, ProcessMap, name_act, read_map

EDGES, VARIANTS, CASE_VARIANTS = "edges.csv", "variants.csv", "case_variants.parquet"
WRITTEN = 1_000  # variants in the file; of every case its variant stands in `CASE_VARIANTS`
ARROW = " → "
_IMPORTED = "select case_id, seq, activity, occurred_at from log_activities where not twin"


def find_map(judgement: Judgement) -> ProcessMap:
    """The map of the whole history, with the `WRITTEN` commonest variants."""
    statement = STATEMENT.format(acts=_acts(judgement), most=WRITTEN)
    return read_map(judgement.con.execute(statement).fetchall())


def name_activity(judgement: Judgement, activity: str) -> str:
    """What an activity is called: in the log's own words, or those of the contract in Chinese."""
    return activity if _is_imported(judgement) else name_act(activity)


def save_map(judgement: Judgement, process: ProcessMap, folder: Path) -> None:
    """Write edges and the commonest variants as CSV for people, and as Parquet which variant each case is of."""
    names = {activity.name: name_activity(judgement, activity.name) for activity in process.activities}
    edges = (
        (names.get(edge.source or "", ""), names.get(edge.target or "", ""), edge.number, edge.cases, edge.median)
        for edge in process.edges
    )
    write_people_csv(folder / EDGES, chain([("from", "to", "number", "cases", "median_seconds")], edges))
    variants = (
        (number, variant.number, f"{variant.number / process.cases:.4f}", variant.median,
         ARROW.join(names[name] for name in variant.path))
        for number, variant in enumerate(process.variants, 1)
    )  # fmt: skip
    write_people_csv(folder / VARIANTS, chain([("variant", "cases", "share", "median_seconds", "path")], variants))
    judgement.con.execute(
        f"""
        copy (
          with paths as (
            select case_id, array_agg(activity order by seq) as path from ({_acts(judgement)}) group by case_id
          ), variants as (
            select path, row_number() over (order by count(*) desc, path) as variant from paths group by path
          )
          select c.case_id, c.number, variants.variant
          from paths join variants using (path) join log_cases c using (case_id) order by variant, c.case_id
        ) to '{dataset.escape_path(folder / CASE_VARIANTS)}' (format parquet)
        """
    )


def _acts(judgement: Judgement) -> str:
    return (
        _IMPORTED
        if _is_imported(judgement)
        else OWN_ACTS.format(cases_and_events="log_cases c join log_events e on e.case_id = c.case_id")
    )


def _is_imported(judgement: Judgement) -> bool:
    return bool(dataset.list_files(judgement.folder, ACTIVITIES))
