"""What is granted: its scope as the form states it, and for how long it holds. Pure."""

from __future__ import annotations

from datetime import date
from typing import Any

from yichuang.catalog.standard import Field, FieldType
from yichuang.documents.content import chinese_date
from yichuang.documents.context import Context
from yichuang.kernel.clock import Limit, Unit


def scope(c: Context) -> list[tuple[str, str]]:
    """What the standard has the certificate state of the form, as (label, value); empty once the form was destroyed."""
    if c.values is None:
        return []
    stated = [c.form_field(name) for name in c.standard.result.fields]
    given = [(f, c.values.get(f.name)) for f in stated if f]
    return [(f.label, _shown(f, value) + f.unit) for f, value in given if value not in (None, "", [])]


def _shown(field: Field, value: Any) -> str:
    if field.type is FieldType.DATE:
        return chinese_date(date.fromisoformat(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "；".join(str(v) for v in value)
    text = str(value)
    return text[:-2] if text.endswith(".0") else text


def term(c: Context) -> str:
    """How long what is granted will hold, before the licence is made."""
    months = c.standard.result.validity_months
    if months is None:
        return open_term(c)
    length = f"{months // 12}年" if months % 12 == 0 else Limit(months, Unit.MONTH).label
    return f"{length}，自证照制作之日起算"


def open_term(c: Context) -> str:
    """The term of what has no number of months, as far as the standard knows it; other remarks are not printed."""
    note = c.standard.result.validity_note
    if "长期" in note:
        return "长期有效"
    return note if note.startswith("按") else "期限依照法律、法规的规定"
