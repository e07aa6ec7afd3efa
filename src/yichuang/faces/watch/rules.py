"""监察规则: the catalogue of rules, what each has found and where it cannot see. No rule is changed here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.faces import who
from yichuang.faces.watch import frame
from yichuang.ledger.actor import Actor
from yichuang.supervision.findings import Standing, catalogue
from yichuang.supervision.rules.rule import Status


@require_safe
@who.for_officers
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Rules that judge, with what stands of them; those that wait, with what they wait for."""
    frame.only_watchers(actor)
    standing = catalogue(actor)
    live = [one for one in standing if one.rule.status is Status.LIVE]
    imported = [one.rule for one in standing if one.rule.status is Status.IMPORT_ONLY]
    context = {
        "title": "监察规则",
        "live": [(one, settings(one)) for one in live],
        "imported": imported,
        "waiting": [one.rule for one in standing if one.rule.status is Status.WAITING],
        "open": sum(one.open for one in live),
        "failing": sum(one.failing > 0 for one in live),
    }
    return frame.page(request, actor, "rules.html", context, active="watch:rules")


def settings(one: Standing) -> list[str]:
    """The parameters with their current values: 环节最短用时：60秒."""
    return [f"{p.label}：{one.parameters[name]}{p.unit}" for name, p in one.rule.parameters.items()]
