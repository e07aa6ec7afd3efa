"""空白表格 and 示范样本 of a material (3.2e), as PDF for everybody. The worker renders them, never the web."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_GET

from yichuang.catalog.standard import Material, Standard
from yichuang.documents import sheet_files, sheets, tasks
from yichuang.faces.portal.items import current
from yichuang.faces.portal.page import page


@require_GET
def sheet(request: HttpRequest, division: str, item: str, code: str, kind: str) -> HttpResponseBase:
    """The file; on first opening a page that waits for it."""
    standard, material, situation, key = _asked(request, division, item, code, kind)
    title = sheets.name(material, kind)
    if default_storage.exists(key):
        answer = FileResponse(
            default_storage.open(key),
            as_attachment="download" in request.GET,
            filename=f"{title}.pdf",
            content_type="application/pdf",
        )
        answer["Cache-Control"] = "public, max-age=600"
        return answer
    tasks.ask_sheet(standard.key, code, kind, situation)
    here = reverse("portal:sheet", args=(division, item, code, kind))
    context = {
        "title": f"正在生成{title}",
        "s": standard,
        "here": f"{here}?situation={situation}",
        "state": f"{here}/state?situation={situation}",
    }
    return page(request, "making.html", context, 202)


@require_GET
def state(request: HttpRequest, division: str, item: str, code: str, kind: str) -> HttpResponse:
    """Asked again and again by the waiting page; leads to the file once it is there."""
    _, _, situation, key = _asked(request, division, item, code, kind)
    if not default_storage.exists(key):
        return HttpResponse(status=204)
    answer = HttpResponse(status=200)
    answer["HX-Redirect"] = f"{reverse('portal:sheet', args=(division, item, code, kind))}?situation={situation}"
    return answer


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
