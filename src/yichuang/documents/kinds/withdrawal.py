"""撤回申请确认书: before the decision the applicant may take the application back."""

from __future__ import annotations

from yichuang.cases.core import events as ev
from yichuang.documents.content import Document
from yichuang.documents.context import Context
from yichuang.documents.declaring import declare
from yichuang.kernel.localtime import chinese_date


@declare("撤回申请确认书", word="撤申")
def withdrawal(event: ev.Withdrawn, c: Context) -> Document:
    reason = f"撤回理由：{c.text('reason')}" if c.text("reason") else ""
    return c.document(
        (
            f"{c.applicant.you}于{chinese_date(c.case.submitted_on or c.day)}提出的{c.matter}申请，"
            f"在本机关作出决定前，已由{c.applicant.you}于{chinese_date(event.on)}申请撤回。经核对身份，本机关予以确认，本次办理自即日起终止。",
            reason,
            "撤回申请不影响重新申请。",
        ),
        sign_lines=("经办人", "申请人签名", "日期") if c.channel == "window" else (),
    )
