"""What a kind of life gets from the mechanism by being declared: a small one of its own, and no other room edited."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.db.aggregates import toy
from tests.db.aggregates.toy import ACTS, LOAN, LoanRow
from tests.db.counting import counted
from yichuang.aggregates import door
from yichuang.aggregates.acts import Acts, Text
from yichuang.aggregates.models import Scope, Timer
from yichuang.aggregates.moments import refs_of
from yichuang.aggregates.prepare import prepare_command
from yichuang.aggregates.rebuild import rebuild
from yichuang.aggregates.refusal import Refused
from yichuang.aggregates.replay import read_state
from yichuang.aggregates.timers import sweep
from yichuang.ledger.actor import Actor
from yichuang.ledger.models import Entry
from yichuang.ledger.service import now, set_shift

pytestmark = pytest.mark.usefixtures("declared")
MARY, JOHN = Actor("a:1"), Actor("a:2")


def do(id: uuid.UUID, act: str, actor: Actor, command_id: uuid.UUID | None = None, **data: Any) -> Any:
    prepared = prepare_command(ACTS.by_name[act], data, subject=LOAN.stream(id))
    return door.perform(LOAN, id, prepared, actor, command_id=command_id or uuid.uuid4())


def lent() -> uuid.UUID:
    id = uuid.uuid4()
    do(id, "borrow", MARY, purpose="签订合同")
    return id


def kinds(id: uuid.UUID) -> list[str]:
    return list(Entry.objects.filter(stream=f"toy/{id}").order_by("seq").values_list("kind", flat=True))


def test_it_costs_no_more_than_a_page_of_code() -> None:
    lines = Path(toy.__file__).read_text(encoding="utf-8").splitlines()
    assert len([line for line in lines if line.strip()]) <= 120


def test_its_life_goes_through_the_door() -> None:
    first, second = lent(), lent()
    assert [row.number for row in LoanRow.objects.order_by("number")] == ["借001", "借002"]
    assert do(first, "return", MARY).state.stage == "back"
    assert kinds(first) == ["borrowed", "returned"]
    assert read_state(LOAN, second).stage == "out"
    assert [row.pk for row in LOAN.visible(MARY).order_by("number")] == [first, second]
    assert LOAN.find(MARY, second) and LOAN.find(JOHN, second) is None
    assert "签订合同" not in json.dumps(list(Entry.objects.values_list("body", flat=True)), ensure_ascii=False)


def test_a_command_is_carried_out_once_and_few_statements_do_it() -> None:
    id, number = uuid.uuid4(), uuid.uuid4()
    with counted() as sent:
        assert not do(id, "borrow", MARY, number, purpose="签订合同").repeated
    assert len(sent) == 3, "lock, number, write"
    assert do(id, "borrow", MARY, number, purpose="签订合同").repeated
    assert kinds(id) == ["borrowed"]
    with pytest.raises(Refused) as caught:
        do(id, "borrow", MARY, number, purpose="别的用途")
    assert caught.value.code == "command-id-reused"


def test_what_it_forbids_is_refused_and_on_record() -> None:
    id = lent()
    with pytest.raises(Refused):
        do(id, "return", JOHN)
    body = json.loads(Entry.objects.get(stream="refusal/a:2").body)
    assert body == {"toy": str(id), "command": "Return", "code": "not-yours", "clause": ""}
    with pytest.raises(Refused) as caught:
        do(uuid.uuid4(), "return", MARY)
    assert caught.value.code == "no-loan"
    for purpose in ("", "长" * 21):
        with pytest.raises(Refused):
            do(uuid.uuid4(), "borrow", MARY, purpose=purpose)


def test_time_does_its_part_when_the_sweep_comes() -> None:
    id, back = lent(), lent()
    do(back, "return", MARY)
    assert {timer.stream for timer in Timer.objects.all()} == {f"toy/{id}"}
    sweep()
    set_shift(timedelta(days=4))
    assert sweep().done == 1
    assert kinds(id) == ["borrowed", "missed"]
    assert not Timer.objects.exists()


def test_a_timer_of_nothing_is_dropped() -> None:
    Timer.objects.create(stream=f"toy/{uuid.uuid4()}", wake_at=now())
    assert sweep().skipped == 1
    assert not Timer.objects.exists()


def test_a_text_that_would_go_into_the_ledger_is_no_act() -> None:
    @dataclass(frozen=True)
    class Tell:
        words: Text | None

    with pytest.raises(ValueError, match="Text"):
        Acts().register(Tell, "说", stages=frozenset({"new"}), who="")(lambda *_: [])


def test_acts_are_offered_as_the_door_lets_them_pass() -> None:
    life = door.read_lives(LOAN, [lent()]).popitem()[1]
    for actor, allowed in ((MARY, True), (JOHN, False)):
        offers = LOAN.life.list_offers(life.state, door.facts_of(LOAN, life, actor))
        assert [(offer.label, offer.allowed) for offer in offers] == [("归还", allowed)]


def test_many_move_in_one_transaction() -> None:
    ids = [lent() for _ in range(5)]
    with counted() as sent:
        door.move(LOAN, {id: toy.Return() for id in ids}, {}, MARY)
    assert len(sent) == 2, "lock and write"
    assert {row.stage for row in LoanRow.objects.all()} == {"back"}
    assert rebuild(LOAN).green


def test_a_table_changed_past_the_door_is_named() -> None:
    id = lent()
    assert (rebuild(LOAN).count, rebuild(LOAN).differences) == (1, [])
    LoanRow.objects.update(number="借999")
    Scope.objects.create(stream=f"toy/{id}", kind="person", name="a:9")
    assert {one.what for one in rebuild(LOAN).differences} == {
        "列 number 为 借999，应为 借001",
        "可见范围与重放结果不同",
    }


def test_a_state_of_an_older_shape_is_read_from_the_stream() -> None:
    id = lent()
    LoanRow.objects.update(state="{}", state_v=0)
    assert do(id, "return", MARY).state.number == "借001"


def test_an_old_event_is_lifted(monkeypatch: pytest.MonkeyPatch) -> None:
    codec = LOAN.codec
    monkeypatch.setattr(codec, "versions", {**codec.versions, "borrowed": 2})
    monkeypatch.setattr(codec, "upcasters", {("borrowed", 1): lambda body: {**body, "number": "旧"}})
    assert codec.load_event("borrowed", 1, '{"purpose":"","letter":[]}') == replace(toy.Borrowed("", ()), number="旧")


def test_a_public_value_never_passes_for_a_private_text() -> None:
    @dataclass(frozen=True)
    class Note:
        number: str
        texts: dict[str, tuple[str, ...]]

    acts = Acts()
    acts.register(Note, "记", stages=frozenset({"out"}), who="")(lambda *_: [])
    ref = f"vault:{uuid.uuid4()}:form:{'0' * 64}"
    for data in ({"number": ref, "texts": {}}, {"number": "", "texts": {"a": (ref,)}}):
        with pytest.raises(Refused):
            prepare_command(acts[Note], data, subject="toy/1")
    assert refs_of(toy.Borrowed("", (), number=ref)) == {}
