"""Addresses of pages by their names, each computed once: `reverse` walks all patterns, and a page asks for dozens."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.urls import NoReverseMatch, URLResolver, get_resolver, get_script_prefix, get_urlconf, reverse

REMEMBERED = 2048  # addresses; those of navigation are asked for by every page, so they stay


def url(name: str, /, *args: Any, **kwargs: Any) -> str:
    """The address of a page. Raises NoReverseMatch."""
    return _compute_url(get_resolver(get_urlconf()), get_script_prefix(), name, *args, **kwargs)


def link(name: str, /, *args: Any) -> str:
    """Address of a page, or nothing when its face is not mounted here. For navigation, where entries may be absent."""
    try:
        return url(name, *args)
    except NoReverseMatch:
        return ""


@lru_cache(maxsize=REMEMBERED, typed=True)
def _compute_url(resolver: URLResolver, prefix: str, name: str, /, *args: Any, **kwargs: Any) -> str:
    """`resolver` and `prefix` are what the answer hangs on besides: other patterns have another resolver."""
    return reverse(name, args=args, kwargs=kwargs)
