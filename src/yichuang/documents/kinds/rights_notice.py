"""权利告知书: what is to be found and to follow, and the right to be heard before (许可法78条, 行政处罚法44、45条)."""

from __future__ import annotations

from yichuang.cases.core import events as ev
from yichuang.cases.core.state import Stage
from yichuang.documents.content import Document
from yichuang.documents.context import AT_WINDOW, Context
from yichuang.documents.declaring import declare
from yichuang.documents.falsehood import BARRED
from yichuang.kernel.clock import Clock
from yichuang.kernel.localtime import chinese_date


@declare("权利告知书", word="权告", red_head=True)
def rights_notice(event: ev.FalsehoodAlleged, c: Context) -> Document:
    you, within = c.applicant.you, c.standard.procedure.answer_within
    refusal = "不予许可" if c.case.stage is Stage.ACCEPTED else "不予受理（届时已经受理的，不予许可）"
    barred = f"；该事项直接关系公共安全、人身健康、生命财产安全，自决定之日起一年内{BARRED}" if c.terms.safety else ""
    reckoned = c.reckoning(Clock(within, event.on)) if within else ""
    return c.document(
        (
            f"{you}于{chinese_date(c.case.submitted_on or c.day)}提出{c.matter}申请。经审查，本机关拟认定{you}"
            f"隐瞒有关情况或者提供虚假材料申请行政许可，拟{refusal}，并给予警告{barred}。",
            f"查明的事实和理由：{c.text('reason')}",
            f"{you}有权陈述和申辩，请于{chinese_date(event.until)}前（含当日）提出：可以在“我的办件”中提交，也可以到{AT_WINDOW}"
            "提出；放弃的，请写明。提出以后，本机关即可作出决定；期限届满没有提出的，依法作出决定。决定作出之前都可以提出。",
            f"期限推算：{reckoned}陈述申辩的期限为本机关公布的办理程序所定。",
        ),
        bases=(*c.rule("falsified"), *c.rule("hear_falsified")),
        sign_lines=("告知人", "申请人签收", "日期") if c.case.channel == "window" else (),
    )
