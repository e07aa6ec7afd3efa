"""The form of a standard: read the values given, drop those that do not apply, report faults in Chinese.

Pure: no Django, no HTML, no database. Values are a flat dictionary by field name; a repeated group is a list of such
dictionaries under its section's code. Errors are keyed the same way: `name`, `group` (number of rows) and
`group.0.name`. One door for pages and programs: both call `coerce`, then `validate`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from yichuang.catalog.form_schema import json_schema, schema_for
from yichuang.catalog.form_values import Filing, find_breach, find_fault, is_blank, missing_message, read_value
from yichuang.catalog.standard import Check, Field, Form, Section, applies

__all__ = ["Filing", "coerce", "is_blank", "json_schema", "prune", "schema_for", "validate"]


def coerce(form: Form, raw: dict[str, Any]) -> dict[str, Any]:
    """The values as they are stored. A value that cannot be read stays as it came, and `validate` refuses it.

    Unknown names and empty values are left out. Of a repeated group one row more than allowed is read, so that too
    many are noticed and a million cost nothing.
    """
    values: dict[str, Any] = {}
    for section in form.sections:
        if section.repeat is None:
            values |= _coerce_fields(section.fields, raw)
        elif section.code in raw:
            rows = raw[section.code]
            if isinstance(rows, list):
                rows = [
                    _coerce_fields(section.fields, row) if isinstance(row, dict) else row
                    for row in rows[: section.repeat[1] + 1]
                ]
            if rows:
                values[section.code] = rows
    return values


def _coerce_fields(fields: tuple[Field, ...], raw: dict[str, Any]) -> dict[str, Any]:
    fields_read = {
        field.name: read_value(field, raw[field.name]) for field in fields if not is_blank(raw.get(field.name))
    }
    return {name: value for name, value in fields_read.items() if not is_blank(value)}


def prune(form: Form, values: dict[str, Any], application: dict[str, Any]) -> dict[str, Any]:
    """The values without those of sections and fields that do not apply (`when`).

    What falls away can make another condition fail, so this runs until nothing changes; each round takes at least
    one value away.
    """
    while True:
        applying = _prune_once(form, values, application)
        if applying == values:
            return applying
        values = applying


def _prune_once(form: Form, values: dict[str, Any], application: dict[str, Any]) -> dict[str, Any]:
    context = {**application, **values}
    applying: dict[str, Any] = {}
    for section in form.sections:
        if not applies(section.when, context):
            continue
        if section.repeat is None:
            applying |= _kept_fields(section.fields, values, context)
        elif section.code in values:
            rows = values[section.code]
            applying[section.code] = (
                [_kept_fields(section.fields, r, {**context, **r}) if isinstance(r, dict) else r for r in rows]
                if isinstance(rows, list)
                else rows
            )
    return applying


def _kept_fields(fields: tuple[Field, ...], values: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    return {f.name: values[f.name] for f in fields if f.name in values and applies(f.when, context)}


def validate(form: Form, values: dict[str, Any], application: dict[str, Any], filing: Filing) -> dict[str, str]:
    """Error messages of coerced values by key, in the order of the form; empty when there is no error. `filing` is
    where and when the values are judged.

    What does not apply is neither required nor looked at. Checks across fields come last, and only over values that
    are right by themselves.
    """
    values = prune(form, values, application)
    context = {**application, **values}
    errors: dict[str, str] = {}
    for section in form.sections:
        if not applies(section.when, context):
            continue
        if section.repeat is None:
            errors |= _field_errors(section.fields, values, context, "", filing)
        else:
            errors |= _group_errors(section, section.repeat, values.get(section.code, []), context, filing)
    groups = {section.code for section in form.sections if section.repeat}
    for check in form.checks:
        for key, message in _broken(check, values, groups, errors):
            errors.setdefault(key, message)
    return errors


def _field_errors(
    fields: tuple[Field, ...], values: dict[str, Any], context: dict[str, Any], prefix: str, filing: Filing
) -> dict[str, str]:
    errors: dict[str, str] = {}
    for field in fields:
        if not applies(field.when, context):
            continue
        if field.name not in values:
            message = missing_message(field) if field.required else ""
        else:
            value, situation = values[field.name], str(context.get("situation", ""))
            message = find_fault(field, value) or find_breach(field, value, filing, situation)
        if message:
            errors[prefix + field.name] = message
    return errors


def _group_errors(
    section: Section, repeat: tuple[int, int], rows: Any, context: dict[str, Any], filing: Filing
) -> dict[str, str]:
    least, most = repeat
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return {section.code: f"“{section.title}”的格式不对；请逐行填写。"}
    errors: dict[str, str] = {}
    if len(rows) < least:
        errors[section.code] = f"“{section.title}”至少填写 {least} 行，现有 {len(rows)} 行；请添加。"
    if len(rows) > most:
        errors[section.code] = f"“{section.title}”最多 {most} 行；请删去多余的行。"
    for index, row in enumerate(rows[:most]):
        errors |= _field_errors(section.fields, row, {**context, **row}, f"{section.code}.{index}.", filing)
    return errors


# --- checks across fields ------------------------------------------------------------------------------------------

Cell = tuple[str, Any]  # the key of a value, as errors name it, and the value


def _broken(
    check: Check, values: dict[str, Any], groups: set[str], errors: dict[str, str]
) -> Iterator[tuple[str, str]]:
    """The keys this check finds wrong, with its message. An unknown kind raises KeyError: the standard is at fault."""
    rule = _CHECKS[check.kind]
    for cells in _instances(check, values, groups):
        if any(key in errors or key.partition(".")[0] in errors for key, _ in cells):
            continue  # a value, or a group, wrong by itself has its own message
        if key := rule(cells):
            yield key, check.message


def _instances(check: Check, values: dict[str, Any], groups: set[str]) -> Iterator[list[Cell]]:
    """The sets of cells that a check compares: one set, or one for each row when it compares fields of one row."""
    names = [name.split(".", 1) for name in check.fields]
    grouped = [parts[0] for parts in names if len(parts) == 2 and parts[0] in groups]
    over_rows = check.kind == "sum_at_most" or (check.kind == "differ" and len(names) == 1)
    if not grouped or over_rows:
        yield [cell for name in check.fields for cell in _cells(name, values)]
        return
    group = grouped[0]
    rows = values.get(group, [])
    for index, row in enumerate(rows if isinstance(rows, list) else []):
        if isinstance(row, dict):
            yield [
                (f"{group}.{index}.{parts[1]}", row.get(parts[1]))
                if parts[0] == group and len(parts) == 2
                else (parts[0], values.get(parts[0]))
                for parts in names
            ]


def _cells(name: str, values: dict[str, Any]) -> list[Cell]:
    group, _, field = name.partition(".")
    if not field:
        return [(name, values.get(name))]
    rows = values.get(group, [])
    rows = rows if isinstance(rows, list) else []
    return [(f"{group}.{i}.{field}", row.get(field)) for i, row in enumerate(rows) if isinstance(row, dict)]


def _not_after(cells: list[Cell]) -> str:
    """The first date is not after the second; ISO dates compare as text."""
    (_, first), (key, second) = cells
    return "" if is_blank(first) or is_blank(second) or first <= second else key


def _not_less(cells: list[Cell]) -> str:
    """The first number is not less than the second."""
    (key, first), (_, second) = cells
    return "" if is_blank(first) or is_blank(second) or first >= second else key


def _sum_at_most(cells: list[Cell]) -> str:
    """All but the last add up to the last at most. Decimal, so that 0.1 + 0.2 is 0.3."""
    *parts, (key, most) = cells
    numbers = [Decimal(repr(value)) for _, value in parts if not is_blank(value)]
    return "" if is_blank(most) or sum(numbers) <= Decimal(repr(most)) else key


def _differ(cells: list[Cell]) -> str:
    """No two given values are the same; the key of the later one is returned."""
    earlier_values: list[Any] = []
    for key, value in cells:
        if not is_blank(value) and value in earlier_values:
            return key
        earlier_values.append(value)
    return ""


def _needs(cells: list[Cell]) -> str:
    """When the first is given (for 是否: answered 是), so must be the others; the first missing key is returned."""
    (_, first), *cells_needed = cells
    if is_blank(first) or first is False:
        return ""
    return next((key for key, value in cells_needed if is_blank(value)), "")


_CHECKS: dict[str, Callable[[list[Cell]], str]] = {
    "not_after": _not_after,
    "not_less": _not_less,
    "sum_at_most": _sum_at_most,
    "differ": _differ,
    "needs": _needs,
}
