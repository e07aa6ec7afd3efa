"""Steps in which a card is sent, answered, appealed, closed or left lying."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from uuid import uuid4

from django.db import transaction
from pytest_bdd import given, parsers, then, when

from tests.clauses.steps_watching import found
from tests.clauses.story import Story
from tests.db.watching import client, finding
from yichuang.orders.core.state import REACH, Stage
from yichuang.orders.models import Order
from yichuang.orders.service import follow
from yichuang.supervision.models import Finding
from yichuang.supervision.rules.catalogue import RULES

TEXT = "“(?P<text>.+?)”"


def order(story: Story) -> Order:
    """The order on what was concluded too quickly, as time has left it."""
    from yichuang.aggregates.timers import sweep

    assert sweep().failed == 0
    return latest(story)


def latest(story: Story) -> Order:
    return Order.objects.get(case_id=story.case_id, rule="R-P02")


def act(story: Story, name: str, act: str, **data: Any) -> None:
    with story.attempt():
        story.way.order(str(latest(story).id), act, story.who(name), data)


@given(parsers.re(r"监察由此发现“(?P<title>.+?)”"))
def _(story: Story, title: str) -> None:
    assert list(found(story, title))


@when(parsers.re(r"(?P<name>\S+?)发出督办单" + TEXT))
def _(story: Story, name: str, text: str) -> None:
    act(story, name, "issue", text=text)


@when(parsers.re(r"(?P<name>\S+?)签收督办单"))
def _(story: Story, name: str) -> None:
    act(story, name, "sign")


@when(parsers.re(r"(?P<name>\S+?)反馈" + TEXT))
def _(story: Story, name: str, text: str) -> None:
    act(story, name, "reply", text=text)


@when(parsers.re(r"(?P<name>\S+?)打回" + TEXT))
def _(story: Story, name: str, text: str) -> None:
    act(story, name, "return", text=text)


@when(parsers.re(r"(?P<name>\S+?)申诉" + TEXT))
def _(story: Story, name: str, text: str) -> None:
    act(story, name, "appeal", text=text)


@when(parsers.re(r"(?P<name>\S+?)认定申诉成立" + TEXT))
def _(story: Story, name: str, text: str) -> None:
    act(story, name, "uphold", text=text)


@when(parsers.re(r"(?P<name>\S+?)不予发牌" + TEXT))
def _(story: Story, name: str, text: str) -> None:
    act(story, name, "cancel", text=text)


@when(parsers.re(r"(?P<name>\S+?)把督办单分派给(?P<other>\S+)"))
def _(story: Story, name: str, other: str) -> None:
    act(story, name, "entrust", watcher=story.who(other).person)


@then(parsers.re(r"督办单由(?P<name>\S+?)跟进，分派写进经过"))
def _(story: Story, name: str) -> None:
    row, watcher = latest(story), story.who(name)
    assert row.watcher == watcher.person
    page = client(watcher).get(f"/watch/order/{row.id}").content.decode()
    assert "分派跟进" in page[page.index("办到哪了") :]
    assert f"/watch/order/{row.id}" in client(watcher).get("/watch/orders?watcher=mine").content.decode()


@given(parsers.re(r"另有一张待发的“(?P<title>.+?)”的牌"))
def _(story: Story, title: str) -> None:
    (rule,) = (rule for rule in RULES if rule.title == title)
    with transaction.atomic():
        row = finding(story.case_id, rule=rule.code, at="decide", level="red")
        follow([("found", row)])


@when(parsers.re(r"(?P<name>\S+?)勾选这几张，一并不予发出" + TEXT))
def _(story: Story, name: str, text: str) -> None:
    """As the list offers them: every card that can be ticked."""
    reader, address = client(story.who(name)), "/watch/findings"
    page = reader.get(address).content.decode()
    ticked = re.findall(r'name="order" value="([0-9a-f-]+)"', page)
    assert len(ticked) == 2
    sent = {"command_id": str(uuid4()), "act": "cancel", "order": ticked, "text": text}
    assert reader.post(address, sent).status_code == 302


@when(parsers.re(r"监察重新评判“(?P<title>.+?)”"))
def _(story: Story, title: str) -> None:
    from yichuang.supervision.judging import judge_all

    story.settle()
    (rule,) = (rule for rule in RULES if rule.title == title)
    judge_all(rule)


@then(parsers.re(r"“(?P<title>.+?)”的发现留在记录里，写明“(?P<cause>.+?)”和" + TEXT))
def _(story: Story, title: str, cause: str, text: str) -> None:
    """Off the counts of the officer's page and of the rule, and on record with the reason."""
    reader = client(story.who("监察人员"))
    (rule,) = (rule for rule in RULES if rule.title == title)
    row = Finding.objects.get(case_id=story.case_id, rule=rule.code)
    page = reader.get(f"/watch/finding/{row.id}").content.decode()
    assert cause in page and text in page
    person = row.person.removeprefix("a:")
    assert f"rule={rule.code}" not in reader.get(f"/watch/officer/{person}").content.decode()
    rules = reader.get("/watch/rules").content.decode()
    assert f"rule={rule.code}&amp;state=excused" in rules and f'rule={rule.code}"' not in rules


@when(parsers.re(r"(?P<name>\S+?)核实销号"))
def _(story: Story, name: str) -> None:
    act(story, name, "verify", text="")


@when(parsers.re(r"把“(?P<title>.+?)”的环节最短用时改为(?P<seconds>\d+)秒"))
def _(story: Story, title: str, seconds: str) -> None:
    from yichuang.aggregates.settings import set_parameter
    from yichuang.ledger.actor import SYSTEM
    from yichuang.supervision.judging import judge_all
    from yichuang.supervision.parameters import GROUPS

    (rule,) = (rule for rule in RULES if rule.title == title)
    set_parameter(GROUPS[rule.code], "least_seconds", int(seconds), SYSTEM)
    judge_all(rule)


@then(parsers.re(r"督办单“(?P<stage>.+?)”$"))
def _(story: Story, stage: str) -> None:
    story.settle()
    assert Stage(order(story).stage).label == stage


@then(parsers.re(r"督办单“(?P<stage>.+?)”，应在(?P<year>\d+)年(?P<month>\d+)月(?P<day>\d+)日以前"))
def _(story: Story, stage: str, year: str, month: str, day: str) -> None:
    story.settle()
    row = order(story)
    assert (Stage(row.stage).label, row.due_on) == (stage, date(int(year), int(month), int(day)))


@then(parsers.re(r"督办单报到“(?P<reach>.+?)”"))
def _(story: Story, reach: str) -> None:
    assert REACH[order(story).reach] == reach
