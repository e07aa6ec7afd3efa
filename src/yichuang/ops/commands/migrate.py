"""`yichuang migrate`: role, tables, cache, rights and static files; does nothing that is already done."""

from __future__ import annotations

import argparse

HELP = "建立或更新数据表、程序角色的权限和静态文件"
DATABASE = "owner"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--new-store",
        choices=["demo", "production"],
        help="空库定为演示库（demo）或正式库（production）；已经定过的不变。打印这个库是哪一种",
    )


def run(options: argparse.Namespace) -> int:
    from yichuang.ops.prepare import declare_store, found_lives, prepare

    prepare()
    if options.new_store:
        kind = declare_store(options.new_store)
        found_lives()
        print(kind)
    return 0
