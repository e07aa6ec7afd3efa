"""The form as it was filled in, for reading: labels from the standard, identity numbers masked. Nothing is stored."""

from __future__ import annotations

from typing import Any

from yichuang.catalog.standard import Field, FieldType, Standard
from yichuang.faces.web import day
from yichuang.kernel.codes import phone
from yichuang.people import face

Rows = list[tuple[str, str]]


def sections(standard: Standard, form: dict[str, Any] | None, reader: face.Reader) -> list[dict[str, Any]]:
    """[{title, groups: [[(label, words)]]}] of every section with a value; a repeated group has a list per row."""
    values = (form or {}).get("values") or {}
    out = []
    for section in standard.form.sections:
        rows = values.get(section.code) if section.repeat else [values]
        if not isinstance(rows, list):
            continue
        groups = [_rows(section.fields, row, reader) for row in rows if isinstance(row, dict)]
        if any(groups):
            out.append({"title": section.title, "groups": [g for g in groups if g], "repeat": bool(section.repeat)})
    return out


def _rows(fields: tuple[Field, ...], values: dict[str, Any], reader: face.Reader) -> Rows:
    return [(f.label, words(f, values[f.name], reader)) for f in fields if values.get(f.name) not in (None, "", [])]


def words(field: Field, value: Any, reader: face.Reader) -> str:
    """A kept value for people's eyes."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(map(str, value))
    text = str(value)
    match field.type:
        case FieldType.YES_NO:
            return {"yes": "是", "no": "否", "True": "是", "False": "否"}.get(text, text)
        case FieldType.DATE:
            return _date(text)
        case FieldType.RESIDENT_ID:
            return face.mask_number(text)
        case FieldType.PHONE if reader is not face.Reader.WINDOW:
            return phone.mask(text)
    return f"{text}{field.unit}"


def _date(text: str) -> str:
    try:
        return day(text)
    except ValueError:
        return text
