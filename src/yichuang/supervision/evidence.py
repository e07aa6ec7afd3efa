"""What a finding that measures no clock of its case rests on, on a line (4.1b): a special procedure, a renewal that ran
out, and what shows that somebody acted for another. Read from the contract's tables, as the rule read them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection

from yichuang.kernel.localtime import SHANGHAI, chinese_date
from yichuang.supervision.reported import ACTS
from yichuang.supervision.rules.naming import name_kind, name_limit

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
    find = _FOUND.get((finding.rule, finding.at.partition("/")[0])) or _FOUND.get((finding.rule, ""))
    parts = find(finding) if find else None
    return Evidence(tuple(parts)) if parts else None


def _rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _clock_time(moment: datetime) -> str:
    local = moment.astimezone(SHANGHAI)
    return f"{chinese_date(local.date())}{local:%H:%M:%S}"


# --- R-T08 ------------------------------------------------------------------------------------------------------------


def _special(finding: Finding) -> list[str] | None:
    what, _, code = finding.at.partition("/")
    rows = _rows(
        """
        select s.kind, s.started_on, s.until, s.ended_on, coalesce(c.decided_on, c.closed_on), s.notice
        from log_surveys s join log_cases c using (case_id) where s.case_id = %s and s.survey = %s
        """,
        finding.case_id,
        code,
    )
    if not rows or rows[0][1] is None:
        return None
    kind, started, until, ended, answered, notice = rows[0]
    parts = [f"{chinese_date(started)}启动“{name_kind(kind) or kind}”特别程序"]
    if what == "notice":
        return [*parts, "所需时间应当书面告知申请人，没有时间告知书"]
    if what == "kind":
        return [*parts, "这一种既不在该事项办事规程之内，也不是法律所列不计时限的，时限却停了"]
    parts.append(f"书面告知{f'（{notice}）' if notice else ''}到{chinese_date(until)}结束")
    if ended:
        return [*parts, f"{chinese_date(ended)}结束，晚{(ended - until).days}天"]
    if answered:
        return [*parts, f"没有结束，到{chinese_date(answered)}办件作出决定或者了结，晚{(answered - until).days}天"]
    return [*parts, "至今没有结束"]


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


_FOUND: dict[tuple[str, str], Callable[[Finding], list[str] | None]] = {
    ("R-T08", ""): _special,
    ("R-L03", ""): _renewal,
    ("R-P02", "quick"): _quick,
    ("R-P02", "device"): _shared("device", "同一台设备"),
    ("R-P02", "session"): _shared("session", "同一次登录"),
    ("R-P02", "post"): _unseated,
}
