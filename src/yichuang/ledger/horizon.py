"""Finds how far the ledger is settled: the position below which no new entry can appear.

Positions are drawn before their transactions commit, so the highest visible one says nothing about lower ones still in
flight. Every writer has a transaction id before it draws a position (`ledger_now()` takes one); so once all
transactions that were open when a position was seen have ended, nothing can appear below it.
"""

from __future__ import annotations

import time

from django.db import connection

STEP = 0.01  # seconds between looks


def find_settled_position(wait: float = 2.0) -> int | None:
    """The highest settled position. None when an older transaction is still open after `wait` seconds.

    Must run outside a transaction: inside one the database would answer from one snapshot for ever.
    """
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(max(position), 0) from ledger_entry")
        (position,) = cursor.fetchone()
        # an id of our own is above all ids given before; a snapshot's xmax is not
        cursor.execute("select pg_current_xact_id()::text")
        (bound,) = cursor.fetchone()
        end = time.monotonic() + wait
        while True:
            cursor.execute("select pg_snapshot_xmin(pg_current_snapshot()) >= %s::xid8", [bound])
            if cursor.fetchone()[0]:
                return int(position)
            if time.monotonic() > end:
                return None
            time.sleep(STEP)
