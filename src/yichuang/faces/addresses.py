"""Addresses of pages by their names, each computed once, whatever id stands in it: `reverse` walks all patterns,
and a page asks for dozens.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from django.urls import NoReverseMatch, URLResolver, get_resolver, get_script_prefix, get_urlconf, reverse
from django.utils.http import url_has_allowed_host_and_scheme

REMEMBERED = 2048  # addresses; those of navigation are asked for by every page, so they stay


def url(name: str, /, *args: Any, **kwargs: Any) -> str:
    """The address of a page. Raises NoReverseMatch."""
    resolver, prefix = get_resolver(get_urlconf()), get_script_prefix()
    if not (ids := [arg for arg in args if type(arg) is UUID]):
        return _compute_url(resolver, prefix, name, *args, **kwargs)
    place = iter(_PLACES)
    text = _compute_url(resolver, prefix, name, *(next(place) if type(arg) is UUID else arg for arg in args), **kwargs)
    for stand_in, id in zip(_PLACES, ids, strict=False):
        text = text.replace(str(stand_in), str(id))
    return text


# Stand for the ids in a remembered address: one for all cases, not one for each
_PLACES = tuple(uuid4() for _ in range(4))


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


def choose_address(address: str, otherwise: str) -> str:
    """An address of ours as it is; for any other, as one of another site, the name of a page of ours."""
    safe = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if safe else otherwise
