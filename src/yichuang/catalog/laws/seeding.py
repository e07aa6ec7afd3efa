"""The first register: the laws that the packaged facts name, with what is known of each. Pure; reads packaged files.

Who issued a law follows from its rank where that is certain; its number and its gazette are left open where the facts
say nothing. An article counts as compared with the text where the facts say that it was read there.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

from yichuang.catalog.laws.acts import Found
from yichuang.catalog.laws.citing import list_citations, read_articles, title_of
from yichuang.catalog.laws.state import Checked, Described, Rank, Version
from yichuang.catalog.loading import load_items, load_laws
from yichuang.catalog.standard import VERIFIED, Basis, Standard

_ISSUERS = {Rank.LAW: "全国人民代表大会及其常务委员会", Rank.ADMIN_REG: "国务院"}
# where the laws of a rank are published for everybody (立法法62、79、86条)
_PLACES = {
    Rank.LAW: "国家法律法规数据库 flk.npc.gov.cn",
    Rank.ADMIN_REG: "国家法律法规数据库 flk.npc.gov.cn",
    Rank.LOCAL_REG: "国家法律法规数据库 flk.npc.gov.cn",
}


@cache
def seed_laws() -> dict[str, Found]:
    """The packaged laws by title."""
    grouped: dict[str, list[tuple[str, dict[str, str]]]] = {}
    for name, facts in load_laws().items():
        if "alias_of" not in facts:
            grouped.setdefault(title_of(name), []).append((name, facts))
    read = _read_articles()
    return {title: _seed(title, versions, read) for title, versions in grouped.items()}


def _seed(title: str, rows: list[tuple[str, dict[str, str]]], read: dict[str, set[int]]) -> Found:
    rank = Rank(rows[0][1]["level"])
    aliases = tuple(name for name, facts in load_laws().items() if facts.get("alias_of") == title)
    named = [Version(name, _day(facts, "in_force_from"), _day(facts, "in_force_to")) for name, facts in rows]
    versions = tuple(sorted((v for v in named if v.name != title), key=lambda v: v.since or v.until or date.min))
    checked = tuple(Checked(name, tuple(sorted(read[name]))) for name, _ in rows if name in read)
    return Found(_describe(title, rank, aliases), versions, checked)


def _describe(title: str, rank: Rank, aliases: tuple[str, ...] = ()) -> Described:
    return Described(title, rank, _ISSUERS.get(rank, ""), "", _PLACES.get(rank, ""), aliases)


def _day(facts: dict[str, str], name: str) -> date | None:
    return date.fromisoformat(facts[name]) if facts.get(name) else None


def _read_articles() -> dict[str, set[int]]:
    """The articles that the facts say were read in the text, by the name of the law as cited."""
    out: dict[str, set[int]] = {}
    for item in load_items().values():
        for row in item["legal_basis"]:
            if row["confidence"] == VERIFIED:
                out.setdefault(row["law"], set()).update(read_articles(row["article"]))
    return {name: articles for name, articles in out.items() if articles}


def list_founding(standard: Standard, known: Iterable[str]) -> list[Found]:
    """The laws a standard cites that are not known yet: as packaged, or as its own bases have them."""
    seeds, names = seed_laws(), set(known)
    aliases = {alias: title for title, seed in seeds.items() for alias in seed.law.aliases}
    bases: dict[str, list[Basis]] = {}
    for basis in standard.bases:
        bases.setdefault(title_of(basis.law), []).append(basis)
    out: dict[str, Found] = {}
    for citation in list_citations(standard, (*names, *seeds, *aliases)):
        title = aliases.get(citation.law, citation.law)
        if title not in names and title not in out and (title in seeds or title in bases):
            out[title] = seeds.get(title) or _from_bases(title, bases[title])
    return list(out.values())


def _from_bases(title: str, bases: list[Basis]) -> Found:
    facts = [(b.law, {"level": b.level, "in_force_from": b.in_force_from, "in_force_to": b.in_force_to}) for b in bases]
    return _seed(title, list(dict(facts).items()), {})
