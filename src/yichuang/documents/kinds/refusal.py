"""不予行政许可决定书: the reasons, and the right to review and litigation (38条二款)."""

from __future__ import annotations

from yichuang.cases.core import events as ev
from yichuang.documents.content import Document
from yichuang.documents.context import Context
from yichuang.documents.declaring import declare
from yichuang.documents.duties import tell_remedies
from yichuang.documents.falsehood import say_falsehood
from yichuang.kernel.localtime import chinese_date


@declare("不予行政许可决定书", word="不", red_head=True, duties=(tell_remedies,))
def refusal(event: ev.Decided, c: Context) -> Document:
    return c.document(
        (
            f"{c.applicant.you}于{chinese_date(c.case.submitted_on or c.day)}提出{c.matter}申请，"
            f"本机关于{chinese_date(c.case.accepted_on or c.day)}受理。经审查，该申请不符合法定条件、标准，"
            f"本机关决定不予{c.permission}。",
            f"理由：{c.text('reason')}",
            *say_falsehood(event, c),
        ),
        bases=(*event.bases, *(c.law("38条二款") or c.rule("refuse"))),
        remedies=c.remedies(event.remedies),
    )
