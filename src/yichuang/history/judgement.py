"""Judges a data set: every rule once, on one engine, each timed. A rule that raises does not stop the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

import duckdb

from yichuang.history import dataset
from yichuang.history.coverage import ASIDE, Coverage, find_coverage, remove_unjudged
from yichuang.history.engines import HITS, Engine, make_collector, open_engine
from yichuang.history.grouping import LEADING, UNDER, group_hits
from yichuang.kernel.people_csv import write_people_csv
from yichuang.supervision.compiled import COMPILED, compile_part, compile_rule
from yichuang.supervision.rules.catalogue import BY_CODE
from yichuang.supervision.rules.part_names import list_parts
from yichuang.supervision.rules.rule import Parameters, Rule

_BATCH = 10_000  # findings written at once
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
    folder: Path  # of the data set
    verdicts: list[RuleResult] = field(default_factory=list)
    coverage: dict[str, Coverage] = field(default_factory=dict)  # by rule: how much it could judge
    parts: dict[str, float] = field(
        default_factory=dict
    )  # seconds of what several rules reckon alike, in none of theirs

    @property
    def hit_count(self) -> int:
        return sum(verdict.hits for verdict in self.verdicts)

    @property
    def leading_count(self) -> int:
        """How many hits are counted: of one lapse one."""
        return _count(self.con, LEADING)

    def lacks(self, rule: Rule) -> str:
        """What the data set would have to say for the rule to judge anything, in Chinese; empty when it judged. No
        finding then is no verdict.
        """
        return self.coverage[rule.code].missing

    def share(self, verdict: RuleResult) -> str:
        """Which share of the cases that a question judged it finds, in Chinese; empty for a packaged rule."""
        judged = self.coverage[verdict.rule.code].judged
        if verdict.rule.code in BY_CODE or not judged:
            return ""
        row = self.con.execute(f"select count(distinct case_id) from {HITS} where rule = ?", [verdict.rule.code])
        ((found,),) = row.fetchall()
        return f"{found:,} 件，占所评判的 {found / judged:.1%}"

    def save_aside(self, path: Path) -> bool:
        """Write the cases that were set aside, by rule, as CSV for people. Returns whether there are any."""
        rows = self.con.execute(f"select rule, case_id from {ASIDE} order by all").fetchall()
        if rows:
            write_people_csv(path, [("rule", "case_id"), *rows])
        return bool(rows)

    def save(self, path: Path) -> None:
        """Write the findings as Parquet, and beside it as CSV for people: rule, the columns of a hit, the hit that it
        stands under, and the case's number, standard and organs.
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
        result = self.con.execute("from read_parquet(?)", [str(path)])
        header = [column[0] for column in result.description]
        rows = chain.from_iterable(iter(lambda: result.fetchmany(_BATCH), []))
        write_people_csv(path.with_suffix(".csv"), chain([header], rows))


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
    """Judge a data set by these rules; one of which the data set says nothing is not run. Raises engines.Unavailable,
    dataset.Unfit.
    """
    con = make_collector(memory)
    with open_engine(engine, folder, con, address) as judging:
        judgement = Judgement(con, engine, dataset.attach(con, folder), folder)
        judgement.coverage = find_coverage(con, folder, rules)
        shared = _Shared(judging, share=len(rules) > 1)
        for number, rule in enumerate(rules):
            tell(number, len(rules), f"{rule.code} {rule.title}")
            own_parameters = (parameters or {}).get(rule.code, {})
            started, error = time.perf_counter(), ""
            try:
                shared.spent = 0.0
                if not judgement.lacks(rule):
                    shared.judge(rule, tuple(sorted(own_parameters.items())))
            except Exception as raised:  # whatever the engine raises: the other rules go on
                error = (str(raised).splitlines() or [""])[0][:300] or type(raised).__name__
            seconds = time.perf_counter() - started - shared.spent
            judgement.verdicts.append(RuleResult(rule, {**rule.defaults(), **own_parameters}, seconds, 0, error))
        judgement.parts = shared.made
        COMPILED.save()
        tell(len(rules), len(rules), "")
        remove_unjudged(con, judgement.coverage)
        if shared.share:
            _add_departments_of_posts(con, rules)
        judgement.verdicts = [replace(v, hits=_count_of(con, v.rule)) for v in judgement.verdicts]
        group_hits(con)
    return judgement


class _Shared:
    """An engine that makes what several rules reckon alike once, before the first of them."""

    def __init__(self, engine: Engine, share: bool) -> None:
        self.engine, self.share = engine, share
        self.made: dict[str, float] = {}  # seconds that each took
        self.spent = 0.0  # seconds on what the rule at hand has in common with others

    def judge(self, rule: Rule, parameters: tuple[tuple[str, int], ...]) -> None:
        """Raises what the engine raises."""
        statement = compile_rule(rule, parameters, self.engine.dialect, share=self.share)
        for name in list_parts(statement):
            self._make(name)
        self.engine.judge(rule.code, statement)

    def _make(self, name: str) -> None:
        if name in self.made:
            return
        statement = compile_part(name, self.engine.dialect)
        for other in list_parts(statement):
            self._make(other)
        started = time.perf_counter()
        self.engine.keep(name, statement)
        self.made[name] = time.perf_counter() - started
        self.spent += self.made[name]


def _add_departments_of_posts(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> None:
    """Give the hits of all rules that lay them to a post its department, reading the events once (`Rule.of_post`)."""
    con.execute(
        f"""
        with asked as (
          select rowid as id, case_id, seq from {HITS} where department = '' and rule in (select unnest(?))
        )
        update {HITS} h set department = made.department
        from (
          select asked.id, p.department from log_events e join asked using (case_id, seq) join log_posts p using (post)
        ) made
        where made.id = h.rowid
        """,
        [[rule.code for rule in rules if rule.of_post]],
    )


def _count_of(con: duckdb.DuckDBPyConnection, rule: Rule) -> int:
    return _count(con, f"{HITS} where rule = '{rule.code}'")


def _count(con: duckdb.DuckDBPyConnection, table: str = HITS) -> int:
    row = con.execute(f"select count(*) from {table}").fetchone()
    assert row is not None
    return int(row[0])
