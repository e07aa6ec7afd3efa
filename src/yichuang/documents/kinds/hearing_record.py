"""听证笔录: what was said, signed; the decision follows from it (48条一款五项、二款)."""

from __future__ import annotations

from yichuang.documents.content import Document
from yichuang.documents.declaring import declare
from yichuang.documents.licence_context import LicenceContext
from yichuang.kernel.localtime import chinese_date
from yichuang.licences.core import events as ev


@declare("听证笔录", word="听笔")
def hearing_record(event: ev.HearingHeld, c: LicenceContext) -> Document:
    return c.document(
        (f"{chinese_date(event.on)}就{c.named}的处理举行听证。", c.text("record")),
        bases=("行政许可法48条",),
        fields=c.about(("主持人", "、".join(c.officers))),
        sign_lines=("听证参加人（核对无误后签字或者盖章）", "听证主持人", "日期"),
    )
