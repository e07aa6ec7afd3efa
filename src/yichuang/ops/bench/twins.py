"""The floors of `bench pages`: an empty view behind the middleware of every page, and twins of pages.

A twin renders the template of its page from the context that the page gave it once: what is left of the page's time is
what the page asks and computes. The addresses of this module are the product's own and those two.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.urls import path

from yichuang import urls
from yichuang.urls import handler400, handler403, handler404, handler429, handler500

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500", "urlpatterns"]
EMPTY = "/bench/empty"
TWIN = "/bench/twin"
_kept: dict[str, Any] = {}  # template and context of the last page kept


@contextmanager
def keep_context() -> Iterator[str]:
    """Keep template and context of the page asked for inside; gives the address of its twin."""
    render = loader.render_to_string

    def keep(template: str, context: dict[str, Any], request: HttpRequest, **more: Any) -> str:
        _kept.update(template=template, context=context)
        return render(template, context, request, **more)

    with patch.object(loader, "render_to_string", keep):
        yield TWIN


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def twin(request: HttpRequest) -> HttpResponse:
    return HttpResponse(loader.render_to_string(_kept["template"], _kept["context"], request))


urlpatterns = [path(EMPTY[1:], empty), path(TWIN[1:], twin), *urls.urlpatterns]
