"""大厅和窗口 at the desk: the halls of the division, their rates, and the way to arrange them (3.4a, 3.4b)."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.faces import frame, who
from yichuang.faces.requests import or_404
from yichuang.hall.declared import HALL
from yichuang.hall.lists import read_halls
from yichuang.hall.load import DAYS, read_load
from yichuang.hall.queries import list_unarranged
from yichuang.ledger.actor import Actor


@require_safe
@who.for_officers
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The halls of the division with what is missing in them. Eight statements besides the frame's."""
    if actor.post_kind not in frame.HALL_READERS:
        raise PermissionDenied("大厅和窗口由政务服务办设置；窗口、辅导和监察岗位可以查看。")
    context = {
        "title": "大厅和窗口",
        "standing": read_halls(actor.division),
        "unarranged": list_unarranged(actor.division),
        "arranges": actor.post_kind == "office",
    }
    return frame.page(request, actor, "halls.html", context, active=(frame.HALLS, ""))


@require_safe
@who.for_officers
def load(request: HttpRequest, actor: Actor, id: uuid.UUID) -> HttpResponse:
    """How busy a hall of the division was in the last weeks. Two statements besides the frame's."""
    hall = or_404(HALL.find(actor, id))
    today = who.today()
    first = today - timedelta(days=DAYS - 1)
    context = {
        "title": f"{hall.name}忙闲情况",
        "hall": hall,
        "load": read_load(hall.pk, first, today),
        "first": first,
        "today": today,
    }
    return frame.page(request, actor, "hall_load.html", context, active=(frame.HALLS, ""))
