"""更正决定书: a slip on the paper is put right; the number stays."""

from __future__ import annotations

from yichuang.documents.content import Document
from yichuang.documents.declaring import declare
from yichuang.documents.licence_context import LicenceContext
from yichuang.licences.core import events as ev
from yichuang.licences.core.ending import label_correctable


@declare("证照更正决定书", word="更证", red_head=True)
def licence_correction(event: ev.Corrected, c: LicenceContext) -> Document:
    label = label_correctable(c.standard).get(event.what, event.what)
    return c.document(
        (
            f"经核对，{c.named}的“{label}”记载有误，本机关决定予以更正。",
            f"更正为：{c.text('value')}",
            f"更正的原因：{c.text('reason')}",
            "证照编号不变，由新版证照代替；原来的证照不再使用。更正不增减所许可的内容。",
        ),
        fields=c.about(),
    )
