"""3.1b: a case ends with its item at the midnight of which it was told, whatever its stage; nothing decided does."""

from __future__ import annotations

from copy import copy
from datetime import date, datetime

import pytest

from tests.unit.cases.test_may import BEFORE, SITUATIONS
from yichuang.aggregates.refusal import Refused
from yichuang.cases.core import commands as co
from yichuang.cases.core import events as ev
from yichuang.cases.core.lapse import next_moment
from yichuang.cases.core.state import Case, Stage
from yichuang.kernel.localtime import SHANGHAI, local_day
from yichuang.ledger.actor import SYSTEM

GROUND, DAY = "国务院国发〔2018〕9号", date(2018, 5, 1)
MIDNIGHT = datetime(2018, 5, 1, tzinfo=SHANGHAI)


def told(situation: str, on: date = DAY) -> object:
    life = copy(SITUATIONS[situation]())
    life.do(co.EndWithItem(on, GROUND), SYSTEM)
    return life


@pytest.mark.parametrize("situation", BEFORE)
def test_an_undecided_case_has_ended_when_the_day_begins(situation: str) -> None:
    """Under way, standing still, in correction, unpaid: unless law had ended or granted it before."""
    life = told(situation)
    life.at("2018-05-03 09:00").tick()
    case: Case = life.case
    assert case.stage is Stage.TERMINATED
    if case.outcome != "overdue":
        (ended,) = [dated for dated in life.did if isinstance(dated.event, ev.Terminated)]
        assert (case.outcome, case.closed_on, ended.at) == ("item_ended", DAY, MIDNIGHT)
        assert life.refuse(co.Withdraw(""), SYSTEM).code in ("ended-with-item", "not-your-act")
    assert next_moment(case, life.facts(SYSTEM)) is None


@pytest.mark.parametrize("situation", sorted(set(SITUATIONS) - set(BEFORE)))
def test_what_is_decided_or_over_is_not_touched(situation: str) -> None:
    with pytest.raises(Refused):
        told(situation)


def test_nobody_is_told_and_ended_on_the_same_day() -> None:
    life = told("started", date(2018, 3, 1))
    (leaving,) = [dated.event for dated in life.did if isinstance(dated.event, ev.ItemLeaving)]
    assert leaving.on > local_day(life.now)


def test_telling_twice_is_telling_once() -> None:
    life = told("started")
    assert life.do(co.EndWithItem(DAY, GROUND), SYSTEM) == []


def test_what_was_taken_back_ends_nothing() -> None:
    life = told("started")
    life.more = {"stays": True}
    life.at("2018-05-01 00:00").tick()
    assert life.case.stage is Stage.ACCEPTED
    life.do(co.StayWithItem(), SYSTEM)
    life.more = {}
    life.at("2018-05-02 00:00").tick()
    assert life.case.stage is Stage.ACCEPTED
