"""Supervision of a simulated city, day by day beside it.

In the evening of working days what happened until then is judged, and by day people act on the cards that follow: every
such evening in the last weeks, which everybody looks at, and two a week before. All of it goes by the doors of life:
the reader of the ledger, the rules, the commands on orders; only the clock is moved. It runs while other processes
perform the next day, on whose acts nothing here depends: it reads what was recorded before.
"""

from __future__ import annotations

import heapq
import uuid
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from django.db import connection, transaction

from yichuang.aggregates import door
from yichuang.aggregates.refusal import Refused
from yichuang.cases.service import case_id_for
from yichuang.kernel.calendar import WorkingCalendar
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.ledger.service import set_shift
from yichuang.ops.simulate import card_words, hours
from yichuang.ops.simulate.cards import CardAct, CardPlanner, command_id
from yichuang.ops.simulate.cast import SOURCE, Cast, assemble_cast
from yichuang.ops.simulate.crew import DAY, SimulationPlan
from yichuang.ops.simulate.lapses import TWICE
from yichuang.ops.simulate.lives import command_id_of
from yichuang.ops.simulate.performer import Tally, note_refusal, set_clock, without_savepoints
from yichuang.ops.simulate.reporting import Reporting
from yichuang.orders import service
from yichuang.orders.core.state import CLOSED, Drafted, Order
from yichuang.orders.declared import ORDER
from yichuang.orders.models import Order as OrderRow
from yichuang.org.queries import get_calendar
from yichuang.supervision import judging, tailing
from yichuang.supervision.findings import load_finding

JUDGING = time(23, 50)  # when what happened on a day is judged
EVERY_DAY = 30  # days before the end from which every working day is
DAYS = (1, 4)  # of the week: Tuesday and Friday, before that
NIGHT = replace(SYSTEM, source=SOURCE)
ENDED = [stage.value for stage in CLOSED]
# Cards that no rule found: origin, department, days before the end
_OPENED = (
    ("manual", "410100/zwb", 118),
    ("complaint", "410100/wjw", 64),
    ("complaint", "410122/wjw", 31),
    ("manual", "410100/csglj", 4),
)


class Supervision:
    """Judges the days of a plan, and performs what people do with the cards. Needs a demo store and nobody else who
    judges or acts on orders.
    """

    def __init__(self, plan: SimulationPlan) -> None:
        self.plan, self.calendar = plan, get_calendar()
        cast = assemble_cast()
        self.cast, self.planner = cast, CardPlanner(plan.seed, cast, self.calendar)
        self.reporting = _reporting(plan, cast, self.calendar) if plan.tells_stories else None
        self.heap: list[tuple[datetime, str, int]] = []
        self.acts: dict[str, CardAct] = {}
        self.planned: Counter[str] = Counter()
        self.seen: dict[str, int] = {}  # the last entry of each open card that its plan rests on
        self.done = _count_commands()
        self.horizon = 0
        self.week = 0  # in which everything was swept last
        self.reached = _newest_day()  # by an earlier run; in a new history its first day, on which nothing is judged
        self.tally = Tally()
        for number, (origin, department, before) in enumerate(_OPENED if plan.tells_stories else ()):
            self._plan_opening(number, origin, department, plan.days[-1] - timedelta(days=before))

    # --- a day --------------------------------------------------------------------------------------------------------

    def begin_day(self, day: date) -> None:
        """While nobody else acts: note how far the ledger goes, and report what a department's system tells."""
        self.horizon = _newest_position()
        if self.reporting and day >= self.reached and self.reporting.moment(day) < self.plan.until:
            set_clock(self.reporting.moment(day))
            self.reporting.report(day, self.horizon)
            set_shift(None)

    def perform_day(self, day: date) -> None:
        """Judge the day before, as its last minutes run, then perform the acts of the day on cards."""
        if day <= self.reached:
            return
        if self._is_judged_on(day - DAY):
            set_clock(hours.local_moment(day - DAY, JUDGING))
            self._judge(swept=self._is_first_of_week(day - DAY))
        set_clock(min(hours.local_moment(day, time(0, 0, 1)), self.plan.until))
        _let_time_pass()
        self._plan_changed(day)
        end = min(hours.local_moment(day + DAY, time()), self.plan.until)
        with transaction.atomic(), without_savepoints():
            while self.heap and self.heap[0][0] < end:
                moment, id, planned = heapq.heappop(self.heap)
                if planned == self.planned[id]:
                    self._perform(id, moment)
        set_shift(None)

    def finish(self) -> None:
        """Judge everything until the history's end. What is added to one that was judged is the worker's."""
        if _is_judged(self.plan.until):
            return
        self.horizon = _newest_position()
        set_clock(self.plan.until)
        self._judge(swept=True)
        set_shift(None)

    def _is_judged_on(self, day: date) -> bool:
        recent = (self.plan.days[-1] - day).days < EVERY_DAY
        return self.calendar.is_working(day) and (recent or day.weekday() in DAYS)

    def _is_first_of_week(self, day: date) -> bool:
        """Whether nothing was swept in this week yet."""
        before, self.week = self.week, day.isocalendar().week
        return before != self.week

    def _judge(self, *, swept: bool) -> None:
        while tailing.take_in(self.horizon).more:
            pass
        judging.judge_hearings()
        if swept:
            judging.sweep()

    # --- cards --------------------------------------------------------------------------------------------------------

    def _plan_changed(self, day: date) -> None:
        """Plan anew what happens to the cards that something was recorded of, and forget those that have ended."""
        alive = {str(id): seq for id, seq in OrderRow.objects.exclude(stage__in=ENDED).values_list("id", "seq")}
        for id in self.seen.keys() - alive.keys():
            self._forget(id)
        changed = [uuid.UUID(id) for id, seq in sorted(alive.items()) if self.seen.get(id) != seq]
        opens = hours.local_moment(day, time(9))
        for _, life in sorted(door.read_lives(ORDER, changed).items()):
            self._plan(life.state, life.seq, opens)

    def _plan(self, order: Order, seq: int, earliest: datetime) -> None:
        self.seen[order.id] = seq
        self.planned[order.id] += 1
        act = self.planner.next(order)
        if act is not None:
            self.acts[order.id] = act
            heapq.heappush(self.heap, (max(act.moment, earliest), order.id, self.planned[order.id]))

    def _forget(self, id: str) -> None:
        self.planned[id] += 1
        del self.seen[id]

    def _plan_opening(self, number: int, origin: str, department: str, day: date) -> None:
        """A card that a person opens: from their own eyes, or on a complaint."""
        command = command_id(f"opening/{self.plan.seed}", number)
        id = str(service.order_id_for(command))
        if OrderRow.objects.filter(pk=id).exists():
            return
        moment = hours.local_moment(self.calendar.next_working(day), time(10, 20))
        division = department.partition("/")[0]
        draft = Drafted(origin, "yellow", division, department)
        if origin == "complaint":
            received = self.calendar.next_working(day - timedelta(days=3))
            draft = replace(draft, complaint=f"TS{received:%Y%m%d}{number:02d}", received_on=received.isoformat())
        actor = self._watcher(division)
        self.acts[id] = CardAct(moment, "open", actor, {"draft": draft, "command": command})
        self.planned[id] += 1
        heapq.heappush(self.heap, (moment, id, self.planned[id]))

    def _watcher(self, division: str) -> Actor:
        office = f"{division}/zwb"
        return (self.cast.officers.get((office, "supervisor")) or self.cast.officers_at(office, "office"))[0]

    def _perform(self, id: str, moment: datetime) -> None:
        act = self.acts[id]
        set_clock(moment)
        try:
            if act.name == "open":
                draft = act.data["draft"]
                text = card_words.OPENED[draft.origin]
                outcome = service.open_order(draft, text, act.actor, command_id=act.data["command"])
            else:
                command = command_id(id, self.done[id])
                outcome = service.perform(id, act.name, _completed(act, id), act.actor, command_id=command)
        except Refused as refused:
            note_refusal(self.tally, refused, f"{id} {act.name}：")
            return
        self.done[id] += 1
        self.tally.commands += 1
        if outcome.state.open:
            self._plan(outcome.state, outcome.last_seq, moment + timedelta(minutes=5))
        elif id in self.seen:
            self._forget(id)


def _reporting(plan: SimulationPlan, cast: Cast, calendar: WorkingCalendar) -> Reporting:
    twice = {str(case_id_for(command_id_of(plan.seed, index, 0))) for index in TWICE}
    return Reporting(plan.seed, cast, calendar, plan.days, twice)


def _completed(act: CardAct, id: str) -> dict[str, object]:
    """The data of an act; who sends a card writes what its finding says."""
    if act.name != "issue":
        return act.data
    finding = load_finding(OrderRow.objects.values_list("finding", flat=True).get(pk=id))
    assert finding is not None  # cards without a finding are sent as they are opened
    return {"text": service.content_of(finding)}


def _let_time_pass() -> None:
    """What midnight does to orders, as the sweep would."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select split_part(stream, '/', 2) from aggregates_timer"
            " where wake_at <= ledger_now() and stream ^@ 'order/' order by wake_at, stream"
        )
        due = [id for (id,) in cursor.fetchall()]
    for id in due:
        door.tick(ORDER, id, NIGHT)


def _count_commands() -> Counter[str]:
    """How many commands an interrupted run has carried out on each card."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select split_part(stream, '/', 2), count(*) from aggregates_receipt where stream ^@ 'order/' group by 1"
        )
        return Counter(dict(cursor.fetchall()))


def _newest_position() -> int:
    """The newest position in the ledger. Between two days nothing is open: it is settled."""
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(max(position), 0) from ledger_entry")
        return int(cursor.fetchone()[0])


def _newest_day() -> date:
    """The day of the newest entry: of the run before, which was broken off or is topped up, or of this one's begin."""
    with connection.cursor() as cursor:
        cursor.execute("select recorded_at from ledger_entry order by position desc limit 1")
        return local_day(cursor.fetchone()[0])


def _is_judged(until: datetime) -> bool:
    """Whether supervision has looked at the ledger since a moment."""
    with connection.cursor() as cursor:
        cursor.execute("select 1 from aggregates_place where name = %s and at >= %s", [tailing.PLACE, until])
        return cursor.fetchone() is not None
