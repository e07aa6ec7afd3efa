"""What an administrator may change about queues: house defaults, no law."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from yichuang.aggregates.parameters import Group, Parameter
from yichuang.aggregates.rights import right_of_sysadmin
from yichuang.aggregates.settings import settings_upto

QUEUES = Group(
    "hall",
    "大厅排队",
    "各大厅自定；默认值由本项目拟定",
    {
        "overtakings": Parameter("一个普通号最多被几个优先号越过", 3, "个", 0, 20),
        "calls": Parameter("至少叫几次才能过号", 2, "次", 1, 10),
        "minutes": Parameter("还没有办理记录的类别，估计一人次用时", 10, "分钟", 1, 120),
    },
    right_of_sysadmin("大厅排队的参数由系统管理员设定（三员分立）。"),
)


@lru_cache(maxsize=16)
def queues_upto(parameters: int, announced: int) -> Mapping[str, int]:
    """The values in force, for the numbers of `reads_of(QUEUES.scope)` that the locking statement read."""
    rows = settings_upto(QUEUES.scope, parameters, announced)
    return QUEUES.defaults() | {name: row.value for name, row in rows.items()}
