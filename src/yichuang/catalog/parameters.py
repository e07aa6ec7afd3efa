"""What an administrator may change about how ended items are told from new ones (3.1b)."""

from __future__ import annotations

from yichuang.aggregates.parameters import Group, Parameter
from yichuang.aggregates.rights import right_of_sysadmin
from yichuang.aggregates.settings import all_values
from yichuang.catalog.listing.resembling import SHARE

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
