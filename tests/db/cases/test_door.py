"""The door: idempotent, one winner, few statements, no gaps in numbers, refusals kept once, old states rebuilt."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections

from tests.db.world import City, food_values
from tests.waiting import HANGS
from yichuang.aggregates import door, refusals
from yichuang.aggregates.door import Outcome
from yichuang.aggregates.models import Counter, Paper, Receipt
from yichuang.aggregates.prepare import Prepared
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.cases import service
from yichuang.cases.codec import load_case
from yichuang.cases.core.state import Stage
from yichuang.cases.models import Access, Case
from yichuang.cases.prepare import prepare, prepare_submit
from yichuang.cases.service import replay_case
from yichuang.ledger.models import Entry
from yichuang.licences.models import Licence

STATEMENTS = 8  # the bound; begin and commit not counted
ROWS = 12
MAKES = "make_certificate"  # begins the life of a licence besides


def filing(city: City) -> Prepared:
    values = food_values()
    needed = {m.code: ("u1",) for m in city.standard.materials_for({**values, "situation": "new", "agent": "no"})}
    return prepare_submit(
        city.standard,
        situation="new",
        subject="s:1",
        applicant={"name": "张三丰"},
        values=values,
        agent=False,
        given=needed,
        held={},
    )


def received(city: City) -> str:
    id: str = city.submit().state.id
    city.do(id, "receive", city.window)
    return id


def entries(id: str) -> list[Entry]:
    return list(Entry.objects.filter(stream=f"case/{id}").order_by("seq"))


# --- idempotency ------------------------------------------------------------------------------------------------------


def test_the_same_command_id_answers_the_same_and_writes_nothing(city: City) -> None:
    id = received(city)
    command, again = uuid.uuid4(), prepare("accept", {}, subject="s:1")
    first = service.perform(id, again, city.window, command_id=command)
    before = (Entry.objects.count(), Paper.objects.count(), list(Counter.objects.values_list("name", "value")))
    second = service.perform(id, prepare("accept", {}, subject="s:1"), city.window, command_id=command)
    assert second.repeated
    assert (second.first_seq, second.last_seq, second.state) == (first.first_seq, first.last_seq, first.state)
    assert before == (Entry.objects.count(), Paper.objects.count(), list(Counter.objects.values_list("name", "value")))


def test_filing_twice_is_one_case(city: City) -> None:
    command = uuid.uuid4()
    one = service.submit(filing(city), city.citizen, command_id=command, applicant="张三丰")
    two = service.submit(filing(city), city.citizen, command_id=command, applicant="张三丰")
    assert two.repeated
    assert one.state == two.state
    assert Case.objects.count() == 1


@pytest.mark.parametrize("other", ["content", "person", "case"])
def test_a_command_id_is_not_used_for_another_command(city: City, other: str) -> None:
    first, second = received(city), received(city)
    command = uuid.uuid4()
    service.perform(first, prepare("accept", {}, subject="s:1"), city.window, command_id=command)
    data = {"bases": ["行政许可法42条一款"]} if other == "content" else {}
    actor = city.window2 if other == "person" else city.window
    with pytest.raises(Refused) as refused:
        service.perform(
            second if other == "case" else first, prepare("accept", data, subject="s:1"), actor, command_id=command
        )
    assert refused.value.code == "command-id-reused"
    assert replay_case(second).stage is Stage.RECEIVED


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run in threads that all wait for the last one to be ready; what each answered or raised."""
    gate, answers = threading.Barrier(len(acts)), [None] * len(acts)

    def run(n: int) -> None:
        try:
            gate.wait(HANGS)
            answers[n] = acts[n]()
        except Exception as error:
            answers[n] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(HANGS)
    return answers


@pytest.fixture
def open_city(transactional_db: None) -> City:
    """A city whose rows other connections can see; the clock is the real one."""
    from tests.db.world import build
    from yichuang.catalog import queries

    queries.standard.cache_clear()
    return build()


def test_the_same_command_at_once_is_done_once(open_city: City) -> None:
    city = open_city
    id, command = received(city), uuid.uuid4()

    def accept() -> service.Outcome:
        return service.perform(id, prepare("accept", {}, subject="s:1"), city.window, command_id=command)

    answers = at_once(accept, accept, accept)
    assert sorted(a.repeated for a in answers) == [False, True, True]
    assert len({(a.first_seq, a.last_seq) for a in answers}) == 1
    assert [e.kind for e in entries(id)].count("accepted") == 1


def test_the_same_filing_at_once_is_one_case(open_city: City) -> None:
    city, command = open_city, uuid.uuid4()
    answers = at_once(*[lambda: service.submit(filing(city), city.citizen, command_id=command, applicant="张三丰")] * 3)
    assert sorted(a.repeated for a in answers) == [False, True, True]
    assert Case.objects.count() == 1
    assert Counter.objects.get().value == 1


def test_two_officers_at_once_one_wins(open_city: City) -> None:
    city = open_city
    id = received(city)

    def act(actor: Any) -> Callable[[], Any]:
        return lambda: service.perform(id, prepare("accept", {}, subject="s:1"), actor, command_id=uuid.uuid4())

    answers = at_once(act(city.window), act(city.window2))
    (won,) = [a for a in answers if isinstance(a, Outcome)]
    (lost,) = [a for a in answers if isinstance(a, Refused)]
    assert lost.kind is Kind.STALE
    assert won.state == replay_case(id)


def test_numbers_drawn_at_once_have_no_gap(open_city: City) -> None:
    city = open_city
    acts = [
        lambda: service.submit(filing(city), city.citizen, command_id=uuid.uuid4(), applicant="张三丰")
        for _ in range(6)
    ]
    assert all(isinstance(a, Outcome) for a in at_once(*acts))
    assert sorted(int(n[-5:]) for n in Case.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


# --- cost -------------------------------------------------------------------------------------------------------------


class Costs:
    """What one command costs: statements by name, and rows written as the server counts them."""

    def __init__(self) -> None:
        self.of: dict[str, tuple[int, int]] = {}

    def rows(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_xact_user_tables")
            return int(cursor.fetchone()[0] or 0)

    @contextmanager
    def measure(self, name: str) -> Iterator[None]:
        seen: list[str] = []

        def note(execute: Any, sql: str, *rest: Any) -> Any:
            if not sql.lower().startswith(("savepoint", "release savepoint", "rollback to")):
                seen.append(sql)
            return execute(sql, *rest)

        before = self.rows()
        with connection.execute_wrapper(note):
            yield
        statements, rows = self.of.get(name, (0, 0))
        self.of[name] = (max(statements, len(seen)), max(rows, self.rows() - before))


def test_no_command_of_a_life_costs_more_than_eight_statements_and_twelve_rows(city: City) -> None:
    city.at("2018-03-12 09:30")
    costs = Costs()

    def do(id: str, name: str, actor: Any, **data: Any) -> None:
        with costs.measure(name):
            city.do(id, name, actor, **data)

    with costs.measure("submit"):
        id = city.submit(given={}).state.id
    do(id, "pre_review", city.window, passed=True)
    do(id, "receive", city.window)
    codes = list(load_case(Case.objects.get().state).needed)
    do(id, "ask_correction", city.window, materials=codes, reason="缺件")
    do(id, "supply", city.citizen, given={c: ["u1"] for c in codes})
    do(id, "accept", city.window)
    do(id, "assign", city.head, step="S1", person=city.reviewer2.person)
    do(id, "start_special", city.head, kind="hearing", until="2018-03-20", reason="听证")
    do(id, "end_special", city.head, special="X1", result="笔录")
    do(id, "extend", city.head, days=3, reason="案情复杂")
    do(id, "conclude", city.reviewer2, step="S1", verdict="pass", opinion="齐全")
    do(id, "conclude", city.surveyor, step="S2", verdict="pass", opinion="合格", officers=[city.surveyor2.person])
    do(id, "send_back", city.reviewer, step="S3", to="S1", reason="再核")
    do(id, "conclude", city.reviewer2, step="S1", verdict="pass", opinion="齐全")
    do(id, "conclude", city.reviewer, step="S3", verdict="pass", opinion="建议准予")
    do(id, "decide", city.head, granted=True)
    do(id, "make_certificate", city.window)
    do(id, "deliver", city.window, method="direct", recipient="张三丰")
    other = city.submit().state.id
    do(other, "withdraw", city.citizen, reason="不办了")
    third = received(city)
    do(third, "terminate", city.head, reason="企业注销")
    fourth = received(city)
    do(fourth, "decline", city.window, outcome="not_required", reason="无须许可")
    dear = {name: cost for name, cost in costs.of.items() if cost[0] > STATEMENTS or cost[1] > ROWS}
    assert dear.keys() <= {MAKES} and dear.get(MAKES, (0, 0)) <= (STATEMENTS, ROWS + 1)
    assert all(statements and rows for statements, rows in costs.of.values()), "every command was measured"


# --- numbers ----------------------------------------------------------------------------------------------------------


def test_refusals_and_rollbacks_leave_no_gap(city: City) -> None:
    city.at("2018-03-12 09:30")
    for n in range(3):
        id = received(city)
        with pytest.raises(Refused):
            city.do(id, "decline", city.window, outcome="no_jurisdiction", reason="不归我们管")
        with pytest.raises(RuntimeError), _failing("run", after=2):
            city.do(id, "accept", city.window)
        city.do(id, "accept", city.window)
        assert replay_case(id).stage is Stage.ACCEPTED
        serials = sorted(
            int(number.split("第")[1].rstrip("号"))
            for number in Paper.objects.filter(kind="acceptance").values_list("number", flat=True)
        )
        assert serials == list(range(1, n + 2))


@contextmanager
def _failing(name: str, after: int) -> Iterator[None]:
    """Let the door's statements fail from the n-th on, as if the connection broke."""
    real, calls = getattr(door, name), [0]

    def broken(*args: Any, **more: Any) -> Any:
        calls[0] += 1
        if calls[0] >= after:
            raise RuntimeError("connection lost")
        return real(*args, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(door, name, broken)
        yield


def test_a_failed_command_leaves_nothing_behind(city: City) -> None:
    id = received(city)
    before = (Entry.objects.count(), Paper.objects.count(), Receipt.objects.count(), Case.objects.get().state)
    with pytest.raises(RuntimeError), _failing("run", after=2):
        city.do(id, "accept", city.window)
    assert before == (
        Entry.objects.count(),
        Paper.objects.count(),
        Receipt.objects.count(),
        Case.objects.get().state,
    )


# --- refusals ---------------------------------------------------------------------------------------------------------


def kept() -> list[dict[str, Any]]:
    return [json.loads(e.body) for e in Entry.objects.filter(kind="refused").order_by("position")]


def test_a_breach_is_kept_once_and_an_input_fault_is_not(city: City) -> None:
    id = received(city)
    city.do(id, "accept", city.window)
    command = uuid.uuid4()
    both = replace(city.reviewer, person=city.window.person)
    data = {"step": "S1", "verdict": "pass"}
    for _ in range(3):
        with pytest.raises(Refused) as refused:
            service.perform(id, prepare("conclude", data, subject="s:1"), both, command_id=command)
        assert refused.value.code == "separation"
    assert kept() == [{"case": id, "command": "Conclude", "code": "separation", "clause": "3.4c"}]
    with pytest.raises(Refused):
        city.do(id, "conclude", city.reviewer, step="S1", verdict="maybe")
    assert len(kept()) == 1


def test_one_person_cannot_flood_the_ledger_with_refusals(city: City) -> None:
    id = received(city)
    for _ in range(refusals.PER_MINUTE + 5):
        with pytest.raises(Refused):
            city.do(id, "decide", city.reviewer, granted=True)
    with pytest.raises(Refused):
        city.do(id, "terminate", city.surveyor, reason="x")
    by = [e.actor for e in Entry.objects.filter(kind="refused")]
    assert by.count(city.reviewer.person) <= refusals.PER_MINUTE
    assert by.count(city.surveyor.person) == 1


def test_failing_to_keep_a_refusal_does_not_change_the_answer(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **more: Any) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(refusals, "record", fail)
    id = city.submit().state.id
    with pytest.raises(Refused) as refused:
        city.do(id, "terminate", city.window, reason="x")
    assert refused.value.code == "wrong-post"
    assert kept() == []


def test_nobody_is_told_whether_a_case_exists(city: City) -> None:
    with pytest.raises(Refused) as refused:
        service.perform(uuid.uuid4(), prepare("accept", {}, subject=""), city.window, command_id=uuid.uuid4())
    assert (refused.value.code, refused.value.kind) == ("no-such-case", Kind.FORBIDDEN)


# --- state, time, standards -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("repeat", [False, True])
def test_a_state_of_another_version_is_rebuilt_from_the_stream(city: City, repeat: bool) -> None:
    id = received(city)
    command = uuid.uuid4()
    if repeat:
        service.perform(id, prepare("accept", {}, subject="s:1"), city.window, command_id=command)
    Case.objects.filter(id=id).update(state='{"shape": "of long ago"}', state_v=0)
    outcome = service.perform(id, prepare("accept", {}, subject="s:1"), city.window, command_id=command)
    assert outcome.state.stage is Stage.ACCEPTED
    assert outcome.repeated is repeat
    if not repeat:
        assert load_case(Case.objects.get().state) == replay_case(id)


def test_an_unpublished_standard_is_refused_for_filing_and_rebinding(city: City) -> None:
    other = replace(city.standard, version=98)
    prepared = filing(city)
    unpublished = replace(prepared, command=replace(prepared.command, standard=other.key))
    with pytest.raises(Refused) as refused:
        service.submit(unpublished, city.citizen, command_id=uuid.uuid4(), applicant="张三丰")
    assert (refused.value.code, refused.value.clause) == ("not-published", "3.2d")
    id = received(city)
    with pytest.raises(Refused) as refused:
        city.do(id, "rebind", city.head, standard=other.key, decision="x")
    assert refused.value.code == "not-published"


def test_a_clock_set_back_a_little_is_bridged_and_further_is_refused(city: City) -> None:
    city.at("2018-03-12 09:30:00")
    id = city.submit().state.id
    city.at("2018-03-12 09:29:58")
    city.do(id, "receive", city.window)
    moments = [e.recorded_at for e in entries(id)]
    assert moments == sorted(moments)
    city.at("2018-03-12 08:00")
    with pytest.raises(Refused) as refused:
        city.do(id, "accept", city.window)
    assert (refused.value.code, refused.value.kind) == ("clock-behind", Kind.STALE)
    city.at("2018-03-12 09:31")
    city.do(id, "accept", city.window)


def test_closing_leaves_nobody_anything_to_do(city: City) -> None:
    id = received(city)
    city.do(id, "withdraw", city.citizen)
    assert not Access.objects.filter(case_id=id, open=True).exists()
    assert not Access.objects.filter(case_id=id, scope_kind="todo").exists()
    assert not Licence.objects.exists()
