"""The lists inside documents: materials that came or are wanted, steps with their limits, fees. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from yichuang.cases.core.state import PAPER, REAL_NAME, Correction
from yichuang.documents.citing import cite_all
from yichuang.documents.content import Table
from yichuang.documents.context import Context


def given(c: Context, originals: Iterable[str]) -> Table:
    """Every material this application needs, and in which form it came."""
    seen = set(originals)
    rows: list[tuple[str, ...]] = []
    for code in c.case.needed:
        material = c.material(code)
        files = c.case.given.get(code, ())
        if c.case.held.get(code) == REAL_NAME:
            form, copies, note = "实名核验", "", "已经实名核验，免于提交"
        elif code in c.case.held:
            form, copies, note = "电子证照", "", "已有电子证照，免于提交"
        elif files:
            form, copies = _form(files, material.copies)
            note = "已核对原件" if code in seen else ""
        else:
            form, copies, note = "未提交", "", ""
        rows.append((str(len(rows) + 1), material.name, form, copies, note))
    return Table(("序号", "材料名称", "形式", "数量", "备注"), tuple(rows), "所收材料清单", (2, 9, 3, 2, 4))


def supplied(
    c: Context, came: Mapping[str, tuple[str, ...]], form: bool = False, caption: str = "补正材料清单"
) -> Table:
    """What came after the application: to answer a notice of correction, or before one."""
    rows: list[tuple[str, ...]] = []
    for code, files in came.items():
        material = c.material(code)
        rows.append((str(len(rows) + 1), material.name, *_form(files, material.copies)))
    if form:
        rows.append((str(len(rows) + 1), "申请表（更正后）", "电子", "1份"))
    return Table(("序号", "材料名称", "形式", "数量"), tuple(rows), caption, (2, 9, 4, 3))


def _form(ways: tuple[str, ...], copies: int) -> tuple[str, str]:
    """In which form a material came and how much of it; paper and files may both have come, at different times."""
    files = sum(way != PAPER for way in ways)
    came = [("纸质", f"{copies}份")] if PAPER in ways else []
    came += [("电子文件", f"{files}件")] if files else []
    return "、".join(form for form, _ in came), "、".join(number for _, number in came)


def wanted(c: Context, materials: Iterable[str], fields: Iterable[str], caption: str = "补正清单") -> Table:
    """What a notice of correction asks for, or an applicant promised for later, with the published standard of each and
    its ground.
    """
    rows: list[tuple[str, ...]] = []
    for code in materials:
        material = c.material(code)
        wanted = material.acceptance or material.format
        rows.append((str(len(rows) + 1), material.name, wanted, cite_all(material.basis)))
    for name in fields:
        field = c.form_field(name)
        rows.append((str(len(rows) + 1), f"申请表“{field.label if field else name}”", "请更正或者补充填写", ""))
    what = "需要补正的内容" if caption == "补正清单" else "材料名称"
    return Table(("序号", what, "受理标准", "依据"), tuple(rows), caption, (2, 6, 7, 5))


def lacking(c: Context, asked: Correction) -> str:
    """What a notice of correction asked for and has not come."""
    return "、".join(c.standard.name_wanted(asked.outstanding, asked.fields))


def steps(c: Context, codes: Iterable[str]) -> Table:
    """The steps the case runs through, who does them and within which time."""
    rows: list[tuple[str, ...]] = []
    for code in codes:
        step = c.standard.step(code)
        department = c.departments.get(step.department, c.organ)
        rows.append((str(len(rows) + 1), step.name, department, step.limit.label))
    return Table(("序号", "办理环节", "承办单位", "环节时限"), tuple(rows), "办理环节", (2, 6, 8, 4))


def fees(c: Context) -> str:
    """What is charged, on which tariff (58、59条); that nothing is charged is said too."""
    due = [f for f in c.standard.fees if c.case.due_fees.get(f.code)]
    if not due:
        return "本次申请不收取费用。"
    charges = "；".join(f"{f.name}{c.case.due_fees[f.code] / 100:.2f}元（{cite_all(f.basis)}）" for f in due)
    return f"依照公布的收费项目和标准，本次申请应缴：{charges}。"
