"""Steps that look at what supervision found on the case, after it has read the ledger as the worker does."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_bdd import parsers, then

from tests.clauses.story import Story
from yichuang.supervision import tailing
from yichuang.supervision.models import Finding
from yichuang.supervision.rules.catalogue import RULES

LEVELS = {"黄": "yellow", "红": "red"}


def found(story: Story, title: str) -> Iterable[Finding]:
    story.settle()
    while tailing.tail().more:
        pass
    (rule,) = (rule for rule in RULES if rule.title == title)
    assert rule.find, f"“{title}”还没有数据可判"
    return Finding.objects.filter(rule=rule.code, case_id=story.case_id, open=True)


@then(parsers.re(r"没有监察发现“(?P<title>.+?)”"))
def _(story: Story, title: str) -> None:
    assert not list(found(story, title))


@then(parsers.re(r"监察发现“(?P<title>.+?)”为(?P<level>黄|红)色$"))
def _(story: Story, title: str, level: str) -> None:
    assert {finding.level for finding in found(story, title)} == {LEVELS[level]}


@then(parsers.re(r"监察发现“(?P<title>.+?)”为(?P<level>黄|红)色，超过(?P<days>\d+)个工作日"))
def _(story: Story, title: str, level: str, days: str) -> None:
    (finding,) = found(story, title)
    assert (finding.level, finding.measured) == (LEVELS[level], int(days))


@then(parsers.re(r"监察发现“(?P<title>.+?)”为(?P<level>黄|红)色，属于(?P<name>\S+)"))
def _(story: Story, title: str, level: str, name: str) -> None:
    assert (LEVELS[level], story.who(name).person) in {(f.level, f.person) for f in found(story, title)}
