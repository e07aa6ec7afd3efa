"""The security administrator's pages: posts and who holds them, absences, accounts, programs. Each act is on record."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext


def officer(username: str) -> Any:
    from yichuang.org.models import Officer

    return Officer.objects.select_related("account").get(account__username=username)


def kinds(stream: str) -> list[str]:
    from yichuang.ledger.models import Entry

    return list(Entry.objects.filter(stream=stream).order_by("seq").values_list("kind", flat=True))


def follow(browser: Any, address: str, **data: Any) -> str:
    answer = browser.post(address, data, follow=True)
    text: str = answer.content.decode()
    return text


def test_departments_posts_and_holders_at_few_statements(house: Any) -> None:
    house.city.at("2018-03-12 09:30")
    one = officer("reviewer1")
    for address, words in (
        ("departments", "市场监督管理局"),
        ("departments?q=reviewer1", "找到的人员"),
        ("departments/410100/scjg", "reviewer1"),
        ("post/410100/scjg/reviewer/1", "历任"),
        (f"officer/{one.pk}", "工号 reviewer1"),
    ):
        with CaptureQueriesContext(connection) as asked:
            answer = house.secadmin.get(f"/house/{address}")
        assert answer.status_code == 200 and words in answer.content.decode(), address
        assert len(asked) <= 9, "\n".join(q["sql"][:150] for q in asked)
    assert house.secadmin.get("/house/departments/410100/none").status_code == 404


def test_a_post_is_set_up_and_held_and_given_up_on_record(house: Any) -> None:
    from yichuang.org.models import Holding

    house.city.at("2018-03-12 09:30")
    text = follow(house.secadmin, "/house/departments/410100/scjg", kind="reviewer", name="特种设备审查岗")
    assert "已设立岗位特种设备审查岗" in text
    post = "410100/scjg/reviewer/3"
    text = follow(house.secadmin, f"/house/post/{post}", number="reviewer1", first_day="2018-03-12")
    assert "已任命reviewer1担任特种设备审查岗" in text
    holding = Holding.objects.get(post=post)
    again = house.secadmin.post(f"/house/post/{post}", {"number": "reviewer1", "first_day": "2018-03-13"})
    assert again.status_code == 422 and "已任此岗位" in again.content.decode()
    text = follow(house.secadmin, f"/house/holding/{holding.pk}/end", last_day="2018-03-01")
    assert "不能早于任职日期" in text
    text = follow(house.secadmin, f"/house/holding/{holding.pk}/end", last_day="2018-03-30")
    assert "不再担任特种设备审查岗" in text
    assert "应当写成" in follow(house.secadmin, f"/house/holding/{holding.pk}/end", last_day="明天")
    assert kinds(f"org/post/{post}") == ["post_added", "appointed", "holding_ended"]
    holding.refresh_from_db()
    assert holding.last_day == date(2018, 3, 30)


def test_three_hands_stay_apart(house: Any) -> None:
    sent = {"number": "sysadmin", "first_day": "2018-03-12"}
    answer = house.secadmin.post("/house/post/410100/zwb/auditadmin/1", sent)
    assert answer.status_code == 422 and "三员分立" in answer.content.decode()


def test_nobody_serves_themselves(house: Any) -> None:
    own = officer("secadmin")
    holding = own.holdings.get()
    for address, sent in (
        ("post/410100/scjg/head/1", {"number": "secadmin", "first_day": "2018-03-12"}),
        (f"holding/{holding.pk}/end", {"last_day": "2018-03-30"}),
        (f"officer/{own.pk}", {"first_day": "2018-03-12", "last_day": "2018-03-13", "reason": "leave"}),
        (f"officer/{own.pk}/close", {"sure": "yes"}),
    ):
        assert house.secadmin.post(f"/house/{address}", sent).status_code == 403, address
    own.account.refresh_from_db()
    assert own.account.is_active and own.holdings.get().last_day is None and kinds("org/post/410100/scjg/head/1") == []


def test_somebody_is_away_and_a_colleague_stands_in(house: Any) -> None:
    house.city.at("2018-03-12 09:30")
    one = officer("reviewer1")
    sent = {"first_day": "2018-03-12", "last_day": "2018-03-16", "reason": "sick"}
    assert "请为其岗位指定代理人" in follow(house.secadmin, f"/house/officer/{one.pk}", **sent)
    absence = one.absences.get()
    post = house.city.reviewer.post
    address = f"/house/absence/{absence.pk}/stand-in"
    assert "没有这个工号" in follow(house.secadmin, address, post=post, number="nobody")
    assert "同一部门" in follow(house.secadmin, address, post=post, number="window1")
    assert "reviewer2自2018-03-12起代理" in follow(house.secadmin, address, post=post, number="reviewer2")
    assert "恢复办理" in follow(house.secadmin, f"/house/absence/{absence.pk}/end")
    assert kinds(f"org/officer/{one.pk}") == ["absence_recorded", "absence_ended"]


def test_an_account_is_closed_once_and_after_a_tick(house: Any) -> None:
    one = officer("window2")
    address = f"/house/officer/{one.pk}/close"
    assert "请先勾选" in follow(house.secadmin, address)
    assert kinds(f"people/account/{one.account_id}") == []
    assert "已关闭" in follow(house.secadmin, address, sure="yes")
    assert "此前已经关闭" in follow(house.secadmin, address, sure="yes")
    assert kinds(f"people/account/{one.account_id}") == ["account_closed"]
    assert house.sit(house.city.window2).get("/desk/").status_code in (302, 403)


def test_a_new_officer_is_enrolled_whole_or_not_at_all(house: Any) -> None:
    from yichuang.people.models import Account

    sent = {"name": "李新来", "number": "W-100", "username": "lixinlai", "email": "li@example.cn"}
    assert 'id="first-link"' in follow(house.secadmin, "/house/officer", **sent)
    account = officer("lixinlai").account
    assert account.kind == "officer" and not account.has_usable_password()
    taken = house.secadmin.post("/house/officer", {**sent, "username": "another"})
    assert taken.status_code == 422 and "已经登记为工作人员" in taken.content.decode()
    assert not Account.objects.filter(username="another").exists()


def test_a_token_is_shown_once_and_stops_when_revoked(house: Any) -> None:
    from yichuang.people.models import ApiClient
    from yichuang.people.queries import find_client_by_token

    holding = officer("reviewer1").holdings.get()
    listed = house.secadmin.get("/house/clients", {"q": "reviewer1"}).content.decode()
    assert house.city.reviewer.post in listed or f'value="{holding.pk}"' in listed
    sent = {"q": "reviewer1", "seat": holding.pk, "name": "市监局业务系统", "days": "90"}
    answer = house.secadmin.post("/house/clients", sent)
    (token,) = re.findall(r'id="token">([^<]+)<', answer.content.decode())
    assert "no-store" in answer["Cache-Control"]
    found = find_client_by_token(token)
    assert found is not None and found[0].post == house.city.reviewer.post
    client = found[0]
    again = house.secadmin.post("/house/clients", sent)
    assert again.status_code == 422 and "已有同名的接口用户" in again.content.decode()
    with CaptureQueriesContext(connection) as asked:
        text = house.secadmin.get("/house/clients").content.decode()
    assert "市监局业务系统" in text and token not in text and len(asked) <= 5
    assert "立即生效" in follow(house.secadmin, f"/house/clients/{client.pk}/revoke")
    assert "此前已经停用" in follow(house.secadmin, f"/house/clients/{client.pk}/revoke")
    assert find_client_by_token(token) is None
    assert kinds(f"people/client/{client.pk}") == ["client_issued", "client_revoked"]
    assert ApiClient.objects.count() == 1


@pytest.mark.parametrize("username", ["auditadmin", "nobody"])
def test_no_token_for_an_administrator_or_for_nobody(house: Any, username: str) -> None:
    from yichuang.people.models import ApiClient

    assert "没有找到今天在岗的" in house.secadmin.get("/house/clients", {"q": username}).content.decode()
    holding = officer("auditadmin").holdings.get()
    answer = house.secadmin.post("/house/clients", {"q": username, "seat": holding.pk, "name": "系统"})
    assert answer.status_code == 422 and not ApiClient.objects.exists()


def test_another_city_is_out_of_reach(house: Any) -> None:
    from yichuang.org.models import Department, Division, Holding, Officer, Post
    from yichuang.people.models import Account

    city = Division.objects.create(code="410200", name="开封市", level="city")
    Department.objects.create(id="410200/scjg", division=city, code="scjg", name="开封市监局", short="市监")
    post = Post.objects.create(id="410200/scjg/head/1", department_id="410200/scjg", kind="head", name="机关负责人")
    other = Officer.objects.create(account=Account.objects.create_user("kf", kind="officer"), name="外市", number="KF")
    holding = Holding.objects.create(officer=other, post=post, first_day=date(2017, 1, 1))
    for address in ("departments?division=410200", "departments/410200/scjg", f"post/{post.pk}", f"officer/{other.pk}"):
        assert house.secadmin.get(f"/house/{address}").status_code == 404, address
    assert house.secadmin.post(f"/house/holding/{holding.pk}/end", {"last_day": "2018-03-30"}).status_code == 404
    assert house.secadmin.post(f"/house/officer/{other.pk}/close", {"sure": "yes"}).status_code == 404
    assert "没有找到" in house.secadmin.get("/house/clients", {"q": "KF"}).content.decode()
