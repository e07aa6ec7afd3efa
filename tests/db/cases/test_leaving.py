"""Open cases end with an item that leaves the list, one by one, and nothing that goes wrong with one stops the rest."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from tests.db.world import City
from yichuang.aggregates.door import perform
from yichuang.aggregates.prepare import prepare_command
from yichuang.aggregates.rebuild import rebuild
from yichuang.aggregates.timers import sweep
from yichuang.cases import leaving, service
from yichuang.cases.core.state import Stage
from yichuang.cases.declared import CASE
from yichuang.cases.models import Case
from yichuang.catalog.listing.acts import ACTS
from yichuang.catalog.listing.declared import ITEM
from yichuang.catalog.models import Item
from yichuang.kernel.localtime import SHANGHAI
from yichuang.ledger.models import Entry

PAPER = {"issuer": "国务院", "number": "国发〔2018〕9号", "day": date(2018, 2, 1)}
MIDNIGHT = datetime(2018, 3, 20, tzinfo=SHANGHAI)


def move(city: City, act: str, **data: Any) -> None:
    item = Item.objects.get(division="410100", code=city.standard.item)
    office = replace(city.head, post_kind="office", source="simulated")
    prepared = prepare_command(ACTS.by_name[act], data, subject=ITEM.stream(item.pk))
    perform(ITEM, item.pk, prepared, office, command_id=uuid.uuid4())


def cancel(city: City, on: date = date(2018, 3, 20)) -> None:
    move(city, "cancel", **PAPER, on=on, transition="end")


def filed(city: City) -> str:
    return city.submit().state.id


def received(city: City) -> str:
    id = filed(city)
    city.do(id, "receive", city.window)
    return id


def corrected(city: City) -> str:
    id = received(city)
    city.do(id, "ask_correction", city.window, materials=["M03"], reason="缺件")
    return id


def accepted(city: City) -> str:
    id = received(city)
    city.do(id, "accept", city.window)
    return id


def suspended(city: City) -> str:
    id = accepted(city)
    city.do(id, "start_special", city.head, kind="hearing", until="2018-04-20", reason="听证")
    return id


STAGES: tuple[Callable[[City], str], ...] = (filed, received, corrected, accepted, suspended)


def decided(city: City) -> str:
    id = accepted(city)
    for step, officer, others in (("S1", city.reviewer, []), ("S2", city.surveyor, [city.surveyor2.person])):
        city.do(id, "conclude", officer, step=step, verdict="pass", opinion="合格", officers=others)
    city.do(id, "conclude", city.reviewer, step="S3", verdict="pass", opinion="建议准予")
    city.do(id, "decide", city.head, granted=True)
    return id


def test_forty_open_cases_end_at_midnight_and_nothing_that_is_decided(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.at("2018-03-15 09:30")
    undecided = [stage(city) for _ in range(8) for stage in STAGES]
    granted = decided(city)
    cancel(city)
    broken, carry_out = undecided[7], service.perform

    def stumble(case_id: Any, *args: Any, **more: Any) -> Any:
        if str(case_id) == broken:
            raise RuntimeError("broken")
        return carry_out(case_id, *args, **more)

    with monkeypatch.context() as patched:
        patched.setattr(service, "perform", stumble)
        assert leaving.tell_cases() == (39, 1)
    assert leaving.tell_cases() == (1, 0), "only what failed is told again"
    assert leaving.tell_cases() == (0, 0)
    city.at("2018-03-19 23:59")
    sweep()
    assert not Case.objects.filter(stage=Stage.TERMINATED).exists()
    city.at("2018-03-20 00:10")
    sweep()
    ended = Case.objects.exclude(closed_on=None)
    assert Counter(ended.values_list("stage", "outcome", "closed_on")) == {
        ("terminated", "item_ended", date(2018, 3, 20)): 40
    }
    moments = Entry.objects.filter(kind="terminated").values_list("occurred_at", "actor")
    assert set(moments) == {(MIDNIGHT, "system")}
    assert Case.objects.get(closed_on=None).pk == uuid.UUID(granted)
    city.do(granted, "make_certificate", city.window)
    assert rebuild(CASE).differences == []


def test_a_case_that_is_filed_after_the_decision_is_told_too(city: City) -> None:
    city.at("2018-03-15 09:30")
    cancel(city)
    city.at("2018-03-19 23:58")
    late = filed(city)
    city.at("2018-03-20 00:01")
    assert leaving.tell_cases() == (1, 0)
    assert Case.objects.get(pk=late).leaves_on == date(2018, 3, 21), "nobody is told and ended on the same day"
    city.at("2018-03-21 00:00")
    sweep()
    assert Case.objects.get(pk=late).closed_on == date(2018, 3, 21)


def test_what_is_taken_back_or_put_off_ends_nothing_even_while_the_worker_is_away(city: City) -> None:
    city.at("2018-03-15 09:30")
    id = accepted(city)
    cancel(city)
    leaving.tell_cases()
    move(city, "keep", reason="决定机关撤回")
    city.at("2018-03-20 08:00")
    sweep()
    assert Case.objects.get(pk=id).stage == Stage.ACCEPTED
    cancel(city, date(2018, 4, 2))
    assert leaving.tell_cases() == (1, 0)
    city.at("2018-04-01 23:59")
    sweep()
    assert Case.objects.get(pk=id).leaves_on == date(2018, 4, 2)
    move(city, "keep", reason="决定机关撤回")
    assert leaving.tell_cases() == (1, 0)
    assert Case.objects.get(pk=id).leaves_on is None
