"""The case page and its acts: who sees what, what is offered and why not, conflicts, what a page costs."""

from __future__ import annotations

from collections.abc import Callable

from tests.db.desk.conftest import Browser
from tests.db.world import City
from yichuang.cases.core.state import Stage
from yichuang.cases.replay import state_of

Desk = Callable[..., Browser]


def accepted(city: City) -> str:
    case = city.submit().case
    city.do(case.id, "receive", city.window, originals=[])
    city.do(case.id, "accept", city.window)
    return case.id


def test_a_case_goes_from_receipt_to_delivery_on_pages(city: City, desk: Desk) -> None:
    city.at("2018-03-12 09:30")
    id = city.submit().case.id
    window, head = desk(city.window), desk(city.head)
    assert window.act(id, "receive", originals=["M01"]).status_code == 302
    answer = window.act(id, "accept")
    assert answer.status_code == 302
    assert "受理通知书" in window.get(answer.url).content.decode()
    while not (case := state_of(id)).steps_done:
        for code, step in case.steps.items():
            if step.status == "open":
                post = city.standard.step(code).post.value
                officer, other = (city.surveyor, city.surveyor2) if post == "surveyor" else (city.reviewer, None)
                data = {"officers": [other.person]} if other else {}
                answer = desk(officer).act(id, "conclude", code, verdict="pass", opinion="符合要求", **data)
                assert answer.status_code == 302, answer.content.decode()
    assert head.act(id, "decide", granted="yes").status_code == 302
    assert window.act(id, "make_certificate").status_code == 302
    assert window.act(id, "deliver", method="direct", recipient="张三丰").status_code == 302
    assert state_of(id).stage is Stage.CLOSED
    page = window.case(id).content.decode()
    assert "已办结" in page and "符合要求" in page and state_of(id).certificate in page
