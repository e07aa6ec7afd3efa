"""Performs lives through the door in the order of time, with the ledger's clock at each act's moment.

A day at a time: first what midnight does (as the sweep would), then the acts of the day. Writes nothing but by the
door, so what is there after a kill is what was done; the same lives go on from it, as each command's id follows from
them.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from yichuang.aggregates import door
from yichuang.aggregates.prepare import Prepared
from yichuang.aggregates.refusal import Refused
from yichuang.cases import service
from yichuang.cases.codec import load_case
from yichuang.cases.core import events as ev
from yichuang.cases.core.state import Case
from yichuang.cases.declared import CASE
from yichuang.cases.prepare import prepare, prepare_submit
from yichuang.catalog import form
from yichuang.catalog.filling import fill
from yichuang.catalog.terms import terms_of
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import SYSTEM
from yichuang.ledger.fast import run
from yichuang.ledger.service import set_shift
from yichuang.licences.declared import LICENCE
from yichuang.licences.queries import HeldLicence, read_licence
from yichuang.licences.service import licence_id_of, prefill_form
from yichuang.ops.simulate import hours, promised, words
from yichuang.ops.simulate.cast import SOURCE
from yichuang.ops.simulate.choosing import Choosing
from yichuang.ops.simulate.lives import CaseLife
from yichuang.ops.simulate.papers import PaperLife, own_place
from yichuang.ops.simulate.planner import PlannedAct, Planner, choose_lacking
from yichuang.ops.simulate.showcase import LicenceStory
from yichuang.ops.simulate.stepping import ActStep, EnterStep, LicenceStep

STEPS = 10_000_000  # more than there are steps: their keys are negative
NOT_FILED = ("paper",)  # 演示数据未附文件: materials stand as handed in on paper
NIGHT = replace(SYSTEM, source=SOURCE)  # time passing in a simulation
SAMPLES = 5  # refusals kept with their sentence


@dataclass
class Tally:
    """Counts of what was done, to be added up over days and processes."""

    cases: int = 0
    commands: int = 0
    ticks: int = 0
    events: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    samples: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.cases += other.cases
        self.commands += other.commands
        self.ticks += other.ticks
        self.events += other.events
        self.refusals += other.refusals
        self.samples = (self.samples + other.samples)[:SAMPLES]


@dataclass
class RunningLife:
    """A life that has begun, or is about to."""

    life: CaseLife
    case: Case
    done: int = 0  # commands performed
    planned: int = 0  # the plan in force; older ones in the heap are void
    act: PlannedAct | None = None


class Performer:
    """Performs the given lives, and what happens to licences beside them. Needs a demo store, a connection of its own
    and nobody else who acts on these cases and licences.
    """

    def __init__(
        self,
        planner: Planner,
        lives: Sequence[CaseLife],
        papers: Sequence[PaperLife] = (),
        stories: Sequence[LicenceStory] = (),
    ) -> None:
        self.planner = planner
        self.heap: list[tuple[datetime, int, int]] = []
        self.lives: dict[int, RunningLife] = {}
        self.by_case: dict[str, int] = {}
        self.choosing = Choosing(planner.cast, {story.paper.licence_id for story in stories})
        self.steps: list[LicenceStep] = []
        self.licences: set[str] = set()
        lives = [*lives, *(story.life for story in stories if story.life)]
        for paper in (*papers, *(story.paper for story in stories), *(life.paper for life in lives if life.paper)):
            if str(paper.licence_id) not in self.licences:
                self._add_step(paper.moment, EnterStep(paper, planner.head(paper.standard)))
                self.licences.add(str(paper.licence_id))
        for story in stories:
            for number, act in enumerate(story.acts):
                self._add_step(act.moment, ActStep(story.paper.licence_id, act, story.command_id(number)))
        begun_cases = _load_begun([str(service.case_id_for(life.command_id(0))) for life in lives])
        for life in lives:
            id = str(service.case_id_for(life.command_id(0)))
            case, performed = begun_cases.get(id, (Case(id), 0))
            self.lives[life.index] = running = RunningLife(life, case, performed)
            if performed:
                running.life = self.choosing.recall(life, case)
            self.by_case[id] = life.index
            self.licences.add(str(licence_id_of(id)))
            self._plan(running, case.last_at or life.submitted)

    def _add_step(self, moment: datetime, step: LicenceStep) -> None:
        """Steps have keys below those of the lives: at one moment they come first, in the order they were added."""
        heapq.heappush(self.heap, (moment, len(self.steps) - STEPS, 0))
        self.steps.append(step)

    def _plan(self, running: RunningLife, at: datetime) -> None:
        running.planned += 1
        running.act = act = self.planner.next(running.life, running.case, at)
        if act is not None:
            heapq.heappush(self.heap, (act.moment, running.life.index, running.planned))

    def day(self, day: date, until: datetime) -> Tally:
        """Perform everything of one day before `until`, in one transaction, and return its tally."""
        tally = Tally()
        end = min(hours.local_moment(day + timedelta(days=1), time()), until)
        with transaction.atomic(), without_savepoints():
            self._midnight(hours.local_moment(day, time()), tally)
            while self.heap and self.heap[0][0] < end:
                moment, index, planned = heapq.heappop(self.heap)
                if index < 0:
                    self._step(self.steps[index + STEPS], moment, tally)
                    continue
                running = self.lives[index]
                if planned == running.planned and running.act is not None:
                    self._perform(running, running.act, moment, tally)
        set_shift(None)
        return tally

    def _midnight(self, midnight: datetime, tally: Tally) -> None:
        """Let time act on cases and licences of these lives whose timers are due as the day begins."""
        set_clock(midnight + timedelta(seconds=1))
        with connection.cursor() as cursor:
            cursor.execute(
                "select split_part(stream, '/', 1), split_part(stream, '/', 2) from aggregates_timer"
                " where wake_at <= ledger_now() and stream ~ '^(case|licence)/' order by wake_at, stream"
            )
            due = cursor.fetchall()
        for kind, id in due:
            if kind == LICENCE.kind and id in self.licences:
                door.tick(LICENCE, id, NIGHT)
                tally.ticks += 1
            elif kind == CASE.kind and id in self.by_case:
                self._tick_case(id, midnight, tally)

    def _tick_case(self, id: str, midnight: datetime, tally: Tally) -> None:
        outcome = service.tick(id, NIGHT)
        tally.ticks += 1
        running = self.lives[self.by_case[id]]
        running.case = outcome.state
        _count(outcome, tally)
        if any(not isinstance(entry.event, ev.Warned) for entry in outcome.events):
            self._plan(running, midnight)

    def _step(self, step: LicenceStep, moment: datetime, tally: Tally) -> None:
        set_clock(moment)
        try:
            tally.commands += step.perform()
        except Refused as refused:
            note_refusal(tally, refused, f"{step.what}：")

    def _perform(self, running: RunningLife, act: PlannedAct, moment: datetime, tally: Tally) -> None:
        set_clock(moment)
        id = running.life.command_id(running.done)
        held: HeldLicence | None = None
        if act.name == "submit":
            running.life, held = self.choosing.choose(running.life, local_day(moment))
            act = replace(act, actor=self.planner.sender(running.life))
        elif act.name == "decide":
            act = _decidable(act, running)
        life = running.life
        try:
            command = prepare_command(life, act, moment, held)
            if act.name == "submit":
                outcome = service.submit(command, act.actor, command_id=id, applicant=life.applicant.name)
                tally.cases += 1
            else:
                outcome = service.perform(UUID(running.case.id), command, act.actor, command_id=id)
        except Refused as refused:
            note_refusal(tally, refused, f"{life.standard.key} {running.case.number} {act.name}: ")
            running.act = None
            return
        running.done += 1
        running.case = outcome.state
        tally.commands += 1
        _count(outcome, tally)
        self._plan(running, moment)


def prepare_command(life: CaseLife, act: PlannedAct, moment: datetime, held: HeldLicence | None = None) -> Prepared:
    """Prepare the command of an act; for a submission, with the form filled in, from the licence that it acts on where
    nothing of it changes.
    """
    if act.name != "submit":
        return prepare(act.name, act.data, subject=life.applicant.id)
    values = fill(life.standard, life.random("form"), local_day(moment), situation=life.situation, agent=life.agent)
    values = own_place(life.standard, values, f"{life.index}")
    if held and life.situation == "renew":
        values = _as_before(life, values, held, local_day(moment))
    application = {**values, "situation": life.situation, "agent": "yes" if life.agent else "no"}
    materials = life.standard.materials_for(application)
    needed = tuple(m.code for m in materials)
    missing = choose_lacking(life, needed) if life.corrected and needed else []
    if life.fate in promised.FATES:
        missing = promised.choose_later(life, needed)
    elif life.forgets:
        missing = [m.code for m in materials if not m.generated][-1:]
    return prepare_submit(
        life.standard,
        situation=life.situation,
        subject=life.applicant.id,
        applicant=life.applicant.details,
        values=values,
        agent=life.agent,
        given={code: NOT_FILED for code in needed if code not in missing},
        held={},
        licence=held,
    )


def _as_before(life: CaseLife, values: dict[str, Any], held: HeldLicence, day: date) -> dict[str, Any]:
    """The form with what the licence states, which a renewal does not change; the place alone, where the rest of the
    form does not go with it.
    """
    standard, context = life.standard, {"situation": life.situation, "agent": "yes" if life.agent else "no"}
    known = {name: value for name, value in prefill_form(held).items() if name in values}
    whole = form.coerce(standard.form, {**values, **known})
    if not form.validate(standard.form, whole, {**whole, **context}, form.Filing(standard.division, day, day)):
        return {**values, **known}
    sole = terms_of(standard.item).sole
    return {**values, **{name: known[name] for name in (sole.by if sole else ()) if name in known}}


def _decidable(act: PlannedAct, running: RunningLife) -> PlannedAct:
    """The decision, which grants nothing on a licence that has ended meanwhile."""
    licence = running.case.licence if act.data["granted"] else ""
    held = read_licence(licence) if licence else None
    if held is None or held.licence.alive:
        return act
    cited = running.life.standard.main_basis_on(local_day(act.moment))
    against = {"granted": False, "reason": words.LICENCE_ENDED, "bases": cited}
    return replace(act, data=act.data | against)


def note_refusal(tally: Tally, refused: Refused, where: str) -> None:
    tally.refusals[refused.code] += 1
    if len(tally.samples) < SAMPLES:
        tally.samples.append(where + refused.message)


def _count(outcome: service.Outcome, tally: Tally) -> None:
    tally.events.update(ev.NAMES[type(entry.event)] for entry in outcome.events)


def set_clock(moment: datetime) -> None:
    """Set the ledger's clock by a prepared statement, since this precedes every command."""
    shift = (moment - datetime.now(UTC)) // timedelta(microseconds=1)
    run("select set_config('yichuang.shift', %(shift)s, false)", {"shift": f"{shift} microseconds"}).close()


@contextmanager
def without_savepoints() -> Iterator[None]:
    """Switch savepoints off, which saves two statements for each command: the door's transactions join the day's.

    Savepoints would only undo a command that the database refuses, and that ends a simulation anyway: the door refuses
    before anything is written.
    """
    features: Any = connection.features
    features.uses_savepoints = False
    try:
        yield
    finally:
        del features.uses_savepoints  # the class has the backend's own answer


def _load_begun(ids: list[str]) -> dict[str, tuple[Case, int]]:
    """The cases that an interrupted run has begun, by id: state, and number of commands performed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.id::text, c.state, (select count(*) from aggregates_receipt r where r.stream = 'case/' || c.id)"
            " from cases_case c where c.id = any(%s::uuid[])",
            [ids],
        )
        return {id: (load_case(state), performed) for id, state, performed in cursor.fetchall()}
