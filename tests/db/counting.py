"""Counting what the database is sent, prepared statements of the door included."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent meanwhile, without those that begin and end a savepoint."""
    sent: list[str] = []

    def note(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        if "savepoint" not in str(sql).lower():
            sent.append(str(sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield sent
