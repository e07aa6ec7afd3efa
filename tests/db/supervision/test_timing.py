"""The engine's reckoning of a limit and the kernel's give the same last day, whatever the limit and its suspensions."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import ibis
import pytest
from django.db import connection

from tests.db.supervision.tables import count, put, put_calendar
from yichuang.kernel.calendar import WorkingCalendar, seed_calendar
from yichuang.kernel.clock import Clock, Limit, Suspension, Unit, due_on
from yichuang.supervision import contract, postgres
from yichuang.supervision.rules.tables import cases, standards
from yichuang.supervision.rules.timing import only_certain, reckoned

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1b.2")]

CASES = 400
FIRST = date(2018, 1, 1)


@pytest.fixture
def today(city: Any) -> date:
    city.at("2019-10-08 10:00")
    put_calendar()
    return date(2019, 10, 8)


def drawn(r: Random, today: date) -> Clock:
    unit = r.choice([Unit.WORKDAY, Unit.WORKDAY, Unit.DAY, Unit.MONTH, Unit.IMMEDIATE])
    value = {Unit.WORKDAY: 45, Unit.DAY: 60, Unit.MONTH: 4, Unit.IMMEDIATE: 0}[unit]
    start = FIRST + timedelta(days=r.randrange(600))
    if r.random() < 0.1:
        start = r.choice([date(2018, 1, 31), date(2018, 8, 31), date(2018, 2, 14), date(2018, 9, 30)])
    suspensions = []
    for _ in range(r.choice([0, 0, 1, 1, 2, 3, 4])):
        begin = start + timedelta(days=r.randrange(-10, 60))
        end = None if r.random() < 0.15 else begin + timedelta(days=r.choice([0, 1, 2, 5, 9, 20, 40]))
        if begin <= today and (end is None or end <= today):
            suspensions.append(Suspension(begin, end))
    stopped = None if r.random() < 0.5 else start + timedelta(days=r.randrange(90))
    if stopped and stopped > today:
        stopped = None
    extension = r.choice([0, 0, 3, 10]) if unit in (Unit.WORKDAY, Unit.DAY) else 0
    return Clock(Limit(r.randrange(value + 1), unit), start, tuple(suspensions), extension, stopped)


def stored(clocks: list[Clock]) -> None:
    put(
        contract.CASES,
        *(
            {
                "case_id": str(n),
                "standard": f"S{n}",
                "accepted_on": c.start,
                "decided_on": c.stopped,
                "extension": c.extension,
            }
            for n, c in enumerate(clocks)
        ),
    )
    put(
        contract.STANDARDS,
        *(
            {"standard": f"S{n}", "promised": c.limit.value, "promised_unit": c.limit.unit.value}
            for n, c in enumerate(clocks)
        ),
    )
    put(
        contract.SURVEYS,
        *(
            {"case_id": str(n), "survey": f"X{k}", "stops": True, "started_on": s.from_, "ended_on": s.to}
            for n, c in enumerate(clocks)
            for k, s in enumerate(c.suspensions)
        ),
    )


def asked(narrowed: Any = lambda known: known) -> dict[str, date]:
    case = cases.join(standards, "standard")
    clocks = case.select(
        "case_id",
        at=ibis.literal("promised"),
        start=case.accepted_on,
        amount=case.promised,
        unit=case.promised_unit,
        extension=case.extension,
        stopped=case.decided_on,
    )
    count()
    statement = postgres.compiled(narrowed(reckoned(clocks)).select("case_id", "due"))
    with connection.cursor() as cursor:
        cursor.execute(statement)
        found = cursor.fetchall()
    assert len(found) == len(dict(found)), "a clock has one last day"
    return dict(found)


@pytest.mark.parametrize("seed", range(3))
def test_engine_and_kernel_agree_on_random_clocks(today: date, seed: int) -> None:
    r = Random(seed)
    clocks = [drawn(r, today) for _ in range(CASES)]
    stored(clocks)
    calendar = seed_calendar()
    expected = {str(n): due_on(c, calendar, today).day for n, c in enumerate(clocks)}
    found = asked()
    wrong = {n: (clocks[int(n)], found.get(n), day) for n, day in expected.items() if found.get(n) != day}
    assert not wrong, "\n".join(f"{n}: engine {f}, kernel {k}, {c}" for n, (c, f, k) in list(wrong.items())[:5])


@pytest.mark.parametrize("gone", [2017, 2018, 2019])
def test_engine_and_kernel_are_certain_of_the_same_ends(today: date, gone: int) -> None:
    """A year without holidays makes uncertain whatever is counted through it, not only what ends in it."""
    r = Random(gone)
    clocks = [drawn(r, today) for _ in range(CASES)]
    stored(clocks)
    with connection.cursor() as cursor:
        cursor.execute("update log_calendar set published = false where extract(year from day) = %s", [gone])
    known = seed_calendar()
    days = (day for day in (*known.off_days, *known.work_weekends) if day.year != gone)
    off, worked = [], []
    for day in days:
        (worked if day.weekday() >= 5 else off).append(day)
    partial = WorkingCalendar.from_days(off, worked, known.years - {gone})
    # only what is known changes here, not which days are worked: the ends are the same where the kernel is certain
    expected = {str(n): due.day for n, c in enumerate(clocks) if (due := due_on(c, partial, today)).certain}
    assert asked(only_certain) == expected
    assert gone == 2017 or 0 < len(expected) < CASES


@pytest.mark.parametrize(
    ("suspensions", "extension", "due"),
    [
        ([], 0, date(2018, 3, 14)),
        ([(date(2018, 2, 13), date(2018, 3, 2))], 0, date(2018, 3, 27)),
        ([(date(2018, 2, 13), date(2018, 3, 2)), (date(2018, 2, 27), date(2018, 3, 6))], 0, date(2018, 3, 29)),
        ([], 10, date(2018, 3, 28)),
        ([(date(2018, 2, 13), date(2018, 3, 2))], 10, date(2018, 4, 11)),
    ],
)
def test_the_worked_vectors_come_out(today: date, suspensions: list[Any], extension: int, due: date) -> None:
    """domain §7: accepted 2018-02-09, 20 working days."""
    held = tuple(Suspension(*one) for one in suspensions)
    stored([Clock(Limit(20, Unit.WORKDAY), date(2018, 2, 9), held, extension)])
    assert asked() == {"0": due}
