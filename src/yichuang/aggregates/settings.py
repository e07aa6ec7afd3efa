"""The values of parameters, dated and with history: one table for all rooms.

Setting one adds a row and an entry of the ledger; no row ever changes. A value holds at once, or from a day that it
announces, until the next one comes into force.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection, transaction

from yichuang.aggregates.models import Setting
from yichuang.aggregates.parameters import Group
from yichuang.aggregates.refusal import Kind, Refused, require
from yichuang.kernel.localtime import local_day
from yichuang.kernel.text import clean
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import now, record

LONGEST = 200  # characters of a basis and of a reason
_TODAY = "(select (ledger_now() at time zone 'Asia/Shanghai')::date)"  # asked once a statement, if at all
_SINCE = "coalesce(valid_from::timestamp at time zone 'Asia/Shanghai', set_at)"


# --- reading ----------------------------------------------------------------------------------------------------------


def reads_of(scope: str) -> dict[str, str]:
    """What an aggregate that reckons with a group declares as `reads`: two numbers that only grow. `settings_upto`
    gives the values for them.
    """
    rows = f"from aggregates_setting where scope = '{scope}'"
    return {
        "parameters": f"(select coalesce(max(id), 0) {rows})",
        "announced": f"(select count(*) {rows} and valid_from <= {_TODAY})",
    }


@lru_cache(maxsize=64)
def settings_upto(scope: str, parameters: int, announced: int) -> dict[str, Setting]:
    """The row in force of each parameter of a scope that was ever set, by name, of the rows up to the id `parameters`
    and with so many `announced` ones come into force. No statement when none was set, nor for numbers seen before.
    """
    rows = list(Setting.objects.filter(scope=scope, id__lte=parameters)) if parameters else []
    ahead = sorted((row for row in rows if row.valid_from), key=order)
    at_once = [row for row in rows if not row.valid_from]
    return {row.name: row for row in sorted(at_once + ahead[:announced], key=order)}


def order(row: Setting) -> tuple[Any, ...]:
    """When it comes into force; of two at the same moment the one set later is the later."""
    return row.since, row.pk


def settings_in_force(scopes: Iterable[str]) -> dict[tuple[str, str], Setting]:
    """The row in force of each parameter that was ever set, by scope and name. One statement."""
    rows = Setting.objects.raw(
        "select distinct on (scope, name) * from aggregates_setting"
        f" where scope = any(%s) and (valid_from is null or valid_from <= {_TODAY})"
        f" order by scope, name, {_SINCE} desc, id desc",
        [list(scopes)],
    )
    return {(row.scope, row.name): row for row in rows}


def values_in_force(scopes: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What was set, by scope and name; what nobody set is left out. One statement."""
    out: dict[str, dict[str, Any]] = {}
    for (scope, name), row in settings_in_force(scopes).items():
        out.setdefault(scope, {})[name] = row.value
    return out


def all_values(group: Group) -> dict[str, Any]:
    """The values of a group in force, with the first one of each that nobody set. One statement."""
    return group.defaults() | values_in_force([group.scope]).get(group.scope, {})


def sql_value(group: Group, name: str) -> str:
    """The whole number in force as an SQL expression, for a statement that reads it beside something else. Its day is
    the database's own: asking the ledger's would give every page that only reads a transaction id.
    """
    today = "(select (clock_timestamp() at time zone 'Asia/Shanghai')::date)"
    return (
        f"coalesce((select value::int from aggregates_setting where scope = '{group.scope}' and name = '{name}'"
        f" and (valid_from is null or valid_from <= {today}) order by {_SINCE} desc, id desc limit 1),"
        f" {group.parameters[name].default})"
    )


def list_settings(group: Group, name: str) -> list[Setting]:
    """The history of a parameter, the last set first."""
    return list(Setting.objects.filter(scope=group.scope, name=name).order_by("-id"))


def value_on(group: Group, name: str, history: Iterable[Setting], day: date) -> Any:
    """The value that a parameter has at the end of a day, by its history as it stands."""
    until = [row for row in history if local_day(row.since) <= day]
    return max(until, key=order).value if until else group.parameters[name].default


# --- setting ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def set_parameter(
    group: Group,
    name: str,
    value: Any,
    actor: Actor,
    *,
    valid_from: date | None = None,
    basis: str = "",
    reason: str = "",
) -> Setting:
    """Set a parameter, at once or from a later day, and on what basis and why. Raises Refused."""
    group.right.demand(actor)
    parameter = group.parameters.get(name)
    require(parameter is not None, "unknown-parameter", "没有这个参数。", kind=Kind.INPUT)
    assert parameter is not None
    parameter.demand(value)
    words = {"basis": _kept("依据", "basis", basis), "reason": _kept("原因", "reason", reason)}
    # setters of one scope wait for each other until they commit: a reader sees their ids grow, and misses none
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 3))", [f"parameter/{group.scope}"])
    moment = now()
    later = _later(valid_from, local_day(moment))
    body = {"name": name, "value": value, "valid_from": later.isoformat() if later else "", **words}
    record(f"parameter/{group.scope}", "parameter_set", body, actor)
    return Setting.objects.create(
        scope=group.scope, name=name, value=value, valid_from=later, set_by=actor.person, set_at=moment, **words
    )


def _later(day: date | None, today: date) -> date | None:
    """The day when it lies ahead; None for today. Raises Refused for a day that has passed."""
    message = "开始执行的日期不能早于今天：已经作出的判断不因此改变。"
    require(day is None or day >= today, "past-day", message, next="请改正日期。", kind=Kind.INPUT, field="valid_from")
    return None if day == today else day


def _kept(label: str, field: str, text: str) -> str:
    require(len(text) <= LONGEST, "too-long", f"{label}最多{LONGEST}个字。", kind=Kind.INPUT, field=field)
    try:
        return clean(text)
    except ValueError as fault:
        raise Refused("bad-text", f"{label}：{fault}", kind=Kind.INPUT, field=field) from fault
