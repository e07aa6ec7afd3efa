"""A document is read before it goes: as it will be, and without leaving anything behind."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.db.desk.conftest import Browser, at_most, conclude_steps
from tests.db.world import City
from yichuang.aggregates.models import Counter, Paper
from yichuang.cases.declared import CASE
from yichuang.cases.models import Case
from yichuang.cases.prepare import prepare
from yichuang.documents.gathering import gather
from yichuang.documents.kinds import KINDS
from yichuang.documents.previewing import NUMBER, preview_papers
from yichuang.ledger.models import Entry, Vault

Desk = Callable[..., Browser]


def what_is_kept() -> tuple[Any, ...]:
    """How much lies where a command leaves something; that an officer looked is on record elsewhere."""
    counters = sorted(Counter.objects.values_list("name", "value"))
    states = sorted(Case.objects.values_list("id", "state", "seq"))
    entries = Entry.objects.filter(stream__regex="^(case|refusal)/").count()
    return entries, Vault.objects.count(), Paper.objects.count(), counters, states


def preview(browser: Browser, id: str, act: str, **data: Any) -> Any:
    sent = {f"{act}-{name}": value for name, value in data.items()}
    return browser.client.post(f"/desk/case/{id}/preview/{act}", sent)


def acts_of_a_life(city: City) -> list[tuple[str, Any, dict[str, Any], bool]]:
    """(act, actor, data, whether its document is compared), up to an extension."""
    refused = {"outcome": "not_accepted", "reason": "场所不在本市", "bases": list(city.standard.bases_on(None)[:1])}
    return [
        ("receive", city.window, {}, True),
        ("ask_correction", city.window, {"materials": ["M02"], "reason": "营业执照缺副本页"}, False),
        ("decline", city.window, refused, False),
        ("accept", city.window, {}, True),
        ("extend", city.head, {"days": 3, "reason": "需要专家论证"}, True),
        ("terminate", city.head, {"reason": "申请人已经注销"}, False),
    ]


@pytest.mark.clause("3.5c.4")
def test_a_preview_says_what_the_document_says_and_leaves_nothing(city: City) -> None:
    city.at("2018-03-12 09:30")
    id = city.submit().state.id
    for act, actor, data, done in acts_of_a_life(city):
        before = what_is_kept()
        (said,) = preview_papers(CASE, id, prepare(act, data, subject="s:1"), actor)
        assert what_is_kept() == before, act
        assert said.number == NUMBER and not said.code
        if done:
            city.do(id, act, actor, **data)
            latest = Paper.objects.filter(stream=f"case/{id}").latest("seq")
            real = gather(latest.stream, latest.seq)
            assert said == KINDS[real.kind].says(real.event, replace(real.context, number=NUMBER, code="")), act
            assert said.paragraphs and real.say().number != NUMBER


@pytest.mark.breach
def test_what_the_door_refuses_is_said_and_not_recorded(city: City, desk: Desk) -> None:
    city.at("2018-03-12 09:30")
    id = str(city.submit().state.id)
    for act in ("receive", "accept"):
        city.do(id, act, city.window)
    conclude_steps(city, id)
    before = what_is_kept()
    head = desk(city.head)
    answer = preview(head, id, "decide", granted="no", reason="不符合条件")
    assert answer.status_code == 422 and "照现在填写的，还办不成" in answer.content.decode()
    assert preview(head, id, "decide").status_code == 422
    basis = city.standard.bases_on(None)[0]
    page = preview(head, id, "decide", granted="no", reason="布局不符合要求", bases=[basis]).content.decode()
    assert "预览 · 尚未出具" in page and "布局不符合要求" in page and NUMBER in page
    assert "不予行政许可决定书" in page and re.search("行政复议", page)
    assert what_is_kept() == before


@pytest.mark.breach
def test_who_may_not_act_previews_nothing(city: City, desk: Desk) -> None:
    city.at("2018-03-12 09:30")
    id = str(city.submit().state.id)
    assert preview(desk(city.reviewer), id, "receive").status_code == 403
    assert preview(desk(city.window), id, "accept").status_code == 404  # not at its stage
    assert preview(desk(city.window), id, "conclude").status_code == 404
    assert preview(desk(city.window), id, "nothing").status_code == 404
    assert desk(city.window).get(f"/desk/case/{id}/preview/receive").status_code == 405
    assert not Paper.objects.exists()


def test_a_preview_costs_a_page_and_an_act(city: City, desk: Desk) -> None:
    city.at("2018-03-12 09:30")
    id = str(city.submit().state.id)
    browser = desk(city.window)
    assert f'formaction="/desk/case/{id}/preview/receive"' in browser.case(id).content.decode()
    preview(browser, id, "receive")
    with at_most(30):
        assert preview(browser, id, "receive").status_code == 200
