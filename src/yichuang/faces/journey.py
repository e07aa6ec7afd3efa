"""The way of a case in words: by when the paper is in hand, or why no day can be named. Pure."""

from __future__ import annotations

from yichuang.cases.core.journey import Journey, Leg, Stop
from yichuang.catalog.standard import Standard, StepKind
from yichuang.faces.web import day


def say_way(way: Journey, standard: Standard) -> str:
    """One sentence; empty where the paper lies ready or the case has ended."""
    match way.stop:
        case Stop.CORRECTION:
            return "等您补正，补齐以前时限不计算，补齐后再算日期。"
        case Stop.SPECIAL if way.special:
            told = f"{day(way.special.on)}起，告知到{day(way.special.until)}止"
            return f"正在{StepKind(way.special.kind).label}（{told}），时限停止计算，结束后再算日期。"
        case Stop.PAYMENT:
            return "等您缴费，缴清以前时限不计算。"
        case Stop.LEAVING:
            return "所办事项将退出清单，说不出拿到结果的日期。"
        case Stop.LATE:
            return f"应当在{day(way.passed)}以前办好，已经超期，现在说不出新的日期。"
    due = way.expected
    if due is None:
        return ""
    what = f"拿到{standard.result.name}" if way.parts[-1].leg is Leg.PAPER else "作出决定"
    return f"最迟{day(due.day)}{what}{'' if due.certain else '（放假安排公布前的估计）'}。"
