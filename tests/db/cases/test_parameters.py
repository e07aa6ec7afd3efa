"""When clocks warn is data with history, and events name the versions they were reckoned under."""

from __future__ import annotations

from typing import Any

import pytest


def reckoned(case_id: str, kind: str) -> str:
    from yichuang.cases.codec import load_event
    from yichuang.ledger.models import Entry

    entry = Entry.objects.get(stream=f"case/{case_id}", kind=kind)
    return str(load_event(kind, entry.v, entry.body).reckoned)


def test_decisions_name_standard_calendar_and_parameters(city: Any) -> None:
    from yichuang.aggregates.settings import set_parameter
    from yichuang.cases.parameters import RUNGS
    from yichuang.ledger.actor import SYSTEM
    from yichuang.org.queries import calendar_version

    case = city.submit().state
    city.do(case.id, "receive", city.window)
    row = set_parameter(RUNGS, "promised", [["remind", 4], ["warn", 1]], SYSTEM)
    city.do(case.id, "accept", city.window)
    assert reckoned(case.id, "accepted") == f"410100/ZZ-001/1 {calendar_version()} 1.{row.pk}"


def test_a_changed_parameter_moves_the_warning(city: Any) -> None:
    """承诺5个工作日:默认剩2天提醒,改为剩4天后,受理次日即提醒。"""
    from yichuang.aggregates.settings import set_parameter
    from yichuang.cases.parameters import RUNGS
    from yichuang.cases.service import tick
    from yichuang.ledger.actor import SYSTEM

    city.at("2018-03-12 09:00")
    case = city.submit().state
    city.do(case.id, "receive", city.window)
    city.do(case.id, "accept", city.window)
    city.at("2018-03-13 09:00")
    assert not tick(case.id).events
    set_parameter(RUNGS, "promised", [["remind", 4], ["warn", 1]], SYSTEM)
    (warned,) = (e.event for e in tick(case.id).events)
    assert (warned.clock, warned.rung) == ("promised", "remind")


@pytest.mark.parametrize(
    ("family", "rungs"),
    [
        ("nothing", []),
        ("promised", [("shout", 1)]),
        ("promised", [("warn", 900)]),
        ("promised", [("remind", 1), ("warn", 3)]),
    ],
)
def test_nonsense_is_refused(city: Any, family: str, rungs: list[tuple[str, int]]) -> None:
    from yichuang.aggregates.refusal import Refused
    from yichuang.aggregates.settings import set_parameter
    from yichuang.cases.parameters import RUNGS
    from yichuang.ledger.actor import SYSTEM

    with pytest.raises(Refused):
        set_parameter(RUNGS, family, rungs, SYSTEM)
