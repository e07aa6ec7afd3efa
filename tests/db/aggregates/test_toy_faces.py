"""What people and programs see of a kind of life by its being declared: documents, files, messages, a page, an API."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.db.aggregates.toy import FOLLOWER, LOAN, LoanRow
from tests.db.portal.pages import PDF, browser
from yichuang.aggregates.models import Paper, Upload
from yichuang.aggregates.timers import sweep
from yichuang.documents import queries, service
from yichuang.ledger.actor import SYSTEM
from yichuang.ledger.service import set_shift
from yichuang.people.models import Account, Membership, Message, Subject
from yichuang.people.service import issue_client

pytestmark = [pytest.mark.usefixtures("declared"), pytest.mark.urls("tests.db.aggregates.urls")]


@pytest.fixture
def mary(settings: Any, tmp_path: Path) -> Account:
    settings.MEDIA_ROOT, settings.DATA = tmp_path / "uploads", tmp_path
    account = Account.objects.create_user("mary", real_name="张三丰")
    firm = Subject.objects.create(
        id=str(account.pk),
        kind="organisation",
        name="郑州一窗餐饮有限公司",
        uscc="91350100M000100Y43",
        legal_name="张三丰",
    )
    Membership.objects.create(account=account, subject=firm, role="legal")
    return account


@pytest.fixture
def john() -> Account:
    return Account.objects.create_user("john")


def form(client: Client, page: str, **content: Any) -> Any:
    """Fill in the one form of a page and send it to where it leads."""
    shown = client.get(page).content.decode()
    action = re.findall(r'<form class="yc-act__form" method="post" action="([^"]+)"', shown)[0]
    command = re.findall(r'name="command_id" value="([^"]+)"', shown)[0]
    return client.post(action, {"command_id": command, **content})


def borrow(client: Client) -> uuid.UUID:
    letter = SimpleUploadedFile("介绍信.pdf", PDF)
    answer = form(client, "/lives/seals/new/borrow", **{"borrow-purpose": "签订合同", "borrow-letter": letter})
    assert answer.status_code == 302, answer.content.decode()
    return LoanRow.objects.get().pk


def call(account: Account, method: str, path: str, body: Any = None, key: uuid.UUID | None = None) -> Any:
    token = issue_client(f"{account.username}-{uuid.uuid4()}", account, SYSTEM)[1]
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(key or uuid.uuid4())}
    if method == "GET":
        return Client().get(path, headers=headers)
    return Client().post(path, body, content_type="application/json", headers=headers)


def test_its_page_shows_the_course_the_document_and_the_acts(mary: Account) -> None:
    client = browser(mary)
    id = borrow(client)
    page = client.get(f"/lives/seals/{id}").content.decode()
    for words in ("公章借用 借001", "用途：签订合同", "介绍信.pdf", "公章借用单", "归还", "借出"):
        assert words in page
    assert form(client, f"/lives/seals/{id}").status_code == 302
    page = client.get(f"/lives/seals/{id}").content.decode()
    assert "已归还" in page and "yc-act__form" not in page


def test_it_exists_for_nobody_else(mary: Account, john: Account) -> None:
    id, other = borrow(browser(mary)), browser(john)
    file, paper = Upload.objects.get(), Paper.objects.get()
    for path in (f"/lives/seals/{id}", f"/files/{file.pk}", f"/papers/toy/{id}/{paper.seq}"):
        assert other.get(path).status_code == 404
        assert browser(mary).get(path).status_code in (200, 202)
    assert other.post(f"/lives/seals/{id}/return", {"command_id": str(uuid.uuid4())}).status_code == 404
    assert LoanRow.objects.get().stage == "out"


def test_what_is_missing_is_said_beside_its_field_and_nothing_is_lost(mary: Account) -> None:
    client = browser(mary)
    answer = form(client, "/lives/seals/new/borrow", **{"borrow-purpose": ""})
    assert answer.status_code == 422 and "请填写“用途”。" in answer.content.decode()
    answer = form(client, "/lives/seals/new/borrow", **{"borrow-purpose": "长" * 21})
    assert answer.status_code == 422 and "长" * 21 in answer.content.decode()
    assert not LoanRow.objects.exists()


def test_a_refused_act_leaves_no_file(mary: Account) -> None:
    client = browser(mary)
    for _ in range(2):
        letter = SimpleUploadedFile("介绍信.pdf", PDF)
        answer = form(client, "/lives/seals/new/borrow", **{"borrow-purpose": "长" * 21, "borrow-letter": letter})
        assert answer.status_code == 422
    assert not Upload.objects.exists()


def test_a_file_with_a_mark_to_clear_it_is_a_file(mary: Account) -> None:
    letter = SimpleUploadedFile("介绍信.pdf", PDF)
    sent = {"borrow-purpose": "签订合同", "borrow-letter": letter, "borrow-letter-clear": "on"}
    assert form(browser(mary), "/lives/seals/new/borrow", **sent).status_code == 302


def test_an_act_from_an_old_page_is_refused_with_the_reason(mary: Account) -> None:
    client = browser(mary)
    id = borrow(client)
    assert form(client, f"/lives/seals/{id}").status_code == 302
    answer = client.post(f"/lives/seals/{id}/return", {"command_id": str(uuid.uuid4())})
    assert answer.status_code == 409 and "公章不在借出状态。" in answer.content.decode()


def test_its_document_is_made_and_anybody_checks_it(mary: Account) -> None:
    id = borrow(browser(mary))
    paper = Paper.objects.get()
    said = service.gather(f"toy/{id}", paper.seq).say()
    assert said.paragraphs == ("借用公章，用途：签订合同。",) and said.title == "公章借用单"
    file = service.make(paper.stream, paper.seq)
    record = queries.by_code(paper.code)
    assert record and (record.name, record.issuer) == ("公章借用单", "郑州市人民政府办公室")
    assert record.contents == (file.content,)


def test_a_message_tells_of_it_once(mary: Account) -> None:
    borrow(browser(mary))
    set_shift(timedelta(days=4))
    sweep()
    assert (FOLLOWER.follow(0), FOLLOWER.follow(0)) == ([1], [])
    assert Message.objects.get().text == "借用单借001的公章到期没有归还。"


def test_a_program_does_the_same(mary: Account, john: Account) -> None:
    key = uuid.uuid4()
    begun = call(mary, "POST", "/api/seals", {"purpose": "签订合同"}, key)
    assert begun.status_code == 201, begun.content
    done = begun.json()
    assert (done["stage"], done["repeated"]) == ("out", False)
    assert [one["name"] for one in done["issued"]] == ["公章借用单"]
    again = call(mary, "POST", "/api/seals", {"purpose": "签订合同"}, key).json()
    assert again == done | {"repeated": True}
    seen = call(mary, "GET", f"/api/seals/{done['id']}").json()
    assert (seen["title"], seen["acts"]) == ("公章借用 借001", ["return"])
    assert seen["course"][0]["texts"] == {"purpose": "签订合同"}
    assert call(john, "GET", f"/api/seals/{done['id']}").status_code == 404
    assert call(john, "POST", f"/api/seals/{done['id']}/return", {}).status_code == 404
    assert call(mary, "POST", f"/api/seals/{done['id']}/return", {}).json()["stage"] == "back"
    refused = call(mary, "POST", f"/api/seals/{done['id']}/return", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong-stage")


def test_a_file_is_kept_and_given_by_a_program(mary: Account, john: Account) -> None:
    token = issue_client("files", mary, SYSTEM)[1]
    sent = Client().post(
        "/api/seals/files",
        {"file": SimpleUploadedFile("介绍信.pdf", PDF)},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert sent.status_code == 201, sent.content
    file = sent.json()["id"]
    stolen = call(john, "POST", "/api/seals", {"purpose": "签订合同", "letter": [file]})
    assert (stolen.status_code, stolen.json()["code"]) == (422, "unknown-file")
    Upload.objects.update(stream=f"draft/{uuid.uuid4()}")  # it was sent for something else
    assert call(mary, "POST", "/api/seals", {"purpose": "签订合同", "letter": [file]}).status_code == 422
    Upload.objects.update(stream="")
    begun = call(mary, "POST", "/api/seals", {"purpose": "签订合同", "letter": [file]})
    assert begun.status_code == 201, begun.content
    assert Upload.objects.get().stream == LOAN.stream(begun.json()["id"])
