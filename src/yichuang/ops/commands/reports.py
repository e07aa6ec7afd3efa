"""`yichuang reports`: stores a file of reports from a connected department."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HELP = "收下部门业务系统以文件报送的办理情况（每行一个JSON对象）；可以反复收，相同的不重复"
DATABASE = "app"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="报送文件（UTF-8，每行一个JSON对象）")
    parser.add_argument("--system", required=True, metavar="代码", help="登记的系统代码")


def run(options: argparse.Namespace) -> int:
    """Returns 1 when the system is not connected, the file can't be read, or a line was refused."""
    from dataclasses import replace

    from yichuang.exchange.dropping import store_file
    from yichuang.kernel.people_csv import write_people_csv
    from yichuang.ledger.actor import SYSTEM
    from yichuang.org.models import System

    system = System.objects.filter(pk=options.system, revoked_at=None).first()
    if system is None:
        print(f"出错了：没有登记系统 {options.system}，或已停止对接。请先用 yichuang system 登记。", file=sys.stderr)
        return 1
    try:
        result = store_file(options.file, system.code, replace(SYSTEM, channel="api", department=system.department_id))
    except OSError as error:
        print(f"出错了：读不出文件 {options.file.name}：{error.strerror}。", file=sys.stderr)
        return 1
    print(f"收下 {result.stored} 条，与已有相同 {result.unchanged} 条，不能收 {len(result.refused)} 条。")
    if not result.refused:
        return 0
    rejected = options.file.with_name(options.file.name + ".rejected.csv")
    write_people_csv(rejected, [("行", "记录号", "原因"), *result.refused])
    print(f"不能收的列在 {rejected.name}。", file=sys.stderr)
    return 1
