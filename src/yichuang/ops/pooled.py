"""Pooled connections to the database: a look at the socket shows whether one is alive, without asking the server."""

from __future__ import annotations

import select
from typing import Any

import psycopg


class Pooled(psycopg.Connection[Any]):
    """A connection whose empty statement, by which a pool checks it, costs no round trip.

    A server that ends, or ends a connection, closes the socket, and often says why before: then there is something to
    read, and the statement is sent and fails. Where there is nothing to read, it would have been answered.
    """

    def execute(self, query: Any, *words: Any, **parameters: Any) -> psycopg.Cursor[Any]:
        if query == "" and not self.has_news():
            return self.cursor()
        return super().execute(query, *words, **parameters)

    def has_news(self) -> bool:
        """Whether there is something to read from the server. Raises OperationalError on a closed connection."""
        poll = select.poll()  # no `select`, which knows only the first 1024 open files
        poll.register(self.fileno(), select.POLLIN)
        return bool(poll.poll(0))
