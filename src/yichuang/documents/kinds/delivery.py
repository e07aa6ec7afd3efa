"""送达回证 (44条): what was delivered to whom, how and when; blanks are filled in by hand."""

from __future__ import annotations

from yichuang.cases.core import events as ev
from yichuang.documents import returning
from yichuang.documents.content import Document, Field
from yichuang.documents.context import Context
from yichuang.documents.declaring import declare
from yichuang.kernel.localtime import chinese_date


@declare("送达回证", word="送")
def delivery(event: ev.Delivered, c: Context) -> Document:
    served = returning.name_served(c.standard, c.earlier)
    by = "、".join(c.officers)
    day = chinese_date(event.on)
    rows = returning.list_rows(c.applicant.name, served, event.method, c.division, day=day, by=by)
    known = tuple(row for row in rows if row.value)  # rows to be written by hand are for who signs
    return c.document((), to="", bases=returning.list_bases(c.standard), fields=(*known, *_signed(event, c)))


def _signed(event: ev.Delivered, c: Context) -> tuple[Field, ...]:
    recipient = c.text("recipient").rstrip("。")
    if event.method == "electronic":
        return (
            Field("签收人", recipient or f"{c.applicant.name}（登录本人实名账号签收）"),
            Field("备注", "电子送达"),
        )
    note = f"受送达人签名的回证扫描件已收存（{len(event.evidence)}件）" if event.evidence else ""
    return returning.list_signatures(recipient, note)
