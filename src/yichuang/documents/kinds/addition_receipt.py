"""补收材料接收凭证: what the applicant brought after the receipt, before any notice of correction."""

from __future__ import annotations

from yichuang.cases.core import events as ev
from yichuang.documents import lists
from yichuang.documents.content import Document
from yichuang.documents.context import Context
from yichuang.documents.declaring import declare
from yichuang.kernel.clock import Clock
from yichuang.kernel.localtime import chinese_date


@declare("补收材料接收凭证", word="续收")
def addition_receipt(event: ev.MaterialsAdded, c: Context) -> Document:
    received = c.case.received_on or c.case.submitted_on
    assert received is not None  # the stages of the act say so
    clock = Clock(c.standard.procedure.accept_within, received)
    return c.document(
        (
            f"{chinese_date(event.on)}，本机关收到{c.applicant.you}为{c.matter}申请补充的材料（清单见下），并入本件。",
            "本凭证证明材料已经收到，不表示申请已经受理。受理的期限仍自"
            f"{chinese_date(received)}收到申请之日起计算，不因补充材料而重新计算，"
            f"本机关将在{chinese_date(c.due(clock))}前（含当日）告知是否受理或者一次告知需要补正的全部内容。",
            f"期限推算：{c.reckoning(clock)}",
        ),
        bases=c.law("32条一款四项") or c.rule("accept_within"),
        tables=(lists.supplied(c, event.given, caption="补充材料清单"),),
        sign_lines=("收件人", "交件人", "日期") if c.channel == "window" else (),
    )
