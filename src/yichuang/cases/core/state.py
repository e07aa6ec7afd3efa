"""The state of a case and `evolve`, which folds events into it. Small and closed: everything a decision needs,
nothing personal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from yichuang.aggregates.acts import Happened
from yichuang.cases.core import events as ev
from yichuang.catalog.standard import Material, Standard, Step, bridge_steps
from yichuang.kernel.clock import Suspension
from yichuang.kernel.localtime import local_day

STATE_VERSION = 9
PAPER, FORM = "paper", "form"  # what stands in `given` instead of a file
REAL_NAME = "real-name"  # what stands in `held` for a material that says who the applicant is
ABOUT = ("situation", "agent")  # what is settled at filing; all other conditions ask for a field of the form


class Stage(StrEnum):
    NEW = "new"
    SUBMITTED = "submitted"  # 已提交
    RECEIVED = "received"  # 已收件
    CORRECTION = "correction"  # 待补正
    ACCEPTED = "accepted"  # 已受理,审查中
    DECIDED = "decided"  # 已决定
    MADE = "made"  # 已制证
    CLOSED = "closed"  # 已送达办结
    NOT_ACCEPTED = "not_accepted"
    NOT_REQUIRED = "not_required"
    NO_JURISDICTION = "no_jurisdiction"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    ACCEPTANCE_REVOKED = "acceptance_revoked"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def open(self) -> bool:
        return self in OPEN


_LABELS = {
    Stage.NEW: "未提交",
    Stage.SUBMITTED: "已提交，待收件",
    Stage.RECEIVED: "已收件，待受理",
    Stage.CORRECTION: "待申请人补正",
    Stage.ACCEPTED: "已受理，审查中",
    Stage.DECIDED: "已作出决定",
    Stage.MADE: "已制证，待送达",
    Stage.CLOSED: "已办结",
    Stage.NOT_ACCEPTED: "不予受理",
    Stage.NOT_REQUIRED: "不需要办理许可",
    Stage.NO_JURISDICTION: "不属本机关职权",
    Stage.WITHDRAWN: "申请人已撤回",
    Stage.TERMINATED: "已终止",
    Stage.ACCEPTANCE_REVOKED: "受理已撤销",
}
OPEN = frozenset({Stage.SUBMITTED, Stage.RECEIVED, Stage.CORRECTION, Stage.ACCEPTED, Stage.DECIDED, Stage.MADE})
BEFORE_DECISION = frozenset({Stage.SUBMITTED, Stage.RECEIVED, Stage.CORRECTION, Stage.ACCEPTED})


@dataclass(frozen=True, slots=True)
class StepState:
    status: str = "waiting"  # waiting | open | done
    on: date | None = None
    round: int = 0
    person: str = ""  # assigned to
    verdict: str = ""
    officers: tuple[str, ...] = ()  # of all rounds, the latest first, and in each first who concluded it
    done_on: date | None = None
    stood_for: tuple[str, ...] = ()  # absent officers in whose place somebody concluded it

    @property
    def judges(self) -> frozenset[str]:
        """Who judged it in any round; a stand-in counts as the one stood in for as well."""
        return frozenset((*self.officers, *self.stood_for))

    @property
    def concluder(self) -> str:
        """Who concluded it last; nobody when silence did."""
        return self.officers[0] if self.officers and self.verdict != "deemed" else ""


@dataclass(frozen=True, slots=True)
class Special:
    kind: str
    step: str
    on: date
    until: date
    stops: bool
    ended: date | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    on: date
    due: date
    materials: tuple[str, ...]
    fields: tuple[str, ...]
    supplied: date | None = None
    complete: bool = False
    outstanding: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Allegation:
    """隐瞒或者虚假,拟认定(78条)。"""

    on: date
    until: date  # the last day to answer, as told
    by: tuple[str, ...]  # who alleged it, and whom they stood in for: they do not decide on it
    answered: date | None = None  # the last time


@dataclass(frozen=True, slots=True)
class Charge:
    amount: int
    order: str
    paid: str = ""  # receipt number
    refunds: int = 0  # how often a payment was given back
    refunded: str = ""  # voucher of the latest refund
    demanded_on: date | None = None  # told to the applicant; after a refund of a payment by mistake: due again
    paid_on: date | None = None
    waived: bool = False  # given back because nothing was to be charged: not due any more


@dataclass(frozen=True, slots=True)
class Leaving:
    """事项将退出清单,在办件随之终止(3.1b)。"""

    on: date  # from its midnight on
    ground: str  # who decided, by which document
    instead: str = ""  # what to do instead of applying


@dataclass(frozen=True, slots=True)
class Gaps:
    """容缺(3.6a): what an application lacks, and until when its applicant promised to supply it."""

    materials: tuple[str, ...]
    days: int  # working days from acceptance on
    regime: int
    wanted: tuple[str, ...]  # not handed in yet, or found bad
    handed: tuple[str, ...] = ()  # handed in, and not checked yet
    opened: date | None = None  # acceptance
    due: date | None = None  # the last day, as told
    moves: int = 0  # how often the last day was put off
    granted_time: bool = False  # a bad paper has put the last day off once
    breached: date | None = None

    @property
    def open(self) -> bool:
        return bool(self.wanted or self.handed)


@dataclass(frozen=True, slots=True)
class Case:
    id: str
    stage: Stage = Stage.NEW
    number: str = ""
    standard: str = ""
    situation: str = ""
    licence: str = ""  # id of the licence it acts on; empty for one that makes a new one
    form: str = ""  # vault reference of the form as it was sent last
    place: str = ""  # of what a holder has one licence; also empty in a case filed before its events said it
    subject: str = ""
    agent: str = ""
    channel: str = ""
    submitted_on: date | None = None
    pre_reviewed: bool | None = None
    received_on: date | None = None
    accepted_on: date | None = None
    silent: bool = False
    needed: tuple[str, ...] = ()
    given: dict[str, tuple[str, ...]] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    due_fees: dict[str, int] = field(default_factory=dict)
    charges: dict[str, Charge] = field(default_factory=dict)
    correction: Correction | None = None
    allegation: Allegation | None = None
    gaps: Gaps | None = None
    leaving: Leaving | None = None  # of a case that is not decided
    # who pre-reviewed, took in papers, asked or accepted, and whom they stood in for: never in a later step (3.4c)
    intake: tuple[str, ...] = ()
    visited: tuple[date, ...] = ()  # days on which the applicant came to a window (3.5a)
    steps: dict[str, StepState] = field(default_factory=dict)
    specials: dict[str, Special] = field(default_factory=dict)
    extension: int = 0
    extended_on: date | None = None
    generation: int = 0  # of the case's clocks: a change of budget or suspension starts a new one
    rungs: tuple[str, ...] = ()  # "clock:generation:rung" already warned
    granted: bool | None = None
    decided_on: date | None = None
    decider: str = ""
    late_reason: str = ""  # vault reference of why it is late, as the office said it last
    made_on: date | None = None
    delivered_on: date | None = None
    closed_on: date | None = None
    outcome: str = ""
    last_at: datetime | None = None  # latest recorded moment: time never runs backwards for a case

    @property
    def missing(self) -> tuple[str, ...]:
        """Materials needed, neither given nor replaced by a certificate we hold."""
        return tuple(m for m in self.needed if not self.given.get(m) and m not in self.held)

    @property
    def unpromised(self) -> tuple[str, ...]:
        """What is missing and was not promised for later."""
        return tuple(m for m in self.missing if not (self.gaps and m in self.gaps.wanted))

    @property
    def gap_open(self) -> bool:
        """Whether something that was promised for later has not come, or is not checked: then nothing is granted."""
        return self.gaps is not None and self.gaps.open

    @property
    def gap_breached(self) -> bool:
        return self.gaps is not None and self.gaps.breached is not None

    @property
    def came(self) -> tuple[str, ...]:
        """Materials that the applicant gave, on paper or as files."""
        return tuple(m for m in self.needed if any(way != FORM for way in self.given.get(m, ())))

    @property
    def takable(self) -> tuple[str, ...]:
        """Materials that may be handed in now: what a notice lists, once silence accepted what is missing, and before
        either whatever the application needs and no certificate replaces.
        """
        if self.stage is Stage.CORRECTION and self.correction:
            return self.correction.outstanding
        if self.stage is Stage.ACCEPTED:
            return self.gaps.wanted if self.gaps and self.gaps.wanted else self.missing
        return tuple(m for m in self.needed if m not in self.held)

    @property
    def fields_asked(self) -> tuple[str, ...]:
        """Fields of the form that a notice asks to correct."""
        return self.correction.fields if self.stage is Stage.CORRECTION and self.correction else ()

    @property
    def makes_paper(self) -> bool:
        """Whether a certificate is made of it when it is granted; a cancellation makes none."""
        return self.situation != "cancel"

    @property
    def nothing_to_make(self) -> bool:
        """Whether what was decided only has to be handed over: a certificate is made, or none is to be made."""
        return self.made_on is not None or self.granted is False or not self.makes_paper

    @property
    def files(self) -> frozenset[UUID]:
        """The uploads that commands have given to the case; what stands for paper or the form itself is no id."""
        return frozenset(UUID(g) for ways in self.given.values() for g in ways if len(g) == 36)

    @property
    def decided_by_silence(self) -> bool:
        """Whether nobody decided and the law itself granted (许可法 50 条二款)."""
        return self.decided_on is not None and not self.decider

    @property
    def ended_with_item(self) -> bool:
        """Whether the case ended at the midnight at which its item left the list."""
        return self.outcome == ev.ITEM_ENDED

    @property
    def answered_on(self) -> date | None:
        """The day on which the limits of deciding stop: the decision, or the end without one. Where time itself decided
        or ended the case at a midnight, the day before: the last on which somebody could have decided.
        """
        day = self.decided_on or self.closed_on
        return day - timedelta(days=1) if day and (self.decided_by_silence or self.ended_with_item) else day

    @property
    def suspensions(self) -> tuple[Suspension, ...]:
        return tuple(Suspension(s.on, s.ended) for s in self.specials.values() if s.stops)

    @property
    def paused(self) -> bool:
        return self.stage is Stage.ACCEPTED and any(s.stops and s.ended is None for s in self.specials.values())

    @property
    def reviewers(self) -> frozenset[str]:
        return frozenset(p for s in self.steps.values() for p in s.officers)

    @property
    def judges(self) -> frozenset[str]:
        """The reviewers, and those whom a stand-in among them stood in for."""
        return frozenset(p for s in self.steps.values() for p in s.judges)

    @property
    def steps_done(self) -> bool:
        return all(s.status == "done" for s in self.steps.values())

    @property
    def failed(self) -> bool:
        return any(s.verdict in ("fail", "disagree") for s in self.steps.values() if s.status == "done")

    @property
    def unpaid(self) -> tuple[str, ...]:
        """Fees due and not yet paid."""
        return tuple(
            f
            for f, amount in self.due_fees.items()
            if amount and not (f in self.charges and (self.charges[f].paid or self.charges[f].waived))
        )

    @property
    def paid(self) -> bool:
        """Whether the applicant has paid a fee that was not given back."""
        return any(charge.paid for charge in self.charges.values())

    @property
    def demanded(self) -> bool:
        """Whether a payment that was asked for has not come."""
        return any(f in self.charges for f in self.unpaid)

    def graph(self, standard: Standard) -> tuple[Step, ...]:
        """The standard's steps this case runs through, with skipped ones bridged."""
        return bridge_steps(standard.steps, self.skipped)

    def dormant(self, standard: Standard) -> tuple[Material, ...]:
        """Materials not needed now, which another content of the form would need."""
        conditional = (m for m in standard.materials if m.when and m.when.field not in ABOUT)
        return tuple(m for m in conditional if m.code not in self.needed)


def downstream(steps: tuple[Step, ...], code: str) -> tuple[str, ...]:
    """The step and all that directly or indirectly come after it, in the standard's order."""
    reached = {code}
    for _ in steps:
        reached |= {s.code for s in steps if reached.intersection(s.after)}
    return tuple(s.code for s in steps if s.code in reached)


def evolve(case: Case, happened: Happened) -> Case:
    """The case after the event. Total: an event that was recorded always applies."""
    after = _EVOLVE[type(happened.event)](_visited(case, happened), happened.event, happened)
    last = happened.recorded if case.last_at is None else max(case.last_at, happened.recorded)
    return replace(after, last_at=last)


def _submitted(case: Case, e: ev.Submitted, h: Happened) -> Case:
    return replace(
        case,
        stage=Stage.SUBMITTED,
        number=e.number,
        standard=e.standard,
        situation=e.situation,
        licence=e.licence,
        form=e.form,
        place=e.place,
        subject=e.subject,
        agent=e.agent,
        channel=h.channel,
        submitted_on=local_day(h.at),
        needed=e.needed,
        given=dict(e.given),
        held=dict(e.held),
        skipped=e.skipped,
        due_fees=dict(e.fees),
        intake=_at_window(case, h),
    )


def _licence_named(case: Case, e: ev.LicenceNamed, h: Happened) -> Case:
    return replace(case, licence=e.licence)


def _pre_reviewed(case: Case, e: ev.PreReviewed, h: Happened) -> Case:
    return replace(case, pre_reviewed=e.passed, intake=_with(case.intake, *_persons(h)))


def _received(case: Case, e: ev.Received, h: Happened) -> Case:
    return replace(case, stage=Stage.RECEIVED, received_on=e.on, intake=_with(case.intake, *_persons(h)))


def _correction_asked(case: Case, e: ev.CorrectionAsked, h: Happened) -> Case:
    correction = Correction(local_day(h.at), e.due, e.materials, e.fields, outstanding=e.materials)
    intake = _with(case.intake, *_persons(h))
    # what the notice lists is no longer for later
    return replace(case, stage=Stage.CORRECTION, correction=correction, gaps=None, intake=intake)


def _supplied(case: Case, e: ev.Supplied, h: Happened) -> Case:
    given = _with_given(case, e.given)
    correction, gaps = case.correction, _handed(case.gaps, e.given)
    if correction is not None:
        left = tuple(m for m in correction.outstanding if not e.given.get(m))
        fields = () if e.form else correction.fields
        supplied = e.on if e.complete else None
        correction = replace(correction, outstanding=left, fields=fields, complete=e.complete, supplied=supplied)
    answered = e.complete and case.stage is Stage.CORRECTION  # then the limit of acceptance begins anew, and its rungs
    return replace(
        case,
        stage=Stage.RECEIVED if answered else case.stage,
        form=e.form or case.form,
        place=e.place if e.form else case.place,
        given=given,
        correction=correction,
        gaps=gaps,
        intake=_at_window(case, h),
        generation=case.generation + answered,
    )


def _materials_added(case: Case, e: ev.MaterialsAdded, h: Happened) -> Case:
    gaps = _handed(case.gaps, e.given)
    return replace(case, given=_with_given(case, e.given), gaps=gaps, intake=_at_window(case, h))


def _with_given(case: Case, more: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """What was given, with what came besides; nothing that was given is ever replaced."""
    return {**case.given, **{m: (*case.given.get(m, ()), *ways) for m, ways in more.items()}}


def _revised(case: Case, e: ev.Revised, h: Happened) -> Case:
    correction = case.correction
    if correction is not None:
        correction = replace(correction, outstanding=tuple(m for m in correction.outstanding if m in e.needed))
    gaps = case.gaps
    if gaps is not None:
        wanted, handed = (tuple(m for m in codes if m in e.needed) for codes in (gaps.wanted, gaps.handed))
        gaps = replace(gaps, wanted=wanted, handed=handed)
    fees = dict(e.fees)
    return replace(case, needed=e.needed, skipped=e.skipped, due_fees=fees, correction=correction, gaps=gaps)


def _accepted(case: Case, e: ev.Accepted, h: Happened) -> Case:
    received = case.received_on or e.on
    intake = case.intake if e.silent else _with(case.intake, *_persons(h))
    steps = {code: StepState() for code in e.steps}
    return replace(
        case, stage=Stage.ACCEPTED, received_on=received, accepted_on=e.on, silent=e.silent, intake=intake, steps=steps
    )


def _gaps_promised(case: Case, e: ev.GapsPromised, h: Happened) -> Case:
    gaps = Gaps(e.materials, e.days, e.regime, wanted=e.materials)
    return replace(case, gaps=gaps, intake=_at_window(case, h))


def _gaps_opened(case: Case, e: ev.GapsOpened, h: Happened) -> Case:
    return replace(case, gaps=case.gaps and replace(case.gaps, opened=e.on, due=e.due))


def _gaps_supplied(case: Case, e: ev.GapsSupplied, h: Happened) -> Case:
    gaps = _handed(case.gaps, e.given)
    return replace(case, given=_with_given(case, e.given), gaps=gaps, intake=_at_window(case, h))


def _handed(gaps: Gaps | None, given: dict[str, tuple[str, ...]]) -> Gaps | None:
    """What came of the promised materials waits to be checked."""
    if gaps is None or not (came := tuple(m for m in gaps.wanted if given.get(m))):
        return gaps
    return replace(gaps, wanted=tuple(m for m in gaps.wanted if m not in came), handed=(*gaps.handed, *came))


def _gap_checked(case: Case, e: ev.GapChecked, h: Happened) -> Case:
    gaps = case.gaps
    if gaps is None:
        return case
    handed = tuple(m for m in gaps.handed if m != e.material)
    gaps = replace(gaps, handed=handed, wanted=gaps.wanted if e.passed else (*gaps.wanted, e.material))
    if e.due:
        gaps = replace(gaps, due=e.due, moves=gaps.moves + 1, granted_time=True)
    return replace(case, gaps=gaps, intake=_with(case.intake, *_persons(h)))


def _gaps_breached(case: Case, e: ev.GapsBreached, h: Happened) -> Case:
    return replace(case, gaps=case.gaps and replace(case.gaps, breached=e.on))


def _declined(case: Case, e: ev.Declined, h: Happened) -> Case:
    return replace(case, stage=Stage(e.outcome), outcome=e.outcome, closed_on=local_day(h.at))


def _falsehood_alleged(case: Case, e: ev.FalsehoodAlleged, h: Happened) -> Case:
    return replace(case, allegation=Allegation(e.on, e.until, _persons(h)), intake=_at_window(case, h))


def _allegation_answered(case: Case, e: ev.AllegationAnswered, h: Happened) -> Case:
    allegation = case.allegation and replace(case.allegation, answered=e.on)
    return replace(case, allegation=allegation, intake=_at_window(case, h))


def _step_opened(case: Case, e: ev.StepOpened, h: Happened) -> Case:
    before = case.steps.get(e.step, StepState())
    return _step(case, e.step, replace(before, status="open", on=e.on, round=e.round, verdict="", done_on=None))


def _step_assigned(case: Case, e: ev.StepAssigned, h: Happened) -> Case:
    return _step(case, e.step, replace(case.steps[e.step], person=e.person))


def _step_concluded(case: Case, e: ev.StepConcluded, h: Happened) -> Case:
    officers = tuple(dict.fromkeys((*e.officers, *case.steps[e.step].officers)))
    stood_for = _with(case.steps[e.step].stood_for, *_persons(h)[1:])
    done = replace(
        case.steps[e.step], status="done", verdict=e.verdict, officers=officers, done_on=e.on, stood_for=stood_for
    )
    return _step(case, e.step, done)


def _sent_back(case: Case, e: ev.SentBack, h: Happened) -> Case:
    steps = {
        c: replace(s, status="waiting", verdict="", done_on=None) if c in e.reopened else s
        for c, s in case.steps.items()
    }
    return replace(case, steps=steps)


def _special_started(case: Case, e: ev.SpecialStarted, h: Happened) -> Case:
    special = Special(e.kind, e.step, e.on, e.until, e.stops)
    return replace(case, specials={**case.specials, e.special: special}, generation=case.generation + e.stops)


def _special_ended(case: Case, e: ev.SpecialEnded, h: Happened) -> Case:
    ended = replace(case.specials[e.special], ended=e.on)
    return replace(case, specials={**case.specials, e.special: ended}, generation=case.generation + ended.stops)


def _extended(case: Case, e: ev.Extended, h: Happened) -> Case:
    return replace(case, extension=e.days, extended_on=e.on, generation=case.generation + 1)


def _fee_charged(case: Case, e: ev.FeeCharged, h: Happened) -> Case:
    return _charge(case, e.fee, Charge(e.amount, e.order, demanded_on=local_day(h.at)))


def _fee_paid(case: Case, e: ev.FeePaid, h: Happened) -> Case:
    return _charge(case, e.fee, replace(case.charges[e.fee], paid=e.receipt, paid_on=local_day(h.at)))


def _decided(case: Case, e: ev.Decided, h: Happened) -> Case:
    outcome = "granted" if e.granted else "refused"
    # what silence has granted leaves nothing to examine
    steps = {c: replace(s, status="waiting") if s.status == "open" else s for c, s in case.steps.items()}
    return replace(
        case,
        stage=Stage.DECIDED,
        granted=e.granted,
        decided_on=e.on,
        decider="" if e.deemed else h.person,
        outcome=outcome,
        steps=steps if e.deemed else case.steps,
        gaps=case.gaps and replace(case.gaps, wanted=(), handed=()) if e.deemed else case.gaps,
        leaving=None,
    )


def _lateness_explained(case: Case, e: ev.LatenessExplained, h: Happened) -> Case:
    return replace(case, late_reason=e.reason)


def _certificate_made(case: Case, e: ev.CertificateMade, h: Happened) -> Case:
    return replace(case, stage=Stage.MADE, made_on=e.on)


def _delivered(case: Case, e: ev.Delivered, h: Happened) -> Case:
    return replace(case, delivered_on=e.on)


def _closed(case: Case, e: ev.Closed, h: Happened) -> Case:
    return replace(case, stage=Stage.CLOSED, closed_on=e.on, outcome=e.outcome)


def _withdrawn(case: Case, e: ev.Withdrawn, h: Happened) -> Case:
    return replace(case, stage=Stage.WITHDRAWN, closed_on=e.on, outcome="withdrawn")


def _terminated(case: Case, e: ev.Terminated, h: Happened) -> Case:
    return replace(case, stage=Stage.TERMINATED, closed_on=e.on, outcome=e.cause)


def _rebound(case: Case, e: ev.Rebound, h: Happened) -> Case:
    return replace(case, standard=e.standard, generation=case.generation + 1)


def _warned(case: Case, e: ev.Warned, h: Happened) -> Case:
    return replace(case, rungs=(*case.rungs, f"{e.clock}:{e.generation}:{e.rung}"))


def _recalculated(case: Case, e: ev.Recalculated, h: Happened) -> Case:
    correction, gaps = case.correction, case.gaps
    if e.supply_due and case.stage is Stage.ACCEPTED:
        if gaps and gaps.due and gaps.due < e.supply_due:
            gaps = replace(gaps, due=e.supply_due, moves=gaps.moves + 1)
    elif correction and e.supply_due:  # told once, it moves only forward
        correction = replace(correction, due=max(correction.due, e.supply_due))
    return replace(case, generation=case.generation + 1, correction=correction, gaps=gaps)


def _acceptance_revoked(case: Case, e: ev.AcceptanceRevoked, h: Happened) -> Case:
    stage = Stage.ACCEPTANCE_REVOKED
    return replace(case, stage=stage, closed_on=e.on, outcome=stage.value)


def _opinion_corrected(case: Case, e: ev.OpinionCorrected, h: Happened) -> Case:
    """Who corrects an opinion has reviewed: a head who did does not decide as well."""
    step = case.steps[e.step]
    stood_for = _with(step.stood_for, *_persons(h)[1:])
    officers = _with(step.officers, h.person)
    return _step(case, e.step, replace(step, verdict=e.verdict, officers=officers, stood_for=stood_for))


def _applicant_corrected(case: Case, e: ev.ApplicantCorrected, h: Happened) -> Case:
    """What another applicant held, who spoke for them, and what they were told, is nothing to the right one."""
    intake = _with(case.intake, *_persons(h)) if e.at_window else case.intake
    after = replace(case, subject=e.subject, form=e.form, given=dict(e.given), intake=intake)
    return replace(after, agent="", held={}, allegation=None) if e.former else after


def _fee_refunded(case: Case, e: ev.FeeRefunded, h: Happened) -> Case:
    """A payment by mistake is due again under an order of its own; any other is waived."""
    charge = case.charges[e.fee]
    number = charge.refunds + 1
    waived = e.ground != "wrong_payment"
    base = charge.order.removesuffix(f"-{number}") if charge.refunds else charge.order
    order = charge.order if waived else f"{base}-{number + 1}"
    after = replace(charge, order=order, paid="", refunds=number, refunded=e.voucher, waived=waived)
    if not waived:
        after = replace(after, demanded_on=e.on, paid_on=None)
    return _charge(case, e.fee, after)


def _withdrawal_taken(case: Case, e: ev.WithdrawalTaken, h: Happened) -> Case:
    return case  # `withdrawn` follows in the same command


def _item_leaving(case: Case, e: ev.ItemLeaving, h: Happened) -> Case:
    return replace(case, leaving=Leaving(e.on, e.ground, e.instead))


def _item_staying(case: Case, e: ev.ItemStaying, h: Happened) -> Case:
    return replace(case, leaving=None)


_EVOLVE: dict[type[Any], Callable[[Case, Any, Happened], Case]] = {
    ev.Submitted: _submitted,
    ev.LicenceNamed: _licence_named,
    ev.PreReviewed: _pre_reviewed,
    ev.Received: _received,
    ev.CorrectionAsked: _correction_asked,
    ev.Supplied: _supplied,
    ev.MaterialsAdded: _materials_added,
    ev.Revised: _revised,
    ev.Accepted: _accepted,
    ev.GapsPromised: _gaps_promised,
    ev.GapsOpened: _gaps_opened,
    ev.GapsSupplied: _gaps_supplied,
    ev.GapChecked: _gap_checked,
    ev.GapsBreached: _gaps_breached,
    ev.Declined: _declined,
    ev.FalsehoodAlleged: _falsehood_alleged,
    ev.AllegationAnswered: _allegation_answered,
    ev.StepOpened: _step_opened,
    ev.StepAssigned: _step_assigned,
    ev.StepConcluded: _step_concluded,
    ev.SentBack: _sent_back,
    ev.SpecialStarted: _special_started,
    ev.SpecialEnded: _special_ended,
    ev.Extended: _extended,
    ev.FeeCharged: _fee_charged,
    ev.FeePaid: _fee_paid,
    ev.Decided: _decided,
    ev.LatenessExplained: _lateness_explained,
    ev.CertificateMade: _certificate_made,
    ev.Delivered: _delivered,
    ev.Closed: _closed,
    ev.Withdrawn: _withdrawn,
    ev.Terminated: _terminated,
    ev.Rebound: _rebound,
    ev.Warned: _warned,
    ev.Recalculated: _recalculated,
    ev.AcceptanceRevoked: _acceptance_revoked,
    ev.OpinionCorrected: _opinion_corrected,
    ev.ApplicantCorrected: _applicant_corrected,
    ev.FeeRefunded: _fee_refunded,
    ev.WithdrawalTaken: _withdrawal_taken,
    ev.ItemLeaving: _item_leaving,
    ev.ItemStaying: _item_staying,
}


def _step(case: Case, code: str, step: StepState) -> Case:
    return replace(case, steps={**case.steps, code: step})


def _charge(case: Case, fee: str, charge: Charge) -> Case:
    return replace(case, charges={**case.charges, fee: charge})


def _with(persons: tuple[str, ...], *more: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*persons, *more)))


def _persons(h: Happened) -> tuple[str, ...]:
    """Who did it, and the absent officer in whose place."""
    return (h.person, h.on_behalf_of) if h.on_behalf_of else (h.person,)


# acts of a window for which the applicant stands there
_IN_PERSON = (
    ev.Submitted, ev.Supplied, ev.MaterialsAdded, ev.GapsPromised, ev.GapsSupplied, ev.AllegationAnswered,
    ev.WithdrawalTaken,
)  # fmt: skip


def _visited(case: Case, h: Happened) -> Case:
    """With the day, when the applicant stood at a window: to hand something in, show an original, or be handed the
    result. Several acts on one day are one visit. Who only receives at a desk what was sent online sees nobody.
    """
    event = h.event
    came = isinstance(event, _IN_PERSON) or (isinstance(event, ev.Received) and bool(event.originals))
    came = came or (isinstance(event, ev.Delivered) and event.method == "direct")
    day = local_day(h.at)
    if not came or h.channel != "window" or day in case.visited:
        return case
    return replace(case, visited=(*case.visited, day))


def _at_window(case: Case, h: Happened) -> tuple[str, ...]:
    """Who takes papers in at a window is part of the intake; an applicant sending them online is not."""
    return _with(case.intake, *_persons(h)) if h.channel == "window" else case.intake
