"""How a law stands on a day, in words that every page and the API share. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from yichuang.catalog.laws.state import Law, Publication, Version
from yichuang.kernel.localtime import chinese_date


@dataclass(frozen=True, slots=True)
class LawStanding:
    """`code`: valid, changing, gone, unpublished. `version`: the one in force, where versions are known. `note`: since
    when, or until when; empty for a law that nothing is known to change.
    """

    code: str
    label: str
    light: str  # green | yellow | red | grey
    version: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version with its first and last day in force, the articles it changed and those compared with its text."""

    name: str
    since: date | None
    until: date | None
    changed: tuple[int, ...]
    whole: bool  # it changed the whole text
    checked: tuple[int, ...]


def stand_of(law: Law, day: date) -> LawStanding:
    """How a law stands on a day."""
    version = find_version(law, day)
    name = version.name if version else ""
    if law.publication is not Publication.PUBLISHED:
        return LawStanding("unpublished", "不得引用", "red", name, law.publication.label)
    if law.gone:
        gone = f"{chinese_date(law.gone)}起废止"
        over = law.gone <= day
        return LawStanding("gone", "已失效", "grey", name, gone) if over else _changing(name, gone)
    if ahead := min((v.since for v in law.versions if v.since and v.since > day), default=None):
        return _changing(name, f"{chinese_date(ahead)}起有新版")
    last = law.ends(version) if version else None
    if last and last < day:
        return LawStanding("gone", "已失效", "grey", name, f"施行至{chinese_date(last)}")
    return LawStanding("valid", "有效", "green", name)


def _changing(version: str, how: str) -> LawStanding:
    return LawStanding("changing", "有效，将变动", "yellow", version, how)


def find_version(law: Law, day: date) -> Version | None:
    """The version in force on a day: the last one whose day has come."""
    begun = [v for v in law.versions if v.since is None or v.since <= day]
    return begun[-1] if begun else None


def list_versions(law: Law) -> list[VersionRow]:
    """The versions of a law, the newest first; what was compared of a law without versions is under its title."""
    versions = law.versions or (Version(law.title),)
    return [
        VersionRow(
            v.name, v.since, law.ends(v) if law.versions else law.gone, v.changed, bool(v.change and not v.changed),
            _checked(law, v.name),
        )
        for v in reversed(versions)
    ]  # fmt: skip


def _checked(law: Law, name: str) -> tuple[int, ...]:
    return tuple(sorted({n for checked in law.checked if checked.version == name for n in checked.articles}))


def words_of_articles(articles: tuple[int, ...]) -> str:
    return "、".join(f"{n}条" for n in articles)
