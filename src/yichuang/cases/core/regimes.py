"""What follows when what was promised for later does not come in time (3.6b): four regimes with source and validity.

A city picks one as a parameter; a promise keeps the one that it told the applicant. What a regime says of lists of
persons is not here. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from yichuang.cases.core import events as ev
from yichuang.cases.core.state import Case
from yichuang.catalog.standard import Standard


class End(StrEnum):
    """How a breach ends the case."""

    REFUSED = "refused"  # the head of the organ refuses, with reasons; a filing, which nobody refuses, is ended
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Regime:
    """`since` and `until` are the months of validity as far as known; `sure` says what of it is not settled."""

    number: int  # as the parameter names it
    source: str
    since: str
    until: str
    end: End
    sure: str = ""


REGIMES = (
    Regime(
        1, "郑政文〔2018〕46号第三部分第（六）项", "2018-02", "2018-08", End.REFUSED,
        "原文没有写本件怎样处理，按郑州2018年8月办法的“不予批准”办理",
    ),
    Regime(2, "郑州市容缺受理办法（2018年8月）", "2018-08", "", End.REFUSED, "停止执行的日期没有查到"),
    Regime(3, "安阳市政务服务条例第二十四条", "2021", "", End.WITHDRAWN),
    Regime(4, "各地通行的容缺受理规定（西安等地）", "", "", End.ENDED, "文件名称和施行日期没有查到"),
)  # fmt: skip


def find_regime(number: int) -> Regime:
    """The regime of a number. Raises LookupError for a number that no regime has."""
    for regime in REGIMES:
        if regime.number == number:
            return regime
    raise LookupError(f"没有第{number}种容缺逾期处理办法。")


def end_of(number: int, standard: Standard) -> End:
    """How a breach ends a case of this standard."""
    end = find_regime(number).end
    return End.ENDED if end is End.REFUSED and standard.result.kind == "filing" else end


def say_end(number: int, standard: Standard) -> str:
    """What follows from a breach, as the applicant is told."""
    refused = f"本机关依法作出不予{standard.permission}的决定，并说明理由"
    return {
        End.REFUSED: refused,
        End.WITHDRAWN: "视为撤回申请，本件终止办理",
        End.ENDED: "本件终止办理",
    }[end_of(number, standard)]


def breach_gaps(case: Case, standard: Standard, on: date) -> list[ev.Event]:
    """What the end of the promised days does; a refusal is left to the head of the organ, who gives reasons."""
    gaps = case.gaps
    if gaps is None:
        return []
    breached = ev.GapsBreached(on, gaps.wanted, gaps.regime)
    match end_of(gaps.regime, standard):
        case End.REFUSED:
            return [breached]
        case End.WITHDRAWN:
            return [breached, ev.Terminated(ev.GAPS_WITHDRAWN, on, "")]
        case End.ENDED:
            return [breached, ev.Terminated(ev.GAPS_ENDED, on, "")]
