"""The place of the program before: nothing is taken twice or passed over when it becomes a follower's."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from yichuang.ledger.models import Entry
from yichuang.supervision import tailing
from yichuang.supervision.contract import TABLES
from yichuang.supervision.queries import reading

OLD = """
create table supervision_place (name text, position bigint, filling text collate "C", moved_at timestamptz,
  looked_at timestamptz);
insert into supervision_place
select name, position, %s, at, at from aggregates_place where name = 'contract';
delete from aggregates_place where name like 'contract%%'
"""


def caught_up() -> int:
    taken, count = tailing.tail(), 0
    while taken.more or taken.entries:
        count, taken = count + taken.entries, tailing.tail()
    return count


def tables() -> dict[str, tuple[int, int]]:
    with connection.cursor() as cursor:
        out = {}
        for one in TABLES:
            cursor.execute(
                f"select count(*), hashtextextended(string_agg(t::text, '' order by t::text), 0) from {one.stored_as} t"
            )
            out[one.name] = cursor.fetchone()
        return out


def moves() -> int:
    return Entry.objects.filter(stream__startswith="finding/").count()


def accepted(city: Any) -> Any:
    case = city.submit().state.id
    city.do(case, "receive", city.window, originals=[])
    city.do(case, "accept", city.window)
    return case


def as_before(filling: str | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(OLD, [filling])
        move = import_module("yichuang.supervision.migrations.0011_place_moves")
        cursor.execute(move.MOVE)
        cursor.execute(move.FILLING)


def test_it_goes_on_behind_what_was_taken(city: Any) -> None:
    city.at("2018-03-12 09:30")
    accepted(city)
    caught_up()
    city.at("2018-04-12 09:30")
    late = accepted(city)
    city.at("2018-05-14 09:30")
    city.do(late, "conclude", city.reviewer, step="S1", verdict="pass", opinion="符合要求", officers=[])
    unread = reading().unread
    as_before(None)
    assert reading().unread == unread and not reading().filling
    followed = Entry.objects.filter(stream=f"case/{late}").count()
    before = moves()
    assert caught_up() == followed, "each new entry once, and none of the old ones"
    found = moves() - before
    assert found, "what was judged late is found"
    whole = tables()
    assert caught_up() == 0 and moves() == before + found
    tailing.rebuild()
    caught_up()
    assert tables() == whole, "nothing was skipped"


@pytest.mark.parametrize(("filling", "passes"), [("", 2), ("case/5", 2), ("case0", 1), ("reported/x", 1)])
def test_a_filling_under_way_begins_anew_and_changes_nothing(city: Any, filling: str, passes: int) -> None:
    city.at("2018-03-12 09:30")
    case = accepted(city)
    city.at("2018-05-14 09:30")
    city.do(case, "conclude", city.reviewer, step="S1", verdict="pass", opinion="符合要求", officers=[])
    caught_up()
    whole, found = tables(), moves()
    assert found
    as_before(filling)
    assert reading().filling
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from aggregates_place where name like 'contract/%'")
        assert cursor.fetchone() == (passes,)
    assert tailing.catch_up()
    assert tables() == whole and moves() == found and not reading().filling
