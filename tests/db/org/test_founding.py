"""Founding a city: what a plan may hold, stored whole or not at all, once and never in a demo; what is then missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from django.test import Client

from yichuang.aggregates.refusal import Invalid
from yichuang.cases.readiness import list_gaps
from yichuang.kernel.codes import uscc
from yichuang.ledger.models import Entry
from yichuang.ledger.service import create_store, store_kind
from yichuang.ops import founding
from yichuang.org import queries as org
from yichuang.org.models import Department, Division, Hall, Holding
from yichuang.people import mfa
from yichuang.people.models import Account

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def unknown_kind() -> Iterator[None]:
    mfa._kind = ""
    yield
    mfa._kind = ""


def example() -> dict[str, Any]:
    plan: dict[str, Any] = yaml.safe_load(founding.EXAMPLE)
    return plan


def test_the_example_founds_a_city() -> None:
    invitations = founding.found_city(founding.check_plan(example()))
    assert [one.title for one in invitations] == ["系统管理员", "安全管理员", "审计管理员"]
    assert store_kind() == "production"
    assert set(Division.objects.values_list("code", flat=True)) == {"410200", "410225"}
    assert org.office_of("410200").name == "开封市政务服务和大数据管理局"
    assert Department.objects.filter(pk="410225/zwb").exists() and Hall.objects.get().division_id == "410200"
    assert Holding.objects.count() == 3 and not any(a.has_usable_password() for a in Account.objects.all())
    assert 2026 in org.get_calendar().years and 2027 in org.get_calendar().years
    page = Client().get(invitations[0].path)
    assert page.status_code == 200 and "han" in page.content.decode()
    assert {"division_added", "hall_added", "calendar_loaded", "first_link_issued"} <= set(
        Entry.objects.values_list("kind", flat=True)
    )
    home = Client().get("/").content.decode()
    assert "开封政务服务" in home and "演示" not in home and "郑州" not in home


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"city": {"code": 410200, "name": "开封市"}}, "city.code：应当是文字"),
        ({"city": {"code": "4102", "name": "开封市"}}, "city.code：写法不对"),
        ({"mayor": "某某"}, "mayor：没有这个键"),
        (
            {"administrators": {"sysadmin": {"name": "韩", "number": "1", "username": "han"}}},
            "administrators.secadmin：没有写",
        ),
        ({"counties": [{"code": "410225", "name": "兰考县"}]}, "counties.1.office：没有写"),
    ],
)
def test_what_is_wrong_in_a_plan_is_said_place_by_place(change: dict[str, Any], words: str) -> None:
    with pytest.raises(RuntimeError, match=words):
        founding.check_plan(example() | change)


def test_nothing_is_stored_when_one_thing_cannot_be() -> None:
    plan = example()
    plan["administrators"]["auditadmin"]["username"] = "han"  # the system administrator's
    with pytest.raises(Invalid, match="已被使用"):
        founding.found_city(founding.check_plan(plan))
    plan = example()
    plan["departments"][0]["uscc"] = plan["departments"][0]["uscc"][:-1] + "0"
    with pytest.raises(Invalid):
        founding.found_city(founding.check_plan(plan))
    plan = example()
    plan["halls"][0]["division"] = "990000"
    with pytest.raises(RuntimeError, match="990000"):
        founding.found_city(founding.check_plan(plan))
    assert not Division.objects.exists() and not Account.objects.exists() and store_kind() == ""


def test_a_city_is_founded_once_and_in_no_demo() -> None:
    founding.found_city(founding.check_plan(example()))
    with pytest.raises(RuntimeError, match="已经建过市"):
        founding.found_city(founding.check_plan(example()))


def test_a_demo_store_founds_no_city() -> None:
    create_store("demo")
    with pytest.raises(RuntimeError, match="演示库"):
        founding.found_city(founding.check_plan(example()))


def test_answers_make_a_plan_as_well() -> None:
    hall = ["开封市政务服务大厅", "郑开大道1号", ""]
    people = [answer for n in "123" for answer in (f"管理{n}", f"K{n}", f"admin{n}", "")]
    office = ["开封市政务服务办公室", uscc.build("1", "1", "410200", "MB000002")]
    answers = iter(["410200", "开封市", "汴", *office, *hall, *people])
    plan = founding.ask_plan(lambda question: next(answers))
    assert len(founding.found_city(plan)) == 3 and Division.objects.get().mark == "汴"


def test_what_the_first_case_needs_is_told() -> None:
    assert [gap.text for gap in list_gaps()] == ["这是空库，不是正式库"]
    founding.found_city(founding.check_plan(example()))
    told = {gap.text for gap in list_gaps() if gap.blocks}
    assert told == {"没有已发布的办事规程"} | {f"{title}还没有设置密码" for title in founding.TITLES.values()}
    Holding.objects.filter(post__kind="auditadmin").delete()
    assert "没有审计管理员" in {gap.text for gap in list_gaps()}
