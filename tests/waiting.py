"""Waiting for a state, for as long as the machine needs: how fast it is, no test can promise."""

from __future__ import annotations

import time
from collections.abc import Callable

HANGS = 600  # seconds after which what has not come is taken never to come


def until(holds: Callable[[], object], told: Callable[[], str] = lambda: "") -> None:
    """Wait until it holds. Fails with what is `told` then when it never does."""
    end = time.monotonic() + HANGS
    while not holds():
        assert time.monotonic() < end, f"waited {HANGS} s in vain\n{told()}"
        time.sleep(0.02)
