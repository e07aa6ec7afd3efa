"""What a finding that measures no clock of its case rests on, on a line (4.1b): special procedures, hearings, renewals,
what shows that somebody acted for another, and what happened outside or was entered afterwards. Read from the
contract's tables, as the rule read them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection

from yichuang.cases.core.events import ITEM_ENDED
from yichuang.kernel.localtime import SHANGHAI, chinese_date, local_day
from yichuang.licences.core.events import LABELS
from yichuang.org.queries import get_calendar
from yichuang.supervision.own.known import OWN, find_rule
from yichuang.supervision.own.showing import explain_hit, read_activities
from yichuang.supervision.reported import ACTS
from yichuang.supervision.rules.naming import name_kind, name_lateness, name_limit
from yichuang.supervision.rules.questions import AskedRule, Question

if TYPE_CHECKING:
    from yichuang.supervision.models import Finding

SHOWN = 8  # characters of a device's or a session's digest: enough to compare by eye


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was recorded, in the order in which it happened."""

    parts: tuple[str, ...]

    def __str__(self) -> str:
        return "；".join(self.parts) + "。"


def read_evidence(finding: Finding) -> Evidence | None:
    """What the finding rests on; None for other rules, or where the log no longer has it. One statement."""
    rule = find_rule(finding.rule) if finding.rule.startswith(OWN) else None
    if isinstance(rule, AskedRule) and rule.question:
        return _answer(finding, rule.question)
    find = _FOUND.get((finding.rule, finding.at.partition("/")[0])) or _FOUND.get((finding.rule, ""))
    parts = find(finding) if find else None
    return Evidence(tuple(parts)) if parts else None


def _answer(finding: Finding, question: Question) -> Evidence | None:
    """What a rule as data rests on; where working days were counted, with the days that are none."""
    done = read_activities([finding.case_id]).get(finding.case_id, [])
    parts = explain_hit(question, finding, done)
    first = next((act for act in done if act.seq == finding.other), None)
    if parts and first and finding.day and question.span and question.span.unit == "workday":
        parts += list_special_days(local_day(first.at), finding.day)
    return Evidence(tuple(parts)) if parts else None


def list_special_days(start: date, end: date, more: int = 0) -> tuple[str, ...]:
    """Holidays and worked weekends after a start up to so many working days beyond an end, without which nobody can
    count the days again: one part of a line, or none. One statement.
    """
    calendar = get_calendar()
    gap = calendar.describe_gap(start, calendar.add(end, more))
    off = (chinese_date(a) if a == b else f"{chinese_date(a)}至{chinese_date(b)}" for a, b in gap.holidays)
    days = [*(f"{days}放假" for days in off), *(f"{chinese_date(day)}调休上班" for day in gap.work_weekends)]
    return (f"其间{'，'.join(days)}",) if days else ()


def _rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _clock_time(moment: datetime) -> str:
    local = moment.astimezone(SHANGHAI)
    return f"{chinese_date(local.date())}{local:%H:%M:%S}"


def _only_row(statement: str, *values: Any) -> tuple[Any, ...] | None:
    return next(iter(_rows(statement, *values)), None)


# --- R-T08 ------------------------------------------------------------------------------------------------------------


def _special(finding: Finding) -> list[str] | None:
    what, _, code = finding.at.partition("/")
    rows = _rows(
        """
        select s.kind, s.started_on, s.until, s.ended_on, s.notice, coalesce(c.decided_on, c.closed_on),
          c.outcome = %s or exists (
            select from log_events e where e.case_id = c.case_id and e.kind = 'decided' and e.person = 'system')
        from log_surveys s join log_cases c using (case_id) where s.case_id = %s and s.survey = %s
        """,
        ITEM_ENDED,
        finding.case_id,
        code,
    )
    if not rows or rows[0][1] is None:
        return None
    kind, started, until, ended, notice, answered, by_time = rows[0]
    parts = [f"{chinese_date(started)}启动“{name_kind(kind) or kind}”特别程序"]
    if what == "notice":
        return [*parts, "所需时间应当书面告知申请人，没有时间告知书"]
    if what == "kind":
        return [*parts, "这一种既不在该事项办事规程之内，也不是法律所列不计时限的，时限却停了"]
    parts.append(f"书面告知{f'（{notice}）' if notice else ''}到{chinese_date(until)}结束")
    due = max(until, finding.day or until)
    if due > until:
        parts.append(f"那天是休息日，顺延至{chinese_date(due)}")
    if ended:
        return [*parts, f"{chinese_date(ended)}结束，晚{(ended - due).days}天"]
    if answered and by_time:
        eve = answered - timedelta(days=1)
        return [*parts, f"没有结束，到{chinese_date(eve)}晚{(eve - due).days}天，次日零时办件依法视为准予或者终止"]
    if answered:
        return [*parts, f"没有结束，到{chinese_date(answered)}办件作出决定或者了结，晚{(answered - due).days}天"]
    return [*parts, "至今没有结束"]


# --- R-T10 ------------------------------------------------------------------------------------------------------------


def _silence(finding: Finding) -> list[str] | None:
    step, _, round = finding.at.partition("/")
    row = _only_row(
        'select opened_on, "limit", limit_unit, concluded_on from log_steps'
        " where case_id = %s and step = %s and round = %s",
        finding.case_id,
        step,
        int(round),
    )
    if row is None or row[3] is None:
        return None
    opened, amount, unit, concluded = row
    return [
        f"{chinese_date(opened)}征求意见（当日不计）",
        f"时限{name_limit(amount, unit)}",
        f"{chinese_date(concluded - timedelta(days=1))}到期，没有答复",
        f"{chinese_date(concluded)}零时起视为同意",
        *list_special_days(opened, concluded),
    ]


# --- R-L03 ------------------------------------------------------------------------------------------------------------


def _renewal(finding: Finding) -> list[str] | None:
    rows = _rows(
        """
        select c.submitted_on, s.statutory_unit from log_cases c join log_standards s on s.standard = c.standard
        where c.case_id = %s
        """,
        finding.case_id,
    )
    if not rows or finding.day is None:
        return None
    submitted, unit = rows[0]
    return [
        f"{chinese_date(submitted)}提交延续申请（当日不计）",
        f"法定时限{name_limit(finding.allowed, unit)}",
        f"证照{chinese_date(finding.day)}届满，申请至届满有{finding.measured}个工作日",
        "届满前没有作出决定，依法视为准予延续",
        *list_special_days(submitted, finding.day),
    ]


# --- R-L02 ------------------------------------------------------------------------------------------------------------


def _hearing(finding: Finding) -> list[str] | None:
    what, _, place = finding.at.partition("/")
    number, _, seq = place.rpartition("/")
    row = _only_row(
        """
        select a.occurred_on, a.hold_by, a.hearing_on, e.occurred_on, e.kind
        from log_licence_acts a left join log_licence_acts e
          on e.case_id = a.case_id and e.licence_id = a.licence_id and e.seq = %s
        where a.case_id = %s and a.number = %s and a.seq = %s
        """,
        finding.other,
        finding.case_id,
        number,
        int(seq),
    )
    if row is None:
        return None
    told, hold_by, hearing, ended, kind = row
    if what == "notice":
        short = f"提前{finding.measured}个工作日，应当提前{finding.allowed}个工作日"
        parts = [f"{chinese_date(told)}通知听证", f"{chinese_date(hearing)}听证", short]
        return [*parts, *list_special_days(told, hearing)]
    return [
        f"{chinese_date(told)}要求举行听证（当日不计）",
        f"时限{finding.allowed}个工作日",
        f"{chinese_date(hold_by)}到期",
        f"{chinese_date(ended)}{LABELS.get(kind, kind)}" if ended else "至今没有举行",
        f"超过到期日{name_lateness(finding.measured)}",
        *list_special_days(told, hold_by, finding.measured or 0),
    ]


# --- R-P02 ------------------------------------------------------------------------------------------------------------


def _quick(finding: Finding) -> list[str] | None:
    _, step, round = finding.at.split("/")
    rows = _rows(
        "select opened_at, concluded_at from log_steps where case_id = %s and step = %s and round = %s",
        finding.case_id,
        step,
        int(round),
    )
    if not rows or rows[0][1] is None:
        return None
    opened, concluded = rows[0]
    return [
        f"{_clock_time(opened)}环节开始",
        f"{_clock_time(concluded)}办结",
        f"用时{finding.measured}秒，少于{finding.allowed}秒",
    ]


def _shared(column: str, name: str) -> Callable[[Finding], list[str] | None]:
    def find(finding: Finding) -> list[str] | None:
        rows = _rows(
            f"""
            select seq, kind, occurred_at, {column} from log_events where case_id = %s and seq = any(%s) order by seq
            """,
            finding.case_id,
            [finding.seq, finding.other],
        )
        if len(rows) < 2 or rows[0][3] != rows[1][3]:
            return None
        acts = (f"第{seq}条“{ACTS.get(kind, kind)}”（{_clock_time(at)}）" for seq, kind, at, _ in rows)
        mark = rows[0][3].rpartition(":")[2][:SHOWN]
        return [
            f"{'和'.join(acts)}由两人办理",
            f"都出自{name}（标识摘要的前{len(mark)}位：{mark}）",
            f"本件上这样的工作人员共{finding.measured}名",
        ]

    return find


def _unseated(finding: Finding) -> list[str] | None:
    rows = _rows(
        """
        select e.kind, e.occurred_at, (
          select count(distinct h.person) from log_holders h where h.post = e.post
            and h.first_day <= e.occurred_on and coalesce(h.last_day, e.occurred_on) >= e.occurred_on)
        from log_events e where e.case_id = %s and e.seq = %s
        """,
        finding.case_id,
        finding.seq,
    )
    if not rows:
        return None
    kind, at, holders = rows[0]
    there = f"当日有{holders}人任职，没有经办人" if holders else "当日没有人任职"
    return [f"{_clock_time(at)}办理第{finding.seq}条“{ACTS.get(kind, kind)}”", f"所用的岗位{there}"]


# --- R-O02 … R-O05, R-O09, R-O10 --------------------------------------------------------------------------------------


def _late_entry(finding: Finding) -> list[str] | None:
    row = _only_row(
        "select kind, occurred_on, recorded_at from log_events where case_id = %s and seq = %s",
        finding.case_id,
        finding.seq,
    )
    if row is None:
        return None
    kind, occurred, recorded = row
    late = f"隔了{finding.measured}个工作日，允许{finding.allowed}个工作日"
    return [
        f"“{ACTS.get(kind, kind)}”称发生在{chinese_date(occurred)}",
        f"{_clock_time(recorded)}记入",
        late,
        *list_special_days(occurred, local_day(recorded)),
    ]


def _bulk(finding: Finding) -> list[str] | None:
    row = _only_row(
        """
        select min(opened_at), max(concluded_at), count(distinct step) from log_steps
        where case_id = %s and concluded_at is not null and concluded_by <> 'system'
        """,
        finding.case_id,
    )
    if row is None or row[0] is None:
        return None
    begun, ended, number = row
    spent = f"共{finding.measured}秒，少于{finding.allowed}秒"
    return [f"{_clock_time(begun)}第一个环节开始", f"{_clock_time(ended)}最后一个环节办结，共{number}个环节", spent]


def _dates(finding: Finding) -> list[str] | None:
    what, _, place = finding.at.partition("/")
    step, _, round = place.partition("/")
    row = _only_row(
        """
        select case %s when 'accepted' then c.accepted_on when 'decided' then c.decided_on else (
          select concluded_on from log_steps s where s.case_id = c.case_id and s.step = %s and s.round = %s) end
        from log_cases c where c.case_id = %s
        """,
        what,
        step,
        int(round or 0),
        finding.case_id,
    )
    if row is None or row[0] is None or finding.day is None:
        return None
    return [f"写明的日期是{chinese_date(row[0])}", f"系统记录在{chinese_date(finding.day)}"]


def _examined(finding: Finding) -> list[str] | None:
    row = _only_row(
        """
        select s.kind, s.system, s.started_on, c.accepted_on
        from log_surveys s join log_cases c using (case_id) where s.case_id = %s and s.survey = %s
        """,
        finding.case_id,
        finding.at,
    )
    if row is None:
        return None
    kind, system, started, accepted = row
    told = f"，由部门系统{system}报送" if system else ""
    begun = f"“{name_kind(kind) or kind}”在{chinese_date(started)}{told}"
    return [begun, f"本件{chinese_date(accepted)}受理" if accepted else "本件至今没有受理"]


def _twice(finding: Finding) -> list[str] | None:
    number = finding.at.partition("/")[2] or finding.number
    row = _only_row(
        """
        select t.accepted_on, (
          select accepted_on from log_cases where number = %s and source <> 'reported' limit 1)
        from log_cases t where t.case_id = %s
        """,
        number,
        finding.case_id,
    )
    if row is None or row[0] is None:
        return None
    theirs, ours = row
    here = f"大厅（{number}）{chinese_date(ours)}受理" if ours else f"大厅（{number}）还没有受理"
    return [f"部门系统{chinese_date(theirs)}受理", here]


def _filed_again(finding: Finding) -> list[str] | None:
    row = _only_row(
        """
        select f.number, f.accepted_on, s.promised, s.promised_unit, f.closed_on, n.submitted_on
        from log_cases f join log_standards s on s.standard = f.standard join log_cases n on n.case_id = %s
        where f.case_id = %s
        """,
        finding.case_id,
        finding.at,
    )
    if row is None:
        return None
    number, accepted, promised, unit, closed, filed = row
    return [
        f"前一件（{number}）{chinese_date(accepted)}受理（当日不计），承诺时限{name_limit(promised, unit)}",
        f"{chinese_date(closed)}撤回，离到期还有{finding.measured}个工作日",
        f"{chinese_date(filed)}重新提交",
        *list_special_days(accepted, closed, finding.measured or 0),
    ]


def _suspended(finding: Finding) -> list[str] | None:
    row = _only_row(
        """
        select c.accepted_on, s.kind, s.started_on from log_surveys s join log_cases c using (case_id)
        where s.case_id = %s and s.survey = %s
        """,
        finding.case_id,
        finding.at,
    )
    if row is None:
        return None
    accepted, kind, started = row
    return [
        f"{chinese_date(accepted)}受理（当日不计）",
        f"承诺时限{finding.allowed}个工作日",
        f"{chinese_date(started)}启动“{name_kind(kind) or kind}”特别程序，是第{finding.measured}个工作日",
        *list_special_days(accepted, started),
    ]


# --- R-O08 ------------------------------------------------------------------------------------------------------------


def _gap(finding: Finding) -> list[str] | None:
    """The number before the gap, and those that nobody has seen."""
    last = _NUMBER.fullmatch(finding.at)
    if last is None:
        return None
    series, serial, tail = last.groups()
    rows = _rows(
        "select distinct number from log_certificates where department = %s and starts_with(number, %s)",
        finding.department,
        series,
    )
    numbered = [match for (number,) in rows if (match := _NUMBER.fullmatch(number)) and match[1] == series]
    before = max((match for match in numbered if int(match[2]) < int(serial)), key=lambda m: int(m[2]), default=None)
    if before is None:
        return None
    ends = dict.fromkeys((int(before[2]) + 1, int(serial) - 1))
    missing = "至".join(f"{series}{number:0{len(serial)}}{tail}" for number in ends)
    return [f"前一个号是{before[0]}", f"没有见到{missing}"]


_NUMBER = re.compile(r"(.*?)(\d+)(\D*)")  # what tells the series apart, the serial number, and what follows it
_FOUND: dict[tuple[str, str], Callable[[Finding], list[str] | None]] = {
    ("R-T08", ""): _special,
    ("R-T10", ""): _silence,
    ("R-L03", ""): _renewal,
    ("R-L02", ""): _hearing,
    ("R-O02", "late"): _late_entry,
    ("R-O02", "bulk"): _bulk,
    ("R-O03", ""): _dates,
    ("R-O04", ""): _examined,
    ("R-O05", ""): _twice,
    ("R-O08", ""): _gap,
    ("R-O09", ""): _filed_again,
    ("R-O10", ""): _suspended,
    ("R-P02", "quick"): _quick,
    ("R-P02", "device"): _shared("device", "同一台设备"),
    ("R-P02", "session"): _shared("session", "同一次登录"),
    ("R-P02", "post"): _unseated,
}
