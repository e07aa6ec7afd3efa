"""流程图谱: which act follows which in the cases of a period, how often and after how long, the commonest variants; and
from each to its cases.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from markupsafe import Markup

from yichuang.cases import queries
from yichuang.faces import requests, who
from yichuang.faces.addresses import url
from yichuang.faces.watch import asking, frame
from yichuang.ledger.actor import Actor
from yichuang.supervision import paths
from yichuang.supervision.paths import Chosen
from yichuang.supervision.process_drawing import Words, draw_map
from yichuang.supervision.process_map import Edge, Variant, name_act, name_span, pick_edges

ACTIVE = "watch:process"
SIZE = 25  # cases of a page
LINES = (("15", "最常走的15条线"), ("40", "最常走的40条线"), ("100", "最常走的100条线"))
LONGEST = 40  # acts of a variant that are named
WORDS = Words(name_act, name_span)


@require_safe
@who.for_officers
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The picture, the same as a table, and the commonest variants; each line leads to its cases."""
    form, asked, names = asking.ask(request, actor, lines=LINES)
    process = paths.find_map(asked)
    picked = pick_edges(process.edges, int(form.given("lines") or LINES[0][0]))
    filters = _filters(form)

    def address(edge: Edge) -> str:
        return _address(filters, {"source": edge.source or "", "target": edge.target or ""})

    context = {
        "title": "流程图谱",
        "form": form,
        "department": names.get(asked.department, ""),
        "process": process,
        "more": paths.are_more(asked),
        "most": paths.MOST,
        "picture": Markup(draw_map(process.activities, picked, WORDS, address)),
        "edges": [
            (_name_edge(edge.source, edge.target), edge, name_span(edge.median), address(edge)) for edge in picked
        ],
        "variants": [_describe(variant, process.cases, filters) for variant in process.variants],
    }
    return frame.page(request, actor, "process.html", context, active=ACTIVE)


@require_safe
@who.for_officers
def cases(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The cases that passed an edge, or went like one case, the longest first: those that exist for the reader."""
    form, asked, names = asking.ask(request, actor)
    chosen = Chosen(*(request.GET.get(name, "")[:200] for name in ("source", "target", "like")))
    number = min(requests.number(request.GET.get("page")), paths.MOST // SIZE)
    passed, total = paths.list_passed(asked, chosen, number, SIZE)
    rows = {str(row.id): row for row in queries.list_rows(queries.scopes_of(actor), [one.case_id for one in passed])}
    context = {
        "title": "走法相同的办件" if chosen.like else _name_edge(chosen.source or None, chosen.target or None),
        "department": names.get(asked.department, ""),
        "period": form.period,
        "back": _address(_filters(form), {}, "watch:process"),
        "like": bool(chosen.like),
        "passed": [(rows[one.case_id], one.times, name_span(one.used)) for one in passed if one.case_id in rows],
        "number": number,
        "size": SIZE,
        "total": total,
        "names": names,
    }
    return frame.page(request, actor, "process_cases.html", context, active=ACTIVE)


def _name_edge(source: str | None, target: str | None) -> str:
    """收件 → 受理; one that begins or ends cases says so."""
    return (
        f"{WORDS.start if source is None else name_act(source)} → {WORDS.end if target is None else name_act(target)}"
    )


def _describe(variant: Variant, cases: int, filters: dict[str, str]) -> dict[str, Any]:
    rest = len(variant.path) - LONGEST
    return {
        "path": " → ".join(map(name_act, variant.path[:LONGEST])) + (f" ……还有{rest}个动作" if rest > 0 else ""),
        "number": variant.number,
        "share": f"{variant.number / cases:.1%}",
        "span": name_span(variant.median),
        "href": _address(filters, {"like": variant.example}),
    }


def _filters(form: asking.Ask) -> dict[str, str]:
    return {name: form.given(name) for name in form.fields if form.given(name)}


def _address(filters: dict[str, str], chosen: dict[str, str], name: str = "watch:process_cases") -> str:
    return f"{url(name)}?{urlencode(filters | chosen)}"
