"""The conditions of a standard (`When`) as people say them. Pure; what they decide is for the standard itself."""

from __future__ import annotations

from yichuang.catalog.standard import Field, FieldType, Standard, When


def asked(standard: Standard) -> dict[str, Field]:
    """The form's fields by name, for conditions that ask for one."""
    return {field.name: field for section in standard.form.sections for field in section.fields}


def when_text(standard: Standard, when: When | None) -> str:
    """A condition as people say it: 新办、延续时; “是否…”选“是”时. Nothing when it always holds."""
    if when is None:
        return ""
    if when.field == "situation":
        names = [found.name for code in when.values if (found := standard.situation(code))]
        return f"{'、'.join(names)}时"
    if when.field == "agent":
        return "委托他人代办时" if when.values == ("yes",) else "本人办理时"
    field = asked(standard).get(when.field)
    said = {"yes": "是", "no": "否"} if field and field.type is FieldType.YES_NO else {}
    values = "、".join(f"“{said.get(v, v)}”" for v in when.values)
    return f"“{field.label if field else when.field}”选{values}时"
