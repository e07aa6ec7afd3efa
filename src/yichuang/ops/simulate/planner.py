"""Plans what happens next in a case: its state and its life in, one dated act or none out. Pure and repeatable.

Each act is what a person at that place would do next, at a moment that person would do it. The law is not here: whether
an act may be done is for the door, and what passing time does is `cases.core.lapse`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any

from yichuang.cases.core.clocks import case_clocks, stops_clock
from yichuang.cases.core.facts import CaseFacts
from yichuang.cases.core.lateness import find_lateness
from yichuang.cases.core.state import BEFORE_DECISION, Case, Stage, StepState
from yichuang.catalog.standard import PostKind, Standard, Step, StepKind
from yichuang.kernel.calendar import WorkingCalendar
from yichuang.kernel.clock import Limit, Unit, due_on
from yichuang.kernel.localtime import SHANGHAI, local_day
from yichuang.ledger.actor import Actor
from yichuang.ops.simulate import hours, manners, promised, words
from yichuang.ops.simulate.cast import Cast
from yichuang.ops.simulate.lives import CaseLife
from yichuang.ops.simulate.manners import manner_of, work_pace

OFFICE = "zwb"
# Fates that are never drawn: no officer does anything; the applicant is talked into withdrawing at the line
SILENT, TURNED_BACK = "silent", "turned_back"
MIDDLE, PEN = 15, time(16, 20)  # when a head who signs all at once does so
CLOSING = 16  # the hour from which nothing is begun that must be done the same day


@dataclass(frozen=True)
class PlannedAct:
    """A planned command: moment, name, actor, data."""

    moment: datetime
    name: str
    actor: Actor
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Planner:
    """Plans within one store: its cast and its calendar."""

    cast: Cast
    calendar: WorkingCalendar

    def next(self, life: CaseLife, case: Case, at: datetime) -> PlannedAct | None:
        """The next act after a moment; None when nobody acts any more."""
        return min(self._candidates(life, case, at), key=lambda act: act.moment, default=None)

    def _candidates(self, life: CaseLife, case: Case, at: datetime) -> Iterator[PlannedAct]:
        if life.fate == SILENT and case.stage in (Stage.SUBMITTED, Stage.RECEIVED, Stage.ACCEPTED):
            return  # no officer does anything: a renewal is deemed granted in the end
        if life.fate == TURNED_BACK and case.stage is Stage.ACCEPTED:
            yield self._withdraw_at_the_line(life, case, at)
            return
        if life.fate == "withdrawn" and case.stage in BEFORE_DECISION:
            moment = life.submitted + timedelta(hours=life.random("withdraw").uniform(2, 24 * 9))
            yield PlannedAct(
                max(moment, at + timedelta(minutes=5)), "withdraw", self.applicant(life), _reason(life, "w")
            )
        match case.stage:
            case Stage.NEW:
                yield PlannedAct(life.submitted, "submit", self.sender(life))
            case Stage.SUBMITTED if life.fate != "forgotten":
                yield self._intake(life, case, at)
            case Stage.RECEIVED:
                yield self._received(life, case, at)
            case Stage.CORRECTION if life.answers:
                yield self._supply(life, case, at)
            case Stage.ACCEPTED:
                yield from self._accepted(life, case, at)
            case Stage.DECIDED | Stage.MADE:
                yield from self._decided(life, case, at)

    # --- who ----------------------------------------------------------------------------------------------------------

    def applicant(self, life: CaseLife) -> Actor:
        applicant = life.applicant
        return applicant.agent if life.agent and applicant.agent is not None else applicant.actor

    def sender(self, life: CaseLife) -> Actor:
        """Who sends the application: the applicant online, else the window."""
        return self.applicant(life) if life.online else self.window(life)

    def window(self, life: CaseLife) -> Actor:
        windows = self.cast.officers_at(f"{life.standard.division}/{OFFICE}", PostKind.WINDOW)
        return windows[life.window % len(windows)]

    def head(self, standard: Standard) -> Actor:
        return self.cast.officers_at(f"{standard.division}/{standard.department}", PostKind.HEAD)[0]

    def officers(self, life: CaseLife, step: Step) -> list[Actor]:
        """The officers of a step, the one in charge first. The first reviewer does first steps, others later steps
        and opinions; surveyors take turns."""
        officers = self.cast.officers_at(f"{life.standard.division}/{step.department}", step.post)
        if step.kind is StepKind.OPINION:
            lead = life.random(step.code, "who").randrange(1, 3)
        elif step.post is PostKind.SURVEYOR:
            lead = life.random(step.code, "who").randrange(len(officers))
        elif step.after:
            lead = 1 if life.random(step.code, "who").random() < 0.6 else 2
        else:
            lead = 0
        lead %= len(officers)
        turned = officers[lead:] + officers[:lead]
        first = {self.officers(life, life.standard.step(code))[0].person for code in step.apart}
        return sorted(turned, key=lambda officer: officer.person in first)

    # --- when ---------------------------------------------------------------------------------------------------------

    def work(self, start: datetime, length: float) -> datetime:
        return hours.add_work(self.calendar, start, length)

    def _at_once(self, life: CaseLife) -> bool:
        return life.standard.promised.unit is Unit.IMMEDIATE

    def _length(self, life: CaseLife, limit: Limit, post: str, *subject: object) -> float:
        """Hours of work that an officer takes over something with a limit."""
        r = life.random("length", *subject)
        if limit.unit is Unit.IMMEDIATE or not limit.value:
            return r.uniform(0.05, 0.25)
        days = limit.value * (21 if limit.unit is Unit.MONTH else 1)
        return max(0.25 + r.random(), days * hours.HOURS * work_pace(post) * r.lognormvariate(0, 0.35))

    # --- before acceptance --------------------------------------------------------------------------------------------

    def _intake(self, life: CaseLife, case: Case, at: datetime) -> PlannedAct:
        window, r = self.window(life), life.random("intake")
        if not life.online:
            return PlannedAct(
                at + timedelta(minutes=r.randrange(2, 9)), "receive", window, {"originals": list(case.needed)}
            )
        if self._at_once(life):
            return PlannedAct(self.work(at, r.uniform(0.05, 0.4)), "receive", window, {"originals": []})
        if case.pre_reviewed is None and r.random() < 0.7:
            passed = not life.corrected or r.random() < 0.5
            opinion = r.choice(words.PRE_REVIEWED) if passed else words.PRE_REVIEW_FAILED
            return PlannedAct(
                self.work(at, r.uniform(0.3, 9)), "pre_review", window, {"passed": passed, "opinion": opinion}
            )
        return PlannedAct(self.work(at, r.uniform(0.1, 6)), "receive", window, {"originals": []})

    def _received(self, life: CaseLife, case: Case, at: datetime) -> PlannedAct:
        window, r = self.window(life), life.random("received", bool(case.correction))
        moment = self.work(at, r.uniform(0.1, 0.6) if not life.online else min(r.expovariate(1 / 6), 40))
        if self._at_once(life):
            moment = self.work(at, r.uniform(0.05, 0.3))
            if life.standard.statutory.unit is not Unit.IMMEDIATE and moment.astimezone(SHANGHAI).hour >= CLOSING:
                moment = self.work(moment, 1.5)  # not so late that it can't be decided the same day
        if life.fate in promised.FATES and case.missing and case.gaps is None:
            return PlannedAct(moment, "promise_gaps", window, promised.plan_promise(life, case))
        if life.forgets and life.fate not in promised.FATES and case.missing and case.correction is None:
            actor = self.applicant(life) if life.online else window
            return PlannedAct(moment, "add_materials", actor, {"given": {m: ["paper"] for m in case.missing}})
        if life.corrected and case.correction is None and case.needed:
            return PlannedAct(
                moment, "ask_correction", window, {"materials": choose_lacking(life, case.needed), **_reason(life, "c")}
            )
        if life.fate == "declined" and case.correction is None:
            outcome = r.choices(tuple(words.DECLINED), (6, 1, 3))[0]
            rules = life.standard
            return PlannedAct(
                moment,
                "decline",
                window,
                {
                    "outcome": outcome,
                    "reason": r.choice(words.DECLINED[outcome]),
                    "bases": (rules.bases_on(local_day(moment)) or rules.procedure.basis("decline"))[:1],
                    "competent": r.choice(words.COMPETENT) if outcome == "no_jurisdiction" else "",
                },
            )
        return PlannedAct(moment, "accept", window)

    def _supply(self, life: CaseLife, case: Case, at: datetime) -> PlannedAct:
        """Most come within a fortnight; some bring the second paper later."""
        correction = case.correction
        assert correction is not None  # the stage says so
        r = life.random("supply", len(correction.outstanding))
        actor = self.applicant(life) if life.online else self.window(life)
        day = at + timedelta(days=min(1 + r.expovariate(1 / 6), 26))
        moment = day if life.online else self.work(day, r.uniform(0, 5))
        outstanding = list(correction.outstanding)
        partly = len(outstanding) > 1 and r.random() < 0.4
        return PlannedAct(
            moment, "supply", actor, {"given": {m: ["paper"] for m in outstanding[: 1 if partly else None]}}
        )

    # --- review -------------------------------------------------------------------------------------------------------

    def _accepted(self, life: CaseLife, case: Case, at: datetime) -> Iterator[PlannedAct]:
        for step in case.graph(life.standard):
            state = case.steps.get(step.code)
            if state and state.status == "open" and state.on:
                yield self._step(life, case, step, state, at)
        if gap := promised.plan_gap(life, case, at, self.calendar):
            yield PlannedAct(gap[0], gap[1], self.window(life), gap[2])
        if case.unpromised and life.answers:  # accepted by silence: what was missing comes during review
            moment = at + timedelta(days=life.random("late").uniform(1, 6))
            yield PlannedAct(moment, "supply", self.applicant(life), {"given": {m: ["paper"] for m in case.missing}})
        yield from self._fees(life, case, at)
        yield from self._extend(life, case, at)
        yield from self._explain_lateness(life, case, at)
        if life.fate == "terminated" and case.accepted_on:
            moment = self.work(hours.local_moment(case.accepted_on, time(9)), life.random("end").uniform(3, 60))
            if moment > at:
                head = self.head(life.standard)
                reasons = {"reason": words.TERMINATED, **self._why_late(life, case, head, moment)}
                yield PlannedAct(moment, "terminate", head, reasons)
        waits = case.paused or (case.unpromised and life.answers) or (case.gap_open and not case.gap_breached)
        if (case.steps_done or case.failed or case.gap_breached) and not waits:
            yield self._decide(life, case, at)

    def _step(self, life: CaseLife, case: Case, step: Step, state: StepState, at: datetime) -> PlannedAct:
        lead, *other_officers = self.officers(life, step)
        assert state.on is not None
        opened = hours.local_moment(state.on, time(9)) + timedelta(minutes=life.random(step.code, "at").randrange(360))
        opened = max(opened, at) if state.on == local_day(at) else opened
        soonest = self.work(at, 0.1)
        hasty = self._hasty(life, step)
        special = next((s for s in case.specials.values() if s.step == step.code and s.ended is None), None)
        if special:
            late = life.random(step.code, "late").uniform(-3, 1.5)
            moment = self.work(hours.local_moment(special.until, time(11)) + timedelta(days=late), 1)
        elif self._starts_special(life, case, step, state):
            moment = max(self.work(opened, 2), soonest, self._line(life, case, at))
            until = self._until(life, step, moment)
            data = {"step": step.code, "kind": step.kind.value, "until": until.isoformat(), "reason": words.SPECIAL}
            return PlannedAct(moment, "start_special", lead, data)
        elif hasty:
            moment = soonest = self.work(at, hasty / 3600)
        else:
            moment = self.work(opened, self._length(life, step.limit, lead.post, step.code, state.round))
        data = {"step": step.code, "officers": [o.person for o in other_officers[: step.officers - 1]]}
        return PlannedAct(max(moment, soonest), "conclude", lead, {**data, **self._verdict(life, case, step)})

    def _hasty(self, life: CaseLife, step: Step) -> float:
        """The seconds in which a review is concluded that nobody did properly; 0 for all others."""
        if step.kind is not StepKind.REVIEW:
            return 0
        r = life.random(step.code, "hasty")
        if life.lapse == manners.IN_ONE_GO:
            return r.uniform(70, 170)
        return r.uniform(20, 50) if life.lapse == manners.UNREAD and step.after else 0

    def _line(self, life: CaseLife, case: Case, at: datetime) -> datetime:
        """The last day but one of the promise, where the department waits for it; else now."""
        promised = life.standard.promised
        if life.lapse != manners.AT_THE_LINE or promised.unit is not Unit.WORKDAY or not case.accepted_on:
            return at
        return hours.local_moment(self.calendar.add(case.accepted_on, max(1, promised.value - 1)), time(10, 30))

    def _starts_special(self, life: CaseLife, case: Case, step: Step, state: StepState) -> bool:
        """Whether a step that stops the clock starts a special procedure: in nine of ten cases, and never twice."""
        announced = any(
            s.kind == step.kind and (s.ended is None or s.step == step.code) for s in case.specials.values()
        )
        return (
            not announced and stops_clock(life.standard, step.kind) and life.random(step.code, "special").random() < 0.9
        )

    def _until(self, life: CaseLife, step: Step, begun: datetime) -> Any:
        typical = next((s.typical for s in life.standard.specials if s.kind is step.kind), step.limit)
        days = max(2, int(typical.value * life.random(step.code, "until").uniform(0.5, 1)))
        return self.calendar.add(local_day(begun), days + 1)

    def _verdict(self, life: CaseLife, case: Case, step: Step) -> dict[str, str]:
        r = life.random(step.code, "verdict")
        opinion = step.kind is StepKind.OPINION
        if life.fate == "refused" and step.code == self._failing(life, case):
            return {
                "verdict": "disagree" if opinion else "fail",
                "opinion": r.choice(words.DISAGREE if opinion else words.FAIL),
            }
        text = words.AGREE if opinion else words.SURVEYED if step.kind is StepKind.SURVEY else words.PASS
        return {"verdict": "agree" if opinion else "pass", "opinion": r.choice(text)}

    def _failing(self, life: CaseLife, case: Case) -> str:
        """The step at which a refused case fails: often a survey, else the last step."""
        steps = case.graph(life.standard)
        surveys = [s.code for s in steps if s.kind is StepKind.SURVEY]
        return surveys[0] if surveys and life.random("fails").random() < 0.7 else steps[-1].code if steps else ""

    def _extend(self, life: CaseLife, case: Case, at: datetime) -> Iterator[PlannedAct]:
        standard = life.standard
        allowed = standard.statutory_extension or standard.procedure.extension
        limit = standard.promised
        if not (life.extended and allowed and case.accepted_on and not case.extension and not case.suspensions):
            return
        if allowed.unit is not standard.statutory.unit:
            return
        if limit.value < 5 or limit.unit is not Unit.WORKDAY or case.steps_done:
            return
        moment = self.work(hours.local_moment(case.accepted_on, time(14)), limit.value * hours.HOURS * 0.4)
        if moment > at:
            days = max(1, allowed.value // 2)
            yield PlannedAct(moment, "extend", self.head(standard), {"days": days, **_reason(life, "e")})

    def _decide(self, life: CaseLife, case: Case, at: datetime) -> PlannedAct:
        head, r = self._decider(life, case), life.random("decide")
        length = r.uniform(0.05, 0.2) if self._at_once(life) else r.uniform(0.5, 8) * work_pace(head.post) * 2
        moment = self.work(at, length)
        if manner_of(head.department).signs_in_heaps and not self._at_once(life):
            moment = self._next_signing(moment) + timedelta(seconds=r.uniform(0, 45))
        repeated = any(s.round > 1 for s in case.steps.values())
        concluded = [code for code, s in case.steps.items() if s.status == "done"]
        if life.sent_back and not repeated and case.steps_done and concluded and not case.failed:
            return PlannedAct(moment, "send_back", head, {"to": concluded[-1], "reason": r.choice(words.SENT_BACK)})
        refusable = life.standard.result.kind != "filing"
        granted = (
            not case.failed
            and not case.missing
            and not case.gap_open
            and not (life.fate == "refused" and not case.steps and refusable)
        )
        reason = words.GAP_BREACHED if case.gap_breached else r.choice(words.REFUSED)
        against = {"reason": reason, "bases": life.standard.main_basis_on(local_day(moment))}
        why_late = self._why_late(life, case, head, moment)
        return PlannedAct(moment, "decide", head, {"granted": granted, **({} if granted else against), **why_late})

    def _why_late(self, life: CaseLife, case: Case, head: Actor, moment: datetime) -> dict[str, str]:
        """Why it is late by then, unless it was said before: no decision passes the door without."""
        facts = CaseFacts(moment, self.calendar, life.standard, head)
        if case.late_reason or find_lateness(case, facts) is None:
            return {}
        return {"late_reason": life.random("why late").choice(words.LATE)}

    def _explain_lateness(self, life: CaseLife, case: Case, at: datetime) -> Iterator[PlannedAct]:
        """Some offices say why within days of the last day of the law; the others not before they decide."""
        clock = next((c.clock for c in case_clocks(case, life.standard) if c.name == "statutory"), None)
        if clock is None or case.late_reason or life.random("explains").random() > 0.6:
            return
        due = due_on(clock, self.calendar, local_day(at))
        morrow = hours.local_moment(due.day + timedelta(days=1), time(9))
        moment = self.work(max(morrow, at), life.random("explains", "when").uniform(1, 40))
        if due.certain and not due.open_ended:
            reason = {"reason": life.random("why late").choice(words.LATE)}
            yield PlannedAct(moment, "explain_lateness", self.head(life.standard), reason)

    def _decider(self, life: CaseLife, case: Case) -> Actor:
        """The head; by the habit of some departments in name only, at the last reviewer's computer."""
        head = self.head(life.standard)
        reviews = [step for step in case.graph(life.standard) if step.post is PostKind.REVIEWER]
        if life.lapse != manners.BY_ANOTHER or not reviews:
            return head
        return replace(head, device=self.officers(life, reviews[-1])[0].device)

    def _next_signing(self, moment: datetime) -> datetime:
        """The next of the two moments a month at which a head signs who signs all at once: in the middle and at the end
        of the month.
        """
        day = local_day(moment)
        while True:
            after = self.calendar.next_working(day + timedelta(days=1))
            last = after.month != day.month or day.day <= MIDDLE < after.day
            if last and self.calendar.is_working(day) and hours.local_moment(day, PEN) >= moment:
                return hours.local_moment(day, PEN)
            day = after

    def _withdraw_at_the_line(self, life: CaseLife, case: Case, at: datetime) -> PlannedAct:
        """The applicant withdraws a day before the promise runs out; no officer has done anything."""
        assert case.accepted_on is not None  # the caller says so
        day = self.calendar.add(case.accepted_on, max(1, life.standard.promised.value - 1))
        moment = max(hours.local_moment(day, time(15, 10)), at + timedelta(minutes=5))
        return PlannedAct(moment, "withdraw", self.applicant(life), _reason(life, "w"))

    # --- fees, certificate, delivery ----------------------------------------------------------------------------------

    def _fees(self, life: CaseLife, case: Case, at: datetime) -> Iterator[PlannedAct]:
        cashier = self.cast.officers_at(f"{life.standard.division}/{OFFICE}", PostKind.CASHIER)[0]
        for fee in case.unpaid:
            r = life.random("fee", fee)
            charge = case.charges.get(fee)
            if charge is None:
                moment = self.work(at, r.uniform(0.5, 5))
                yield PlannedAct(moment, "charge_fee", cashier, {"fee": fee, "amount": case.due_fees[fee]})
            elif life.pays:
                wait = timedelta(hours=r.expovariate(1 / 40))
                moment = at + wait if life.online else self.work(at + wait, 0.2)
                data = {"fee": fee, "amount": charge.amount, "receipt": f"SIM{life.seed}{life.index:06d}{fee}"}
                yield PlannedAct(moment, "pay_fee", cashier, data)
                return

    def _decided(self, life: CaseLife, case: Case, at: datetime) -> Iterator[PlannedAct]:
        window, r = self.window(life), life.random("deliver")
        if case.stage is Stage.DECIDED and case.granted and case.makes_paper:
            fees = list(self._fees(life, case, at))
            yield from fees
            if not case.unpaid:
                yield PlannedAct(self._making(life, case, self.work(at, r.uniform(0.3, 9))), "make_certificate", window)
        elif life.collects:
            name = life.applicant.name
            if life.online and r.random() < 0.75:
                moment = at + timedelta(hours=min(r.expovariate(1 / 20), 120))
                yield PlannedAct(moment, "deliver", self.applicant(life), {"method": "electronic"})
            else:
                moment = self.work(at + timedelta(days=min(r.expovariate(1 / 2), 9)), r.uniform(0.2, 4))
                method = "post" if life.online or r.random() < 0.2 else "direct"
                yield PlannedAct(moment, "deliver", window, {"method": method, "recipient": name})

    def _making(self, life: CaseLife, case: Case, usual: datetime) -> datetime:
        """When the certificate is made: within a day; after its limit, where the hall's habit is so."""
        if life.lapse != manners.LATE_MADE or not case.decided_on:
            return usual
        days = life.standard.procedure.deliver_within.value + life.random("make").randrange(1, 5)
        return max(usual, hours.local_moment(self.calendar.add(case.decided_on, days), time(11, 5)))


def choose_lacking(life: CaseLife, needed: tuple[str, ...]) -> list[str]:
    """Codes of the materials that a corrected case lacks at first: one or two of those the applicant provides."""
    brought = [m.code for m in life.standard.materials if m.code in needed and m.source == "applicant"]
    r = life.random("lacking")
    return sorted(r.sample(brought or list(needed), min(len(brought or needed), r.choice((1, 1, 2)))))


_REASONS = {"w": words.WITHDRAWN, "c": words.CORRECT, "e": words.EXTENDED}


def _reason(life: CaseLife, kind: str) -> dict[str, str]:
    return {"reason": life.random("reason", kind).choice(_REASONS[kind])}
