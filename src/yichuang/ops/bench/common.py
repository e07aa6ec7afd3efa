"""What every bench shares: a store of its own, and the last line."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yichuang.ops import database

ROOT = Path(__file__).resolve().parents[4]
RESULTS = ROOT / "benchmarks" / "results.jsonl"


def folder(name: str) -> Path:
    """Where a bench store lies."""
    return Path(os.environ.get("YICHUANG_BENCH") or database.data_folder() / "bench").resolve() / name


QUICK = 50_000  # cases of a `--quick` run without any store: what is made, and then measured, in 50 seconds


def cached(cases: int) -> int:
    """The size of the largest seeded store that is there and not larger than asked for; 0 for none."""
    sizes = (int(p.name.removeprefix("seed-")) for p in folder("seed-0").parent.glob("seed-*") if p.is_dir())
    return max((s for s in sizes if QUICK <= s <= cases), default=0)


@contextmanager
def store(name: str = "small", *, fresh: bool = False) -> Iterator[database.Addresses]:
    """A database of the benches' own, durable like a real one, with the demo city's organs and standards.

    It lies in `var/bench/<name>`, or below YICHUANG_BENCH; kept from run to run unless `fresh`.
    """
    if fresh:
        shutil.rmtree(folder(name), ignore_errors=True)
    os.environ["YICHUANG_DATA"] = str(folder(name))
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        os.environ.pop(name, None)
    with database.keep_running() as found:
        subprocess.run(
            [sys.executable, "-m", "yichuang.ops.bench.prepare"], env=found.environment(as_owner=True), check=True
        )
        os.environ |= found.environment()
        import django

        django.setup()
        yield found


@dataclass(frozen=True, slots=True)
class Bound:
    """A figure and what it must be: at least, or at most."""

    name: str
    value: float
    least: float | None = None
    most: float | None = None

    @property
    def holds(self) -> bool:
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)


def finish(bench: str, figures: dict[str, Any], bounds: Sequence[Bound], *, cases: int, full: bool) -> int:
    """Print the bounds for people and the JSON line for machines; keep the line. Returns the exit code."""
    for bound in bounds:
        limit = f"≥ {bound.least:g}" if bound.least is not None else f"≤ {bound.most:g}"
        print(f"  {'✓' if bound.holds else '✗'} {bound.name} {bound.value:.3g} ({limit})")
    ok = all(bound.holds for bound in bounds)
    line = {
        "bench": bench,
        "at": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "figures": figures,
        "bounds": {
            b.name: {"value": round(b.value, 4), "least": b.least, "most": b.most, "ok": b.holds} for b in bounds
        },
        "cases": cases,
        "full": full,
        "ok": ok,
    }
    text = json.dumps(line, ensure_ascii=False)
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("a", encoding="utf-8") as out:
        out.write(text + "\n")
    print(text)
    return 0 if ok else 1


def spread(values: Sequence[float]) -> dict[str, float]:
    """Median and quartiles, in the unit given, rounded."""
    if len(values) < 4:
        return {"median": round(statistics.median(values), 3)}
    low, middle, high = statistics.quantiles(values, n=4)
    return {"p25": round(low, 3), "median": round(middle, 3), "p75": round(high, 3)}


def p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[18] if len(values) > 1 else values[0]
