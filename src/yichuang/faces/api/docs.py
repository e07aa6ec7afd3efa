"""The API's own page: every operation in a line, from its OpenAPI document. No script from elsewhere, no try-out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yichuang.faces.api.api import ABOUT, description


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document; public, as the addresses are no secret."""
    return JsonResponse(description(), json_dumps_params={"ensure_ascii": False})


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The list of operations for people."""
    groups: dict[str, list[dict[str, str]]] = {}
    for path, methods in description()["paths"].items():
        for method, operation in methods.items():
            line = {"method": method.upper(), "path": path, "about": operation.get("description", "")}
            groups.setdefault(operation["tags"][0], []).append({**line, "title": operation["summary"]})
    return render(
        request, "api/docs.html", {"title": "程序接口", "groups": groups, "about": ABOUT.replace("`", "").split("\n\n")}
    )
