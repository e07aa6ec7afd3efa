"""`yichuang bench`: measures against a floor in the same run; the last line is JSON, the exit code says whether
bounds hold.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import Any

HELP = "性能测试：cases、http、seed、pages、scale、supervision、catalogue；最后一行为JSON，界限成立时退出码为 0"
BENCHES = {
    "cases": 400,
    "http": 400,
    "seed": 1_000_000,
    "pages": 1_000_000,
    "scale": 1_000_000,
    "supervision": 1_250,
    "catalogue": 996,
}  # name → cases of a full run; of the catalogue, items
QUICK = {
    "cases": 60,
    "http": 40,
    "seed": 50_000,
    "pages": 1_000_000,
    "scale": 1_000_000,
    "supervision": 40,
    "catalogue": 996,
}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("bench", choices=sorted(BENCHES), help="测哪一项")
    parser.add_argument("--quick", action="store_true", help="小样本，50秒以内")
    parser.add_argument("--history", action="store_true", help="supervision：改测对历史的评判（一百万件）")
    parser.add_argument("--xes", action="store_true", help="supervision：改测 XES 日志的导入（一百万和一千万个动作）")
    parser.add_argument("--cases", type=int, default=0, help="件数")


def run(options: argparse.Namespace) -> int:
    if options.history or options.xes:
        return _of_history(options)
    cases = options.cases or (QUICK if options.quick else BENCHES)[options.bench]
    return int(import_module(f"yichuang.ops.bench.{options.bench}").run(cases, options.quick))


def _of_history(options: argparse.Namespace) -> int:
    if options.bench != "supervision":
        raise RuntimeError("--history 和 --xes 只用于 bench supervision。")
    from yichuang.ops.bench import history, imports

    bench: Any = imports if options.xes else history
    full = imports.EVENTS if options.xes else history.CASES
    return int(bench.run(options.cases or (bench.QUICK if options.quick else full), options.quick))
