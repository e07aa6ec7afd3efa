"""The way of a case to its paper, as a program reads it (3.5g): the same as the applicant's page says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from yichuang.cases.view import CaseView
from yichuang.faces.journey import say_way
from yichuang.org.contacts import find_phones


@dataclass(frozen=True, slots=True)
class CaseLeg:
    """One of 提交, 受理, 审查, 决定, 领证."""

    label: str
    on: date | None  # the day it was done
    due_on: date | None  # its last day, where one can be named
    here: bool


@dataclass(frozen=True, slots=True)
class CaseWay:
    """The legs of a case; `expected_on` is the last day on which its paper, or its decision, is handed over."""

    legs: tuple[CaseLeg, ...]
    expected_on: date | None
    certain: bool
    stop: str  # correction | special | payment | leaving | late: why no day can be named; empty otherwise
    said: str
    phone: str


def read_way(seen: CaseView) -> CaseWay:
    """One statement, for the telephone."""
    way, due = seen.journey, seen.journey.expected
    legs = tuple(CaseLeg(p.leg.value, p.on, p.due.day if p.due else None, p.here) for p in way.parts)
    phone = find_phones([seen.row.department]).get(seen.row.department, "") if seen.case.stage.open else ""
    said = say_way(way, seen.standard)
    return CaseWay(legs, due.day if due else None, due is None or due.certain, way.stop or "", said, phone)
