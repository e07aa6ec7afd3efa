"""The days of the work between city and counties: house defaults, no law; an administrator may change them."""

from __future__ import annotations

from yichuang.aggregates.parameters import Group, Parameter
from yichuang.aggregates.rights import right_of_sysadmin

DAYS = Group(
    "consistency",
    "市县统一的期限",
    "本项目拟定，不是法律规定的",
    {
        "remark": Parameter("市级部门对偏差提出意见的期限", 5, "个工作日", 1, 60),
        "answer": Parameter("县级部门答复建议的期限", 20, "个工作日", 1, 120),
        "publish": Parameter("事项列入清单后编制发布规程的期限", 60, "个工作日", 1, 250),
        "follow": Parameter("市级基准变动后县级跟进的期限", 20, "个工作日", 1, 250),
    },
    right_of_sysadmin("市县统一的期限由系统管理员设定（三员分立）。"),
)
