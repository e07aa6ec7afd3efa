"""申请材料接收凭证: what came, and by when the applicant must hear (32条一款四项)."""

from __future__ import annotations

from yichuang.cases.core import events as ev
from yichuang.documents import lists
from yichuang.documents.content import Document
from yichuang.documents.context import AT_WINDOW, Context, fields
from yichuang.documents.declaring import declare
from yichuang.kernel.clock import Clock
from yichuang.kernel.localtime import chinese_date


@declare("申请材料接收凭证", word="收")
def receipt(event: ev.Received, c: Context) -> Document:
    clock = Clock(c.standard.procedure.accept_within, event.on)
    silence = "逾期不告知的，自收到申请材料之日起即为受理。" if c.standard.procedure.silence_accepts else ""
    where = f"在{AT_WINDOW}" if c.case.channel == "window" else "通过网上办事系统"
    return c.document(
        (
            f"{chinese_date(event.on)}，本机关收到{c.applicant.you}{where}提交的{c.matter}申请材料（清单见下）。",
            "本凭证证明材料已经收到，不表示申请已经受理。材料不齐全或者不符合法定形式的，"
            f"本机关将在{chinese_date(c.due(clock))}前（含当日）一次告知需要补正的全部内容。{silence}",
            f"期限推算：{c.reckoning(clock)}",
        ),
        bases=c.law("32条一款四项") or c.rule("accept_within"),
        fields=fields(
            ("申请事项", c.matter),
            ("收到日期", chinese_date(event.on)),
            ("受理号", c.receipt),
            ("查询码", f"{c.query_code}（凭受理号和查询码，不登录也可以查询办理进度）"),
        ),
        tables=(lists.given(c, event.originals),),
        sign_lines=("收件人", "交件人", "日期") if c.case.channel == "window" else (),
    )
