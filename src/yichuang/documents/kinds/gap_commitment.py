"""容缺受理告知承诺书: what is lacking, by when it comes, how, and what follows when it does not (3.6b)."""

from __future__ import annotations

from yichuang.cases.core import events as ev
from yichuang.documents import lists
from yichuang.documents.content import Document
from yichuang.documents.context import Context, fields
from yichuang.documents.declaring import declare
from yichuang.documents.promising import tell_promise
from yichuang.kernel.clock import Clock, Limit, Unit


@declare("容缺受理告知承诺书", word="容诺")
def gap_commitment(event: ev.GapsPromised, c: Context) -> Document:
    clock = Clock(Limit(event.days, Unit.WORKDAY), event.on)
    told = tell_promise(c.standard, c.applicant.you, c.matter, event.days, c.due(clock), event.regime)
    return c.document(
        (*told, f"期限推算：{c.reckoning(clock)}", f"签名人：{c.text('signer')}"),
        fields=fields(("受理号", c.receipt)),
        tables=(lists.wanted(c, event.materials, (), caption="承诺后补的材料"),),
        sign_lines=("承诺人签名", "经办人", "日期"),
    )
