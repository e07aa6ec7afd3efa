"""The days of ratings and complaints: the figures are local practice, an administrator may change them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from yichuang.aggregates.parameters import Group, Parameter
from yichuang.aggregates.rights import right_of_sysadmin
from yichuang.aggregates.settings import settings_upto

DAYS = Group(
    "feedback",
    "评价和投诉的期限",
    "国办发〔2019〕51号要求差评件件有整改、有反馈；天数各地不一，默认值取安阳市（联系核实）和遂宁市（整改）的规定",
    {
        "contact": Parameter("差评后联系核实的期限（安阳：1个工作日）", 1, "个工作日", 1, 5),
        "cure": Parameter("差评后整改答复的期限（遂宁：15个工作日）", 15, "个工作日", 1, 30),
        "accept": Parameter("收到投诉后决定是否受理的期限（5个工作日为各地通行做法）", 5, "个工作日", 1, 10),
        "answer": Parameter("投诉受理后答复的期限（本项目拟定）", 15, "个工作日", 1, 60),
        "appeal": Parameter("收到答复后申请复核的期限（本项目拟定）", 30, "日", 5, 90),
        "recheck": Parameter("复核的期限（本项目拟定）", 15, "个工作日", 1, 60),
    },
    right_of_sysadmin("评价和投诉的期限由系统管理员设定（三员分立）。"),
)


@lru_cache(maxsize=16)
def limits_upto(parameters: int, announced: int) -> Mapping[str, int]:
    """The days in force, for the numbers of `reads_of(DAYS.scope)` that the locking statement read."""
    rows = settings_upto(DAYS.scope, parameters, announced)
    return DAYS.defaults() | {name: row.value for name, row in rows.items()}
