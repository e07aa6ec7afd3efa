"""Whether an item or a standard is that of an ended item in other words (3.1b, 3.1c). Pure, and a sign only: a person
judges.

Names are compared without the words for the form an approval takes, since 备案, 核准 or 登记 is just what a cancelled
licence would be called again. What every application has (identity papers, mandate, the form itself) is not compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from yichuang.catalog.standard import Material, Role, Standard
from yichuang.catalog.words import bigrams, pinyin
from yichuang.kernel.text import fold_text

SHARE = 50  # per cent of common pairs of characters from which texts resemble each other: a house default, no law
_FORMS = re.compile(
    r"事前|行政|许可证?|审批|审核|审查|核准性?|核发|批准|备案|登记|注册|认定|认证|达标|验收|年检|年审|换证|资格|证书|（[^）]*）|\([^)]*\)|的"
)
NEW = "new"  # the situation that begins a licence
_GENERAL = "行政许可法"  # every licence rests on it


@dataclass(frozen=True, slots=True)
class EndedItem:
    """An item that has left the list, by which document, and what it demanded, where that is known."""

    code: str
    name: str
    ended_by: str
    merged_into: str = ""
    standard: Standard | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """One thing of a standard beside one of an ended item, and by how much they resemble: per cent of their pairs of
    characters. `line` is the address of ours.
    """

    what: str
    line: str
    ours: str
    theirs: str
    share: int


@dataclass(frozen=True, slots=True)
class Resemblance:
    """An ended item that a standard may bring back, and all that resembles it."""

    ended: EndedItem
    likenesses: tuple[Likeness, ...]

    @property
    def words(self) -> str:
        """Side by side, for whoever judges."""
        pairs = "；".join(f"{one.what}“{one.ours}”对“{one.theirs}”（{one.share}%）" for one in self.likenesses)
        return f"与已退出清单的“{self.ended.name}”（{self.ended.code}，依{self.ended.ended_by}退出）相近：{pairs}。"


def measure_names(ours: str, theirs: str) -> int:
    """By how much two names may mean one matter, per cent: the whole for the same words but for the form, for one
    within the other and for the same sound; else their common pairs of characters.
    """
    mine, other = (_FORMS.sub("", fold_text(text)) or fold_text(text) for text in (ours, theirs))
    if mine == other or pinyin(mine) == pinyin(other):
        return 100
    if min(len(mine), len(other)) >= 2 and (mine in other or other in mine):
        return 100
    return measure_texts(mine, other)


def measure_texts(ours: str, theirs: str) -> int:
    """Common pairs of characters of two texts, per cent of all that they have."""
    mine, other = (set(bigrams(fold_text(text)).split()) for text in (ours, theirs))
    return 100 * len(mine & other) // len(mine | other) if mine | other else 0


def find_resemblances(standard: Standard, ended: Iterable[EndedItem], share: int = SHARE) -> tuple[Resemblance, ...]:
    """The ended items that a standard may bring back: by name, legal basis or result, by demanding what it gave, or by
    conditions or materials of which so large a share recurs. An item that was merged into this one is left out.
    """
    out = []
    for item in ended:
        if item.code == standard.item or item.merged_into == standard.item:
            continue
        found = [*_compare_names(standard, item, share)]
        if item.standard:
            found += [*_compare_bases(standard, item.standard), *_compare_demands(standard, item.standard, share)]
        if found:
            out.append(Resemblance(item, tuple(found)))
    return tuple(out)


def _compare_names(standard: Standard, item: EndedItem, share: int) -> Iterator[Likeness]:
    alike = measure_names(standard.name, item.name)
    if alike >= share:
        yield Likeness("名称", "name", standard.name, item.name, alike)
    certificate = item.standard.result.certificate_type if item.standard else ""
    alike = measure_names(standard.result.certificate_type, certificate)
    if certificate and alike >= share:
        yield Likeness("结果", "result/certificate_type", standard.result.certificate_type, certificate, alike)
    for name in dict.fromkeys((item.name, certificate)):
        yield from _list_demands_for(standard, name)


def _list_demands_for(standard: Standard, name: str) -> Iterator[Likeness]:
    """Where a standard asks for what an ended item gave."""
    if len(name) <= 2:
        return
    for material in standard.materials:
        if fold_text(name) in fold_text(material.name):
            yield Likeness("要求提交其结果", f"materials/{material.code}", material.name, name, 100)
    for number, condition in enumerate(standard.conditions, start=1):
        if fold_text(name) in fold_text(condition.text):
            yield Likeness("以其结果为条件", f"conditions/c{number}", condition.text, name, 100)


def _compare_bases(standard: Standard, ended: Standard) -> Iterator[Likeness]:
    theirs = {_article(basis.law, basis.article): basis for basis in ended.bases}
    for number, basis in enumerate(standard.bases, start=1):
        key = _article(basis.law, basis.article)
        if key in theirs and not basis.law.startswith(_GENERAL):
            yield Likeness("依据", f"bases/b{number}", basis.words, theirs[key].words, 100)


def _article(law: str, article: str) -> tuple[str, str]:
    return re.split(r"[(（]", fold_text(law), maxsplit=1)[0], fold_text(article)


def _compare_demands(standard: Standard, ended: Standard, share: int) -> Iterator[Likeness]:
    """Conditions, and materials, when so large a share of the ended item's recurs: one alone is nothing."""
    ours = [(f"conditions/c{n}", c.text) for n, c in enumerate(standard.conditions, start=1)]
    yield from _list_recurring("条件", ours, [c.text for c in ended.conditions], share)
    ours = [(f"materials/{m.code}", m.name) for m in standard.materials if _is_own(m)]
    yield from _list_recurring("材料", ours, [m.name for m in ended.materials if _is_own(m)], share)


def _is_own(material: Material) -> bool:
    """Whether a material is the item's own demand, and not what every application has, or every change of a licence."""
    when = material.when
    later = when is not None and (when.field == "agent" or (when.field == "situation" and NEW not in when.values))
    return not (material.generated or material.identity or material.role is Role.SHARED or later)


def _list_recurring(what: str, ours: list[tuple[str, str]], theirs: list[str], share: int) -> list[Likeness]:
    pairs = []
    for text in theirs:
        best = max(((measure_texts(mine, text), line, mine) for line, mine in ours), default=None)
        if best and best[0] >= share:
            pairs.append(Likeness(what, best[1], best[2], text, best[0]))
    return pairs if pairs and 100 * len(pairs) >= share * len(theirs) else []
