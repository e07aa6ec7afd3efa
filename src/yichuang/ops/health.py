"""/healthz: whether this installation works, for a machine to ask. Counts and seconds only, nothing about anybody."""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from yichuang.faces.disk import disk_problem
from yichuang.ledger.models import Entry, Seal
from yichuang.ledger.service import now
from yichuang.supervision.queries import reading

LATE = 60  # seconds without a sign of life after which the worker counts as gone


def seconds_since_heartbeat() -> float | None:
    """Age of the youngest sign of life of any worker in seconds; None when none was ever seen."""
    with connection.cursor() as cursor:
        cursor.execute("select extract(epoch from now() - max(last_heartbeat)) from procrastinate_workers")
        row = cursor.fetchone()
    return None if row is None or row[0] is None else round(float(row[0]), 1)


def seal_lag() -> dict[str, int]:
    """How far the seals are behind: entries not yet sealed, and the age in seconds of the oldest of them."""
    last = Seal.objects.order_by("-number").values_list("last", flat=True).first() or 0
    waiting = Entry.objects.filter(position__gt=last)
    oldest = waiting.order_by("position").values_list("recorded_at", flat=True).first()
    return {
        "unsealed_entries": waiting.count(),
        "unsealed_seconds": 0 if oldest is None else max(0, int((now() - oldest).total_seconds())),
    }


def supervision_lag() -> dict[str, int | None]:
    """Seconds since supervision last read the ledger (None: never), and the age of the oldest entry it has not read."""
    found = reading()
    looked = None if found.looked is None else int(found.looked)
    return {"supervision_seconds": looked, "supervision_unread_seconds": max(0, int(found.oldest))}


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when database, worker and disk are well, 503 with the same body when one is not."""
    problem = disk_problem()
    try:
        heartbeat = seconds_since_heartbeat()
        body: dict[str, Any] = {
            "database": True,
            "worker": heartbeat is not None and heartbeat < LATE,
            "worker_heartbeat_seconds": heartbeat,
            **seal_lag(),
            **supervision_lag(),
        }
    except DatabaseError:
        body = {"database": False, "worker": None}
    body |= {"disk": not problem, "disk_problem": problem}
    return JsonResponse(body, status=200 if body["database"] and body["worker"] and body["disk"] else 503)
