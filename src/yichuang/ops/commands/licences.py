"""`yichuang licences`: enters paper licences of before this platform from a table; what is wrong is said row by row."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yichuang.ledger.actor import Actor

HELP = "证照：把启用前制发的纸质证照从 CSV 表补记入册（enter）"
DATABASE = "app"


def arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="what", metavar="做什么", required=True)
    enter = actions.add_parser(
        "enter",
        help="逐行补记，说明每一行的问题；可以改正后重新运行，已补记的不会重复",
        description="表头：事项、证件种类、证件号码、证照编号、有效期自、有效期至，其后是证照载明的各项（用申请表里的名称）。",
    )
    enter.add_argument("file", type=Path, metavar="文件", help="CSV 文件（UTF-8 或 GB 18030）")
    enter.add_argument("--account", required=True, metavar="用户名", help="补记的机关负责人的用户名")


def run(options: argparse.Namespace) -> int:
    return enter_file(options.file, options.account)


def enter_file(file: Path, username: str) -> int:
    """Enter every row that can be. Returns 1 when one could not. Raises RuntimeError for a file that cannot be read and
    for an account that is no head of a department.
    """
    from yichuang.licences.entering_file import enter_rows, read_table

    try:
        rows = read_table(file.read_bytes())
    except (OSError, ValueError) as error:
        raise RuntimeError(f"读不了 {file}：{error}") from None
    done = failed = 0
    for entered in enter_rows(rows, _head(username)):
        if entered.refused is None:
            done += not entered.repeated
            continue
        failed += 1
        refused = entered.refused
        print(f"✗ 第{entered.line}行 {entered.number}：{refused.message}{refused.next}")
    print(f"补记{done}张，此前已补记{len(rows) - done - failed}张，未能补记{failed}张。")
    if failed:
        print("改正后可以用同一个文件重新运行。", file=sys.stderr)
    return 1 if failed else 0


def _head(username: str) -> Actor:
    """The officer as the head of a department. Raises RuntimeError."""
    from dataclasses import replace

    from yichuang.catalog.standard import PostKind
    from yichuang.kernel.localtime import local_day
    from yichuang.ledger.service import now
    from yichuang.org.queries import actor_at_post, posts_of
    from yichuang.people.models import Account

    account = Account.objects.filter(username=username, is_active=True).first()
    day = local_day(now())
    post = next((p for p in posts_of(account, day) if p.kind == PostKind.HEAD), None) if account else None
    if account is None or post is None:
        raise RuntimeError(f"{username} 现在不担任任何部门的机关负责人。")
    return replace(actor_at_post(account, post.id, day), source="migrated")
