"""规程编制 at the desk: the revisions of standards that the reader works on or examines, and where one begins."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.catalog.revising.declared import DRAFTERS
from yichuang.catalog.revising.queries import list_revisions
from yichuang.catalog.revising.state import Stage
from yichuang.faces import frame, who
from yichuang.ledger.actor import Actor
from yichuang.org.queries import names_of_departments

MOST = 200  # rows of the page


@require_safe
@who.for_officers
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list: what waits for the reader first. Two statements."""
    if actor.post_kind not in frame.REVISION_READERS:
        raise PermissionDenied(
            "规程编制由实施部门的审查岗和负责人、政务服务办和监察岗位查看；施行的规程在“规程工作室”公开。"
        )
    rows = list(list_revisions(actor)[: MOST + 1])
    context = {
        "title": "规程编制",
        "rows": [(row, Stage(row.stage)) for row in rows[:MOST]],
        "more": len(rows) > MOST,
        "names": names_of_departments([actor.division]),
        "begins": actor.post_kind in DRAFTERS,
    }
    return frame.page(request, actor, "revisions.html", context, active=(frame.REVISIONS, ""))
