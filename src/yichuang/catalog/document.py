"""Writes and reads the published document of a standard: the canonical JSON that is hashed. Pure; no table.

The text of what was published never changes. Older documents are lifted when they are read: each step adds only what a
document of its time could not say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import to_json

from yichuang.catalog.loading import load_procedures
from yichuang.catalog.standard import FieldType, Standard
from yichuang.kernel.canonical import canonical

Place = tuple[str | int, ...]  # keys and numbers of rows, from the outside in
_standard: TypeAdapter[Standard] = TypeAdapter(Standard)
# What a certificate stated of the form before `Result.fields` named it: what it is for, where and how much
_SCOPE = re.compile("业态|项目|范围|类别|种类|类型|地址|地点|位置|面积|规模|等级|名称")
_TYPES = {FieldType.TEXT, FieldType.CHOICE, FieldType.CHOICES, FieldType.INTEGER, FieldType.DECIMAL}
_MOST = 6


def write_document(standard: Standard) -> str:
    """The canonical JSON of a standard, as published and hashed. Numbers with a fraction are written as text."""
    return canonical(_without_later(standard, dump_plain(standard)))


def dump_plain(part: Any) -> Any:
    """The JSON of a standard, or of a part of one, with every field. Numbers with a fraction are text."""
    return json.loads(to_json(part), parse_float=_fraction)


def _without_later(part: Any, plain: Any) -> Any:
    """`plain`, the JSON of `part`, without the fields marked `later` that hold their default."""
    if is_dataclass(part):
        names = [f.name for f in fields(part) if "later" not in f.metadata or getattr(part, f.name) != f.default]
        return {name: _without_later(getattr(part, name), plain[name]) for name in names}
    if isinstance(part, tuple):
        return [_without_later(item, plain_item) for item, plain_item in zip(part, plain, strict=True)]
    return plain


def _fraction(text: str) -> int | str:
    number = float(text)
    return int(number) if number.is_integer() else text


def load_document(text: str) -> Standard:
    """The standard of a published document; an older document gets the fields that came later."""
    return _lift(_standard.validate_json(text))


def read_plain(plain: dict[str, Any]) -> tuple[Standard, list[Place]]:
    """The standard that somebody wrote as plain data, and the places of keys that no field reads.

    Raises pydantic's ValidationError when the data is no standard.
    """
    standard = _standard.validate_json(json.dumps(plain, default=str))
    return standard, list(_unknown_keys(plain, dump_plain(standard), ()))


def _unknown_keys(plain: Any, understood: Any, at: Place) -> Iterator[Place]:
    """The places of keys in `plain` that are not in `understood`: `("steps", 2, "dayz")`."""
    if isinstance(plain, dict) and isinstance(understood, dict):
        for key, value in plain.items():
            if key not in understood:
                yield (*at, key)
            else:
                yield from _unknown_keys(value, understood[key], (*at, key))
    elif isinstance(plain, list) and isinstance(understood, list):
        for number, (item, understood_item) in enumerate(zip(plain, understood, strict=False)):
            yield from _unknown_keys(item, understood_item, (*at, number))


def _lift(standard: Standard) -> Standard:
    """The standard with the fields filled in that came after it was published."""
    if "accept" not in standard.procedure.articles:  # the acts have had their articles since the fields of this step
        standard = _lift_acts(standard)
    procedure, known = standard.procedure, load_procedures()[standard.procedure.code]
    if procedure.answer_within is None and known.answer_within:
        articles = {name: known.articles[name] for name in ("falsified", "hear_falsified")} | procedure.articles
        procedure = replace(procedure, articles=articles, answer_within=known.answer_within)
    return replace(standard, procedure=procedure)


def _lift_acts(standard: Standard) -> Standard:
    articles = load_procedures()[standard.procedure.code].articles | standard.procedure.articles
    return replace(
        standard,
        procedure=replace(standard.procedure, articles=articles),
        # the 填报须知 alone said that the form is the material
        materials=tuple(replace(m, generated="自动生成" in m.how_to_fill) for m in standard.materials),
        result=replace(standard.result, fields=_stated(standard)),
    )


def _stated(standard: Standard) -> tuple[str, ...]:
    fields = (f for section in standard.form.sections if section.repeat is None for f in section.fields)
    return tuple(f.name for f in fields if f.type in _TYPES and _SCOPE.search(f.label))[:_MOST]
