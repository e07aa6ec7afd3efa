"""审批事项清单 at the desk: the items of the division, what each is now, and where the office begins."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.catalog.listing.queries import list_items
from yichuang.catalog.listing.state import Stage
from yichuang.faces import frame, who
from yichuang.ledger.actor import Actor
from yichuang.org.queries import names_of_departments

PLACE = ("desk:list", "")


@require_safe
@who.for_officers
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list. Two statements."""
    if actor.post_kind not in frame.LIST_READERS:
        raise PermissionDenied("清单由政务服务办、监察岗位和部门负责人在工作台查看；公开的清单和变动在“公开”栏目。")
    items = list_items(actor.division)
    context = {
        "title": "审批事项清单",
        "rows": [(item, Stage(item.stage)) for item in items],
        "names": names_of_departments([actor.division]),
        "counted": sum(item.stage != Stage.ENDED and not item.part_of for item in items),
        "keeps": actor.post_kind == "office",
    }
    return frame.page(request, actor, "list.html", context, active=PLACE)
