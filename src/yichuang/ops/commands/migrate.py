"""`yichuang migrate`: role, tables, cache, rights and static files; does nothing that is already done."""

from __future__ import annotations

import argparse

HELP = "建立或更新数据表、程序角色的权限和静态文件"
DATABASE = "owner"


def run(options: argparse.Namespace) -> int:
    from yichuang.ops.prepare import prepare

    prepare()
    return 0
