"""Views of the studio: published standards, one standard whole, its flow as BPMN 2.0, its document as JSON."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yichuang.cases.core.decide import POST_LABELS
from yichuang.catalog import bpmn, checker, queries, search
from yichuang.catalog.standard import Standard
from yichuang.faces.guide import guide
from yichuang.faces.place import choose_division
from yichuang.faces.studio.versions import list_changes, list_version_lines
from yichuang.people.mfa import is_demo_store
from yichuang.supervision.rules.catalogue import blind
from yichuang.supervision.rules.rule import Rule

if TYPE_CHECKING:
    from yichuang.catalog.models import Published


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, f"studio/{name}", {"demo": is_demo_store(), **context})


def _published(division: str, item: str, version: int | None) -> Published:
    key = queries.current_key(division, item) if version is None else f"{division}/{item}/{version}"
    row = queries.find_published(key)
    if row is None:
        raise Http404("没有这一版已发布的标准")
    return row


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every standard in force in a division."""
    places = search.list_divisions()
    division = choose_division(request.GET.get("at"), places)
    rows = queries.list_current(division)
    return _page(
        request, "index.html", {"title": "已发布的办事规程", "rows": rows, "places": places, "division": division}
    )


@require_safe
def standard(request: HttpRequest, division: str, item: str, version: int | None = None) -> HttpResponse:
    """A published version, the one in force without a number."""
    row = _published(division, item, version)
    rules = queries.standard(row.key)
    findings = checker.list_findings(rules)
    pointed = {point.rule for point in rules.points}
    notes = {part: [f for f in findings if f.part is part] for part in checker.StandardPart}
    versions, former = list_version_lines(division, item), queries.former_key(row)
    context = {
        "title": rules.name,
        "row": row,
        "s": rules,
        "parts": [(part, not any(f.blocks for f in notes[part]), notes[part]) for part in checker.StandardPart],
        "steps": _steps(rules),
        "fields": sum(len(section.fields) for section in rules.form.sections),
        "roles": Counter(m.role.value for m in rules.materials),
        "guide": guide(rules),
        "blind": blind(pointed),
        "lost": _lost(former, pointed),
        "versions": versions,
        "waits": next(line.waits for line in versions if line.version == row.version),
        "former": former,
        "changes": list_changes(row, former),
        "here": (division, item, row.version),
    }
    return _page(request, "standard.html", context)


def _lost(former: str | None, pointed: set[str]) -> list[Rule]:
    """The rules that the version before was seen by and this one is not, for want of a supervision point (3.2g)."""
    seen = {point.rule for point in queries.standard(former).points} if former else set()
    return [rule for rule in blind(pointed) if rule.code in seen]


def _steps(rules: Standard) -> list[dict[str, Any]]:
    names = {s.code: s.name for s in rules.steps}
    return [
        {
            "step": step,
            "kind": step.kind.label,
            "post": POST_LABELS[step.post],
            "after": "、".join(names[a] for a in step.after) or "受理",
        }
        for step in rules.steps
    ]


@require_safe
def flow(request: HttpRequest, division: str, item: str, version: int) -> HttpResponse:
    """The flow as BPMN 2.0 XML, derived from the published steps."""
    row = _published(division, item, version)
    return HttpResponse(bpmn.write_bpmn(queries.standard(row.key)), content_type="application/xml; charset=utf-8")


@require_safe
def document(request: HttpRequest, division: str, item: str, version: int) -> HttpResponse:
    """The published document itself: the canonical JSON whose SM3 digest is on record."""
    row = _published(division, item, version)
    return HttpResponse(row.document, content_type="application/json; charset=utf-8")
