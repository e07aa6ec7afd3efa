"""Days that people type: one field for every page. A day that no page can mean is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from yichuang.aggregates.refusal import Invalid

FIRST_YEAR, LAST_YEAR = 1900, 2100
INVALID = "日期应当写成 2018-03-12 的样子。"
FAR = f"年份应当在{FIRST_YEAR}至{LAST_YEAR}年之间；请核对日期。"


def check_day(day: date) -> None:
    """Raises ValidationError for a day outside the years that a case, a post or a period can have."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(FAR, code="far")


class DayField(forms.DateField):
    """A day within the years above."""

    widget = forms.DateInput(attrs={"type": "date"})

    def __init__(self, **options: Any) -> None:
        words = {"invalid": INVALID, "required": INVALID, **options.pop("error_messages", {})}
        super().__init__(error_messages=words, validators=[check_day], **options)


def read_day(text: str) -> date:
    """The day of a hidden or bare field. Raises Invalid."""
    try:
        day: date = DayField().clean(text)
    except ValidationError as fault:
        raise Invalid("day", fault.messages[0]) from None
    return day
