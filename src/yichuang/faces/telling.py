"""A case in words: one line of its timeline beyond the label, and a clock. Texts and names are given by the caller."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from yichuang.cases.core import events as ev
from yichuang.cases.core.clocks import LABELS, Running
from yichuang.cases.core.lights import BEYOND_PROMISE, LIGHTS, Wait
from yichuang.cases.core.outcome import METHODS
from yichuang.cases.core.state import Charge, Stage
from yichuang.cases.core.undoing import GROUNDS
from yichuang.cases.queries import Row
from yichuang.cases.view import ClockView
from yichuang.catalog.standard import Standard, StepKind
from yichuang.faces.web import day, money

VERDICTS = {"pass": "通过", "fail": "不通过", "agree": "同意", "disagree": "不同意", "deemed": "逾期未回复，视为同意"}
TEXTS = {
    "opinion": "意见",
    "reason": "理由",
    "result": "结果",
    "recipient": "收件人",
    "decision": "决定和理由",
    "signer": "签名人",
    "statement": "陈述申辩",
}
RUNGS = {"remind": "提醒", "warn": "预警", "over": "已超期"}


@dataclass(frozen=True, slots=True)
class Words:
    """Names that events carry as codes."""

    standard: Standard
    names: dict[str, str]  # officers by person

    def step(self, code: str) -> str:
        return next((s.name for s in self.standard.steps if s.code == code), code)

    def materials(self, codes: Any) -> str:
        known = {m.code: m.name for m in self.standard.materials}
        return "、".join(known.get(c, c) for c in codes)

    def people(self, persons: Any) -> str:
        return "、".join(self.names.get(p, p) for p in persons)

    def fee(self, code: str) -> str:
        return next((f.name for f in self.standard.fees if f.code == code), code)


def _ended_special(ended: ev.SpecialEnded, words: Words) -> str:
    """Which special procedure ended, and by what."""
    step = words.step(ended.step)
    by = {
        ev.CONCLUDED: f"随环节“{step}”办结而结束",
        ev.SENT_BACK: f"因环节“{step}”被退回而结束",
        ev.BY_OFFICER: "由办理人员结束",
    }
    return f"{StepKind(ended.kind).label}：{by[ended.by]}"


def _falsehood(event: ev.Declined | ev.Decided) -> list[str]:
    """What was found by 许可法 78 条, if it was."""
    if not event.falsified:
        return []
    barred = f"，在{day(event.barred_until)}前（含当日）不得再次申请" if event.barred_until else ""
    return [f"认定隐瞒有关情况或者提供虚假材料，给予警告{barred}"]


_SAY: dict[type[Any], Callable[[Any, Words], list[str]]] = {
    ev.PreReviewed: lambda e, w: ["通过" if e.passed else "不通过"],
    ev.Received: lambda e, w: [f"核对原件：{w.materials(e.originals)}"] if e.originals else [],
    ev.SpecialEnded: lambda e, w: [_ended_special(e, w)] if e.by else [],
    ev.CorrectionAsked: lambda e, w: [
        *([f"需补正材料：{w.materials(e.materials)}"] if e.materials else []),
        f"补正期限：{day(e.due)}",
    ],
    ev.Supplied: lambda e, w: [
        *([f"补交：{w.materials(e.given)}"] if e.given else []),
        "已补齐" if e.complete else "尚未补齐",
    ],
    ev.MaterialsAdded: lambda e, w: [f"补充：{w.materials(e.given)}"],
    ev.Revised: lambda e, w: [f"现需材料：{w.materials(e.needed)}"],
    ev.Accepted: lambda e, w: ["逾期未告知，自收到之日起即为受理"] if e.silent else ["依据：" + "、".join(e.bases)],
    ev.GapsPromised: lambda e, w: [f"承诺后补：{w.materials(e.materials)}", f"自受理之日起{e.days}个工作日内补齐"],
    ev.GapsOpened: lambda e, w: [f"补交期限：{day(e.due)}"],
    ev.GapsSupplied: lambda e, w: [f"补交：{w.materials(e.given)}"],
    ev.GapChecked: lambda e, w: [
        f"{w.materials([e.material])}：{'合格' if e.passed else '不合格'}",
        *([f"补交期限顺延到{day(e.due)}"] if e.due else []),
    ],
    ev.GapsBreached: lambda e, w: [f"没有补齐：{w.materials(e.materials)}"],
    ev.Declined: lambda e, w: [
        Stage(e.outcome).label,
        *([f"应当向{e.competent}申请"] if e.competent else []),
        *_falsehood(e),
    ],
    ev.FalsehoodAlleged: lambda e, w: [f"陈述申辩的期限：{day(e.until)}（含当日）"],
    ev.StepOpened: lambda e, w: [w.step(e.step) + (f"（第{e.round}次）" if e.round > 1 else "")],
    ev.StepAssigned: lambda e, w: [f"{w.step(e.step)} → {w.people([e.person])}"],
    ev.StepConcluded: lambda e, w: [
        f"{w.step(e.step)}：{VERDICTS.get(e.verdict, e.verdict)}",
        *([f"办理人：{w.people(e.officers)}"] if e.officers else []),
    ],
    ev.SentBack: lambda e, w: [f"{w.step(e.step) if e.step else '决定'} → {w.step(e.to)}"],
    ev.SpecialStarted: lambda e, w: [
        f"{StepKind(e.kind).label}，预计至{day(e.until)}" + ("（不计入时限）" if e.stops else "")
    ],
    ev.Extended: lambda e, w: [f"延长{e.days}"],
    ev.FeeCharged: lambda e, w: [f"{w.fee(e.fee)} {money(e.amount)}", f"依据：{e.basis}"],
    ev.FeePaid: lambda e, w: [f"{w.fee(e.fee)} {money(e.amount)}", f"凭证号：{e.receipt}"],
    ev.Decided: lambda e, w: [
        "届满前没有决定，视为准予延续" if e.deemed else "准予" if e.granted else "不予",
        "依据：" + "、".join(e.bases),
        *_falsehood(e),
    ],
    ev.LatenessExplained: lambda e, w: [f"法定办理期限已于{day(e.due)}届满"],
    ev.CertificateMade: lambda e, w: [
        f"{e.type} {e.number}",
        f"有效期：{day(e.valid_from)}至{day(e.valid_to) if e.valid_to else '长期'}",
    ],
    ev.Delivered: lambda e, w: [METHODS.get(e.method, e.method)],
    ev.Rebound: lambda e, w: [f"改按第{e.standard.rpartition('/')[2]}版"],
    ev.Warned: lambda e, w: [
        f"{LABELS.get(e.clock.partition('.')[0], e.clock)}{RUNGS.get(e.rung, e.rung)}，到期日{day(e.due)}"
    ],
    ev.AcceptanceRevoked: lambda e, w: ["依据：" + "、".join(e.bases)],
    ev.OpinionCorrected: lambda e, w: [
        f"{w.step(e.step)}：{VERDICTS.get(e.former, e.former)} → {VERDICTS.get(e.verdict, e.verdict)}"
    ],
    ev.ApplicantCorrected: lambda e, w: ["申请人登记有误，已更正" if e.former else "名称或号码有误，已更正"],
    ev.FeeRefunded: lambda e, w: [
        f"{w.fee(e.fee)} {money(e.amount)}：{GROUNDS.get(e.ground, e.ground)}",
        f"退费凭证号：{e.voucher}（原凭证号：{e.receipt}）",
    ],
    ev.WithdrawalTaken: lambda e, w: ["窗口已核对身份，收存书面撤回申请"],
}


def say(event: Any, words: Words) -> list[str]:
    """Short sentences on an event; none for one whose label says all."""
    tell = _SAY.get(type(event))
    return tell(event, words) if tell else []


def count_working_days(number: int) -> str:
    """Working days beyond a limit in words; rest days alone are less than one."""
    return f"{number}个工作日" if number else "不足1个工作日"


def name_clock(running: Running, standard: Standard) -> str:
    """What a clock is called; that of a step by the step, for two may run at once."""
    if running.family != "step":
        return running.label
    return f"“{standard.step(running.name.split('.')[1]).name}”{running.label}"


def charge_of(charge: Charge | None) -> str:
    """Where a fee stands."""
    if charge is None:
        return "尚未通知"
    if charge.paid:
        return f"已缴，凭证 {charge.paid}"
    refunded = f"已退费，凭证 {charge.refunded}" if charge.refunded else ""
    return refunded if charge.waived else f"{refunded}；待重新缴纳" if refunded else "已通知，待缴"


def light_of(level: int, wait: str, stage: Stage) -> tuple[str, str]:
    """Colour and word of a case: its level once time has warned, else what it waits for."""
    if not stage.open:
        return "grey", "已结"
    return ("grey", Wait(wait).label) if wait and not level else LIGHTS[level]


def light_of_row(row: Row, today: date) -> tuple[str, str]:
    """`light_of` a case in a list. A date that has passed shows at once, whether or not the sweep has warned yet."""
    near = row.stage.open and not row.wait and row.level < BEYOND_PROMISE
    if near and row.due_on is not None and row.due_on <= today:
        return "yellow", "今天到期" if row.due_on == today else "已过期"
    return light_of(row.level, row.wait, row.stage)


def clock_of(clock: ClockView) -> dict[str, Any]:
    """A clock as a page shows it: its label, how it stands, how much of it is used."""
    unit = {"day": "日", "month": "日"}.get(clock.running.clock.limit.unit.value, "个工作日")
    left = clock.left
    say = (
        "已停止"
        if not clock.live
        else "暂停中"
        if clock.due.open_ended
        else f"还剩{left}{unit}"
        if left > 0
        else "今天到期"
        if left == 0
        else f"已超{-left}{unit}"
    )
    return {"view": clock, "label": clock.running.label, "say": say, "used": f"{clock.used}{unit}"}
