"""送达回证 (44条): the rows of a return of service, the same on the blank to be signed and on the record.

Pure. A row without a value leaves room to write by hand.
"""

from __future__ import annotations

from collections.abc import Iterable

from yichuang.cases.core.outcome import METHODS
from yichuang.cases.papers import DECISIONS
from yichuang.catalog.standard import Standard
from yichuang.documents.content import Field
from yichuang.documents.context import AT_WINDOW, LICENSING
from yichuang.documents.declaring import KINDS

SERVED = frozenset({"grant", "refusal", "licence", *(kind for pair in DECISIONS.values() for kind in pair)})
ON_PAPER = tuple(method for method in METHODS if method not in ("electronic", "notice"))  # somebody signs for these


def list_bases(standard: Standard) -> tuple[str, ...]:
    """On what it rests: 许可法 44 条 for a licence, the rule of its own for another procedure."""
    return (f"{LICENSING}44条",) if standard.procedure.code == "licence" else standard.procedure.basis("deliver_within")


def name_served(standard: Standard, papers: Iterable[tuple[str, str]]) -> str:
    """The decision and the certificate by name and number, of the documents (kind, number) of a case."""
    titles = {kind.code: kind.title_for(standard.permission) for kind in KINDS.values()}
    titles["licence"] = standard.result.certificate_type
    return "；".join(f"{titles[kind]}，{number}" for kind, number in papers if kind in SERVED)


def list_rows(to: str, served: str, method: str, division: str, *, day: str = "", by: str = "") -> tuple[Field, ...]:
    """To whom, what, how, when, where and by whom it is handed over; `day` and `by` stay open until it is."""
    place = {"electronic": "网上办事系统", "direct": f"{division}{AT_WINDOW}"}.get(method, "")
    rows = [("受送达人", to), ("送达文书名称及文号", served), ("送达方式", METHODS[method]), ("送达日期", day)]
    rows += [("送达地点", place)] if method == "electronic" else [("送达地点", place), ("送达人", by)]
    return tuple(Field(*row) for row in rows)


def list_signatures(recipient: str = "", note: str = "") -> tuple[Field, ...]:
    """The last rows, which who receives it fills in by hand."""
    return (Field("收件人", recipient), Field("签名及日期"), Field("代收人及与受送达人关系"), Field("备注", note))
