"""How often one address may ask the public page. Counts live in the cache, so they hold over all web processes."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest

WINDOW = 300  # seconds
LOOKUPS = 60  # per address and window: enough for a hall's shared address, too few to try codes out
FILES = 20


def spent(request: HttpRequest, what: str, allowed: int) -> bool:
    """Count one more; whether the address has used up its window."""
    key = f"verify:{what}:{request.META.get('REMOTE_ADDR', '')}"
    if cache.add(key, 1, WINDOW):
        return False
    try:
        return cache.incr(key) > allowed
    except ValueError:  # it ran out between the two
        cache.add(key, 1, WINDOW)
        return False
