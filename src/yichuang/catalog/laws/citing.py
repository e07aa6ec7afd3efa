"""What a standard cites: each mention of a law with its articles, by the line that makes it. Pure.

A basis names a law with its version (“食品安全法（2021修正）”); other lines name it in short (“食品安全法33条一款一项”)
and mean the version in force.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from yichuang.catalog.standard import Standard

_NUMBER = r"(?:\d+|[一二三四五六七八九十百零〇]+)"
_ARTICLES = re.compile(rf"第?({_NUMBER}(?:[、至－—\-]第?{_NUMBER})*)条")
_BRACKETS = re.compile(r"（[^（）]*）|\([^()]*\)")
_LAWLIKE = re.compile(r"(?:法|法典|条例|办法|规定|细则|规则|规范|决定|命令)》?$")
_LEAD = re.compile(r"^(?:.*[，。：:])?(?:依照|依据|根据|参照|按照|依|按)?《?(?:中华人民共和国)?")
_SPACED = re.compile(r"\s*(\d+)\s*条")
MOST_ARTICLES = 2000  # of one law; 民法典 has 1260
_SHORTEST = 3  # characters of a title that is not known: “条例22条” names none
_NUMBERED = re.compile(r"[\u4e00-\u9fff]+〔\d{4}〕\d+号")  # 发改价格规〔2016〕2559号
_DIGITS = {mark: value for value, mark in enumerate("零一二三四五六七八九")} | {"〇": 0}


@dataclass(frozen=True, slots=True)
class Citation:
    """One law that a line cites. `version` is its name with the version, where the line says one. No articles: the line
    names none, or none that can be read. `until`: the last day for which the line itself claims the law, if it does.
    """

    line: str
    text: str
    law: str
    version: str = ""
    articles: tuple[int, ...] = ()
    until: str = ""  # ISO day


def title_of(name: str) -> str:
    """The title of a law without its year or number, which stand behind it in brackets."""
    return re.split(r"[（(]", name, maxsplit=1)[0].strip()


def read_articles(text: str) -> tuple[int, ...]:
    """The numbers of the articles that a text names, each once, in order: “7、8、10条”, “22-26条”, “第三十二条”."""
    found: set[int] = set()
    for listed in _ARTICLES.findall(_BRACKETS.sub("", text)):
        for part in re.split("、", listed.replace("第", "")):
            ends = [_number(end) for end in re.split(r"[至－—\-]", part)]
            span = len(ends) == 2 and 0 < ends[0] <= ends[1] <= MOST_ARTICLES
            found.update(range(ends[0], ends[1] + 1) if span else ends)
    return tuple(sorted(number for number in found if 0 < number <= MOST_ARTICLES))


def _number(text: str) -> int:
    """A whole number in figures, or below a thousand in Chinese numerals; 0 for one that no law has an article of."""
    if text.isdecimal():
        return int(text) if len(text) <= len(str(MOST_ARTICLES)) else 0
    total = last = 0
    for mark in text:
        if mark in "十百":
            total += (last or 1) * (10 if mark == "十" else 100)
            last = 0
        else:
            last = _DIGITS[mark]
    return total + last


def read_citations(line: str, text: str, titles: Collection[str]) -> Iterator[Citation]:
    """The laws that a text cites. A title that is not among the known ones is read from what stands before the article.

    The longest title wins: “…管理条例实施细则22条” cites the rule, not the regulation whose title it begins with.
    """
    for part in _SPACED.sub(r"\1条", _BRACKETS.sub("", text)).split("；"):
        if law := _find_law(part, titles):
            yield Citation(line, text, law, articles=read_articles(part))


def _find_law(part: str, titles: Collection[str]) -> str:
    article = _ARTICLES.search(part)
    if article is None:
        known = max((title for title in titles if title in part), key=len, default="")
        numbered = _NUMBERED.search(part)
        return known or (numbered.group() if numbered else "")
    head = part[: article.start()].strip("《》 ")
    known = max((title for title in titles if head.endswith(title)), key=len, default="")
    if known and not _LEAD.sub("", head[: len(head) - len(known)]):
        return known
    if not _LAWLIKE.search(head):  # 国务院令412号附件101条
        return max((title for title in titles if title in head), key=len, default="")
    unknown = _LEAD.sub("", head)
    return unknown if len(unknown) >= _SHORTEST else ""


def list_citations(standard: Standard, titles: Collection[str] = ()) -> list[Citation]:
    """Every law that a standard cites, by line as `drafting.content` names the lines of a published standard. `titles`
    are those of the register; the standard's own bases are known besides.
    """
    known = {*titles, *(title_of(basis.law) for basis in standard.bases)}
    cited = list(_list_bases(standard))
    for line, text in _list_texts(standard):
        cited += read_citations(line, text, known)
    return list(dict.fromkeys(cited))


def _list_bases(standard: Standard) -> Iterator[Citation]:
    for number, basis in enumerate(standard.bases, start=1):
        title = title_of(basis.law)
        version = basis.law if title != basis.law else ""
        articles = read_articles(basis.article)
        yield Citation(f"bases/b{number}", basis.words, title, version, articles, basis.in_force_to)


def _list_texts(standard: Standard) -> Iterator[tuple[str, str]]:
    """The texts of a standard that cite, each by its line."""
    for number, condition in enumerate(standard.conditions, start=1):
        yield f"conditions/c{number}", condition.basis
    for number, unneeded in enumerate(standard.unneeded, start=1):
        yield f"unneeded/u{number}/basis", unneeded.basis
    for material in standard.materials:
        yield f"materials/{material.code}/basis", material.basis
    for fee in standard.fees:
        yield f"fees/{fee.code}/basis", fee.basis
    for number, special in enumerate(standard.specials, start=1):
        yield f"specials/p{number}/basis", special.basis
    yield "statutory_note", standard.statutory_note
    for text in dict.fromkeys((*standard.procedure.articles.values(), *(way.basis for way in standard.procedure.ways))):
        yield "procedure", text


_LISTS = {
    "bases": "设定依据",
    "conditions": "条件",
    "unneeded": "不用办的情形",
    "materials": "材料",
    "fees": "收费",
    "specials": "特别程序",
}


def name_line(line: str) -> str:
    """A line in words: “条件2”, “材料M03”, “时限”, “程序”."""
    part, _, row = line.removesuffix("/basis").partition("/")
    if part in ("conditions", "unneeded", "bases", "specials"):
        row = row.lstrip("bcpu")
    return _LISTS.get(part, {"statutory_note": "时限", "procedure": "办理程序"}.get(part, part)) + row
