"""/healthz: whether this installation works, for a machine to ask. Counts and seconds only, nothing about anybody."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from yichuang.cases import watching
from yichuang.faces.disk import disk_problem
from yichuang.supervision.queries import Reading, reading

LATE = 60  # seconds without a sign of life after which the worker counts as gone
PROBE = b"\0" * 4096  # bytes: an empty file finds room on a full disk
PROBED = 5  # seconds for which an answer of the disk holds


class Disk:
    """Whether uploads can be written, tested by writing a file, at most once in PROBED seconds."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._asked = -float(PROBED)
        self._good = False

    def is_writable(self) -> bool:
        with self._lock:
            if time.monotonic() - self._asked >= PROBED:
                self._good = self._probe(Path(settings.MEDIA_ROOT))
                self._asked = time.monotonic()
            return self._good

    @staticmethod
    def _probe(folder: Path) -> bool:
        file = folder / f".probe-{os.getpid()}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with open(file, "wb") as out:
                out.write(PROBE)
                out.flush()
                os.fsync(out.fileno())
            return True
        except OSError:
            return False
        finally:
            with suppress(OSError):
                file.unlink(missing_ok=True)


disk = Disk()


def part_states(health: watching.Health, reading: Reading) -> dict[str, bool]:
    """Whether each part of the installation works, by name."""
    return {
        "worker": health.worker is not None and health.worker < LATE,
        "sealing": not health.seal_late,
        "sweep": not health.sweep_late,
        "supervision": reading.filling or not reading.late,
        "judging": reading.unjudged == 0,
        "content": not (health.check_late or health.check_failed),
    }


def figures(health: watching.Health, reading: Reading) -> dict[str, float | int | None]:
    return {
        "worker_heartbeat_seconds": None if health.worker is None else round(health.worker, 1),
        "unsealed_entries": health.unsealed,
        "unsealed_seconds": max(0, int(health.unsealed_age)),
        "supervision_seconds": None if reading.looked is None else int(reading.looked),
        "supervision_unread_seconds": max(0, int(reading.oldest)),
        "unjudged": reading.unjudged,
        "content_check_seconds": None if health.check_age is None else int(health.check_age),
        "content_faults": health.check.faults if health.check else 0,
    }


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when every part is well; 503 when one is not, named by `false` in the body."""
    problem = disk_problem()
    well: dict[str, bool | None] = {"disk": not problem and disk.is_writable()}
    numbers: dict[str, Any] = {}
    try:
        health, supervision_reading = watching.health(), reading()
        well = {"database": True, **part_states(health, supervision_reading), **well}
        numbers = figures(health, supervision_reading)
    except DatabaseError:
        well = {"database": False, "worker": None, **well}
    body = well | numbers | {"disk_problem": problem}
    return JsonResponse(body, status=200 if all(well.values()) else 503)
