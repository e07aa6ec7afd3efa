"""`yichuang rehearse`: backup, restore in a second place, verification there; what it took and what would be lost."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "演练：备份本库，在另一处恢复并核验，报告用时和会丢失的数据"
DATABASE = "app"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--work", metavar="目录", type=Path, help="演练用的临时目录放在哪里（默认在数据文件夹中）")
    parser.add_argument("--from", metavar="目录", type=Path, dest="source", help="用这份已有的备份，不另做")


def run(options: argparse.Namespace) -> int:
    from yichuang.ops import database
    from yichuang.ops.rehearsal import rehearse

    return rehearse(database.addresses(), options.work or database.data_folder(), options.source)
