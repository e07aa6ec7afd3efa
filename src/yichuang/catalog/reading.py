"""Rows of the catalogue's YAML as parts of a standard: form, material, step, fee.

The short forms the data files use are explained here and nowhere else. Pure; nothing about cases or people.
"""

from __future__ import annotations

from typing import Any

from yichuang.catalog.standard import (
    Check,
    Fee,
    Field,
    FieldType,
    Form,
    Material,
    Must,
    PostKind,
    Role,
    Section,
    Step,
    StepKind,
    When,
)
from yichuang.kernel.clock import Limit, Unit


def read_when(row: dict[str, Any] | None) -> When | None:
    """`{field: value}` or `{field: [values]}`; YAML's yes and no are the answers of a yes/no field."""
    if row is None:
        return None
    ((name, values),) = row.items()
    accepted = values if isinstance(values, list) else [values]
    return When(name, tuple(_plain(v) for v in accepted))


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def refuse_unknown_keys(row: dict[str, Any], known_keys: frozenset[str], place: str) -> None:
    """Raise ValueError for keys that no field reads. In YAML a comma in a flow mapping silently cuts a sentence."""
    unknown = [key for key in row if key not in known_keys]
    if unknown:
        raise ValueError(f"{place}有多余的键：{unknown}")


_SECTION = frozenset({"use", "code", "title", "fields", "more", "when", "repeat"})
_MATERIAL = (
    frozenset({"name", "role", "necessity", "form", "source", "copies", "format", "fill", "accept", "basis", "note"})
    | {"replaced_by", "replace_by_license", "blank", "sample", "when", "file_kinds"}
    | {"generated", "identity"}
)  # fmt: skip
_SHEET = frozenset({"declares", "asks", "rows"})
_STEP = frozenset(
    {"code", "name", "kind", "days", "after", "department", "post", "officers", "silence_agrees", "when", "task"}
    | {"apart"}
)
_FEE = frozenset({"code", "name", "standard", "basis", "basis_level", "fixed", "rate", "per", "when", "collected_here"})


def read_form(sections: list[Any], checks: list[list[Any]], shared: dict[str, Any]) -> Form:
    """Sections as mappings, or `{use: name, …}` for a shared one with changes; checks as [kind, fields, message]."""
    rows = [shared[row["use"]] | row if "use" in row else row for row in sections]
    return Form(
        sections=tuple(_section(row) for row in rows),
        checks=tuple(Check(kind, tuple(fields), message) for kind, fields, message in checks),
    )


def _section(row: dict[str, Any]) -> Section:
    refuse_unknown_keys(row, _SECTION, "表单分组")
    # `more` lets an item put further fields into a shared section
    fields = row["fields"] + row.get("more", [])
    repeat = row.get("repeat")
    return Section(
        code=row["code"],
        title=row["title"],
        fields=tuple(_field(*f) for f in fields),
        when=read_when(row.get("when")),
        repeat=(repeat[0], repeat[1]) if repeat else None,
    )


def _field(name: str, label: str, kind: str, more: dict[str, Any] | None = None) -> Field:
    """[name, label, type, {…}]; without a say a field is required."""
    more = dict(more or {})
    when = read_when(more.pop("when", None))
    choices, examples = (tuple(str(text) for text in more.pop(key, ())) for key in ("choices", "examples"))
    must = Must(more.pop("must")) if "must" in more else None
    return Field(name, label, FieldType(kind), when=when, choices=choices, examples=examples, must=must, **more)


def read_material(code: str, row: dict[str, Any], common: dict[str, Any]) -> Material:
    """A material from facts and design; raises KeyError when one of the parts 材料格式化 asks for is missing."""
    refuse_unknown_keys(row, _MATERIAL, code)
    # what its blank form and sample hold is kept under the name of the form
    sheet = common["sheets"].get(row.get("blank") or row.get("sample"), {})
    refuse_unknown_keys(sheet, _SHEET, row["name"])
    return Material(
        code=code,
        name=row["name"],
        role=Role(row["role"]),
        necessity=row["necessity"],
        form=row["form"],
        source=row["source"],
        copies=row.get("copies", 1),
        format=row["format"],
        how_to_fill=row["fill"],
        acceptance=row["accept"],
        basis=row["basis"],
        replaced_by=row.get("replaced_by", row.get("replace_by_license")),
        blank_form=row.get("blank"),
        sample=row.get("sample"),
        when=read_when(row.get("when")),
        file_kinds=tuple(row.get("file_kinds", common["file_kinds"])),
        generated=row.get("generated", False),
        declares=sheet.get("declares", ""),
        fields=tuple(_field(*f) for f in sheet.get("asks", ())),
        rows=sheet.get("rows", 0),
        identity=row.get("identity", False),
    )


def read_step(row: dict[str, Any], department: str, common: dict[str, Any]) -> Step:
    """A step; `days` are working days, 0 means at once; post and number of officers follow from the kind."""
    refuse_unknown_keys(row, _STEP, row["code"])
    kind = StepKind(row["kind"])
    days = row["days"]
    return Step(
        code=row["code"],
        name=row["name"],
        kind=kind,
        after=tuple(row.get("after", ())),
        department=row.get("department", department),
        post=PostKind(row.get("post", common["posts"].get(kind, "reviewer"))),
        limit=Limit(days, Unit.WORKDAY) if days else Limit(0, Unit.IMMEDIATE),
        officers=row.get("officers", common["officers"].get(kind, 1)),
        silence_agrees=row.get("silence_agrees", False),
        when=read_when(row.get("when")),
        task=row["task"],
        apart=tuple(row.get("apart", ())),
    )


def read_fee(row: dict[str, Any]) -> Fee:
    """A fee; amounts in fen."""
    refuse_unknown_keys(row, _FEE, row["code"])
    return Fee(
        code=row["code"],
        name=row["name"],
        standard=row["standard"],
        basis=row["basis"],
        basis_level=row["basis_level"],
        fixed=row.get("fixed", 0),
        rate=row.get("rate", 0),
        per=row.get("per"),
        when=read_when(row.get("when")),
        collected_here=row.get("collected_here", True),
    )
