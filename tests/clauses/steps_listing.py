"""Steps on the list of approval items: what the office moves, what is taken in, what everybody reads of it."""

from __future__ import annotations

import re
from typing import Any

from django.db import connection
from django.test import Client
from pytest_bdd import given, parsers, then, when

from tests.clauses.story import Story, day
from tests.clauses.ways import public
from tests.db.licences.lives import scan
from yichuang.aggregates.models import Upload
from yichuang.aggregates.rebuild import rebuild
from yichuang.cases.leaving import FOLLOWER, tell_cases
from yichuang.cases.models import Case, Draft
from yichuang.cases.notices import FOLLOWER as OF_CASES
from yichuang.catalog.listing.declared import ITEM
from yichuang.catalog.listing.queries import count_over_time
from yichuang.catalog.models import Item
from yichuang.catalog.service import publish
from yichuang.ledger.actor import SYSTEM
from yichuang.org.models import Department
from yichuang.people.models import Account, Message

PAPER: dict[str, Any] = {"issuer": "国务院", "day": "2018-03-01"}
NEW: dict[str, Any] = {"code": "ZZ-900", "name": "示范经营许可", "ground": "law", "article": "第三条"}


def shown(story: Story, name: str) -> dict[str, Any]:
    return {**PAPER, "evidence": scan(story.who(name))}


def cancel(story: Story, name: str, title: str, **more: Any) -> None:
    """The office cancels an item; `more` over what a right cancellation says."""
    story.find(title)
    item = Item.objects.get(name=title)
    data = {
        **shown(story, name),
        "number": "国发〔2018〕9号",
        "on": "2018-04-01",
        "transition": "finish",
        "rule": "",
        **more,
    }
    with story.attempt():
        story.way.on_life("list", str(item.pk), "cancel", story.who(name), data)


def add(story: Story, by: str, **more: Any) -> None:
    data = {**shown(story, by), **NEW, "number": "国务院令第697号", "department": "410100/scjg", **more}
    with story.attempt():
        story.way.begin_life("list", "add", story.who(by), data)


CANCELS = r"(?P<name>\S+?)依“(?P<number>.+?)”自(?P<on>\d+年\d+月\d+日)起取消“(?P<title>.+?)”"


@given(parsers.re(CANCELS + "$"))
@when(parsers.re(CANCELS + "$"))
def _(story: Story, name: str, number: str, on: str, title: str) -> None:
    cancel(story, name, title, number=number, on=day(on).isoformat())


@given(parsers.re(CANCELS + "，在办件通知后终止$"))
@when(parsers.re(CANCELS + "，在办件通知后终止$"))
def _(story: Story, name: str, number: str, on: str, title: str) -> None:
    cancel(story, name, title, number=number, on=day(on).isoformat(), transition="end")


@when(parsers.re(r"(?P<name>\S+?)撤回“(?P<title>.+?)”的退出决定"))
def _(story: Story, name: str, title: str) -> None:
    item = Item.objects.get(name=title)
    with story.attempt():
        story.way.on_life("list", str(item.pk), "keep", story.who(name), {"reason": "决定机关已经撤回"})


@when(parsers.re(CANCELS + r"，在办件“(?P<rule>.*?)”$"))
def _(story: Story, name: str, number: str, on: str, title: str, rule: str) -> None:
    cancel(story, name, title, number=number, on=day(on).isoformat(), transition="as_decided", rule=rule)


@when(parsers.re(CANCELS + "，文件公开$"))
def _(story: Story, name: str, number: str, on: str, title: str) -> None:
    cancel(story, name, title, number=number, on=day(on).isoformat(), public=True)


@when(parsers.re(r"(?P<name>\S+?)依“(?P<number>.+?)”把“(?P<title>.+?)”更名为“(?P<new>.+?)”"))
def _(story: Story, name: str, number: str, title: str, new: str) -> None:
    if title == "食品经营许可":
        story.find(title)
    item = Item.objects.get(name=title)
    data = {**shown(story, name), "number": number, "name": new}
    with story.attempt():
        story.way.on_life("list", str(item.pk), "rename", story.who(name), data)


@then(parsers.re("公众(?P<can>可以打开|打不开)台账上的文件"))
def _(story: Story, can: str) -> None:
    """Only what the office marked as public, to whoever has no account at all."""
    story.settle()
    upload = Upload.objects.get(stream__startswith="listing/")
    shown_there = str(upload.pk) in Client().get("/list?at=410100").content.decode()
    answer = Client().get(f"/list/file/{upload.pk}")
    assert [answer.status_code == 200, shown_there] == 2 * [can == "可以打开"]
    if shown_there:
        assert b"".join(answer) and answer["Content-Disposition"].startswith("attachment")


@when(parsers.re(r"(?P<name>\S+?)取消“(?P<title>.+?)”，但(?P<fault>.+)"))
def _(story: Story, name: str, title: str, fault: str) -> None:
    faults: dict[str, dict[str, Any]] = {"没有写文号": {"number": ""}, "没有附文件": {"evidence": []}}
    cancel(story, name, title, **(faults.get(fault) or {"on": day(fault.removeprefix("日期是")).isoformat()}))


ADDS = r"(?P<name>\S+?)依“(?P<number>.+?)”(?P<article>第.+?条)列入“(?P<title>.+?)”"


@given(parsers.re(ADDS + "$"))
@when(parsers.re(ADDS + "$"))
def _(story: Story, name: str, number: str, article: str, title: str) -> None:
    add(story, name, number=number, article=article, name=title)


@when(parsers.re(ADDS + r"，区别是“(?P<judgement>.+?)”$"))
def _(story: Story, name: str, number: str, article: str, title: str, judgement: str) -> None:
    add(story, name, number=number, article=article, name=title, judgement=judgement)


@when(parsers.re(r"(?P<name>\S+?)列入“(?P<title>.+?)”，但(?P<fault>.+)"))
def _(story: Story, name: str, title: str, fault: str) -> None:
    faults = {
        "没有写条款": {"article": ""},
        "没有附文件": {"evidence": []},
        "由企业实施": {"department": "410100/hall-company"},
    }
    add(story, name, **faults[fault])


BODY = "410100/sfdw"


@given(parsers.parse("本级有一个单位是{nature}"))
def _(story: Story, nature: str) -> None:
    """GB/T 39046 A.3: an organ, an authorised organisation, a delegated organ, another body."""
    kinds = {"行政机关": "1", "没有授权的事业单位": "9"}
    kind = kinds.get(nature) or ("3" if "受委托" in nature else "2")
    citation = nature.partition("写明")[2].partition("授权")[0]
    about = {"name": "示范单位", "short": "示范", "kind": kind, "citation": citation}
    Department.objects.create(id=BODY, division_id="410100", code="sfdw", **about)


@when(parsers.parse("{name}列入由这个单位实施的“{title}”"))
def _(story: Story, name: str, title: str) -> None:
    add(story, name, name=title, department=BODY)


@when(parsers.parse("{name}凭文件把“{title}”改由这个单位实施"))
def _(story: Story, name: str, title: str) -> None:
    story.find(title)
    item = Item.objects.get(name=title)
    data = {**shown(story, name), "number": "郑编办〔2018〕1号", "department": BODY}
    with story.attempt():
        story.way.on_life("list", str(item.pk), "move", story.who(name), data)


@when(parsers.parse("{name}凭文件把“{title}”改由公安局实施"))
def _(story: Story, name: str, title: str) -> None:
    story.find(title)
    story.department("gaj")
    item = Item.objects.get(name=title)
    data = {**shown(story, name), "number": "郑编办〔2018〕2号", "department": "410100/gaj"}
    story.way.on_life("list", str(item.pk), "move", story.who(name), data)


@given(parsers.parse("{name}留着“{title}”的草稿"))
def _(story: Story, name: str, title: str) -> None:
    standard = story.find(title)
    Draft.objects.create(account=story.who(name).person, standard=standard.key, situation="new")


@when(parsers.parse("发布清单以外的“{title}”规程"))
def _(story: Story, title: str) -> None:
    with story.attempt():
        publish(story.unpublished(title), SYSTEM)


@given(parsers.parse("清单上有{number:d}项"))
@then(parsers.parse("清单上有{number:d}项"))
def _(story: Story, number: int) -> None:
    story.settle()
    assert count_over_time("410100")[-1][1] == number
    assert f"列入清单的审批事项{number}项" in public("/list?at=410100").replace(" ", "")


@then(parsers.parse("清单变动台账写着“{word}”和“{more}”"))
def _(story: Story, word: str, more: str) -> None:
    page = public("/list?at=410100")
    assert word in page and more in page, page


@then(parsers.parse("{name}收到消息“{title}”，写着“{words}”"))
def _(story: Story, name: str, title: str, words: str) -> None:
    story.settle()
    tell_cases()
    FOLLOWER.follow(0)
    OF_CASES.follow(0)
    account = Account.objects.get(pk=int(story.who(name).person[2:]))
    assert words in Message.objects.get(account=account, title=title).text


@when("有人越过程序删去清单变动台账的一行")
def _(story: Story) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute("delete from catalog_listmove where code = 'ZZ-900'")


@then("以重放核对发现清单变动不符")
def _(story: Story) -> None:
    assert [difference for difference in rebuild(ITEM).differences if "清单变动" in str(difference)]


# --- 一次办妥 ---------------------------------------------------------------------------------------------------------


@when(parsers.re(r"(?P<name>\S+?)把“(?P<title>.+?)”确认为“一次办妥”"))
def _(story: Story, name: str, title: str) -> None:
    story.find(title)
    item = Item.objects.get(name=title)
    with story.attempt():
        story.way.on_life("list", str(item.pk), "confirm_once", story.who(name), {})


@when(parsers.re(r"(?P<name>\S+?)以“(?P<reason>.+?)”为由移出“一次办妥”的“(?P<title>.+?)”"))
def _(story: Story, name: str, reason: str, title: str) -> None:
    item = Item.objects.get(name=title)
    with story.attempt():
        story.way.on_life("list", str(item.pk), "drop_once", story.who(name), {"reason": reason})


def once_row(title: str) -> str:
    """What the public page says of an item."""
    page = Client().get("/once?at=410100").content.decode()
    return next(row for row in page.split("<tr") if title in row)


@given(parsers.re("“一次办妥”清单里“(?P<title>.+?)”(?P<state>已确认|待确认)"))
@then(parsers.re("“一次办妥”清单里“(?P<title>.+?)”(?P<state>已确认|待确认)"))
def _(story: Story, title: str, state: str) -> None:
    story.settle()
    assert state in once_row(story.find(title).name)


@then(parsers.parse("申请人到过窗口{number:d}次"))
def _(story: Story, number: int) -> None:
    story.settle()
    assert Case.objects.get(pk=story.case_id).visits == number


@then(parsers.parse("“一次办妥”清单写明“{title}”有{number:d}件多跑了"))
def _(story: Story, title: str, number: int) -> None:
    story.settle()
    words = re.sub(r"<[^>]*>|<?[^<>]*>", " ", once_row(title).partition("</tr>")[0]).split()
    assert words[-1] == str(number), words
