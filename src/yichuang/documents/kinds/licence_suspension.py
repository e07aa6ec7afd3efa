"""暂扣决定书: by a special law, until a day."""

from __future__ import annotations

from yichuang.documents.content import Document
from yichuang.documents.declaring import declare
from yichuang.documents.duties import tell_remedies
from yichuang.documents.licence_context import LicenceContext
from yichuang.kernel.localtime import chinese_date
from yichuang.licences.core import events as ev


@declare("暂扣证照决定书", word="扣", red_head=True, duties=(tell_remedies,))
def licence_suspension(event: ev.Suspended, c: LicenceContext) -> Document:
    return c.document(
        (
            f"本机关决定暂扣{c.named}，暂扣至{chinese_date(event.until)}（含当日）。暂扣期间不得从事所许可的活动，"
            "期满自行恢复。",
            f"事实和理由：{c.text('reason')}",
        ),
        bases=(event.basis,),
        remedies=c.remedies(event.remedies),
        fields=c.about(),
    )
