"""Judges a data set: every rule once, on one engine, each timed. A rule that raises does not stop the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import duckdb

from yichuang.history import dataset
from yichuang.history.engines import HITS, make_collector, open_engine
from yichuang.history.grouping import LEADING, UNDER, group_hits
from yichuang.supervision.contract import table
from yichuang.supervision.rules.catalogue import BY_CODE
from yichuang.supervision.rules.rule import Entries, Parameters, Rule

Tell = Callable[[int, int, str], None]  # rules judged, rules in all, the rule that comes next


@dataclass(frozen=True, slots=True)
class RuleResult:
    """The result of one rule: its parameters, seconds, number of hits, and the error if it raised."""

    rule: Rule
    parameters: Parameters
    seconds: float
    hits: int
    error: str = ""


@dataclass(slots=True)
class Judgement:
    """The result of all rules: `con` holds the table `hits`, which of them lead (`grouping`), and the tables of the
    data set, by their names.
    """

    con: duckdb.DuckDBPyConnection
    engine: str
    manifest: dataset.Manifest
    verdicts: list[RuleResult] = field(default_factory=list)

    @property
    def hit_count(self) -> int:
        return sum(verdict.hits for verdict in self.verdicts)

    @property
    def leading_count(self) -> int:
        """How many hits are counted: of one lapse one."""
        return _count(self.con, LEADING)

    def lacks(self, rule: Rule) -> str:
        """The table without which the rule has nothing to judge, by its Chinese title, when the data set has no row of
        it; else the empty text. No finding then is no verdict.
        """
        wanted = table(rule.entries.value)
        return wanted.title if rule.entries is not Entries.CASE and not self.manifest.counts.get(wanted.name) else ""

    def save(self, path: Path) -> None:
        """Write the findings as Parquet: rule, the columns of a hit, the hit that it stands under, and the case's
        number, standard and organs.
        """
        self.con.execute(
            f"""
            copy (
              select h.rule, h.* exclude (rule, department, item), c.number, c.standard,
                coalesce(nullif(h.department, ''), c.department) as department,
                coalesce(nullif(h.item, ''), c.item) as item, u.under_rule, u.under_case, u.under_at
              from {HITS} h left join log_cases c using (case_id)
                left join {UNDER} u on (u.rule, u.case_id, u."at") = (h.rule, h.case_id, h."at")
              order by h.rule, h.case_id, h."at"
            ) to '{dataset.escape_path(path)}' (format parquet)
            """
        )


def judge(
    folder: Path,
    rules: Sequence[Rule],
    *,
    engine: str = "duckdb",
    parameters: Mapping[str, Parameters] | None = None,
    memory: str = "3GB",
    address: str = "",
    tell: Tell = lambda done, all, next: None,
) -> Judgement:
    """Judge a data set by these rules. Raises engines.Unavailable, dataset.Unfit."""
    con = make_collector(memory)
    with open_engine(engine, folder, con, address) as judging:
        judgement = Judgement(con, engine, dataset.attach(con, folder))
        for number, rule in enumerate(rules):
            tell(number, len(rules), f"{rule.code} {rule.title}")
            own_parameters = (parameters or {}).get(rule.code, {})
            started, before, error = time.perf_counter(), _count(con), ""
            try:
                judging.judge(
                    rule.code, compile_rule(rule.code, tuple(sorted(own_parameters.items())), judging.dialect)
                )
            except Exception as raised:  # whatever the engine raises: the other rules go on
                error = (str(raised).splitlines() or [""])[0][:300] or type(raised).__name__
            seconds = time.perf_counter() - started
            judgement.verdicts.append(
                RuleResult(rule, {**rule.defaults(), **own_parameters}, seconds, _count(con) - before, error)
            )
        tell(len(rules), len(rules), "")
        group_hits(con)
    return judgement


@lru_cache(maxsize=512)
def compile_rule(rule: str, parameters: tuple[tuple[str, int], ...], dialect: str) -> str:
    """The rule as SQL of an engine. Cached: compiling takes longer than judging a small history."""
    import ibis

    return str(ibis.to_sql(BY_CODE[rule].hits(dict(parameters)), dialect=dialect))


def _count(con: duckdb.DuckDBPyConnection, table: str = HITS) -> int:
    row = con.execute(f"select count(*) from {table}").fetchone()
    assert row is not None
    return int(row[0])
