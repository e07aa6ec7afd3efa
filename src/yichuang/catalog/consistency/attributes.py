"""The seven attributes in which city and county agree (3.2c), and the differences of two standards. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from yichuang.catalog.drafting.compare import Difference, list_differences
from yichuang.catalog.drafting.content import ID, LISTS, Content, Row, content_of
from yichuang.catalog.drafting.lines import list_lines
from yichuang.catalog.drafting.merge import mark_value
from yichuang.catalog.standard import Standard

NAME_LINE, LISTED_LINE = "name", "listed"


class Attribute(StrEnum):
    """What the policy wants to be the same at every level."""

    NUMBER = "number"
    NAME = "name"
    CONDITIONS = "conditions"
    MATERIALS = "materials"
    FLOW = "flow"
    LIMITS = "limits"
    FEES = "fees"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Attribute.NUMBER: "数量",
    Attribute.NAME: "名称",
    Attribute.CONDITIONS: "申请条件",
    Attribute.MATERIALS: "申请材料",
    Attribute.FLOW: "办理流程",
    Attribute.LIMITS: "办结时限",
    Attribute.FEES: "收费依据及标准",
}
# the first part of a line → its attribute; what stands under none is not among the seven: bases, result, points …
_OF_PART = {
    NAME_LINE: Attribute.NAME,
    LISTED_LINE: Attribute.NUMBER,
    **dict.fromkeys(("conditions", "applicants", "unneeded"), Attribute.CONDITIONS),
    **dict.fromkeys(("materials", "gaps_allowed", "sections", "checks"), Attribute.MATERIALS),
    **dict.fromkeys(("steps", "procedure", "situations", "reviewer_may_decide"), Attribute.FLOW),
    **dict.fromkeys(("statutory", "statutory_from", "statutory_extension", "promised"), Attribute.LIMITS),
    **dict.fromkeys(("specials", "instant"), Attribute.LIMITS),
    "fees": Attribute.FEES,
}


def attribute_of(line: str) -> Attribute | None:
    """The attribute that a line of a content belongs to. None for what may differ: how sure a value is, the words of a
    search, the order in which rows are shown.
    """
    if line.startswith("rows:") or line.rpartition("/")[2] == "confidence":
        return None
    return _OF_PART.get(line.split("/")[0])


@dataclass(frozen=True, slots=True)
class CountyDifference:
    """A line in which a county differs from the base. `mark` is the digest of both values: an approval is of this very
    difference.
    """

    attribute: Attribute
    difference: Difference
    mark: str

    @property
    def line(self) -> str:
        return self.difference.line


@dataclass(frozen=True, slots=True)
class Written:
    """What a place wrote of an item: the content, and what its list says of name and department."""

    content: Content
    name: str
    department: str  # code within the division
    department_name: str


def written_of(standard: Standard) -> Written:
    return Written(content_of(standard), standard.name, standard.department, standard.department_name)


def compare_with_base(base: Written, county: Written) -> list[CountyDifference]:
    """The differences of a county from the base over the seven attributes but for the number of items."""
    out = []
    if base.name != county.name:
        words = f"名称由“{base.name}”改为“{county.name}”"
        named = Difference(NAME_LINE, words, base.name, county.name)
        out.append(CountyDifference(Attribute.NAME, named, mark_pair(base.name, county.name)))
    before = adapt_content(base, county)
    return out + compare_contents(before, align_rows(before, county.content))


def compare_contents(base: Content, county: Content) -> list[CountyDifference]:
    """The differences over the seven attributes of two contents of one place, their rows told by the same ids."""
    old, new = list_lines(base), list_lines(county)
    out = []
    for difference in list_differences(base, county):
        attribute = attribute_of(difference.line)
        if attribute:
            at = difference.line
            values = [lines.values.get(at) or lines.of_row(at) or None for lines in (old, new)]
            out.append(CountyDifference(attribute, difference, mark_pair(*values)))
    return out


def mark_pair(before: Any, after: Any) -> str:
    """The digest of the two values of a line."""
    return mark_value([before, after])


def adapt_content(base: Written, county: Written) -> Content:
    """The base's content as it reads in the county: the county's department in place of the city's."""
    text = json.dumps(base.content, ensure_ascii=False).replace(base.department_name, county.department_name)
    adapted: Content = json.loads(text)
    for step in adapted.get("steps", []):
        if step.get("department") == base.department:
            step["department"] = county.department
    return adapted


def align_rows(base: Content, other: Content) -> Content:
    """`other` with the row ids of the base where rows are the same. Rows with a code are told by it. Others are told by
    their place alone, so that one condition more at the top would make all of them differ.
    """
    out = dict(other)
    for name, (key, letter) in LISTS.items():
        rows = other.get(name) or []
        codes = [row.get(key) for row in rows]
        if not key:
            out[name] = _align(base.get(name) or [], rows, letter)
        elif all(codes) and len(set(codes)) == len(codes):
            out[name] = [{**row, ID: str(code)} for row, code in zip(rows, codes, strict=True)]
    return out


def _align(base: list[Row], rows: list[Row], letter: str) -> list[Row]:
    """Rows of one text get the id that it has in the base; the others between them are paired by place."""
    said, wanted = ([mark_value({**row, ID: ""}) for row in some] for some in (base, rows))
    matcher = SequenceMatcher(None, said, wanted, autojunk=False)
    ids: dict[int, str] = {}
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind in ("equal", "replace"):
            ids |= {c + n: base[a + n][ID] for n in range(min(b - a, d - c))}
    taken = {row[ID] for row in base}
    free = (f"{letter}{n}" for n in range(len(base) + 1, len(base) + len(rows) + 1) if f"{letter}{n}" not in taken)
    return [{**row, ID: ids[n] if n in ids else next(free)} for n, row in enumerate(rows)]
