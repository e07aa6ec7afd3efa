"""送达回证 (44条): what was delivered to whom, how and when; blanks are filled in by hand."""

from __future__ import annotations

from yichuang.cases.core import events as ev
from yichuang.cases.core.outcome import METHODS
from yichuang.documents import lists
from yichuang.documents.content import Document
from yichuang.documents.context import AT_WINDOW, Context, fields
from yichuang.documents.declaring import KINDS, declare
from yichuang.kernel.localtime import chinese_date


@declare("送达回证", word="送")
def delivery(event: ev.Delivered, c: Context) -> Document:
    wanted = {"grant", "licence"} if c.case.granted else {"refusal"}
    sent = "；".join(f"{KINDS[kind].title if kind != 'licence' else c.standard.result.certificate_type}，{number}"
                    for kind, number in c.earlier if kind in wanted)  # fmt: skip
    electronic = event.method == "electronic"
    return c.document(
        (),
        to="",
        bases=c.law("44条") or c.rule("deliver_within"),
        fields=(
            *fields(
                ("受送达人", c.applicant.name),
                ("送达文书名称及文号", sent),
                ("送达方式", METHODS[event.method]),
                ("送达日期", chinese_date(event.on)),
                (
                    "送达地点",
                    "网上办事系统" if electronic else f"{c.division}{AT_WINDOW}" if event.method == "direct" else "",
                ),
            ),
            *(() if electronic else fields(("送达人", "、".join(c.officers)))),
            *lists.signed(c, electronic),
        ),
    )
