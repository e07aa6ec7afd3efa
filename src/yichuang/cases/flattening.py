"""What of a case stands in the tables of the log contract, by which supervision judges. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from yichuang.aggregates.acts import Happened
from yichuang.aggregates.flattening import Row
from yichuang.cases.codec import load_event
from yichuang.cases.core import events as ev
from yichuang.cases.core.state import FORM, PAPER, Case, evolve
from yichuang.catalog.standard import ARTICLE_45, Standard, Step, StepKind
from yichuang.kernel.clock import Limit
from yichuang.kernel.localtime import local_day
from yichuang.ledger.envelope import Envelope

# The tables of the contract that a case has rows in
TABLES = (
    "cases", "events", "steps", "step_officers", "materials", "notices", "bases", "fees", "surveys", "certificates",
)  # fmt: skip
# Kinds of step that examine something outside the file; the rest is work at a desk
EXAMINING = frozenset({StepKind.SURVEY, *ARTICLE_45})
# Acts that put a document into the applicant's hands, and those among them that must say why
NOTICES = frozenset(
    {"received", "correction_asked", "supplied", "accepted", "declined", "special_started", "extended", "decided"}
    | {"falsehood_alleged", "materials_added", "gaps_promised", "gaps_supplied"}
    | {"delivered", "withdrawn", "terminated", "acceptance_revoked", "applicant_corrected", "fee_refunded"}
)
REASONED = frozenset(
    {"correction_asked", "declined", "special_started", "extended", "terminated", "acceptance_revoked"}
    | {"applicant_corrected", "fee_refunded", "falsehood_alleged"}
)


@dataclass
class CaseFlattener:
    """A case being read: its state as `evolve` has it, and beside it what the state forgets. `find` gives a standard by
    its key.
    """

    case_id: str
    find: Callable[[str], Standard]
    case: Case = field(init=False)
    first: Envelope = field(init=False)
    log: list[tuple[Envelope, Any]] = field(default_factory=list)
    rounds: dict[tuple[str, int], Row] = field(default_factory=dict)
    officers: dict[tuple[str, int], tuple[str, ...]] = field(default_factory=dict)
    supplied: dict[str, datetime] = field(default_factory=dict)
    demanded: dict[str, int] = field(default_factory=dict)
    seen: frozenset[str] = frozenset()
    by: dict[str, Envelope] = field(default_factory=dict)  # kind of act → its first entry

    def __post_init__(self) -> None:
        self.case = Case(self.case_id)

    def rows(self) -> dict[str, list[Row]]:
        """The rows of the case after the entries read; see `Flattener`."""
        return {name: list(getattr(self, name)()) for name in TABLES}

    def take(self, entry: Envelope) -> None:
        event = load_event(entry.kind, entry.v, entry.body)
        if not self.log:
            self.first = entry
        self.log.append((entry, event))
        self.by.setdefault(entry.kind, entry)
        before = self.case
        happened = Happened(event, entry.actor, entry.occurred_at, entry.recorded_at, entry.channel, entry.on_behalf_of)
        self.case = evolve(before, happened)
        match event:
            case ev.Submitted() | ev.Supplied() | ev.MaterialsAdded() | ev.GapsSupplied():
                self.supplied |= {code: entry.occurred_at for code, ways in event.given.items() if ways}
            case ev.Received():
                self.seen |= frozenset(event.originals)
            case ev.CorrectionAsked():
                for code in event.materials:
                    self.demanded[code] = self.demanded.get(code, 0) + 1
            case ev.StepOpened():
                self._opened(entry, event)
            case ev.StepAssigned():
                self._round(event.step)["assigned_to"] = event.person
            case ev.StepConcluded():
                self._concluded(entry, event)
            case ev.OpinionCorrected():
                self._corrected(entry, event)
            case ev.ApplicantCorrected():
                self.supplied = {code: at for code, at in self.supplied.items() if event.given.get(code)}
            case ev.SentBack():
                for code in event.reopened:
                    if (code, before.steps[code].round) in self.rounds:
                        self.rounds[code, before.steps[code].round]["sent_back_by"] = event.step

    @property
    def standard(self) -> Standard:
        return self.find(self.case.standard)

    @property
    def source(self) -> str:
        return "migrated" if self.first.source == "migrated" else "door"

    # --- steps ---------------------------------------------------------------------------------------------------

    def _round(self, step: str) -> Row:
        return self.rounds[step, self.case.steps[step].round]

    def _opened(self, entry: Envelope, event: ev.StepOpened) -> None:
        step = self.standard.step(event.step)
        self.rounds[event.step, event.round] = {
            "case_id": self.case_id,
            "step": event.step,
            "round": event.round,
            "kind": step.kind.value,
            "department": f"{self.standard.division}/{step.department}",
            "post_kind": step.post.value,
            "opened_seq": entry.seq,
            "opened_at": entry.occurred_at,
            # older entries date a step that silence opened from receipt, when nobody could begin it yet
            "opened_on": max(event.on, local_day(entry.occurred_at)),
            "assigned_to": "",
            "concluded_seq": None,
            "concluded_at": None,
            "concluded_on": None,
            "concluded_by": "",
            "verdict": "",
            "officers": 0,
            "corrected_on": None,
            "sent_back_by": "",
            **limit("limit", step.limit),
        }

    def _concluded(self, entry: Envelope, event: ev.StepConcluded) -> None:
        self.officers[event.step, self.case.steps[event.step].round] = tuple(dict.fromkeys(event.officers))
        self._round(event.step).update(
            concluded_seq=entry.seq,
            concluded_at=entry.occurred_at,
            concluded_on=event.on,
            concluded_by=entry.actor,
            verdict=event.verdict,
            officers=len(event.officers),
        )

    def _corrected(self, entry: Envelope, event: ev.OpinionCorrected) -> None:
        """The step was concluded when it was; what it concluded, and who answers for it, is as corrected."""
        key = event.step, self.case.steps[event.step].round
        self.officers[key] = tuple(dict.fromkeys((*self.officers.get(key, ()), entry.actor)))
        self._round(event.step).update(verdict=event.verdict, corrected_on=event.on)

    def steps(self) -> list[Row]:
        return [dict(row) for row in self.rounds.values()]  # later entries change them

    def step_officers(self) -> list[Row]:
        return [
            {"case_id": self.case_id, "step": step, "round": round, "person": person}
            for (step, round), persons in self.officers.items()
            for person in persons
        ]

    # --- the other tables, each made of what was read ------------------------------------------------------------

    def cases(self) -> list[Row]:
        case, standard = self.case, self.standard
        situation = standard.situation(case.situation)
        received, accepted = self.by.get("received"), self.by.get("accepted")
        return [
            {
                "case_id": self.case_id,
                "number": case.number,
                "source": self.source,
                "system": "",
                "division": standard.division,
                "department": f"{standard.division}/{standard.department}",
                "item": standard.item,
                "standard": case.standard,
                "situation": case.situation,
                "instant": standard.instant or bool(situation and situation.instant),
                "applicant": case.subject,
                "agent": case.agent,
                "channel": case.channel,
                "submitted_at": self.first.occurred_at,
                "submitted_on": local_day(self.first.occurred_at),
                "received_on": case.received_on,
                "received_by": received.actor if received else "",
                "received_post": received.post if received else "",
                "corrected_on": case.correction and case.correction.supplied,
                "accepted_on": case.accepted_on,
                "silent": case.silent,
                "accepted_by": accepted.actor if accepted and not case.silent else "",
                "decided_on": case.decided_on,
                "granted": case.granted,
                "decided_by": case.decider,
                "delivered_on": case.delivered_on,
                "closed_on": case.closed_on,
                "outcome": case.outcome if case.closed_on else "",
                "extension": case.extension,
                "extended_on": case.extended_on,
            }
        ]

    def events(self) -> Iterator[Row]:
        for entry, event in self.log:
            yield {
                "case_id": self.case_id,
                "seq": entry.seq,
                "number": self.case.number,
                "kind": entry.kind,
                "source": self.source,
                "system": "",
                "step": getattr(event, "step", ""),
                "occurred_at": entry.occurred_at,
                "occurred_on": local_day(entry.occurred_at),
                "recorded_at": entry.recorded_at,
                "recorded_on": local_day(entry.recorded_at),
                "person": entry.actor,
                "post": entry.post,
                "on_behalf_of": entry.on_behalf_of,
                "channel": entry.channel,
                "session": entry.session,
                "ip": entry.ip,
                "device": entry.device,
            }

    def materials(self) -> Iterator[Row]:
        case = self.case
        listed = {m.code: m for m in self.standard.materials}
        for code in dict.fromkeys((*case.needed, *case.given, *case.held, *self.demanded)):
            at = self.supplied.get(code)
            yield {
                "case_id": self.case_id,
                "material": code,
                "listed": code in listed,
                "needed": code in case.needed,
                "role": listed[code].role.value if code in listed else "",
                "state": self._state(code),
                "supplied_at": at,
                "supplied_on": at and local_day(at),
                "original_seen": code in self.seen,
                "demands": self.demanded.get(code, 0),
            }

    def _state(self, code: str) -> str:
        ways = self.case.given.get(code, ())
        if any(way not in (PAPER, FORM) for way in ways):
            return "given"
        if PAPER in ways:
            return "paper"
        if FORM in ways:
            return "form"
        return "held" if code in self.case.held else "missing"

    def notices(self) -> Iterator[Row]:
        listed = {m.code for m in self.standard.materials}
        for entry, event in self.log:
            if entry.kind not in NOTICES:
                continue
            demanded = event.materials if isinstance(event, ev.CorrectionAsked) else ()
            must_reason = entry.kind in REASONED or (isinstance(event, ev.Decided) and not event.granted)
            yield {
                "case_id": self.case_id,
                "seq": entry.seq,
                "kind": entry.kind,
                "number": event.number,
                "issued_at": entry.occurred_at,
                "issued_on": local_day(entry.occurred_at),
                "issued_by": entry.actor,
                "post": entry.post,
                "due_on": _due(event),
                "reasoned": bool(event.reason) if must_reason else None,
                "remedies": len(getattr(event, "remedies", ())),
                "bases": len(getattr(event, "bases", ())),
                "materials": len(demanded),
                "unlisted": sum(code not in listed for code in demanded),
            }

    def bases(self) -> Iterator[Row]:
        own = {f"{b.law} {b.article}": b for b in self.standard.bases}
        procedure = self.standard.procedure
        published = own.keys() | {basis for act in procedure.articles for basis in procedure.basis(act)}
        for entry, event in self.log:
            on = local_day(entry.occurred_at)
            for basis in dict.fromkeys(getattr(event, "bases", ())):
                yield {
                    "case_id": self.case_id,
                    "seq": entry.seq,
                    "basis": basis,
                    "published": basis in published,
                    "in_force": own[basis].in_force(on) if basis in own else True,
                }

    def fees(self) -> Iterator[Row]:
        published = {fee.basis for fee in self.standard.fees}
        rows: dict[str, Row] = {code: self._fee(code) for code in self.case.due_fees}
        for entry, event in self.log:
            if isinstance(event, ev.FeeCharged):
                rows.setdefault(event.fee, self._fee(event.fee)).update(
                    charged_amount=event.amount,
                    charged_at=entry.occurred_at,
                    charged_on=local_day(entry.occurred_at),
                    basis=event.basis,
                    basis_published=event.basis in published,
                )
            elif isinstance(event, ev.FeePaid):
                rows.setdefault(event.fee, self._fee(event.fee)).update(
                    paid_amount=event.amount, paid_at=entry.occurred_at, paid_on=local_day(entry.occurred_at)
                )
            elif isinstance(event, ev.FeeRefunded):
                row = rows.setdefault(event.fee, self._fee(event.fee))
                day = local_day(entry.occurred_at)
                row.update(refunded_amount=event.amount, refunded_at=entry.occurred_at, refunded_on=day)
                if event.ground == "wrong_payment":  # it is due again, and unpaid
                    row.update(paid_amount=None, paid_at=None, paid_on=None)
        yield from rows.values()

    def _fee(self, code: str) -> Row:
        empty = (
            "charged_amount", "charged_at", "charged_on", "basis_published", "paid_amount", "paid_at", "paid_on",
            "refunded_amount", "refunded_at", "refunded_on",
        )  # fmt: skip
        return {
            "case_id": self.case_id,
            "fee": code,
            "due_amount": self.case.due_fees.get(code),
            "basis": "",
            **dict.fromkeys(empty),
        }

    def surveys(self) -> Iterator[Row]:
        for (code, number), row in self.rounds.items():
            if StepKind(row["kind"]) in EXAMINING:
                officers = row["officers"] if row["concluded_on"] else None
                yield self._survey(
                    f"{code}/{number}", "step", row["kind"], row["opened_on"], row["concluded_on"], officers=officers
                )
        known = {special.kind for special in self.standard.specials} | ARTICLE_45
        for _, event in self.log:
            if not isinstance(event, ev.SpecialStarted):
                continue
            yield self._survey(
                event.special,
                "special",
                event.kind,
                event.on,
                self.case.specials[event.special].ended,
                until=event.until,
                stops=event.stops,
                listed=event.kind in {kind.value for kind in known},
                notice=event.number,
            )

    def _survey(
        self,
        code: str,
        form: str,
        kind: str,
        started: date,
        ended: date | None,
        *,
        until: date | None = None,
        stops: bool = False,
        listed: bool = True,
        notice: str = "",
        officers: int | None = None,
    ) -> Row:
        return {
            "case_id": self.case_id,
            "survey": code,
            "form": form,
            "kind": kind,
            "source": self.source,
            "system": "",
            "started_on": started,
            "until": until,
            "ended_on": ended,
            "stops": stops,
            "listed": listed,
            "notice": notice,
            "officers": officers,
        }

    def certificates(self) -> Iterator[Row]:
        for entry, event in self.log:
            if isinstance(event, ev.CertificateMade):
                yield {
                    "case_id": self.case_id,
                    "number": event.number,
                    "identifier": event.identifier,
                    "type": event.type,
                    "holder": self.case.subject,
                    "department": f"{self.standard.division}/{self.standard.department}",
                    "source": self.source,
                    "system": "",
                    "made_at": entry.occurred_at,
                    "made_on": event.on,
                    "valid_from": event.valid_from,
                    "valid_to": event.valid_to,
                }


def _due(event: Any) -> date | None:
    """The date that the document gives the applicant."""
    if isinstance(event, ev.CorrectionAsked):
        return event.due
    return event.until if isinstance(event, ev.SpecialStarted | ev.FalsehoodAlleged) else None


def limit(name: str, given: Limit | None) -> Row:
    """The two columns of a limit."""
    return {name: given.value if given else None, f"{name}_unit": given.unit.value if given else ""}


def step_row(standard: Standard, step: Step) -> Row:
    """A step as the standard has it."""
    return {
        "standard": standard.key,
        "step": step.code,
        "name": step.name,
        "kind": step.kind.value,
        "department": f"{standard.division}/{step.department}",
        "post_kind": step.post.value,
        "officers": step.officers,
        "conditional": step.when is not None,
        "silence_agrees": step.silence_agrees,
        **limit("limit", step.limit),
    }
