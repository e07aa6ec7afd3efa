"""The numbers of rules, of orders and of reconciliation that an administrator may change, with history."""

from __future__ import annotations

from functools import lru_cache

from django.db import transaction
from django.db.models import QuerySet

from yichuang.aggregates.refusal import Kind, require
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import record
from yichuang.supervision.models import Setting
from yichuang.supervision.rights import PARAMETERS
from yichuang.supervision.rules.catalogue import BY_CODE
from yichuang.supervision.rules.rule import Parameter, Parameters

# Days of an order (domain §4.3: what is usual, no law), and how much higher 高风险 reaches: house defaults
ORDERS = "orders"
ORDER_LIMITS = {
    "sign_in": Parameter("签收期限", 1, "个工作日", 1, 30),
    "reply_yellow": Parameter("黄牌反馈期限", 2, "个工作日", 1, 60),
    "reply_red": Parameter("红牌反馈期限", 3, "个工作日", 1, 60),
    "appeal": Parameter("申诉期限（自签收起）", 3, "个工作日", 1, 60),
    "recheck": Parameter("申诉复核期限", 5, "个工作日", 1, 60),
    "verify": Parameter("核实期限", 5, "个工作日", 1, 60),
    "step": Parameter("逾期后每隔几天再升一级", 1, "个工作日", 1, 30),
    "high_risk": Parameter("高风险岗位的牌多报几级", 1, "级", 0, 3),
}
# When a department's report counts as late: a house default, no rule says how many days
RECONCILING = "reconciling"
RECONCILING_LIMITS = {"late": Parameter("报送晚于办理多少日算过晚", 1, "日", 0, 60)}
HOUSE = {ORDERS: ORDER_LIMITS, RECONCILING: RECONCILING_LIMITS}  # numbers of no rule


def current() -> dict[str, Parameters]:
    """What was set last, by rule; a rule nobody changed is left out. One statement."""
    newest = Setting.objects.order_by("rule", "name", "-id").distinct("rule", "name")
    out: dict[str, Parameters] = {}
    for row in newest:
        out.setdefault(row.rule, {})[row.name] = row.value
    return out


def of_house(code: str) -> Parameters:
    """The numbers of orders or of reconciliation, as an administrator set them last. One statement."""
    return _with_defaults(code, Setting.objects.filter(rule=code))


@lru_cache(maxsize=16)
def limits_upto(code: str, id: int) -> Parameters:
    """The numbers of orders as of a row's id, which the statement that locks an order read."""
    return _with_defaults(code, Setting.objects.filter(rule=code, id__lte=id))


def _with_defaults(code: str, settings: QuerySet[Setting]) -> Parameters:
    """The newest of these settings by name, and the default of each that nobody set."""
    newest = settings.order_by("name", "-id").distinct("name")
    return {name: known.default for name, known in HOUSE[code].items()} | {row.name: row.value for row in newest}


def known(code: str) -> dict[str, Parameter]:
    """The parameters of a rule, of orders or of reconciliation; none for a code nobody knows."""
    return BY_CODE[code].parameters if code in BY_CODE else HOUSE.get(code, {})


def newest_changes() -> dict[tuple[str, str], Setting]:
    """The last change of each parameter that was ever set, by rule and name. One statement."""
    rows = Setting.objects.order_by("rule", "name", "-id").distinct("rule", "name")
    return {(row.rule, row.name): row for row in rows}


def list_changes(rule: str, name: str) -> list[Setting]:
    """The changes of a parameter, the newest first."""
    return list(Setting.objects.filter(rule=rule, name=name).order_by("-id"))


@transaction.atomic
def set_parameter(rule: str, name: str, value: int, actor: Actor) -> Setting:
    """Set a parameter from now on: a rule is judged again with it, an order keeps what its stages began with. Raises
    Refused(input).
    """
    PARAMETERS.demand(actor)
    found = known(rule).get(name)
    require(found is not None, "unknown-parameter", "没有这个参数。", kind=Kind.INPUT)
    assert found is not None
    good = found.least <= value <= found.most
    told = f"“{found.label}”在{found.least}到{found.most}{found.unit}之间。"
    require(good, "bad-parameter", told, next="请改正后重新提交。", kind=Kind.INPUT)
    record(f"rule/{rule}", "parameter_set", {"name": name, "value": value}, actor)
    return Setting.objects.create(rule=rule, name=name, value=value, set_by=actor.person)
