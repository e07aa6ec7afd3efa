"""Parameters: at once or from a day announced, with history, in one table; and how the old ones came there."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from yichuang.ledger.actor import SYSTEM

FOUR = [["remind", 4], ["warn", 1]]


def reads(scope: str) -> tuple[int, int]:
    from yichuang.aggregates.settings import reads_of

    with connection.cursor() as cursor:
        cursor.execute(f"select {', '.join(reads_of(scope).values())}")
        found: tuple[int, int] = cursor.fetchone()
        return found


def in_force(scope: str) -> dict[str, Any]:
    """By the numbers that lives read, and by the statement that pages read: always the same."""
    from yichuang.aggregates.settings import settings_upto, values_in_force

    values = {name: row.value for name, row in settings_upto(scope, *reads(scope)).items()}
    assert values == values_in_force([scope]).get(scope, {})
    return values


def reckoned(case_id: Any) -> set[int]:
    from yichuang.cases.models import Case

    return set(Case.objects.filter(pk=case_id).values_list("reckoning", flat=True))


def accepted(city: Any) -> Any:
    case = city.submit().state
    city.do(case.id, "receive", city.window)
    city.do(case.id, "accept", city.window)
    return case.id


def test_a_value_announced_holds_from_its_day_and_wakes_what_time_may_change(city: Any) -> None:
    """承诺5个工作日,默认剩2天提醒;12日设定自13日起剩4天提醒:13日清扫即提醒,之前不。"""
    from yichuang.aggregates import timers
    from yichuang.aggregates.settings import set_parameter
    from yichuang.cases.parameters import RUNGS
    from yichuang.ledger.models import Entry

    city.at("2018-03-12 09:00")
    case = accepted(city)
    row = set_parameter(RUNGS, "promised", FOUR, SYSTEM, valid_from=date(2018, 3, 13), basis="某办〔2018〕3号")
    timers.sweep()
    assert in_force("warnings") == {}
    before = reads("warnings")
    city.at("2018-03-13 09:00")
    assert in_force("warnings") == {"promised": FOUR} and sum(reads("warnings")) > sum(before)
    timers.sweep()
    warned = Entry.objects.get(stream=f"case/{case}", kind="warned")
    assert f"1.{row.pk}" in warned.body and '"remind"' in warned.body


def test_of_two_values_the_one_that_came_into_force_last_holds(city: Any) -> None:
    from yichuang.aggregates.settings import all_values, list_settings, set_parameter, value_on
    from yichuang.orders.parameters import LIMITS

    city.at("2018-03-12 09:00")
    set_parameter(LIMITS, "sign_in", 5, SYSTEM, valid_from=date(2018, 4, 1))
    set_parameter(LIMITS, "sign_in", 2, SYSTEM)
    set_parameter(LIMITS, "sign_in", 6, SYSTEM, valid_from=date(2018, 5, 1))
    set_parameter(LIMITS, "sign_in", 7, SYSTEM, valid_from=date(2018, 5, 1))
    assert in_force("orders") == {"sign_in": 2}
    history = list_settings(LIMITS, "sign_in")
    assert [row.value for row in history] == [7, 6, 2, 5]
    days = (date(2018, 3, 11), date(2018, 3, 12), date(2018, 4, 1), date(2018, 5, 1))
    assert [value_on(LIMITS, "sign_in", history, day) for day in days] == [1, 2, 5, 7]
    city.at("2018-04-01 00:00")
    assert in_force("orders") == {"sign_in": 5}
    set_parameter(LIMITS, "sign_in", 3, SYSTEM)
    assert in_force("orders") == {"sign_in": 3}, "set after the announced day"
    city.at("2018-05-01 08:00")
    assert in_force("orders") == {"sign_in": 7}
    assert all_values(LIMITS) == {**LIMITS.defaults(), "sign_in": 7}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"value": 31}, "bad-parameter"),
        ({"value": True}, "bad-parameter"),
        ({"value": "2"}, "bad-parameter"),
        ({"name": "nothing"}, "unknown-parameter"),
        ({"valid_from": date(2018, 3, 11)}, "past-day"),
        ({"basis": "据" * 201}, "too-long"),
        ({"reason": "\u202e"}, "bad-text"),
    ],
)
def test_what_cannot_be_set_is_refused_and_leaves_nothing(city: Any, given: dict[str, Any], code: str) -> None:
    from yichuang.aggregates.models import Setting
    from yichuang.aggregates.refusal import Refused
    from yichuang.aggregates.settings import set_parameter
    from yichuang.ledger.models import Entry
    from yichuang.orders.parameters import LIMITS

    city.at("2018-03-12 09:00")
    with pytest.raises(Refused) as refused:
        set_parameter(LIMITS, actor=SYSTEM, **{"name": "sign_in", "value": 2, **given})
    assert refused.value.code == code
    assert not Setting.objects.exists() and not Entry.objects.filter(stream__startswith="parameter/").exists()


def test_no_two_groups_share_a_scope() -> None:
    """What one set would be the other's."""
    from yichuang.cases.parameters import RUNGS
    from yichuang.faces.house.rules import GROUPS
    from yichuang.people.security import NUMBERS

    assert not {RUNGS.scope, NUMBERS.scope} & GROUPS.keys() and RUNGS.scope != NUMBERS.scope
    assert all(scope == group.scope for scope, group in GROUPS.items())


def test_a_statement_reads_a_number_beside_something_else(city: Any) -> None:
    """By the database's own day: what is announced for another does not hold yet, and the last one set does."""
    from yichuang.aggregates.settings import set_parameter
    from yichuang.kernel.localtime import local_day
    from yichuang.ledger.service import now
    from yichuang.people.security import NUMBERS, read_number, sql_number

    def asked() -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"select {sql_number('idle_minutes')}")
            return int(cursor.fetchone()[0])

    assert asked() == read_number("idle_minutes") == 30
    set_parameter(NUMBERS, "idle_minutes", 20, SYSTEM)
    set_parameter(NUMBERS, "session_hours", 2, SYSTEM)
    set_parameter(NUMBERS, "idle_minutes", 10, SYSTEM, valid_from=local_day(now()) + timedelta(days=2))
    assert asked() == read_number("idle_minutes") == 20
    set_parameter(NUMBERS, "idle_minutes", 15, SYSTEM)
    assert asked() == read_number("idle_minutes") == 15


# --- the tables of before ---------------------------------------------------------------------------------------------

OLD = """
create table cases_parameter (id bigint, name text, value jsonb, set_by text, set_at timestamptz);
insert into cases_parameter values
  (3, 'rungs.promised', '[["warn", 2]]', 'a:1', '2017-01-02T03:04:05Z'),
  (7, 'rungs.promised', '[["remind", 4], ["warn", 1]]', 'a:2', '2018-01-02T03:04:05Z');
create table supervision_setting (id bigint, rule text, name text, value int, set_by text, set_at timestamptz);
insert into supervision_setting values
  (1, 'R-P02', 'least_seconds', 90, 'a:1', '2017-05-01T00:00:00Z'),
  (2, 'orders', 'sign_in', 5, 'a:2', '2017-06-01T00:00:00Z'),
  (4, 'orders', 'sign_in', 2, 'a:2', '2017-07-01T00:00:00Z');
create table people_securitysetting (id bigint, name varchar(40), value int, set_by varchar(60), set_at timestamptz);
insert into people_securitysetting values (1, 'idle_minutes', 10, 'a:3', '2017-08-01T00:00:00Z');
"""


def carry_over() -> None:
    with connection.cursor() as cursor:
        for room, name in (
            ("cases", "0012_parameters_move"),
            ("supervision", "0010_parameters_move"),
            ("people", "0007_numbers_move"),
        ):
            move = import_module(f"yichuang.{room}.migrations.{name}")
            cursor.execute(move.MOVE)
            cursor.execute(move.GO_ON)


def test_what_was_set_before_comes_along_in_order_and_by_whom_and_when(city: Any) -> None:
    from yichuang.aggregates.models import Setting
    from yichuang.aggregates.settings import set_parameter
    from yichuang.cases.parameters import RUNGS, parameters_upto
    from yichuang.orders.parameters import LIMITS, limits_upto

    with connection.cursor() as cursor:
        cursor.execute(OLD)
    carry_over()
    rows = Setting.objects.order_by("id").values_list("id", "scope", "name", "value", "set_by", "set_at__year")
    assert list(rows) == [
        (3, "warnings", "promised", [["warn", 2]], "a:1", 2017),
        (7, "warnings", "promised", FOUR, "a:2", 2018),
        (8, "R-P02", "least_seconds", 90, "a:1", 2017),
        (9, "orders", "sign_in", 5, "a:2", 2017),
        (11, "orders", "sign_in", 2, "a:2", 2017),
        (12, "security", "idle_minutes", 10, "a:3", 2017),
    ]
    city.at("2018-03-12 09:00")
    assert in_force("warnings") == {"promised": FOUR} and in_force("orders") == {"sign_in": 2}
    assert parameters_upto(*reads("warnings")).version == "1.7", "as events that were recorded before name it"
    assert limits_upto(*reads("orders"))["sign_in"] == 2
    assert set_parameter(RUNGS, "promised", [], SYSTEM).pk == 13 and set_parameter(LIMITS, "step", 2, SYSTEM).pk == 14


def test_a_store_without_any_goes_on_from_one(city: Any) -> None:
    from yichuang.aggregates.settings import set_parameter
    from yichuang.cases.parameters import RUNGS

    with connection.cursor() as cursor:
        cursor.execute(OLD)
        cursor.execute(
            "delete from cases_parameter; delete from supervision_setting; delete from people_securitysetting"
        )
    carry_over()
    assert set_parameter(RUNGS, "promised", FOUR, SYSTEM).pk == 1


@pytest.mark.parametrize("behind", [0, 4])
def test_rows_reckoned_before_stay_or_are_dated_anew(city: Any, behind: int) -> None:
    """The sum that a row remembers is of old ids; one that was stale then (id 3 when there was 7) still counts as
    stale.
    """
    from yichuang.aggregates import timers
    from yichuang.aggregates.rebuild import rebuild
    from yichuang.cases.declared import CASE

    city.at("2018-03-12 09:00")
    case = accepted(city)
    (calendar,) = reckoned(case)
    timers.sweep()
    with connection.cursor() as cursor:
        cursor.execute(OLD)
        # as the old program left them: reckoned under the newest parameters, or under the ones before
        cursor.execute("update cases_case set reckoning = %s", [calendar + 7 - behind])
        cursor.execute("update aggregates_place set position = %s where name = 'reckoning/case'", [calendar + 7])
    carry_over()
    assert reckoned(case) == {calendar + sum(reads("warnings")) - behind}
    assert rebuild(CASE).green
    if behind:  # the old program had woken it when the parameter changed
        with connection.cursor() as cursor:
            cursor.execute("update aggregates_timer set wake_at = ledger_now()")
    swept = timers.sweep()
    assert swept.failed == 0 and swept.done == (1 if behind else 0)
    assert reckoned(case) == {calendar + sum(reads("warnings"))} and rebuild(CASE).green
