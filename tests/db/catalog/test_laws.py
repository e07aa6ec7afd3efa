"""The register of laws in the database: founding, older stores, publication, tasks, what acts cite, what pages cost."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection

from tests.db.counting import counted
from tests.db.world import City
from yichuang.aggregates.door import perform
from yichuang.aggregates.models import Setting
from yichuang.aggregates.prepare import prepare_command
from yichuang.aggregates.rebuild import rebuild
from yichuang.aggregates.refusal import Refused
from yichuang.aggregates.settings import set_parameter
from yichuang.catalog.laws.acts import ACTS
from yichuang.catalog.laws.declared import LAW
from yichuang.catalog.laws.parameters import FOLLOWING
from yichuang.catalog.laws.queries import lawful_standard, list_citing, read_register
from yichuang.catalog.laws.service import demand_lawful, found_missing
from yichuang.catalog.models import Citing, Law, LawTask
from yichuang.catalog.service import put_in_force
from yichuang.catalog.standard import Standard
from yichuang.ledger.actor import SYSTEM
from yichuang.ledger.models import Entry
from yichuang.org.models import Division

FOOD_LAW = "食品安全法"
AMENDED: dict[str, Any] = {"label": "2018修正", "since": date(2018, 4, 1), "changed": "35条", "source": "主席令第9号"}


@pytest.fixture(autouse=True)
def _rebuilt(city: City) -> object:
    """Whatever a test does, the tables say what the streams say."""
    city.at("2018-03-12 09:30")
    yield
    assert rebuild(LAW).differences == []


def do(city: City, act: str, law: str = FOOD_LAW, **data: Any) -> None:
    known = Law.objects.filter(title=law).first()
    id = known.pk if known else uuid.uuid4()
    actor = replace(city.head, post_kind="head" if act == "judge" else "office", source="simulated")
    prepared = prepare_command(ACTS.by_name[act], data, subject=LAW.stream(id))
    perform(LAW, id, prepared, actor, command_id=uuid.uuid4())


def version(city: City, number: int, law: str = "") -> Standard:
    """The next version of the city's standard, its first basis naming another version of its law, if given."""
    first = replace(city.standard.bases[0], law=law or city.standard.bases[0].law)
    return replace(city.standard, version=number, bases=(first, *city.standard.bases[1:]))


def test_what_is_published_first_founds_the_register(city: City) -> None:
    titles = set(Law.objects.values_list("title", flat=True))
    assert {FOOD_LAW, "行政许可法", "食品经营许可管理办法"} <= titles
    (citing,) = list_citing([FOOD_LAW])
    assert citing.standard == city.standard.key and {c.line for c in citing.citations} >= {"bases/b1", "conditions/c1"}
    assert 35 in read_register().laws[FOOD_LAW].checked[0].articles


def test_a_store_of_before_gets_its_register_once(city: City) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")  # as if there had never been one
        for table in (Law, Citing):
            table._default_manager.all().delete()
        Entry.objects.filter(stream__startswith="law/").delete()
        cursor.execute("set local session_replication_role = origin")
    assert found_missing() > 5 and found_missing() == 0
    assert {c.standard for c in list_citing(["行政许可法"])} == {city.standard.key}


def test_what_is_lapsed_or_unknown_is_not_published(city: City) -> None:
    do(city, "amend", **{**AMENDED, "since": date(2018, 3, 1)})
    for law, code in (
        ("", "article-lapsed"),
        ("食品安全法（2035）", "version-unknown"),
        ("示范条例（2019）", "law-unknown"),
    ):
        with pytest.raises(Refused) as refused:
            demand_lawful(version(city, 2, law))
        (fault,) = refused.value.details["lines"][:1]
        assert (fault["line"], fault["code"]) == ("bases/b1", code) and refused.value.clause == "3.5h"
    demand_lawful(version(city, 2, "食品安全法（2018修正）"))


def test_a_change_opens_a_task_and_a_revision_ends_it(city: City) -> None:
    do(city, "amend", **AMENDED)
    task = LawTask.objects.get()
    assert (task.department, task.item) == ("410100/scjg", "ZZ-001")
    assert task.lines == ["bases/b1", "unneeded/u1/basis", "unneeded/u2/basis", "materials/M01/basis"]
    assert task.due_on == date(2018, 4, 10), "twenty working days, the festival of April between"
    put_in_force(version(city, 2), SYSTEM)  # before the change holds, it may still cite the old version: the task stays
    assert LawTask.objects.get().done == ""
    city.at("2018-04-02 09:00")
    put_in_force(version(city, 3, "食品安全法（2018修正）"), SYSTEM)
    task = LawTask.objects.get()
    assert (task.done, task.done_on) == ("revised", date(2018, 4, 2))


def test_a_standard_published_before_a_change_holds_gets_its_task_too(city: City) -> None:
    do(city, "amend", **AMENDED)
    do(city, "judge", number="1", reason="许可条件没有变")
    put_in_force(version(city, 2), SYSTEM)
    assert sorted(LawTask.objects.values_list("standard", "done")) == [
        ("410100/ZZ-001/1", "judged"),
        ("410100/ZZ-001/2", ""),
    ]


def test_the_days_to_follow_are_a_parameter(city: City) -> None:
    set_parameter(FOLLOWING, "revise", 30, SYSTEM)
    assert Setting.objects.filter(scope="laws").exists()
    do(city, "repeal", since=date(2018, 3, 1), source="主席令第1号")
    assert LawTask.objects.get().due_on > date(2018, 4, 20)


def test_acts_cite_what_the_register_has_in_force(city: City) -> None:
    today = date(2018, 3, 12)
    known = lambda: lawful_standard(city.standard.key, _registered(), today).bases_on(today)  # noqa: E731
    assert any("食品安全法（2021修正） 35条" in words for words in known())
    city.submit()
    do(city, "hide", publication="internal", reason="公报上查不到")
    assert not any("食品安全法（2021修正） 35条" in words for words in known())
    with counted() as sent:
        for _ in range(3):
            city.submit()
    assert not [s for s in sent if 'FROM "catalog_law"' in s], "read once after a change, then kept"
    do(city, "publish", place="全国人大常委会公报2018年第1号")
    assert any("食品安全法（2021修正） 35条" in words for words in known())
    assert LawTask.objects.get().done == "lifted"


def _registered() -> int:
    from yichuang.catalog.laws.queries import REGISTERED

    with connection.cursor() as cursor:
        cursor.execute(f"select {REGISTERED}")
        return int(cursor.fetchone()[0])


def test_an_amended_law_wakes_no_case(city: City) -> None:
    from yichuang.aggregates.timers import follow_reckoning
    from yichuang.cases.declared import CASE

    city.submit()
    follow_reckoning(CASE)
    do(city, "amend", **AMENDED)
    assert follow_reckoning(CASE) == 0


def test_a_law_that_is_registered_by_hand_is_cited(city: City) -> None:
    assert Division.objects.exists()
    do(city, "register", "示范条例", title="示范条例", rank="local_reg", issuer="示范市人大常委会", number="",
       publication="published", place="公报2018年第1号", label="2018", since=date(2018, 3, 1))  # fmt: skip
    demand_lawful(version(city, 2, "示范条例（2018）"))
    with pytest.raises(Refused) as refused:
        do(city, "register", "没有", title="示范条例", rank="law", issuer="某", number="", publication="published",
           place="公报")  # fmt: skip
    assert refused.value.code == "title-taken"


def test_what_the_pages_of_the_register_cost(city: City) -> None:
    from django.test import Client

    from yichuang.people.models import Account

    do(city, "amend", **AMENDED)
    law = Law.objects.get(title=FOOD_LAW)
    for address in ("/laws", f"/laws/{law.pk}", "/laws/named?law=食品安全法（2021修正）"):
        with counted() as sent:
            answer = Client().get(address)
        assert answer.status_code in (200, 302) and len(sent) <= 12, (address, sent)
    browser = Client()
    browser.force_login(Account.objects.get(pk=int(city.head.person[2:])))
    browser.get("/desk/laws")
    with counted() as sent:
        page = browser.get("/desk/laws").content.decode()
    assert "材料M01" in page and len(sent) <= 12, sent


def test_what_the_desk_compared_is_read_when_a_version_is_examined(city: City) -> None:
    from yichuang.catalog.drafting.content import content_of, head_of
    from yichuang.catalog.revising.working import check_content, read_store_facts

    rule = replace(city.standard.bases[0], confidence="memory-high", law="食品安全法（2021修正）", article="35条、99条")
    standard = replace(city.standard, version=2, bases=(rule, *city.standard.bases[1:]))

    def unread() -> int:
        work = check_content(content_of(standard), head_of(standard), "", read_store_facts(date(2018, 3, 12)))
        return sum(finding.code == "basis-unread" and "99条" in finding.message for finding in work.findings)

    assert unread() == 1
    do(city, "compare", version="食品安全法（2021修正）", articles="99条")
    assert unread() == 0
