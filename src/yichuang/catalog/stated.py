"""What a certificate states of the form it was granted on (行政许可法 39 条), as the standard names it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yichuang.catalog.standard import Field, FieldType, Standard
from yichuang.kernel.localtime import chinese_date


@dataclass(frozen=True, slots=True)
class Stated:
    """A field of the form and its value in words."""

    name: str
    label: str
    text: str


def list_stated(standard: Standard, values: Mapping[str, Any] | None) -> tuple[Stated, ...]:
    """What the certificate states, in the order of the standard; nothing once the form was destroyed."""
    if values is None:
        return ()
    known = {f.name: f for section in standard.form.sections for f in section.fields}
    stated = [(known[name], values.get(name)) for name in standard.result.fields if name in known]
    return tuple(Stated(f.name, f.label, _words(f, v) + f.unit) for f, v in stated if v not in (None, "", []))


def _words(field: Field, value: Any) -> str:
    if field.type is FieldType.DATE:
        return chinese_date(date.fromisoformat(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "；".join(str(v) for v in value)
    text = str(value)
    return text[:-2] if text.endswith(".0") else text
