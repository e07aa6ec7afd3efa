"""What a simulation says while it runs and when it is done."""

from __future__ import annotations

import sys

from yichuang.ops.simulate.history import Report
from yichuang.ops.simulate.performer import Tally


def show(day: int, days: int, tally: Tally, seconds: float) -> None:
    """A line on the terminal that is written over, or one every twenty days where nobody looks. Goes to stderr."""
    rate = tally.commands / seconds if seconds else 0
    line = f"模拟第 {day}/{days} 天：办件 {tally.cases} 件，操作 {tally.commands} 次，每秒 {rate:.0f} 次"
    if sys.stderr.isatty():
        print(f"\r  … {line}", end="\n" if day == days else "", file=sys.stderr, flush=True)
    elif day % 20 == 0 or day == days:
        print(f"  … {line}", file=sys.stderr, flush=True)


def tell(report: Report) -> int:
    """The sum of it; 1 when the door refused something that a simulated officer should not have tried."""
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
