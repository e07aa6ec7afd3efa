"""`bench supervision`: what judging live costs the door, and how soon a finding stands, at fifty commands a second.

The same lives are driven twice at the same pace: with nobody reading the ledger, then with the worker that reads and
judges. Every life breaks a rule (its first step is concluded in the second it began), so every life has a finding.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from yichuang.ops.bench.common import Bound, finish, p95, spread, store

RATE = 50  # commands a second
FULL = 1_250  # lives: five minutes at that rate
RISE = 1.25  # times as long, with judging, at the 95th percentile
SOON = 2.0  # seconds from record to finding, at the 95th percentile
PATIENCE = 120.0  # seconds until the worker has compiled its rules, or has read what is left


def run(cases: int, quick: bool) -> int:
    """Drive so many lives each way. Returns 0 when the bounds hold."""
    with store("supervision", fresh=True):
        from yichuang.ops.bench import life

        people = life.cast()
        life.through_the_door(people, lambda name, act: act())  # prepares the statements
        alone = _paced(people, cases)
        with _worker():
            _read()
            begun = _newest()
            life.through_the_door(people, lambda name, act: act())
            _read()  # rules are compiled and prepared
            judged = _paced(people, cases)
            ended = time.monotonic()
            _read()
            backlog = time.monotonic() - ended
        waits = _waits(begun)
    figures: dict[str, Any] = {
        "commands_per_second": RATE,
        "ms_alone": {**spread(alone), "p95": round(p95(alone), 2)},
        "ms_judged": {**spread(judged), "p95": round(p95(judged), 2)},
        "finding_seconds": {**spread(waits), "p95": round(p95(waits), 2), "most": round(max(waits), 2)},
        "backlog_seconds": round(backlog, 1),
        "findings": len(waits),
    }
    bounds = [
        Bound("command_p95_rise", p95(judged) / p95(alone), most=RISE),
        Bound("finding_p95_seconds", p95(waits), most=SOON),
        Bound("lives_without_a_finding", cases - len(waits), most=0),
    ]
    return finish("supervision", figures, bounds, cases=cases, full=cases >= FULL)


def _paced(people: Any, cases: int) -> list[float]:
    """Milliseconds of each command of so many lives, one begun every fiftieth of a second."""
    from yichuang.ops.bench import life

    times: list[float] = []
    due = time.perf_counter()

    def timed(name: str, act: Callable[[], Any]) -> Any:
        nonlocal due
        due += 1 / RATE
        if (early := due - time.perf_counter()) > 0:
            time.sleep(early)
        begun = time.perf_counter()
        outcome = act()
        times.append((time.perf_counter() - begun) * 1000)
        return outcome

    for _ in range(cases):
        life.through_the_door(people, timed)
    return times


@contextmanager
def _worker() -> Iterator[None]:
    """The worker of this store, as `serve` starts it."""
    process = subprocess.Popen([sys.executable, "-m", "yichuang", "worker"], env=dict(os.environ))
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def _read() -> None:
    """Wait until supervision has read everything. Raises RuntimeError when it does not."""
    from yichuang.supervision.queries import reading

    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = reading()
        if found.looked is not None and not found.filling and found.unread == 0:
            return
        time.sleep(0.1)
    raise RuntimeError(f"电子监察在{PATIENCE:.0f}秒内没有读完账本。")


def _newest() -> Any:
    from yichuang.ledger.service import now

    return now()


def _waits(since: Any) -> list[float]:
    """Seconds from an entry's record to the finding that rests on it, one a life driven at pace."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            """
            select extract(epoch from min(f.found_at) - min(e.recorded_at)) from supervision_finding f
            join log_events e on e.case_id = f.case_id and e.seq = f.seq
            where f.rule = 'R-P02' and f.at like 'quick/%%' and e.recorded_at > %s
            group by f.case_id order by min(e.recorded_at)
            """,
            [since],
        )
        return [float(wait) for (wait,) in cursor.fetchall()][1:]  # the first life only woke the rules
