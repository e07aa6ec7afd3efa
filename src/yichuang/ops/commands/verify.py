"""`yichuang verify`: checks the ledger and prints every fault."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

HELP = "核验账本和它所记的原文与文件：指出被改动、删除、插入、截去或倒填时刻的；--rebuild 另以重放核对各表"
DATABASE = "app"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--roots", metavar="目录", help="库外封存与日根所在目录（默认为本机的）")
    parser.add_argument("--stream", default="", help="只核验一个流，如 case/…")
    parser.add_argument("--no-files", action="store_true", help="不读磁盘上的上传文件和文书（文件很多时要很久）")
    parser.add_argument("--record", action="store_true", help="把结果记入账本：监察页与 /healthz 随之更新")
    parser.add_argument("--rebuild", action="store_true", help="重放各办件和督办单的流，与各表比对")
    parser.add_argument("--sample", type=int, default=0, help="重放时只抽取这么多件（随机）")


def run(options: argparse.Namespace) -> int:
    """0 when everything holds; 1 when something does not, or can't be read."""
    from yichuang.ledger.checked import record_check
    from yichuang.ledger.outside import Outside
    from yichuang.ops.checking import verify_all

    if options.record and (options.roots or options.stream or options.no_files):
        raise RuntimeError("--record 记的是完整的核验，不能与 --roots、--stream、--no-files 同用")
    outside = Outside(Path(options.roots)) if options.roots else None
    started = time.monotonic()
    report = verify_all(outside, options.stream, files=not options.no_files, progress=_say)
    _end_line()
    for line in report.lines():
        print(line)
    print(f"用时 {time.monotonic() - started:.1f} 秒")
    if options.record:
        record_check(report)
    rebuilt = _rebuild(options.sample) if options.rebuild else True
    return 0 if report.green and rebuilt else 1


def _rebuild(sample: int) -> bool:
    """Replay the streams and compare the tables. Prints a line for each difference; True without any."""
    from yichuang.aggregates.aggregate import AGGREGATES
    from yichuang.aggregates.rebuild import rebuild
    from yichuang.ledger.report import Report

    guard, green = Report(), True
    for aggregate in AGGREGATES.values():
        with guard.guard_part(f"重放{aggregate.label}"):
            report = rebuild(aggregate, sample=sample, progress=_say)
            _end_line()
            for line in report.lines():
                print(line)
            green = green and report.green
    for fault in guard.faults:
        print(f"✗ {fault.where}:{fault.text}")
    return green and guard.green


def _say(count: int) -> None:
    if sys.stderr.isatty():
        print(f"\r  已核验 {count:,} 条", end="", file=sys.stderr, flush=True)


def _end_line() -> None:
    if sys.stderr.isatty():
        print(file=sys.stderr)
