"""What a history lets each rule judge: where it says nothing of a question, no finding is no innocence.

Also sets cases aside by name: what was not read of them may be just what answers the rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from yichuang.history import dataset
from yichuang.history.engines import HITS
from yichuang.supervision.compiled import COMPILED, compile_table
from yichuang.supervision.contract import table
from yichuang.supervision.rules.catalogue import needs_a_point
from yichuang.supervision.rules.questions import KINDS, AskedRule, Question
from yichuang.supervision.rules.rule import Entries, Rule, Scope

ASIDE = "aside"  # the table of cases set aside: rule, case
_NOBODY = "('', 'system')"
# What is told of each case; `any_…` says whether it is told of any
_TOLD = f"""
create or replace temp table told as
with acts as (
  select case_id, bool_or(kind in ('accepted', 'declined')) as accepts, bool_or(kind = 'decided') as decides,
    bool_or(kind = 'extended') as extends,
    bool_or(kind in ('delivered', 'closed', 'certificate_made')) as hands_over,
    bool_or(kind in ('received', 'accepted') and person not in {_NOBODY}) as taken_by_one,
    bool_or(kind = 'decided' and person not in {_NOBODY}) as decided_by_one,
    bool_or(recorded_at <> occurred_at) as recorded,
    bool_or(post <> '' or device <> '' or session <> '') as seated
  from log_events group by case_id
), rounds as (
  select case_id, bool_or(limit_unit <> '') as limited, bool_or(opened_seq < concluded_seq) as started,
    bool_or(concluded_by not in {_NOBODY}) as concluded_by_one, bool_or(kind = 'opinion') as asks_opinion,
    bool_or(verdict = 'deemed') as deems,
    bool_or(kind = 'survey' and concluded_seq is not null and officers is not null) as counts_officers
  from log_steps group by case_id
), papers as (
  select case_id, bool_or(kind = 'correction_asked') as asks_correction, bool_or(reasoned is not null) as reasons
  from log_notices group by case_id
), checks as (
  select case_id, true as checks, bool_or(form = 'special') as special from log_surveys group by case_id
), rules as (
  select standard, bool_or(accept_within_unit <> '') as accept_limit, bool_or(promised_unit <> '') as promised_limit,
    bool_or(statutory_unit <> '') as statutory_limit, bool_or(deliver_within_unit <> '') as deliver_limit
  from log_standards group by standard
)
select c.case_id, c.standard, c.source, c.applicant <> '' as applies, c.received_on is not null or c.submitted_on is not
    null as filed, c.accepted_on is not null as accepted, c.silent, c.granted, c.source = 'reported' as reported,
  acts.* exclude (case_id), rounds.* exclude (case_id), papers.* exclude (case_id), checks.* exclude (case_id),
  rules.* exclude (standard),
  bool_or(coalesce(accepts, false) or silent or c.accepted_by <> '') over () as any_accepts,
  bool_or(hands_over) over () as any_hands_over, bool_or(recorded) over () as any_recorded,
  bool_or(deems) over () as any_deems, bool_or(c.outcome = 'withdrawn') over () as any_withdrawn,
  bool_or(c.source = 'reported') over () as any_reported,
  standard in (select standard from log_standard_order)
    or standard in (select standard from log_standard_steps where not conditional) as ordered,
  c.case_id in (select case_id from log_materials) as has_materials,
  c.case_id in (select case_id from log_bases) as has_bases,
  c.case_id in (select case_id from log_fees) as has_fees,
  exists (from log_items where cancelled_on is not null) as any_cancelled,
  exists (from log_certificates) as any_certificates,
  exists (from log_departments) as any_departments,
  exists (from log_law_tasks) as any_law_tasks,
  exists (from log_county_tasks) as any_county_tasks,
  exists (from log_standard_reviews) as any_standard_reviews,
  exists (from log_guidances) as any_guidances,
  c.standard in (select standard from log_guidances join log_guidance_lines using (guidance)) as guided,
  exists (from log_standards where online is not null) as any_online
from log_cases c left join acts using (case_id) left join rounds using (case_id) left join papers using (case_id)
  left join checks using (case_id) left join rules using (standard)
"""
# Of each rule what it needs, in Chinese, and the SQL of a case that has it
Needs = tuple[tuple[str, str], ...]
_PEOPLE_IN: tuple[str, str] = ("收件或受理的经办人", "taken_by_one")
NEEDS: dict[str, Needs] = {
    "R-T01": (("受理时限（limits 的 accept）", "accept_limit and filed"), ("受理或不予受理的动作", "any_accepts")),
    "R-T02": (("承诺时限（limits 的 promised）", "promised_limit"), ("受理的日期", "accepted")),
    "R-T03": (("法定时限（limits 的 statutory）", "statutory_limit"), ("受理的日期", "accepted")),
    "R-T04": (("环节时限（step_limits）", "limited"),),
    "R-T05": (("延期的动作", "extends"),),
    "R-T06": (
        ("送达时限（limits 的 deliver）", "deliver_limit"), ("准予的决定", "decides and coalesce(granted, true)"),
        ("制证、送达或者办结的动作", "any_hands_over or any_certificates"),
    ),
    "R-T07": (("咨询辅导", "any_guidances"),),
    "R-T08": (("特别程序", "special"),),
    "R-T10": (("征求意见的环节", "asks_opinion"), ("逾期视为同意的记载", "source <> 'imported' or any_deems")),
    "R-P01": (("环节次序或者必经环节（order、required）", "ordered"),),
    "R-P02": (("环节的开始时间、岗位、设备或者登录", "started or seated"),),
    "R-P03": (_PEOPLE_IN, ("审查或者决定的经办人", "concluded_by_one or decided_by_one")),
    "R-P04": (("现场核查的人数", "counts_officers"),),
    "R-P05": (("补正告知", "asks_correction"),),
    "R-P06": (("材料", "has_materials"),),
    "R-P07": (("文书说明理由的记载", "reasons"),),
    "R-P09": (("取消事项的日期", "any_cancelled"), ("受理的日期", "accepted")),
    "R-P11": (("文书引用的依据", "has_bases"),),
    "R-P12": (("法律变动之后规程要改的任务", "any_law_tasks"),),
    "R-P13": (("市县规程的任务", "any_county_tasks"),),
    "R-P14": (("规程的复审日期", "any_standard_reviews"),),
    "R-P15": (("辅导告知单", "guided"), ("补正告知", "asks_correction")),
    "R-F01": (("收费", "has_fees"),),
    "R-O01": (("部门系统的报送", "any_reported"),),
    "R-O02": (("记录时间", "source not in ('imported', 'migrated') or any_recorded"),),
    "R-O03": (("记录时间", "source not in ('imported', 'migrated') or any_recorded"),),
    "R-O04": (("受理的动作", "any_accepts"), ("核查、检测一类的环节", "checks")),
    "R-O05": (("部门系统的报送", "any_reported"),),
    "R-O06": (("决定的经办人", "decided_by_one"),),
    "R-O08": (("证照编号", "any_certificates"),),
    "R-O09": (("申请人", "applies"), ("撤回的动作", "any_withdrawn")),
    "R-O10": (("特别程序", "special"), ("承诺时限（limits 的 promised）", "promised_limit")),
    "R-N01": (("部门", "any_departments"),),
    "R-N02": (("部门系统的报送", "any_reported"),),
    "R-N03": (("规程写明的申报渠道", "any_online"),),
}  # fmt: skip
# What these find stays found whatever else happened, unless what happens once in a case is unknown
_STANDING = ("R-P03", "R-P05")
_ONCE = "('received', 'accepted', 'decided', '')"
_RECORDED = ("R-O02", "R-O03")


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many cases a rule could judge, of how many; how many were set aside; what is missing if it judged none."""

    judged: int
    cases: int
    aside: int = 0
    missing: str = ""
    unfit: str = ""  # SQL of the cases that it cannot judge: what it finds there does not count

    def describe(self) -> str:
        """A Chinese half-sentence for people; empty when everything was judged."""
        if self.missing:
            return f"未评判：因为这段历史没有{self.missing}"
        aside = f"，搁置 {self.aside:,} 件" if self.aside else ""
        return f"评判了 {self.judged:,}/{self.cases:,} 件{aside}" if self.judged < self.cases or aside else ""


def find_coverage(con: duckdb.DuckDBPyConnection, folder: Path, rules: Sequence[Rule]) -> dict[str, Coverage]:
    """The coverage of each rule, by its code. Makes the table `aside`."""
    con.execute(_TOLD)
    cases = _count(con, "select count(*) from told")
    _set_aside(con, folder, rules)
    return {rule.code: _cover(con, rule, cases) for rule in rules}


def remove_unjudged(con: duckdb.DuckDBPyConnection, coverage: Mapping[str, Coverage]) -> None:
    """Remove the hits on cases that their rule cannot judge."""
    for rule, covered in coverage.items():
        if covered.unfit:
            con.execute(f"delete from {HITS} where rule = ? and case_id in ({covered.unfit})", [rule])


def _cover(con: duckdb.DuckDBPyConnection, rule: Rule, cases: int) -> Coverage:
    if isinstance(rule, AskedRule):
        return _cover_question(con, rule, cases)
    if rule.entries is not Entries.CASE:
        wanted = table(rule.entries.value)
        missing = "" if _count(con, f"select count(*) from {wanted.stored_as}") else wanted.title
        return Coverage(cases, cases, missing=missing)
    fits = ["true"]
    if needs_a_point(rule):
        fits.append(f"standard in (select standard from log_points where rule = '{rule.code}')")
    for words, need in NEEDS.get(rule.code, ()):
        fits.append(f"coalesce({need}, false)")
        if not _count(con, f"select count(*) from told where {' and '.join(fits)}"):
            return Coverage(0, cases, missing=words)
    if rule.scope is Scope.POPULATION:
        return Coverage(cases, cases)
    fit = f"select case_id from told where {' and '.join(fits)}"
    set_aside = f"select case_id from {ASIDE} where rule = '{rule.code}'"
    aside = _count(con, f"select count(*) from ({set_aside}) where case_id in ({fit})")
    unfit = f"select case_id from told where not ({' and '.join(fits)}) union all {set_aside}"
    return Coverage(_count(con, f"select count(*) from ({fit})") - aside, cases, aside, unfit=unfit)


def _cover_question(con: duckdb.DuckDBPyConnection, rule: AskedRule, cases: int) -> Coverage:
    """A question is answered where its activities occur; a case of which one of them was not read is set aside where
    that could make a hit of it.
    """
    question = rule.question
    assert question is not None
    kind = KINDS[question.kind]
    asked = question.names if kind.names and not kind.names_date else ()
    for name in asked if question.kind != "without" else asked[:1]:
        known = "log_activities where activity in (select unnest(?))"
        if not _count_where(con, known, [list(question.activities_of(name))]):
            words = dict(zip(question.names, question.spoken, strict=True))[name]
            return Coverage(0, cases, missing=f"动作“{words}”")
    for name, _, _ in question.kept:
        if not _count_where(con, "log_attributes where name = ?", [name]):
            return Coverage(0, cases, missing=f"属性“{name}”")
    chosen, chosen_values = _select_chosen(question)
    if not _count_where(con, f"({chosen})", chosen_values):
        return Coverage(0, cases, missing="所要查的办件")
    told_in, values, words = _where_told(question)
    told = _count_where(con, f"({told_in} intersect {chosen})", [*values, *chosen_values])
    if not told:
        return Coverage(0, cases, missing=words)
    if kind.absence:
        con.execute(
            f"""
            insert into {ASIDE}
            select ?, case_id from unread join told using (case_id)
            where activity = '' or activity in (select unnest(?))
            union
            select ?, told.case_id from unread u cross join told
            where u.case_id = '' and u.activity in (select unnest(?))
              and not exists (from log_activities a where (a.case_id, a.activity) = (told.case_id, u.activity))
            """,
            [rule.code, list(question.list_activities())] * 2,
        )
    set_aside = f"select case_id from {ASIDE} where rule = '{rule.code}'"
    aside = _count_where(con, f"({set_aside} intersect {chosen})", chosen_values)
    return Coverage(told - aside, cases, aside, unfit=set_aside)


def _select_chosen(question: Question) -> tuple[str, list[Any]]:
    """SQL for the cases that the question is about, with its values."""
    parts = ["select case_id from log_cases"]
    values: list[Any] = []
    for column, some in question.where:
        parts.append(f'select case_id from log_cases where "{column}" in (select unnest(?))')
        values.append(list(some))
    for name, of_case, some in question.kept:
        entry = "seq = 0" if of_case else "seq <> 0"
        parts.append(f"select case_id from log_attributes where {entry} and name = ? and value in (select unnest(?))")
        values += [name, list(some)]
    return " intersect ".join(parts), values


def _where_told(question: Question) -> tuple[str, list[Any], str]:
    """SQL for the cases of which the question can judge, with its values, and what is missing where there are none."""
    if question.kind == "without":
        unanswered = f"select case_id from ({_compile_classes(question)}) where why <> ''"
        return f"select case_id from log_cases where case_id not in ({unanswered})", [], "了结的办件"
    if question.kind == "same_person":
        return "select case_id from log_activities where person <> ''", [], "经办人"
    if question.kind == "recorded_late":
        return "select case_id from log_activities where recorded_at is not null", [], "记录时间"
    if question.kind == "closed_after":
        closed = "select case_id from log_dates join log_cases using (case_id) where name = ? and closed_on is not null"
        return closed, [question.due], f"了结的办件和日期“{question.due}”（dates）"
    if question.due:
        return "select case_id from log_dates where name = ?", [question.due], f"日期“{question.due}”（dates）"
    if question.kind == "after_due":
        due = "select case_id from log_activities where due_on is not null"
        return due, [], "应当完成的日期（events 的 due）"
    return "select case_id from log_cases", [], ""


def _compile_classes(question: Question) -> str:
    """SQL for why the question leaves a case unjudged (`answering`)."""

    def compile() -> str:
        from yichuang.supervision.rules.answering import classify_cases  # only who compiles loads Ibis

        return compile_table(classify_cases(question), "duckdb")

    return COMPILED.find(f"classes {question} duckdb", compile)


def _set_aside(con: duckdb.DuckDBPyConnection, folder: Path, rules: Sequence[Rule]) -> None:
    """Fill the table of cases of which an event could not be read that the rule asks for.

    An event that names no case may be of any case that lacks one of its kind.
    """
    con.execute(f"create or replace table {ASIDE} (rule varchar, case_id varchar)")
    con.execute("create or replace temp table unread (case_id varchar, kind varchar, step varchar, activity varchar)")
    if not (folder / dataset.UNREAD).exists():
        return
    file = dataset.escape_path(folder / dataset.UNREAD)
    con.execute(f"insert into unread by name select distinct * from read_parquet('{file}')")
    wakes = [(rule.code, kind) for rule in rules for kind in (*sorted(rule.wakes), "")]
    wakes += [(code, "recorded") for code in _RECORDED]
    con.execute("create or replace temp table wakes (rule varchar, kind varchar)")
    con.execute("insert into wakes select unnest(?), unnest(?)", [list(column) for column in zip(*wakes, strict=True)])
    standing = f"(rule in {_STANDING} and kind not in {_ONCE})"
    con.execute(
        f"""
        insert into {ASIDE}
        with asked as (select * from unread join wakes using (kind) where not {standing}),
        nameless as (select distinct rule, kind, step from asked where case_id = '' and kind <> ''),
        known as (select distinct case_id, kind, step from log_events)
        select rule, case_id from asked join told using (case_id)
        union
        select rule, told.case_id from nameless cross join told
        where not exists (
          from known k where (k.case_id, k.kind, k.step) = (told.case_id, nameless.kind, nameless.step))
        """
    )


def _count_where(con: duckdb.DuckDBPyConnection, rows: str, values: Sequence[Any]) -> int:
    return _count(con, f"select count(*) from {rows}", values)


def _count(con: duckdb.DuckDBPyConnection, statement: str, values: Sequence[str] = ()) -> int:
    row = con.execute(statement, list(values)).fetchone()
    assert row is not None
    return int(row[0])
