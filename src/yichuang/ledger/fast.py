"""Statements that run thousands of times: prepared on the server, through Django's connection and its error classes.

Django binds parameters on the client, so that the server would plan a long statement anew each time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

M = TypeVar("M", bound=Model)


class PreparedCursor(psycopg.Cursor[Any]):
    """A cursor that prepares what it executes."""

    def execute(
        self, query: Any, params: Any = None, *, prepare: bool | None = True, binary: bool | None = None
    ) -> Any:
        return super().execute(query, params, prepare=prepare, binary=binary)


def run(statement: str, parameters: Mapping[str, Any] | Sequence[Any]) -> CursorWrapper:
    """Execute and return the cursor. Inside `connection.execute_wrapper` like any other statement."""
    database = connections[DEFAULT_DB_ALIAS]  # itself: `django.db.connection` looks it up at every word
    database.close_if_health_check_failed()  # once a request, as Django's own cursors do
    database.ensure_connection()
    raw: Any = database.connection
    cursor = CursorWrapper(PreparedCursor(raw), database)
    cursor.execute(statement, parameters)
    return cursor


def load_rows(model: type[M], rest: str, parameters: Sequence[Any]) -> list[M]:
    """Rows of a model without a JSON field, as Django would give them. `rest` stands behind the name of its table."""
    fields = model._meta.concrete_fields
    columns = ", ".join(str(field.column) for field in fields)
    rows = run(f"select {columns} from {model._meta.db_table} {rest}", parameters).fetchall()
    names = [field.attname for field in fields]
    return [model.from_db(DEFAULT_DB_ALIAS, names, row) for row in rows]
