"""Steps that write a rule as data, try it, put it into force and switch it off, each through the door."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from pytest_bdd import given, parsers, then, when

from tests.clauses.story import Story, day
from yichuang.aggregates import door
from yichuang.aggregates.prepare import prepare_command
from yichuang.supervision import tasks
from yichuang.supervision.models import OwnRule, OwnVersion
from yichuang.supervision.own.declared import OWN_RULE
from yichuang.supervision.own.words import ACTIVITIES

NAMES = {words: name for name, words in ACTIVITIES.items()}


def do(story: Story, name: str, act: str, data: dict[str, Any], id: UUID | None = None) -> None:
    """An act of the named person on the story's rule, or on a new one."""
    rule = id or OwnRule.objects.get().pk
    with story.attempt():
        prepared = prepare_command(OWN_RULE.life.acts.by_name[act], data, subject=OWN_RULE.stream(rule))
        door.perform(OWN_RULE, rule, prepared, story.who(name), command_id=uuid4())


def content(kind: str, title: str, *names: str, most: str = "0") -> dict[str, Any]:
    first, second = (*(NAMES[words] for words in names), "")[:2]
    return {
        "title": title, "kind": kind, "first": first, "second": second, "most": int(most), "gravity": "yellow",
        "addressee": "post", "basis": "《本市电子监察办法》第九条",
    }  # fmt: skip


@given(parsers.re(r"(?P<name>\S+?)编写规则“(?P<title>.+?)”：同一人做了“(?P<a>.+?)”和“(?P<b>.+?)”"))
def _(story: Story, name: str, title: str, a: str, b: str) -> None:
    do(story, name, "write", content("same_person", title, a, b), uuid4())


@given(parsers.re(r"(?P<name>\S+?)编写规则“(?P<title>.+?)”：“(?P<a>.+?)”至多(?P<most>\d+)次"))
def _(story: Story, name: str, title: str, a: str, most: str) -> None:
    do(story, name, "write", content("at_most", title, a, most=most), uuid4())


@when(parsers.re(r"(?P<name>\S+?)把规则改为：“(?P<a>.+?)”至多(?P<most>\d+)次"))
def _(story: Story, name: str, a: str, most: str) -> None:
    do(story, name, "rewrite", content("at_most", OwnRule.objects.get().title, a, most=most))


@given(parsers.re(r"(?P<name>\S+?)用历史办件试算这条规则"))
@when(parsers.re(r"(?P<name>\S+?)用历史办件试算这条规则"))
def _(story: Story, name: str) -> None:
    """The worker reads what is recorded, and reckons."""
    from tests.db.watching import read_all

    story.settle()
    read_all()
    do(story, name, "try", {})
    tasks.try_own_rule(str(OwnRule.objects.get().pk))


@when(parsers.re(r"(?P<name>\S+?)自(?P<since>\S+?)起启用这条规则"))
def _(story: Story, name: str, since: str) -> None:
    do(story, name, "enforce", {"since": day(since)})
    for code in OwnVersion.objects.values_list("code", flat=True):
        tasks.rejudge(code)


@when(parsers.re(r"(?P<name>\S+?)停用这条规则，已有的发现全部撤销，理由“(?P<reason>.+)”"))
def _(story: Story, name: str, reason: str) -> None:
    do(story, name, "switch_off", {"standing": "withdrawn", "reason": reason})
    for code in OwnVersion.objects.values_list("code", flat=True):
        tasks.settle_own_rule(code)


@then(parsers.re(r"试算评判了(?P<judged>\d+)件，查到(?P<cases>\d+)件"))
def _(story: Story, judged: str, cases: str) -> None:
    rule = OwnRule.objects.get().pk
    trial = door.read_lives(OWN_RULE, [rule])[rule].state.draft.trial
    assert (trial.judged, trial.hit_cases) == (int(judged), int(cases))
