"""A pool of our connections: no question to the server while all is well, a new connection when it is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg_pool import ConnectionPool

from tests.waiting import HANGS
from yichuang.ops.pooled import Pooled

pytestmark = pytest.mark.django_db


@pytest.fixture
def pool() -> Iterator[ConnectionPool[Any]]:
    known = connection.get_connection_params()
    words = {key: known[key] for key in ("dbname", "user", "password", "host", "port") if known.get(key)}
    made = ConnectionPool(
        kwargs={**words, "autocommit": True},
        connection_class=Pooled,
        check=ConnectionPool.check_connection,
        min_size=1,
        max_size=1,
        open=True,
    )
    made.wait(HANGS)
    yield made
    made.close()


def ask(pool: ConnectionPool[Any], statement: str) -> Any:
    with pool.connection() as one:
        return one.execute(statement).fetchone()[0]


def test_a_connection_that_the_server_ended_is_not_handed_out(pool: ConnectionPool[Any]) -> None:
    first = ask(pool, "select pg_backend_pid()")
    assert ask(pool, "select pg_backend_pid()") == first
    with connection.cursor() as cursor:  # returns when the server has ended it
        cursor.execute("select pg_terminate_backend(%s, 5000)", [first])
    assert ask(pool, "select pg_backend_pid()") != first


def test_what_is_quiet_is_asked_nothing(pool: ConnectionPool[Any]) -> None:
    with pool.connection() as one:
        pid = one.info.backend_pid
        one.execute("select 'the last thing asked'")
    with pool.connection(), connection.cursor() as cursor:
        cursor.execute("select query from pg_stat_activity where pid = %s", [pid])
        assert cursor.fetchone()[0] == "select 'the last thing asked'"


def test_a_closed_connection_is_no_quiet_one(pool: ConnectionPool[Any]) -> None:
    with pool.connection() as one:
        one.close()
        with pytest.raises(psycopg.OperationalError):
            one.execute("")
