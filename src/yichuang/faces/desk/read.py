"""Reading what was handed in beside the criteria: the files one below the other, what each must meet, and beside them
the acts that follow, so that what is being written stays while one reads on.

Pictures and PDF are shown by the browser, each fetched when it comes near; another kind of file is saved. Each look at
a file is on record.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.aggregates.prepare import new_command_id
from yichuang.cases import looking
from yichuang.faces import frame, who
from yichuang.faces.desk import case
from yichuang.faces.opening import ask_reason
from yichuang.faces.telling import clock_of
from yichuang.ledger.actor import Actor
from yichuang.people.face import CasePart

# The acts that reading leads to
_FOLLOW = ("accept", "ask_correction", "decline", "conclude", "send_back", "decide")


@require_safe
@who.for_officers
def page(request: HttpRequest, actor: Actor, case_id: uuid.UUID) -> HttpResponse:
    """The files of the materials, with the acts of the reader."""
    sight = case.see(request, actor, case_id)
    shown = sight.view
    if first := ask_reason(request, actor, shown.row, CasePart.FILES):
        return first
    looking.trace_case(actor, case_id)
    acts = [act for act in case.acts_of(sight) if act["key"].partition("-")[0] in _FOLLOW]
    mine = {offer.step for offer in shown.offers if offer.step and offer.allowed}
    context = {
        "title": f"看材料 · {shown.row.title}",
        "view": shown,
        "materials": [line | {"shown": _list_files(line)} for line in case.materials(shown)],
        "steps": [step for step in shown.standard.steps if step.code in mine and step.task],
        "acts": acts,
        "seq": sight.seq,
        "command_id": new_command_id,
        "clocks": [clock_of(clock) for clock in shown.clocks if clock.live],
    }
    return frame.page(request, actor, "read.html", context)


def _list_files(line: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The files of a material: name, address, and how it is shown (picture, pdf or other)."""
    kinds = {href: "picture" for href in line["pictures"]}
    return [
        (name, href, kinds.get(href, "pdf" if name.lower().endswith(".pdf") else "other"))
        for name, href in line["files"]
    ]
