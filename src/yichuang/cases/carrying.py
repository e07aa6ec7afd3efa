"""What a form held that another form does not ask: kept as words, so that nothing somebody wrote is lost. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from yichuang.catalog.form_values import NUMBERS, read_value
from yichuang.catalog.standard import Field, Form, Standard

if TYPE_CHECKING:
    from yichuang.aggregates.models import Upload

Left = list[tuple[str, str]]


def list_left_behind(old: Form, new: Form, raw: dict[str, Any]) -> Left:
    """(label, value) of everything filled in under `old` that `new` has no place for. `raw`: right or wrong values."""
    places = {(section.code if section.repeat else "", f.name) for section in new.sections for f in section.fields}
    out: Left = []
    for section in old.sections:
        rows = raw.get(section.code) if section.repeat else [raw]
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict):
                gone = (f for f in section.fields if (section.code if section.repeat else "", f.name) not in places)
                out += ((f"{section.title}·{label}", text) for label, text in _filled(gone, row))
    return out


def list_files_left(old: Standard, new: Standard, files: Iterable[Upload]) -> Left:
    """(material, name of the file) of everything uploaded for a material that `new` does not ask any more."""
    asked = {material.code for material in new.materials}
    gone = {material.code: material.name for material in old.materials if material.code not in asked}
    return [(f"材料·{gone[file.material]}", file.name) for file in files if file.material in gone]


def _filled(fields: Iterator[Field], row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for field in fields:
        value = row.get(field.name)
        if value in (None, "", []):
            continue
        if isinstance(value, bool) or value in ("yes", "no"):
            value = "是" if value in (True, "yes") else "否"
        if field.type in NUMBERS:
            value = read_value(field, value)
        yield field.label, "、".join(map(str, value)) if isinstance(value, list) else f"{value}{field.unit}"
