"""What an administrator may change about the list and the standards: how ended items are told from new ones (3.1b), and
how often a standard is looked at again.
"""

from __future__ import annotations

from yichuang.aggregates.parameters import Group, Parameter
from yichuang.aggregates.rights import right_of_sysadmin
from yichuang.aggregates.settings import all_values
from yichuang.catalog.listing.resembling import SHARE
from yichuang.catalog.revising.facts import REVIEW_MONTHS

RESEMBLANCE = Group(
    "resemblance",
    "与已退出事项的相近程度",
    "政策第三部分第（一）条：不得变相审批；比例是本项目拟定的，不是法律规定的",
    {
        "share": Parameter(
            "名称、条件、材料相同字对达到多少即由人核对", SHARE, "%", 20, 100,
            explanation="相近只是提示，由政务服务办的人写明判断；比例越低，要核对的越多。",
        ),
    },
    right_of_sysadmin("与已退出事项的相近程度由系统管理员设定（三员分立）。"),
)  # fmt: skip


def find_share() -> int:
    """The share in force, per cent. One statement."""
    share: int = all_values(RESEMBLANCE)["share"]
    return share


REVIEWING = Group(
    "review",
    "办事规程的复审",
    "政策第三部分第（二）条：行政审批标准化管理；周期是本项目拟定的，不是法律规定的",
    {
        "months": Parameter(
            "施行之后最迟多长时间复审一次", REVIEW_MONTHS, "个月", 3, 120,
            explanation="审定时可以另写日期；改变周期只影响以后的审定和复审。",
        ),
    },
    right_of_sysadmin("办事规程的复审周期由系统管理员设定（三员分立）。"),
)  # fmt: skip


def find_review_months() -> int:
    """The months in force. One statement."""
    months: int = all_values(REVIEWING)["months"]
    return months


REMINDING = Group(
    "reminding",
    "规程、法规、市县统一的期限提醒",
    "本项目拟定，不是法律规定的",
    {
        "due": Parameter(
            "任务期限届满前多久提醒", 3, "个工作日", 1, 60,
            explanation="编制首版规程、跟进市级基准、法规变动后的修订、答复建议；到期没有办的，次日再提醒一次。",
        ),
        "review": Parameter("复审期限届满前多久提醒", 30, "天", 1, 365, explanation="到期没有复审的，次日再提醒一次。"),
    },
    right_of_sysadmin("规程、法规、市县统一的期限提醒由系统管理员设定（三员分立）。"),
)  # fmt: skip
