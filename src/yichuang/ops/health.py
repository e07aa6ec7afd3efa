"""/healthz: whether this installation works, for a machine to ask. Counts and seconds only, nothing about anybody."""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

LATE = 60  # seconds without a sign of life after which the worker counts as gone


def seconds_since_heartbeat() -> float | None:
    """Age of the youngest sign of life of any worker in seconds; None when none was ever seen."""
    with connection.cursor() as cursor:
        cursor.execute("select extract(epoch from now() - max(last_heartbeat)) from procrastinate_workers")
        row = cursor.fetchone()
    return None if row is None or row[0] is None else round(float(row[0]), 1)


def seal_lag() -> dict[str, Any]:
    """How far the seals are behind the ledger, when the ledger can say so."""
    try:
        from yichuang.ledger.queries import seal_lag as lag
    except ImportError:
        return {}
    return {"seals": lag()}


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when database and worker are well, 503 with the same body when one is not."""
    try:
        heartbeat = seconds_since_heartbeat()
        body: dict[str, Any] = {
            "database": True,
            "worker": heartbeat is not None and heartbeat < LATE,
            "worker_heartbeat_seconds": heartbeat,
            **seal_lag(),
        }
    except DatabaseError:
        body = {"database": False, "worker": None}
    return JsonResponse(body, status=200 if body["database"] and body["worker"] else 503)
