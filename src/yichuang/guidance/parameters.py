"""How long a guidance may take: the policy says five working days, an administrator may promise less."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from yichuang.aggregates.parameters import Group, Parameter
from yichuang.aggregates.rights import right_of_sysadmin
from yichuang.aggregates.settings import settings_upto

DAYS = Group(
    "guidance",
    "咨询辅导的期限",
    "郑政文〔2018〕46号第三部分第（四）项：不能当场告知的，5个工作日内答复；可以缩短，不能延长",
    {"answer": Parameter("自提问之日起答复的期限", 5, "个工作日", 1, 5)},
    right_of_sysadmin("咨询辅导的期限由系统管理员设定（三员分立）。"),
)


@lru_cache(maxsize=16)
def limits_upto(parameters: int, announced: int) -> Mapping[str, int]:
    """The days in force, for the numbers of `reads_of(DAYS.scope)` that the locking statement read."""
    rows = settings_upto(DAYS.scope, parameters, announced)
    return DAYS.defaults() | {name: row.value for name, row in rows.items()}
