"""The case page and its acts: who sees what, what is offered and why not, conflicts, what a page costs."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.db.desk.conftest import Browser, at_most
from tests.db.world import City
from yichuang.cases.core.state import Stage
from yichuang.cases.service import replay_case
from yichuang.ledger.models import Entry
from yichuang.licences.queries import read_licence
from yichuang.licences.service import licence_id_of

Desk = Callable[..., Browser]


def accepted(city: City) -> str:
    case = city.submit().state
    city.do(case.id, "receive", city.window, originals=[])
    city.do(case.id, "accept", city.window)
    return case.id


def test_a_case_goes_from_receipt_to_delivery_on_pages(city: City, desk: Desk) -> None:
    city.at("2018-03-12 09:30")
    id = city.submit().state.id
    window, head = desk(city.window), desk(city.head)
    assert window.act(id, "receive", originals=["M01"]).status_code == 302
    answer = window.act(id, "accept")
    assert answer.status_code == 302
    assert "受理通知书" in window.get(answer.url).content.decode()
    while not (case := replay_case(id)).steps_done:
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
    assert replay_case(id).stage is Stage.CLOSED
    page = window.case(id).content.decode()
    licence = read_licence(licence_id_of(id))
    assert licence and "已办结" in page and "符合要求" in page and licence.licence.number in page


@pytest.mark.clause("3.5h.2")
@pytest.mark.screen
def test_what_the_reviewer_cited_is_offered_to_who_decides(city: City, desk: Desk) -> None:
    """A refusal cites what is ticked: at least one, and never all by itself."""
    id, first, second = accepted(city), *city.standard.bases_on(None)[:2]
    reviewer, head = desk(city.reviewer), desk(city.head)
    answer = reviewer.act(id, "conclude", "S1", verdict="fail", opinion="不符合要求", bases=[second])
    assert answer.status_code == 302, answer.content.decode()
    form = head.case(id).content.decode().partition('id="act-decide"')[2].partition("</details>")[0]
    ticked = re.findall(r'value="([^"]+)"[^>]* checked', form)
    assert ticked == [second] and first in form
    unfounded = head.act(id, "decide", granted="no", reason="不符合要求")
    assert unfounded.status_code == 422 and "应当写明所依据的条款" in unfounded.content.decode()
    assert head.act(id, "decide", granted="no", reason="不符合要求", bases=[second]).status_code == 302
    decided = Entry.objects.get(stream=f"case/{id}", kind="decided")
    assert json.loads(decided.body)["bases"] == [second]


@pytest.mark.breach
@pytest.mark.screen
def test_a_case_of_another_department_does_not_exist(city: City, desk: Desk) -> None:
    id = accepted(city)
    stranger = other_department(city, "reviewer")
    assert desk(stranger).case(id).status_code == 404
    assert desk(stranger).act(id, "conclude", "S1", verdict="pass").status_code == 404
    assert desk(stranger).case(uuid.uuid4()).status_code == 404


def other_department(city: City, kind: str) -> Any:
    """An officer with a post of this kind in a department that has nothing to do with the case."""
    from dataclasses import replace

    from yichuang.org.models import Department, Holding, Officer, Post
    from yichuang.people.models import Account

    department = Department.objects.create(
        id="410100/wjw", division_id="410100", code="wjw", name="卫生健康委员会", short="卫健"
    )
    post = Post.objects.create(id=f"410100/wjw/{kind}/1", department=department, kind=kind, name=kind)
    account = Account.objects.create_user(f"wjw.{kind}", kind="officer")
    officer = Officer.objects.create(account=account, name="外人", number=f"wjw.{kind}")
    Holding.objects.create(officer=officer, post=post, first_day=date(2017, 1, 1))
    return replace(city.reviewer, person=f"a:{account.pk}", post=post.id, post_kind=kind, department=department.id)


def test_a_window_is_not_offered_the_review(city: City, desk: Desk) -> None:
    city.at("2018-03-12 09:30")
    id = accepted(city)
    page = desk(city.window).case(id).content.decode()
    assert 'id="act-conclude-S1"' not in page and 'data-act="conclude-S1"' in page
    reviewer = desk(city.reviewer).case(id).content.decode()
    assert 'id="act-conclude-S1"' in reviewer


@pytest.mark.clause("3.4c.1")
@pytest.mark.screen
@pytest.mark.breach
def test_who_accepted_reads_why_they_cannot_review(city: City, desk: Desk) -> None:
    """受审分离: the same person from a reviewer's post sees the reason in place of the form, and the door refuses."""
    from yichuang.org.models import Holding, Officer

    city.at("2018-03-12 09:30")
    id = accepted(city)
    both = Officer.objects.get(account_id=int(city.window.person[2:]))
    Holding.objects.create(officer=both, post_id=city.reviewer.post, first_day=date(2017, 1, 1))
    browser = desk(city.window)
    session = browser.client.session
    session["post"] = city.reviewer.post
    session.save()
    page = browser.case(id).content.decode()
    assert 'id="act-conclude-S1"' not in page
    assert "受审分离" in page and "郑政文〔2018〕46号第三部分第（四）项" in page and "3.4c" not in page
    answer = browser.act(id, "conclude", "S1", verdict="pass", opinion="符合")
    assert answer.status_code == 403 and "受审分离" in answer.content.decode()
    assert replay_case(id).steps["S1"].status == "open"


def test_two_officers_at_once_the_second_reads_what_happened(city: City, desk: Desk) -> None:
    city.at("2018-03-12 09:30")
    id = city.submit().state.id
    city.do(id, "receive", city.window, originals=[])
    seq = 2
    assert desk(city.window).act(id, "accept", seq=seq).status_code == 302
    answer = desk(city.window2).act(id, "decline", seq=seq, outcome="not_accepted", reason="不符合条件，写了很久")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "现在是“已受理，审查中”" in page
    assert "您打开这一页之后" in page and "window1：受理" in page
    assert "不符合条件，写了很久" in page  # what was filled in is kept before the reader's eyes
    assert replay_case(id).stage is Stage.ACCEPTED


def test_the_same_form_sent_twice_is_one_command(city: City, desk: Desk) -> None:
    city.at("2018-03-12 09:30")
    id = city.submit().state.id
    browser, command = desk(city.window), uuid.uuid4()
    assert browser.act(id, "receive", command_id=command, originals=["M01"]).status_code == 302
    again = browser.act(id, "receive", command_id=command, originals=["M01"])
    assert again.status_code == 302
    assert "没有重复办理" in browser.get(again.url).content.decode()


def test_a_refusal_keeps_what_was_filled_in(city: City, desk: Desk) -> None:
    city.at("2018-03-12 09:30")
    id = accepted(city)
    answer = desk(city.surveyor).act(id, "conclude", "S2", verdict="pass", opinion="现场与图纸一致")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "两名以上" in page or "2名以上" in page
    assert "现场与图纸一致" in page and "#id_conclude-S2-officers" in page
    assert "行政许可法第三十四条第三款" in page


def test_forged_acts_and_steps_are_not_found(city: City, desk: Desk) -> None:
    id = accepted(city)
    assert desk(city.reviewer).act(id, "submit").status_code == 404
    assert desk(city.reviewer).act(id, "tick").status_code == 404
    assert desk(city.reviewer).act(id, "conclude", "S99", verdict="pass").status_code == 404
    assert desk(city.reviewer).client.get(f"/desk/case/{id}/do/receive").status_code == 405


def test_an_identity_number_is_shown_once_on_record(city: City, desk: Desk) -> None:
    from yichuang.ledger.models import Entry
    from yichuang.people.models import Subject

    Subject.objects.create(id="s:1", kind="person", name="张三丰", id_type="111", id_number="11010519491231002X")
    id = accepted(city)
    browser = desk(city.reviewer)
    assert "11010519491231002X" not in browser.case(id).content.decode()
    short = browser.client.post(f"/desk/case/{id}/unmask", {"field": "id_number", "reason": "看"})
    assert short.status_code == 422 and "11010519491231002X" not in short.content.decode()
    shown = browser.client.post(f"/desk/case/{id}/unmask", {"field": "id_number", "reason": "核对身份证原件"})
    assert "11010519491231002X" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert Entry.objects.filter(kind="unmasked", actor=city.reviewer.person).count() == 1
    assert "11010519491231002X" not in browser.case(id).content.decode()


@pytest.mark.parametrize("who", ["window", "reviewer", "head"])
def test_what_pages_and_acts_cost(city: City, desk: Desk, who: str) -> None:
    """Statements, session and account included: a list 4, a case 8 and the trace of the look; an act what its page
    costs and the door's.
    """
    city.at("2018-03-12 09:30")
    id = accepted(city)
    browser = desk(getattr(city, who))
    browser.get("/desk/"), browser.case(id)  # published standards and calendars are read once a process
    with at_most(4):
        assert browser.get("/desk/").status_code == 200
    with at_most(9):
        assert browser.case(id).status_code == 200
    if who == "reviewer":
        with at_most(9):
            assert browser.act(id, "conclude", "S1", verdict="pass", opinion="符合").status_code == 302


def test_an_applicant_has_no_desk(city: City, desk: Desk) -> None:
    from django.test import Client

    from yichuang.people.models import Account

    client = Client()
    assert client.get("/desk/").status_code == 302
    client.force_login(Account.objects.create_user("zhang3"))
    assert client.get("/desk/").status_code == 403


def test_steps_show_their_opinions_and_what_nobody_did_is_folded(city: City, desk: Desk) -> None:
    city.at("2018-03-12 09:30")
    id = accepted(city)
    city.do(id, "conclude", city.reviewer, step="S1", verdict="pass", opinion="布局与图纸一致")
    page = desk(city.head).case(id).content.decode()
    steps, _, course = page.partition('id="tab-steps"')[2].partition('id="tab-moments"')
    assert "布局与图纸一致" in steps and "布局与图纸一致" in course
    folded = course.partition("<details")[2].partition("</details>")[0]
    assert "系统记录" in folded and "环节开始" in folded and "受理" not in folded.partition("</summary>")[2]
