"""监察规则: the catalogue of rules, what each has found and where it cannot see. No rule is changed here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.faces import who
from yichuang.faces.watch import frame
from yichuang.ledger.actor import Actor
from yichuang.supervision.findings import Standing, catalogue
from yichuang.supervision.own.queries import list_own_rules
from yichuang.supervision.rights import OWN_RULES
from yichuang.supervision.rules.rule import Status


@require_safe
@who.for_officers
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Rules that judge, with what stands of them; those that wait, with what they wait for."""
    frame.only_watchers(actor)
    standing = catalogue(actor)
    live = [standing_rule for standing_rule in standing if standing_rule.rule.status is Status.LIVE]
    context = {
        "title": "监察规则",
        "live": [(standing_rule, settings(standing_rule)) for standing_rule in live],
        "waiting": [standing_rule.rule for standing_rule in standing if standing_rule.rule.status is Status.WAITING],
        "open": sum(standing_rule.open for standing_rule in live),
        "own": list_own_rules(actor),
        "writes": OWN_RULES.may(actor),
        "failing": sum(standing_rule.failing > 0 for standing_rule in live),
    }
    return frame.page(request, actor, "rules.html", context, active="watch:rules")


def settings(standing_rule: Standing) -> list[str]:
    """The parameters with their current values: 环节最短用时：60秒."""
    return [f"{p.label}：{standing_rule.parameters[name]}{p.unit}" for name, p in standing_rule.rule.parameters.items()]
