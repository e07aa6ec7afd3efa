"""What every form that sets a parameter asks besides the value: from which day, on what basis, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms

from yichuang.aggregates.parameters import Group
from yichuang.aggregates.settings import LONGEST, value_on
from yichuang.faces.fields import day_field, short
from yichuang.faces.web import day
from yichuang.faces.who import today

if TYPE_CHECKING:
    from yichuang.aggregates.models import Setting


def dated_fields() -> dict[str, forms.Field]:
    """The three fields, empty for what holds at once and needs no words."""
    return {
        "valid_from": day_field("从哪天起执行", required=False, hint="不填即从现在起；不能早于今天。"),
        "basis": short("依据", required=False, hint=f"文件名称和文号，最多{LONGEST}个字。"),
        "reason": short("改动的原因", required=False, hint=f"最多{LONGEST}个字。"),
    }


def dated_values(form: forms.Form) -> dict[str, Any]:
    """Day, basis and reason as `set_parameter` takes them."""
    return {name: form.cleaned_data[name] for name in ("valid_from", "basis", "reason")}


def is_unchanged(group: Group, name: str, history: Sequence[Setting], since: date | None, value: Any) -> bool:
    """Whether the parameter has this value on that day anyway; today without a day."""
    return bool(value_on(group, name, history, since or today()) == value)


def since_words(since: date | None) -> str:
    """自2027年1月1日（周五）起, for what is announced; nothing for what holds at once."""
    return f"自{day(since)}起" if since and since > today() else ""
