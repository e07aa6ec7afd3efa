"""A law as the register has it, and what happened to it. Frozen; nothing is decided here.

Laws are public, so what is said of them stands in the entries themselves; the files that show it are attached.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from yichuang.aggregates.acts import Files, Happened, Text
from yichuang.kernel.localtime import chinese_date, local_day


class Stage(StrEnum):
    NEW = "new"
    HELD = "held"

    @property
    def label(self) -> str:
        return {"new": "未登记", "held": "已登记"}[self.value]


class Rank(StrEnum):
    """位阶."""

    LAW = "law"
    ADMIN_REG = "admin_reg"
    LOCAL_REG = "local_reg"
    RULE = "rule"
    DOCUMENT = "document"

    @property
    def label(self) -> str:
        return {
            "law": "法律", "admin_reg": "行政法规、国务院决定", "local_reg": "地方性法规", "rule": "规章",
            "document": "规范性文件",
        }[self.value]  # fmt: skip


class Publication(StrEnum):
    """Whether everybody can read it (3.5h: only what is published may be cited)."""

    PUBLISHED = "published"
    UNPUBLISHED = "unpublished"
    INTERNAL = "internal"

    @property
    def label(self) -> str:
        return {"published": "已公布", "unpublished": "未公布", "internal": "内部文件、纪要"}[self.value]


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a law, named as standards cite it. `since`: first day in force, None where nobody has said; `until`:
    last day where its text says one. `changed`: the articles it changed, none for the whole. `change`: the number of
    the change that brought it, 0 for one that was known from the beginning.
    """

    name: str
    since: date | None = None
    until: date | None = None
    changed: tuple[int, ...] = ()
    change: int = 0

    def touches(self, articles: tuple[int, ...]) -> bool:
        """Whether it changed one of these articles. Of a citation without articles only a whole revision is sure to."""
        return not self.changed or bool(set(self.changed) & set(articles))


@dataclass(frozen=True, slots=True)
class Checked:
    """Articles of a version that a person has compared with the published text (核对)."""

    version: str
    articles: tuple[int, ...]


class Cause(StrEnum):
    """What a change does to those who cite the law."""

    AMENDED = "amended"
    REPEALED = "repealed"
    HIDDEN = "hidden"

    @property
    def label(self) -> str:
        return {"amended": "引用的条款修改", "repealed": "法规废止", "hidden": "法规未公布"}[self.value]


class Done(StrEnum):
    """How a task ended."""

    REVISED = "revised"
    JUDGED = "judged"
    LIFTED = "lifted"

    @property
    def label(self) -> str:
        return {"revised": "规程已经修订", "judged": "经书面判断不需修订", "lifted": "变动已经撤回"}[self.value]


@dataclass(frozen=True, slots=True)
class Task:
    """What a department has to do since a law changed that one of its standards cites: revise the standard, or judge in
    writing that nothing changes. `since`: from which day the change holds; `due`: by which day it is to be done.
    """

    number: int
    change: int
    cause: Cause
    standard: str  # key of the version in force when the change was entered
    name: str
    department: str  # 410100/scjg
    lines: tuple[str, ...]
    opened: date
    since: date
    due: date
    done: Done | None = None
    done_on: date | None = None
    by: str = ""  # the key of the standard that ended it

    @property
    def item(self) -> tuple[str, str]:
        """Division and code of the item."""
        division, code, _ = self.standard.split("/")
        return division, code

    @property
    def judgeable(self) -> bool:
        """What is repealed or kept from the public must go: there is nothing to judge."""
        return self.done is None and self.cause is Cause.AMENDED


@dataclass(frozen=True, slots=True)
class Described:
    """What a law is. `place`: the gazette or the address at which everybody reads it."""

    title: str
    rank: Rank
    issuer: str = ""
    number: str = ""
    place: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Founded:
    """A law, or a version of one, that was cited when the register began."""

    law: Described
    versions: tuple[Version, ...] = ()
    checked: tuple[Checked, ...] = ()


@dataclass(frozen=True, slots=True)
class Registered:
    law: Described
    versions: tuple[Version, ...]
    publication: Publication
    evidence: Files = ()


@dataclass(frozen=True, slots=True)
class Amended:
    version: Version
    source: str  # the decision that amends it: issuer and number
    tasks: tuple[Task, ...] = ()
    evidence: Files = ()


@dataclass(frozen=True, slots=True)
class Repealed:
    since: date  # first day on which it is no law
    source: str
    change: int
    tasks: tuple[Task, ...] = ()
    evidence: Files = ()


@dataclass(frozen=True, slots=True)
class Hidden:
    """It turned out that nobody outside can read it."""

    publication: Publication
    reason: Text
    change: int
    tasks: tuple[Task, ...] = ()


@dataclass(frozen=True, slots=True)
class Published:
    place: str


@dataclass(frozen=True, slots=True)
class Compared:
    checked: Checked


@dataclass(frozen=True, slots=True)
class Retracted:
    """The last amendment or repeal was entered wrongly."""

    change: int
    reason: Text


@dataclass(frozen=True, slots=True)
class Judged:
    """The head of the department judges that the change asks for no revision."""

    number: int
    on: date
    reason: Text


@dataclass(frozen=True, slots=True)
class Followed:
    """A newly published standard ended these tasks, and opened those for changes to come that it still cites."""

    standard: str
    ended: tuple[int, ...]
    on: date
    opened: tuple[Task, ...] = ()


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The item was moved: its open tasks are another department's, with their days again."""

    numbers: tuple[int, ...]
    department: str
    due: date


Event = (
    Founded | Registered | Amended | Repealed | Hidden | Published | Compared | Retracted | Judged | Followed
    | HandedOver
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Law:
    """A law of the register. `gone` is the first day on which it is no law any more."""

    id: str
    stage: Stage = Stage.NEW
    about: Described = Described("", Rank.DOCUMENT)
    publication: Publication = Publication.PUBLISHED
    versions: tuple[Version, ...] = ()
    checked: tuple[Checked, ...] = ()
    gone: date | None = None
    gone_by: str = ""
    changes: int = 0
    last: tuple[int, Cause] | None = None  # the last amendment or repeal and its number, while it can be taken back
    tasks: tuple[Task, ...] = ()
    moved_at: datetime | None = None

    @property
    def title(self) -> str:
        return self.about.title

    def ends(self, version: Version) -> date | None:
        """The last day of a version; None while nothing ends it."""
        later = [v.since for v in self.versions[self.versions.index(version) + 1 :] if v.since]
        days = [day - timedelta(days=1) for day in (*later[:1], *([self.gone] if self.gone else []))]
        return min((*days, *([version.until] if version.until else [])), default=None)

    @property
    def judged(self) -> frozenset[tuple[str, int]]:
        """Standards of which a head has judged that a change asks nothing of them."""
        return frozenset((task.standard, task.change) for task in self.tasks if task.done is Done.JUDGED)


def evolve(law: Law, happened: Happened) -> Law:
    """The law after an entry. Total: a recorded event always applies."""
    law = replace(law, moved_at=happened.at)
    match happened.event:
        case Founded() as e:
            known = {v.name for v in law.versions}
            versions = (*law.versions, *(v for v in e.versions if v.name not in known))
            return replace(
                law, stage=Stage.HELD, about=e.law, versions=_in_order(versions), checked=(*law.checked, *e.checked)
            )
        case Registered() as e:
            return replace(law, stage=Stage.HELD, about=e.law, versions=e.versions, publication=e.publication)
        case Amended() as e:
            versions = (*law.versions, e.version)
            return _changed(law, e.version.change, Cause.AMENDED, e.tasks, versions=versions)
        case Repealed() as e:
            return _changed(law, e.change, Cause.REPEALED, e.tasks, gone=e.since, gone_by=e.source)
        case Hidden() as e:
            return _changed(law, e.change, Cause.HIDDEN, e.tasks, publication=e.publication)
        case Published(place=place):
            law = _end_tasks(law, Done.LIFTED, local_day(happened.at), lambda task: task.cause is Cause.HIDDEN)
            return replace(law, publication=Publication.PUBLISHED, about=replace(law.about, place=place))
        case Compared(checked=checked):
            return replace(law, checked=(*law.checked, checked))
        case Retracted(change=change):
            law = _end_tasks(law, Done.LIFTED, local_day(happened.at), lambda task: task.change == change)
            versions = tuple(v for v in law.versions if v.change != change)
            repeal = law.last is not None and law.last[1] is Cause.REPEALED
            gone = (None, "") if repeal else (law.gone, law.gone_by)
            return replace(law, versions=versions, gone=gone[0], gone_by=gone[1], last=None)
        case Judged(number=number, on=on):
            return _end_tasks(law, Done.JUDGED, on, lambda task: task.number == number)
        case Followed(standard=standard, ended=ended, on=on, opened=opened):
            law = _end_tasks(law, Done.REVISED, on, lambda task: task.number in ended, standard)
            return replace(law, tasks=(*law.tasks, *opened))
        case HandedOver() as e:
            tasks = (_hand_over(task, e) if task.number in e.numbers else task for task in law.tasks)
            return replace(law, tasks=tuple(tasks))
    return law


def _hand_over(task: Task, event: HandedOver) -> Task:
    return replace(task, department=event.department, due=max(event.due, task.since))


def _in_order(versions: tuple[Version, ...]) -> tuple[Version, ...]:
    """By their first day; one whose day nobody knows before those that came later, where its last day tells."""
    return tuple(sorted(versions, key=lambda v: v.since or v.until or date.min))


def _changed(law: Law, number: int, cause: Cause, tasks: tuple[Task, ...], **values: Any) -> Law:
    last = law.last if cause is Cause.HIDDEN else (number, cause)
    return replace(law, changes=number, last=last, tasks=(*law.tasks, *tasks), **values)


def _end_tasks(law: Law, how: Done, on: date, meant: Callable[[Task], bool], by: str = "") -> Law:
    """The law with its open tasks that are meant ended."""
    tasks = (
        replace(task, done=how, done_on=on, by=by) if task.done is None and meant(task) else task for task in law.tasks
    )
    return replace(law, tasks=tuple(tasks))


def words_of_change(event: Any) -> str:
    """What the page of a law says of a change; empty where the word of its kind says it."""
    match event:
        case Amended(version=version, source=source):
            changed = "、".join(f"{n}条" for n in version.changed) or "全文"
            return f"修改{changed}，{_from(version.since)}施行（{source}）"
        case Repealed(since=since, source=source):
            return f"{_from(since)}废止（{source}）"
        case Compared(checked=checked):
            return f"核对{checked.version}{'、'.join(f'{n}条' for n in checked.articles)}"
    return ""


def _from(day: date | None) -> str:
    return f"{chinese_date(day)}起" if day else ""
