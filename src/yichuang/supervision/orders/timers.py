"""The sweep of orders: those that wait too long escalate, whoever is late. The law of it is in `core.lapse`.

Rows another worker holds are skipped, and one broken order never stops the rest: it is tried again later.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from yichuang.ledger.service import now
from yichuang.org.queries import calendar_version
from yichuang.supervision.models import Order, Place
from yichuang.supervision.orders.core.state import CLOSED
from yichuang.supervision.orders.service import tick

PLACE, RECKONED = "orders", "orders.reckoned"
BATCH = 500
LATER = timedelta(minutes=10)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Swept:
    done: int
    failed: int


def sweep(most: int = BATCH) -> Swept:
    """Tick the orders whose moment has come, the longest due first, each in its own transaction; and leave word."""
    moment = now()
    _reckon_anew()
    done = failed = 0
    due = Order.objects.filter(wake_at__lte=moment).order_by("wake_at").values_list("id", flat=True)[:most]
    for id in list(due):
        try:
            with transaction.atomic():
                if Order.objects.select_for_update(skip_locked=True).filter(pk=id).first():
                    tick(id)
                    done += 1
        except Exception:
            failed += 1
            _log.exception("order %s could not be swept", id)
            Order.objects.filter(pk=id).update(wake_at=moment + LATER)
    Place.objects.update_or_create(
        name=PLACE, defaults={"position": 0, "filling": None, "moved_at": moment, "looked_at": moment}
    )
    return Swept(done, failed)


def _reckon_anew() -> None:
    """After a year of the calendar was loaded, wake every open order: its dates are reckoned anew."""
    version = calendar_version()
    known = Place.objects.filter(name=RECKONED).values_list("filling", flat=True).first()
    if known == version:
        return
    moment = now()
    with transaction.atomic():
        waiting = Order.objects.filter(wake_at__isnull=False).exclude(stage__in=[stage.value for stage in CLOSED])
        waiting.update(wake_at=moment)
        Place.objects.update_or_create(
            name=RECKONED, defaults={"position": 0, "filling": version, "moved_at": moment, "looked_at": moment}
        )
