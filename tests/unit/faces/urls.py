"""Two addresses for `link` and `navigation`; the product's own hang in `yichuang.urls`."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("", include(([path("", nothing, name="home"), path("progress/", nothing, name="progress")], "portal"))),
]
