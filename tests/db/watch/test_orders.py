"""督办 on screen: who sees which orders, sending many and one, answering on the desk, and at how many statements."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.db.counting import counted
from tests.db.watching import client, finding, officer

pytestmark = pytest.mark.clause("4.1b.3")


def card(city: Any, case: Any = None, **values: Any) -> Any:
    from yichuang.orders.models import Order
    from yichuang.orders.service import follow

    with transaction.atomic():
        row = finding(case or uuid.uuid4(), **{"person": city.reviewer.person} | values)
        follow([("found", row)])
    return Order.objects.get(finding=row.id)


def post(actor: Any, path: str, **data: Any) -> Any:
    return client(actor).post(path, {"command_id": str(uuid.uuid4())} | data)


def text(actor: Any, path: str) -> str:
    answer = client(actor).get(path)
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def stage(row: Any) -> str:
    row.refresh_from_db()
    return str(row.stage)


@pytest.mark.screen
def test_an_order_goes_from_the_watch_to_the_desk_and_back_to_its_closing(city: Any) -> None:
    supervisor = officer("supervisor")
    row = card(city, city.submit().state.id)
    page = f"/watch/order/{row.id}"
    assert "还没有发出" in text(supervisor, page)
    assert client(city.reviewer).get(page).status_code == 404
    assert post(supervisor, f"{page}/issue", **{"issue-text": "请立即纠正，并报整改情况。"}).status_code == 302
    assert "督办" in text(city.reviewer, "/desk/")
    shown = text(city.reviewer, page)
    assert "请立即纠正，并报整改情况。" in shown
    assert "签收到" in shown and "不是法律规定的期限" in shown
    assert 'id="act-sign"' in shown and 'id="act-revoke"' not in shown
    assert post(city.reviewer, f"{page}/sign").status_code == 302
    assert post(city.reviewer, f"{page}/reply", **{"reply-text": "已改。"}).status_code == 302
    assert "已改。" in text(supervisor, page)
    assert post(supervisor, f"{page}/return", **{"return-text": "没有说明原因。"}).status_code == 302
    assert post(city.head, f"{page}/reply", **{"reply-text": "原因是漏看，已学习。"}).status_code == 302
    assert post(supervisor, f"{page}/verify", **{"verify-text": ""}).status_code == 302
    assert stage(row) == "verified"
    assert "已销号" in text(city.reviewer, page)
    assert f"/watch/order/{row.id}" in text(supervisor, f"/watch/finding/{row.finding}")


def many(actor: Any, act: str, *rows: Any, page: str = "/watch/orders", **data: Any) -> Any:
    return post(actor, page, act=act, order=[str(row.id) for row in rows], **data)


@pytest.mark.screen
def test_many_cards_are_sent_at_once_with_what_their_findings_say(city: Any) -> None:
    office = officer("office")
    rows = [card(city) for _ in range(3)]
    assert many(office, "issue", *rows[:2]).status_code == 302
    assert [stage(row) for row in rows] == ["issued", "issued", "drafted"]
    assert "少于60秒" in text(city.reviewer, f"/watch/order/{rows[0].id}")
    answer = many(office, "issue")
    assert answer.status_code == 422 and "没有勾选" in answer.content.decode()


@pytest.mark.screen
@pytest.mark.parametrize("page", ["/watch/orders?state=open", "/watch/findings"])
def test_many_cards_are_left_unsent_with_one_reason_each_on_record(city: Any, page: str) -> None:
    from yichuang.supervision.models import Finding

    supervisor = officer("supervisor")
    rows = [card(city, number=f"N{n}") for n in range(4)]
    answer = many(supervisor, "cancel", *rows[:2], page=page)
    assert answer.status_code == 422 and "请填写理由" in answer.content.decode()
    shown = answer.content.decode()
    assert [f'value="{row.id}" checked' in shown for row in rows] == [True, True, False, False]
    ids = re.findall(r'\sid="([^"]+)"', shown)
    assert len(ids) == len(set(ids)) and {href for href in re.findall(r'href="#(\w+)"', shown)} <= set(ids)
    answer = many(supervisor, "cancel", *rows[:2], page=page, text="同一次停电，已有记录。")
    assert answer.status_code == 302 and answer["Location"] == page
    assert [stage(row) for row in rows] == ["cancelled", "cancelled", "drafted", "drafted"]
    for row in rows[:2]:
        assert Finding.objects.get(pk=row.finding).excused == "dismissed"
        assert "同一次停电，已有记录。" in text(supervisor, f"/watch/finding/{row.finding}")
    # what cannot be is told by number, the rest is done, and neither ticks nor reason are lost
    post(supervisor, f"/watch/order/{rows[2].id}/issue", **{"issue-text": "请纠正。"})
    rows[2].refresh_from_db()
    answer = many(supervisor, "cancel", *rows[2:], page=page, text="重复。")
    shown = answer.content.decode()
    assert answer.status_code == 409 and "1张没有办成" in shown and f"监察编号{rows[2].serial}：" in shown
    assert "您填写的理由：重复。" in shown and f'value="{rows[2].id}" checked' in shown
    assert [stage(row) for row in rows[2:]] == ["issued", "cancelled"]


def test_each_card_of_many_costs_the_same_few_statements(city: Any) -> None:
    supervisor = officer("supervisor")
    sender, sent = client(supervisor), []
    for number in (1, 6):
        rows = [card(city) for _ in range(number)]
        data = {"act": "cancel", "order": [str(row.id) for row in rows], "text": "重复。", "command_id": uuid.uuid4()}
        with counted() as told:
            assert sender.post("/watch/orders", data).status_code == 302
        sent.append(len(told))
    assert sent[1] - sent[0] <= 5 * 13, sent


@pytest.mark.screen
def test_a_card_is_entrusted_and_its_watcher_finds_it_among_their_own(city: Any) -> None:
    supervisor, office = officer("supervisor"), officer("office")
    mine, other = card(city), card(city)
    page = f"/watch/order/{mine.id}"
    assert 'id="act-entrust"' in text(supervisor, page)
    assert post(supervisor, f"{page}/entrust", **{"entrust-watcher": city.reviewer.person}).status_code == 422
    assert many(supervisor, "entrust", mine, watcher=office.person).status_code == 302
    mine.refresh_from_db()
    assert mine.watcher == office.person
    shown = text(office, page)
    assert "跟进人" in shown and "由姓名office-410100跟进" in shown
    for address in ("/watch/orders?watcher=mine", "/watch/findings?watcher=mine"):
        listed = text(office, address)
        assert str(mine.id) in listed and str(other.id) not in listed and "跟进：姓名office-410100" in listed
        assert str(mine.id) not in text(supervisor, address)
    assert "跟进" not in text(city.reviewer, "/watch/findings")
    post(office, f"{page}/cancel", **{"cancel-text": "情况属实但已纠正。"})
    assert str(mine.id) not in text(office, "/watch/findings?watcher=mine"), "what is closed is followed up no more"


@pytest.mark.screen
def test_a_county_card_is_seen_by_the_city_and_acted_on_by_the_county(city: Any) -> None:
    supervisor, county = officer("supervisor"), officer("office", "410122/zwb")
    row = card(city, division="410122", department="410122/zwb", person="")
    page = f"/watch/order/{row.id}"
    for address in ("/watch/orders", "/watch/findings", page):
        assert str(row.id) in text(supervisor, address) + address
    assert f'value="{row.id}"' not in text(supervisor, "/watch/orders")
    assert 'id="act-issue"' not in text(supervisor, page) and 'id="act-issue"' in text(county, page)
    assert "由区县的监察岗位办理" in text(supervisor, page) and "由区县的监察岗位办理" not in text(county, page)
    answer = post(supervisor, f"{page}/issue", **{"issue-text": "请纠正。"})
    assert answer.status_code == 403 and "由本级" in answer.content.decode()
    assert ">0张<" in text(supervisor, "/watch/orders?state=todo")
    assert str(row.id) in text(county, "/watch/orders?state=todo")


@pytest.mark.screen
def test_a_card_that_went_into_another_names_it(city: Any) -> None:
    from yichuang.orders.models import Order
    from yichuang.orders.service import follow
    from yichuang.supervision.models import Finding

    supervisor = officer("supervisor")
    lead = card(city, rule="R-T03", at="statutory", level="red", measured=3)
    post(supervisor, f"/watch/order/{lead.id}/issue", **{"issue-text": "请纠正。"})
    lead.refresh_from_db()
    with transaction.atomic():
        row = finding(Finding.objects.get(pk=lead.finding).case_id, rule="R-T02", at="promised", measured=5)
        follow([("found", row)])
        row.under = lead.finding
        row.save()
        follow([("placed", row)])
    shown = text(supervisor, f"/watch/order/{Order.objects.get(finding=row.id).id}")
    assert "已并入" in shown and f"/watch/order/{lead.id}" in shown and f"督办单 {lead.serial}" in shown


@pytest.mark.breach
@pytest.mark.screen
def test_what_is_not_the_readers_is_not_there_and_what_is_not_open_is_refused(city: Any) -> None:
    row = card(city)
    supervisor, alien = officer("supervisor"), officer("office", "410102/zwb")
    page = f"/watch/order/{row.id}"
    assert client(alien).get(page).status_code == 404
    assert post(alien, f"{page}/issue", **{"issue-text": "x"}).status_code == 404
    assert "没有勾选" in many(alien, "issue", row).content.decode()
    assert many(city.reviewer, "cancel", row, text="x").status_code == 403
    assert stage(row) == "drafted"
    assert post(supervisor, f"{page}/verify").status_code == 409
    assert post(supervisor, f"{page}/nothing").status_code == 404
    assert post(supervisor, f"{page}/issue", **{"issue-text": " "}).status_code == 422
    assert client(city.reviewer).get("/watch/orders/new").status_code == 403
    assert post(supervisor, "/watch/orders", act="issue", order=["no-uuid"]).status_code == 422
    assert post(supervisor, "/watch/orders", act="nothing", order=[str(row.id)]).status_code == 422
    assert stage(row) == "drafted"


@pytest.mark.screen
def test_a_late_act_says_why_and_loses_nothing(city: Any) -> None:
    supervisor, office = officer("supervisor"), officer("office")
    row = card(city)
    page = f"/watch/order/{row.id}"
    post(office, f"{page}/cancel", **{"cancel-text": "情况属实但已纠正。"})
    answer = post(supervisor, f"{page}/issue", **{"issue-text": "写了很久的话"})
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "不予发出" in shown and "写了很久的话" in shown


@pytest.mark.screen
def test_a_complaint_is_sent_by_hand_and_the_head_names_who_is_responsible(city: Any) -> None:
    from yichuang.orders.models import Order

    office = officer("office")
    case = city.submit().state
    given = {
        "origin": "complaint", "complaint": "", "level": "yellow", "department": "410100/scjg", "rule": "R-P10",
        "number": case.number, "text": "群众反映窗口要求补交清单以外的材料。",
    }  # fmt: skip
    answer = post(office, "/watch/orders/new", **given)
    assert answer.status_code == 422
    assert "请填写投诉编号" in answer.content.decode()
    assert post(office, "/watch/orders/new", **given | {"complaint": "12345-1", "number": "没有"}).status_code == 422
    assert post(office, "/watch/orders/new", **given | {"complaint": "12345-1"}).status_code == 302
    row = Order.objects.get()
    assert (row.case_id, row.person, row.reach) == (str(case.id), "", 1)
    page = f"/watch/order/{row.id}"
    assert "12345-1" in text(city.head, page)
    assert client(city.reviewer).get(page).status_code == 404
    assert post(city.head, f"{page}/assign", **{"assign-person": city.reviewer.person}).status_code == 302
    assert "群众反映" in text(city.reviewer, page)


def test_the_pages_of_orders_in_few_statements(city: Any) -> None:
    supervisor = officer("supervisor")
    rows = [card(city, city.submit().state.id) for _ in range(4)]
    reader = client(supervisor)
    reader.get("/watch/orders")
    for path, most in (("/watch/orders", 11), (f"/watch/order/{rows[0].id}", 20)):
        with CaptureQueriesContext(connection) as told:
            assert reader.get(path).status_code == 200
        assert len(told) <= most, [q["sql"][:100] for q in told]
