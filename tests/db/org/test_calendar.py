"""The calendar as data: loaded per year, corrected on record, seen at once; every version can be built again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from yichuang.aggregates.refusal import Invalid
from yichuang.kernel.calendar import seed_calendar
from yichuang.ledger.actor import Actor
from yichuang.ledger.models import Entry
from yichuang.org import queries, service
from yichuang.org.models import CalendarYear

pytestmark = pytest.mark.django_db
ADMIN = Actor("a:7", post="410100/zwb/sysadmin/1", post_kind="sysadmin")
NEW_YEAR = date(2030, 1, 1)
WORKED = date(2030, 1, 5)  # a Saturday


def test_without_any_year_the_calendar_is_an_estimate() -> None:
    assert queries.get_calendar().years == frozenset()
    assert queries.calendar_at(queries.calendar_version()) == queries.get_calendar()


def test_the_seed_is_loaded_once_and_equals_the_notices() -> None:
    service.load_seed_years(ADMIN)
    service.load_seed_years(ADMIN)
    assert queries.get_calendar() == seed_calendar()
    assert queries.calendar_version() == seed_calendar().version
    assert CalendarYear.objects.count() == Entry.objects.filter(kind="calendar_loaded").count() == 10


def test_a_newly_loaded_year_is_seen_at_once_and_costs_one_query_after(django_assert_num_queries: Callable) -> None:  # type: ignore[type-arg]
    assert not queries.get_calendar().is_published(NEW_YEAR)
    version = service.load_calendar_year(2030, [NEW_YEAR], [WORKED], "国办发明电〔2029〕1号", ADMIN)
    assert queries.get_calendar().version == version
    assert not queries.get_calendar().is_working(NEW_YEAR)
    assert queries.get_calendar().is_working(WORKED)
    with django_assert_num_queries(1):
        queries.get_calendar()


def test_a_correction_is_a_new_version_and_the_old_one_can_be_built_again() -> None:
    first = service.load_calendar_year(2030, [NEW_YEAR], [WORKED], "通知", ADMIN)
    second = service.load_calendar_year(2030, [NEW_YEAR, date(2030, 1, 2)], [], "更正通知", ADMIN)
    assert first != second
    assert queries.calendar_version() == second
    assert not queries.get_calendar().is_working(WORKED)
    assert queries.calendar_at(first).is_working(WORKED)
    assert queries.calendar_at(first).version == first
    with pytest.raises(CalendarYear.DoesNotExist):
        queries.calendar_at("000000000000")
    entry = Entry.objects.filter(stream="org/calendar").latest("position")
    assert (entry.actor, second in entry.body) == ("a:7", True)


def test_other_years_stay_when_one_is_loaded() -> None:
    service.load_calendar_year(2030, [NEW_YEAR], [], "通知", ADMIN)
    service.load_calendar_year(2031, [date(2031, 1, 1)], [], "通知", ADMIN)
    assert queries.get_calendar().years == {2030, 2031}
    assert not queries.get_calendar().is_working(NEW_YEAR)


@pytest.mark.parametrize(
    ("off", "worked", "says"),
    [
        ([], [], "没有任何工作日放假"),
        ([date(2030, 1, 5)], [], "没有任何工作日放假"),  # only a Saturday
        ([date(2029, 12, 31), NEW_YEAR], [], "不在所载入的年份"),
        ([NEW_YEAR], [date(2030, 1, 2)], "不是周末"),
    ],
)
def test_a_notice_that_contradicts_itself_is_refused(off: list[date], worked: list[date], says: str) -> None:
    with pytest.raises(Invalid, match=says):
        service.load_calendar_year(2030, off, worked, "通知", ADMIN)
    assert not CalendarYear.objects.exists()
