"""Fills any standard's form with values that pass: required fields of the sections that apply, least rows of groups."""

from __future__ import annotations

from typing import Any

from yichuang.catalog.standard import Field, FieldType, Must, Standard, applies

SAMPLES: dict[FieldType, Any] = {
    FieldType.TEXT: "示范内容",
    FieldType.LONG_TEXT: "示范说明文字,内容完整。",
    FieldType.INTEGER: 10,
    FieldType.DECIMAL: 10,
    FieldType.DATE: "2018-03-01",
    FieldType.YES_NO: False,
    FieldType.USCC: "11410100005252709W",
    FieldType.RESIDENT_ID: "11010519491231002X",
    FieldType.PHONE: "13800000000",
    FieldType.PROJECT_CODE: "2017-410100-47-03-000001",
}
# Days that are right whatever the clock of a test says
DAYS = {Must.PAST: "2010-03-01", Must.AHEAD: "2090-12-31"}


def value(field: Field) -> Any:
    if field.type is FieldType.CHOICE:
        return field.choices[0]
    if field.type is FieldType.CHOICES:
        return [field.choices[0]]
    if field.must in DAYS:
        return DAYS[field.must]
    sample = SAMPLES[field.type]
    if isinstance(sample, str) and field.min and field.type in (FieldType.TEXT, FieldType.LONG_TEXT):
        return sample.ljust(int(field.min), "整")
    if field.type in (FieldType.INTEGER, FieldType.DECIMAL):
        least = max(sample, int(field.min or 0))
        return least if field.max is None else min(least, int(field.max))
    return sample


def fill(standard: Standard, situation: str = "new", agent: str = "no") -> dict[str, Any]:
    """Values of all required fields that apply; what one answer calls for is filled in the next round."""
    about = {"situation": situation, "agent": agent}
    values: dict[str, Any] = {}
    for _ in range(4):
        for section in standard.form.sections:
            if not applies(section.when, {**values, **about}):
                continue
            fields = [f for f in section.fields if f.required and applies(f.when, {**values, **about})]
            if section.repeat:
                if section.repeat[0]:
                    values[section.code] = [{f.name: value(f) for f in fields} for _ in range(section.repeat[0])]
            else:
                values |= {f.name: value(f) for f in fields if f.name not in values}
    return values
