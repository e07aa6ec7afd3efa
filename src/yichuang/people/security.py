"""Parameters of log-ins and sessions that the security administrator may change, with history.

GB/T 22239-2019 8.1.4.1 (等保三级 身份鉴别) asks for complex passwords that are renewed, for a limit of wrong log-ins
and for an end of idle sessions. It names no numbers: those here are usual practice, and shown as that.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction

from yichuang.ledger.actor import Actor
from yichuang.ledger.service import record
from yichuang.people import rights
from yichuang.people.models import SecuritySetting

BASIS = "GB/T 22239-2019 8.1.4.1（身份鉴别）"


@dataclass(frozen=True, slots=True)
class Number:
    """A parameter: its words, its first value, its unit and bounds, and what it is for."""

    label: str
    default: int
    unit: str
    least: int
    most: int
    explanation: str


NUMBERS = {
    "idle_minutes": Number(
        "工作人员多久没有操作即退出", 30, "分钟", 5, 240, "标准要求登录连接超时自动退出，没有规定时长。改后立即生效。"
    ),
    "session_hours": Number(
        "工作人员一次登录最长", 12, "小时", 1, 24, "到时即退出，不因使用而延长。改后立即生效。申请人固定为12小时。"
    ),
    "password_length": Number(
        "口令最短", 10, "个字符", 8, 32, "标准要求口令有复杂度，没有规定长度。用于以后设置的口令，申请人也一样。"
    ),
    "password_kinds": Number(
        "工作人员口令至少包含几类字符", 3, "类", 1, 4, "大写字母、小写字母、数字、其他符号共四类。用于以后设置的口令。"
    ),
    "password_days": Number(
        "工作人员口令最长使用", 90, "天", 0, 365, "标准要求定期更换，没有规定多久；0为不要求。到期后登录须先改口令。"
    ),
    "password_memory": Number(
        "工作人员新口令不得与最近几次相同", 5, "次", 0, 12, "常见做法，标准没有规定；0为不要求。现用的口令总不能再用。"
    ),
    "login_tries": Number(
        "连续输错口令几次即暂停登录", 5, "次", 3, 20, "标准要求限制非法登录次数，没有规定几次。改后立即生效。"
    ),
    "login_minutes": Number("暂停登录多久", 15, "分钟", 5, 120, "标准没有规定时长。改后立即生效。"),
}


def read_numbers(*names: str) -> dict[str, int]:
    """The values in force of these numbers, or of all. One statement."""
    wanted_names = names or tuple(NUMBERS)
    newest = SecuritySetting.objects.filter(name__in=wanted_names).order_by("name", "-id").distinct("name")
    return {name: NUMBERS[name].default for name in wanted_names} | dict(newest.values_list("name", "value"))


def read_number(name: str) -> int:
    """The value in force. One statement."""
    return read_numbers(name)[name]


def sql_number(name: str) -> str:
    """The value in force as an SQL expression, for a statement that reads it beside something else."""
    newest = f"select value from people_securitysetting where name = '{name}' order by id desc limit 1"
    return f"coalesce(({newest}), {NUMBERS[name].default})"


def newest_changes() -> dict[str, SecuritySetting]:
    """The last change of each number that was ever set. One statement."""
    return {row.name: row for row in SecuritySetting.objects.order_by("name", "-id").distinct("name")}


def list_changes(name: str) -> list[SecuritySetting]:
    """The changes of a number, the newest first."""
    return list(SecuritySetting.objects.filter(name=name).order_by("-id"))


@transaction.atomic
def set_number(name: str, value: int, actor: Actor) -> SecuritySetting:
    """Set a number from now on, on record. Raises ValidationError for an unknown name or a value out of bounds."""
    rights.SECURITY.demand(actor)
    number = NUMBERS.get(name)
    if number is None:
        raise ValidationError("没有这个参数。", code="unknown")
    if not number.least <= value <= number.most:
        raise ValidationError(f"“{number.label}”在{number.least}到{number.most}{number.unit}之间。", code="bounds")
    record(f"security/{name}", "parameter_set", {"name": name, "value": value}, actor)
    return SecuritySetting.objects.create(name=name, value=value, set_by=actor.person)
