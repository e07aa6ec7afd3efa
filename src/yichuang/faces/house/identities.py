"""身份核实: where an identity service tells of a person something else than is on record, the security administrator
decides which holds. Lists are masked; opening one shows both whole, on record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from yichuang.aggregates.refusal import Invalid
from yichuang.cases import looking
from yichuang.faces.house import frame
from yichuang.faces.requests import or_404
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import record
from yichuang.org import queries as org
from yichuang.people import identity
from yichuang.people import queries as people
from yichuang.people.face import mask_name, mask_number
from yichuang.people.kinds import ID_TYPES
from yichuang.people.rights import IDENTITIES

if TYPE_CHECKING:
    from yichuang.people.models import IdentityQuestion

ACTIVE = "house:identities"
MOST = 100  # rows shown


@require_safe
@frame.for_right(IDENTITIES)
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Open questions, oldest first, then the newest decisions."""
    waiting, decided = people.list_questions(MOST)
    context = {
        "title": "身份核实",
        "waiting": [(q, mask_name(q.subject.name), mask_number(q.subject.id_number)) for q in waiting],
        "decided": [(q, mask_name(q.subject.name)) for q in decided],
        "names": org.names_of({q.decided_by for q in decided}),
    }
    return frame.page(request, actor, "identities.html", context, active=ACTIVE)


@require_http_methods(["GET", "HEAD", "POST"])
@frame.for_right(IDENTITIES)
def question(request: HttpRequest, actor: Actor, question_id: int) -> HttpResponse:
    """One question with both sides whole, which is recorded as looked at; POST decides."""
    row = or_404(people.find_question(question_id))
    if request.method == "POST":
        try:
            identity.decide_question(row, request.POST.get("decision", ""), actor)
        except Invalid as error:
            messages.error(request, error.message)
            return redirect("house:identity", row.pk)
        messages.success(request, "已决定并记账。请本人再用统一身份认证登录。")
        return redirect(ACTIVE)
    if row.decided_at is not None:
        return redirect(ACTIVE)
    record(f"people/subject/{row.subject_id}", "identity_looked_at", {"question": row.pk}, actor)
    looking.trace_person(actor, row.subject_id, "identity_looked_at")
    context = {"title": row.get_kind_display(), "row": row, "sides": _sides(row)}
    return frame.page(request, actor, "identity.html", context, active=ACTIVE)


def _sides(row: IdentityQuestion) -> list[tuple[Any, ...]]:
    """What, on record, as the service says, and whether they differ."""
    subject = row.subject
    return [
        ("姓名", subject.name, row.name, subject.name != row.name),
        ("证件种类", _type(subject.id_type), _type(row.id_type), subject.id_type != row.id_type),
        ("证件号码", subject.id_number, row.id_number, subject.id_number != row.id_number),
    ]


def _type(code: str) -> str:
    return ID_TYPES.get(code, code)
