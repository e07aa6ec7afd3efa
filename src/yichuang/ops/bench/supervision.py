"""`bench supervision`: what judging live costs the door, and how soon a finding stands, at fifty commands a second.

The same lives are driven at the same pace with nobody reading the ledger, and with the worker that reads and judges, in
alternating minutes, so that the machine's mood meets both. Every life breaks a rule (its first step is concluded in
the second it began), so every life has a finding. At the end lives are driven as fast as they go, again in turns: what
judging takes from a machine that has nothing to spare is told without a bound.
"""

from __future__ import annotations

import os
import signal
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
TURN = 250  # lives of a turn: a minute at the pace
FLAT_OUT, BURST = 4, 50  # turns of so many lives as fast as they go, each way
PATIENCE = 120.0  # seconds until the worker has compiled its rules, or has read what is left


def run(cases: int, quick: bool) -> int:
    """Drive so many lives each way. Returns 0 when the bounds hold."""
    turns = [min(TURN, cases - begun) for begun in range(0, cases, TURN)]
    with store("supervision", fresh=True):
        from yichuang.ops.bench import life

        people = life.cast()
        alone: list[float] = []
        judged: list[float] = []
        waits: list[float] = []
        backlogs: list[float] = []
        with _worker() as worker:
            life.through_the_door(people, lambda name, act: act())
            _read()  # rules are compiled, statements prepared
            for lives in turns:
                with _stopped(worker):
                    alone += _driven(people, lives, RATE)
                _read()
                begun = _newest()
                judged += _driven(people, lives, RATE)
                backlogs.append(_read())
                waits += _waits(begun)
            slowed = _saturated(people, worker, 1 if quick else FLAT_OUT)
    figures: dict[str, Any] = {
        "commands_per_second": RATE,
        "ms_alone": {**spread(alone), "p95": round(p95(alone), 2)},
        "ms_judged": {**spread(judged), "p95": round(p95(judged), 2)},
        "finding_seconds": {**spread(waits), "p95": round(p95(waits), 2), "most": round(max(waits), 2)},
        "backlog_seconds": {**spread(backlogs), "most": round(max(backlogs), 1)},
        "findings": len(waits),
        "saturated": slowed,
    }
    bounds = [
        Bound("command_p95_rise", p95(judged) / p95(alone), most=RISE),
        Bound("lives_without_a_finding", cases - len(waits), most=0),  # else nothing was judged
    ]
    return finish("supervision", figures, bounds, cases=cases, full=cases >= FULL)


def _driven(people: Any, lives: int, rate: float = 0) -> list[float]:
    """Milliseconds of each command of so many lives, `rate` begun a second; without one, each after the other."""
    from yichuang.ops.bench import life

    times: list[float] = []
    due = time.perf_counter()

    def timed(name: str, act: Callable[[], Any]) -> Any:
        nonlocal due
        if rate:
            due += 1 / rate
            if (early := due - time.perf_counter()) > 0:
                time.sleep(early)
        begun = time.perf_counter()
        outcome = act()
        times.append((time.perf_counter() - begun) * 1000)
        return outcome

    for _ in range(lives):
        life.through_the_door(people, timed)
    return times


def _saturated(people: Any, worker: subprocess.Popen[bytes], turns: int) -> dict[str, Any]:
    """Commands a second of one writer as fast as it goes, and what is lost of them while the worker judges."""
    ways: dict[str, list[float]] = {"alone": [], "judged": []}
    backlog = 0.0
    for _ in range(turns):
        with _stopped(worker):
            times = _driven(people, BURST)
            ways["alone"].append(len(times) / sum(times) * 1000)
        _read()
        times = _driven(people, BURST)
        ways["judged"].append(len(times) / sum(times) * 1000)
        backlog = max(backlog, _read())
    alone, judged = (spread(ways[way]) for way in ("alone", "judged"))
    lost = 1 - judged["median"] / alone["median"]
    return {
        "commands_per_second_alone": alone,
        "commands_per_second_judged": judged,
        "lost": round(lost, 3),
        "backlog_seconds_most": round(backlog, 1),
    }


@contextmanager
def _worker() -> Iterator[subprocess.Popen[bytes]]:
    """The worker of this store, as `serve` starts it."""
    process = subprocess.Popen([sys.executable, "-m", "yichuang", "worker"], env=dict(os.environ))
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def _stopped(worker: subprocess.Popen[bytes]) -> Iterator[None]:
    """The worker held where it stands, like one that is not there: what it had begun, it goes on with afterwards."""
    worker.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        worker.send_signal(signal.SIGCONT)


def _read() -> float:
    """Wait until supervision has read everything; seconds waited. Raises RuntimeError when it does not."""
    from yichuang.supervision.queries import reading

    begun = time.monotonic()
    while time.monotonic() < begun + PATIENCE:
        found = reading()
        if found.looked is not None and not found.filling and found.unread == 0:
            return time.monotonic() - begun
        time.sleep(0.1)
    raise RuntimeError(f"电子监察在{PATIENCE:.0f}秒内没有读完账本。")


def _newest() -> Any:
    from yichuang.ledger.service import now

    return now()


def _waits(since: Any) -> list[float]:
    """Seconds from an entry's record to the finding that rests on it, one a life recorded since then."""
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
        return [float(wait) for (wait,) in cursor.fetchall()]
