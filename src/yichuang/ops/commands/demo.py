"""`yichuang demo`: the demo city, loaded once; prints its accounts."""

from __future__ import annotations

import argparse
import json

HELP = "在演示库中载入示范市（只载入一次），并列出演示账户"
DATABASE = "app"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="以 JSON 列出账户")


def run(options: argparse.Namespace) -> int:
    from yichuang.ops.prepare import load_demo

    accounts = load_demo()
    if options.json:
        print(json.dumps(accounts, ensure_ascii=False))
    else:
        for role, name, password in accounts:
            print(f"{role}\t{name}\t{password}")
    return 0
