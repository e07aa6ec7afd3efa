"""The order of calls: what must never happen, whatever comes in whatever order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.hall.estimate import count_capacity, estimate_wait
from yichuang.hall.queue import PriorityCall, Waiting, choose_next, count_overtakings, list_order

pytestmark = pytest.mark.clause("3.4b.2")

START = datetime(2018, 3, 12, 1, tzinfo=UTC)
MOST = 3
# somebody comes (class, priority) or a window that serves some classes calls
COMES = st.tuples(st.just("comes"), st.sampled_from("AB"), st.booleans())
CALLS = st.tuples(st.just("calls"), st.sampled_from(["A", "B", "AB"]), st.just(False))


def run(steps: list[tuple[str, str, bool]], *, drain: bool = True) -> tuple[list[Waiting], list[Waiting]]:
    """(who came, who was called) in order. At the end all windows call until nobody waits."""
    came: list[Waiting] = []
    waiting: list[Waiting] = []
    called: list[Waiting] = []
    calls: list[PriorityCall] = []

    def call(classes: str, at: datetime) -> bool:
        ticket = choose_next(count_overtakings(waiting, calls), classes, MOST)
        if ticket is None:
            return False
        waiting[:] = [t for t in waiting if t.id != ticket.id]
        called.append(ticket)
        if ticket.priority:
            calls.append(PriorityCall(ticket.code, ticket.queued_at, at))
        return True

    for n, (kind, what, priority) in enumerate(steps):
        at = START + timedelta(seconds=n)
        if kind == "comes":
            came.append(Waiting(f"{n:04d}", what, at, priority))
            waiting.append(came[-1])
        else:
            call(what, at)
    while drain and call("AB", START + timedelta(hours=9)):
        pass
    return came, called


@given(st.lists(COMES | CALLS, max_size=60))
def test_nobody_is_called_twice_and_none_is_forgotten(steps: list[tuple[str, str, bool]]) -> None:
    came, called = run(steps)
    assert sorted(t.id for t in called) == sorted(t.id for t in came)


@given(st.lists(COMES | CALLS, max_size=60))
def test_priority_lets_nobody_wait_beyond_the_bound(steps: list[tuple[str, str, bool]]) -> None:
    _, called = run(steps)
    for place, ticket in enumerate(called):
        later = [t for t in called[:place] if t.code == ticket.code and t.queued_at > ticket.queued_at]
        assert ticket.priority or len(later) <= MOST
        assert all(t.priority for t in later)  # no ordinary ticket ever overtakes


@given(st.lists(COMES | CALLS, max_size=60))
def test_first_come_first_served_within_a_kind(steps: list[tuple[str, str, bool]]) -> None:
    _, called = run(steps)
    for code in "AB":
        for kind in (True, False):
            ids = [t.id for t in called if t.code == code and t.priority is kind]
            assert ids == sorted(ids)


@given(st.lists(COMES, max_size=30))
def test_the_order_that_is_shown_is_the_one_in_which_they_are_called(steps: list[tuple[str, str, bool]]) -> None:
    came, called = run(steps)
    shown = list_order([t for t in came if t.code == "A"], MOST)
    assert [t.id for t in shown] == [t.id for t in called if t.code == "A"]


def test_a_window_of_several_classes_calls_where_somebody_has_waited_longest() -> None:
    old, young = Waiting("1", "B", START), Waiting("2", "A", START + timedelta(minutes=1), priority=True)
    assert choose_next([young, old], "AB", MOST) == old
    assert choose_next([young, old], "A", MOST) == young
    assert choose_next([young, old], "C", MOST) is None


def test_the_estimate_grows_with_those_ahead_and_falls_with_windows() -> None:
    assert estimate_wait(0, 0, 0, 10) is None
    assert estimate_wait(0, 2, 1, 10) == 0
    assert estimate_wait(0, 2, 2, 10) == 5
    assert estimate_wait(7, 2, 2, 10) == 40
    assert estimate_wait(7, 4, 4, 10) == 20
    assert count_capacity([("A",), ("A", "B"), ("B",)], "A") == 1.5


@given(st.integers(0, 200), st.floats(0.25, 110), st.integers(0, 110), st.floats(1, 60))
def test_one_window_more_never_makes_the_wait_longer(ahead: int, capacity: float, busy: int, minutes: float) -> None:
    now, more = (estimate_wait(ahead, windows, busy, minutes) for windows in (capacity, capacity + 1))
    assert now is not None and more is not None and 0 <= more <= now
