"""撤销决定书: ground, what the holder said, compensation, remedies (69条)."""

from __future__ import annotations

from yichuang.documents.content import Document
from yichuang.documents.declaring import declare
from yichuang.documents.duties import tell_remedies
from yichuang.documents.licence_context import LicenceContext
from yichuang.documents.revoking import say_revocation
from yichuang.licences.core import events as ev


@declare("撤销决定书", word="撤", title="撤销行政许可决定书", red_head=True, duties=(tell_remedies,))
def revocation(event: ev.Revoked, c: LicenceContext) -> Document:
    return c.document(
        say_revocation(event, c, "撤销"), bases=event.bases, remedies=c.remedies(event.remedies), fields=c.about()
    )
