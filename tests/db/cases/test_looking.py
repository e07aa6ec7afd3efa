"""Looking leaves a trace: what is an entry, what it costs, who reads of it, and what the law lets wait."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.db.desk.conftest import Browser, at_most
from tests.db.desk.conftest import desk as desk
from yichuang.aggregates.models import Upload
from yichuang.aggregates.refusal import Refused
from yichuang.cases import looking
from yichuang.cases.models import Look
from yichuang.ledger.actor import Actor
from yichuang.ledger.models import Entry
from yichuang.org.models import Holding, Officer, Post
from yichuang.people.models import Account, Mandate, Membership, Subject

Desk = Callable[[Actor], Browser]
BASIS = "某监察条例第三条：“监察事项在办结以前应当保密。”"


@pytest.fixture
def case(city: Any) -> str:
    """A case of 张三丰, whose account is zhang3."""
    subject = Subject.objects.create(
        id="s:1", kind="person", name="张三丰", id_type="111", id_number="11010519491231002X"
    )
    account = Account.objects.create_user("zhang3")
    Membership.objects.create(account=account, subject=subject, role="self")
    city.at("2018-03-12 09:30")
    return str(city.submit().state.id)


@pytest.fixture
def supervisor(city: Any) -> Actor:
    return sit("supervisor")


def sit(kind: str) -> Actor:
    post = Post.objects.create(id=f"410100/zwb/{kind}/1", department_id="410100/zwb", kind=kind, name=f"{kind}岗")
    account = Account.objects.create_user(kind, kind="officer")
    officer = Officer.objects.create(account=account, name=f"{kind}姓名", number=kind)
    Holding.objects.create(officer=officer, post=post, first_day=date(2017, 1, 1))
    return Actor(f"a:{account.pk}", post.id, kind, "410100/zwb", "410100")


def citizen(username: str = "zhang3") -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username))
    return client


def entries(subject: str = "s:1") -> list[Entry]:
    looking.record_looks()
    return list(Entry.objects.filter(stream=f"looked/{subject}").order_by("seq"))


def test_a_case_page_is_one_entry_a_day_and_one_statement(city: Any, desk: Desk, case: str) -> None:
    browser = desk(city.reviewer)
    browser.case(case)
    with at_most(11):  # ten and the look
        browser.case(case)
    desk(city.window).client.get(f"/desk/case/{case}/check")
    city.at("2018-03-13 09:30")
    with at_most(11):
        browser.case(case)
    found = entries()
    assert [(e.kind, e.actor, e.post) for e in found] == [
        ("case_opened", city.reviewer.person, city.reviewer.post),
        ("case_opened", city.window.person, city.window.post),
        ("case_opened", city.reviewer.person, city.reviewer.post),
    ]
    assert json.loads(found[0].body) == {"case": case}
    assert entries() == found  # recorded once


def test_an_upload_is_an_entry_at_either_door_and_not_ten(
    city: Any, desk: Desk, case: str, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "k").write_bytes(b"x")
    about = {"account": "a:1", "material": "M1", "type": "pdf", "size": 1, "digest": "", "key": "k"}
    upload = Upload.objects.create(stream=f"case/{case}", name="平面图.pdf", **about)
    browser = desk(city.reviewer)
    for _ in range(3):
        assert browser.get(f"/files/{upload.id}").status_code == 200
    assert citizen().get(f"/files/{upload.id}").status_code == 200  # one's own look leaves none
    (entry,) = entries()
    assert entry.kind == "upload_opened" and json.loads(entry.body)["upload"] == str(upload.id)
    city.at("2018-03-12 09:40")
    browser.get(f"/files/{upload.id}")
    assert len(entries()) == 2
    assert "平面图.pdf" in citizen().get("/account/looked").content.decode()
    assert "平面图" not in entry.body


def test_looking_a_person_up_by_number_is_an_entry(city: Any, desk: Desk, case: str) -> None:
    browser = desk(city.window)
    browser.client.post("/desk/intake", {"type": "111", "number": "11010519491231002X"})
    browser.get("/desk/intake/for/s:1")
    (entry,) = entries()
    assert entry.kind == "looked_up" and entry.body == "{}"
    browser.client.post("/desk/intake", {"type": "111", "number": "110105194912310038"})  # nobody's
    assert Look.objects.count() == 1


def test_the_person_sees_post_and_department_when_which_case_and_why(city: Any, desk: Desk, case: str) -> None:
    browser = desk(city.reviewer)
    browser.case(case)
    browser.client.post(f"/desk/case/{case}/unmask", {"field": "id_number", "reason": "核对身份证原件"})
    entries()
    client = citizen()
    with at_most(7):
        page = client.get("/account/looked").content.decode()
    assert "市场监督管理局 reviewer" in page and "2018年3月12日（周一） 09:30" in page
    assert "所在部门审查该件" in page and "所写理由：核对身份证原件" in page and "证件号码" in page
    assert page.count(f"/my/{case}") == 2  # the case opened, and the number read whole on it
    assert "reviewer1" not in page  # the officer's name


def test_an_agent_and_a_stranger_see_nothing_of_the_principal(city: Any, desk: Desk, case: str) -> None:
    other = Subject.objects.create(id="s:2", kind="person", name="王五", id_type="111", id_number="110105194912310038")
    agent = Account.objects.create_user("wang5")
    Membership.objects.create(account=agent, subject=other, role="self")
    days = {"first_day": date(2017, 1, 1), "last_day": date(2030, 1, 1)}
    Mandate.objects.create(principal_id="s:1", agent=other, all_items=True, granted_by="a:1", **days)
    desk(city.reviewer).case(case)
    entries()
    assert "还没有人看过" in citizen("wang5").get("/account/looked").content.decode()
    assert citizen("wang5").get("/account/looked?of=s:1").status_code == 404
    assert Client().get("/account/looked").status_code == 302


def test_the_head_sees_it_for_the_firm(city: Any, case: str) -> None:
    firm = Subject.objects.create(id="s:3", kind="organisation", name="一家公司", uscc="91410100MA0000000X")
    Membership.objects.create(account=Account.objects.get(username="zhang3"), subject=firm, role="legal")
    looking.trace_person(city.window, "s:3")
    assert len(entries("s:3")) == 1
    page = citizen().get("/account/looked?of=s:3").content.decode()
    assert "政务服务办公室 window" in page and "按证件号码查到" in page
    assert "还没有人看过" in citizen().get("/account/looked").content.decode()


def test_pages_of_many_looks(city: Any, desk: Desk, case: str) -> None:
    for minute in range(30):
        city.at(f"2018-03-{minute % 28 + 1:02} {9 + minute // 28:02}:10")
        looking.trace_person(city.window, "s:1")
    assert len(entries()) == 30
    client = citizen()
    first = client.get("/account/looked").content.decode()
    assert first.count("yc-message__title") == looking.PAGE
    older = client.get("/account/looked?before=6").content.decode()
    assert older.count("yc-message__title") == 5 and "更早的" not in older


def test_the_list_is_read_by_the_index_of_the_stream(city: Any, case: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        statement = looking._LIST.format(older="and e.seq < %(before)s")
        cursor.execute(f"explain {statement}", {"stream": "looked/s:1", "subject": "s:1", "before": 9})
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "ledger_entry_stream_seq" in plan


# --- what the law lets wait -------------------------------------------------------------------------------------------


def test_a_supervisor_withholds_on_a_basis_until_a_day(city: Any, desk: Desk, case: str, supervisor: Actor) -> None:
    browser = desk(supervisor)
    form = browser.get(f"/desk/case/{case}/withhold").content.decode()
    assert "第三十五条" in form and "张三丰" not in form
    sent = {"basis": BASIS, "until": "2018-03-20"}
    assert browser.client.post(f"/desk/case/{case}/withhold", sent).status_code == 302
    browser.case(case)
    desk(city.reviewer).case(case)
    assert [e.kind for e in entries()] == ["withheld", "case_opened", "case_opened"]
    page = citizen().get("/account/looked").content.decode()
    assert "supervisor岗" not in page and "reviewer" in page and "某监察条例" not in page
    city.at("2018-03-20 23:00")
    assert "supervisor岗" not in citizen().get("/account/looked").content.decode()
    city.at("2018-03-21 00:10")
    page = citizen().get("/account/looked").content.decode()
    assert "supervisor岗" in page and BASIS[:8] in page and "曾依法暂不告知至2018年3月20日" in page


@pytest.mark.parametrize("sent", [{"basis": "工作需要", "until": "2018-03-20"}, {"basis": BASIS, "until": "2018-03-11"},
                                  {"basis": BASIS, "until": "2019-03-20"}, {"basis": "", "until": ""}])  # fmt: skip
def test_without_a_law_or_without_end_nothing_is_withheld(
    desk: Desk, case: str, supervisor: Actor, sent: dict[str, str]
) -> None:
    assert desk(supervisor).client.post(f"/desk/case/{case}/withhold", sent).status_code == 422
    assert entries() == []


def test_no_other_post_withholds(city: Any, desk: Desk, case: str) -> None:
    for actor in (city.reviewer, city.window, city.head):
        assert desk(actor).client.get(f"/desk/case/{case}/withhold").status_code == 403
        with pytest.raises(Refused):
            looking.withhold(actor, uuid.UUID(case), BASIS, date(2018, 3, 20))
    assert "暂不告知" not in desk(city.reviewer).case(case).content.decode()


# --- into the ledger --------------------------------------------------------------------------------------------------


def test_looks_become_entries_in_few_statements_and_their_rows_go(city: Any, case: str) -> None:
    for kind in ("reviewer", "surveyor", "head", "window"):
        looking.trace_case(getattr(city, kind), case)
    with at_most(9):  # five, and two savepoints
        assert looking.record_looks() == 4
    assert looking.record_looks() == 0
    assert looking.remove_recorded() == 0
    city.at("2018-03-15 09:30")
    assert looking.remove_recorded() == 4 and not Look.objects.exists()
    assert len(entries()) == 4


def test_an_applicant_leaves_none(city: Any, case: str) -> None:
    looking.trace_case(city.citizen, case)
    assert not Look.objects.exists()
