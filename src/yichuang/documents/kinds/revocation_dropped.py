"""终止撤销（撤回）程序告知书: the licence stays what it was."""

from __future__ import annotations

from yichuang.documents.content import Document
from yichuang.documents.declaring import declare
from yichuang.documents.licence_context import LicenceContext
from yichuang.licences.core import events as ev
from yichuang.licences.core.revoking import WORDS


@declare("终止撤销（撤回）程序告知书", word="撤终", red_head=True)
def revocation_dropped(event: ev.RevocationDropped, c: LicenceContext) -> Document:
    word = WORDS[event.kind]
    return c.document(
        (
            f"本机关对{c.named}启动的{word}程序，经审查决定终止，不予{word}。证照现在的状态：{c.state.stage.label}。",
            f"理由：{c.text('reason')}",
        ),
        fields=c.about(),
    )
