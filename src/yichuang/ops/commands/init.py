"""`yichuang init [FILE]`: founds a production city in an empty database, and says what the first case still needs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from yichuang.ops import founding
from yichuang.ops.commands.status import print_gaps

HELP = "在空库中建立正式的市：机构、大厅、三名管理员和工作日历；不给文件就逐项询问"
DATABASE = "owner"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", type=Path, metavar="文件", help="YAML 文件；写法见 --example")
    parser.add_argument("--example", action="store_true", help="打印一个样例文件，不做别的")


def database(options: argparse.Namespace) -> str:
    return "" if options.example else DATABASE


def run(options: argparse.Namespace) -> int:
    """Found the city. Returns 1, after printing the reason, when nothing could be stored."""
    if options.example:
        print(founding.EXAMPLE, end="")
        return 0
    from yichuang.aggregates.refusal import Invalid
    from yichuang.ops.prepare import found_lives, prepare

    plan = founding.read_plan(options.file) if options.file else founding.ask_plan()
    prepare()
    try:
        invitations = founding.found_city(plan)
    except Invalid as error:
        print("没有建立，什么也没有写入：" + error.message, file=sys.stderr)
        return 1
    found_lives()
    print(f"已建立{plan.city.name}的正式库。")
    print_links(invitations)
    print_gaps()
    return 0


def print_links(invitations: list[founding.Invitation]) -> None:
    """Print each administrator's one-time link, to be handed over in person; it is shown only here."""
    from django.conf import settings

    print(f"请把下面的一次性链接当面或以保密方式交给本人，{settings.FIRST_LINK_DAYS}天内有效，只显示这一次：")
    for invitation in invitations:
        print(f"  {invitation.title} · {invitation.name}（用户名 {invitation.username}）")
        print(f"    {settings.PUBLIC_URL}{invitation.path}")
    print("本人打开链接设置密码，登录后设置动态口令。服务用 yichuang serve 启动。")
