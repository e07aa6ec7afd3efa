"""Open cases end with an item that leaves the list, one by one, and nothing that goes wrong with one stops the rest."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from tests.db.conftest import newest
from tests.db.supervision.tables import put_calendar
from tests.db.world import City
from yichuang.aggregates.door import perform
from yichuang.aggregates.prepare import prepare_command
from yichuang.aggregates.rebuild import rebuild
from yichuang.aggregates.timers import sweep
from yichuang.cases import leaving, service
from yichuang.cases.core.state import Stage
from yichuang.cases.declared import CASE
from yichuang.cases.models import Case
from yichuang.cases.view import view
from yichuang.catalog.listing.acts import ACTS
from yichuang.catalog.listing.declared import ITEM
from yichuang.catalog.models import Item
from yichuang.kernel.localtime import SHANGHAI
from yichuang.ledger.models import Entry
from yichuang.people.models import Account, Membership, Subject
from yichuang.supervision import judging, tailing
from yichuang.supervision.models import Finding

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


def accuse(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str, int | None]]:
    """Rule, place and measure of every open finding on time, once all that happened is judged."""
    monkeypatch.setattr(tailing, "find_settled_position", newest)
    put_calendar()
    while tailing.tail().more:
        pass
    judging.sweep()
    return set(Finding.objects.filter(open=True, rule__startswith="R-T").values_list("rule", "at", "measured"))


@pytest.mark.clause("4.1b.2")
def test_nobody_is_late_whose_last_day_was_the_day_before(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Accepted on Monday the 12th, promised within five working days: the last is Monday the 19th."""
    city.at("2018-03-12 09:30")
    id = accepted(city)
    city.at("2018-03-15 09:30")
    cancel(city)
    leaving.tell_cases()
    city.at("2018-03-20 00:10")
    sweep()
    assert accuse(monkeypatch) == {("R-T04", "S1/1", 3), ("R-T04", "S2/1", 2)}, "the steps had days of their own"
    shown = view(city.head, id)
    assert shown
    (promised,) = [clock for clock in shown.clocks if clock.running.name == "promised"]
    assert promised.used == 5
    assert promised.level < 3, "warned of, not missed"
    assert "2018年3月19日（周一）停止计时，已用5个工作日。" in promised.lines


@pytest.mark.clause("3.5g.4")
def test_the_pages_say_until_when_a_case_that_ended_with_its_item_was_late(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last day of the law is Monday the 26th; the case ends at the first minute of the 28th."""
    city.at("2018-03-12 09:30")
    id = accepted(city)
    city.at("2018-03-15 09:30")
    cancel(city, date(2018, 3, 28))
    leaving.tell_cases()
    city.at("2018-03-28 00:10")
    sweep()
    assert {("R-T02", "promised", 6), ("R-T03", "statutory", 1)} <= accuse(monkeypatch)
    listed = Client().get("/late").content.decode()
    assert "没有作出决定，随事项退出清单终止" in listed
    assert "27日" not in listed, "nothing ended on the eve"
    assert ",,没有作出决定，随事项退出清单终止,1," in Client().get("/late", {"as": "csv"}).content.decode()
    applicant = Client()
    account = Account.objects.create_user("zhang3")
    about = {"kind": "person", "name": "张三丰", "id_type": "111", "id_number": "11010519491231002X"}
    Membership.objects.create(account=account, subject=Subject.objects.create(id="s:1", **about), role="self")
    applicant.force_login(account)
    shown = applicant.get(f"/my/{id}").content.decode()
    assert "届满，本机关没有作出决定，" in shown and "零时随事项退出清单终止，超过" in shown
