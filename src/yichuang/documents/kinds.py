"""Kinds of official document (文书种类) and the content one document carries, as frozen data.

The names follow the provincial form catalogue of 2016 (domain facts §1.4). Legal duties that belong to a kind, such
as naming the remedies in a refusal, are checked when the content is made. What never enters: layout (templates),
numbers drawn from a sequence, and any database.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from yichuang.kernel.canonical import canonical
from yichuang.kernel.sm3 import sm3

# Demo data, a proposal of this project (domain facts §1.4): a city replaces it with its own numbering rule.
NUMBER_PATTERN = "{organ}许{word}字〔{year}〕第{serial:05d}号"


@dataclass(frozen=True)
class Kind:
    """One kind of document: `word` is the character it puts into its number, `template` the layout it is set in."""

    code: str
    name: str
    word: str
    template: str
    title: str
    red_head: bool = False  # the organ's name in red with a red rule: decisions that touch rights
    needs_remedies: bool = False  # 许可法 38 条第 2 款: a refusal names review and litigation

    def number(self, organ_short: str, year: int, serial: int, pattern: str = NUMBER_PATTERN) -> str:
        """Return the printed number (文号), e.g. `郑市监许受字〔2018〕第00001号`; drawing `serial` is the caller's."""
        return pattern.format(organ=organ_short, word=self.word, year=year, serial=serial)


class Registry:
    """The kinds by code. Refuses a code or a number word that is taken: two kinds must never share a number."""

    def __init__(self) -> None:
        self._kinds: dict[str, Kind] = {}

    def register(self, kind: Kind) -> Kind:
        """Add a kind; raises ValueError when its code or word is taken."""
        for known in self._kinds.values():
            if kind.code == known.code or kind.word == known.word:
                raise ValueError(f"document kind {kind.code!r} ({kind.word}) clashes with {known.code!r}")
        self._kinds[kind.code] = kind
        return kind

    def __getitem__(self, code: str) -> Kind:
        """Return the kind; raises KeyError for an unknown code."""
        return self._kinds[code]

    def __contains__(self, code: object) -> bool:
        return code in self._kinds

    def __iter__(self) -> Iterator[Kind]:
        return iter(self._kinds.values())

    def __len__(self) -> int:
        return len(self._kinds)


KINDS = Registry()

for _kind in (
    Kind("receipt", "申请材料接收凭证", "收", "document.typ", "申请材料接收凭证"),
    Kind("correction", "申请材料补正告知书", "补", "document.typ", "申请材料补正告知书"),
    Kind("correction_receipt", "补正材料接收凭证", "补收", "document.typ", "补正材料接收凭证"),
    Kind("acceptance", "受理通知书", "受", "document.typ", "行政许可申请受理通知书"),
    Kind("non_acceptance", "不予受理决定书", "不受", "document.typ", "行政许可申请不予受理决定书", red_head=True),
    Kind("special", "特别程序告知书", "特", "document.typ", "特别程序告知书"),
    Kind("extension", "延期决定通知书", "延", "document.typ", "延期决定通知书", red_head=True),
    Kind("grant", "准予行政许可决定书", "准", "document.typ", "准予行政许可决定书", red_head=True),
    Kind("refusal", "不予行政许可决定书", "不", "document.typ", "不予行政许可决定书", True, needs_remedies=True),
    Kind("termination", "终止办理告知书", "终", "document.typ", "终止办理告知书"),
    Kind("withdrawal", "撤回申请确认书", "撤申", "document.typ", "撤回申请确认书"),
    Kind("delivery", "送达回证", "送", "document.typ", "送达回证"),
    Kind("licence", "证照", "证", "licence.typ", "许可证"),
):
    KINDS.register(_kind)


@dataclass(frozen=True)
class Field:
    """A labelled value in a form table; an empty value leaves room to write by hand."""

    label: str
    value: str = ""


@dataclass(frozen=True)
class Table:
    """A table inside a document. Raises ValueError when a row has not one cell per heading."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    widths: tuple[int, ...] = ()  # relative column widths; empty means equal

    def __post_init__(self) -> None:
        cells = len(self.headings)
        if not cells or any(len(row) != cells for row in self.rows):
            raise ValueError("every row of a table has one cell per heading")
        if self.widths and (len(self.widths) != cells or min(self.widths) < 1):
            raise ValueError("a table's widths are positive, one per heading")


@dataclass(frozen=True)
class Document:
    """What an official document says. Personal data in it is the caller's to mask: it is printed as given.

    `bases` are the legal grounds with articles (3.5h: published ones only), `remedies` the addressee's rights
    (许可法 38 条), `sign_lines` labels for signing by hand, `seal_name` the seal's inner line (empty: no seal),
    `code` the short code people type to check the document, `verify_url` where they type it.
    Raises ValueError for an unknown kind, or a refusal without remedies.
    """

    kind: str
    number: str
    organ: str
    organ_short: str
    to: str
    case_number: str
    date: datetime.date
    paragraphs: tuple[str, ...]
    verify_url: str
    code: str
    title: str = ""  # empty: the kind's own title
    fields: tuple[Field, ...] = ()
    tables: tuple[Table, ...] = ()
    bases: tuple[str, ...] = ()
    remedies: tuple[str, ...] = ()
    sign_lines: tuple[str, ...] = ()
    seal_name: str = ""
    demo: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.kind == "licence":
            raise ValueError(f"no such kind of document: {self.kind!r}")
        if KINDS[self.kind].needs_remedies and not self.remedies:
            raise ValueError("不予行政许可决定书须告知行政复议和行政诉讼权利（行政许可法第三十八条第二款）")

    @property
    def heading(self) -> str:
        return self.title or KINDS[self.kind].title


@dataclass(frozen=True)
class Licence:
    """What a licence (证照) says. `number` is the certificate number, `identifier` the electronic certificate
    identifier (电子证照标识, GB/T 36904); `valid_to` of None means 长期, or what `term` says. Printed as given,
    like a document."""

    title: str
    number: str
    identifier: str
    holder: str
    fields: tuple[Field, ...]
    issuer: str
    date: datetime.date
    valid_from: datetime.date
    verify_url: str
    code: str
    valid_to: datetime.date | None = None
    term: str = ""
    seal_name: str = ""
    demo: bool = False
    landscape: bool = False

    kind: str = "licence"

    def __post_init__(self) -> None:
        if self.kind != "licence":
            raise ValueError("a licence is of kind 'licence'")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("a licence ends on or after the day it begins")

    @property
    def organ(self) -> str:
        return self.issuer

    @property
    def heading(self) -> str:
        return self.title


def content_digest(content: Document | Licence) -> str:
    """Return the SM3 (GB/T 32905) of what the document says, in hex; computed without rendering.

    It covers every field but `verify_url`: the address may move, the content may not change.
    Raises ValueError when a text is not valid Unicode (a lone surrogate).
    """
    said: dict[str, Any] = asdict(content)
    del said["verify_url"]
    return sm3(canonical(_plain(said)).encode()).hex()


def _plain(value: Any) -> Any:
    """Dates as ISO text, tuples as lists: what canonical JSON can hold."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, datetime.date) else value
