"""延续决定书: the licence holds for another term, from the end of the last one (50条)."""

from __future__ import annotations

from yichuang.cases.core import events as ev
from yichuang.documents.content import Document
from yichuang.documents.context import Context, fields
from yichuang.documents.deciding import list_statements, say_decision, say_opinion
from yichuang.documents.declaring import declare
from yichuang.kernel.localtime import chinese_date


@declare("延续决定书", word="续", title="准予延续行政许可决定书", red_head=True)
def renewal(event: ev.Decided, c: Context) -> Document:
    version = c.licence.version_of(c.case.id) if c.licence else None
    until = f"，有效期延续至{chinese_date(version.valid_to)}" if version and version.valid_to else ""
    return c.document(
        (
            say_decision(c, f"符合法定条件、标准，本机关决定准予延续{until}。"),
            say_opinion(c),
            "证照编号不变，所许可的内容不变；新版证照制作后送达。",
        ),
        bases=(*event.bases, *c.law("50条")),
        fields=fields(*list_statements(c, "延续后")),
    )
