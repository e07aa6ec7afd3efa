"""What one official document carries, as frozen data: printed as it stands, and what its digest covers.

What the law wants of its kind is checked when the content is made. What never enters: layout (templates), numbers drawn
from a sequence, and any database.
"""

from __future__ import annotations

import datetime
from dataclasses import asdict, dataclass
from typing import Any

from yichuang.documents.declaring import KINDS
from yichuang.kernel.canonical import canonical
from yichuang.kernel.sm3 import sm3

DEMO_SEAL = "行政审批专用章（演示）"


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
    Raises ValueError for an unknown kind, or one that does not meet the duties of its kind.
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
    review_online: str = ""  # where review is asked for online (行政复议法 22 条 2 款)

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.kind == "licence":
            raise ValueError(f"no such kind of document: {self.kind!r}")
        for duty in KINDS[self.kind].duties:
            if lacking := duty(self):
                raise ValueError(lacking)

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


Content = Document | Licence


def content_digest(content: Content) -> str:
    """Return the SM3 (GB/T 32905) of what the document says, in hex; computed without rendering.

    It covers every field but `verify_url`: the address may move, the content may not change. One that came later counts
    only where it says something, so that what was printed before keeps its digest.
    Raises ValueError when a text is not valid Unicode (a lone surrogate).
    """
    content_data: dict[str, Any] = asdict(content)
    del content_data["verify_url"]
    if not content_data.get("review_online"):
        content_data.pop("review_online", None)
    return sm3(canonical(_plain(content_data)).encode()).hex()


def _plain(value: Any) -> Any:
    """Dates as ISO text, tuples as lists: what canonical JSON can hold."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, datetime.date) else value
