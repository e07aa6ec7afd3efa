"""How fast one client may ask: a token bucket per client in each web process. Nothing is stored.

It keeps a program in a loop from crowding out the others and asks the database nothing; over all processes a client
has at most as many times the rate. It guards no secret: tokens have 256 random bits.
"""

from __future__ import annotations

import time
from threading import Lock

RATE = 200.0  # requests a second in the long run
BURST = 400.0  # requests at once after a pause

_lock = Lock()
_buckets: dict[int, tuple[float, float]] = {}  # client → (room left, when that was)


def wait_for(client: int) -> float:
    """Takes a place for a request: 0, or the seconds until there is one again."""
    now = time.monotonic()
    with _lock:
        left, at = _buckets.get(client, (BURST, now))
        left = min(BURST, left + (now - at) * RATE)
        if left >= 1:
            _buckets[client] = (left - 1, now)
            return 0
        _buckets[client] = (left, now)
    return (1 - left) / RATE


def forget() -> None:
    """Between tests."""
    _buckets.clear()
