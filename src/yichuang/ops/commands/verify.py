"""`yichuang verify`: checks the ledger and names what does not hold."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

HELP = "核验账本：指出被改动、删除、插入或截去的条目；--rebuild 另以重放核对各表"
DATABASE = "app"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--roots", metavar="目录", help="库外封存与日根所在目录（默认为本机的）")
    parser.add_argument("--stream", default="", help="只核验一个流，如 case/…")
    parser.add_argument("--rebuild", action="store_true", help="重放各办件和督办单的流，与各表比对")
    parser.add_argument("--sample", type=int, default=0, help="重放时只抽取这么多件（随机）")


def run(options: argparse.Namespace) -> int:
    from yichuang.ledger.outside import Outside, configured
    from yichuang.ledger.verify import verify

    outside = Outside(Path(options.roots)) if options.roots else configured()
    begun = time.monotonic()
    report = verify(outside, options.stream, progress=_say)
    _end_line()
    for line in report.lines():
        print(line)
    print(f"用时 {time.monotonic() - begun:.1f} 秒")
    green = report.green
    if options.rebuild:
        from yichuang.cases.rebuild import rebuild
        from yichuang.supervision.orders import rebuild as orders

        rebuilt = (rebuild(sample=options.sample, progress=_say), orders.rebuild())
        _end_line()
        for one in rebuilt:
            for line in one.lines():
                print(line)
        green = green and all(one.green for one in rebuilt)
    return 0 if green else 1


def _say(done: int) -> None:
    if sys.stderr.isatty():
        print(f"\r  已核验 {done:,} 条", end="", file=sys.stderr, flush=True)


def _end_line() -> None:
    if sys.stderr.isatty():
        print(file=sys.stderr)
