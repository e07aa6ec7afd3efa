"""The form as it was filled in, for reading: labels from the standard, personal values as `people.face` lets this
reader see them. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from yichuang.catalog.form_values import NUMBERS, read_value
from yichuang.catalog.standard import Field, FieldType, Standard
from yichuang.faces.web import day
from yichuang.people import face
from yichuang.people.face import CasePart, Reader

Rows = list[tuple[str, str]]
Say = Callable[[Field, Any], str]
# To a reader who sees the form masked, what people wrote is left out: it may be anybody's name, address or number
WRITTEN = frozenset({FieldType.TEXT, FieldType.LONG_TEXT, FieldType.RESIDENT_ID, FieldType.PHONE})
LEFT_OUT = "（已遮盖）"


def sections(standard: Standard, form: dict[str, Any] | None, reader: Reader) -> list[dict[str, Any]]:
    """[{title, groups: [[(label, words)]]}] of every section with a value; a repeated group has a list per row. Empty
    for a reader from whom the form is hidden.
    """
    level = face.part_level(CasePart.FORM, reader)
    values = ((form or {}).get("values") or {}) if level != face.HIDE else {}
    cover = face.make_veil(reader, (form or {}).get("applicant") or {})

    def say(field: Field, value: Any) -> str:
        if level == face.MASK and field.type in WRITTEN:
            return LEFT_OUT
        return words(field, value, reader, cover)

    out = []
    for section in standard.form.sections:
        rows = values.get(section.code) if section.repeat else [values]
        if not isinstance(rows, list):
            continue
        groups = [_rows(section.fields, row, say) for row in rows if isinstance(row, dict)]
        if any(groups):
            out.append({"title": section.title, "groups": [g for g in groups if g], "repeat": bool(section.repeat)})
    return out


def _rows(fields: tuple[Field, ...], values: dict[str, Any], say: Say) -> Rows:
    return [(f.label, say(f, values[f.name])) for f in fields if values.get(f.name) not in (None, "", [])]


def words(field: Field, value: Any, reader: Reader, cover: Callable[[str], str]) -> str:
    """A kept value for people's eyes."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(map(str, value))
    text = str(read_value(field, value) if field.type in NUMBERS else value)
    match field.type:
        case FieldType.YES_NO:
            return {"yes": "是", "no": "否", "True": "是", "False": "否"}.get(text, text)
        case FieldType.DATE:
            return _date(text)
        case FieldType.RESIDENT_ID:
            return face.mask_value("id_number", text, reader)
        case FieldType.PHONE:
            return face.mask_value("phone", text, reader)
        case FieldType.TEXT | FieldType.LONG_TEXT:
            return cover(text) + field.unit
    return f"{text}{field.unit}"


def _date(text: str) -> str:
    try:
        return day(text)
    except ValueError:
        return text
