"""Prints the progress and the result of a simulation."""

from __future__ import annotations

import sys

from yichuang.ops.simulate.history import SimulationReport
from yichuang.ops.simulate.performer import Tally


def show_progress(day: int, days: int, tally: Tally, seconds: float) -> None:
    """Print progress on stderr: on a terminal one line that is rewritten, else a line every twenty days."""
    rate = tally.commands / seconds if seconds else 0
    line = f"模拟第 {day}/{days} 天：办件 {tally.cases} 件，操作 {tally.commands} 次，每秒 {rate:.0f} 次"
    if sys.stderr.isatty():
        print(f"\r  … {line}", end="\n" if day == days else "", file=sys.stderr, flush=True)
    elif day % 20 == 0 or day == days:
        print(f"  … {line}", file=sys.stderr, flush=True)


def print_report(report: SimulationReport) -> int:
    """Print the totals. Returns 1 when the door refused a command that the simulation should not have tried."""
    tally = report.tally
    rate = tally.commands / report.seconds if report.seconds else 0
    print(
        f"办件 {tally.cases} 件，操作 {tally.commands} 次，到时自动处理 {tally.ticks} 次，封存 {report.seals} 次，"
        f"用时 {report.seconds:.1f} 秒（每秒 {rate:.0f} 次）"
    )
    for code, count in tally.refusals.most_common():
        print(f"  未料到的拒绝：{code} {count} 次")
    for sample in tally.samples:
        print(f"    {sample}")
    return 1 if tally.refusals else 0
