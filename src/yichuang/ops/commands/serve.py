"""`yichuang serve`: the whole installation in one terminal."""

from __future__ import annotations

import argparse

HELP = "启动数据库、网页服务和后台任务，并一直看护它们（Ctrl-C 停止）"


def arguments(parser: argparse.ArgumentParser) -> None:
    from yichuang.ops.web import web_arguments

    web_arguments(parser)
    parser.add_argument("--no-demo", action="store_true", help="空库定为正式库，不载入示范市（已经定过的库不变）")


def run(options: argparse.Namespace) -> int:
    from yichuang.ops.serve import serve

    return serve(options)
