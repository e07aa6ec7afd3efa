"""What is made from a standard as PDF for everybody (3.2e): 空白表格 and 示范样本 of a material, and 办事指南,
一次性告知单 and 海报 of an item. The worker renders them, never the web.
"""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_GET

from yichuang.catalog.standard import Material, Standard
from yichuang.documents import leaflet_files, leaflets, sheet_files, sheets, tasks
from yichuang.faces.portal.items import current
from yichuang.faces.portal.page import page


@require_GET
def sheet(request: HttpRequest, division: str, item: str, code: str, kind: str) -> HttpResponseBase:
    """The file; on first opening a page that waits for it."""
    standard, material, situation, key = _asked(request, division, item, code, kind)
    title = sheets.name(material, kind)
    if answer := _hand_out(request, key, title):
        return answer
    tasks.ask_sheet(standard.key, code, kind, situation)
    here = reverse("portal:sheet", args=(division, item, code, kind))
    return _wait(request, standard, title, f"{here}?situation={situation}", f"{here}/state?situation={situation}")


@require_GET
def state(request: HttpRequest, division: str, item: str, code: str, kind: str) -> HttpResponse:
    """Asked again and again by the waiting page; leads to the file once it is there."""
    _, _, situation, key = _asked(request, division, item, code, kind)
    return _lead(key, f"{reverse('portal:sheet', args=(division, item, code, kind))}?situation={situation}")


@require_GET
def leaflet(request: HttpRequest, division: str, item: str, kind: str) -> HttpResponseBase:
    """办事指南, 一次性告知单 or 海报 as a file; on first opening a page that waits for it."""
    standard, key = _asked_leaflet(division, item, kind)
    title = f"{standard.name}{leaflets.KINDS[kind]}"
    if answer := _hand_out(request, key, title):
        return answer
    tasks.ask_leaflet(standard.key, kind)
    here = reverse("portal:leaflet", args=(division, item, kind))
    return _wait(request, standard, title, here, f"{here}/state")


@require_GET
def leaflet_state(request: HttpRequest, division: str, item: str, kind: str) -> HttpResponse:
    """Asked by the page that waits for a leaflet; leads to the file once it is there."""
    _, key = _asked_leaflet(division, item, kind)
    return _lead(key, reverse("portal:leaflet", args=(division, item, kind)))


def _hand_out(request: HttpRequest, key: str, title: str) -> FileResponse | None:
    """A file for everybody; None while it is not made."""
    if not default_storage.exists(key):
        return None
    download = "download" in request.GET
    known = {"filename": f"{title}.pdf", "content_type": "application/pdf"}
    answer = FileResponse(default_storage.open(key), as_attachment=download, **known)
    answer["Cache-Control"] = "public, max-age=600"
    return answer


def _wait(request: HttpRequest, standard: Standard, title: str, here: str, state: str) -> HttpResponse:
    context = {"title": f"正在生成{title}", "s": standard, "here": here, "state": state}
    return page(request, "making.html", context, 202)


def _lead(key: str, here: str) -> HttpResponse:
    if not default_storage.exists(key):
        return HttpResponse(status=204)
    answer = HttpResponse(status=200)
    answer["HX-Redirect"] = here
    return answer


def _asked_leaflet(division: str, item: str, kind: str) -> tuple[Standard, str]:
    """The standard and the key of the file. Raises Http404 for a kind that there is not."""
    standard = current(division, item)
    try:
        return standard, leaflet_files.key(standard.key, kind)
    except LookupError as error:
        raise Http404(kind) from error


def _asked(request: HttpRequest, division: str, item: str, code: str, kind: str) -> tuple[Standard, Material, str, str]:
    """The standard, the material, the situation and the key of the file. Raises Http404 when there is no such sheet."""
    standard = current(division, item)
    chosen = standard.situation(request.GET.get("situation", ""))
    situation = chosen.code if chosen else sheets.situation_of(standard, code)
    try:
        key = sheet_files.key(standard.key, code, kind, situation)
    except LookupError as error:
        raise Http404(code) from error
    return standard, next(m for m in standard.materials if m.code == code), situation, key
