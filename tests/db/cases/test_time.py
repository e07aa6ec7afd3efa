"""Time at the door: the sweep, a broken case, an unpublished year, the clock of a production store."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.db.world import City
from yichuang.aggregates import timers
from yichuang.aggregates.timers import Swept, sweep
from yichuang.cases import service
from yichuang.cases.core.state import Stage
from yichuang.cases.declared import CASE
from yichuang.cases.models import Access, Case
from yichuang.cases.service import replay_case
from yichuang.kernel.calendar import seed_calendar
from yichuang.kernel.localtime import midnight
from yichuang.ledger.models import Entry
from yichuang.org.models import CalendarYear


def received(city: City, **more: Any) -> str:
    id: str = city.submit(**more).state.id
    city.do(id, "receive", city.window)
    return id


def kinds(id: str) -> list[str]:
    return list(Entry.objects.filter(stream=f"case/{id}").order_by("seq").values_list("kind", flat=True))


def test_the_acts_arm_the_sweep_and_it_lets_time_pass(city: City) -> None:
    city.at("2018-02-09 09:30")
    id = received(city)
    timers.follow_reckoning(CASE)
    sweep()
    assert sweep() == Swept(0, 0), "nothing is due yet"
    city.at("2018-02-23 00:01")
    assert sweep() == Swept(1, 0)
    after = replay_case(id)
    assert (after.stage, after.accepted_on) == (Stage.ACCEPTED, date(2018, 2, 9))
    accepted = Entry.objects.get(stream=f"case/{id}", kind="accepted")
    assert accepted.occurred_at == midnight(date(2018, 2, 23))
    assert accepted.recorded_at > accepted.occurred_at
    assert (accepted.actor, accepted.channel) == ("system", "system")
    assert sweep() == Swept(0, 0), "nothing more is due"


def test_one_broken_case_does_not_stop_the_sweep(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    city.at("2018-02-09 09:30")
    ids = [received(city) for _ in range(3)]
    Case.objects.filter(id=ids[0]).update(state="{not json")
    city.at("2018-02-23 00:01")
    assert sweep() == Swept(2, 1)
    assert [replay_case(id).stage for id in ids] == [Stage.RECEIVED, Stage.ACCEPTED, Stage.ACCEPTED]
    assert sweep() == Swept(0, 0), "the broken one waits ten minutes, behind the others"
    city.at("2018-02-23 00:20")
    assert sweep() == Swept(0, 1)


def test_a_database_error_in_one_case_does_not_stop_the_sweep(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    city.at("2018-02-09 09:30")
    ids = [received(city) for _ in range(2)]
    city.at("2018-02-23 00:01")

    def tick(aggregate: Any, id: Any) -> service.Outcome:
        if str(id) == ids[0]:
            with connection.cursor() as cursor:
                cursor.execute("select 1/0")
        return service.tick(id)

    monkeypatch.setattr(timers, "tick", tick)
    assert sweep() == Swept(1, 1)
    assert replay_case(ids[1]).stage is Stage.ACCEPTED


def test_a_sweep_late_by_a_week_changes_nothing(city: City) -> None:
    city.at("2018-02-09 09:30")
    id = received(city)
    city.at("2018-03-02 09:00")
    sweep()
    warned = [
        (e.occurred_at, e.recorded_at) for e in Entry.objects.filter(stream=f"case/{id}", kind="warned").order_by("seq")
    ]
    assert [at for at, _ in warned] == sorted(at for at, _ in warned)
    assert all(at < recorded for at, recorded in warned)
    before = kinds(id)
    assert sweep() == Swept(0, 0)
    assert kinds(id) == before


def forget(year: int) -> None:
    CalendarYear.objects.filter(year=year).delete()


def load(year: int) -> None:
    seed = seed_calendar()
    CalendarYear.objects.create(
        year=year,
        off_days=[d.isoformat() for d in sorted(seed.off_days) if d.year == year],
        work_weekends=[d.isoformat() for d in sorted(seed.work_weekends) if d.year == year],
        notice="test",
        loaded_by="system",
    )


@pytest.fixture
def before_2019(city: City) -> City:
    """The city before the holidays of 2019 are published. 2018 loaded last, so that no cached calendar is met."""
    from yichuang.org import door

    door.calendar_upto.cache_clear()
    forget(2019)
    return city


def test_what_waited_for_a_year_happens_as_of_its_legal_date_when_the_year_is_loaded(before_2019: City) -> None:
    city = before_2019
    city.at("2018-12-28 09:30")
    id = received(city)
    city.at("2019-01-20 09:30")
    sweep()
    assert replay_case(id).stage is Stage.RECEIVED
    estimates = [e.body for e in Entry.objects.filter(stream=f"case/{id}", kind="warned")]
    assert estimates
    assert all('"estimate":true' in body for body in estimates)
    assert sweep() == Swept(0, 0), "nothing wakes it by itself"
    load(2019)
    assert sweep() == Swept(1, 0), "the loading does"
    after = replay_case(id)
    assert (after.stage, after.accepted_on) == (Stage.ACCEPTED, date(2018, 12, 28))
    accepted = Entry.objects.get(stream=f"case/{id}", kind="accepted")
    assert accepted.occurred_at == midnight(date(2019, 1, 8))
    assert timers.follow_reckoning(CASE) == 0, "a calendar wakes everybody once"


def test_a_loaded_year_that_moves_a_date_is_on_record_and_in_the_lists(before_2019: City) -> None:
    city = before_2019
    city.at("2018-12-27 09:30")
    id = received(city)
    city.do(id, "accept", city.window)
    before = Case.objects.get()
    load(2019)
    sweep()
    after = Case.objects.get()
    assert (before.promised_due, after.promised_due) == (date(2019, 1, 3), date(2019, 1, 4))
    assert kinds(id)[-1] == "recalculated"
    assert replay_case(id).generation == 1
    assert Access.objects.filter(case_id=id, scope_kind="todo").first().due_on == after.due_on  # type: ignore[union-attr]


def test_a_production_stores_clock_cannot_be_shifted(db: None) -> None:
    from datetime import timedelta

    from yichuang.ledger.service import create_store, now, shift_clock, store_kind

    create_store("production")
    assert store_kind() == "production"
    with pytest.raises(DatabaseError), transaction.atomic(), shift_clock(timedelta(days=30)):
        now()
    with connection.cursor() as cursor:
        cursor.execute("select set_config('yichuang.shift', '', false)")
    with pytest.raises(ValueError, match="不能改为"):
        create_store("demo")
