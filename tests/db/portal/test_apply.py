"""Applying through the pages: drafts never lost, agents, materials, one submission however often it is sent."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.db.filling import fill
from tests.db.licences.lives import enter_licence
from tests.db.portal.pages import PDF, begin, browser, complete, flat, submit, upload
from yichuang.cases.core.state import Stage

MOST_STATEMENTS = 11


@pytest.mark.clause("3.5c.1")
@pytest.mark.screen
def test_a_person_applies_online_from_guide_to_numbers(town: Any) -> None:
    from yichuang.aggregates.models import Upload
    from yichuang.cases.models import Case, Draft
    from yichuang.cases.service import replay_case

    client = browser(town.owner)
    draft = begin(client, town.firm)
    complete(client, draft, town.city.standard)
    done = submit(client, draft)
    page = client.get(done).content.decode()
    row = Case.objects.get()
    case = replay_case(str(row.id))
    assert row.number in page and row.receipt in page and "查询码" in page
    assert (case.stage, case.subject, case.agent) == (Stage.SUBMITTED, town.firm.pk, "")
    assert not case.missing
    assert row.applicant == town.firm.name
    kept = Draft.objects.get()
    assert kept.submitted_as == row.id and kept.values == {}  # the vault alone holds what was filled in
    assert {u.stream for u in Upload.objects.all()} == {f"case/{row.id}"}


def test_submitting_again_and_going_back_is_one_submission(town: Any) -> None:
    from yichuang.cases.models import Case, Draft
    from yichuang.ledger.models import Entry

    client = browser(town.owner)
    draft = begin(client, town.firm)
    complete(client, draft, town.city.standard)
    done = submit(client, draft)
    assert submit(client, draft) == done
    for address in ("form", "materials", "review"):
        assert client.get(f"{draft}/{address}").url == done
    assert client.post(f"{draft}/form", {"premises_area": "1"}).url == done
    assert client.post(f"{draft}/delete").status_code == 409
    # the process dies between the door and closing the draft: the next try finds the case
    Draft.objects.update(submitted_as=None)
    assert submit(client, draft) == done
    assert Case.objects.count() == 1
    assert Entry.objects.filter(kind="submitted").count() == 1


@pytest.mark.clause("3.5c.1")
@pytest.mark.screen
@pytest.mark.breach
def test_what_is_missing_is_said_and_nothing_is_filed(town: Any) -> None:
    from yichuang.cases.models import Case

    client = browser(town.owner)
    draft = begin(client, town.firm)
    answer = client.post(f"{draft}/form", {"premises_area": "10", "kitchen_area": "99"})
    assert answer.status_code == 422
    assert "请先改正以下" in answer.content.decode()
    assert client.post(f"{draft}/submit", {"promise": "yes"}).status_code == 422
    client.post(f"{draft}/form", flat(fill(town.city.standard)))
    lacking = client.post(f"{draft}/submit", {"promise": "yes"})
    assert lacking.status_code == 422 and "还缺材料" in lacking.content.decode()
    complete(client, draft, town.city.standard)
    unpromised = client.post(f"{draft}/submit")
    assert unpromised.status_code == 422 and "请勾选承诺" in unpromised.content.decode()
    assert not Case.objects.exists()


def test_a_draft_keeps_what_was_filled_in_right_or_wrong(town: Any) -> None:
    client = browser(town.owner)
    draft = begin(client, town.firm)
    assert (
        "已自动保存"
        in client.post(f"{draft}/autosave", {"signboard": "一窗饭店", "premises_area": "八十"}).content.decode()
    )
    page = client.get(f"{draft}/form").content.decode()
    assert "一窗饭店" in page and "八十" in page
    assert client.post(f"{draft}/form", {"signboard": "二窗饭店", "act": "save"}).status_code == 302
    assert "二窗饭店" in client.get(f"{draft}/form").content.decode()
    assert "食品经营许可" in client.get("/my/").content.decode()


def test_a_row_is_added_and_removed_without_script(town: Any) -> None:
    client = browser(town.owner)
    draft = begin(client, town.firm)
    page = client.post(f"{draft}/form", {"rows:managers": "1", "managers-0-manager_name": "赵一", "add:managers": "1"})
    assert page.status_code == 200 and 'name="managers-1-manager_name"' in page.content.decode()
    sent = {"rows:managers": "2", "managers-0-manager_name": "赵一", "managers-1-manager_name": "钱二"}
    page = client.post(f"{draft}/form", sent | {"remove:managers:0": "1"})
    assert "钱二" in page.content.decode() and "赵一" not in page.content.decode()
    assert "钱二" in client.get(f"{draft}/form").content.decode()


@pytest.mark.parametrize("how", ["form", "autosave"])
def test_what_was_sent_after_the_session_ended_comes_back_after_login(town: Any, how: str) -> None:
    client = browser(town.owner)
    draft = begin(client, town.firm)
    client.logout()
    answer = client.post(
        f"{draft}/{how}", {"signboard": "没有丢的饭店", "projects": ["热食类食品制售", "冷食类食品制售"]}
    )
    if how == "form":
        assert answer.status_code == 302
        assert answer.url.startswith("/accounts/login/?next=%2Fdrafts%2F")
    else:
        assert "登录已过期" in answer.content.decode()
    client.post("/accounts/login/", {"login": "zhangsanfeng", "password": "a-long-password"})
    page = client.get(f"{draft}/form", follow=True).content.decode()
    assert "没有丢的饭店" in page and "已经恢复" in page
    assert "已经恢复" not in client.get(f"{draft}/form", follow=True).content.decode()


def test_what_a_stranger_sends_to_a_draft_reaches_nobody(town: Any) -> None:
    from yichuang.cases.models import Draft

    client = browser(town.owner)
    draft = begin(client, town.firm)
    client.post(f"{draft}/autosave", {"signboard": "我的饭店"})
    nobody = Client()
    nobody.post(f"{draft}/autosave", {"signboard": "篡改"})
    nobody.force_login(town.stranger, backend="django.contrib.auth.backends.ModelBackend")
    for address in ("form", "materials", "review"):
        assert nobody.get(f"{draft}/{address}").status_code == 404
    for address in ("form", "autosave", "materials", "submit", "delete"):
        assert nobody.post(f"{draft}/{address}", {"signboard": "篡改"}).status_code == 404
    assert Draft.objects.get().values["form"]["signboard"] == "我的饭店"


@pytest.mark.clause("3.7f.3")
@pytest.mark.screen
def test_an_agent_applies_by_mandate_and_the_case_says_so(town: Any) -> None:
    from yichuang.cases.models import Case
    from yichuang.cases.service import replay_case
    from yichuang.ledger.models import Entry

    client = browser(town.agent)
    draft = begin(client, town.firm)
    page = client.get(f"{draft}/materials").content.decode()
    assert "授权委托书" in page
    complete(client, draft, town.city.standard, agent="yes")
    submit(client, draft)
    row = Case.objects.get()
    assert (row.subject, replay_case(str(row.id)).agent) == (town.firm.pk, town.agent.person)
    filed = Entry.objects.get(stream=f"case/{row.id}", seq=1)
    assert (filed.actor, filed.on_behalf_of) == (town.agent.person, town.firm.pk)
    assert row.receipt in browser(town.owner).get("/my/").content.decode()
    assert row.receipt in client.get("/my/").content.decode()


@pytest.mark.clause("3.7f.3")
@pytest.mark.screen
@pytest.mark.breach
def test_a_mandate_for_one_item_opens_no_other(town: Any) -> None:
    from yichuang.people.models import Mandate

    Mandate.objects.update(all_items=False, items=["ZZ-003"])
    client = browser(town.agent)
    other = client.post("/items/410100/ZZ-001/apply", {"subject": town.firm.pk, "situation": "new"})
    assert other.status_code == 422
    begin(client, town.firm, "ZZ-003")


def test_an_agent_for_one_item_follows_their_own_case(town: Any) -> None:
    """The mandate opens this case and its acts, not the firm's others."""
    from yichuang.cases.models import Case
    from yichuang.people.models import Mandate

    Mandate.objects.update(all_items=False, items=["ZZ-001"])
    owner, client = browser(town.owner), browser(town.agent)
    draft = begin(owner, town.firm)
    complete(owner, draft, town.city.standard)
    submit(owner, draft)
    others = Case.objects.get().id
    draft = begin(client, town.firm)
    complete(client, draft, town.city.standard, agent="yes")
    submit(client, draft)
    own = Case.objects.exclude(pk=others).get().id
    assert client.get(f"/my/{others}").status_code == 404
    page = client.get(f"/my/{own}").content.decode()
    assert "撤回申请" in page
    client.post(f"/my/{own}/withdraw", {"command_id": str(uuid.uuid4())})
    assert Case.objects.get(pk=own).stage == "withdrawn"


def test_only_those_whom_the_item_admits_apply(town: Any) -> None:
    client = browser(town.owner)
    answer = client.post("/items/410100/ZZ-001/apply", {"subject": town.person.pk, "situation": "new"})
    assert answer.status_code == 422 and "只由法人和其他组织申请" in answer.content.decode()
    assert client.post("/items/410100/ZZ-001/apply", {"subject": town.firm.pk, "situation": "x"}).status_code == 422
    assert client.post("/items/410100/ZZ-001/apply", {"subject": "s:else", "situation": "new"}).status_code == 422
    assert "还不能申请" in browser(town.stranger).get("/items/410100/ZZ-001/apply").content.decode()


@pytest.mark.clause("3.5c.3")
@pytest.mark.screen
def test_a_certificate_we_hold_is_offered_and_not_asked_for(town: Any) -> None:
    from yichuang.cases.models import Case
    from yichuang.cases.service import replay_case

    enter_licence(
        town.city.standard, town.firm.pk, type="营业执照", number="营业执照〔2018〕1", identifier="1.2.156.3005.2.x"
    )
    client = browser(town.owner)
    draft = begin(client, town.firm)
    page = client.get(f"{draft}/materials").content.decode()
    assert "已有电子证照" in page and "营业执照〔2018〕1" in page and 'id="file-M02"' not in page
    complete(client, draft, town.city.standard)
    submit(client, draft)
    case = replay_case(str(Case.objects.get().id))
    assert case.held == {"M02": "1.2.156.3005.2.x", "M06": "real-name"} and not case.given.get("M02")


def test_uploads_are_checked_shown_and_removed(town: Any) -> None:
    from yichuang.aggregates.models import Upload

    client = browser(town.owner)
    draft = begin(client, town.firm)
    client.post(f"{draft}/form", flat(fill(town.city.standard)))
    for name, data, words in (
        ("空.pdf", b"", "0 字节"),
        ("假.pdf", b"MZ" * 99, "不是PDF"),
        ("包.zip", PDF, "压缩包"),
        ("大.pdf", PDF + b"0" * (20 * 1024 * 1024), "超过 20 MB"),
    ):
        answer = upload(client, draft, "M03", name, data)
        assert answer.status_code == 422 and words in answer.content.decode(), name
    assert "没有选择文件" in client.post(f"{draft}/materials", {"material": "M03"}).content.decode()
    assert upload(client, draft, "M99").status_code == 409
    assert not Upload.objects.exists()
    assert upload(client, draft, "M03", "<script>alert(1)</script>图.pdf").status_code == 302
    page = client.get(f"{draft}/materials").content.decode()
    assert "<script>alert" not in page and "图.pdf" in page
    kept = Upload.objects.get()
    client.post(f"{draft}/materials", {"material": "M03", "remove-file": str(kept.id)})
    assert not Upload.objects.exists()


def test_a_file_is_given_back_as_a_download_that_runs_nothing(town: Any) -> None:
    from yichuang.aggregates.models import Upload

    client = browser(town.owner)
    draft = begin(client, town.firm)
    upload(client, draft, "M02", "执照 䶮.pdf")
    address = f"/files/{Upload.objects.get().id}"
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none', ")
    assert Client().get(address).status_code == 302
    assert browser(town.stranger).get(address).status_code == 404
    assert browser(town.agent).get(address).status_code == 404  # a draft is its account's alone


def test_a_draft_of_an_old_version_moves_to_the_one_in_force(town: Any) -> None:
    from dataclasses import replace

    from yichuang.cases.models import Draft
    from yichuang.catalog.service import put_in_force
    from yichuang.ledger.actor import SYSTEM

    client = browser(town.owner)
    draft = begin(client, town.firm)
    client.post(f"{draft}/autosave", {"signboard": "一窗饭店"})
    put_in_force(replace(town.city.standard, version=2), SYSTEM)
    page = client.get(f"{draft}/form").content.decode()
    assert "有了新版" in page and "一窗饭店" in page
    assert Draft.objects.get().standard == "410100/ZZ-001/2"


def test_deleting_asks_first(town: Any) -> None:
    from yichuang.aggregates.models import Upload
    from yichuang.cases.models import Draft

    client = browser(town.owner)
    draft = begin(client, town.firm)
    upload(client, draft, "M02")
    assert client.get(f"{draft}/delete").status_code == 200 and Draft.objects.exists()
    assert client.post(f"{draft}/delete").status_code == 302
    assert not Draft.objects.exists() and not Upload.objects.exists()


def test_forms_need_their_mark_against_forgery(town: Any) -> None:
    client = browser(town.owner, enforce_csrf_checks=True)
    assert client.post("/items/410100/ZZ-001/apply", {"subject": town.firm.pk, "situation": "new"}).status_code == 403
    draft = begin(browser(town.owner), town.firm)
    assert upload(client, draft, "M02").status_code == 403  # the view that puts off the check makes it all the same


def test_pages_of_a_draft_take_few_statements(town: Any) -> None:
    client = browser(town.owner)
    draft = begin(client, town.firm)
    client.post(f"{draft}/form", flat(fill(town.city.standard)))
    for address in (f"{draft}/form", f"{draft}/materials", f"{draft}/review", "/items/410100/ZZ-001/apply"):
        with CaptureQueriesContext(connection) as statements:
            assert client.get(address).status_code == 200
        assert len(statements) <= MOST_STATEMENTS, address
