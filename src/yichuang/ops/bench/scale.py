"""`bench scale`: what one command costs at 1,000, at 10,000 and at a million cases, in turns in the same run.

Each store is driven by a process of its own (`python -m yichuang.ops.bench.scale SIZE`), which answers every line it
reads with the milliseconds of a few lives.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from typing import IO, Any

from yichuang.ops.bench import seed
from yichuang.ops.bench.common import QUICK, Bound, cached, finish, spread, store

START, SMALL = 1_000, 10_000
WARM = 6  # turns of each store before anything is measured: caches, plans, the first page images after a checkpoint
TURNS, QUICK_TURNS = 30, 6
LIVES = 5  # of one turn


def run(cases: int, quick: bool) -> int:
    """Take the cached store nearest in size as the large one. Returns 0 when a command costs there no more than 1.2
    times as much as at 10,000 cases.
    """
    size = cached(cases) or (QUICK if quick else cases)
    times: dict[int, list[float]] = {START: [], SMALL: [], size: []}
    drivers = {size: _driver(size) for size in times}
    try:
        for _ in range(WARM):
            for driver in drivers.values():
                _turn(driver)
        for _ in range(QUICK_TURNS if quick else TURNS):
            for at, driver in drivers.items():
                times[at].append(_turn(driver))
    finally:
        for driver in drivers.values():
            driver.communicate()
    figures: dict[str, Any] = {f"ms_per_command_at_{at}": spread(values) for at, values in times.items()}
    figures["ratio_of_10000_to_1000_cases"] = round(_ratio(times[SMALL], times[START]), 3)
    bounds = [Bound("ratio_to_10000_cases", _ratio(times[size], times[SMALL]), most=1.2)]
    return finish("scale", figures, bounds, cases=size, full=size >= seed.FULL)


def _ratio(large: list[float], small: list[float]) -> float:
    """The median over the turns: two beside each other met the same mood of the machine."""
    return statistics.median(a / b for a, b in zip(large, small, strict=True))


def _driver(size: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", __name__, str(size)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _turn(driver: subprocess.Popen[str]) -> float:
    """Milliseconds of one command in the driver's next lives. Raises RuntimeError when it has ended."""
    assert driver.stdin and driver.stdout
    driver.stdin.write("\n")
    driver.stdin.flush()
    for line in driver.stdout:
        if line.startswith("["):
            return statistics.fmean(json.loads(line))
        print(line, end="", flush=True)
    raise RuntimeError("测量的进程中途退出，原因见上。")


def drive(size: int, asked: IO[str]) -> None:
    """Answer every line with the milliseconds of each command of a few lives at the store of this size."""
    with store(f"seed-{size}") as found:
        seed.ensure(found.owner, size)
        from yichuang.ops.bench import life

        people = life.cast()
        for _ in asked:
            times: list[float] = []

            def timed(name: str, act: Any, times: list[float] = times) -> Any:
                begun = time.perf_counter()
                outcome = act()
                times.append((time.perf_counter() - begun) * 1000)
                return outcome

            for _ in range(LIVES):
                life.through_the_door(people, timed)
            print(json.dumps(times), flush=True)


if __name__ == "__main__":
    drive(int(sys.argv[1]), sys.stdin)
