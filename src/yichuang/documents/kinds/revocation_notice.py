"""撤销行政许可事先告知书: ground, facts and the right to be heard before any decision (69条、36条、47条)."""

from __future__ import annotations

from yichuang.documents.content import Document
from yichuang.documents.declaring import declare
from yichuang.documents.licence_context import LicenceContext
from yichuang.documents.revoking import list_bases, say_notice
from yichuang.licences.core import events as ev


@declare("撤销行政许可告知书", word="撤告", red_head=True)
def revocation_notice(event: ev.RevocationOpened, c: LicenceContext) -> Document:
    return c.document(say_notice(event, c, "撤销"), bases=list_bases(event, c), fields=c.about())
