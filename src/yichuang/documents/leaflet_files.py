"""The files of 办事指南, 一次性告知单 and posters (`leaflets`): made once for a version of a standard by the worker."""

from __future__ import annotations

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from yichuang.catalog.queries import standard as published_standard
from yichuang.documents.leaflets import Leaflet, make_leaflet


def key(standard: str, kind: str) -> str:
    """Where the file is kept. Raises LookupError for a kind that there is not."""
    return f"leaflets/{standard}/{kind}-{_leaflet(standard, kind).digest()[:16]}.pdf"


def make(standard: str, kind: str) -> str:
    """The key of the file, made now when there is none. It needs the libraries of rendering: for the worker. Raises
    LookupError as `key` does.
    """
    from yichuang.documents.render import render_leaflet

    place = key(standard, kind)
    if not default_storage.exists(place):
        default_storage.save(place, ContentFile(render_leaflet(_leaflet(standard, kind))))
    return place


def _leaflet(key: str, kind: str) -> Leaflet:
    standard = published_standard(key)
    return make_leaflet(standard, kind, f"{settings.PUBLIC_URL}/items/{standard.division}/{standard.item}")
