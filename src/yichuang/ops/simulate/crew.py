"""The processes that perform a simulation, a day at a time.

Cases are split by department, so that no two processes wait for the same counter and each department's numbers come out
the same however the processes take turns. A new process imports this module before Django is set up: tables are
imported where they are needed.
"""

from __future__ import annotations

import gc
import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING

from yichuang.kernel.localtime import SHANGHAI

if TYPE_CHECKING:
    from yichuang.ops.simulate.lives import CaseLife
    from yichuang.ops.simulate.papers import PaperLife
    from yichuang.ops.simulate.performer import Performer, Tally
    from yichuang.ops.simulate.showcase import LicenceStory

DAY = timedelta(days=1)
SHORTEST = 150  # days of a history in which the stories have room


@dataclass(frozen=True)
class SimulationPlan:
    """The parameters of a run. `until` is the moment at which the history ends; with `stories` it tells those of
    `showcase` too, when it is long enough for them.
    """

    seed: int
    cases: int
    first: date
    until: datetime
    stories: bool = False

    @property
    def days(self) -> list[date]:
        last = self.until.astimezone(SHANGHAI).date()
        return [self.first + DAY * n for n in range((last - self.first).days + 1)]

    @property
    def tells_stories(self) -> bool:
        """Whether stories are told, and there is room for them."""
        return self.stories and len(self.days) >= SHORTEST


Perform = Callable[[date, Callable[[], None]], "list[Tally]"]


@contextmanager
def crew(plan: SimulationPlan, processes: int) -> Iterator[Perform]:
    """A function that performs a day in all processes, and what it is given meanwhile in this one; it returns the tally
    of each.
    """
    if processes == 1:
        performer = _performer(plan, 0, 1)
        yield partial(_alone, performer, plan.until)
        return
    context = multiprocessing.get_context("spawn")
    pipes: list[Connection] = []
    children: list[BaseProcess] = []
    try:
        for number in range(processes):
            own_end, child_end = context.Pipe()
            child: BaseProcess = context.Process(target=_work, args=(child_end, plan, number, processes), daemon=True)
            child.start()
            child_end.close()
            pipes.append(own_end)
            children.append(child)
        yield lambda day, meanwhile: _day(pipes, day, meanwhile)
    finally:
        for pipe in pipes:
            pipe.close()  # a child that waits for its next day ends
        for child in children:
            child.join(5)
            if child.is_alive():
                child.terminate()


def _alone(performer: Performer, until: datetime, day: date, meanwhile: Callable[[], None]) -> list[Tally]:
    meanwhile()
    return [performer.day(day, until)]


def _day(pipes: Sequence[Connection], day: date, meanwhile: Callable[[], None]) -> list[Tally]:
    try:
        for pipe in pipes:
            pipe.send(day)
        meanwhile()
        return [pipe.recv() for pipe in pipes]
    except (EOFError, OSError):
        raise RuntimeError("模拟没有完成：一个进程中途退出，原因见上；再次运行会接着做。") from None


def _work(pipe: Connection, plan: SimulationPlan, number: int, processes: int) -> None:
    """The loop of a child process: performs each day received from the pipe, until the pipe is closed."""
    import django

    django.setup()
    from django.db import connections

    performer = _performer(plan, number, processes)
    while True:
        try:
            pipe.send(performer.day(pipe.recv(), plan.until))
        except (EOFError, BrokenPipeError, KeyboardInterrupt):  # nobody listens any more
            break
    connections.close_all()


def _performer(plan: SimulationPlan, number: int, processes: int) -> Performer:
    """The performer of one process, with the lives that belong to it."""
    from yichuang.catalog.queries import list_open, standard
    from yichuang.ops.simulate.cast import assemble_cast
    from yichuang.ops.simulate.lapses import Lapses
    from yichuang.ops.simulate.lives import Fates
    from yichuang.ops.simulate.papers import BESIDE
    from yichuang.ops.simulate.performer import Performer
    from yichuang.ops.simulate.planner import Planner
    from yichuang.ops.simulate.promised import list_promised
    from yichuang.ops.simulate.showcase import Showcase
    from yichuang.org.queries import get_calendar

    hurry()
    keys = list_open().order_by("id").values_list("current_id", flat=True)
    working = get_calendar()
    cast = assemble_cast()
    standards = [standard(key) for key in keys]
    fates = Fates(plan.seed, standards, cast, working, plan.days)
    lives = [fates.with_paper(_filed_by(plan.until, fates.draw(index))) for index in range(plan.cases)]
    beside = [fates.draw_beside(number) for number in range(plan.cases // BESIDE)]
    stories: list[LicenceStory] = []
    if plan.tells_stories:
        stories = Showcase(plan.seed, standards, cast, working, plan.days).list_stories()
        lives += list_promised(plan.seed, standards, cast, working, plan.days)
        lives += Lapses(plan.seed, standards, cast, working, plan.days).list_lives()
    own = _share([*lives, *beside, *(story.paper for story in stories)], number, processes)
    performer = Performer(
        Planner(cast, working),
        [life for life in lives if life.department in own],
        [paper for paper in beside if paper.department in own],
        [story for story in stories if story.paper.department in own],
    )
    gc.freeze()  # what is there now stays: no collection needs to look at it again
    return performer


def _filed_by(until: datetime, life: CaseLife) -> CaseLife:
    """Move a life that would be filed after the end a week back, so that the number of cases is as requested."""
    return life if life.submitted < until else replace(life, submitted=life.submitted - timedelta(weeks=1))


def hurry() -> None:
    """Commit without waiting for the disk on this connection: the next run repeats what a crash loses."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("set synchronous_commit to off")


def _share(works: Sequence[CaseLife | PaperLife], number: int, processes: int) -> set[str]:
    """The departments of one process. Departments are assigned by size, each to the process with the fewest cases."""
    work: Counter[str] = Counter()
    for one in works:
        work[one.department] += one.effort
    shares: list[tuple[int, set[str]]] = [(0, set()) for _ in range(processes)]
    for department, amount in sorted(work.items(), key=lambda item: (-item[1], item[0])):
        least = min(range(processes), key=lambda n: shares[n][0])
        shares[least] = (shares[least][0] + amount, shares[least][1] | {department})
    return shares[number][1]
