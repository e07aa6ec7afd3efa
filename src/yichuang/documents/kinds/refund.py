"""退费通知书: which payment is given back, and why (58、59条)."""

from __future__ import annotations

from yichuang.cases.core import events as ev
from yichuang.documents.content import Document
from yichuang.documents.context import Context, fields
from yichuang.documents.declaring import declare

_WHY = {
    "wrong_payment": "该笔缴费有误，应缴的费用请按缴费通知重新缴纳。",
    "wrong_charge": "该项费用不应收取，不需要再缴。",
    "not_served": "办件已经终结，没有提供服务，不需要再缴。",
}


@declare("退费通知书", word="退费")
def refund(event: ev.FeeRefunded, c: Context) -> Document:
    fee = next((f for f in c.standard.fees if f.code == event.fee), None)
    return c.document(
        (
            f"{c.applicant.you}办理{c.matter}时缴纳的下列费用，现全额退还。{_WHY[event.ground]}",
            f"理由：{c.text('reason')}",
        ),
        fields=fields(
            ("收费项目", fee.name if fee else event.fee),
            ("退费金额", f"{event.amount / 100:.2f}元"),
            ("原缴费凭证号", event.receipt),
            ("退费凭证号", event.voucher),
        ),
        bases=c.law("58条", "59条"),
    )
