"""补正材料接收凭证: what came, and what is still missing or what follows."""

from __future__ import annotations

from yichuang.cases.core import events as ev
from yichuang.cases.core.state import Stage
from yichuang.documents import lists
from yichuang.documents.content import Document
from yichuang.documents.context import Context
from yichuang.documents.declaring import declare
from yichuang.kernel.clock import Clock
from yichuang.kernel.localtime import chinese_date


@declare("补正材料接收凭证", word="补收")
def correction_receipt(event: ev.Supplied, c: Context) -> Document:
    asked = c.case.correction
    paragraphs: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    if c.before.stage is Stage.ACCEPTED:  # accepted by silence: what was missing comes during review
        left = "、".join(c.material(code).name for code in c.case.missing)
        still = f"尚缺：{left}。" if left else "本件材料已经齐全。"
        paragraphs = (f"{still}本件已经受理，办理期限照常计算，不因补充材料而中止。",)
    elif event.complete:
        clock = Clock(c.standard.procedure.accept_within, event.on)
        paragraphs = (
            f"补正告知书所列内容已经补正齐全，本机关将在{chinese_date(c.due(clock))}前（含当日）办理受理手续。",
            f"期限推算：{c.reckoning(clock)}",
        )
        bases = (*c.rule("correct"), *c.rule("accept"))
    elif asked:
        paragraphs = (
            f"补正告知书所列内容还没有补正齐全，尚缺：{lists.lacking(c, asked)}。"
            f"请于{chinese_date(asked.due)}前（含当日）补齐，逾期未补齐的，终止办理本次申请。",
        )
        bases = c.rule("correct")
    return c.document(
        (
            f"{chinese_date(event.on)}，本机关收到{c.applicant.you}为{c.matter}申请提交的补正材料（清单见下）。",
            *paragraphs,
        ),
        bases=bases,
        tables=(lists.supplied(c, event.given, bool(event.form)),),
        sign_lines=("收件人", "交件人", "日期") if c.channel == "window" else (),
    )
