"""The form of a standard as JSON Schema (draft 2020-12), for programs that send applications.

It describes the values as they are kept: what does not apply must be absent. Check digits and checks across fields
are beyond JSON Schema; `x-code` and `x-checks` name them and `form.validate` has the last word.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from yichuang.catalog.form_values import MOST_LONG_TEXT, MOST_TEXT, describe_must
from yichuang.catalog.standard import Field, FieldType, Form, Section, When
from yichuang.kernel.codes.phone import PHONE

DIALECT = "https://json-schema.org/draft/2020-12/schema"

# Shapes only; the check characters are for `yichuang.kernel.codes`
_PATTERNS = {
    FieldType.USCC: r"^[0-9A-Z]{18}$",
    FieldType.RESIDENT_ID: r"^\d{17}[0-9X]$",
    FieldType.PHONE: f"^{PHONE}$",
}
_APPLICATION: dict[str, Any] = {
    "situation": {"type": "string", "title": "办理情形"},
    "agent": {"enum": ["yes", "no"], "title": "是否委托代理人办理"},
}


def json_schema(form: Form) -> dict[str, Any]:
    """The schema of one application: the form's values beside `situation` and `agent`, flat, as `When` reads them."""
    fields = {f.name: f for s in form.sections if s.repeat is None for f in s.fields}
    properties = dict(_APPLICATION)
    required: list[str] = []
    conditions: list[dict[str, Any]] = []
    for section in form.sections:
        if section.repeat is not None:
            properties[section.code] = _group(section, section.repeat, fields)
            needed = [section.code] if section.repeat[0] else []
            _add(section.when, [section.code], needed, fields, required, conditions)
            continue
        for field in section.fields:
            properties[field.name] = _property(field)
        for field in section.fields:
            whens = [w for w in (section.when, field.when) if w]
            needed = [field.name] if field.required else []
            _add_all(whens, field.name, needed, fields, required, conditions)
    schema: dict[str, Any] = {
        "$schema": DIALECT,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }
    if conditions:
        schema["allOf"] = conditions
    if form.checks:
        schema["x-checks"] = [{"kind": c.kind, "fields": list(c.fields), "message": c.message} for c in form.checks]
    return schema


def schema_for(form: Form, situation: str, *, agent: bool = False, known: Collection[str] = ()) -> dict[str, Any]:
    """The schema of `form` in one situation, as an application sends it: without `situation` and `agent`, which are
    settled. `known` are fields that the licence acted on fills in: they may be left out.
    """
    about = {"situation": situation, "agent": "yes" if agent else "no"}
    sections = tuple(
        replace(section, when=_unsettled(section.when), fields=_settled(section.fields, about, known))
        for section in form.sections
        if _may_apply(section.when, about)
    )
    schema = json_schema(Form(sections, form.checks))
    for name in _APPLICATION:
        del schema["properties"][name]
    return schema


def _may_apply(when: When | None, about: dict[str, str]) -> bool:
    return when is None or when.field not in about or when.holds(about)


def _unsettled(when: When | None) -> When | None:
    return None if when and when.field in _APPLICATION else when


def _settled(fields: tuple[Field, ...], about: dict[str, str], known: Collection[str]) -> tuple[Field, ...]:
    return tuple(
        replace(f, when=_unsettled(f.when), required=f.required and f.name not in known)
        for f in fields
        if _may_apply(f.when, about)
    )


def _add(
    when: When | None,
    names: list[str],
    needed: list[str],
    fields: dict[str, Field],
    required: list[str],
    conditions: list[dict[str, Any]],
) -> None:
    for name in names:
        _add_all([when] if when else [], name, needed, fields, required, conditions)


def _add_all(
    whens: list[When],
    name: str,
    needed: list[str],
    fields: dict[str, Field],
    required: list[str],
    conditions: list[dict[str, Any]],
) -> None:
    """`name` is required, or required only when all conditions hold and absent otherwise."""
    if not whens:
        required.extend(needed)
        return
    test = {"allOf": [_test(when, fields) for when in whens]} if len(whens) > 1 else _test(whens[0], fields)
    conditions.append(
        {"if": test, **({"then": {"required": needed}} if needed else {}), "else": {"properties": {name: False}}}
    )


def _test(when: When, fields: dict[str, Field]) -> dict[str, Any]:
    field = fields.get(when.field)
    kind = field.type if field else None
    values: list[Any] = list(when.values)
    if kind is FieldType.YES_NO:
        values = [value == "yes" for value in values]
    elif kind is FieldType.INTEGER:
        values = [int(value) for value in values]
    schema: dict[str, Any] = {"contains": {"enum": values}} if kind is FieldType.CHOICES else {"enum": values}
    return {"properties": {when.field: schema}, "required": [when.field]}


def _group(section: Section, repeat: tuple[int, int], outer: dict[str, Field]) -> dict[str, Any]:
    fields = {**outer, **{f.name: f for f in section.fields}}
    required: list[str] = []
    conditions: list[dict[str, Any]] = []
    for field in section.fields:
        # a row's condition on a field outside the row cannot be said here: it stays with `form.validate`
        inner = field.when is None or any(f.name == field.when.field for f in section.fields)
        if inner:
            needed = [field.name] if field.required else []
            _add_all([field.when] if field.when else [], field.name, needed, fields, required, conditions)
    row: dict[str, Any] = {
        "type": "object",
        "properties": {f.name: _property(f) for f in section.fields},
        "required": required,
        "additionalProperties": False,
    }
    if conditions:
        row["allOf"] = conditions
    return {"type": "array", "title": section.title, "minItems": repeat[0], "maxItems": repeat[1], "items": row}


def _property(field: Field) -> dict[str, Any]:
    words = "；".join(part.rstrip("。") for part in (field.label, field.hint, describe_must(field)) if part)
    out: dict[str, Any] = {"title": field.label, "description": f"{words}。", **_type(field)}
    if field.must:
        out["x-must"] = str(field.must)
    if field.unit:
        out["x-unit"] = field.unit
    return out


def _type(field: Field) -> dict[str, Any]:
    match field.type:
        case FieldType.TEXT | FieldType.LONG_TEXT:
            usual = MOST_LONG_TEXT if field.type is FieldType.LONG_TEXT else MOST_TEXT
            least = {"minLength": max(1, int(field.min or 1))}
            return {"type": "string", **least, "maxLength": int(usual if field.max is None else field.max)}
        case FieldType.INTEGER | FieldType.DECIMAL:
            bounds = {"minimum": field.min, "maximum": field.max}
            kind = "integer" if field.type is FieldType.INTEGER else "number"
            return {"type": kind, **{k: v for k, v in bounds.items() if v is not None}}
        case FieldType.DATE:
            return {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
        case FieldType.CHOICE:
            return {"enum": list(field.choices)}
        case FieldType.CHOICES:
            items = {"enum": list(field.choices)}
            return {"type": "array", "items": items, "minItems": 1, "uniqueItems": True}
        case FieldType.YES_NO:
            return {"type": "boolean"}
        case _:
            out: dict[str, Any] = {"type": "string", "x-code": str(field.type)}
            return out | ({"pattern": _PATTERNS[field.type]} if field.type in _PATTERNS else {})
