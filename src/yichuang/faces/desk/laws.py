"""法规库 at the desk: what changes of laws ask of the department, and where the legal desk keeps the register."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.catalog.laws.citing import name_line
from yichuang.catalog.laws.queries import list_laws, list_open_tasks
from yichuang.catalog.laws.reading import stand_of
from yichuang.catalog.laws.state import Cause
from yichuang.faces import frame, who
from yichuang.ledger.actor import Actor
from yichuang.org.queries import city_code, names_of_departments


@require_safe
@who.for_officers
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The open tasks, then the register. Four statements."""
    if actor.post_kind not in frame.LAW_READERS:
        raise PermissionDenied("法规变动的任务由部门审查岗和负责人、政务服务办和监察岗位查看；公开的法规库在“公开”。")
    tasks, today = list_open_tasks(actor), who.today()
    context = {
        "title": "法规库",
        "tasks": [(task, Cause(task.row.cause), [name_line(line) for line in task.row.lines]) for task in tasks],
        "names": names_of_departments({task.row.division for task in tasks}) if tasks else {},
        "laws": [(law, stand_of(law, today)) for law in list_laws()],
        "keeps": actor.post_kind == "office" and actor.division == city_code(),
    }
    return frame.page(request, actor, "laws.html", context, active=(frame.LAWS, ""))
