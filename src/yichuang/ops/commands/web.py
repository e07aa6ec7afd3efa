"""`yichuang web`: only the web server, for installations that have their own supervisor of processes."""

from __future__ import annotations

import argparse
import os

HELP = "只启动网页服务（数据库须已运行）"


def arguments(parser: argparse.ArgumentParser) -> None:
    from yichuang.ops.web import web_arguments

    web_arguments(parser)


def run(options: argparse.Namespace) -> int:
    from yichuang.ops import database
    from yichuang.ops.web import web_command

    command = web_command(options.host, options.port, options.workers)
    os.execve(command[0], command, database.addresses().environment(knows_owner=False))
