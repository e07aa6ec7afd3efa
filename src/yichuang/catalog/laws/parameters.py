"""The days of the register of laws that an administrator may change: a house rule, no law."""

from __future__ import annotations

from yichuang.aggregates.parameters import Group, Parameter
from yichuang.aggregates.rights import right_of_sysadmin

FOLLOWING = Group(
    "laws",
    "法规变动后的规程修订",
    "政策第三部分第（五）条；天数是本项目拟定的",
    {"revise": Parameter("法规变动后修订规程的期限", 20, "个工作日", 1, 250)},
    right_of_sysadmin("法规变动后修订规程的期限由系统管理员设定（三员分立）。"),
)
