"""The life of an item of the list: what adds, moves and ends it, and what never does (3.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.aggregates.acts import Happened, Tick
from yichuang.aggregates.refusal import Refused
from yichuang.catalog.listing.acts import (
    LIFE,
    Add,
    Cancel,
    ConfirmOnce,
    DropOnce,
    Found,
    Keep,
    Merge,
    Move,
    Rename,
)
from yichuang.catalog.listing.facts import ListFacts, Other
from yichuang.catalog.listing.resembling import SHARE, measure_names
from yichuang.catalog.listing.state import Item, Listed, Stage, evolve, words_of_move
from yichuang.ledger.actor import SYSTEM, Actor

HERE = timezone(timedelta(hours=8))
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=HERE)
OFFICE = Actor("a:1", post="office-1", post_kind="office", division="410100", department="410100/zwb")
PAPER = {"issuer": "国务院", "number": "国令第1号", "day": date(2026, 2, 1), "evidence": ("u1",)}
NEW: dict[str, Any] = {
    "code": "ZZ-900",
    "name": "示范经营许可",
    "department": "410100/scjg",
    "ground": "law",
    "article": "第三条",
}
LISTED = evolve(
    Item("x"),
    Happened(Listed("410100", "ZZ-001", "食品经营许可", "410100/scjg", "founding"), "system", NOW, NOW),  # type: ignore[arg-type]
)
OTHERS = (Other("ZZ-002", "旅馆业特种行业许可", True), Other("ZZ-003", "旧许可", False))


def facts(
    actor: Actor = OFFICE, now: datetime = NOW, others: tuple[Other, ...] = OTHERS, closed: bool = True
) -> ListFacts:
    return ListFacts(
        now, actor, lambda: {"410100/scjg": "市场监管局", "410100/gaj": "公安局"}, lambda: others, lambda: closed
    )


def refused(item: Item, command: Any, known: ListFacts | None = None) -> str:
    with pytest.raises(Refused) as refusal:
        LIFE.decide(item, command, known or facts())
    return refusal.value.code


def cancel(**more: Any) -> Cancel:
    return Cancel(**{**PAPER, "on": date(2026, 4, 1), "transition": "finish", **more})


# --- 3.1d: only fewer -------------------------------------------------------------------------------------------------


def test_a_new_law_adds_an_item() -> None:
    item, _ = LIFE.decide(Item("x"), Add(**NEW, **PAPER), facts())
    assert (item.stage, item.counted, item.source and item.source.words) == (
        Stage.LISTED, True, "国务院国令第1号第三条（2026年2月1日）"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"ground": "founding"}, "no-ground"),
        ({"ground": "useful"}, "bad-choice"),
        ({"article": ""}, "bad-text"),
        ({"issuer": " "}, "bad-text"),
        ({"number": ""}, "bad-text"),
        ({"day": date(2026, 3, 3)}, "day-ahead"),
        ({"evidence": ()}, "no-paper"),
        ({"department": "410100/hall-company"}, "no-exerciser"),  # 3.1a
        ({"code": "ZZ-003"}, "code-taken"),  # of an ended one too
        ({"name": "旅馆业特种行业许可"}, "name-listed"),
        ({"name": "旧 许可"}, "name-ended"),  # 3.1b
        ({"ground": "split"}, "no-whole"),
        ({"ground": "split", "part_of": "ZZ-003"}, "no-whole"),
    ],
)
def test_what_adds_no_item(wrong: dict[str, Any], code: str) -> None:
    assert refused(Item("x"), Add(**{**NEW, **PAPER, **wrong})) == code


def test_a_part_of_an_item_is_not_counted_and_ends_before_it() -> None:
    part, _ = LIFE.decide(Item("x"), Add(**{**NEW, **PAPER, "ground": "split", "part_of": "ZZ-002"}), facts())
    assert not part.counted
    known = facts(others=(Other("ZZ-900", "示范经营许可", True, "ZZ-001"),))
    assert refused(LISTED, cancel(), known) == "has-parts"


def test_the_list_is_founded_until_the_office_has_moved_it() -> None:
    found = Found("410100", "ZZ-001", "食品经营许可", "410100/scjg")
    assert LIFE.decide(Item("x"), found, facts(SYSTEM, closed=False))[0].stage is Stage.LISTED
    assert refused(Item("x"), found, facts(SYSTEM)) == "list-closed"


@pytest.mark.parametrize(
    "actor",
    [replace(OFFICE, division="410200"), replace(OFFICE, post_kind="head"), Actor("a:2", subjects=("s:1",))],
)
def test_only_the_office_of_the_division_moves_its_list(actor: Actor) -> None:
    assert refused(LISTED, cancel(), facts(actor)) == "not-office"


# --- 3.1b: what is cancelled ------------------------------------------------------------------------------------------


def test_an_item_ends_at_the_midnight_of_its_day_whoever_asks_first() -> None:
    item, _ = LIFE.decide(LISTED, cancel(), facts())
    assert item.stage is Stage.ENDING and item.ending and item.ending.last_day == date(2026, 3, 31)
    before = datetime(2026, 3, 31, 23, 59, tzinfo=HERE)
    assert LIFE.decide(item, Tick(), facts(now=before))[0].stage is Stage.ENDING
    ended, dated = LIFE.decide(item, Tick(), facts(now=before + timedelta(days=40)))
    assert ended.stage is Stage.ENDED and [d.at for d in dated] == [before + timedelta(minutes=1)]
    assert refused(ended, Keep("取消决定撤回"), facts(now=before + timedelta(days=40))) == "wrong-stage"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"on": date(2026, 3, 2)}, "day-past"),
        ({"transition": "as_decided"}, "bad-text"),
        ({"transition": "?"}, "bad-choice"),
    ],
)
def test_how_an_item_does_not_end(wrong: dict[str, Any], code: str) -> None:
    assert refused(LISTED, cancel(**wrong)) == code


def test_an_ending_taken_back_before_its_day() -> None:
    item, _ = LIFE.decide(LISTED, cancel(), facts())
    kept, _ = LIFE.decide(item, Keep("发文机关已经撤回"), facts())
    assert (kept.stage, kept.ending) == (Stage.LISTED, None)


def test_an_item_is_merged_into_one_that_is_listed() -> None:
    merge = Merge("ZZ-002", **PAPER, on=date(2026, 4, 1), transition="finish")
    assert LIFE.decide(LISTED, merge, facts())[0].ending.into == "ZZ-002"  # type: ignore[union-attr]
    assert refused(LISTED, replace(merge, into="ZZ-003")) == "no-such-item"


def test_another_department_that_may_exercise_it() -> None:
    move = Move("410100/gaj", **PAPER)
    assert LIFE.decide(LISTED, move, facts())[0].department == "410100/gaj"
    assert refused(LISTED, replace(move, department="410100/scjg")) == "same-department"
    assert refused(LISTED, replace(move, department="410100/company")) == "no-exerciser"


@pytest.mark.parametrize(
    ("name", "ended", "alike"),
    [
        ("食品经营备案", "食品经营许可", True),
        ("食品经营许可（新办）", "食品经营许可", True),
        ("设立人才中介机构审批", "人才中介机构设立许可", True),
        ("瓶装燃气经营许可", "燃气经营许可证核发", True),
        ("旅管业特种行业许可", "旅馆业特种行业许可", True),  # written otherwise
        ("取水许可", "燃气经营许可", False),
        ("护士执业注册", "医师执业注册", False),
        ("再生水经营许可", "食品经营许可", False),
    ],
)
def test_what_resembles_a_cancelled_item(name: str, ended: str, alike: bool) -> None:
    assert (measure_names(name, ended) >= SHARE) is (measure_names(ended, name) >= SHARE) is alike


def test_what_resembles_waits_for_a_written_judgement() -> None:
    command = Add(**{**NEW, **PAPER, "name": "旧许可备案"})
    assert refused(Item("x"), command) == "resembles-ended"
    item, dated = LIFE.decide(Item("x"), replace(command, judgement="对象不同"), facts())
    assert item.resembles == ("ZZ-003",) and "经核对为不同事项" in words_of_move(dated[0].event)


def test_a_renamed_item_keeps_its_former_name_from_others() -> None:
    item, _ = LIFE.decide(LISTED, Rename("食品销售许可", **PAPER), facts())
    assert (item.name, item.former, item.stage) == ("食品销售许可", ("食品经营许可",), Stage.LISTED)
    others = (Other(item.code, item.name, True, former=item.former),)
    assert refused(Item("x"), Add(**{**NEW, "name": "食品经营许可"}, **PAPER), facts(others=others)) == "name-listed"
    assert refused(item, Rename("食品销售许可", **PAPER)) == "same-name"
    assert refused(LISTED, Rename("旧许可备案", **PAPER)) == "resembles-ended"


def test_what_takes_one_visit_is_confirmed_for_the_version_in_force() -> None:
    known = replace(facts(), in_force=lambda: ("410100/ZZ-001/2", 1))
    item, _ = LIFE.decide(LISTED, ConfirmOnce(), known)
    assert item.once == "410100/ZZ-001/2"
    assert refused(item, ConfirmOnce(), known) == "confirmed-already"
    assert refused(LISTED, ConfirmOnce(), replace(known, in_force=lambda: ("410100/ZZ-001/2", 2))) == "many-visits"
    assert refused(LISTED, ConfirmOnce()) == "no-standard"
    assert refused(LISTED, DropOnce("多跑了一次")) == "not-confirmed"


def test_a_confirmation_is_offered_only_where_it_can_be_given_or_taken_back() -> None:
    key = "410100/ZZ-001/2"
    for visits, once, offered in ((1, "", "confirm_once"), (1, key, "drop_once"), (2, "", "")):
        known = replace(facts(), in_force=lambda visits=visits: (key, visits))
        offers = LIFE.list_offers(replace(LISTED, once=once), known)
        names = {offer.act.name for offer in offers if offer.allowed}
        assert names & {"confirm_once", "drop_once"} == {offered} - {""}


# --- whatever happens -------------------------------------------------------------------------------------------------

COMMANDS = st.sampled_from(
    [
        Add(**NEW, **PAPER), cancel(), cancel(on=date(2026, 5, 1)), Keep("撤回"), Move("410100/gaj", **PAPER), Tick(),
        Merge("ZZ-002", **PAPER, on=date(2026, 4, 1), transition="finish"), cancel(transition="end"),
        Rename("新食品经营许可", **PAPER), Rename("旧许可", **PAPER), ConfirmOnce(), DropOnce("多跑了一次"),
    ]
)  # fmt: skip


@given(st.lists(st.tuples(COMMANDS, st.integers(0, 40)), max_size=12))
def test_the_number_of_items_changes_only_by_moves_and_nothing_ended_comes_back(acts: list[tuple[Any, int]]) -> None:
    item, now, number, ended = Item("x"), NOW, 0, False
    for command, days in acts:
        now += timedelta(days=days)
        try:
            item, dated = LIFE.decide(item, command, facts(now=now))
        except Refused as refusal:
            item, dated = refusal.details.get("lapsed", (item, []))
        for happened in dated:
            kind = type(happened.event).__name__
            number += {"Listed": 1, "Ended": -1}.get(kind, 0)
            assert not ended or kind == "", "nothing happens to an item that has ended"
            ended = ended or kind == "Ended"
        assert number == (item.stage in (Stage.LISTED, Stage.ENDING))
        assert item.name != "旧许可", "no name of an ended item"
