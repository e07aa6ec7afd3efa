"""The files of 表样 (`sheets`): made once for a version of a standard by the worker, for everybody.

A file's key carries the digest of what the sheet says, so a sheet that comes out otherwise is another file. What never
enters: a case, a person, a signature.
"""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from yichuang.catalog.invented import Home
from yichuang.catalog.queries import standard as published_standard
from yichuang.documents import sheets
from yichuang.ledger.service import store_kind
from yichuang.org import queries as org


def key(standard: str, code: str, kind: str, situation: str) -> str:
    """Where the file is kept. Raises LookupError when the standard offers no such sheet."""
    sheet = _sheet(standard, code, kind, situation)
    return f"sheets/{standard}/{code}-{kind}-{situation}-{sheet.digest()[:16]}.pdf"


def make(standard: str, code: str, kind: str, situation: str) -> str:
    """The key of the file, made now when there is none. It needs the libraries of rendering: for the worker.

    Raises LookupError when the standard offers no such sheet.
    """
    from yichuang.documents.render import render_sheet

    place = key(standard, code, kind, situation)
    if not default_storage.exists(place):
        sheet = _sheet(standard, code, kind, situation)
        default_storage.save(place, ContentFile(render_sheet(sheet)))
    return place


def _sheet(key: str, code: str, kind: str, situation: str) -> sheets.Sheet:
    """Raises LookupError as `make` does."""
    standard = published_standard(key)
    division = org.get_department(f"{standard.division}/{standard.department}").division
    city = org.get_city() or division
    own = "" if division.level == "city" else division.name
    mark = "（演示）" if store_kind() == "demo" else "（示例）"
    return sheets.sheet(standard, code, kind, situation, Home(city.name, ((division.code, own),), mark))
