"""What people do with cards: somebody acts at every open stage, in working hours, and writes words that fit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from yichuang.kernel.calendar import seed_calendar
from yichuang.kernel.localtime import SHANGHAI
from yichuang.ledger.actor import Actor
from yichuang.ops.simulate import card_words as words
from yichuang.ops.simulate.cards import CardPlanner, _subject
from yichuang.ops.simulate.cast import Cast
from yichuang.orders.core.decide import ACTS
from yichuang.orders.core.state import CLOSED, Order, OrderLevel, Stage
from yichuang.supervision.rules.catalogue import JUDGING

CALENDAR = seed_calendar()
DEPARTMENTS = ("410100/scjg", "410100/wjw", "410122/jsj")
RULES = ["", *(rule.code for rule in JUDGING)]


def cast() -> Cast:
    out = Cast()
    for department in (*DEPARTMENTS, "410100/zwb", "410122/zwb"):
        for kind in ("head", "reviewer", "supervisor", "office"):
            if (kind == "supervisor") <= (department == "410100/zwb"):
                actor = Actor(f"a:{department}/{kind}", f"{department}/{kind}/1", kind, department, department[:6])
                out.officers[department, kind] = [actor]
    return out


PLANNER = CardPlanner(1, cast(), CALENDAR)
orders = st.builds(
    Order,
    id=st.uuids().map(str),
    stage=st.sampled_from(sorted(set(Stage) - CLOSED - {Stage.NEW})),
    level=st.sampled_from(OrderLevel),
    department=st.sampled_from(DEPARTMENTS),
    rule=st.sampled_from(RULES),
    appeals=st.integers(0, 1),
    returns=st.integers(0, 2),
    moved_at=st.datetimes(datetime(2026, 5, 1), datetime(2026, 11, 20), timezones=st.just(UTC)),
).map(lambda order: replace(order, division=order.department[:6]))


@given(orders)
def test_somebody_acts_at_every_open_stage_in_working_hours(order: Order) -> None:
    act = PLANNER.next(order)
    assert act is not None
    local = act.moment.astimezone(SHANGHAI)
    assert order.moved_at is not None and order.moved_at <= act.moment < order.moved_at + timedelta(days=60)
    assert CALENDAR.is_working(local.date()) and 9 <= local.hour <= 17
    assert ACTS.by_name[act.name].stages >= {order.stage}
    assert PLANNER.next(order) == act
    if order.appeals or order.division != "410100":
        assert act.name != "appeal"


def test_who_sent_a_card_never_rechecks_it() -> None:
    sender = PLANNER.cast.officers["410100/zwb", "supervisor"][0]
    order = Order("x", Stage.APPEALED, division="410100", department="410100/scjg", rule="R-T02")
    act = PLANNER.next(replace(order, issuer=sender.person, moved_at=datetime(2026, 11, 2, 2, tzinfo=UTC)))
    assert act is not None and act.actor.person != sender.person


def test_there_are_words_for_every_rule() -> None:
    subjects = {_subject(Order("x", rule=rule)) for rule in RULES}
    assert subjects == set(words.REPLIES)
    assert set(words.APPEALS) < subjects
    assert {*words.APPEALS, words.OTHER} == set(words.UPHELD) == set(words.REJECTED)
