"""注销决定书, by the organ itself or by expiry (70条)."""

from __future__ import annotations

from yichuang.documents.content import Document
from yichuang.documents.declaring import declare
from yichuang.documents.duties import tell_remedies
from yichuang.documents.licence_context import LicenceContext
from yichuang.kernel.localtime import chinese_date
from yichuang.licences.core import events as ev
from yichuang.licences.core.ending import ENDINGS


@declare("注销决定书", word="注", red_head=True, duties=(tell_remedies,))
def cancellation(event: ev.Cancelled, c: LicenceContext) -> Document:
    cause = "有效期届满没有延续" if event.ground == "expired" else ENDINGS[event.ground]
    return c.document(
        (
            f"{c.named}因{cause}，本机关依法予以注销，自{chinese_date(event.on)}起不再有效。",
            f"事实和理由：{c.text('reason')}" if c.text("reason") else "",
            "持有纸质证照的，请交回；需要继续从事所许可活动的，应当重新申请。",
        ),
        bases=event.bases,
        remedies=c.remedies(event.remedies or c.standard.procedure.remedies),
        fields=c.about(),
    )
