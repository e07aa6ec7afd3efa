"""撤销受理决定书: the acceptance had no ground; nothing was reviewed yet. Reasons and remedies as for a refusal."""

from __future__ import annotations

from yichuang.cases.core import events as ev
from yichuang.documents.content import Document
from yichuang.documents.context import Context
from yichuang.documents.declaring import declare
from yichuang.documents.duties import tell_remedies
from yichuang.kernel.localtime import chinese_date


@declare("撤销受理决定书", word="撤受", red_head=True, duties=(tell_remedies,))
def acceptance_revocation(event: ev.AcceptanceRevoked, c: Context) -> Document:
    paid = any(charge.paid for charge in c.case.charges.values())
    return c.document(
        (
            f"{c.applicant.you}于{chinese_date(c.case.submitted_on or c.day)}提出{c.matter}申请，"
            f"本机关于{chinese_date(c.case.accepted_on or c.day)}受理。经核查，该申请不符合受理的条件，"
            "尚无审查环节办结，本机关决定撤销受理，本次办理自即日起终止。",
            f"理由：{c.text('reason')}",
            "已缴纳的费用由收费窗口全额退还。" if paid else "",
            "撤销受理不影响重新申请；符合受理条件的，可以重新提出，已填写的内容可以沿用。",
        ),
        bases=event.bases,
        remedies=c.remedies(event.remedies),
    )
