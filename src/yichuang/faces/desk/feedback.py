"""评价和投诉 at the desk: bad ratings and complaints that wait for the reader first (3.5i)."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.faces import frame, who
from yichuang.faces.requests import number
from yichuang.feedback.complaint import KINDS, ComplaintStage
from yichuang.feedback.lists import PAGE, list_complaints, list_ratings
from yichuang.feedback.rating import RatingLevel, RatingStage
from yichuang.ledger.actor import Actor
from yichuang.org.queries import names_of_departments


@require_safe
@who.for_officers
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Both lists, each with its own pages. Six statements."""
    if actor.post_kind not in frame.FEEDBACK_READERS:
        raise PermissionDenied("评价和投诉由被评价的部门、政务服务办和监察岗位办理；各单位的数量在“公开”里。")
    ratings = list_ratings(actor, number(request.GET.get("page")), bad=request.GET.get("all") != "1")
    complaints = list_complaints(actor, number(request.GET.get("complaints")))
    context = {
        "title": "评价和投诉",
        "every": request.GET.get("all") == "1",
        "ratings": [(row, RatingStage(row.stage), RatingLevel(row.level)) for row in ratings.rows],
        "rated": ratings,
        "complaints": [(row, ComplaintStage(row.stage), KINDS[row.kind]) for row in complaints.rows],
        "complained": complaints,
        "per_page": PAGE,
        "departments": names_of_departments([actor.division]),
        "today": who.today(),
    }
    return frame.page(request, actor, "feedback.html", context, active=(frame.FEEDBACK, ""))
