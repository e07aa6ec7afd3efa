"""The days and levels of orders: what is usual (domain §4.3), no law; an administrator may change them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from yichuang.aggregates.parameters import Group, Parameter
from yichuang.aggregates.settings import settings_upto
from yichuang.supervision.rights import PARAMETERS

LIMITS = Group(
    "orders",
    "督办期限和层级",
    "本级督办办法；初值是各地常用的，不是法律规定的",
    {
        "sign_in": Parameter("签收期限", 1, "个工作日", 1, 30),
        "reply_yellow": Parameter("黄牌反馈期限", 2, "个工作日", 1, 60),
        "reply_red": Parameter("红牌反馈期限", 3, "个工作日", 1, 60),
        "appeal": Parameter("申诉期限（自签收起）", 3, "个工作日", 1, 60),
        "recheck": Parameter("申诉复核期限", 5, "个工作日", 1, 60),
        "verify": Parameter("核实期限", 5, "个工作日", 1, 60),
        "step": Parameter("逾期后每隔几天再升一级", 1, "个工作日", 1, 30),
        "high_risk": Parameter("高风险岗位的牌多报几级", 1, "级", 0, 3),  # how much higher 高风险 reaches
    },
    PARAMETERS,
)


@lru_cache(maxsize=16)
def limits_upto(parameters: int, announced: int) -> Mapping[str, int]:
    """The numbers of orders, for the numbers of `reads_of(LIMITS.scope)` that the statement which locks an order
    read.
    """
    rows = settings_upto(LIMITS.scope, parameters, announced)
    return LIMITS.defaults() | {name: row.value for name, row in rows.items()}
