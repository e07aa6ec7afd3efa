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
    records = sorted(records, key=lambda one: (one.entry.occurred_at, one.record))
    first = records[0]
    case_id, system, department = first.application, first.system, first.department
    newest = sorted(records, key=lambda one: (one.entry.recorded_at, one.record))
    ours = next((cases[one.place] for one in reversed(newest) if one.place in cases), None)
    number = ours.number if ours else ""
    began = _earliest(records, "submitted") or first.entry.occurred_at
    ended = [one for one in records if one.kind in _ENDS]
    outcome = next((_ENDS[one.kind] for one in ended if _ENDS[one.kind]), "")
    told = {"source": "reported", "system": system}
    issued = {one.said["certificate"]: one for one in records if one.said.get("certificate")}
    applicant = _last(newest, "subject")
    case = {
        "case_id": case_id,
        "number": number,
        **told,
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
        "granted": True if any(one.kind == MADE for one in records) else None,
        "decided_by": "",
        "delivered_on": _day(_earliest(records, "delivered")),
        "closed_on": ended[0].on if ended else None,
        "outcome": outcome,
        "extension": 0,
        "extended_on": None,
    }
    return {
        "cases": [case],
        "events": [_event(case_id, seq, number, one) for seq, one in enumerate(records, 1)],
        "surveys": [_survey(ours.id if ours else case_id, one) for one in records if one.kind in EXAMINED],
        "certificates": [
            {
                "case_id": case_id,
                "number": certificate,
                "identifier": "",
                "type": "",
                "holder": applicant,
                "department": department,
                **told,
                "made_at": one.entry.occurred_at,
                "made_on": one.on,
                "valid_from": None,
                "valid_to": None,
            }
            for certificate, one in issued.items()
        ],
    }


def survey_key(one: Record) -> str:
    """By what an examination is known among those of its case."""
    return f"{one.system}/{one.record}"


def _event(case_id: str, seq: int, number: str, one: Record) -> Row:
    entry = one.entry
    return {
        "case_id": case_id,
        "seq": seq,
        "number": number,
        "kind": one.kind,
        "source": "reported",
        "system": one.system,
        "step": "",
        "occurred_at": entry.occurred_at,
        "occurred_on": one.on,
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


def _survey(case_id: str, one: Record) -> Row:
    return {
        "case_id": case_id,
        "survey": survey_key(one),
        "form": "reported",
        "kind": one.kind,
        "source": "reported",
        "system": one.system,
        "started_on": one.on,
        "until": None,
        "ended_on": one.on,
        "stops": False,
        "listed": True,
        "notice": "",
        "officers": None,
    }


def _earliest(records: Sequence[Record], kind: str) -> datetime | None:
    return next((one.entry.occurred_at for one in records if one.kind == kind), None)


def _day(moment: datetime | None) -> date | None:
    return moment and local_day(moment)


def _last(records: Sequence[Record], name: str) -> Any:
    return next((one.said[name] for one in reversed(records) if one.said.get(name)), "")
