"""Rules as data accuse only of what is certain, and each in its own days."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.db.supervision.tables import put, put_calendar
from yichuang.supervision import contract, judging, postgres
from yichuang.supervision.models import OwnVersion
from yichuang.supervision.own.state import Addressee, Content, Gravity
from yichuang.supervision.rules.questions import Question, dump_question, make_rule

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1b.2")]
OFFICER = {"person": "a:1", "post": "p1"}
VERSION: dict[str, Any] = {
    "rule_id": "6f0b6f3e-6f6b-5f0e-8d3f-2a1c7f3b9e10", "number": 1, "code": "Z-001-1", "title": "题",
    "since": date(2018, 3, 12), "void": False,
}  # fmt: skip


def ask(kind: str, *names: str, since: date | None = None, until: date | None = None, **more: Any) -> Question:
    content = Content("题", kind, names, names, more.get("most", 0), "", Gravity.YELLOW, Addressee.HOLDER, "某法")
    return content.ask("Z-001-1", ("410100",), since, until)


def put_case(*acts: tuple[str, datetime, date | None]) -> None:
    """A case of these acts of one officer: kind, moment, and the day that a notice tells."""
    put_calendar()
    put(contract.CASES, {"case_id": "c", "division": "410100", "source": "door"})
    for seq, (kind, at, due) in enumerate(acts, 1):
        key = {"case_id": "c", "seq": seq, "kind": kind}
        moment = {"occurred_at": at, "occurred_on": at.date(), "recorded_at": at, "recorded_on": at.date()}
        put(contract.EVENTS, {**key, **moment, **OFFICER, "source": "door"})
        if due:
            put(contract.NOTICES, {**key, "due_on": due})


def day(number: int, month: int = 3, year: int = 2018) -> datetime:
    return datetime(year, month, number, 2, tzinfo=UTC)


def find(question: Question) -> list[dict[str, Any]]:
    statement = postgres.for_cases(postgres.compiled(make_rule(question).hits()))
    names = ("case_id", "at", "level", "department", "person", "day", "measured", "allowed", "seq", "other", "item")
    return [dict(zip(names, row, strict=True)) for row in postgres.rows(statement, ["c"])]


def test_a_later_act_takes_no_finding_back_that_stood_when_the_rule_ended() -> None:
    put_case(("extended", day(12), None), ("extended", day(13), None), ("extended", day(20), None))
    (hit,) = find(ask("at_most", "extended", most=1, until=date(2018, 3, 14)))
    assert (hit["measured"], hit["seq"], hit["day"]) == (2, 2, date(2018, 3, 13))


def test_one_person_who_does_the_same_twice_is_shown_both_acts() -> None:
    put_case(("received", day(12), None), ("extended", day(13), None), ("extended", day(14), None))
    (hit,) = find(ask("same_person", "extended", "extended"))
    assert (hit["other"], hit["seq"], hit["day"]) == (2, 3, date(2018, 3, 14))


@pytest.mark.parametrize("names", [("accepted", "decided"), ("decided", "accepted")])
def test_the_second_act_of_one_person_says_the_day_whichever_was_named_first(names: tuple[str, str]) -> None:
    put_case(("accepted", day(12), None), ("decided", day(14), None))
    assert len(find(ask("same_person", *names, since=date(2018, 3, 13)))) == 1
    assert not find(ask("same_person", *names, until=date(2018, 3, 14)))


def test_what_is_done_late_after_the_rule_ended_is_not_judged() -> None:
    put_case(("correction_asked", day(12), date(2018, 3, 14)), ("supplied", day(20), None))
    assert len(find(ask("after_due", "supplied", since=date(2018, 3, 15)))) == 1
    assert not find(ask("after_due", "supplied", until=date(2018, 3, 16)))


def test_a_due_day_that_an_estimate_moved_accuses_nobody() -> None:
    put_case(("correction_asked", day(1, 9, 2027), date(2027, 10, 1)), ("supplied", day(8, 10, 2027), None))
    assert not find(ask("after_due", "supplied"))


def test_a_limit_that_was_reckoned_again_is_not_held_to_the_day_told_before() -> None:
    put_case(
        ("correction_asked", day(12), date(2018, 3, 14)), ("recalculated", day(13), None), ("supplied", day(20), None)
    )
    assert not find(ask("after_due", "supplied"))


def test_an_outage_on_the_due_day_excuses_who_makes_up_for_it_at_once() -> None:
    put_case(("correction_asked", day(12), date(2018, 3, 14)), ("supplied", day(15), None))
    assert len(find(ask("after_due", "supplied"))) == 1
    put(contract.OUTAGES, {"outage": "o", "first_day": date(2018, 3, 14), "last_day": date(2018, 3, 14)})
    assert not find(ask("after_due", "supplied"))
    late = dump_question(ask("after_due", "supplied"))
    OwnVersion.objects.create(**VERSION, question=late)
    assert "Z-001-1" in {rule.code for rule in judging.list_reading(contract.OUTAGES.stored_as)}


@pytest.mark.parametrize(("person", "number"), [("a:1", 1), ("system", 0)])
def test_what_time_itself_has_done_is_recorded_late_by_nature(person: str, number: int) -> None:
    put_calendar()
    put(contract.CASES, {"case_id": "c", "division": "410100", "source": "door"})
    done = {"occurred_at": day(12), "occurred_on": date(2018, 3, 12), "recorded_at": day(20)}
    act = {**done, "recorded_on": date(2018, 3, 20), "person": person, "post": "p1" if number else ""}
    put(contract.EVENTS, {"case_id": "c", "seq": 1, "kind": "accepted", "source": "door", **act})
    content = Content(
        "题", "recorded_late", ("accepted",), ("受理",), 2, "day", Gravity.YELLOW, Addressee.HOLDER, "某法"
    )
    assert len(find(content.ask("Z-001-1", ("410100",)))) == number


def test_a_rule_on_due_days_is_judged_again_when_the_calendar_changes() -> None:
    question = ask("after_due", "supplied")
    OwnVersion.objects.create(**VERSION, question=dump_question(question))
    assert "Z-001-1" in {rule.code for rule in judging.list_reading(contract.CALENDAR.stored_as)}
