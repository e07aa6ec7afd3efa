"""The life of a supervision order: who may do what and when, what time does, and what must never happen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yichuang.aggregates.acts import Happened, Tick
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.kernel.calendar import WorkingCalendar, seed_calendar
from yichuang.kernel.localtime import midnight
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.orders.codec import CODEC
from yichuang.orders.core import decide as co
from yichuang.orders.core.state import (
    CLOSED,
    REACH,
    THEIRS,
    Drafted,
    Escalated,
    Order,
    OrderLevel,
    Origin,
    Stage,
    evolve,
)

pytestmark = pytest.mark.clause("4.1b.3")

CALENDAR = seed_calendar()
LIMITS = {"sign_in": 1, "reply_yellow": 2, "reply_red": 3, "appeal": 3, "recheck": 5, "verify": 5, "step": 1}
HOUSE, CITY = "410100/scjg", "410100"
MONDAY = datetime(2018, 3, 12, 2, tzinfo=UTC)


def who(person: str, kind: str, department: str = "410100/zwb", division: str = CITY) -> Actor:
    return Actor(person, f"{department}/{kind}/1", kind, department, division)


SUPERVISOR = who("a:1", "supervisor")
OFFICE = who("a:2", "office")
INSPECTOR = who("a:3", "inspector")
OFFICER = who("a:4", "reviewer", HOUSE)
COLLEAGUE = who("a:5", "reviewer", HOUSE)
HEAD = who("a:6", "head", HOUSE)
OTHER_HEAD = who("a:7", "head", "410100/gaj")
COUNTY = who("a:8", "office", "410122/zwb", "410122")
CITIZEN = Actor("a:9")
PEOPLE = (SUPERVISOR, OFFICE, INSPECTOR, OFFICER, COLLEAGUE, HEAD, OTHER_HEAD, COUNTY, CITIZEN, SYSTEM)

DRAFT = Drafted("finding", "yellow", CITY, HOUSE, OFFICER.person, "R-T02", "f", "c", "ZZ-001", "N1")
COMMANDS: dict[type[Any], Any] = {
    co.Draft: co.Draft(DRAFT),
    co.Follow: co.Follow("red", HOUSE, OFFICER.person),
    co.GroundGone: co.GroundGone(),
    co.Merge: co.Merge("other"),
    co.Open: co.Open(replace(DRAFT, origin="manual", finding=""), "t"),
    co.Issue: co.Issue("t"),
    co.Cancel: co.Cancel("t"),
    co.Raise: co.Raise("t"),
    co.Assign: co.Assign(COLLEAGUE.person),
    co.Entrust: co.Entrust(OFFICE.person),
    co.Sign: co.Sign(),
    co.Reply: co.Reply("t"),
    co.Return: co.Return("t"),
    co.Verify: co.Verify(""),
    co.Appeal: co.Appeal("t"),
    co.RejectAppeal: co.RejectAppeal("t"),
    co.UpholdAppeal: co.UpholdAppeal("t"),
    co.Revoke: co.Revoke("t"),
}


def facts(actor: Actor, at: datetime = MONDAY) -> co.OrderFacts:
    watchers = frozenset({SUPERVISOR.person, OFFICE.person})
    return co.OrderFacts(at, CALENDAR, actor, LIMITS, frozenset({COLLEAGUE.person}), watchers, department_exists=True)


def do(order: Order, *acts: tuple[Any, Actor], at: datetime = MONDAY) -> Order:
    for command, actor in acts:
        order, _ = co.decide(order, command, facts(actor, at))
    return order


def refused(order: Order, command: Any, actor: Actor, at: datetime = MONDAY) -> str:
    with pytest.raises(Refused) as caught:
        co.decide(order, command, facts(actor, at))
    assert caught.value.message
    return caught.value.code


NEW = Order("o")
DRAFTED = do(NEW, (co.Draft(DRAFT), SYSTEM))
ISSUED = do(DRAFTED, (co.Issue("t"), SUPERVISOR))
SIGNED = do(ISSUED, (co.Sign(), OFFICER))
REPLIED = do(SIGNED, (co.Reply("t"), OFFICER))
RETURNED = do(REPLIED, (co.Return("t"), SUPERVISOR))
APPEALED = do(SIGNED, (co.Appeal("t"), OFFICER))
VERIFIED = do(REPLIED, (co.Verify(""), SUPERVISOR))
REVOKED = do(ISSUED, (co.Revoke("t"), OFFICE))
CANCELLED = do(DRAFTED, (co.Cancel("t"), SUPERVISOR))
REMINDED = do(NEW, (co.Draft(replace(DRAFT, level="reminder"), send=True, text="t"), SYSTEM))
NOTED = do(REMINDED, (co.Sign(), OFFICER))
MERGED = do(DRAFTED, (co.Merge("other"), SYSTEM))
EACH = (NEW, DRAFTED, ISSUED, SIGNED, REPLIED, RETURNED, APPEALED, VERIFIED, REVOKED, CANCELLED, NOTED, MERGED)
AT_EACH = {order.stage: order for order in EACH}

WATCH, SUPERVISED = {SUPERVISOR, OFFICE}, {OFFICER, HEAD}
# command → who may, at which stages: written out once more, from the flow of domain §4.3
ALLOWED: dict[type[Any], tuple[set[Actor], set[str]]] = {
    co.Draft: ({SYSTEM}, {"new"}),
    co.Follow: ({SYSTEM}, {stage.value for stage in Stage} - {"new"}),
    co.GroundGone: ({SYSTEM}, {stage.value for stage in Stage} - {"new"}),
    co.Merge: ({SYSTEM}, {stage.value for stage in Stage} - {"new"}),
    co.Entrust: (WATCH, {"drafted", "issued", "signed", "replied", "returned", "appealed"}),
    co.Open: (WATCH, {"new"}),
    co.Issue: (WATCH, {"drafted"}),
    co.Cancel: (WATCH, {"drafted"}),
    co.Raise: (WATCH, {"issued", "signed", "returned", "replied"}),
    co.Assign: ({HEAD}, {"issued", "signed", "returned"}),
    co.Sign: (SUPERVISED, {"issued"}),
    co.Reply: (SUPERVISED, {"signed", "returned"}),
    co.Appeal: (SUPERVISED, {"issued", "signed", "returned"}),
    co.Verify: (WATCH, {"replied"}),
    co.Return: (WATCH, {"replied"}),
    co.RejectAppeal: ({OFFICE}, {"appealed"}),  # the issuer, a supervisor here, does not recheck
    co.UpholdAppeal: ({OFFICE}, {"appealed"}),
    co.Revoke: (WATCH, {"issued", "signed", "replied", "returned", "appealed"}),
}


@pytest.mark.breach
@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.__name__)
def test_every_command_is_open_to_whom_the_flow_says_and_to_nobody_else(command: type[Any]) -> None:
    people, stages = ALLOWED[command]
    for stage, order in AT_EACH.items():
        for actor in PEOPLE:
            # nobody is known of an order that is not there yet, so its division does not shut a county out
            ours = people | ({COUNTY} if command is co.Open and stage is Stage.NEW else set())
            try:
                co.may(order, co.ACTS[command], facts(actor))
            except Refused:
                assert not (actor in people and stage.value in stages), (stage, actor)
            else:
                assert actor in ours and stage.value in stages, (stage, actor)


def test_the_table_of_acts_has_every_command() -> None:
    assert set(co.ACTS) == set(COMMANDS) == set(ALLOWED)


@pytest.mark.breach
def test_a_county_cannot_open_orders_in_the_city() -> None:
    assert refused(NEW, COMMANDS[co.Open], COUNTY) == "other-division"


@pytest.mark.breach
def test_whom_an_order_concerns_never_decides_on_it() -> None:
    own = do(NEW, (co.Draft(replace(DRAFT, person=OFFICE.person)), SYSTEM))
    assert refused(own, co.Issue("t"), OFFICE) == "concerned"
    opened = co.Open(replace(DRAFT, origin="manual", person=OFFICE.person), "t")
    assert refused(NEW, opened, OFFICE) == "concerned"


def test_an_answer_goes_back_until_it_is_verified() -> None:
    again = do(RETURNED, (co.Reply("t"), HEAD), (co.Return("t"), OFFICE), (co.Reply("t"), OFFICER))
    done = do(again, (co.Verify(""), OFFICE))
    assert (again.returns, done.stage, done.open) == (2, Stage.VERIFIED, False)


def test_an_appeal_is_rechecked_by_another_and_made_once() -> None:
    rejected = do(APPEALED, (co.RejectAppeal("t"), OFFICE))
    assert (rejected.stage, rejected.within) == (Stage.SIGNED, 2)
    assert refused(rejected, co.Appeal("t"), OFFICER) == "appealed-before"
    upheld = do(APPEALED, (co.UpholdAppeal("t"), OFFICE))
    assert upheld.stage is Stage.REVOKED


@pytest.mark.breach
def test_an_appeal_comes_within_its_days_from_signing() -> None:
    last_day = midnight(date(2018, 3, 16)) - timedelta(minutes=1)  # signed on Monday the 12th, three working days
    assert do(SIGNED, (co.Appeal("t"), OFFICER), at=last_day).stage is Stage.APPEALED
    assert refused(SIGNED, co.Appeal("t"), OFFICER, at=midnight(date(2018, 3, 16))) == "appeal-too-late"
    # an appeal before signing signs too, and the days have not begun
    assert do(ISSUED, (co.Appeal("t"), OFFICER)).signed_on == date(2018, 3, 12)


def test_a_reminder_is_done_when_it_is_signed_and_is_not_appealed() -> None:
    assert (REMINDED.stage, REMINDED.reach, NOTED.stage) == (Stage.ISSUED, 0, Stage.NOTED)
    assert refused(REMINDED, co.Appeal("t"), OFFICER) == "no-appeal"
    raised = do(REMINDED, (co.Raise("t"), SUPERVISOR))
    assert (raised.level, raised.stage, raised.reach) == (OrderLevel.YELLOW, Stage.ISSUED, 1)


@pytest.mark.parametrize(("level", "person", "reach"), [
    ("reminder", "a:4", 0), ("reminder", "", 1), ("yellow", "a:4", 1), ("yellow", "", 1), ("red", "a:4", 2),
])  # fmt: skip
def test_recipients_cumulate_with_the_level(level: str, person: str, reach: int) -> None:
    draft = replace(DRAFT, level=level, person=person)
    assert do(NEW, (co.Draft(draft, send=True, text="t"), SYSTEM)).reach == reach


def test_a_late_signature_reaches_one_higher_each_working_day_and_stops_at_the_top() -> None:
    def lapsed(at: datetime) -> tuple[int, list[str]]:
        order, dated = co.decide(ISSUED, Tick(), facts(SYSTEM, at))
        return order.reach, [str(one.at) for one in dated]

    # sent on Monday the 12th, to be signed by the 13th
    assert lapsed(midnight(date(2018, 3, 14)) - timedelta(seconds=1)) == (1, [])
    assert lapsed(midnight(date(2018, 3, 14))) == (2, ["2018-03-13 16:00:00+00:00"])
    assert lapsed(midnight(date(2018, 3, 15)))[0] == 3
    assert lapsed(midnight(date(2018, 3, 16)))[0] == 4
    reach, moments = lapsed(midnight(date(2018, 4, 30)))  # a late sweep: the same moments, and no more
    assert (REACH[reach], len(moments)) == ("监督建议", 3)


def test_a_watch_that_is_late_itself_is_told_to_its_own_head() -> None:
    late = do(REPLIED, (Tick(), SYSTEM), at=midnight(date(2018, 4, 30)))
    assert (REACH[late.reach], late.escalations) == ("政务服务办主要负责人", 1)


@pytest.mark.parametrize(("level", "told"), [("reminder", "机关负责人"), ("yellow", "监督建议"), ("red", "监督建议")])
def test_how_far_an_order_that_nobody_signs_is_reported(level: str, told: str) -> None:
    order = do(NEW, (co.Draft(replace(DRAFT, level=level), send=True, text="t"), SYSTEM))
    assert REACH[do(order, (Tick(), SYSTEM), at=midnight(date(2018, 4, 30))).reach] == told


def test_an_escalation_says_whether_its_day_is_certain() -> None:
    unpublished = WorkingCalendar.from_days((), (), CALENDAR.years - {2018})
    for calendar, certain in ((CALENDAR, True), (unpublished, False)):
        _, dated = co.lapse(ISSUED, replace(facts(SYSTEM, midnight(date(2018, 3, 14))), calendar=calendar))
        assert [one.event for one in dated] == [Escalated("issued", "2018-03-13", 2, certain)]


def test_time_acts_first_whoever_comes() -> None:
    late = midnight(date(2018, 3, 14)) + timedelta(hours=2)
    order, dated = co.decide(ISSUED, co.Sign(), facts(OFFICER, late))
    assert [CODEC.names[type(one.event)] for one in dated] == ["escalated", "signed"]
    assert (order.stage, order.reach, order.escalations) == (Stage.SIGNED, 2, 0)
    with pytest.raises(Refused) as caught:
        co.decide(ISSUED, co.Reply("t"), facts(OFFICER, late))
    assert caught.value.kind is Kind.STALE
    assert len(caught.value.details["lapsed"][1]) == 1


def test_days_that_are_off_do_not_count() -> None:
    friday = datetime(2018, 4, 4, 2, tzinfo=UTC)  # before 清明, 5 to 7 April; Sunday the 8th is worked
    order = do(DRAFTED, (co.Issue("t"), SUPERVISOR), at=friday)
    assert co.due(order, facts(SYSTEM, friday)) == (date(2018, 4, 8), True)


@pytest.mark.parametrize("order", AT_EACH.values(), ids=lambda o: o.stage.value)
def test_a_withdrawn_finding_takes_its_card_back_wherever_it_stands(order: Order) -> None:
    if order.stage is Stage.NEW:
        return
    after = do(order, (co.GroundGone(), SYSTEM))
    gone = {Stage.DRAFTED: Stage.CANCELLED, Stage.CANCELLED: Stage.CANCELLED, Stage.MERGED: Stage.MERGED}
    assert after.stage is gone.get(order.stage, Stage.REVOKED)


def test_a_card_follows_its_finding_and_one_that_was_sent_only_grows_graver() -> None:
    red, yellow = co.Follow("red", "410100/gaj", "a:5"), co.Follow("yellow", "410100/gaj", "a:5")
    assert do(DRAFTED, (red, SYSTEM)).department == "410100/gaj"
    raised = do(SIGNED, (red, SYSTEM))
    assert (raised.level, raised.stage, raised.department, raised.reach) == (OrderLevel.RED, Stage.ISSUED, HOUSE, 2)
    assert do(raised, (yellow, SYSTEM)) == raised
    assert do(VERIFIED, (red, SYSTEM)) == VERIFIED


@pytest.mark.breach
def test_only_who_works_in_the_department_is_made_responsible() -> None:
    assert do(ISSUED, (co.Assign(COLLEAGUE.person), HEAD)).person == COLLEAGUE.person
    assert refused(ISSUED, co.Assign("a:77"), HEAD) == "not-here"


@pytest.mark.breach
def test_a_card_is_entrusted_to_the_watch_alone_and_to_nobody_concerned() -> None:
    entrusted = do(SIGNED, (co.Entrust(OFFICE.person), SUPERVISOR))
    assert (entrusted.watcher, entrusted.stage, entrusted.since) == (OFFICE.person, Stage.SIGNED, SIGNED.since)
    assert do(entrusted, (co.Entrust(OFFICE.person), SUPERVISOR)) == entrusted
    assert refused(SIGNED, co.Entrust(OFFICER.person), SUPERVISOR) == "not-in-watch"
    own = do(NEW, (co.Draft(replace(DRAFT, person=OFFICE.person)), SYSTEM))
    assert refused(own, co.Entrust(OFFICE.person), SUPERVISOR) == "watcher-concerned"


@pytest.mark.parametrize("order", AT_EACH.values(), ids=lambda o: o.stage.value)
def test_a_card_goes_into_another_of_the_same_lapse_unless_it_is_closed(order: Order) -> None:
    if order.stage is Stage.NEW:
        return
    after = do(order, (co.Merge("other"), SYSTEM))
    if order.stage in CLOSED:
        assert after == order
    else:
        assert (after.stage, after.merged_into, after.open) == (Stage.MERGED, "other", False)


def test_pages_offer_what_the_door_lets_pass() -> None:
    def open_to(order: Order, actor: Actor) -> set[str]:
        return {o.command.__name__ for o in co.list_offers(order, facts(actor)) if o.allowed}

    assert open_to(ISSUED, OFFICER) == {"Sign", "Appeal"}
    assert open_to(DRAFTED, SUPERVISOR) == {"Issue", "Cancel", "Entrust"}
    assert open_to(REPLIED, OFFICE) == {"Verify", "Return", "Raise", "Revoke", "Entrust"}
    assert open_to(VERIFIED, HEAD) == open_to(ISSUED, INSPECTOR) == set()
    listed = {offer.command for offer in co.list_offers(ISSUED, facts(HEAD))}
    assert listed == {co.Raise, co.Assign, co.Entrust, co.Sign, co.Appeal, co.Revoke}, (
        "the acts of the stage, open or not"
    )


def test_only_the_words_on_a_verification_may_be_left_out() -> None:
    assert {command for command, act in co.ACTS.items() if act.asks and not act.asks["text"].required} == {co.Verify}


@given(st.lists(st.tuples(st.sampled_from(list(COMMANDS)), st.sampled_from(PEOPLE), st.integers(0, 4)), max_size=25))
@settings(max_examples=300)
def test_whatever_anybody_tries_the_record_replays_and_nothing_forbidden_is_on_it(
    tries: Iterable[tuple[type[Any], Actor, int]],
) -> None:
    order, at, record = NEW, MONDAY, []
    for command, actor, days in tries:
        at += timedelta(days=days)
        try:
            after, dated = co.decide(order, COMMANDS[command], facts(actor, at))
        except Refused as error:
            after, dated = error.details.pop("lapsed", (order, []))
        for one in dated:
            person = SYSTEM.person if one.at else actor.person
            record.append((CODEC.dump_event(one.event), person, one.at or at))
        order = after
    replay = NEW
    for stored, person, moment in record:
        event = CODEC.load_event(*stored)
        before, replay = replay, evolve(replay, Happened(event, person, moment, moment))
        name = type(event).__name__
        if name in ("Verified", "Returned", "Revoked", "Cancelled", "AppealRejected") and person != SYSTEM.person:
            assert person not in (before.person, before.answered_by) or not before.sent
            assert person in (SUPERVISOR.person, OFFICE.person)
        if name in ("AppealRejected",):
            assert person != before.issuer
        assert not (before.stage in CLOSED and name not in ("Revoked",)), name
        assert replay.reach >= before.reach
    assert replay == order
    assert order.appeals <= 1
    assert order.origin in set(Origin)
    if order.stage in THEIRS:
        assert order.sent and order.within
