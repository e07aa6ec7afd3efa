"""Who may set what holds for all cases. Who may act on one is `core.decide`."""

from __future__ import annotations

from yichuang.aggregates.rights import right_of_sysadmin

WARNINGS = right_of_sysadmin("预警参数由系统管理员设定（三员分立）。")
STATE = right_of_sysadmin("系统状态由系统管理员查看（三员分立）。")
