"""A standard from a document of a department: read, checked against the eight parts and against this store.

The document is the canonical JSON of a published standard, or the same as YAML. Nothing is published here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import yaml
from pydantic import ValidationError

from yichuang.catalog.checker import StandardFinding, list_findings
from yichuang.catalog.document import Place, read_plain
from yichuang.catalog.laws.queries import read_register
from yichuang.catalog.laws.register import mark_compared
from yichuang.catalog.listing.queries import ListStanding, find_list_fault, find_unexamined, read_standing
from yichuang.catalog.standard import Standard
from yichuang.kernel.localtime import local_day
from yichuang.kernel.policy import cite_policy
from yichuang.ledger.service import now, store_kind
from yichuang.org.models import Department

MOST_FAULTS = 30  # of a document that is no standard: more would bury the first


@dataclass(frozen=True, slots=True)
class DraftReport:
    """The result of reading a draft: the standard (None if unreadable), faults that block it, and all findings."""

    standard: Standard | None
    faults: tuple[str, ...] = ()  # why it cannot be published
    findings: tuple[StandardFinding, ...] = ()  # of the eight parts, those that only warn too

    @property
    def is_publishable(self) -> bool:
        return self.standard is not None and not self.faults


def examine_draft(text: str) -> DraftReport:
    """Read a draft and check it against this store. A few statements. Never raises, whatever the text holds."""
    try:
        content = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        return DraftReport(None, (f"不是 JSON 或 YAML：{error}",))
    if not isinstance(content, dict):
        return DraftReport(None, ("文件里没有一份办事规程。",))
    try:
        standard, unknown = read_plain(content)
    except ValidationError as error:
        return DraftReport(None, tuple(_shape_faults(error))[:MOST_FAULTS])
    findings = tuple(list_findings(mark_compared(read_register(), standard), real=store_kind() == "production"))
    blocking = [f"{finding.part}：{finding.message}" for finding in findings if finding.blocks]
    unread = [f"“{_words_of_place(place)}”没有这一项，请核对写法。" for place in unknown[:MOST_FAULTS]]
    unexamined = [f"{fault.message}{fault.next}"] if (fault := find_unexamined(standard)) else []
    return DraftReport(standard, (*unread, *blocking, *list_store_faults(standard), *unexamined), findings)


def _shape_faults(error: ValidationError) -> Iterator[str]:
    words = {"missing": "没有写", "unexpected_keyword_argument": "没有这一项"}
    for fault in error.errors():
        yield f"{_words_of_place(fault['loc'])}：{words.get(fault['type'], '写法不对')}（{fault['msg']}）"


def _words_of_place(place: Place) -> str:
    """A place as people count: `steps.3.dayz` is of the third step."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in place)


def list_store_faults(standard: Standard, standing: ListStanding | None = None) -> Iterator[str]:
    """Conflicts with the departments and the published versions of this store, in Chinese; `standing` where it was read
    already. Two statements at most; one with it.
    """
    standing = standing or read_standing(standard.division, standard.item, local_day(now()))
    key = f"{standard.division}/{standard.department}"
    departments = {row.id: row for row in Department.objects.filter(division=standard.division)}
    department = departments.get(key)
    if department is None:
        yield f"本系统没有部门 {key}；请先登记，或改正 division、department。"
    else:
        if department.last_day is not None:
            yield f"部门 {department.name} 已撤销或已定撤销日期，不能再发布它的办事规程。"
        if not department.may_exercise:
            ground = f"{cite_policy('3.1a')}；许可法二十三条"
            yield f"{department.name}不是法定机关，也没有登记授权依据，不能行使审批（{ground}）。"
        if standard.department_name != department.name:
            yield f"department_name 写作“{standard.department_name}”，登记的名称是“{department.name}”。"
        if department.uscc and not standard.item_code.startswith(department.uscc):
            yield f"实施编码应以{department.name}的统一社会信用代码 {department.uscc} 开头。"
    for step in standard.steps:
        if f"{standard.division}/{step.department}" not in departments:
            lack = f"部门 {step.department} 没有登记" if step.department else "部门没有填写"
            yield f"环节“{step.name}”的{lack}。"
    if standard.version <= standing.newest:
        yield f"第{standing.newest}版已经发布，内容不能更改；新版请写 version: {standing.newest + 1}。"
    if fault := find_list_fault(standard, standing):
        yield f"{fault.message}{fault.next}"


def adapt_standard(standard: Standard, department: Department) -> Standard:
    """A copy of the standard as a draft for another department, with its division, names and codes put in."""
    level = "3" if department.division.level == "city" else "4"  # GB/T 39046 附录 A.2
    return replace(
        standard,
        division=department.division_id,
        department=department.code,
        department_name=department.name,
        level=level,
        item_code=f"{department.uscc}{level}{standard.item_code[19:]}",
        steps=tuple(_replace_department(step, standard.department, department.code) for step in standard.steps),
    )


def _replace_department(step: Any, before: str, now: str) -> Any:
    return replace(step, department=now) if step.department == before else step
