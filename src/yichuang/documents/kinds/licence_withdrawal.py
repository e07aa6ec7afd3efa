"""撤回决定书: the public interest asks for it, and what is lost is made good (8条二款)."""

from __future__ import annotations

from yichuang.documents.content import Document
from yichuang.documents.declaring import declare
from yichuang.documents.duties import tell_remedies
from yichuang.documents.licence_context import LicenceContext
from yichuang.documents.revoking import say_revocation
from yichuang.licences.core import events as ev


@declare("撤回决定书", word="撤回", title="撤回行政许可决定书", red_head=True, duties=(tell_remedies,))
def licence_withdrawal(event: ev.Revoked, c: LicenceContext) -> Document:
    return c.document(
        say_revocation(event, c, "撤回"), bases=event.bases, remedies=c.remedies(event.remedies), fields=c.about()
    )
