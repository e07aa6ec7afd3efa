"""Addresses below /api/: the operations, the API's description of itself, and nothing else."""

from __future__ import annotations

from django.urls import path, re_path

from yichuang.faces.api.api import addresses, not_found
from yichuang.faces.api.docs import docs, openapi

app_name = "api"
urlpatterns = [
    path("openapi.json", openapi, name="openapi"),
    path("docs", docs, name="docs"),
    *addresses(),
    re_path(r"^(?P<rest>.*)$", not_found),
]
