"""更正通知书: who the case is of, or their name and number, was entered wrongly. It names nobody but the addressee."""

from __future__ import annotations

from yichuang.cases.core import events as ev
from yichuang.documents.content import Document
from yichuang.documents.context import Context
from yichuang.documents.declaring import KINDS, declare
from yichuang.kernel.localtime import chinese_date


@declare("更正通知书", word="更正")
def applicant_correction(event: ev.ApplicantCorrected, c: Context) -> Document:
    filed = chinese_date(c.case.submitted_on or c.day)
    wrong = "登记的申请人有误，现更正为" if event.former else "登记的申请人名称、号码等信息有误，现更正为"
    number = f"（统一社会信用代码{c.applicant.uscc}）" if c.applicant.uscc else ""
    named = "、".join(f"{KINDS[kind].name}（{number}）" for kind, number in c.earlier)
    return c.document(
        (
            f"{filed}提出的{c.matter}申请，{wrong}“{c.applicant.name}”{number}。",
            f"此前出具的{named}，申请人的名称以本通知书为准。" if named else "",
            "原申请人已有的证照不再作为本件的材料；尚缺的材料请按告知补交。" if event.former and c.case.missing else "",
            "原查询码自即日起失效，新的查询码可以在“我的办件”或者窗口取得。" if event.former else "",
            "办理时限不因更正而改变。",
        ),
    )
