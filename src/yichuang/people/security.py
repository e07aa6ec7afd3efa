"""Parameters of log-ins and sessions that the security administrator may change, with history.

GB/T 22239-2019 8.1.4.1 (等保三级 身份鉴别) asks for complex passwords that are renewed, for a limit of wrong log-ins
and for an end of idle sessions. It names no numbers: those here are usual practice, and shown as that.
"""

from __future__ import annotations

from yichuang.aggregates.parameters import Group, Parameter
from yichuang.aggregates.settings import all_values, sql_value
from yichuang.people.rights import SECURITY

BASIS = "GB/T 22239-2019 8.1.4.1（身份鉴别）"
NUMBERS = Group(
    "security",
    "登录安全",
    BASIS,
    {
        "idle_minutes": Parameter(
            "工作人员多久没有操作即退出",
            30,
            "分钟",
            5,
            240,
            explanation="标准要求登录连接超时自动退出，没有规定时长。改后立即生效。",
        ),
        "session_hours": Parameter(
            "工作人员一次登录最长",
            12,
            "小时",
            1,
            24,
            explanation="到时即退出，不因使用而延长。改后立即生效。申请人固定为12小时。",
        ),
        "password_length": Parameter(
            "口令最短",
            10,
            "个字符",
            8,
            32,
            explanation="标准要求口令有复杂度，没有规定长度。用于以后设置的口令，申请人也一样。",
        ),
        "password_kinds": Parameter(
            "工作人员口令至少包含几类字符",
            3,
            "类",
            1,
            4,
            explanation="大写字母、小写字母、数字、其他符号共四类。用于以后设置的口令。",
        ),
        "password_days": Parameter(
            "工作人员口令最长使用",
            90,
            "天",
            0,
            365,
            explanation="标准要求定期更换，没有规定多久；0为不要求。到期后登录须先改口令。",
        ),
        "password_memory": Parameter(
            "工作人员新口令不得与最近几次相同",
            5,
            "次",
            0,
            12,
            explanation="常见做法，标准没有规定；0为不要求。现用的口令总不能再用。",
        ),
        "login_tries": Parameter(
            "连续输错口令几次即暂停登录",
            5,
            "次",
            3,
            20,
            explanation="标准要求限制非法登录次数，没有规定几次。改后立即生效。",
        ),
        "login_minutes": Parameter("暂停登录多久", 15, "分钟", 5, 120, explanation="标准没有规定时长。改后立即生效。"),
    },
    SECURITY,
)


def read_numbers(*names: str) -> dict[str, int]:
    """The values in force of these numbers. One statement."""
    values = all_values(NUMBERS)
    return {name: values[name] for name in names}


def read_number(name: str) -> int:
    """The value in force. One statement."""
    return read_numbers(name)[name]


def sql_number(name: str) -> str:
    """The value in force as an SQL expression, for a statement that reads it beside something else."""
    return sql_value(NUMBERS, name)
