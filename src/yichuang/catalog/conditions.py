"""The conditions of a standard (`When`) as text for people. Pure; `Standard` evaluates them."""

from __future__ import annotations

from yichuang.catalog.standard import Field, FieldType, Standard, When


def fields_by_name(standard: Standard) -> dict[str, Field]:
    """The fields of a standard's form by name."""
    return {field.name: field for section in standard.form.sections for field in section.fields}


def describe_condition(standard: Standard, when: When | None) -> str:
    """A condition in Chinese: 新办、延续时; “是否…”选“是”时. Empty when it always holds."""
    if when is None:
        return ""
    if when.field == "situation":
        names = [situation.name for code in when.values if (situation := standard.situation(code))]
        return f"{'、'.join(names)}时"
    if when.field == "agent":
        return "委托他人代办时" if when.values == ("yes",) else "本人办理时"
    field = fields_by_name(standard).get(when.field)
    labels = {"yes": "是", "no": "否"} if field and field.type is FieldType.YES_NO else {}
    values = "、".join(f"“{labels.get(v, v)}”" for v in when.values)
    return f"“{field.label if field else when.field}”选{values}时"
