"""From what a department's system reported of one application to rows of the contract tables. Pure, whatever order the
reports came in: the last version of each record counts.

They never mix with the rows of our own cases: an application has rows of its own, tied to ours by the case number. Only
an examination that names a case of ours stands among that case's, where the rule on early examinations looks.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yichuang.aggregates.flattening import Row
from yichuang.cases.core.events import LABELS
from yichuang.catalog.standard import ARTICLE_45, StepKind
from yichuang.kernel.localtime import local_day
from yichuang.ledger.envelope import Envelope

PREFIX = "reported/"
# Rows of which tables an application can have
TABLES = ("cases", "events", "surveys", "certificates")
MADE = "certificate_made"
EXAMINED = frozenset(kind.value for kind in {StepKind.SURVEY, *ARTICLE_45})  # as kinds of a report
# What acts are called, also those that have no act of their own here: departments report them by their kind
ACTS = LABELS | {kind.value: kind.label for kind in StepKind if kind.value in EXAMINED}
_ENDS = {"closed": "", "declined": "not_accepted", "withdrawn": "withdrawn"}  # kind → outcome, as far as it is known


@dataclass(frozen=True, slots=True)
class Record:
    """A version of a record: its entry, what the body says, and whose it is: 410100/scjg, empty when nobody knows."""

    entry: Envelope
    said: dict[str, str]
    department: str

    @property
    def system(self) -> str:
        return self.entry.stream.split("/")[1]

    @property
    def record(self) -> str:
        return self.entry.stream.split("/", 2)[2]

    @property
    def kind(self) -> str:
        return self.said["kind"]

    @property
    def named(self) -> str:
        """The case of ours that it names, by either of its numbers; empty for none."""
        return self.said["case_number"]

    @property
    def place(self) -> tuple[str, str]:
        """What it names, and for whom: as `flatten` looks for a case of ours."""
        return self.named, self.department

    @property
    def on(self) -> date:
        return local_day(self.entry.occurred_at)

    @property
    def application(self) -> str:
        """The key of its application: the system's own number for it, else the case it names, else the record alone."""
        own = self.said.get("application") or self.named or self.record
        return f"{PREFIX}{self.department or '-/-'}/{self.system}/{own}"


@dataclass(frozen=True, slots=True)
class Ours:
    """A case of ours that a report names."""

    id: str
    number: str


def read(entry: Envelope, department: str) -> Record:
    """The record of an entry of a stream `reported/<system>/<record>`."""
    return Record(entry, json.loads(entry.body), department)


def application_of(case_id: str) -> tuple[str, str]:
    """System and application that a key of an application is made of; empty for the key of a case of ours."""
    if not case_id.startswith(PREFIX):
        return "", ""
    _, _, _, system, own = case_id.split("/", 4)
    return system, own


def flatten(records: Sequence[Record], cases: dict[tuple[str, str], Ours]) -> dict[str, list[Row]]:
    """The rows, by table, of one application with these records in their last versions; at least one.

    `cases` are those of ours by the number a report names and the department, where that has a part in them.
    """
    records = sorted(records, key=lambda report: (report.entry.occurred_at, report.record))
    first = records[0]
    case_id, system, department = first.application, first.system, first.department
    newest = sorted(records, key=lambda report: (report.entry.recorded_at, report.record))
    ours = next((cases[report.place] for report in reversed(newest) if report.place in cases), None)
    number = ours.number if ours else ""
    began = _earliest(records, "submitted") or first.entry.occurred_at
    ended = [report for report in records if report.kind in _ENDS]
    outcome = next((_ENDS[report.kind] for report in ended if _ENDS[report.kind]), "")
    origin = {"source": "reported", "system": system}
    issued = {report.said["certificate"]: report for report in records if report.said.get("certificate")}
    applicant = _last(newest, "subject")
    case = {
        "case_id": case_id,
        "number": number,
        **origin,
        "division": department.partition("/")[0],
        "department": department,
        "item": _last(newest, "item"),
        "standard": "",
        "situation": "",
        "instant": False,
        "applicant": applicant,
        "agent": "",
        "channel": "api",
        "submitted_at": began,
        "submitted_on": local_day(began),
        "received_on": _day(_earliest(records, "received")),
        "received_by": "",
        "received_post": "",
        "corrected_on": None,
        "accepted_on": _day(_earliest(records, "accepted")),
        "silent": False,
        "accepted_by": "",
        "decided_on": _day(_earliest(records, "decided")),
        "granted": True if any(report.kind == MADE for report in records) else None,
        "decided_by": "",
        "delivered_on": _day(_earliest(records, "delivered")),
        "closed_on": ended[0].on if ended else None,
        "outcome": outcome,
        "extension": 0,
        "extended_on": None,
    }
    return {
        "cases": [case],
        "events": [_event(case_id, seq, number, report) for seq, report in enumerate(records, 1)],
        "surveys": [_survey(ours.id if ours else case_id, report) for report in records if report.kind in EXAMINED],
        "certificates": [
            {
                "case_id": case_id,
                "number": certificate,
                "identifier": "",
                "type": "",
                "holder": applicant,
                "department": department,
                **origin,
                "made_at": report.entry.occurred_at,
                "made_on": report.on,
                "valid_from": None,
                "valid_to": None,
            }
            for certificate, report in issued.items()
        ],
    }


def survey_key(report: Record) -> str:
    """By what an examination is known among those of its case."""
    return f"{report.system}/{report.record}"


def _event(case_id: str, seq: int, number: str, report: Record) -> Row:
    entry = report.entry
    return {
        "case_id": case_id,
        "seq": seq,
        "number": number,
        "kind": report.kind,
        "source": "reported",
        "system": report.system,
        "step": "",
        "occurred_at": entry.occurred_at,
        "occurred_on": report.on,
        "recorded_at": entry.recorded_at,
        "recorded_on": local_day(entry.recorded_at),
        "person": "",
        "post": "",
        "on_behalf_of": "",
        "channel": "api",
        "session": "",
        "ip": "",
        "device": "",
    }


def _survey(case_id: str, report: Record) -> Row:
    return {
        "case_id": case_id,
        "survey": survey_key(report),
        "form": "reported",
        "kind": report.kind,
        "source": "reported",
        "system": report.system,
        "started_on": report.on,
        "until": None,
        "ended_on": report.on,
        "stops": False,
        "listed": True,
        "notice": "",
        "officers": None,
    }


def _earliest(records: Sequence[Record], kind: str) -> datetime | None:
    return next((report.entry.occurred_at for report in records if report.kind == kind), None)


def _day(moment: datetime | None) -> date | None:
    return moment and local_day(moment)


def _last(records: Sequence[Record], name: str) -> Any:
    return next((report.said[name] for report in reversed(records) if report.said.get(name)), "")
