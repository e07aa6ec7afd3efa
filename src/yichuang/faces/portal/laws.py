"""法规库 for everybody (3.5h): every law with its versions, where it is published, and what rests on it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from yichuang.catalog import search
from yichuang.catalog.laws.citing import name_line
from yichuang.catalog.laws.queries import (
    citing_standards,
    count_citing,
    find_law,
    list_laws,
    names_of_law,
    read_citing,
    read_register,
)
from yichuang.catalog.laws.reading import LawStanding, list_versions, stand_of, words_of_articles
from yichuang.catalog.laws.register import Citing
from yichuang.catalog.laws.state import Law
from yichuang.faces import who
from yichuang.faces.place import choose_division
from yichuang.faces.portal.page import page_for_all
from yichuang.faces.requests import or_404

PAGE, USES = 50, 20  # laws of a page; items of the page of one


@dataclass(frozen=True, slots=True)
class Use:
    """An item that rests on a law: its name, where its guide is, and which of its lines cite what."""

    name: str
    division: str
    item: str
    lines: tuple[tuple[str, str], ...]


@require_safe
def laws(request: HttpRequest) -> HttpResponse:
    """Every law of the register, by rank. Four statements."""
    asked, today = request.GET.get("q", "").strip()[:100], who.today()
    counts = count_citing()
    kept = [law for law in list_laws() if not asked or any(asked in name for name in _names(law))]
    rows = Paginator([_row(law, stand_of(law, today), counts) for law in kept], PAGE).get_page(request.GET.get("page"))
    context = {"title": "法规库", "q": asked, "laws": rows, "total": rows.paginator.count, "size": PAGE}
    return page_for_all(request, "laws.html", context)


def _names(law: Law) -> tuple[str, ...]:
    return (*names_of_law(law), *(version.name for version in law.versions))


def _row(law: Law, standing: LawStanding, counts: dict[str, int]) -> tuple[Law, LawStanding, int]:
    """With the number of items that cite it under any of its names; the most under one, so that none counts twice."""
    return law, standing, max((counts.get(name, 0) for name in names_of_law(law)), default=0)


@require_safe
def named(request: HttpRequest) -> HttpResponse:
    """The law of a name as a standard writes it; the register searched for it, when there is none. One statement."""
    name = request.GET.get("law", "").strip()[:200]
    law = read_register().find(name)
    return redirect("portal:law", law.id) if law else redirect(f"{reverse('portal:laws')}?{urlencode({'q': name})}")


@require_safe
def law(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One law, and the items of a division that rest on it. Eight statements."""
    law = or_404(find_law(str(id)))
    places = search.list_divisions()
    division = choose_division(request.GET.get("at"), places)
    names = names_of_law(law)
    rows = Paginator(citing_standards(names, division), USES).get_page(request.GET.get("page"))
    context = {
        "title": law.title,
        "law": law,
        "standing": stand_of(law, who.today()),
        "versions": list_versions(law),
        "words": words_of_articles,
        "places": places,
        "division": division,
        "uses": [_use(citing) for citing in read_citing(rows.object_list, names)],
        "number": rows.number,
        "total": rows.paginator.count,
        "size": USES,
    }
    return page_for_all(request, "law.html", context)


def _use(citing: Citing) -> Use:
    division, item, _ = citing.standard.split("/")
    lines: dict[str, list[int]] = {}
    for citation in citing.citations:
        lines.setdefault(name_line(citation.line), []).extend(citation.articles)
    told = tuple((line, words_of_articles(tuple(sorted(set(articles))))) for line, articles in lines.items())
    return Use(citing.name, division, item, told)
