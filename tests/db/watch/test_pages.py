"""Watch and studio: who may look, what is counted, and at how many statements."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def client(city: Any, actor: Any) -> Client:
    from yichuang.people.models import Account

    out = Client()
    out.force_login(Account.objects.get(pk=int(actor.person[2:])))
    return out


def test_the_watch_page_counts_todays_acts_in_few_statements(city: Any) -> None:
    case = city.submit().state
    city.do(case.id, "receive", city.window)
    city.do(case.id, "accept", city.window)
    browser = client(city, city.head)
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get("/watch/")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "食品经营许可" in text and "市场监督管理局" in text
    assert len(asked) <= 12, "\n".join(q["sql"][:150] for q in asked)


def test_a_clerk_is_told_which_posts_may_watch(city: Any) -> None:
    answer = client(city, city.window).get("/watch/")
    assert answer.status_code == 403
    assert "请切换到相应岗位" in answer.content.decode()


def test_the_reader_counts_only_what_exists_for_them(city: Any) -> None:
    from yichuang.cases import queries, watching
    from yichuang.ledger.service import now

    city.submit()
    assert watching.today(queries.scopes_of(city.head), now())["submitted"] == 1
    assert watching.today(queries.scopes_of(city.citizen), now())["submitted"] == 1
    assert watching.today([("department", "410100/wjw")], now())["submitted"] == 0
    assert watching.today([], now())["submitted"] == 0
    assert watching.lights([]) == []


def test_a_sweep_that_never_ran_is_an_alarm(city: Any) -> None:
    from yichuang.aggregates import timers
    from yichuang.cases import watching

    assert watching.health().sweep_late
    timers.mark_swept()
    assert not watching.health().sweep_late


@pytest.mark.clause("3.2f.1")
@pytest.mark.screen
def test_the_studio_shows_the_published_standard_and_its_flow(city: Any) -> None:
    page = Client().get("/studio/410100/ZZ-001")
    assert page.status_code == 200
    assert "现场核查" in page.content.decode() and "SM3" in page.content.decode()
    flow = Client().get("/studio/410100/ZZ-001/1/flow.bpmn")
    assert flow["Content-Type"].startswith("application/xml") and b"parallelGateway" in flow.content
    assert Client().get("/studio/410100/ZZ-001/1/standard.json").json()["item"] == "ZZ-001"
    assert Client().get("/studio/410100/ZZ-999").status_code == 404


@pytest.mark.clause("3.2g.1")
@pytest.mark.screen
def test_the_studio_says_which_rules_are_blind_without_a_supervision_point(city: Any) -> None:
    from dataclasses import replace

    from yichuang.catalog.service import put_in_force
    from yichuang.ledger.actor import SYSTEM

    text = Client().get("/studio/410100/ZZ-001").content.decode()
    assert "去掉了监察节点" not in text
    points = tuple(point for point in city.standard.points if point.rule != "R-T02")
    assert len(points) < len(city.standard.points)
    put_in_force(replace(city.standard, version=2, points=points), SYSTEM)
    text = Client().get("/studio/410100/ZZ-001").content.decode()
    assert "去掉了监察节点，上一版看得见的规则看不见了：承诺超时。" in text
    assert re.search("没有监察节点、看不见本事项的规则：[^。]*承诺超时", text)
    assert "去掉了监察节点" not in Client().get("/studio/410100/ZZ-001/1").content.decode()


def test_roots_are_public_and_no_other_file_is(city: Any) -> None:
    assert Client().get("/watch/roots").status_code == 200
    assert Client().get("/watch/roots/..%2Fsecrets").status_code == 404
    assert Client().get("/watch/roots/2018-01-01.json").status_code == 404


@pytest.mark.screen
def test_the_watch_says_when_everything_was_verified_last_and_what_was_found(city: Any) -> None:
    from yichuang.ledger.checked import record_check
    from yichuang.ledger.report import Report

    reader = client(city, city.head)

    def row() -> str:
        found = re.search(r"<div>每日核验</div>.*?</tr>", reader.get("/watch/").content.decode(), re.S)
        assert found
        return found[0]

    assert "还没有核验过" in row() and "红灯" not in row()
    record_check(Report(entries=12, texts=3, files=2))
    assert "绿灯" in row() and "账本 12 条、个人信息原文 3 份、文件 2 个" in row()
    assert re.search(r"上次 \d{4}年\d+月\d+日", row())
    bad = Report()
    bad.add("file", "上传文件 1", "在磁盘上的内容与入账时的摘要不符：<b>被改动</b>。")
    record_check(bad)
    assert "红灯" in row() and "发现 1 处问题" in row() and "上传文件 1" in row() and "<b>被" not in row()
    city.at("2018-04-20 09:00")
    assert "红灯" in row()
    wall = reader.get("/watch/wall").content.decode()
    assert "账本核验发现问题" in wall


def test_lists_do_not_say_none_before_everything_was_judged(city: Any) -> None:
    """While the tables are first filled, or entries wait to be read, an empty list says how far judging has come."""
    from tests.db.watching import officer, read_all

    browser = client(city, officer("supervisor"))
    pages = {
        "/watch/": ("没有监察发现", "没有督办单"),
        "/watch/findings": ("没有监察发现",),
        "/watch/findings?state=excused": ("没有符合条件的发现",),
        "/watch/orders?state=todo": ("没有等您办理的督办单",),
        "/watch/orders": ("没有符合条件的督办单",),
        "/watch/signs": ("没有体外循环的发现",),
        "/watch/wall": ("也没有发现",),
    }

    def read(place: str) -> str:
        return str(browser.get(place).content.decode())

    for page, nothing in pages.items():
        assert "正在首次读入账本" in read(page), page
        assert not [words for words in nothing if words in read(page)], page
    read_all()
    for page, nothing in pages.items():
        assert all(words in read(page) for words in nothing), page
    city.at("2018-03-12 10:00")
    city.submit()
    city.at("2018-03-12 10:01")
    for page in pages.keys() - {"/watch/wall"}:
        assert "现在判断到" in read(page) and "条记录没有读" in read(page), page
