"""A calendar that is corrected takes back what rested on it: told before, done on record, cards and all."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection

pytestmark = [pytest.mark.clause("4.1b.2"), pytest.mark.django_db(transaction=True)]


def entries() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from ledger_entry")
        return int(cursor.fetchone()[0])


@pytest.fixture
def late(city: Any) -> Any:
    """A case beyond its promise by one working day, and judged so. Its steps ended in time: the decision alone is late,
    so that the broken promise stands under no other finding and has a card of its own.
    """
    from yichuang.aggregates.timers import sweep
    from yichuang.cases.service import replay_case
    from yichuang.supervision import tailing
    from yichuang.supervision.models import Finding

    city.at("2018-03-12 10:00")
    case = str(city.submit().state.id)
    for act in ("receive", "accept"):
        city.do(case, act, city.window)
    for day in ("13", "14", "15"):
        city.at(f"2018-03-{day} 10:00")
        for code, done in replay_case(case).steps.items():
            if done.status == "open":
                step = city.standard.step(code)
                actor = city.surveyor if step.post.value == "surveyor" else city.reviewer
                officers = [city.surveyor2.person] if step.officers > 1 else []
                city.do(case, "conclude", actor, step=code, verdict="pass", opinion="符合要求", officers=officers)
    city.at("2018-03-20 10:00")
    sweep()
    while tailing.tail(wait=30).more:
        pass
    (found,) = Finding.objects.filter(case_id=case, open=True)
    assert (found.rule, found.under) == ("R-T02", None)
    return found


def corrected(*more: date) -> tuple[list[date], list[date]]:
    """The year 2018 as it is loaded, with more days off."""
    from yichuang.org.models import CalendarYear

    row = CalendarYear.objects.filter(year=2018).order_by("-id")[0]
    return [*map(date.fromisoformat, row.off_days), *more], list(map(date.fromisoformat, row.work_weekends))


@pytest.mark.door
def test_what_a_correction_takes_back_is_told_before_and_done_on_record(city: Any, late: Any) -> None:
    from yichuang.ledger.actor import SYSTEM
    from yichuang.orders.models import Order
    from yichuang.org.service import calendar_with, load_calendar_year
    from yichuang.supervision.correcting import preview
    from yichuang.supervision.findings import moves
    from yichuang.supervision.models import Finding
    from yichuang.supervision.tasks import follow_calendar

    off, worked = corrected(date(2018, 3, 15))
    count = entries()
    told = preview(calendar_with(2018, off, worked))
    assert late.id in {finding.id for finding in told.withdrawn} and told.exact
    assert entries() == count and Finding.objects.get(pk=late.id).open, "a preview leaves nothing"
    assert preview(calendar_with(2018, *corrected(date(2018, 12, 3)))).withdrawn == ()
    load_calendar_year(2018, off, worked, "更正", SYSTEM)
    follow_calendar()
    late.refresh_from_db()
    assert not late.open
    assert moves(late)[-1].body["reason"] == "calendar"
    assert Order.objects.get(finding=late.id).stage == "cancelled"
    follow_calendar()
    assert [move.kind for move in moves(late)] == ["found", "withdrawn"]


def test_nothing_is_judged_by_days_that_could_not_be_read_yet(
    city: Any, late: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older transaction is open, so the new days are not taken in: the job comes again, and nothing else happens."""
    from yichuang.supervision import tailing
    from yichuang.supervision.tasks import follow_calendar

    def waiting() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from procrastinate_jobs where task_name like '%%follow_calendar'"
                " and scheduled_at > now()"
            )
            return int(cursor.fetchone()[0])

    before, count = waiting(), entries()
    monkeypatch.setattr(tailing, "find_settled_position", lambda wait=2.0: None)
    follow_calendar()
    assert (waiting(), entries()) == (before + 1, count)


@pytest.mark.screen
def test_the_administrator_sees_it_before_loading(city: Any, late: Any) -> None:
    from tests.db.watching import client, officer
    from yichuang.supervision.models import Finding

    off, worked = corrected(date(2018, 3, 15))
    given = {
        "year": "2018", "notice": "更正通知", "off_days": "\n".join(map(str, off)),
        "work_weekends": "\n".join(map(str, worked)), "step": "look",
    }  # fmt: skip
    page = client(officer("sysadmin")).post("/house/calendar", given)
    assert page.status_code == 200, page.status_code
    assert "承诺超时" in page.content.decode() and "会撤销" in page.content.decode()
    assert Finding.objects.get(pk=late.id).open
