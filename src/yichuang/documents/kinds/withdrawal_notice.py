"""撤回行政许可事先告知书: ground, facts and the right to be heard before any decision (8条二款)."""

from __future__ import annotations

from yichuang.documents.content import Document
from yichuang.documents.declaring import declare
from yichuang.documents.licence_context import LicenceContext
from yichuang.documents.revoking import list_bases, say_notice
from yichuang.licences.core import events as ev


@declare("撤回行政许可告知书", word="撤回告", red_head=True)
def withdrawal_notice(event: ev.RevocationOpened, c: LicenceContext) -> Document:
    return c.document(say_notice(event, c, "撤回"), bases=list_bases(event, c), fields=c.about())
