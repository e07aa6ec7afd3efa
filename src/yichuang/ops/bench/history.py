"""`bench supervision --history`: every rule over a million cases in Parquet on DuckDB, against reading them once.

A history is simulated through the door and exported; a data set of the size wanted is made of copies of it, and one
of a tenth, to see how time grows. Source and data sets are kept from run to run. Every judging is a process of its
own, whose peak memory is measured.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from yichuang.ops.bench import opponents
from yichuang.ops.bench.common import Bound, finish, folder, store
from yichuang.ops.bench.multiply import multiply

CASES, QUICK = 1_000_000, 20_000
SOURCE, QUICK_SOURCE = (1_500, 184), (60, 30)  # cases, days
UNTIL = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # a Friday, five in the afternoon in Zhengzhou
SECONDS, RULE_SECONDS, PEAK_MB = 60.0, 10.0, 4096
SLOPE = 1.1  # times ten, from a tenth of the cases


def run(cases: int, quick: bool) -> int:
    """Returns 0 when the bounds hold."""
    source = source_of(*(QUICK_SOURCE if quick else SOURCE))
    large, small = (sized(source, size) for size in (cases, cases // 10))
    floor = _child(large, "--read")
    tenth, whole = _child(small), _child(large)
    manifest = multiply(source, large, cases)
    _tell(whole, tenth)
    growth = (whole["seconds"] - whole["compiling"]) / (tenth["seconds"] - tenth["compiling"]) / 10
    slowest = max(*(seconds for seconds, _ in whole["rules"].values()), *whole["parts"].values())
    figures: dict[str, Any] = {
        "events": manifest.counts["events"],
        "rows": sum(manifest.counts.values()),
        "floor_seconds": floor["seconds"],
        "seconds": whole["seconds"],
        "of_it_compiling": whole["compiling"],
        "times_floor": round(whole["seconds"] / floor["seconds"], 2),
        "tenth_seconds": tenth["seconds"],
        "load": os.getloadavg()[0],
        "rules": whole["rules"],
        "parts": whole["parts"],
    }
    bounds = [
        Bound("seconds", whole["seconds"], most=SECONDS),
        Bound("slowest_rule_seconds", slowest, most=RULE_SECONDS),
        Bound("peak_mb", whole["peak_mb"], most=PEAK_MB),
        Bound("growth_from_a_tenth", growth, most=SLOPE),
        Bound("rules_that_raised", len(whole["raised"]), most=0),
        Bound("rules_that_found_something", sum(hits > 0 for _, hits in whole["rules"].values()), least=10),
    ]
    if not quick:  # they take minutes
        told, kept = opponents.compare(large, whole)
        figures |= told
        bounds += kept
    return finish("supervision-history", figures, bounds, cases=manifest.counts["cases"], full=cases >= CASES)


def source_of(cases: int, days: int) -> Path:
    """A simulated history as a data set; the one that is there when it is."""
    target = folder("history") / f"source-{cases}"
    if not target.exists():
        with store("history-store", fresh=True):
            from yichuang.history.exporting import export_dataset
            from yichuang.ops.simulate import history
            from yichuang.supervision import tailing

            history.simulate(cases, days, 7, processes=2, until=UNTIL, seal=False)
            while (taken := tailing.tail()).more or taken.entries:
                pass
            export_dataset(target, lambda line: None)
    return target


def sized(source: Path, cases: int) -> Path:
    target = folder("history") / f"{source.name}-times-{cases}"
    multiply(source, target, cases)
    return target


def _child(data: Path, *words: str) -> dict[str, Any]:
    """What judging the data set took in a process of its own. Raises CalledProcessError."""
    asked = [sys.executable, "-m", "yichuang.ops.bench.judged", str(data), *words]
    done = subprocess.run(asked, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _tell(whole: dict[str, Any], tenth: dict[str, Any]) -> None:
    print("  规则      秒  一成时的秒      查出")
    for code, (seconds, hits) in whole["rules"].items():
        print(f"  {code}  {seconds:5.2f}  {tenth['rules'][code][0]:9.2f}  {hits:9,}")
    for name, seconds in whole["parts"].items():
        print(f"  {name}  {seconds:5.2f}  {tenth['parts'][name]:9.2f}")
