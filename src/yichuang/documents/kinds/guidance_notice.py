"""辅导告知单: every material once, before an application (policy 3.4e). It decides nothing."""

from __future__ import annotations

from yichuang.documents.content import Document, Table
from yichuang.documents.declaring import declare
from yichuang.documents.guidance_context import GuidanceContext
from yichuang.guidance.state import HARD, LINES, ONLY_ANSWERED, NoticeIssued
from yichuang.kernel.localtime import chinese_date


@declare("辅导告知单", word="辅")
def guidance_notice(event: NoticeIssued, c: GuidanceContext) -> Document:
    asked = c.state.asked_on or c.day
    only = f"涉及{HARD[c.state.hard]}的，只作解答，没有审查。" if c.state.hard in ONLY_ANSWERED else ""
    return c.document(
        (
            f"{c.you}于{chinese_date(asked)}就“{c.matter.title}”咨询。经辅导，现将申报材料的要求一次告知如下。",
            f"说明：{notes}" if (notes := c.text("notes")) else "",
            f"本单只说材料种类是否齐全、是否符合法定形式、有没有明显的问题，不是受理，也不代替受理以后的审查和决定。{only}",
            "按本单备齐的，可以在网上提交，也可以交到政务服务大厅综合窗口。材料或者办事规程以后有变化的，以变化后的为准。",
        ),
        bases=tuple(dict.fromkeys(m.basis for m in c.standard.materials if m.code in _wanting(event) and m.basis)),
        tables=(_lines(event, c),),
        sign_lines=("辅导员", "签收", "日期") if c.state.at_desk else (),
    )


def _wanting(event: NoticeIssued) -> set[str]:
    return {line.material for line in event.lines if line.state in ("missing", "flawed", "evident")}


def _lines(event: NoticeIssued, c: GuidanceContext) -> Table:
    """Every material: what was found, and by what it is right."""
    known = {material.code: material for material in c.standard.materials}
    rows = []
    for number, line in enumerate(event.lines, start=1):
        material = known[line.material]
        rows.append((str(number), material.name, LINES[line.state], material.acceptance or material.format))
    return Table(("序号", "材料名称", "情况", "合格标准"), tuple(rows), "材料逐项告知", (2, 6, 5, 8))
