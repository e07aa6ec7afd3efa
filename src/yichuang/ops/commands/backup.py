"""`yichuang backup --to 目录`: database, files and outside seals of the running store; the keys are only listed."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

HELP = "备份：数据库、上传文件和库外封存写入一个空目录；密钥只列出，不放入"
DATABASE = "app"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", metavar="目录", required=True, type=Path, help="空的或尚不存在的目录")


def run(options: argparse.Namespace) -> int:
    from yichuang.ops import database
    from yichuang.ops.backup import write_backup

    started = time.monotonic()
    manifest = write_backup(database.addresses(), options.to)
    print(f"已备份到 {options.to}（{time.monotonic() - started:.1f} 秒）")
    size = f"{manifest.size / 1e6:,.1f} MB"
    print(f"账本 {manifest.entries:,} 条，最后封存 {manifest.seal} 号；文件 {manifest.files:,} 个；共 {size}")
    print("备份里有个人信息，请只交给可以看原件的人保管，到期销毁。")
    if manifest.kept_apart:
        print("以下密钥没有放入备份，请另行保管在别处：备份与密钥落在同一人手里，封存就什么也证明不了。")
        for name in manifest.kept_apart:
            print(f"  {name}")
    return 0
