"""What an applicant is told and promises where an application is accepted despite gaps (3.6b): the same words on the
paper to be signed and in the document. Pure.
"""

from __future__ import annotations

from datetime import date

from yichuang.cases.core.regimes import find_regime, say_end
from yichuang.catalog.standard import Standard
from yichuang.documents.context import AT_WINDOW
from yichuang.kernel.clock import Limit, Unit
from yichuang.kernel.localtime import chinese_date


def tell_promise(standard: Standard, you: str, matter: str, days: int, last: date, regime: int) -> tuple[str, ...]:
    """The paragraphs, but for who signs. `last` is the last day where the application is accepted today."""
    within = Limit(days, Unit.WORKDAY).label
    return (
        f"告知：{you}提出的{matter}申请，主要材料齐全、符合法定形式，下列非关键材料欠缺或者有瑕疵。"
        f"{you}承诺限期补齐的，本机关先予受理并进行审查，办理期限照常计算；没有补齐以前，本机关不作出准予的决定。",
        f"补交的期限：自受理之日起{within}内；今天受理的，最后一天是{chinese_date(last)}（含当日）。",
        f"补交的方式：在网上“我的办件”上传，或者交到{AT_WINDOW}。每份材料收到后核对，不合格的告知理由。",
        f"逾期的后果：期限届满没有补齐的，{say_end(regime, standard)}（{find_regime(regime).source}）。",
        "承诺：已经知悉上述内容，承诺按期补齐下列材料，并对承诺的真实性负责。",
    )
