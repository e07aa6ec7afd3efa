"""When the clocks of cases warn: what an administrator may change about it. Events name the version used."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from yichuang.aggregates.parameters import Group, Parameter
from yichuang.aggregates.refusal import Kind, require
from yichuang.aggregates.settings import order, reads_of, settings_upto
from yichuang.cases.core.clocks import LABELS
from yichuang.cases.core.facts import GapRules, Parameters
from yichuang.cases.core.regimes import REGIMES
from yichuang.cases.rights import WARNINGS

if TYPE_CHECKING:
    from yichuang.aggregates.models import Setting

MOST_DAYS = 60
FIRST = Parameters()


def check_rungs(value: Any) -> None:
    """Pairs of remind | warn and how many days or working days are left. Raises Refused(input)."""
    good = all(name in ("remind", "warn") and 0 <= left <= MOST_DAYS for name, left in value)
    require(good, "bad-rung", f"预警级别只能是 remind 或 warn，天数在 0 到 {MOST_DAYS} 之间。", kind=Kind.INPUT)
    reminds, warns = ([left for name, left in value if name == wanted] for wanted in ("remind", "warn"))
    require(
        min(reminds, default=MOST_DAYS) >= max(warns, default=0),
        "bad-rung",
        "“提醒”不能晚于“预警”：提醒的剩余天数应当不少于预警的。",
        next="请改大提醒天数，或者改小预警天数。",
        kind=Kind.INPUT,
    )


RUNGS = Group(
    "warnings",
    "预警参数",
    "本级电子监察办法；初值是各地常用的，不是法律规定的",
    {
        family: Parameter(LABELS[family], [list(rung) for rung in rungs], check=check_rungs)
        for family, rungs in FIRST.rungs.items()
    },
    WARNINGS,
)


_GAPS = GapRules()
GAPS = Group(
    "gaps",
    "容缺受理",
    "郑政文〔2018〕46号第三部分第（六）项；天数参照各地容缺受理规定，不是法律规定的。逾期处理的办法："
    + "；".join(f"{one.number}号，{one.source}" for one in REGIMES),
    {
        "regime": Parameter(
            "逾期没有补齐怎样处理",
            _GAPS.regime,
            "号办法",
            1,
            len(REGIMES),
        ),
        "longest": Parameter("补交期限最多", _GAPS.longest, "个工作日", 1, 60),
        "margin": Parameter("补交期限在承诺的办理时限届满以前至少", _GAPS.margin, "个工作日", 0, 20),
        "again": Parameter("补交的不合格，期限所剩不足时顺延到自核对之日起", _GAPS.again, "个工作日", 1, 20),
    },
    WARNINGS,
)
# The two numbers of `reads_of(GAPS.scope)`, beside those of the warnings
GAP_READS = {f"gap_{name}": read for name, read in reads_of(GAPS.scope).items()}


@lru_cache(maxsize=16)
def gap_rules_upto(parameters: int, announced: int) -> GapRules:
    """The rules of 容缺受理 in force, for the two numbers of `GAP_READS`."""
    return replace(_GAPS, **{name: row.value for name, row in settings_upto(GAPS.scope, parameters, announced).items()})


@lru_cache(maxsize=16)
def parameters_upto(parameters: int, announced: int) -> Parameters:
    """What warns, for the numbers of `reads_of(RUNGS.scope)` that the statement which locks a case read."""
    rows = settings_upto(RUNGS.scope, parameters, announced)
    changed = {name: tuple((str(rung), int(left)) for rung, left in row.value) for name, row in rows.items()}
    return replace(FIRST, version=version_of(rows.values()), rungs=FIRST.rungs | changed)


def version_of(in_force: Collection[Setting]) -> str:
    """What events call the parameters in force: the first ones', and the id of the row that came into force last."""
    return f"{FIRST.version}.{max(in_force, key=order).pk}" if in_force else FIRST.version
