"""The computation of a finding that measures a limit, on a line: start, pauses, last day, end (4.1b). What others rest
on is `evidence`'s.

Read from the contract's tables, as the rule read them: a clock that has ended is told like one that runs. Nothing is
judged or reckoned here; last day and lateness are the finding's own.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import connection

from yichuang.cases.core.events import ITEM_ENDED
from yichuang.kernel.clock import Unit
from yichuang.kernel.localtime import chinese_date, local_day
from yichuang.supervision.evidence import Evidence, list_special_days, read_evidence
from yichuang.supervision.rules.naming import name_kind, name_lateness, name_limit

if TYPE_CHECKING:
    from yichuang.supervision.models import Finding

Facts = dict[str, Any]  # the case's row, and beside it its standard, step, pauses, fees and days of documents


@dataclass(frozen=True, slots=True)
class Computation:
    """How a limit ran. `pauses` are first day, last day (None while it lasts) and what was waited for."""

    begun: str  # what it began with, 受理
    start: date
    limit: str
    pauses: tuple[tuple[date, date | None, str], ...]
    due: date
    ended: str  # what answered it, 决定; empty while nothing has
    done: date | None
    over: int | None  # working days beyond the last day; None where it is told without
    counted: bool = True  # whether days are counted, after that of the start; 当场 counts none
    special_days: tuple[str, ...] = ()  # holidays and worked weekends on the way, as `evidence` lists them

    def __str__(self) -> str:
        uncounted = "（当日不计）" if self.counted else ""
        parts = [f"{chinese_date(self.start)}{self.begun}{uncounted}", f"时限{self.limit}"]
        for first, last, what in self.pauses:
            until = f"至{chinese_date(last)}" if last else "起尚未结束"
            parts.append(f"{chinese_date(first)}{until}{what}，不计时限")
        parts.append(f"{chinese_date(self.due)}到期")
        parts.append(f"{chinese_date(self.done)}{self.ended}" if self.done else self.ended or "至今没有办结")
        if self.over is not None:
            parts.append(f"超过到期日{name_lateness(self.over)}")
        parts += self.special_days
        return "；".join(parts) + "。"


def explain_finding(finding: Finding) -> Computation | Evidence | None:
    """The computation of a finding on a limit, or what another rests on; None where the log tells neither. One
    statement, and one for the calendar.
    """
    begin = _BEGUN.get(finding.rule)
    if begin is None:
        return read_evidence(finding)
    if finding.day is None:
        return None
    with connection.cursor() as cursor:
        code, _, turn = finding.at.partition("/")
        round = int(turn) if turn.isdigit() else 0
        cursor.execute(_FACTS, {"case": finding.case_id, "step": code, "round": round, "item_ended": ITEM_ENDED})
        row = cursor.fetchone()
    facts: Facts | None = json.loads(row[0]) if row else None
    begun = begin(facts, finding) if facts else None
    if begun is None or begun.start is None:
        return None
    assert facts is not None
    # what stopped the clock, cut to the time between its start and its last day
    pauses = [(_day(first), _day(last), what) for first, last, what in (*(facts["pauses"] or ()), *begun.pauses)]
    within = tuple(
        (first, last, name_kind(what) or what)
        for first, last, what in pauses
        if first and first <= finding.day and (last is None or last > begun.start)
    )
    limit = name_limit(begun.amount, begun.unit)
    if begun.extension:
        limit += f"，批准延长{name_limit(begun.extension, begun.unit)}"
    ended, done = next(((what, day) for what, day in begun.ends if day), ("", None))
    if not finding.open and finding.withdrawn_at and done and done > local_day(finding.withdrawn_at):
        ended, done = "这条发现不再计数时还没有办结", None  # what came later is no part of it
    over = None if begun.silent else finding.measured or 0
    days = list_special_days(begun.start, finding.day, over or 0)
    counted = begun.unit != Unit.IMMEDIATE
    return Computation(begun.what, begun.start, limit, within, finding.day, ended, done, over, counted, days)


@dataclass(frozen=True, slots=True)
class _Begun:
    """A clock as its rule sets it: `ends` are what would answer it, the first that has a day does."""

    what: str
    start: date | None
    amount: int | None
    unit: str
    ends: tuple[tuple[str, date | None], ...]
    extension: int = 0
    pauses: tuple[tuple[str, str | None, str], ...] = ()
    silent: bool = False  # whether the law answered on the last day itself, after which nobody could


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _ends(facts: Facts) -> tuple[tuple[str, date | None], ...]:
    """The decision and the end; where time itself made them at a midnight, the day before, as the rules count."""
    decided, closed = ("作出决定", facts["decided_on"]), ("了结", facts["closed_on"])
    if facts["decided_eve"]:
        decided = ("证照届满，没有作出决定", facts["decided_eve"])
    if facts["closed_eve"]:
        closed = ("没有办结，次日零时随事项退出清单终止", facts["closed_eve"])
    return tuple((what, _day(day)) for what, day in (decided, closed))


def _acceptance(facts: Facts, finding: Finding) -> _Begun:
    again = finding.at == "again" or (finding.at == "silent" and facts["corrected_on"])
    day = facts["corrected_on"] if again else facts["received_on"] or facts["submitted_on"]
    what = "材料补正齐全" if again else "收件" if facts["received_on"] else "收到申请"
    silent = finding.at == "silent"
    ends: tuple[tuple[str, date | None], ...] = (
        ("告知补正", None if again else _day(facts["asked_on"])),
        ("受理", None if facts["silent"] else _day(facts["accepted_on"])),
        *_ends(facts),
    )
    if silent:
        ends = ((f"为止没有告知，视为自{what}之日受理", finding.day),)
    return _Begun(what, _day(day), facts["accept_within"], facts["accept_within_unit"], ends, silent=silent)


def _decision(name: str) -> Callable[[Facts, Finding], _Begun]:
    def begin(facts: Facts, finding: Finding) -> _Begun:
        by_receipt = name == "statutory" and facts["statutory_from"] == "apply" and facts["received_on"]
        day, what = (facts["received_on"], "收到申请") if by_receipt else (facts["accepted_on"], "受理")
        if by_receipt and facts["corrected_on"]:
            day, what = facts["corrected_on"], "材料补正齐全"
        if facts["silent"] and not by_receipt:
            what = "收件（逾期未告知，视为自此受理）"
        granted = facts["extension"] if facts[f"{name}_unit"] == facts["statutory_unit"] else 0
        return _Begun(what, _day(day), facts[name], facts[f"{name}_unit"], _ends(facts), granted)

    return begin


def _step(facts: Facts, finding: Finding) -> _Begun | None:
    step = facts["step"]
    if step is None:
        return None
    done = "逾期视为同意" if step["verdict"] == "deemed" else "办结"
    ends = (
        (done, _day(step["concluded_on"])),
        *_ends(facts),
    )
    return _Begun("环节开始", _day(step["opened_on"]), step["limit"], step["limit_unit"], ends)


def _delivery(facts: Facts, finding: Finding) -> _Begun:
    ends = (
        ("制证", _day(facts["made_on"])),
        ("送达", _day(facts["delivered_on"])),
        ("了结", _day(facts["closed_on"])),
    )
    paid = tuple((charged, paid, "等待缴费") for charged, paid in facts["fees"] or ())
    amount, unit = facts["deliver_within"], facts["deliver_within_unit"]
    return _Begun("作出决定", _day(facts["decided_on"]), amount, unit, ends, pauses=paid)


_BEGUN: dict[str, Callable[[Facts, Finding], _Begun | None]] = {
    "R-T01": _acceptance,
    "R-T02": _decision("promised"),
    "R-T03": _decision("statutory"),
    "R-T04": _step,
    "R-T06": _delivery,
}
# `extension` stands in both rows: of a standard what may be granted, of a case what was
_FACTS = """
select to_jsonb(s) || to_jsonb(c) || jsonb_build_object(
  'step', (select to_jsonb(t) from log_steps t where t.case_id = c.case_id and t.step = %(step)s
           and t.round = %(round)s),
  'decided_eve', (select c.decided_on - 1 where exists (
    select from log_events e where e.case_id = c.case_id and e.kind = 'decided' and e.person = 'system')),
  'closed_eve', case when c.outcome = %(item_ended)s then c.closed_on - 1 end,
  'asked_on', (select min(issued_on) from log_notices n where n.case_id = c.case_id and n.kind = 'correction_asked'),
  'made_on', (select min(made_on) from log_certificates m where m.case_id = c.case_id),
  'fees', (select jsonb_agg(jsonb_build_array(charged_on, paid_on) order by charged_on) from log_fees f
           where f.case_id = c.case_id and f.charged_on is not null),
  'pauses', (select jsonb_agg(jsonb_build_array(started_on, ended_on, kind) order by started_on) from log_surveys v
             where v.case_id = c.case_id and v.stops))
from log_cases c join log_standards s on s.standard = c.standard where c.case_id = %(case)s
"""
