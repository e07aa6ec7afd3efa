"""The pages and the operation with which a head enters a paper licence."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.db.desk.conftest import at_most, desk  # noqa: F401 a fixture
from tests.db.licences.lives import ADDRESS, Licences
from tests.db.licences.test_entering import NUMBER, USCC, paper
from tests.db.portal.pages import PDF
from yichuang.aggregates.models import Upload
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.licences.models import Licence as LicenceRow
from yichuang.people.models import Account
from yichuang.people.service import issue_client


@pytest.fixture
def head(licences: Licences, desk: Any, settings: Any, tmp_path: Path) -> Any:  # noqa: F811
    settings.MEDIA_ROOT, settings.DATA = tmp_path / "uploads", tmp_path
    licences.city.at("2018-03-12 09:30")
    return desk(licences.city.head)


def sent(**changed: Any) -> dict[str, Any]:
    known = {
        "command_id": str(uuid.uuid4()),
        "paper-holder_type": "uscc",
        "paper-holder": USCC,
        "paper-number": NUMBER,
        "paper-valid_from": "2016-05-03",
        "paper-valid_to": "2021-05-02",
        "premises_address": ADDRESS,
    }
    return known | changed


def test_the_way_to_the_form_is_two_pages(head: Any) -> None:
    assert "证照补记入册" in head.get("/desk/").content.decode()
    with at_most(9):
        listed = head.get("/desk/licences/enter").content.decode()
    assert 'href="/desk/licences/enter/ZZ-001"' in listed
    with at_most(9):
        page = head.get("/desk/licences/enter/ZZ-001").content.decode()
    assert "经营场所地址" in page and "证照原件扫描件" in page and "主体业态" in page


def test_a_paper_licence_is_entered_with_its_scan(head: Any) -> None:
    form = sent(**{"paper-evidence": SimpleUploadedFile("旧证.pdf", PDF, "application/pdf")})
    answer = head.client.post("/desk/licences/enter/ZZ-001", form)
    row = LicenceRow.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/lives/licences/{row.pk}")
    assert Upload.objects.get().stream == f"licence/{row.pk}"
    page = head.get(f"/lives/licences/{row.pk}").content.decode()
    assert NUMBER in page and "补记入册" in page and "制发证照" not in page and "旧证.pdf" in page and ADDRESS in page


def test_what_is_wrong_stands_beside_its_field_and_no_file_is_left(head: Any) -> None:
    for changed, said in (
        ({"paper-holder": "没有"}, "系统里没有这个证件号码的持证人"),
        ({"paper-valid_from": "2018-03-13"}, "还没有到，不能补记"),
        ({"paper-number": ""}, "请填写“证照编号”"),
        ({"premises_address": "短"}, "至少 6 个字"),
    ):
        file = SimpleUploadedFile("旧证.pdf", PDF, "application/pdf")
        answer = head.client.post("/desk/licences/enter/ZZ-001", sent(**{"paper-evidence": file, **changed}))
        assert answer.status_code == 422 and said in answer.content.decode()
    assert not LicenceRow.objects.exists() and not Upload.objects.exists()


def test_without_a_scan_nothing_is_entered(head: Any) -> None:
    answer = head.client.post("/desk/licences/enter/ZZ-001", sent())
    assert answer.status_code == 422 and "请选择“证照原件扫描件”的文件" in answer.content.decode()


def test_sending_the_form_twice_enters_one(head: Any) -> None:
    form = sent()
    for _ in range(2):
        file = SimpleUploadedFile("旧证.pdf", PDF, "application/pdf")
        answer = head.client.post("/desk/licences/enter/ZZ-001", {**form, "paper-evidence": file})
        assert answer.status_code == 302
    assert LicenceRow.objects.count() == 1


def test_no_other_post_has_the_page(licences: Licences, desk: Any) -> None:  # noqa: F811
    for actor in (licences.city.window, licences.city.reviewer):
        browser = desk(actor)
        assert browser.get("/desk/licences/enter").status_code == 403
        assert browser.get("/desk/licences/enter/ZZ-001").status_code == 403
        assert "/desk/licences/enter" not in browser.get("/desk/").content.decode()


def test_an_item_of_others_has_no_page(head: Any) -> None:
    assert head.get("/desk/licences/enter/ZZ-004").status_code == 404
    assert head.get("/lives/licences/new/enter").status_code == 404


def account_of(actor: Actor) -> Account:
    return Account.objects.get(pk=int(actor.person[2:]))


def test_a_program_enters_one(head: Any, licences: Licences) -> None:
    account = account_of(licences.city.head)
    token = issue_client("旧证迁移", account, SYSTEM, post=licences.city.head.post)[1]
    known = {"HTTP_AUTHORIZATION": f"Bearer {token}", "HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4())}
    sent = {"file": SimpleUploadedFile("旧证.pdf", PDF, "application/pdf")}
    kept = Client().post("/api/licences/files", sent, HTTP_AUTHORIZATION=known["HTTP_AUTHORIZATION"])
    assert kept.status_code == 201, kept.content.decode()
    whole = paper(evidence=[kept.json()["id"]])
    answer = Client().post("/api/licences", whole, content_type="application/json", **known)
    assert answer.status_code == 201, answer.content.decode()
    row = LicenceRow.objects.get()
    assert (answer["Location"], answer.json()["stage"]) == (f"/api/licences/{row.pk}", "valid")
    again = Client().post("/api/licences", whole, content_type="application/json", **known)
    assert again.json()["repeated"] is True
    known["HTTP_IDEMPOTENCY_KEY"] = str(uuid.uuid4())
    for changed, code in (
        ({"holder": "没有"}, "unknown-holder"),
        ({"valid_from": "2018-03-13", "number": "另一张"}, "future-start"),
        ({"number": "另一张", "evidence": []}, "no-scan"),
    ):
        refused = Client().post("/api/licences", paper(**changed), content_type="application/json", **known)
        assert refused.status_code == 422 and refused.json()["code"] == code
    assert LicenceRow.objects.count() == 1


def test_a_program_of_no_head_learns_of_nobody(head: Any, licences: Licences) -> None:
    for actor, data in ((licences.city.window, paper()), (licences.city.reviewer, paper(holder="没有"))):
        account = account_of(actor)
        token = issue_client(f"试探{actor.post}", account, SYSTEM, post=actor.post)[1]
        known = {"HTTP_AUTHORIZATION": f"Bearer {token}", "HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4())}
        answer = Client().post("/api/licences", data, content_type="application/json", **known)
        assert (answer.status_code, answer.json()["code"]) == (403, "wrong-post")
