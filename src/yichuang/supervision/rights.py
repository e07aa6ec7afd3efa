"""Who may set what supervision measures by. Who may do what with an order is `orders.core.decide`."""

from __future__ import annotations

from yichuang.aggregates.rights import Right, right_of_sysadmin

OUTAGES = right_of_sysadmin("停运由系统管理员登记（三员分立）。")
PARAMETERS = right_of_sysadmin("规则参数由系统管理员设定（三员分立）。")
EXCLUSIONS = Right("not-office", frozenset({"office"}), "例外由本级政务服务办确定。", "4.1a")
OWN_RULES = Right(
    "not-rule-keeper", frozenset({"supervisor", "office"}), "自定规则由电子监察岗和政务服务办编写、启用。", "4.1b"
)
