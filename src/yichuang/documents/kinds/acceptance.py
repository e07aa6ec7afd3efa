"""受理通知书: accepted, or accepted by law because nobody answered in time; the limits and the steps."""

from __future__ import annotations

from yichuang.cases.core import events as ev
from yichuang.cases.core.regimes import say_end
from yichuang.documents import lists
from yichuang.documents.content import Document
from yichuang.documents.context import LICENSING, Context, fields
from yichuang.documents.declaring import declare
from yichuang.kernel.clock import Clock, Limit, Unit
from yichuang.kernel.localtime import chinese_date


def _later(c: Context) -> str:
    """What the applicant promised to supply."""
    return "、".join(c.material(code).name for code in (c.case.gaps.materials if c.case.gaps else ()))


def _gaps(event: ev.Accepted, c: Context) -> str:
    """Until when what was promised comes, and what follows otherwise; empty where nothing is lacking."""
    gaps = c.case.gaps
    if gaps is None or event.silent:
        return ""
    due = chinese_date(c.due(Clock(Limit(gaps.days, Unit.WORKDAY), event.on)))
    return (
        f"容缺受理：请在{due}前（含当日）补齐上述材料；没有补齐以前不作出准予的决定，"
        f"期限届满没有补齐的，{say_end(gaps.regime, c.standard)}。"
    )


@declare("受理通知书", word="受", title="行政许可申请受理通知书")
def acceptance(event: ev.Accepted, c: Context) -> Document:
    you, limit = c.applicant.you, c.standard.procedure.accept_within
    if event.silent:
        bases = event.bases if any(event.bases) else c.rule("silence_accepts")
        how = (
            f"{you}提出的{c.matter}申请，本机关于{chinese_date(event.on)}收到申请材料，未在{limit.label}内告知需要补正的内容。"
            f"依照法律规定，该申请自收到申请材料之日（{chinese_date(event.on)}）起即为受理，特此通知。"
        )
    else:
        # registrations accepted before procedures had articles of their own cite the law on licences
        own = tuple(basis for basis in event.bases if c.licensing or not basis.startswith(LICENSING))
        bases = own or c.rule("accept")
        complete = "申请材料齐全、符合法定形式"
        if c.case.gaps:
            complete = f"主要材料齐全、符合法定形式，{you}书面承诺限期补齐下列材料：{_later(c)}"
        how = (
            f"{you}提出的{c.matter}申请，属于本机关职权范围，{complete}，"
            f"本机关决定自{chinese_date(event.on)}起予以受理。"
        )
    clocks = c.limits()
    stops = (
        "依法需要听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审的，"
        "所需时间不计算在上述期限内，本机关将另行书面告知。"
    )
    return c.document(
        (
            how,
            _gaps(event, c),
            "本机关将在下列期限内作出决定。" + (stops if c.licensing else ""),
            *(f"{label}推算：{c.reckoning(clock)}" for label, clock in clocks),
            lists.fees(c),
        ),
        bases=(*bases, *c.law("42条一款", "45条")),
        fields=fields(
            ("受理号", c.receipt),
            *((label, f"{clock.limit.label}，至{chinese_date(c.due(clock))}") for label, clock in clocks),
            ("咨询电话", c.phone),
        ),
        tables=(lists.steps(c, event.steps),),
    )
