"""Pages that are words: openness, remedies, help, accessibility, privacy. No account, no case."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.catalog.queries import standard
from yichuang.catalog.search import list_entries
from yichuang.faces import who
from yichuang.faces.guide import confidence, list_remedies
from yichuang.faces.portal.page import page_for_all
from yichuang.org.queries import city_code, list_halls_by_division

TITLES = {
    "openness": "公开",
    "remedies": "投诉与救济",
    "help": "帮助",
    "accessibility": "无障碍说明",
    "privacy": "隐私说明",
}


@require_safe
def words(request: HttpRequest, name: str) -> HttpResponse:
    """One of the pages above."""
    context: dict[str, Any] = {"title": TITLES[name]}
    if name == "help":
        context["halls"] = list_halls_by_division(who.today())
    if name == "remedies":
        listed = list_entries(city_code())
        context["remedies"] = list_remedies(standard(listed[0].key).procedure) if listed else ()
        context["confidence"] = confidence
    if name == "openness":
        listed = list_entries(city_code())
        context["figures"] = [
            ("公布的事项", str(len(listed))),
            ("网上可办", str(sum(e.online for e in listed))),
            ("最多跑一次", str(sum(e.visits <= 1 for e in listed))),
            ("当场办结", str(sum(e.instant for e in listed))),
        ]
    return page_for_all(request, f"words_{name}.html", context)
