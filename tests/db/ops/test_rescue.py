"""Jobs of a killed worker are taken up; one whose like waits already does not keep the others from it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app

from yichuang.ops.tasks import rescue

pytestmark = pytest.mark.django_db(transaction=True)


def statement(text: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall()


def begin(task: str, lock: str | None) -> int:
    """A job that a worker took and never finished; its id."""
    return put(task, lock, "doing")


def put(task: str, lock: str | None, status: str = "todo") -> int:
    into = "insert into procrastinate_jobs (queue_name, task_name, queueing_lock, status, priority) values"
    return int(statement(f"{into} ('default', %s, %s, %s, 0) returning id", task, lock, status)[0][0])


def test_a_waiting_twin_does_the_work_of_a_killed_job_and_the_others_are_taken_up() -> None:
    before = {id for (id,) in statement("select id from procrastinate_jobs")}
    begin("twice", "watch")
    waiting, alone, plain = put("twice", "watch"), begin("once", "other"), begin("plain", None)
    async_to_sync(rescue.func)(SimpleNamespace(app=app), 0)
    rows = statement("select id, status from procrastinate_jobs order by id")
    assert [row for row in rows if row[0] not in before] == [(waiting, "todo"), (alone, "todo"), (plain, "todo")]
