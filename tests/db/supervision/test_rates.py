"""The three rates: counted as the rules judge, by level, department and day; what is excluded, by whom and how long."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection

from tests.db.desk.conftest import at_most
from tests.db.supervision.tables import count, put, put_calendar
from tests.db.watching import officer
from yichuang.aggregates.refusal import Refused
from yichuang.catalog.models import Published
from yichuang.supervision import contract, exclusions, postgres, rates, tailing
from yichuang.supervision.exclusions import Draft
from yichuang.supervision.rates import Rate, Share
from yichuang.supervision.reach import Reach, reach_of
from yichuang.supervision.rules.catalogue import BY_CODE
from yichuang.supervision.rules.rule import HIT

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1a.1")]
TODAY = date(2018, 4, 20)
CITY, COUNTY = "410100", "410122"


@pytest.fixture
def today(city: Any) -> date:
    city.at("2018-04-20 10:00")
    put_calendar()
    return TODAY


def drawn(random: Random) -> None:
    """Departments, posts, systems, items, cases and exclusions at random, around the day."""

    def around(most: int = 3) -> date:
        return TODAY + timedelta(days=random.randint(-most, most))

    def last() -> date | None:
        return random.choice([None, around()])

    departments = [f"{division}/d{n}" for division in (CITY, COUNTY) for n in range(8)]
    for table, rows in {
        contract.DEPARTMENTS: [
            {"department": d, "division": d[:6], "name": d, "due": random.random() < 0.8} for d in departments
        ],
        contract.POSTS: [{"post": f"{d}/head/1", "department": d} for d in departments],
        contract.HOLDERS: [
            {"post": f"{d}/head/1", "person": "a:1", "first_day": around(), "last_day": last()} for d in departments
        ],
        contract.SYSTEMS: [
            {"system": d, "department": d, "connected_on": around(), "disconnected_on": last()}
            for d in random.sample(departments, 5)
        ],
        contract.EXCLUSIONS: [
            {"exclusion": f"d{n}", "kind": "department", "division": d[:6], "department": d,
             "first_day": around(), "last_day": last()}
            for n, d in enumerate(random.sample(departments, 5))
        ] + [
            {"exclusion": f"i{n}", "kind": "item", "division": CITY, "item": f"i{n}", "first_day": around(),
             "last_day": last()}
            for n in range(4)
        ],
        contract.ITEMS: [
            {"division": d[:6], "item": f"i{n}", "name": f"i{n}", "department": d, "state": "listed",
             "standard": f"{d[:6]}/i{n}/1"}
            for n, d in enumerate(departments)
        ],
        contract.STANDARDS: [
            {"standard": f"{d[:6]}/i{n}/1", "division": d[:6], "item": f"i{n}", "department": d, "version": 1,
             "online": random.choice([True, False, None])}
            for n, d in enumerate(departments)
        ],
        contract.CASES: [
            {"case_id": str(n), "division": d[:6], "department": d, "item": f"i{random.randrange(8)}",
             "source": random.choice(["door", "door", "door", "reported"]), "number": random.choice(["", "N"]),
             "submitted_on": TODAY - timedelta(days=random.randint(-1, 32))}
            for n in range(120)
            for d in [random.choice(departments)]
        ],
    }.items():  # fmt: skip
        put(table, *rows)
    count()


def judged(rule: str) -> set[tuple[Any, ...]]:
    """(department, item, measured, allowed) of every hit."""
    with connection.cursor() as cursor:
        cursor.execute(postgres.compiled(BY_CODE[rule].hits()))
        rows = [dict(zip(HIT, row, strict=True)) for row in cursor.fetchall()]
    return {(row["department"], row["item"], row["measured"], row["allowed"]) for row in rows}


@pytest.mark.parametrize("seed", range(4))
def test_rates_and_rules_count_the_same(today: date, seed: int) -> None:
    drawn(Random(seed))
    found = rates.on(today, Reach((CITY, COUNTY)), 30)
    for rate in Rate:
        of = {
            Rate.NETWORK: lambda one: found.divisions[one.division][Rate.NETWORK],
            Rate.USAGE: lambda one: found.departments[one.department][Rate.USAGE],
            Rate.ONLINE: lambda one: found.departments[one.department][Rate.ONLINE],
        }[rate]
        missing = [one for one in found.missing if one.rate is rate]
        assert missing, rate
        assert judged(rate.rule) == {(one.department, one.item, of(one).have, of(one).due) for one in missing}
        whole = found.total()[rate]
        assert whole.due - whole.have == sum(one.number for one in missing)
        by_department = sum((shares.get(rate, Share()) for shares in found.departments.values()), Share())
        assert by_department == whole
    course = rates.course(today, 5, Reach((CITY, COUNTY)), 30)
    assert list(course) == [today - timedelta(days=back) for back in (4, 3, 2, 1, 0)]
    assert course[today] == found.total()
    yesterday = rates.on(today - timedelta(days=1), Reach((CITY, COUNTY)), 30)
    assert course[today - timedelta(days=1)] == yesterday.total()


def test_a_share_says_all_only_when_it_is_all() -> None:
    assert Share(1999, 2000).per_mille == 999 and Share(2000, 2000).per_mille == 1000
    assert Share().per_mille is None and Share(0, 3).per_mille == 0


def test_everybody_sees_the_rates_of_their_own_reach(city: Any, today: date) -> None:
    county = officer("office", f"{COUNTY}/zwb")
    watchers = reach_of(officer("supervisor"))
    assert watchers.divisions[0] == CITY and COUNTY in watchers.divisions and not watchers.department
    assert reach_of(city.head) == Reach((CITY,), "410100/scjg")
    assert reach_of(county).divisions == (COUNTY,)
    for actor in (city.reviewer, city.window, city.citizen):
        assert reach_of(actor) == Reach() and not rates.on(today, reach_of(actor), 30).divisions
    drawn(Random(1))
    mine = rates.on(today, Reach((CITY,), f"{CITY}/d1"), 30)
    assert set(mine.departments) == {f"{CITY}/d1"} and {one.department for one in mine.missing} <= {f"{CITY}/d1"}
    with at_most(1):
        rates.on(today, watchers, 30)
    with pytest.raises(ValueError):
        rates.course(today, rates.LONGEST + 1, watchers, 30)


@pytest.fixture
def office(city: Any) -> Any:
    """The government-service office, and beside it a department with nobody in it."""
    from yichuang.org.models import Department

    Department.objects.create(id="410100/gaj", division_id=CITY, code="gaj", name="市公安局", short="公安")
    return officer("office")


def draft(today: date, **more: Any) -> Draft:
    given = {"kind": "department", "subject": "410100/gaj", "reason": "secret", "basis": "郑密〔2018〕1号"}
    return Draft(**{**given, "first_day": today, **more})


@pytest.mark.clause("4.1a.2")
@pytest.mark.door
def test_an_exclusion_counts_from_its_day_to_its_last(city: Any, office: Any, today: date) -> None:
    Published.objects.update(published_at=datetime(2018, 1, 2, tzinfo=UTC))
    row = exclusions.exclude(draft(today), office)
    item = exclusions.exclude(draft(today, kind="item", subject="ZZ-001", reason="law"), office)
    tailing.rebuild()
    while tailing.tail().more:
        pass

    def due(day: date, rate: Rate, department: str) -> int:
        return rates.on(day, Reach((CITY,), department), 30).total()[rate].due

    assert due(today, Rate.NETWORK, "410100/gaj") == 0
    assert due(today - timedelta(days=1), Rate.NETWORK, "410100/gaj") == 1, "the past stays as it was"
    before = due(today, Rate.ONLINE, "410100/scjg")
    exclusions.end(row.pk, office)
    exclusions.end(item.pk, office)
    while tailing.tail().more:
        pass
    assert due(today, Rate.NETWORK, "410100/gaj") == 0 and due(today + timedelta(days=1), Rate.NETWORK, "410100/gaj")
    assert due(today + timedelta(days=1), Rate.ONLINE, "410100/scjg") == before + 1
    with connection.cursor() as cursor:
        cursor.execute("select kind from ledger_entry where stream = %s order by seq", [f"exclusion/{row.pk}"])
        assert [kind for (kind,) in cursor.fetchall()] == ["excluded", "counted_again"]


@pytest.mark.clause("4.1a.2")
@pytest.mark.breach
def test_an_exclusion_without_a_basis_or_by_others_is_refused(city: Any, office: Any, today: date) -> None:
    for more, code in (
        ({"basis": "  "}, "no-basis"),
        ({"basis": "依\u0000据"}, "bad-basis"),
        ({"basis": "据" * 301}, "long-basis"),
        ({"kind": "post"}, "bad-kind"),
        ({"reason": "busy"}, "bad-reason"),
        ({"first_day": today - timedelta(days=1)}, "bad-day"),
        ({"subject": "410122/gaj"}, "unknown"),
        ({"subject": "410100/none"}, "unknown"),
        ({"kind": "item", "subject": "ZZ-999"}, "unknown"),
    ):
        with pytest.raises(Refused) as refused:
            exclusions.exclude(draft(today, **more), office)
        assert refused.value.code == code, more
    supervisor = officer("supervisor")
    for actor in (supervisor, city.head, city.citizen):
        with pytest.raises(Refused, match="政务服务办"):
            exclusions.exclude(draft(today), actor)
    row = exclusions.exclude(draft(today), office)
    for attempt, code in (
        (lambda: exclusions.exclude(draft(today), office), "excluded"),
        (lambda: exclusions.end(row.pk, officer("office", "410122/zwb")), "unknown"),
        (lambda: exclusions.end(row.pk, supervisor), "not-office"),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.code == code
    exclusions.end(row.pk, office)
    later = exclusions.exclude(draft(today, first_day=today + timedelta(days=9)), office)
    assert exclusions.end(later.pk, office).last_day == today + timedelta(days=8), "it never begins"
    with pytest.raises(Refused, match="已经结束"):
        exclusions.end(row.pk, office)
