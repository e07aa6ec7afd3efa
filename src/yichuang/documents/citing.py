"""How a legal basis is written in an official document: 《中华人民共和国行政许可法》第三十二条第一款第四项.

The catalogue keeps bases short ("食品安全法（2021修正） 35条"); here they get the form that 立法技术规范 asks for. What
never enters: which basis applies, and whether it is in force.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_DIGITS = "零一二三四五六七八九"
_BASIS = re.compile(r"(?P<law>.+?)\s*(?P<rest>(?:第[〇零一二三四五六七八九十百\d]|\d)[^\s]*?条.*)?")
_ARTICLE = re.compile(r"(?P<numbers>\d+(?:[、至-]\d+)*)条(?P<tail>(?:之[一二三四五])?)")
_PART = re.compile(r"(?<![第一二三四五六七八九十])(?P<number>[一二三四五六七八九十]+|\d+)(?P<unit>[款项])")
_TITLED = ("法", "条例", "办法", "规定", "细则", "规则", "民法典", "决定")
# Regulations whose own titles begin with the state's name, beside every 法 and every 法实施条例
_STATE = {"道路运输条例", "市场主体登记管理条例", "民法典"}


def cite(basis: str) -> str:
    """The basis as a document writes it. A part that is no article (期限条款, a remark in brackets) is left out."""
    match = _BASIS.fullmatch(basis.strip())
    if match is None:
        return basis
    name, _, note = match["law"].partition("（")
    name = name.strip()
    issue = next((part for part in re.split("[，；）]", note) if re.search(r"令[\d/]+号", part)), "")
    annex = note.partition("）")[2].strip()  # 国务院令412号（2004） 附件第101项
    annex = annex if annex.startswith("附件") else ""
    return _title(name) + (f"（{issue}）" if issue else "") + annex + _articles(match["rest"] or "")


def citations(text: str) -> tuple[str, ...]:
    """Several bases parted by semicolons; those inside brackets belong to a remark."""
    return tuple(cite(part) for part in re.split("；(?![^（）]*）)", text))


def cite_all(text: str) -> str:
    """The same in one line, as a cell of a table or a sentence holds it."""
    return "；".join(citations(text))


def merged(bases: Iterable[str]) -> tuple[str, ...]:
    """The bases as a document lists them: each law once, its articles together, in the order of first mention."""
    by_law: dict[str, list[str]] = {}
    for cited in (citation for basis in bases for citation in citations(basis)):
        law, mark, articles = cited.partition("》")
        if articles.startswith("（"):  # the number of the order that issued it belongs to the name
            order, bracket, articles = articles.partition("）")
            mark += order + bracket
        by_law.setdefault(law + mark, []).append(articles)
    return tuple(law + _joined(dict.fromkeys(a for a in articles if a)) for law, articles in by_law.items())


def _joined(articles: Iterable[str]) -> str:
    """第三十二条第一款第四项、第五项: what an article shares with the one before it is not said again."""
    out: list[str] = []
    before: list[str] = []
    for article in articles:
        parts = re.findall("第[^第]*?[条款项]", article)
        plain = "".join(parts) == article  # one article, not a list of them or a span
        shared = 0
        while plain and shared < min(len(parts) - 1, len(before)) and parts[shared] == before[shared]:
            shared += 1
        out.append("".join(parts[shared:]) if shared else article)
        before = parts if plain else []
    return "、".join(out)


def numeral(number: int) -> str:
    """Chinese numerals to 999: 201 → 二百零一, 12 → 十二."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    out = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        out += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        out += "零"
    return out + (_DIGITS[ones] if ones or not number else "")


def _title(name: str) -> str:
    """The name in 《》 when it is one, with the state's name where the full title has it."""
    if "《" in name:
        return name
    name, part = [*name.split(" ", 1), ""][:2]
    if not name.endswith(_TITLED):
        return f"{name}{part}"
    ours = name in _STATE or (name.endswith("法") and not name.endswith("办法")) or name.endswith("法实施条例")
    state = "中华人民共和国" if ours and not name.startswith("中华人民共和国") else ""
    return f"《{state}{name}》"


def _articles(text: str) -> str:
    """第三十二条第一款第四项 from 32条一款四项 or from 第三十二条第一款第（四）项; remarks in brackets go."""
    text = re.sub(r"第[（(]([一二三四五六七八九十]+)[）)]项", r"第\1项", text)
    text = re.sub(r"（[^（）]*）|\([^()]*\)", "", text)
    text = _ARTICLE.sub(_numbers, text)
    return _PART.sub(lambda m: f"第{_words(m['number'])}{m['unit']}", text).strip("，、 ")


def _numbers(match: re.Match[str]) -> str:
    spans = [re.split("[至-]", span) for span in match["numbers"].split("、")]
    return "、".join("至".join(f"第{numeral(int(n))}条" for n in span) for span in spans) + match["tail"]


def _words(number: str) -> str:
    return numeral(int(number)) if number.isdigit() else number
