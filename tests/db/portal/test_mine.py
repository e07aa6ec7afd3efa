"""One's cases: what the page says and offers, supplying, withdrawing, paying, signing for the result."""

from __future__ import annotations

import re
import uuid
from datetime import date
from typing import Any
from urllib.parse import quote, unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.db.desk.conftest import at_most
from tests.db.portal.pages import PDF, begin, browser, complete, flat, submit
from yichuang.cases.core.state import Stage
from yichuang.catalog.queries import standard

MOST_STATEMENTS = 9


@pytest.fixture
def filed(town: Any) -> tuple[Any, Any, str]:
    """(town, the owner's browser, id of a case filed online)."""
    client = browser(town.owner)
    draft = begin(client, town.firm)
    complete(client, draft, town.city.standard)
    return town, client, submit(client, draft).split("/")[2]


def state(case_id: str) -> Any:
    from yichuang.cases.service import replay_case

    return replay_case(case_id)


def command_id(page: str) -> str:
    found = re.search(r'name="command_id" value="([0-9a-f-]{36})"', page)
    assert found
    return found[1]


def text(answer: Any) -> str:
    content: str = answer.content.decode()
    return content


@pytest.mark.clause("3.5g.1")
@pytest.mark.screen
def test_the_page_answers_three_questions(filed: Any) -> None:
    town, client, id = filed
    page = text(client.get(f"/my/{id}"))
    for words in ("我要做什么", "办到哪了", "凭什么", "受理时限", "行政许可法32条", "起算", "到窗口交原件", "查询码"):
        assert words in page, words
    assert "11010519491231002X" not in page  # masked by default
    town.city.do(id, "receive", town.city.window, originals=[])
    town.city.do(id, "accept", town.city.window)
    page = text(client.get(f"/my/{id}"))
    for words in ("承诺时限", "法定时限", "受理通知书", f"/papers/{id}/", "正在进行：资料审查、现场核查"):
        assert words in page, words


def test_others_do_not_see_it(filed: Any) -> None:
    town, client, id = filed
    for account in (town.stranger,):
        other = browser(account)
        assert other.get(f"/my/{id}").status_code == 404
        for act in ("supply", "withdraw", "deliver", "filed", "pay/F1"):
            assert other.get(f"/my/{id}/{act}").status_code == 404
        for act in ("supply", "withdraw", "deliver"):
            assert other.post(f"/my/{id}/{act}", {"command_id": str(uuid.uuid4())}).status_code == 404
    assert browser(town.agent).get(f"/my/{id}").status_code == 200  # holds the firm's mandate for all items
    assert state(id).stage is Stage.SUBMITTED
    assert client.get(f"/my/{uuid.uuid4()}").status_code == 404


@pytest.mark.clause("3.6c.1")
@pytest.mark.screen
def test_what_a_notice_asks_for_is_supplied_in_files_and_form(filed: Any) -> None:
    from yichuang.aggregates.models import Upload
    from yichuang.cases.view import view

    town, client, id = filed
    town.city.do(id, "receive", town.city.window, originals=[])
    asked = {"reason": "平面图没有标注洗消间，面积与图不符。", "materials": ("M03",), "fields": ("premises_area",)}
    town.city.do(id, "ask_correction", town.city.window, **asked)
    assert "去补正" in text(client.get(f"/my/{id}"))
    page = text(client.get(f"/my/{id}/supply"))
    assert "平面图没有标注洗消间" in page and "经营场所面积" in page

    wrong = client.post(f"/my/{id}/supply", {"material": "M03", "file": SimpleUploadedFile("图.pdf", b"x")})
    assert wrong.status_code == 422 and "不是PDF" in text(wrong)
    elsewhere = client.post(f"/my/{id}/supply", {"material": "M04", "file": SimpleUploadedFile("图.pdf", PDF)})
    assert elsewhere.status_code == 409
    assert (
        client.post(f"/my/{id}/supply", {"material": "M03", "file": SimpleUploadedFile("新图.pdf", PDF)}).status_code
        == 302
    )
    staged = Upload.objects.get(name="新图.pdf")
    assert state(id).given["M03"] != (str(staged.id),)  # kept, but given to nobody yet
    values = flat(town_values(town))
    bad = client.post(f"/my/{id}/supply", values | {"command_id": command_id(page), "premises_area": ""})
    assert bad.status_code == 422 and "请填写“经营场所面积”" in text(bad)
    sent = values | {"command_id": command_id(page), "premises_area": "150"}
    assert client.post(f"/my/{id}/supply", sent).status_code == 302
    case = state(id)
    assert case.stage is Stage.RECEIVED
    assert str(staged.id) in case.given["M03"]
    seen = view(town.city.window, id)
    assert seen is not None and seen.form is not None
    assert float(seen.form["values"]["premises_area"]) == 150
    assert seen.form["applicant"]["name"] == town.firm.name
    again = client.post(f"/my/{id}/supply", {"material": "M03", "remove-file": str(staged.id)})
    assert again.status_code == 302 and Upload.objects.filter(pk=staged.pk).exists()  # what was given stays


@pytest.mark.clause("3.6c.1")
@pytest.mark.screen
def test_what_a_corrected_form_newly_needs_comes_with_it(filed: Any) -> None:
    """更正后才需要的材料在同一页一并提供:不会为它第二次告知补正。"""
    town, client, id = filed
    town.city.do(id, "receive", town.city.window, originals=[])
    town.city.do(id, "ask_correction", town.city.window, reason="漏填自动售货。", materials=(), fields=("vending",))
    page = text(client.get(f"/my/{id}/supply"))
    assert "更正后可能还需要的材料" in page and 'name="file:M05"' in page
    machine = {"machine_place": "建设路一号", "machine_model": "V1", "machine_count": 1, "machine_heats": False}
    values = flat({**town_values(town), "vending": True, "machines": [machine]})
    sent = values | {"command_id": command_id(page)}
    lacking = client.post(f"/my/{id}/supply", sent)
    assert lacking.status_code == 422 and "按更正后的内容还需要：自动售货设备" in text(lacking)
    assert "建设路一号" in text(lacking)  # what was filled in is still there
    brought = {**sent, "file:M05": SimpleUploadedFile("合格证.pdf", PDF)}
    assert client.post(f"/my/{id}/supply", brought).status_code == 302
    case = state(id)
    assert case.stage is Stage.RECEIVED and "M05" in case.needed and len(case.given["M05"]) == 1
    assert "合格证.pdf" in text(client.get(f"/my/{id}"))


def town_values(town: Any) -> dict[str, Any]:
    from tests.db.filling import fill

    return fill(town.city.standard)


def test_a_staged_file_can_be_taken_back(filed: Any) -> None:
    from yichuang.aggregates.models import Upload

    town, client, id = filed
    town.city.do(id, "receive", town.city.window, originals=[])
    town.city.do(id, "ask_correction", town.city.window, reason="请补平面图。", materials=("M03",), fields=())
    client.post(f"/my/{id}/supply", {"material": "M03", "file": SimpleUploadedFile("新图.pdf", PDF)})
    staged = Upload.objects.get(name="新图.pdf")
    client.post(f"/my/{id}/supply", {"material": "M03", "remove-file": str(staged.id)})
    assert not Upload.objects.filter(pk=staged.pk).exists()
    empty = client.post(f"/my/{id}/supply", {"command_id": str(uuid.uuid4())})
    assert empty.status_code == 422 and "至少补交一份" in text(empty)
    paper = client.post(f"/my/{id}/supply", {"command_id": str(uuid.uuid4()), "paper-M03": "yes"})
    assert paper.status_code == 302 and "paper" in state(id).given["M03"]


def test_withdrawing_asks_first_and_happens_once(filed: Any) -> None:
    from yichuang.ledger.models import Entry

    _, client, id = filed
    page = text(client.get(f"/my/{id}/withdraw"))
    sent = {"command_id": command_id(page), "reason": "不开了"}
    assert client.post(f"/my/{id}/withdraw", sent).status_code == 302
    assert client.post(f"/my/{id}/withdraw", sent).status_code == 302  # the back button repeats the same command
    assert Entry.objects.filter(stream=f"case/{id}", kind="withdrawn").count() == 1
    assert state(id).stage is Stage.WITHDRAWN
    late = client.post(f"/my/{id}/withdraw", {"command_id": str(uuid.uuid4())})
    assert late.status_code == 409 and "下一步" in text(late)
    assert client.post(f"/my/{id}/withdraw", {}).status_code == 422
    assert "已结束" in text(client.get("/my/?show=closed")) and id in text(client.get("/my/?show=closed"))


def granted(town: Any, id: str) -> None:
    """Through acceptance, steps and decision to the certificate."""
    city = town.city
    city.do(id, "receive", city.window, originals=[])
    city.do(id, "accept", city.window)
    while not (case := state(id)).steps_done:
        for code, step in case.steps.items():
            if step.status == "open":
                survey = city.standard.step(code).post.value == "surveyor"
                actor, others = (city.surveyor, [city.surveyor2.person]) if survey else (city.reviewer, [])
                city.do(id, "conclude", actor, step=code, verdict="pass", opinion="符合", officers=others)
    city.do(id, "decide", city.head, granted=True)
    city.do(id, "make_certificate", city.window2)


def test_the_result_is_signed_for_online(filed: Any) -> None:
    town, client, id = filed
    granted(town, id)
    assert "签收" in text(client.get(f"/my/{id}"))
    page = text(client.get(f"/my/{id}/deliver"))
    assert client.post(f"/my/{id}/deliver", {"command_id": command_id(page)}).status_code == 302
    assert state(id).stage is Stage.CLOSED
    assert "没有要做的事" in text(client.get(f"/my/{id}"))


@pytest.mark.clause("3.2g.3")
@pytest.mark.screen
def test_a_charge_is_paid_at_the_cashier_once(town: Any) -> None:
    from yichuang.ledger.models import Entry

    client = browser(town.owner)
    draft = begin(client, town.firm, "ZZ-022")
    complete(client, draft, standard("410100/ZZ-022/1"))
    id = submit(client, draft).split("/")[2]
    town.city.do(id, "receive", town.city.window, originals=[])
    town.city.do(id, "accept", town.city.window)
    fee, amount = next((f, a) for f, a in state(id).due_fees.items() if a)
    assert client.get(f"/my/{id}/pay/{fee}").status_code == 404  # not charged yet
    town.city.do(id, "charge_fee", town.city.window, fee=fee, amount=amount)
    assert "去缴费" in text(client.get(f"/my/{id}"))
    address = client.get(f"/my/{id}/pay/{fee}").url
    page = text(client.get(address))
    assert f"{amount / 100:,.2f}元" in page and "演示收银台" in page
    token = unquote(address.partition("order=")[2])
    assert client.post("/cashier", {"order": token[:-3] + "abc"}).status_code == 409
    assert browser(town.stranger).post("/cashier", {"order": token}).status_code == 404
    assert client.post("/cashier", {"order": token}).status_code == 302
    assert client.post("/cashier", {"order": token}).status_code == 302  # called back twice, booked once
    assert Entry.objects.filter(stream=f"case/{id}", kind="fee_paid").count() == 1
    assert state(id).charges[fee].paid.startswith("YS")
    assert client.get(f"/my/{id}/pay/{fee}").url == f"/my/{id}"


def cashier_of(town: Any) -> Any:
    from dataclasses import replace

    return replace(town.city.window, post_kind="cashier")


@pytest.mark.clause("3.2g.3")
@pytest.mark.screen
@pytest.mark.parametrize("ground", ["wrong_payment", "wrong_charge"])
def test_what_was_given_back_the_cashier_takes_under_a_new_order_or_no_more(town: Any, ground: str) -> None:

    client = browser(town.owner)
    draft = begin(client, town.firm, "ZZ-022")
    complete(client, draft, standard("410100/ZZ-022/1"))
    id = submit(client, draft).split("/")[2]
    for name in ("receive", "accept"):
        town.city.do(id, name, town.city.window)
    fee, amount = next((f, a) for f, a in state(id).due_fees.items() if a)
    town.city.do(id, "charge_fee", town.city.window, fee=fee, amount=amount)
    token = unquote(client.get(f"/my/{id}/pay/{fee}").url.partition("order=")[2])
    client.post("/cashier", {"order": token})
    refund = {"fee": fee, "ground": ground, "voucher": "T1", "reason": "依法退还"}
    town.city.do(id, "refund_fee", cashier_of(town), **refund)
    for answer in (client.get(f"/cashier?order={quote(token)}"), client.post("/cashier", {"order": token})):
        assert answer.status_code == 409 and "已经退还" in text(answer) and "T1" in text(answer)
    again = client.get(f"/my/{id}/pay/{fee}").url
    if ground == "wrong_charge":
        assert again == f"/my/{id}" and state(id).unpaid == ()
        return
    second = unquote(again.partition("order=")[2])
    assert client.post("/cashier", {"order": second}).status_code == 302
    assert state(id).charges[fee].paid and state(id).unpaid == ()


@pytest.mark.clause("3.5g.1")
@pytest.mark.screen
def test_what_waits_for_the_applicant_stands_first(filed: Any) -> None:
    town, client, id = filed
    other = begin(client, town.firm, "ZZ-022")
    complete(client, other, standard("410100/ZZ-022/1"))
    second = submit(client, other).split("/")[2]
    page = text(client.get("/my/"))
    assert "等我办" not in page and page.count("最迟") >= 2
    town.city.do(id, "receive", town.city.window, originals=[])
    town.city.do(id, "ask_correction", town.city.window, reason="缺平面图。", materials=("M03",), fields=())
    page = text(client.get("/my/"))
    assert page.index("等我办（1）") < page.index(id) < page.index("别人在办") < page.index(second)
    assert f'href="/my/{id}/supply">去补正' in page and "等您补正" in page


@pytest.mark.clause("3.6b.1")
@pytest.mark.screen
def test_what_was_promised_for_later_waits_for_the_applicant(filed: Any) -> None:
    """Until it is handed in; among many cases too, of which only what is asked comes first."""
    from yichuang.cases import queries
    from yichuang.cases.filters import ASKED, CaseFilter
    from yichuang.people.queries import actor_of_applicant

    town, client, id = filed
    scopes = queries.scopes_of(actor_of_applicant(town.owner, date(2018, 3, 12)))

    def list_asked() -> list[str]:
        return [str(row.id) for row in queries.cases(scopes, CaseFilter(waits=ASKED)).rows]

    town.city.do(id, "receive", town.city.window, originals=[])
    promise = {"materials": ("M08",), "days": 2, "paper": True, "signer": "李四"}
    town.city.do(id, "promise_gaps", town.city.window, **promise)
    town.city.do(id, "accept", town.city.window)
    assert list_asked() == [id] and f'href="/my/{id}/supply">去补交' in text(client.get("/my/"))
    town.city.do(id, "supply_gaps", town.city.window, given={"M08": ("paper",)})
    assert list_asked() == [] and "等我办" not in text(client.get("/my/"))


@pytest.mark.clause("3.5g.1")
@pytest.mark.screen
def test_the_office_telephone_stands_on_the_page_and_in_the_list(filed: Any) -> None:
    from yichuang.org.models import Department

    _, client, id = filed
    Department.objects.filter(pk="410100/scjg").update(phone="0371-60000001")
    for address in ("/my/", f"/my/{id}"):
        assert "0371-60000001" in text(client.get(address)), address


@pytest.mark.clause("3.5g.1")
@pytest.mark.screen
def test_when_done_the_certificate_is_one_download(filed: Any) -> None:
    town, client, id = filed
    granted(town, id)
    page = text(client.get(f"/my/{id}/deliver"))
    assert client.post(f"/my/{id}/deliver", {"command_id": command_id(page)}).status_code == 302
    address = re.search(
        rf'href="(/papers/{id}/[0-9]+\?download=1)"[^>]*>下载食品经营许可证（PDF）', text(client.get(f"/my/{id}"))
    )
    assert address and address[1] in text(client.get("/my/?show=closed"))
    assert client.get(address[1]).status_code in (200, 202)
    assert browser(town.stranger).get(address[1]).status_code == 404


@pytest.mark.clause("3.5g.1")
@pytest.mark.screen
def test_my_dates_are_a_calendar_file_of_my_cases_alone(filed: Any) -> None:
    town, client, id = filed
    answer = client.get("/my/dates.ics")
    assert answer["Content-Type"].startswith("text/calendar") and "attachment" in answer["Content-Disposition"]
    lines = text(answer).replace("\r\n ", "")
    assert f"UID:{id}-paper@" in lines and "SUMMARY:最迟办好：食品经营许可" in lines
    assert "张三丰" not in lines and town.firm.name not in lines
    town.city.do(id, "receive", town.city.window, originals=[])
    town.city.do(id, "ask_correction", town.city.window, reason="缺平面图。", materials=("M03",), fields=())
    lines = text(client.get("/my/dates.ics"))
    assert f"UID:{id}-supply@" in lines and f"UID:{id}-paper@" not in lines
    assert "VEVENT" not in text(browser(town.stranger).get("/my/dates.ics"))


def test_pages_take_few_statements(filed: Any) -> None:
    town, client, id = filed
    granted(town, id)
    for address in (
        "/my/",
        "/my/?show=closed",
        "/my/dates.ics",
        f"/my/{id}",
        f"/my/{id}/filed",
        f"/my/{id}/withdraw",
        "/messages/",
        "/account",
    ):
        with at_most(MOST_STATEMENTS):
            assert client.get(address).status_code == 200
