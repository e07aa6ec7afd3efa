"""不准予变更决定书: the reasons, and the right to review and litigation (49条、38条二款)."""

from __future__ import annotations

from yichuang.cases.core import events as ev
from yichuang.documents.content import Document
from yichuang.documents.context import Context
from yichuang.documents.deciding import say_decision
from yichuang.documents.declaring import declare
from yichuang.documents.duties import tell_remedies
from yichuang.documents.falsehood import say_falsehood


@declare("不准予变更决定书", word="不变", title="不准予变更行政许可决定书", red_head=True, duties=(tell_remedies,))
def change_refusal(event: ev.Decided, c: Context) -> Document:
    return c.document(
        (
            say_decision(c, "不符合法定条件、标准，本机关决定不准予变更。"),
            f"理由：{c.text('reason')}",
            *say_falsehood(event, c),
            "原证照在有效期内继续有效。",
        ),
        bases=(*event.bases, *c.law("49条", "38条二款")),
        remedies=c.remedies(event.remedies),
    )
