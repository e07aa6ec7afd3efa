"""变更决定书: what the licence says is changed (49条)."""

from __future__ import annotations

from yichuang.cases.core import events as ev
from yichuang.documents.content import Document
from yichuang.documents.context import Context, fields
from yichuang.documents.deciding import list_statements, say_decision, say_opinion
from yichuang.documents.declaring import declare


@declare("变更决定书", word="变", title="准予变更行政许可决定书", red_head=True)
def change(event: ev.Decided, c: Context) -> Document:
    return c.document(
        (
            say_decision(c, "符合法定条件、标准，本机关决定准予变更。"),
            say_opinion(c),
            "证照编号不变，原证照由新版证照代替；新版证照制作后送达。",
        ),
        bases=(*event.bases, *c.law("49条")),
        fields=fields(*list_statements(c, "变更后")),
    )
