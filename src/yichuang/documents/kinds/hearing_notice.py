"""听证通知书: day and place, seven working days ahead (48条一款一项)."""

from __future__ import annotations

from yichuang.documents.content import Document
from yichuang.documents.declaring import declare
from yichuang.documents.licence_context import LicenceContext
from yichuang.kernel.localtime import chinese_date
from yichuang.licences.core import events as ev


@declare("听证通知书", word="听")
def hearing_notice(event: ev.HearingArranged, c: LicenceContext) -> Document:
    return c.document(
        (
            f"{c.you}就{c.named}的处理要求听证，本机关决定于{chinese_date(event.day)}举行听证。",
            f"时间和地点：{c.text('place')}",
            "听证公开举行，由没有办理本事项的人员主持；认为主持人与本事项有直接利害关系的，可以申请回避。"
            "可以提出证据、进行申辩和质证，不承担组织听证的费用。",
        ),
        bases=("行政许可法47条", "行政许可法48条一款"),
        fields=c.about(),
    )
