"""How long somebody who takes a ticket now will wait, from figures of the hall itself. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable


def count_capacity(windows: Iterable[Iterable[str]], code: str) -> float:
    """How many windows work for a class: one that serves several classes counts for a part of each."""
    return sum(1 / len(served) for classes in windows if code in (served := set(classes)))


def estimate_wait(ahead: int, capacity: float, busy: int, minutes: float) -> int | None:
    """Minutes, rounded up: `ahead` wait already, `busy` windows of the class have somebody, one matter takes `minutes`
    on average. None where no window works for the class; 0 when one is free and nobody waits.
    """
    if capacity <= 0:
        return None
    if ahead == 0 and busy < capacity:
        return 0
    return math.ceil((ahead + 1) * minutes / capacity)
