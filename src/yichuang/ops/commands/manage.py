"""`yichuang manage …`: any command of Django, on this installation's database."""

from __future__ import annotations

import argparse

HELP = "运行 Django 的管理命令，例如 yichuang manage shell"
DATABASE = "app"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs=argparse.REMAINDER, help="命令及其参数")


def run(options: argparse.Namespace) -> int:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["yichuang manage", *options.words])
    return 0
