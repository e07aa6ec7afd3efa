"""What other systems reported of a case, beside our own acts (4.1e): claimed time, received time, version."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.cases import queries
from yichuang.exchange.queries import list_reports_of_case
from yichuang.faces import frame, who
from yichuang.faces.opening import check_level
from yichuang.ledger.actor import Actor
from yichuang.people.face import HIDE, CasePart
from yichuang.supervision.reported import ACTS


@require_safe
@who.for_officers
def page(request: HttpRequest, actor: Actor, case_id: uuid.UUID) -> HttpResponse:
    """The reports that name this case by either of its numbers. Raises Http404 for a case not visible."""
    row = queries.visible(actor, case_id)
    if row is None or check_level(actor, row, CasePart.COURSE) == HIDE:
        raise Http404(case_id)
    context = {
        "title": "其他系统报送",
        "row": row,
        "reports": list(list_reports_of_case(row.number, row.receipt)),
        "labels": ACTS,
    }
    return frame.page(request, actor, "reports.html", context)
