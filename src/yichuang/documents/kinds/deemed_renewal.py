"""视为准予延续告知书: not decided before the last day, renewal counts as granted (50条二款)."""

from __future__ import annotations

from yichuang.documents.content import Document
from yichuang.documents.declaring import declare
from yichuang.documents.licence_context import LicenceContext
from yichuang.kernel.localtime import chinese_date
from yichuang.licences.core import events as ev


@declare("视为准予延续告知书", word="视续", red_head=True)
def deemed_renewal(event: ev.Renewed, c: LicenceContext) -> Document:
    before = c.before.current.valid_to
    return c.document(
        (
            f"{c.you}在规定期限内申请延续{c.named}，本机关在有效期届满前"
            f"（{chinese_date(before) if before else ''}）没有作出是否准予延续的决定。依照法律规定，视为准予延续。",
            "本告知书由系统依法律规定的后果出具，不需要任何人批准；新版证照制作后送达。",
        ),
        bases=c.law("50条二款"),
        fields=c.about(),
    )
