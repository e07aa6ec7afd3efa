"""注销决定书, on application: the licence ends (70条)."""

from __future__ import annotations

from yichuang.cases.core import events as ev
from yichuang.documents.content import Document
from yichuang.documents.context import Context, fields
from yichuang.documents.deciding import list_statements, say_decision, say_opinion
from yichuang.documents.declaring import declare


@declare("注销决定书（依申请）", word="销", title="注销决定书", red_head=True)
def deregistration(event: ev.Decided, c: Context) -> Document:
    return c.document(
        (
            say_decision(c, "符合注销条件，本机关决定予以注销。"),
            say_opinion(c),
            "证照自本决定作出之日起不再有效，请停止所许可的活动；持有纸质证照的，请交回。",
        ),
        bases=(*event.bases, *c.law("70条")),
        fields=fields(*list_statements(c, "注销的证照")),
    )
