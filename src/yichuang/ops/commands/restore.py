"""`yichuang restore --from 目录`: a backup into this installation, which must be empty."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

HELP = "恢复：把备份放入这一处空的安装（数据库和上传目录都须是空的）"
DATABASE = "owner"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", metavar="目录", required=True, type=Path, dest="source", help="备份所在目录")


def run(options: argparse.Namespace) -> int:
    from yichuang.ops import backup, database
    from yichuang.ops.serve import claim

    started = time.monotonic()
    lock = claim(database.data_folder() / "serve.lock")  # nobody serves what is not there yet
    try:
        manifest = backup.restore_backup(database.addresses(), options.source)
    finally:
        lock.close()
    print(f"已恢复到 {manifest.moment.astimezone():%Y-%m-%d %H:%M:%S} 的状态（{time.monotonic() - started:.1f} 秒）")
    print(f"账本 {manifest.entries:,} 条，最后封存 {manifest.seal} 号；文件 {manifest.files:,} 个")
    missing = backup.find_missing_files()
    for key in missing:
        print(f"✗ 缺少文件，或大小不符：{key}")
    print("下一步：yichuang verify --rebuild --roots <另处保存的封存目录>，它会指出备份之后缺了什么。")
    if manifest.kept_apart:
        print("启动之前把另行保管的密钥放回数据文件夹；没有原来的密钥，日根的签名和文书的印章将接不上：")
        for name in manifest.kept_apart:
            print(f"  {name}")
    return 1 if missing else 0
