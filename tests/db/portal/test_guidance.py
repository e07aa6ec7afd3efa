"""Asking a counsellor from a guide and from a draft, what the counsellor sees and sends, and how it ends."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.db.desk.conftest import at_most
from tests.db.portal.pages import PDF, begin, browser, complete, submit
from tests.db.watching import client, officer
from yichuang.guidance.models import Guidance

ASKED = {"topic": "review", "words": "平面图画到什么程度"}


@pytest.fixture
def counsellor(town: Any) -> Any:
    return officer("counsellor", "410100/scjg")


def command_of(page: str) -> str:
    found = re.search(r'name="command_id" value="([0-9a-f-]{36})"', page)
    assert found
    return found[1]


def ask(reader: Any, address: str, **more: Any) -> Any:
    with at_most(12):
        page = reader.get(address).content.decode()
    said = {f"ask-{name}": value for name, value in {**ASKED, **more}.items()}
    return reader.post(address, {**said, "command_id": command_of(page)})


@pytest.mark.clause("3.4d.1")
@pytest.mark.screen
def test_a_draft_is_asked_about_and_the_counsellor_sees_what_it_has(town: Any, counsellor: Any) -> None:
    reader = browser(town.owner)
    draft = begin(reader, town.firm)
    assert f'href="{draft}/ask"' in reader.get(f"{draft}/materials").content.decode()
    answer = ask(reader, f"{draft}/ask", files=SimpleUploadedFile("平面图.pdf", PDF))
    assert answer.status_code == 302 and answer.url.startswith("/lives/guidance/")
    with at_most(12):
        listed = reader.get("/my/guidance").content.decode()
    assert "食品经营许可" in listed and "待答复" in listed
    with at_most(12):
        assert "平面图.pdf" in reader.get(answer.url).content.decode()
    desk = client(counsellor)
    with at_most(12):
        assert answer.url in desk.get("/desk/guidance").content.decode()
    page = desk.get(answer.url).content.decode()
    assert "草稿里的材料" in page and "还没有" in page and "有明显问题的" in page
    upload = re.search(r'href="(/files/[0-9a-f-]{36})"', page)
    assert upload and desk.get(upload[1]).status_code == 200
    assert client(officer("supervisor")).get(upload[1]).status_code == 404
    assert browser(town.stranger).get(answer.url).status_code == 404
    assert browser(town.agent).get(answer.url).status_code == 200  # a mandate of the firm


@pytest.mark.clause("3.4d.1")
@pytest.mark.screen
def test_a_guide_leads_to_the_counsellor_and_a_wrong_form_says_what_lacks(town: Any) -> None:
    reader = browser(town.owner)
    assert "/items/410100/ZZ-001/ask" in reader.get("/items/410100/ZZ-001").content.decode()
    answer = ask(reader, "/items/410100/ZZ-001/ask", words="")
    assert answer.status_code == 422 and "请填写“想问什么”" in answer.content.decode()
    assert reader.get("/items/410100/ZZ-999/ask").status_code == 404
    assert reader.get(f"/drafts/{uuid.uuid4()}/ask").status_code == 404
    assert not Guidance.objects.exists()


@pytest.mark.clause("3.4d.1")
@pytest.mark.screen
def test_a_counsellor_takes_a_question_of_somebody_found_by_number_and_name(town: Any, counsellor: Any) -> None:
    desk = client(counsellor)
    with at_most(12):
        page = desk.get("/desk/guidance/new").content.decode()
    assert "食品经营许可" in page
    said = {"type": "uscc", "number": town.firm.uscc, "name": "别的单位", "item": "410100/ZZ-001", **ASKED}
    sent = {f"take-{name}": value for name, value in said.items()}
    answer = desk.post("/desk/guidance/new", {**sent, "command_id": command_of(page)})
    assert answer.status_code == 422 and "没有这个号码和姓名的登记" in answer.content.decode()
    answer = desk.post("/desk/guidance/new", {**sent, "take-name": town.firm.name, "command_id": command_of(page)})
    assert answer.status_code == 302
    row = Guidance.objects.get()
    assert (row.subject, row.at_desk, row.department) == (town.firm.pk, True, "410100/scjg")
    assert client(town.city.reviewer).get("/desk/guidance").status_code == 403
    assert client(town.city.head).get("/desk/guidance/new").status_code == 403


@pytest.mark.clause("3.4e.1")
@pytest.mark.screen
def test_what_was_guided_ends_when_it_is_filed_and_its_author_is_told(town: Any, counsellor: Any) -> None:
    from yichuang.guidance.notices import FILED, TOLD
    from yichuang.people.models import Message

    reader, desk = browser(town.owner), client(counsellor)
    address = ask(reader, "/items/410100/ZZ-001/ask").url
    page = desk.get(address).content.decode()
    notice = {"issue_notice-flawed": ["M03"], "issue_notice-notes": "请改正", "command_id": command_of(page)}
    answer = desk.post(f"{address}/issue_notice", notice)
    assert answer.status_code == 422 and "逐项写明" in answer.content.decode()
    name = next(m.name for m in town.city.standard.materials if m.code == "M03")
    notice |= {"issue_notice-notes": f"{name}要标出面积", "command_id": str(uuid.uuid4())}
    assert desk.post(f"{address}/issue_notice", notice).status_code == 302
    assert "不符合法定形式" in reader.get(address).content.decode()
    _check_notice(address, name, reader, desk)
    draft = begin(reader, town.firm)
    complete(reader, draft, town.city.standard)
    case = submit(reader, draft).split("/")[2]
    FILED.take(_entries())
    TOLD.take(_entries())
    row = Guidance.objects.get()
    assert (row.stage, row.due_on) == ("closed", None)
    assert f"/my/{case}" in reader.get(address).content.decode()
    titles = set(Message.objects.filter(account=town.owner).values_list("title", flat=True))
    assert "您有一份辅导告知单" in titles
    asked = Message.objects.get(account_id=int(counsellor.person[2:]), title="有人咨询")
    assert asked.link == address


def _check_notice(address: str, name: str, reader: Any, desk: Any) -> None:
    """The notice is a document that its addressee and the counsellor may open, and nobody who watches."""
    from yichuang.documents.gathering import SOURCES, gather

    id = address.rpartition("/")[2]
    gathered = gather(f"guidance/{id}", 2)
    content: Any = gathered.say()
    rows = {row[1]: row[2] for row in content.tables[0].rows}
    assert rows.pop(name) == "不符合法定形式" and "齐全，符合法定形式" in rows.values()
    assert f"{name}要标出面积" in "".join(content.paragraphs) and "不是受理" in "".join(content.paragraphs)
    assert SOURCES["guidance"].read_parties(uuid.UUID(id), 2)[0] == content.organ
    paper = f"/papers/guidance/{id}/2"
    assert paper in reader.get(address).content.decode()
    assert {who.get(paper).status_code for who in (reader, desk)} <= {200, 202}
    assert client(officer("supervisor")).get(paper).status_code == 404


def _entries() -> list[Any]:
    from yichuang.aggregates.following import Followed
    from yichuang.ledger.models import Entry

    names = ("position", "stream", "seq", "kind", "v", "body", "actor", "post", "on_behalf_of", "source", "recorded_at")
    return [Followed(*row) for row in Entry.objects.order_by("position").values_list(*names)]


@pytest.mark.clause("3.4e.2")
@pytest.mark.screen
def test_counsellors_are_reminded_once_before_the_day_and_their_head_after_it(town: Any, counsellor: Any) -> None:
    from yichuang.guidance.reminding import remind_counsellors
    from yichuang.people.models import Message

    town.city.at("2018-03-12 10:00")
    ask(browser(town.owner), "/items/410100/ZZ-001/ask")
    assert remind_counsellors() == 0
    town.city.at("2018-03-16 10:00")
    assert remind_counsellors() == remind_counsellors() == 1
    town.city.at("2018-03-20 10:00")
    assert remind_counsellors() == remind_counsellors() == 1
    told = Message.objects.filter(title__startswith="咨询答复").values_list("title", "account_id")
    mine, head = (int(actor.person[2:]) for actor in (counsellor, town.city.head))
    assert sorted(told) == sorted([("咨询答复将要到期", mine), ("咨询答复已经过期", mine), ("咨询答复已经过期", head)])
