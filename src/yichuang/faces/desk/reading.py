"""Who stands before the window, as typed, scanned or read from an identity card by a reader: kind and number of the
document, and the name and address where the text has them. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from yichuang.faces.naming import USCC
from yichuang.kernel.codes import resident_id, uscc
from yichuang.kernel.codes.problem import tidy
from yichuang.people.kinds import RESIDENT_ID

_NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9A-HJ-NP-RT-UW-Ya-z]{17}[0-9A-Za-z](?![0-9A-Za-z])")
_NAME = re.compile(r"姓\s*名[：:|\s]*([\u3400-\u9fff·]{2,20}?)(?=性\s*别|民\s*族|出\s*生|[|,，;；\s]|$)")
_ADDRESS = re.compile(r"住\s*址[：:|\s]*(.{4,200}?)(?=公民身份|身份证号|签发|有效期|[|;；]|$)")
_SEPARATED = re.compile(r"^\s*([\u3400-\u9fff·]{2,20})\s*[|,，;；\t]")


@dataclass(frozen=True, slots=True)
class Document:
    """What a document says; empty where it does not."""

    kind: str  # RESIDENT_ID, USCC, or as it was chosen
    number: str
    name: str = ""
    address: str = ""


def read_document(chosen: str, text: str) -> Document:
    """The document of a text: a bare number, or all that a reader types. A number that is a resident's or an
    organisation's by its check character is that, whatever was `chosen`; any other text is the number itself.
    """
    if kind := _kind_of(tidy(text)):
        return Document(kind, tidy(text))
    for found in _NUMBER.finditer(text):
        if kind := _kind_of(tidy(found[0])):
            name = _NAME.search(text) or _SEPARATED.search(text)
            address = _ADDRESS.search(text)
            return Document(
                kind, tidy(found[0]), name[1] if name else "", address[1].strip() if address and kind != USCC else ""
            )
    return Document(chosen, text.strip())


def _kind_of(number: str) -> str:
    """Of which kind of document a number is by its check character; empty for any other."""
    if resident_id.check(number) is None:
        return RESIDENT_ID
    return USCC if uscc.check(number) is None else ""
