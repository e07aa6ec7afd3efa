"""申请材料补正告知书: everything at once, why, and by when (32条一款四项)."""

from __future__ import annotations

from yichuang.cases.core import events as ev
from yichuang.documents import lists
from yichuang.documents.content import Document
from yichuang.documents.context import AT_WINDOW, Context
from yichuang.documents.declaring import declare
from yichuang.kernel.clock import Clock
from yichuang.kernel.localtime import chinese_date


@declare("申请材料补正告知书", word="补")
def correction(event: ev.CorrectionAsked, c: Context) -> Document:
    clock = Clock(c.standard.procedure.supply_within, c.day)
    due = chinese_date(event.due)
    return c.document(
        (
            f"{c.applicant.you}提出的{c.matter}申请（{chinese_date(c.case.received_on or c.day)}收到），"
            "经核对，申请材料不齐全或者不符合法定形式。现将需要补正的全部内容一次告知如下，"
            f"请于{due}前（含当日）补正。",
            f"需要补正的原因和要求：{c.text('reason')}",
            f"补正可以在网上提交，也可以交到{AT_WINDOW}。按照要求提交全部补正材料的，本机关将依法受理，不再要求补正其他内容。"
            f"{due}前未补正齐全的，终止办理本次申请；备齐材料后可以重新申请，已填写的内容可以沿用。",
            f"期限推算：{c.reckoning(clock)}补正期限为本机关公布的办理程序所定。",
        ),
        bases=c.rule("correct"),
        tables=(lists.wanted(c, event.materials, event.fields),),
        sign_lines=("告知人", "申请人签收", "日期") if c.case.channel == "window" else (),
    )
