"""The content of a standard: what a department decides of it, as JSON that people edit row by row.

What the list of items says (name, department, division) and what an examination adds (version, first day) is the `Head`
and no part of the content. Every row of a list has an `id` that outlives edits, so that two writers, a comment and a
difference mean the same row. A line is an address: `promised`, `conditions/c2`, `materials/M03/copies`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from yichuang.catalog.document import dump_plain, read_plain
from yichuang.catalog.loading import add_special_stops, load_procedures
from yichuang.catalog.standard import Standard

Content = dict[str, Any]
Row = dict[str, Any]
ID = "id"
HEAD = frozenset({"item", "name", "division", "department", "department_name", "level", "version", "valid_from"})
# lists of rows, and the field that names a row when it is made from a standard; empty: its place does, after the letter
LISTS: Mapping[str, tuple[str, str]] = {
    "bases": ("", "b"),
    "conditions": ("", "c"),
    "materials": ("code", "M"),
    "steps": ("code", "S"),
    "fees": ("code", "F"),
    "specials": ("", "p"),
    "situations": ("code", "s"),
    "unneeded": ("", "u"),
    "points": ("code", "P"),
    "sections": ("code", "g"),
    "checks": ("", "k"),
}
FIELDS = ("name", "f")
WITH_FIELDS = frozenset({"materials", "sections"})  # lists whose rows have rows of their own, under `fields`
_LONGEST_ID = 40  # characters
_BASIC = 12  # digits of a 基本编码
# what a standard need not say, and a first manuscript does not have: a page that leaves it empty adds no line
_UNSAID: Content = {"promised_confidence": "", "statutory_extension": None, "statutory_note": "", "result": {}}
_UNSAID_OF_RESULT: Content = {"validity_months": None}


@dataclass(frozen=True, slots=True)
class Head:
    """What a standard has that its department does not write."""

    item: str
    name: str
    division: str
    department: str  # code within the division
    department_name: str
    level: str  # GB/T 39046 A.2
    version: int
    valid_from: date
    body: str = ""  # 统一社会信用代码 of the department


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line, in Chinese."""

    line: str
    words: str


class BadContent(ValueError):
    """The content is no standard. `faults` says of each line why."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("；".join(f"{fault.line}：{fault.words}" for fault in faults))
        self.faults = tuple(faults)


def head_of(standard: Standard) -> Head:
    """The head of a published version."""
    return Head(
        standard.item,
        standard.name,
        standard.division,
        standard.department,
        standard.department_name,
        standard.level,
        standard.version,
        date.fromisoformat(standard.valid_from),
    )


def content_of(standard: Standard) -> Content:
    """What the department wrote of this version, its rows named by their codes or places."""
    plain = {name: value for name, value in dump_plain(standard).items() if name not in HEAD}
    plain["procedure"] = standard.procedure.code
    plain |= plain.pop("form")
    for name, (key, letter) in LISTS.items():
        plain[name] = _name_rows(plain[name], key, letter)
        if name in WITH_FIELDS:
            plain[name] = [row | {"fields": _name_rows(row["fields"], *FIELDS)} for row in plain[name]]
    return plain


def _name_rows(rows: list[Row], key: str, letter: str) -> list[Row]:
    out: list[Row] = []
    for number, row in enumerate(rows, start=1):
        taken = {made[ID] for made in out}
        id = str(row[key]) if key and row[key] not in taken else f"{letter}{number}"
        out.append({ID: id, **row})
    return out


def new_id(rows: Iterable[Row], letter: str) -> str:
    """An id that no row of the list has: the letter and the lowest number above all that are taken."""
    taken = [row[ID][len(letter) :] for row in rows if str(row.get(ID, "")).startswith(letter)]
    numbers = [number for number in taken if number.isdecimal()]
    width = max((len(number) for number in numbers if number.startswith("0")), default=1)
    return f"{letter}{max(map(int, numbers), default=0) + 1:0{width}}"


def read_content(content: Content, head: Head) -> Standard:
    """The standard that a content is, under a head. Raises BadContent."""
    faults = list(_list_row_faults(content))
    faults += [Fault(name, "这一栏由事项清单决定，不在规程里填写。") for name in sorted(HEAD & content.keys())]
    if faults:
        raise BadContent(faults)
    procedures = load_procedures()
    procedure = procedures.get(str(content.get("procedure")))
    if procedure is None:
        faults.append(Fault("procedure", "请选择办理程序。"))
    plain = _UNSAID | {name: _without_ids(value) for name, value in content.items()}
    if isinstance(plain["result"], dict):
        plain["result"] = _UNSAID_OF_RESULT | plain["result"]
    plain["form"] = {name: plain.pop(name, []) for name in ("sections", "checks")}
    plain["procedure"] = dump_plain(procedure or next(iter(procedures.values())))  # any, so that all else is said too
    plain |= {name: getattr(head, name) for name in HEAD} | {"valid_from": head.valid_from.isoformat()}
    plain["item_code"] = _complete_code(plain.get("item_code"), head)
    try:
        standard, unknown = read_plain(plain)
    except ValidationError as error:
        faults += [Fault(_line_at(content, e["loc"]), _words_of(e)) for e in error.errors()]
        raise BadContent(faults) from error
    faults += [Fault(_line_at(content, place), "没有这一栏。") for place in unknown]
    if faults:
        raise BadContent(faults)
    return add_special_stops(standard)


def _complete_code(code: Any, head: Head) -> Any:
    """A 实施编码 of which only the basic code was written, with the body and the level before it (GB/T 39554.1)."""
    is_basic = isinstance(code, str) and len(code) == _BASIC and code.isdecimal()
    return f"{head.body}{head.level}{code}" if is_basic and head.body else code


def _without_ids(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_ids(inner) for inner in value]
    if isinstance(value, dict):
        return {name: _without_ids(inner) for name, inner in value.items() if name != ID}
    return value


def _list_row_faults(content: Content) -> Iterator[Fault]:
    """Lists that are none, and rows that nothing can name."""
    for name in LISTS:
        yield from _faults_of_rows(name, content.get(name, []))


def _faults_of_rows(line: str, rows: Any) -> Iterator[Fault]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        yield Fault(line, "应当是逐行的表。")
        return
    seen: set[str] = set()
    for number, row in enumerate(rows, start=1):
        id = row.get(ID)
        if not isinstance(id, str) or not 0 < len(id) <= _LONGEST_ID or "/" in id:
            yield Fault(line, f"第{number}行没有行号。")
        elif id in seen:
            yield Fault(f"{line}/{id}", f"第{number}行的行号“{id}”重复。")
        else:
            seen.add(id)
            if line in WITH_FIELDS:
                yield from _faults_of_rows(f"{line}/{id}/fields", row.get("fields", []))


def _line_at(content: Content, place: Sequence[int | str]) -> str:
    """The line of a place in the plain standard: numbers of rows become their ids."""
    parts = [part for part in place if part != "form"]
    line: list[str] = []
    here: Any = content
    for part in parts:
        if isinstance(part, int):
            here = here[part] if isinstance(here, list) and part < len(here) else None
            line.append(str(here[ID]) if isinstance(here, dict) and ID in here else str(part + 1))
        else:
            here = here.get(part) if isinstance(here, dict) else None
            line.append(part)
    return "/".join(line)


_WORDS = {
    "missing": "没有填写。",
    "enum": "不是可以选的值。",
    "literal_error": "不是可以选的值。",
    "int_parsing": "应当是整数。",
    "int_type": "应当是整数。",
    "int_from_float": "应当是整数。",
    "float_parsing": "应当是数字。",
    "float_type": "应当是数字。",
    "bool_parsing": "应当是“是”或者“否”。",
    "bool_type": "应当是“是”或者“否”。",
    "string_type": "应当是文字。",
    "tuple_type": "应当是逐项的列表。",
    "dict_type": "应当是逐项的数据。",
    "dataclass_type": "应当是逐项的数据。",
    "value_error": "时限不能为负数。",
}


def _words_of(error: Any) -> str:
    if error["input"] in ("", None):
        return _WORDS["missing"]
    return _WORDS.get(error["type"], "填写有误。")


def value_at(content: Content, line: str) -> Any:
    """What stands on a line: a value, or a row. Raises KeyError when there is none."""
    here: Any = content
    for part in line.split("/"):
        if isinstance(here, list):
            here = next((row for row in here if isinstance(row, dict) and row.get(ID) == part), None)
        else:
            here = here.get(part) if isinstance(here, dict) else None
        if here is None:
            raise KeyError(line)
    return here
