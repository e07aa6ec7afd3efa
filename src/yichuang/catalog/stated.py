"""What a certificate states of the form it was granted on (行政许可法 39 条), as the standard names it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yichuang.catalog.form_values import find_fault, read_value
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


def state_text(field: Field, text: str) -> str:
    """What somebody wrote for a stated field, as the certificate words it; the text itself where it cannot be read."""
    value = read_stated(field, text)
    return text if find_fault(field, value) else _words(field, value) + field.unit


def read_stated(field: Field, text: str) -> Any:
    """The value of the form that the words of a certificate state."""
    plain = text.strip().removesuffix(field.unit) if field.unit else text
    return read_value(field, re.split("[、；;]", plain) if field.type is FieldType.CHOICES else plain)


def _words(field: Field, value: Any) -> str:
    if field.type is FieldType.DATE:
        return chinese_date(date.fromisoformat(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "；".join(str(v) for v in value)
    text = str(value)
    return text[:-2] if text.endswith(".0") else text
