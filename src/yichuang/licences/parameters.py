"""The days of licences that an administrator may change. Defaults are the law's where it names a number."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from yichuang.aggregates.parameters import Group, Parameter
from yichuang.aggregates.rights import right_of_sysadmin
from yichuang.aggregates.settings import settings_upto

DAYS = Group(
    "licences",
    "证照的提醒和期限",
    "行政许可法47、48条；提醒的天数是本项目拟定的",
    {
        "remind_first": Parameter("到期前第一次提醒", 120, "日", 0, 730),
        "remind_last": Parameter("到期前最后一次提醒", 60, "日", 0, 730),
        "respond": Parameter("陈述申辩、要求听证的期限（47条：五日）", 5, "个工作日", 5, 60),
        "hold": Parameter("要求听证后举行的期限（47条：二十日）", 20, "个工作日", 7, 20),
        "record": Parameter("听证之后记录的期限（本项目拟定）", 5, "个工作日", 1, 20),
        "publish": Parameter("公告送达满多少日视为送达（民事诉讼法95条）", 30, "日", 30, 60),
        "notice": Parameter("举行听证前通知（48条：七日）", 7, "个工作日", 7, 20),
    },
    right_of_sysadmin("证照的提醒和期限由系统管理员设定（三员分立）。"),
)


@lru_cache(maxsize=16)
def limits_upto(parameters: int, announced: int) -> Mapping[str, int]:
    """The days in force, for the numbers of `reads_of(DAYS.scope)` that the statement which locks a licence read."""
    rows = settings_upto(DAYS.scope, parameters, announced)
    return DAYS.defaults() | {name: row.value for name, row in rows.items()}
