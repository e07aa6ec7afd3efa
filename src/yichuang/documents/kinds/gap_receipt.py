"""补交容缺材料接收凭证: what came of what was promised for later, and what has not come yet (3.6b)."""

from __future__ import annotations

from yichuang.cases.core import events as ev
from yichuang.documents import lists
from yichuang.documents.content import Document
from yichuang.documents.context import Context
from yichuang.documents.declaring import declare
from yichuang.kernel.localtime import chinese_date


@declare("补交容缺材料接收凭证", word="容收")
def gap_receipt(event: ev.GapsSupplied, c: Context) -> Document:
    gaps = c.case.gaps
    assert gaps is not None and gaps.due is not None  # the stage of the act says so
    left = "、".join(c.material(code).name for code in gaps.wanted)
    until = chinese_date(gaps.due)
    still = f"还没有补齐的：{left}，请在{until}前（含当日）补交。" if left else "承诺后补的材料都已收到。"
    return c.document(
        (
            f"{chinese_date(event.on)}，本机关收到{c.applicant.you}为{c.matter}申请补交的容缺材料（清单见下）。{still}",
            "本凭证证明材料已经收到；每份材料另行核对，不合格的告知理由。",
        ),
        tables=(lists.supplied(c, event.given, caption="补交材料清单"),),
        sign_lines=("收件人", "交件人", "日期") if c.channel == "window" else (),
    )
