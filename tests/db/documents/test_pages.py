"""The pages: one's own documents, and the public check by code, number and file."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.db.documents.lives import SHOP, Lives, one
from tests.db.documents.test_papers import pdf
from yichuang.documents import service
from yichuang.documents.queries import normal_code
from yichuang.licences.models import Licence
from yichuang.people.models import Account, Membership, Subject


@pytest.fixture
def browser(lives: Lives) -> Client:
    """The applicant's: head of the shop."""
    account = Account.objects.create_user("laochen")
    Membership.objects.create(account=account, subject=Subject.objects.get(pk="s:1"), role="legal")
    client = Client()
    client.force_login(account)
    return client


def logged_in(name: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=name))
    return client


def address(case: str, kind: str) -> str:
    return reverse("documents:paper", args=(case, one(case, kind).seq))


@pytest.mark.clause("3.5c.4")
@pytest.mark.screen
def test_first_a_page_that_waits_then_the_file(lives: Lives, browser: Client) -> None:
    case = lives.accepted()
    where = address(case, "acceptance")
    waiting = browser.get(where)
    assert waiting.status_code == 202
    assert "正在生成行政许可申请受理通知书" in waiting.content.decode()
    assert browser.get(f"{where}/state").status_code == 204
    service.make(f"case/{case}", one(case, "acceptance").seq)
    assert browser.get(f"{where}/state")["HX-Redirect"] == where
    file = browser.get(where)
    assert file["Content-Type"] == "application/pdf"
    assert "no-store" in file["Cache-Control"]
    assert b"".join(file).startswith(b"%PDF-")
    assert "attachment" in browser.get(f"{where}?download")["Content-Disposition"]


def test_papers_are_listed_in_the_order_of_issue(lives: Lives, browser: Client) -> None:
    case = lives.granted()
    page = browser.get(reverse("documents:case", args=(case,))).content.decode()
    names = ["申请材料接收凭证", "行政许可申请受理通知书", "准予行政许可决定书", "食品经营许可证", "送达回证"]
    places = [page.index(f">{name}<") for name in names]
    assert places == sorted(places)


@pytest.mark.breach
def test_others_are_told_that_there_is_no_such_page(lives: Lives, browser: Client) -> None:
    case = lives.accepted()
    Account.objects.create_user("stranger")
    where = address(case, "acceptance")
    for path in (
        where,
        f"{where}/state",
        reverse("documents:case", args=(case,)),
        reverse("documents:proof", args=(case,)),
    ):
        assert logged_in("stranger").get(path).status_code == 404
        assert Client().get(path).status_code == 302
    assert logged_in("reviewer1").get(where).status_code == 202
    assert browser.get(where.rsplit("/", 1)[0] + "/99").status_code == 404


def test_the_proof_comes_once_the_ledger_was_sealed(lives: Lives, browser: Client, monkeypatch: Any) -> None:
    from yichuang.faces.papers import views

    case = lives.accepted()
    where = reverse("documents:proof", args=(case,))
    waiting = browser.get(where, follow=True)
    assert "还没有封存" in waiting.content.decode()
    monkeypatch.setattr(views, "prove_stream", lambda stream: {"leaf": [stream, 1, "00"]})
    answer = browser.get(where)
    assert answer.json()["leaf"][0] == f"case/{case}"
    assert "attachment" in answer["Content-Disposition"]


# --- for everybody ----------------------------------------------------------------------------------------------------


@pytest.mark.clause("3.5c.4")
@pytest.mark.screen
def test_anybody_checks_by_code_however_it_is_typed(lives: Lives) -> None:
    case = lives.granted()
    code = one(case, "licence").code
    for typed in (code, code.lower(), code.replace("-", " "), code.replace("-", "").lower()):
        page = Client().get("/verify", {"code": typed}).content.decode()
        assert "本系统出具，证照有效" in page
        assert SHOP in page and "郑市监许证字〔2018〕第00001号" in page
    assert Client().get(f"/v/{code.lower()}").status_code == 200


def test_a_certificates_number_tells_that_it_is_ours_and_nothing_more(lives: Lives) -> None:
    case = lives.granted()
    certificate, paper = Licence.objects.get(), one(case, "licence")
    for typed in (certificate.number, certificate.identifier):
        page = Client().get("/verify", {"code": typed}).content.decode()
        assert "本系统制发过这个编号的证照" in page
        for told in (SHOP, paper.code, paper.digest, "有效期</", "出具机关", "已封存"):
            assert told not in page, told
    assert "没有查到" in Client().get("/verify", {"code": one(case, "grant").number}).content.decode()
    assert "没有查到这个验证码" in Client().get("/v/AAAA-AAAA-AAAA-AAAA").content.decode()


def test_a_certificate_that_has_run_out_is_said_to(lives: Lives) -> None:
    """At the very midnight, whether the sweep has come or not."""
    code = one(lives.granted(), "licence").code
    last = Licence.objects.get().valid_to
    assert last is not None
    lives.city.at(f"{last} 23:59")
    assert "本系统出具，证照有效" in Client().get(f"/v/{code}").content.decode()
    lives.city.at(f"{last + timedelta(days=1)} 00:00")
    assert "本系统出具，证照已过有效期" in Client().get(f"/v/{code}").content.decode()


def test_a_person_is_masked(lives: Lives) -> None:
    Subject.objects.filter(pk="s:1").update(
        kind="person", name="陈镕基", uscc="", legal_name="", id_type="111", id_number="11010519491231002X"
    )
    case = lives.accepted(name="陈镕基")
    page = Client().get(f"/v/{one(case, 'acceptance').code}").content.decode()
    assert "陈**" in page and "陈镕基" not in page


def test_the_qr_codes_digest_is_compared(lives: Lives) -> None:
    case = lives.accepted()
    paper = one(case, "acceptance")
    content = service.make(f"case/{case}", paper.seq).content
    assert "留存的一致" in Client().get("/verify", {"code": paper.code, "sm3": content}).content.decode()
    assert "内容摘要不一致" in Client().get("/verify", {"code": paper.code, "sm3": "0" * 64}).content.decode()


def upload(data: bytes) -> str:
    answer = Client().post("/verify", {"file": io.BytesIO(data)})
    return answer.content.decode()


@pytest.mark.clause("3.5c.4")
@pytest.mark.breach
@pytest.mark.screen
def test_a_file_is_found_whole_altered_or_foreign(lives: Lives, settings: Any, tmp_path: Any) -> None:
    case = lives.granted()
    data = pdf(service.make(f"case/{case}", one(case, "licence").seq))
    assert "是原件，没有被改动" in upload(data)
    altered = upload(data.replace(b"/FlateDecode", b"/FlateDecodf", 1))
    assert "文件在签名之后被改动" in altered
    assert "文件没有电子签名" not in altered
    assert "无法核验这个文件" in upload(b"%PDF-1.7 nothing")
    assert "无法核验这个文件" in upload(b"MZ")
    ours, settings.DATA = settings.DATA, tmp_path / "other"
    assert "不是本系统出具的文件" in upload(data), "no document was made there yet"
    foreign = pdf(service.make(f"case/{case}", one(case, "grant").seq))
    settings.DATA = ours
    assert "不是本系统签发的文书" in upload(foreign)


@pytest.mark.django_db
def test_nothing_sent_is_a_mistake_to_mend() -> None:
    answer = Client().post("/verify", {})
    assert answer.status_code == 422
    assert "请选择一个PDF文件" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.breach
def test_trying_codes_out_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    from yichuang.people import tries

    monkeypatch.setattr(tries, "VERIFY_ADDRESS", tries.TryLimit("verify/address", 3, 300))
    answers = [Client().get("/verify", {"code": "AAAA"}).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429]


@pytest.mark.parametrize("text", ["", "短", "AAAA-BBBB", "AAAA-BBBB-CCCC-DDD9", "A" * 17, "%00'; drop table x --"])
def test_what_can_be_no_code(text: str) -> None:
    assert normal_code(text) == ""


def test_statements_of_the_pages(lives: Lives, browser: Client) -> None:
    case = lives.granted()
    service.make(f"case/{case}", one(case, "licence").seq)
    for path, most in (
        (address(case, "licence"), 8),
        (reverse("documents:case", args=(case,)), 8),
    ):
        browser.get(path)
        with CaptureQueriesContext(connection) as asked:
            browser.get(path)
        assert len(asked) <= most, [q["sql"][:80] for q in asked]
    with CaptureQueriesContext(connection) as asked:
        Client().get(f"/v/{one(case, 'licence').code}")
    assert len(asked) <= 5, [q["sql"][:80] for q in asked]
