"""Finding an item and reading its guide: home, search, lists, 办事指南, blank form, 政策依据. No account is needed."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.catalog import conditions, queries, search
from yichuang.catalog.laws.queries import read_register, read_version
from yichuang.catalog.laws.register import narrow_basis
from yichuang.catalog.listing.queries import find_end, find_open_key
from yichuang.catalog.search_meaning import read_guess
from yichuang.catalog.search_words import list_matters, note_missed
from yichuang.catalog.searching.data import list_themes
from yichuang.catalog.standard import Standard, applies
from yichuang.faces import guide, who
from yichuang.faces.forms import show
from yichuang.faces.place import choose_division, store_place
from yichuang.faces.portal import public
from yichuang.faces.portal.listing import ended_page
from yichuang.faces.portal.page import page_for_all
from yichuang.faces.portal.public import EXAMPLES, WHO, is_for
from yichuang.faces.requests import or_404
from yichuang.org.queries import list_open_halls


def _place(request: HttpRequest) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The division asked for by `at`, the city by default, and those there are."""
    places = search.list_divisions()
    return choose_division(request.GET.get("at"), places), places


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """首页: search first, then topics, progress and the ways in."""
    division, places = _place(request)
    site, keys = store_place(), tuple(e.key for e in search.list_entries(division))
    context = {"title": f"{site.title} · 一站式办事", "body": public.home_body(site, division, places, keys)}
    return page_for_all(request, "home.html", context)


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """搜索. With htmx only the list of results is taken from the answer. What was not understood is kept, once it was
    sent and not only typed.
    """
    division, places = _place(request)
    text = request.GET.get("q", "").strip()
    answer = search.find_answer(division, text)
    guess, waits = None, False
    if not answer.sure and request.method == "GET" and "HX-Request" not in request.headers:
        guess = note_missed(division, text)
        waits = settings.MEANING and guess is None and bool(text)
    context = {
        "title": f"搜索“{text}”" if text else "搜索事项",
        "q": text,
        "division": division,
        "place": dict(places).get(division, ""),
        "places": places,
        "answer": answer,
        "guessed": read_guess(division, guess) if guess else None,
        "waits": waits,
        "examples": EXAMPLES,
    }
    return page_for_all(request, "search.html", context)


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """事项清单 (3.4a, 3.5a): all listed items by department, narrowed by what people set out to do, by who applies and
    how it is done. With a theme, also what others handle of it.
    """
    division, places = _place(request)
    entries = search.list_entries(division)
    who, department = request.GET.get("who", ""), request.GET.get("department", "")
    how, theme = request.GET.get("how", ""), list_themes().get(request.GET.get("theme", ""))
    ways = {"instant": "当场办结", "once": "一次办妥", "online": "网上可办"}
    kept = [
        e
        for e in entries
        if (who not in WHO or is_for(e, who))
        and (theme is None or e.item in theme.items)
        and (not department or e.department == department)
        and (how != "instant" or e.instant)
        and (how != "once" or e.visits <= 1)
        and (how != "online" or e.online)
    ]
    kept.sort(key=lambda e: e.department)  # stable: pinyin order stays within a department
    groups = [(list(group)) for _, group in groupby(kept, key=lambda e: e.department)]
    context = {
        "title": "事项清单",
        "division": division,
        "places": places,
        "place": dict(places).get(division, ""),
        "groups": sorted(groups, key=len, reverse=True),
        "total": len(kept),
        "theme": theme,
        "matters": list_matters(theme.matters) if theme else (),
        "who": who,
        "whos": WHO,
        "how": how,
        "ways": ways,
        "department": department,
        "departments": sorted({(e.department, e.department_name) for e in entries}),
    }
    return page_for_all(request, "catalogue.html", context)


def current(division: str, item: str) -> Standard:
    """The standard in force. Raises Http404 for an item that is not listed there, Refused for one that has ended."""
    key = find_open_key(division, item)
    if key is None:
        raise Http404(item)
    return queries.standard(key)


@require_safe
def item(request: HttpRequest, division: str, item: str) -> HttpResponse:
    """办事指南 (3.2e), derived from the standard; a situation and an agent narrow what it lists."""
    key = queries.current_key(division, item)
    if key is None:
        return ended_page(request, or_404(find_end(division, item)), division)
    standard, row = queries.standard(key), queries.get_published(key)
    situation = standard.situation(request.GET.get("situation", ""))
    agent = request.GET.get("agent") if request.GET.get("agent") in ("yes", "no") else ""
    today = who.today()
    serving = tuple(public.HallLine(h.name, h.address, h.hours, h.phone) for h in list_open_halls(division, today))
    chosen = (situation.code if situation else "", agent or "")
    body = public.guide_body(row.key, row.digest, row.published_at, *chosen, serving, laws=read_version(), day=today)
    return page_for_all(request, "item.html", {"title": standard.name, "s": standard, "body": body})


@require_safe
def blank(request: HttpRequest, division: str, item: str) -> HttpResponse:
    """空白表: the form of the standard as it would be filled in, to be read or printed; nothing is sent."""
    standard = current(division, item)
    situation = standard.situation(request.GET.get("situation", "")) or standard.situations[0]
    about = {"situation": situation.code, "agent": "no"}
    bound = show(standard.form, {}, about)
    # on paper every part that a later answer may call for is there; only other situations' parts are left out
    sections = [v for v in bound.sections if _may_apply(v.section.when, about)]
    context: dict[str, Any] = {
        "title": f"{standard.name}申请表（空白）",
        "s": standard,
        "situation": situation,
        "sections": sections,
        "asked": conditions.fields_by_name(standard),
    }
    return page_for_all(request, "blank.html", context)


def _may_apply(when: Any, about: dict[str, Any]) -> bool:
    return when is None or when.field not in about or applies(when, about)


@require_safe
def bases(request: HttpRequest) -> HttpResponse:
    """政策依据 (3.5h): every legal basis that a listed standard cites, and the items that rest on it."""
    division, places = _place(request)
    entries, register = search.list_entries(division), read_register()
    laws: dict[str, dict[str, list[Any]]] = {}
    for entry in entries:
        for basis in filter(None, (narrow_basis(register, basis, entry.key) for basis in entry.bases)):
            laws.setdefault(basis.law, {"level": [basis.level], "uses": []})["uses"].append((basis, entry))
    ranked = sorted(laws.items(), key=lambda pair: (guide.LEVELS.get(pair[1]["level"][0], ("", 9))[1], pair[0]))
    context = {
        "title": "政策依据",
        "division": division,
        "places": places,
        "laws": [(law, guide.LEVELS.get(d["level"][0], ("", 9))[0], d["uses"]) for law, d in ranked],
        "confidence": guide.confidence,
    }
    return page_for_all(request, "bases.html", context)
