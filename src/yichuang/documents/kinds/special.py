"""特别程序告知书: the time it takes, told in writing (45条)."""

from __future__ import annotations

from datetime import timedelta

from yichuang.cases.core import events as ev
from yichuang.catalog.standard import ARTICLE_45, StepKind
from yichuang.documents.content import Document
from yichuang.documents.context import Context, fields
from yichuang.documents.declaring import declare
from yichuang.kernel.localtime import chinese_date


@declare("特别程序告知书", word="特")
def special(event: ev.SpecialStarted, c: Context) -> Document:
    kind = StepKind(event.kind)
    since = event.on + timedelta(days=1)  # the day of the notice is not counted
    days = (event.until - event.on).days
    by_item = tuple(s.basis for s in c.standard.specials if s.kind is kind)
    bases = c.law("45条") if kind in ARTICLE_45 else ()
    step = f"（环节：{c.standard.step(event.step).name}）" if event.step else ""
    counts = (
        "上述时间不计算在办理期限内；提前结束的，自结束次日起恢复计算，本机关将在办理进度中公布。"
        if event.stops
        else "上述时间计算在办理期限内。"
    )
    return c.document(
        (
            f"{c.applicant.you}提出的{c.matter}申请，依法需要进行{kind.label}{step}，现将所需时间书面告知如下："
            f"自{chinese_date(since)}起，至{chinese_date(event.until)}止，共{days}日。{counts}",
            f"原因：{c.text('reason')}",
        ),
        bases=dict.fromkeys((*bases, *by_item)),
        fields=fields(
            ("程序种类", kind.label),
            ("告知日期", chinese_date(event.on)),
            ("所需时间", f"自{chinese_date(since)}起至{chinese_date(event.until)}止，共{days}日"),
            *((f"{label}（原）", chinese_date(c.due(clock))) for label, clock in c.limits(c.before)),
        ),
    )
