"""On what ground: every procedure cites its own law, and by default only what was in force on the day of the act."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.unit.cases.bench import HEAD, WINDOW, Life, food, standards
from yichuang.aggregates.refusal import Refused
from yichuang.cases.core import commands as co
from yichuang.cases.core import events as ev

HOUSE, JOINT = standards()["ZZ-019"], standards()["ZZ-117"]  # 登记与确认, 备案与公共服务
OTHERS = pytest.mark.parametrize("standard", [HOUSE, JOINT], ids=lambda s: s.procedure.code)


def accepted(life: Life) -> ev.Accepted:
    return next(d.event for d in life.did if isinstance(d.event, ev.Accepted))


def refusals(life: Life) -> list[Refused]:
    """What the window is refused while a material is missing."""
    return [
        life.refuse(co.Accept(), WINDOW),
        life.refuse(co.AskCorrection("缺件", ("M99",)), WINDOW),
        life.refuse(co.AskCorrection("缺件"), WINDOW),
        life.refuse(co.AskCorrection("", ("M01",)), WINDOW),
        life.refuse(co.Decline("not_accepted", ""), WINDOW),
        life.refuse(co.Decline("no_jurisdiction", "不属本机关职权"), WINDOW),
    ]


def test_a_licence_rests_on_the_licensing_law() -> None:
    assert accepted(Life().accepted()).bases == ("行政许可法第三十二条第一款第（五）项",)
    said = refusals(Life().received(without=("M01",)))
    assert all("行政许可法" in refused.clause for refused in said)


@OTHERS
def test_the_other_procedures_borrow_nothing_of_it(standard: object) -> None:
    life = Life(standard)  # type: ignore[arg-type]
    said = refusals(life.received(without=("M01",)))
    assert not [refused.clause for refused in said if "许可法" in refused.clause]
    event = accepted(Life(standard).accepted())  # type: ignore[arg-type]
    assert event.bases and not [basis for basis in event.bases if "许可法" in basis or "演示" in basis]


def test_a_registration_rests_on_its_own_regulation() -> None:
    assert accepted(Life(HOUSE).accepted()).bases == ("不动产登记暂行条例17条",)
    refused = Life(HOUSE).received(without=("M01",)).refuse(co.Accept(), WINDOW)
    assert refused.clause == "不动产登记暂行条例17条"


def test_a_filing_without_a_procedural_law_rests_on_the_items_bases_of_the_day() -> None:
    event = accepted(Life(JOINT).accepted())
    assert event.bases == JOINT.main_basis_on(event.on) and len(event.bases) == 1


@pytest.mark.clause("3.5h.1")
@pytest.mark.door
def test_a_decision_does_not_cite_what_was_not_law_yet() -> None:
    """2018年的决定不引2023年的办法，2026年的决定不引已经废止的办法。"""
    early, late = food().bases_on(date(2018, 3, 2)), food().bases_on(date(2026, 3, 2))
    assert any("17号" in basis for basis in early) and not any("78号" in basis for basis in early)
    assert any("78号" in basis for basis in late) and not any("17号" in basis for basis in late)
    later = replace(food(), bases=tuple(b for b in food().bases if "办法" in b.law))
    assert later.main_basis_on(date(2018, 3, 2)) == tuple(basis for basis in early if "17号" in basis)
    assert Life(later).granted().did[-1].event.bases == later.main_basis_on(date(2018, 3, 2))


def test_what_was_checked_is_cited_before_what_was_not() -> None:
    unread, read = replace(food().bases[0], confidence="memory-high"), food().bases[1]
    assert replace(food(), bases=(unread, read)).main_basis_on(date(2018, 3, 2)) == (read.words,)


def test_what_was_law_on_the_day_of_the_application_may_still_be_cited() -> None:
    """新法施行以前提出的申请，可以引用申请当天的旧法；还没有施行的不能引用。"""
    old, new = food().bases_on(date(2018, 3, 2))[0], food().bases_on(date(2026, 3, 2))
    future = next(basis for basis in new if basis not in food().bases_on(date(2018, 3, 2)))
    changed = tuple(replace(b, in_force_to="2018-02-10") if f"{b.law} {b.article}" == old else b for b in food().bases)
    life = Life(replace(food(), bases=changed)).reviewed()
    life.at("2018-02-12")
    assert life.refuse(co.Decide(True, bases=(future,)), HEAD).code == "basis-not-in-force"
    life.do(co.Decide(True, bases=(old,)), HEAD)
    assert life.did[-1].event.bases == (old,)


def test_when_nothing_known_is_in_force_a_decision_rests_on_its_procedure() -> None:
    future = tuple(replace(b, in_force_from="2030-01-01") for b in food().bases)
    decided = Life(replace(food(), bases=future)).granted().did[-1].event
    assert decided.bases == ("行政许可法第三十八条第一款",)


def test_a_basis_holds_from_its_first_to_its_last_day() -> None:
    basis = replace(food().bases[0], in_force_from="2015-10-01", in_force_to="2023-11-30")
    days = (date(2015, 9, 30), date(2015, 10, 1), date(2023, 11, 30), date(2023, 12, 1))
    assert [basis.in_force(day) for day in days] == [False, True, True, False]
