"""What of a licence stands in the tables of the log contract, by which supervision judges. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from yichuang.aggregates.acts import Happened
from yichuang.aggregates.flattening import Row
from yichuang.catalog.standard import Standard
from yichuang.kernel.localtime import local_day
from yichuang.ledger.envelope import Envelope
from yichuang.licences.codec import CODEC
from yichuang.licences.core import events as ev
from yichuang.licences.core.state import Licence, evolve

# The tables of the contract that a licence has rows in
TABLES = ("licences", "licence_acts")
# Acts after which the licence says something else
VERSIONS = (ev.Made, ev.Changed, ev.Renewed, ev.Reissued, ev.Corrected)


@dataclass
class LicenceFlattener:
    """A licence being read: its state as `evolve` has it, and a row for each act. `find` gives a standard by its
    key.
    """

    licence_id: str
    find: Callable[[str], Standard]
    licence: Licence = field(init=False)
    made: Row = field(default_factory=dict)  # what the first act says for good
    acts: list[Row] = field(default_factory=list)
    opened: tuple[str, int] | None = None  # kind of the proceeding under way, and the act that opened it

    def __post_init__(self) -> None:
        self.licence = Licence(self.licence_id)

    def rows(self) -> dict[str, list[Row]]:
        """The rows of the licence after the entries read; see `Flattener`."""
        return {"licences": [self._licence()], "licence_acts": [dict(act) for act in self.acts]}

    def take(self, entry: Envelope) -> None:
        event, before = CODEC.load_event(entry.kind, entry.v, entry.body), self.licence
        happened = Happened(event, entry.actor, entry.occurred_at, entry.recorded_at, entry.channel)
        self.licence = evolve(before, happened)
        if isinstance(event, ev.Made):
            self._begin(event, entry)
        if isinstance(event, ev.RevocationOpened):
            self.opened = event.kind, entry.seq
        self.acts.append(self._act(entry, event, before))
        if self.licence.proceeding is None:
            self.opened = None

    def _begin(self, event: ev.Made, entry: Envelope) -> None:
        standard = self.find(event.standard)
        self.made = {
            "case_id": event.case,
            "licence_id": self.licence_id,
            "number": event.number,
            "type": event.type,
            "source": _source(entry),
            "division": standard.division,
            "department": f"{standard.division}/{standard.department}",
            "item": standard.item,
            "standard": event.standard,
            "holder": event.subject,
            "made_on": event.on,
        }

    def _licence(self) -> Row:
        licence = self.licence
        now, ending = licence.current, licence.ending
        return {
            **self.made,
            "identifier": now.identifier,
            "status": licence.stage.value,
            "version": now.number,
            "valid_from": now.valid_from,
            "valid_to": now.valid_to,
            "suspended_until": licence.suspended_until,
            "proceeding": licence.proceeding.kind if licence.proceeding else "",
            "ended_on": ending.on if ending else None,
            "ended_by": ending.ground if ending else "",
            "barred_until": licence.barred_until,
        }

    def _act(self, entry: Envelope, event: Any, before: Licence) -> Row:
        now, by_case = self.licence.current, getattr(event, "case", "")
        versioned = isinstance(event, VERSIONS)
        kind, opened = self.opened or ("", None)
        return {
            "case_id": by_case or self.made["case_id"],
            "licence_id": self.licence_id,
            "seq": entry.seq,
            "number": self.licence.number,
            "department": self.made["department"],
            "kind": entry.kind,
            "source": _source(entry),
            "by_case": by_case,
            "occurred_at": entry.occurred_at,
            "occurred_on": local_day(entry.occurred_at),
            "recorded_at": entry.recorded_at,
            "recorded_on": local_day(entry.recorded_at),
            "person": entry.actor,
            "post": entry.post,
            "version": now.number,
            "valid_from": now.valid_from if versioned else None,
            "valid_to": now.valid_to if versioned else None,
            "former_valid_to": before.valid_to if isinstance(event, ev.Renewed) else None,
            "deemed": getattr(event, "deemed", False),
            "decision": getattr(event, "decision", "") or _document(event),
            "ground": getattr(event, "ground", ""),
            "proceeding_kind": kind or _proceeding_kind(event),
            "proceeding": opened,
            "respond_by": getattr(event, "respond_by", None),
            "hold_by": getattr(event, "hold_by", None),
            "hearing_on": _hearing_day(event),
            "suspended_until": getattr(event, "until", None),
        }


def _source(entry: Envelope) -> str:
    return "migrated" if entry.source == "migrated" else "door"


def _document(event: Any) -> str:
    """The number of the document that the act issued; a certificate is none."""
    return "" if isinstance(event, (ev.Made, ev.Printed)) else getattr(event, "number", "")


def _proceeding_kind(event: Any) -> str:
    """What an act says it belongs to, though nothing was opened."""
    return event.kind if isinstance(event, (ev.Revoked, ev.RevocationDropped)) else ""


def _hearing_day(event: Any) -> Any:
    match event:
        case ev.HearingArranged(day=day):
            return day
        case ev.HearingHeld(on=on):
            return on
    return None
