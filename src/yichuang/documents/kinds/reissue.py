"""补发决定书: a licence that was lost or damaged is made once more."""

from __future__ import annotations

from yichuang.cases.core import events as ev
from yichuang.documents.content import Document
from yichuang.documents.context import Context, fields
from yichuang.documents.deciding import list_statements, say_decision, say_opinion
from yichuang.documents.declaring import declare


@declare("补发决定书", word="补发", title="准予补发证照决定书", red_head=True)
def reissue(event: ev.Decided, c: Context) -> Document:
    return c.document(
        (
            say_decision(c, "原证照遗失（损毁）的情况属实，本机关决定准予补发。"),
            say_opinion(c),
            "证照编号不变，内容和有效期不变；补发后，原来的证照不再使用。",
        ),
        bases=event.bases,
        fields=fields(*list_statements(c, "补发的证照")),
    )
