"""The numbers of official documents (文号): one counter a department, matter, kind and year, so that no number of what
is printed is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from yichuang.aggregates.numbers import Numbered
from yichuang.aggregates.words import WORDS
from yichuang.kernel.codes import document_number
from yichuang.org.models import Department
from yichuang.org.queries import get_department

Fill = Callable[[Any, str, int, Department], Any]  # the event, the number, the serial, who issues it


def _with_number(event: Any, number: str, serial: int, body: Department) -> Any:
    return replace(event, number=number)


def number_document(
    event: Any,
    kind: str,
    department: str,
    day: date,
    *,
    matter: str = document_number.LICENSING,
    fill: Fill = _with_number,
    kept: bool = False,
) -> Numbered:
    """What an event draws that issues a document of this kind for a department ("410100/scjg") on a day. `matter`: what
    is decided on (`document_number.MATTERS`); `kept`: the state holds the number too.
    """
    word = WORDS[kind]

    def numbered(serial: int) -> Any:
        body = get_department(department)
        mark = body.division.number_mark
        number = document_number.build(body.short, word, day.year, serial, city=mark, matter=matter)
        return fill(event, number, serial, body)

    return Numbered(f"{department}/{matter}{word}/{day.year}", numbered, kept)
