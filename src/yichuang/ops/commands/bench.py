"""`yichuang bench`: measures against a floor in the same run; the last line is JSON, the exit code says whether
bounds hold.
"""

from __future__ import annotations

import argparse
from importlib import import_module

HELP = "性能测试：cases、http、seed、pages、scale、supervision；最后一行为JSON，界限成立时退出码为 0"
BENCHES = {
    "cases": 400,
    "http": 400,
    "seed": 1_000_000,
    "pages": 1_000_000,
    "scale": 1_000_000,
    "supervision": 1_250,
}  # name → cases of a full run
QUICK = {"cases": 60, "http": 40, "seed": 50_000, "pages": 1_000_000, "scale": 1_000_000, "supervision": 40}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("bench", choices=sorted(BENCHES), help="测哪一项")
    parser.add_argument("--quick", action="store_true", help="小样本，50秒以内")
    parser.add_argument("--history", action="store_true", help="supervision：改测对历史的评判（一百万件）")
    parser.add_argument("--cases", type=int, default=0, help="件数")


def run(options: argparse.Namespace) -> int:
    if options.history:
        return _history(options)
    cases = options.cases or (QUICK if options.quick else BENCHES)[options.bench]
    return int(import_module(f"yichuang.ops.bench.{options.bench}").run(cases, options.quick))


def _history(options: argparse.Namespace) -> int:
    if options.bench != "supervision":
        raise RuntimeError("--history 只用于 bench supervision。")
    from yichuang.ops.bench import history

    return history.run(options.cases or (history.QUICK if options.quick else history.CASES), options.quick)
