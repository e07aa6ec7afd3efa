"""One value of a form field: read it from what a person or a program sent, and check it.

Pure: no Django, no HTML. Conditions, repeated groups and checks across fields are in `form`, not here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from yichuang.catalog.standard import Field, FieldType, Must
from yichuang.catalog.terms import NEW
from yichuang.kernel.clock import format_day
from yichuang.kernel.codes import phone, project_code, resident_id, uscc
from yichuang.kernel.codes.problem import Problem, tidy
from yichuang.kernel.text import clean

# Greatest length where the standard sets none, in characters: what a form can hold and a reviewer can read.
MOST_TEXT = 200
MOST_LONG_TEXT = 5000

CODES: dict[FieldType, Callable[[object], Problem | None]] = {
    FieldType.USCC: uscc.check,
    FieldType.RESIDENT_ID: resident_id.check,
    FieldType.PROJECT_CODE: project_code.check,
}
NUMBERS = frozenset({FieldType.INTEGER, FieldType.DECIMAL})
PICKED = frozenset({FieldType.CHOICE, FieldType.CHOICES, FieldType.YES_NO, FieldType.DATE})

_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,6})?")
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))")
_CENTRAL = "00"  # first digits of the project codes that the central government gives
_YES = {"yes": True, "是": True, "no": False, "否": False}


@dataclass(frozen=True, slots=True)
class Filing:
    """Where and when a form is judged: the division that handles the application, the day it is or was filed, and
    today (Zhengzhou time). A correction is judged days after the filing.
    """

    division: str
    filed: date
    today: date


def is_blank(value: Any) -> bool:
    """Whether no value was given. `False` (否) and 0 are values."""
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def control_value(value: Any) -> Any:
    """A kept value as a control carries it: text, or a list of texts for several choices."""
    if isinstance(value, list):
        return [str(item) for item in value]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return "" if value is None else str(value)


def read_value(field: Field, raw: Any) -> Any:
    """The value as it is stored, or `raw` itself when it cannot be read (`find_fault` then says why).

    Kept: text as str, numbers as int or float, dates as ISO text, 是否 as bool, several choices as a list of str.
    Reading what was read changes nothing.
    """
    if field.type is FieldType.CHOICES:
        items = raw if isinstance(raw, list) else [raw]
        return [_text(item) for item in items if not is_blank(item)]
    if not isinstance(raw, str):
        return _number(raw) if field.type in NUMBERS else raw
    if field.type in CODES:
        return tidy(raw) if len(raw) <= MOST_TEXT else raw
    if field.type is FieldType.PHONE:
        return tidy(raw).removeprefix("+86") if len(raw) <= MOST_TEXT else raw
    if field.type in NUMBERS:
        return _read_number(field, raw)
    if field.type is FieldType.DATE:
        return _read_date(raw)
    if field.type is FieldType.YES_NO:
        return _YES.get(raw.strip(), raw)
    return _text(raw, lines=field.type is FieldType.LONG_TEXT)


def _text(raw: Any, *, lines: bool = False) -> Any:
    try:
        return clean(raw, lines=lines) if isinstance(raw, str) else raw
    except ValueError:
        return raw


def _read_number(field: Field, raw: str) -> Any:
    text = tidy(raw) if len(raw) <= MOST_TEXT else raw
    if not text.isascii() or not _NUMBER.fullmatch(text):
        return raw
    text = text.replace(",", "")
    number = float(text)
    # more digits than a number of JSON carries: never rounded in silence
    return raw if Decimal(repr(number)) != Decimal(text) else _number(number)


def _number(raw: Any) -> Any:
    """The number as people write it: 3.0 becomes 3. A part of a whole stays, and is refused for an integer later."""
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not abs(raw) < 10**15:
        return raw
    return int(raw) if raw == int(raw) else raw


def _read_date(raw: str) -> str:
    text = tidy(raw) if len(raw) <= MOST_TEXT else raw
    match = _DATE.fullmatch(text) if text.isascii() or "年" in text else None
    if match is None:
        return raw
    year, month, day = (int(part) for part in match.groups() if part is not None)
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return raw


def find_fault(field: Field, value: Any) -> str:
    """What is wrong with a value and what to do, in Chinese; empty when it is right."""
    if field.type in CODES:
        problem = CODES[field.type](value)
        return problem.message if problem else ""
    return _FAULTS[field.type](field, value)


def find_breach(field: Field, value: Any, filing: Filing, situation: str) -> str:
    """Why a well-formed value cannot be, by the rule that the standard sets for the field; empty when it can."""
    match field.must:
        case Must.PAST if date.fromisoformat(value) > filing.today:
            return f"“{field.label}”是{format_day(date.fromisoformat(value))}，还没有到；请核对。"
        case Must.AHEAD if situation == NEW and date.fromisoformat(value) < filing.filed:
            return f"“{field.label}”不能早于申请当天（{format_day(filing.filed)}）；请核对。"
        case Must.LOCAL if value[5:7] not in (filing.division[:2], _CENTRAL):
            return f"“{field.label}”的第二段{value[5:11]}不是本省的行政区划；请核对项目登记单。"
    return ""


def describe_must(field: Field) -> str:
    """The rule of the field for who fills it in, in a sentence; empty without one."""
    return _MUSTS[field.must] if field.must else ""


_MUSTS = {
    Must.PAST: "不能晚于填写当天。",
    Must.AHEAD: "新办的，不能早于申请当天。",
    Must.LOCAL: "应为本省或者中央的项目代码。",
}


def missing_message(field: Field) -> str:
    """The message for a required field that has no value."""
    return f"请{'选择' if field.type in PICKED else '填写'}“{field.label}”。"


def _text_fault(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        return f"“{field.label}”应为文字；请重新填写。"
    long = field.type is FieldType.LONG_TEXT
    most = int(field.max if field.max is not None else MOST_LONG_TEXT if long else MOST_TEXT)
    if len(value) > most:
        return f"“{field.label}”最多 {most} 个字，现有 {len(value)} 个；请删减。"
    if field.min is not None and len(value) < field.min:
        return f"“{field.label}”至少 {int(field.min)} 个字，现有 {len(value)} 个；请补充。"
    try:
        clean(value, lines=long)
    except ValueError as error:
        return f"“{field.label}”的{error}"
    return ""


def _number_fault(field: Field, value: Any) -> str:
    is_integer = field.type is FieldType.INTEGER
    right = isinstance(value, int if is_integer else int | float) and not isinstance(value, bool)
    if not right or abs(value) >= 1e15 or not math.isfinite(value):
        return f"“{field.label}”应为{'整数，如 12' if is_integer else '数字，如 1234.5'}；请只填数字，不带单位。"
    if field.min is not None and value < field.min:
        return f"“{field.label}”不能小于 {_shown(field.min)}{field.unit}；请核对。"
    if field.max is not None and value > field.max:
        return f"“{field.label}”不能大于 {_shown(field.max)}{field.unit}；请核对。"
    return ""


def _shown(number: float) -> str:
    return f"{number:,.0f}" if number == int(number) else str(number)


def _date_fault(field: Field, value: Any) -> str:
    message = f"“{field.label}”不是正确的日期；请按“2026-03-02”的样子填写。"
    if not isinstance(value, str) or len(value) != 10:
        return message
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return message
    if not 1900 <= day.year <= 2100:
        return f"“{field.label}”的年份应在 1900 至 2100 之间；请核对。"
    return ""


def _choice_fault(field: Field, value: Any) -> str:
    return "" if value in field.choices else f"“{field.label}”的选项不在列表中；请重新选择。"


def _choices_fault(field: Field, value: Any) -> str:
    if not isinstance(value, list) or any(item not in field.choices for item in value):
        return f"“{field.label}”有选项不在列表中；请重新选择。"
    return f"“{field.label}”有重复的选项；请重新选择。" if len(set(value)) < len(value) else ""


def _yes_no_fault(field: Field, value: Any) -> str:
    return "" if isinstance(value, bool) else f"“{field.label}”请选择“是”或“否”。"


def _phone_fault(field: Field, value: Any) -> str:
    problem = phone.check(value)
    return f"“{field.label}”{problem.message}" if problem else ""


_FAULTS: dict[FieldType, Callable[[Field, Any], str]] = {
    FieldType.TEXT: _text_fault,
    FieldType.LONG_TEXT: _text_fault,
    FieldType.INTEGER: _number_fault,
    FieldType.DECIMAL: _number_fault,
    FieldType.DATE: _date_fault,
    FieldType.CHOICE: _choice_fault,
    FieldType.CHOICES: _choices_fault,
    FieldType.YES_NO: _yes_no_fault,
    FieldType.PHONE: _phone_fault,
}
