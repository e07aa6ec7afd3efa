"""`yichuang worker`: runs the jobs and schedules of all rooms (procrastinate)."""

from __future__ import annotations

import argparse

HELP = "只启动后台任务(数据库须已运行)"
GRACE = 10  # seconds that running jobs get when the worker is asked to stop


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--concurrency", type=int, default=2, help="同时执行的任务数(默认 2)")


def run(options: argparse.Namespace) -> int:
    import os

    import django

    from yichuang.ops import database

    os.environ |= database.addresses().environment()
    django.setup()
    from django.core.management import call_command

    words = ["--shutdown-graceful-timeout", str(GRACE), "--concurrency", str(options.concurrency)]
    call_command("procrastinate", "worker", *words, "--delete-jobs", "successful")
    return 0
