"""`yichuang worker`: runs the jobs and schedules of all rooms (procrastinate)."""

from __future__ import annotations

import argparse

HELP = "只启动后台任务（数据库须已运行）"
GRACE = 0.5  # seconds after a request to stop, until jobs that read on and on are told to end (`should_abort`)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--concurrency", type=int, default=4, help="同时执行的任务数（默认 4：电子监察读账本始终占一个）"
    )


def run(options: argparse.Namespace) -> int:
    import os

    import django

    from yichuang.ops import database

    os.environ |= database.addresses().environment(knows_owner=False)
    os.environ.pop("DATABASE_OWNER_URL", None)  # the program has no use for the owner's password
    django.setup()
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector
    from procrastinate.exceptions import ConnectorException

    connector = app.connector
    assert isinstance(connector, DjangoConnector)  # what procrastinate gives every Django process
    try:
        with app.replace_connector(connector.get_worker_connector()) as working:
            working.run_worker(
                concurrency=options.concurrency, shutdown_graceful_timeout=GRACE, delete_jobs="successful"
            )
    except ConnectorException:
        raise RuntimeError("后台任务失去了数据库连接") from None
    return 0
