"""Ratings and complaints as plain functions: who may do what and when, what time does, and what must never happen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.aggregates.acts import Happened, Tick
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.feedback import complaint_acts as ca
from yichuang.feedback import rating_acts as ra
from yichuang.feedback.acting import FeedbackFacts
from yichuang.feedback.complaint import Complaint, ComplaintStage
from yichuang.feedback.rating import Rating, RatingStage
from yichuang.feedback.served import Served
from yichuang.kernel.calendar import seed_calendar
from yichuang.kernel.localtime import local_day, midnight
from yichuang.ledger.actor import Actor

pytestmark = pytest.mark.clause("3.5i.2")

CALENDAR = seed_calendar()
LIMITS = {"contact": 1, "cure": 15, "accept": 5, "answer": 15, "appeal": 30, "recheck": 15}
MONDAY = datetime(2018, 3, 12, 2, tzinfo=UTC)
HOUSE, OTHER, CITY = "410100/scjg", "410100/gaj", "410100"
CASE = Served("c1", "R1", "ZZ-001", "食品经营许可", CITY, HOUSE, "s:1", False, date(2018, 3, 9))


def officer(kind: str, department: str = "410100/zwb", division: str = CITY) -> Actor:
    return Actor(f"a:{kind}{department}", f"{department}/{kind}/1", kind, department, division)


OWNER, STRANGER = Actor("a:1", subjects=("s:1",)), Actor("a:2", subjects=("s:2",))
REVIEWER, OFFICE, SUPERVISOR = officer("reviewer", HOUSE), officer("office"), officer("supervisor")
EVERYBODY = (
    OWNER, STRANGER, REVIEWER, officer("head", HOUSE), officer("reviewer", OTHER), OFFICE, SUPERVISOR,
    officer("window"), officer("office", "410184/zwb", "410184"),
)  # fmt: skip


def facts(now: datetime, actor: Actor) -> FeedbackFacts:
    mine = {"c1": CASE} if CASE.subject in actor.subjects else {}
    return FeedbackFacts(now, actor, CALENDAR, LIMITS, mine.get, lambda: dict.fromkeys(mine, ""), lambda: {HOUSE: ""})


def run(life: Any, state: Any, steps: Iterable[tuple[datetime, Actor, Any]]) -> Any:
    for now, actor, command in steps:
        state, _ = life.decide(state, command, facts(now, actor))
    return state


RATED = (MONDAY, OWNER, ra.Rate("c1", "dissatisfied", ("guide",), "v"))
CONTACTED = (MONDAY, REVIEWER, ra.Contact("phone", "yes", "v"))
CURED = (MONDAY, REVIEWER, ra.Cure("v"))


def test_a_good_rating_asks_nothing_of_anybody() -> None:
    rating = run(ra.RATING_LIFE, Rating("1"), [(MONDAY, OWNER, ra.Rate("c1", "fair"))])
    assert (rating.stage, rating.contact_by) == (RatingStage.KEPT, None)
    assert ra.next_moment(rating, facts(MONDAY, OWNER)) is None
    offered = [o for actor in EVERYBODY for o in ra.RATING_LIFE.list_offers(rating, facts(MONDAY, actor))]
    assert not any(offer.allowed for offer in offered)


def test_indicators_are_those_of_the_way_of_the_case() -> None:
    with pytest.raises(Refused) as refused:
        run(ra.RATING_LIFE, Rating("1"), [(MONDAY, OWNER, ra.Rate("c1", "fair", ("manner",)))])
    assert refused.value.details["field"] == "indicators"


def test_who_was_not_served_rates_nothing() -> None:
    for actor in EVERYBODY[1:]:
        with pytest.raises(Refused):
            run(ra.RATING_LIFE, Rating("1"), [(MONDAY, actor, ra.Rate("c1", "fair"))])


@pytest.mark.parametrize(
    ("steps", "command", "allowed"),
    [
        ((RATED,), ra.Contact("phone", "yes", "v"), {REVIEWER, EVERYBODY[3]}),
        ((RATED, CONTACTED), ra.Cure("v"), {REVIEWER, EVERYBODY[3]}),
        ((RATED, CONTACTED, CURED), ra.Visit("content"), {OFFICE}),
    ],
)
def test_each_step_has_its_side(steps: Any, command: Any, allowed: set[Actor]) -> None:
    rating = run(ra.RATING_LIFE, Rating("1"), steps)
    for actor in EVERYBODY:
        try:
            ra.RATING_LIFE.decide(rating, command, facts(MONDAY, actor))
        except Refused as refused:
            assert actor not in allowed and refused.kind is Kind.FORBIDDEN, actor
        else:
            assert actor in allowed, actor


def test_days_that_pass_are_on_record_once_and_at_their_midnight() -> None:
    rating = run(ra.RATING_LIFE, Rating("1"), [RATED])
    assert (rating.contact_by, rating.cure_by) == (date(2018, 3, 13), date(2018, 4, 2))
    late = MONDAY + timedelta(days=60)
    rating, dated = ra.RATING_LIFE.decide(rating, Tick(), facts(late, OWNER))
    assert [one.at for one in dated] == [midnight(date(2018, 3, 14)), midnight(date(2018, 4, 3))]
    assert rating.contact_missed and rating.cure_missed
    assert ra.RATING_LIFE.decide(rating, Tick(), facts(late, OWNER))[1] == []
    rating = run(ra.RATING_LIFE, rating, [(late, *CONTACTED[1:]), (late, *CURED[1:])])
    assert rating.stage is RatingStage.CURED


def test_discontent_gives_the_department_a_new_day() -> None:
    rating = run(ra.RATING_LIFE, Rating("1"), [RATED, CONTACTED, CURED, (MONDAY, OFFICE, ra.Visit("discontent", "v"))])
    assert (rating.stage, rating.cured_on, rating.rounds) == (RatingStage.CONTACTED, None, 1)
    assert rating.cure_by == date(2018, 4, 2) and not rating.cure_missed


FILED = (MONDAY, OWNER, ca.File("extra", "v", "c1"))
ACCEPTED = (MONDAY, OFFICE, ca.Accept())
ANSWERED = (MONDAY, REVIEWER, ca.Answer("unfounded", "v"))
APPEALED = (MONDAY, OWNER, ca.Appeal("v"))


def test_an_answer_that_nobody_contests_stands() -> None:
    complaint = run(ca.COMPLAINT_LIFE, Complaint("1"), [FILED, ACCEPTED, ANSWERED])
    assert (complaint.stage, complaint.due_on) == (ComplaintStage.ANSWERED, date(2018, 4, 11))
    complaint = run(ca.COMPLAINT_LIFE, complaint, [(MONDAY + timedelta(days=31), OWNER, Tick())])
    assert (complaint.stage, complaint.closed_on) == (ComplaintStage.CLOSED, date(2018, 4, 12))


def test_an_appeal_in_time_is_rechecked_once() -> None:
    again = (MONDAY, SUPERVISOR, ca.Recheck("again", "v"))
    complaint = run(ca.COMPLAINT_LIFE, Complaint("1"), [FILED, ACCEPTED, ANSWERED, APPEALED, again])
    assert complaint.stage is ComplaintStage.ACCEPTED
    complaint = run(ca.COMPLAINT_LIFE, complaint, [ANSWERED])
    assert complaint.stage is ComplaintStage.CLOSED
    with pytest.raises(Refused):
        run(ca.COMPLAINT_LIFE, complaint, [APPEALED])


def test_an_appeal_after_its_days_is_refused() -> None:
    complaint = run(ca.COMPLAINT_LIFE, Complaint("1"), [FILED, ACCEPTED, ANSWERED])
    with pytest.raises(Refused) as refused:
        run(ca.COMPLAINT_LIFE, complaint, [(midnight(date(2018, 4, 12)), OWNER, ca.Appeal("v"))])
    assert refused.value.code == "wrong-stage"


def test_each_missed_day_of_a_complaint_is_on_record_once() -> None:
    late = MONDAY + timedelta(days=100)
    complaint = run(ca.COMPLAINT_LIFE, Complaint("1"), [FILED, (late, OWNER, Tick()), (late, OWNER, Tick())])
    assert complaint.missed == ("decide/20180319",) and complaint.stage is ComplaintStage.FILED
    complaint = run(ca.COMPLAINT_LIFE, complaint, [(late, OFFICE, ca.Accept())])
    assert ca.next_moment(complaint, facts(late, OFFICE)) == midnight(CALENDAR.add(local_day(late), 15)) + timedelta(1)


COMMANDS = st.sampled_from(
    [
        ca.File("extra", "v", "c1"), ca.Accept(), ca.Decline("unclear", "v"), ca.Answer("founded", "v"),
        ca.Appeal("v"), ca.Recheck("upheld", "v"), ca.Recheck("again", "v"), ca.Withdraw(), Tick(),
    ]
)  # fmt: skip


@given(st.lists(st.tuples(COMMANDS, st.sampled_from(EVERYBODY), st.integers(0, 40)), max_size=14))
def test_whatever_is_tried_a_complaint_is_answered_twice_at_most_and_ends_once(steps: Any) -> None:
    """What holds as it happens is what the entries make again."""
    complaint, now, events = Complaint("1"), MONDAY, []
    for command, actor, days in steps:
        now += timedelta(days=days)
        before = complaint
        if not complaint.filed_on and not isinstance(command, ca.File):
            continue
        try:
            complaint, dated = ca.COMPLAINT_LIFE.decide(complaint, command, facts(now, actor))
        except Refused as refused:
            complaint, dated = refused.details.get("lapsed", (complaint, []))
        events += [(one.event, one.at or now) for one in dated]
        assert not (before.closed_on and dated)
    replayed = Complaint("1")
    for event, at in events:
        replayed = replace(ca.COMPLAINT_LIFE.evolve(replayed, Happened(event, "", at, at)))
    assert replayed == complaint
    names = [type(event).__name__ for event, _ in events]
    assert names.count("Answered") <= 2 and names.count("Rechecked") <= 1
