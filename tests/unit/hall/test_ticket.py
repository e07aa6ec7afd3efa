"""The life of a ticket as plain functions: whose act each is, what time does, and what must never happen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.aggregates.acts import Happened, Tick
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.hall import ticket_acts as ta
from yichuang.hall.ticket import OPEN, Ticket, TicketStage, evolve_ticket
from yichuang.ledger.actor import Actor

pytestmark = pytest.mark.clause("3.4b.2")

MORNING = datetime(2018, 3, 12, 2, tzinfo=UTC)
CITY, HALL = "410100", "h1"
CLERK = Actor("a:1", "p1", "window", f"{CITY}/zwb", CITY)
OTHER = replace(CLERK, person="a:2", post="p2")
MACHINE = Actor(f"{ta.KIOSK}{HALL}", division=CITY, channel="window")
SEATS = {"p1": ta.AtWindow(HALL, "1", ("A",)), "p2": ta.AtWindow(HALL, "2", ("A", "B"))}
ACTORS = (CLERK, OTHER, MACHINE, replace(CLERK, post="p3"), Actor("a:9", subjects=("s:1",)))


def facts(now: datetime, actor: Actor, **known: Any) -> ta.TicketFacts:
    return ta.TicketFacts(
        now,
        actor,
        {"overtakings": 3, "calls": 2, "minutes": 10},
        halls=lambda: {HALL: "大厅"},
        classes=lambda hall: {"A": "市场准入", "B": "社会民生"} if hall == HALL else {},
        seat=lambda: SEATS.get(actor.post),
        busy=lambda: known.get("busy", ""),
        next=lambda: known.get("next", "t"),
    )


def run(*steps: tuple[Actor, Any], ticket: Ticket | None = None, now: datetime = MORNING, **known: Any) -> Ticket:
    ticket = ticket or Ticket("t")
    for actor, command in steps:
        ticket, _ = ta.TICKET_LIFE.decide(ticket, command, facts(now, actor, **known))
    return ticket


def refused(code: str, *steps: tuple[Actor, Any], **more: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        run(*steps, **more)
    assert caught.value.code == code
    return caught.value


TAKEN = (MACHINE, ta.Take(HALL, "A"))
CALLED = (CLERK, ta.Call())


def test_a_whole_life() -> None:
    ticket = run(TAKEN, CALLED, (CLERK, ta.Recall()), (CLERK, ta.Begin()), (CLERK, ta.Finish()))
    assert (ticket.stage, ticket.window, ticket.calls) == (TicketStage.SERVED, "1", 2)


def test_who_misses_the_call_waits_again_behind_the_others() -> None:
    called = run(TAKEN, CALLED)
    refused("called-too-little", (CLERK, ta.Miss()), ticket=called)
    missed = run((CLERK, ta.Recall()), (CLERK, ta.Miss()), ticket=called)
    later = MORNING + timedelta(minutes=9)
    again = run((MACHINE, ta.Rejoin()), ticket=missed, now=later)
    assert (again.stage, again.queued_at, again.window) == (TicketStage.WAITING, later, "")


def test_a_ticket_that_is_carried_keeps_its_place() -> None:
    later = MORNING + timedelta(minutes=9)
    serving = run(TAKEN, CALLED, (CLERK, ta.Begin()))
    carried = run((CLERK, ta.Carry("B")), ticket=serving, now=later)
    assert (carried.stage, carried.code, carried.queued_at) == (TicketStage.WAITING, "B", MORNING)
    assert refused("bad-choice", (CLERK, ta.Carry("A")), ticket=serving).next


@pytest.mark.breach
def test_no_window_calls_out_of_turn_or_two_at_once() -> None:
    waiting = run(TAKEN)
    assert refused("not-next", CALLED, ticket=waiting, next="another").kind is Kind.RULE
    refused("busy", CALLED, ticket=waiting, busy="A001")
    called = run(CALLED, ticket=waiting)
    assert refused("other-window", (OTHER, ta.Begin()), ticket=called).kind is Kind.FORBIDDEN
    refused("wrong-stage", CALLED, ticket=called)


@pytest.mark.breach
def test_a_machine_gives_tickets_of_its_own_hall_alone() -> None:
    elsewhere = replace(MACHINE, person=f"{ta.KIOSK}h2")
    refused("bad-choice", (elsewhere, ta.Take(HALL, "A")))
    refused("not-here", (elsewhere, ta.Leave()), ticket=run(TAKEN))
    refused("no-such-class", (MACHINE, ta.Take(HALL, "C")))
    refused("not-here", (ACTORS[-1], ta.Take(HALL, "A")))


def test_at_midnight_what_is_left_over_is_on_record() -> None:
    midnight = datetime(2018, 3, 12, 16, tzinfo=UTC)
    for steps in ((TAKEN,), (TAKEN, CALLED), (TAKEN, CALLED, (CLERK, ta.Begin()))):
        ended = run((MACHINE, Tick()), ticket=run(*steps), now=midnight)
        assert (ended.stage, ended.ended_at) == (TicketStage.ENDED, midnight)
    served = run(TAKEN, CALLED, (CLERK, ta.Begin()), (CLERK, ta.Finish()))
    assert run((MACHINE, Tick()), ticket=served, now=midnight) == served


COMMANDS: tuple[Callable[[], Any], ...] = (
    ta.Call, ta.Recall, ta.Begin, ta.Finish, ta.Miss, ta.Rejoin, ta.Leave, lambda: ta.Carry("B"), lambda: ta.Carry("A"),
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(ACTORS), st.sampled_from(COMMANDS)), max_size=25))
def test_whatever_is_tried_a_ticket_is_at_one_window_and_no_event_is_lost(steps: list[Any]) -> None:
    """Replaying what was recorded gives the state that was decided; what has ended stays so."""
    ticket, recorded = Ticket("t"), []
    for n, (actor, make) in enumerate([(MACHINE, lambda: ta.Take(HALL, "A")), *steps]):
        at = MORNING + timedelta(seconds=n)
        before = ticket
        try:
            ticket, dated = ta.TICKET_LIFE.decide(ticket, make(), facts(at, actor))
        except Refused as refusal:
            assert refusal.clause == "3.4b" and refusal.next
            continue
        recorded += [Happened(one.event, actor.person, at, at) for one in dated]
        assert before.stage in OPEN | {TicketStage.NEW}
        assert (ticket.stage in (TicketStage.CALLED, TicketStage.SERVING)) <= bool(ticket.window)
    again = Ticket("t")
    for happened in recorded:
        again = evolve_ticket(again, happened)
    assert again == ticket
