"""`yichuang simulate`: a history for the demo city; stop `yichuang serve` first, so that only one of them acts."""

from __future__ import annotations

import argparse

HELP = "为示范市模拟一段办件历史（请先停止服务）"
DATABASE = "app"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cases", type=int, default=2000, metavar="N", help="办件数（默认 2000）")
    parser.add_argument("--days", type=int, default=184, metavar="D", help="到今天为止的天数（默认 184）")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="种子：同一种子得到同样的历史（默认 1）")
    parser.add_argument("--processes", type=int, default=2, metavar="P", help="进程数（默认 2）")


def run(options: argparse.Namespace) -> int:
    from yichuang.ops import demo
    from yichuang.ops.database import data_folder
    from yichuang.ops.serve import claim
    from yichuang.ops.simulate.progress import print_report

    lock = claim(data_folder() / "serve.lock")  # its worker would let real time pass on simulated cases
    try:
        demo.load_city_structure()
        report = demo.load_history(options.cases, options.days, options.seed, options.processes)
    finally:
        lock.close()
    if report is None:
        print(f"种子 {options.seed} 的历史已经有了 {options.cases} 件或更多，没有再做。")
        return 0
    return print_report(report)
