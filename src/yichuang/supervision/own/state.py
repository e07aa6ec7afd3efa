"""A rule as data as it stands, and what happened to it. Frozen; nothing is decided here.

What a rule asks, and what a trial found by number and case, is no private text and stands in the entries themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from yichuang.aggregates.acts import Happened, Text
from yichuang.kernel.localtime import local_day
from yichuang.supervision.rules.questions import Question, Span

EXAMPLES = 10  # that a trial keeps


class Stage(StrEnum):
    NEW = "new"
    DRAFT = "draft"
    ON = "on"
    OFF = "off"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        return {"new": "未编写", "draft": "草稿", "on": "已启用", "off": "已停用", "dropped": "草稿作废"}[self.value]


class Gravity(StrEnum):
    """What a hit is: a breach in red or yellow, or a sign to look into."""

    RED = "red"
    YELLOW = "yellow"
    SIGN = "sign"

    @property
    def label(self) -> str:
        return {"red": "红牌", "yellow": "黄牌", "sign": "迹象，只提示不发牌"}[self.value]


class Addressee(StrEnum):
    """Whose department a hit belongs to, which gets its card."""

    HOLDER = "holder"
    POST = "post"

    @property
    def label(self) -> str:
        return {"holder": "事项的实施部门", "post": "动作所在岗位的部门"}[self.value]


class Standing(StrEnum):
    """What becomes of the findings of a rule that is switched off."""

    KEPT = "kept"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {"kept": "停用以前发现的保留，以后的动作不再评判", "withdrawn": "全部撤销：规则本身有误"}[self.value]


@dataclass(frozen=True, slots=True)
class Content:
    """What a rule asks, with the words of the activities it names. `most`: how many times, or how much of `unit`. An
    empty `item`, `department` or `channel` is any.
    """

    title: str
    kind: str  # a key of `KINDS`
    names: tuple[str, ...]
    words: tuple[str, ...]
    most: int
    unit: str
    gravity: Gravity
    addressee: Addressee
    basis: str
    item: str = ""
    department: str = ""
    channel: str = ""

    def ask(
        self, code: str, divisions: tuple[str, ...], since: date | None = None, until: date | None = None
    ) -> Question:
        """The question that judges by it: cases of this platform alone, whose record is whole."""
        chosen = {"item": self.item, "department": self.department, "channel": self.channel}
        where: list[tuple[str, tuple[str, ...]]] = [("source", ("door",)), ("division", divisions)]
        where += [(column, (value,)) for column, value in chosen.items() if value]
        return Question(
            code, self.title, self.kind, self.names, "red" if self.gravity is Gravity.RED else "yellow", self.most,
            Span(self.most, self.unit) if self.unit else None, tuple(where), words=self.words, basis=self.basis,
            since=since, until=until, ended=self.kind == "without", of_post=self.addressee is Addressee.POST,
            sign=self.gravity is Gravity.SIGN,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """A hit of a trial, as a finding would say it."""

    case: str
    at: str
    day: date | None
    measured: int | None
    allowed: int | None
    seq: int | None
    other: int | None


@dataclass(frozen=True, slots=True)
class Trial:
    """What a draft finds in our own history. `cases`: within its divisions and filters; `judged`: those it could
    judge; `unjudged`: how many not, by why (`Unanswered`); the rest it does not concern.
    """

    on: date
    cases: int
    judged: int
    unjudged: tuple[tuple[str, int], ...]
    hits: int
    hit_cases: int
    examples: tuple[Example, ...] = ()

    @property
    def unconcerned(self) -> int:
        """How many cases have none of the activities that the rule is about."""
        return self.cases - self.judged - sum(number for _, number in self.unjudged)

    @property
    def share(self) -> float | None:
        """Which share of the judged cases it finds; None where none was judged."""
        return self.hit_cases / self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class Draft:
    """What is being written. `number` grows with every change of it; `authors` wrote it."""

    content: Content
    number: int
    authors: tuple[str, ...]
    trying: bool = False
    trial: Trial | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """A version that was put into force: it judges what happened from `since` until `until`; nothing once `void`."""

    number: int
    content: Content
    divisions: tuple[str, ...]
    since: date
    until: date | None = None
    void: bool = False


@dataclass(frozen=True, slots=True)
class OwnRule:
    """A rule as data."""

    id: str
    stage: Stage = Stage.NEW
    number: int = 0
    division: str = ""
    draft: Draft | None = None
    versions: tuple[Version, ...] = ()
    moved_at: datetime | None = None

    @property
    def code(self) -> str:
        """Z-001; that of a version is Z-001-1."""
        return f"Z-{self.number:03d}"

    @property
    def content(self) -> Content | None:
        """What it asks now, or would."""
        last = self.versions[-1].content if self.versions else None
        return last if last and self.stage is Stage.ON else self.draft.content if self.draft else last

    def code_of(self, version: Version) -> str:
        return f"{self.code}-{version.number}"

    def ask(self, version: Version) -> Question:
        """The question of a version."""
        return version.content.ask(self.code_of(version), version.divisions, version.since, version.until)


# --- what happens -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Written:
    division: str
    content: Content
    number: int = 0  # drawn


@dataclass(frozen=True, slots=True)
class Rewritten:
    content: Content


@dataclass(frozen=True, slots=True)
class TrialBegun:
    pass


@dataclass(frozen=True, slots=True)
class Tried:
    trial: Trial


@dataclass(frozen=True, slots=True)
class Enforced:
    """The draft is a version in force from a day on. `divisions`: where it judges."""

    since: date
    divisions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SwitchedOff:
    standing: Standing
    reason: Text


@dataclass(frozen=True, slots=True)
class Dropped:
    reason: Text


Event = Written | Rewritten | TrialBegun | Tried | Enforced | SwitchedOff | Dropped


def evolve(rule: OwnRule, happened: Happened) -> OwnRule:
    """The rule after an event."""
    return replace(_EVOLVE[type(happened.event)](rule, happened.event, happened), moved_at=happened.at)


def _written(rule: OwnRule, event: Written, happened: Happened) -> OwnRule:
    draft = Draft(event.content, 1, (happened.person,))
    return replace(rule, stage=Stage.DRAFT, division=event.division, number=event.number, draft=draft)


def _rewritten(rule: OwnRule, event: Rewritten, happened: Happened) -> OwnRule:
    before = rule.draft
    authors = (*before.authors, happened.person) if before else (happened.person,)
    draft = Draft(event.content, before.number + 1 if before else 1, tuple(dict.fromkeys(authors)))
    return replace(rule, draft=draft)


def _trial_begun(rule: OwnRule, event: TrialBegun, happened: Happened) -> OwnRule:
    return replace(rule, draft=rule.draft and replace(rule.draft, trying=True, trial=None))


def _tried(rule: OwnRule, event: Tried, happened: Happened) -> OwnRule:
    return replace(rule, draft=rule.draft and replace(rule.draft, trying=False, trial=event.trial))


def _enforced(rule: OwnRule, event: Enforced, happened: Happened) -> OwnRule:
    """What it asked before ends where this begins."""
    assert rule.draft is not None
    before = _ended(rule.versions, event.since)
    version = Version(len(before) + 1, rule.draft.content, event.divisions, event.since)
    return replace(rule, stage=Stage.ON, draft=None, versions=(*before, version))


def _switched_off(rule: OwnRule, event: SwitchedOff, happened: Happened) -> OwnRule:
    if event.standing is Standing.WITHDRAWN:
        versions = tuple(replace(version, void=True) for version in rule.versions)
    else:
        versions = _ended(rule.versions, local_day(happened.at) + timedelta(days=1))
    return replace(rule, stage=Stage.OFF, versions=versions)


def _dropped(rule: OwnRule, event: Dropped, happened: Happened) -> OwnRule:
    return replace(rule, stage=rule.stage if rule.versions else Stage.DROPPED, draft=None)


def _ended(versions: tuple[Version, ...], day: date) -> tuple[Version, ...]:
    """The versions, of which none judges what happens from a day on."""
    return tuple(v if v.until and v.until <= day else replace(v, until=day) for v in versions)


_EVOLVE: dict[type[Any], Callable[[OwnRule, Any, Happened], OwnRule]] = {
    Written: _written,
    Rewritten: _rewritten,
    TrialBegun: _trial_begun,
    Tried: _tried,
    Enforced: _enforced,
    SwitchedOff: _switched_off,
    Dropped: _dropped,
}
