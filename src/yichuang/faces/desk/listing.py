"""审批事项清单 at the desk: the items of the division, what each is now, and where the office begins."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.catalog.listing.queries import PAGE, ItemFilter, find_items
from yichuang.catalog.listing.state import Stage
from yichuang.faces import frame, who
from yichuang.faces.fields import FindForm
from yichuang.faces.requests import number
from yichuang.ledger.actor import Actor
from yichuang.org.queries import names_of_departments

PLACE = ("desk:list", "")


class Find(FindForm):
    """Search and filters; all optional."""

    q = forms.CharField(label="事项名称（含原名）或编码", required=False, max_length=60)
    department = forms.ChoiceField(label="实施部门", required=False)
    stage = forms.ChoiceField(label="状态", required=False)

    def __init__(self, data: Any, departments: dict[str, str]) -> None:
        super().__init__(data)
        self.offer("department", [*departments.items()])
        self.offer("stage", [(stage.value, stage.label) for stage in Stage if stage is not Stage.NEW])


@require_safe
@who.for_officers
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list, page by page. Three statements."""
    if actor.post_kind not in frame.LIST_READERS:
        raise PermissionDenied("清单由政务服务办、监察岗位和部门负责人在工作台查看；公开的清单和变动在“公开”栏目。")
    names = names_of_departments([actor.division])
    form = Find(request.GET, names)
    form.full_clean()
    given = {name: form.cleaned_data.get(name, "") for name in ("department", "stage")}
    filter = ItemFilter(text=form.cleaned_data.get("q", ""), **given)
    found = find_items(actor.division, filter, number(request.GET.get("page")))
    context = {
        "title": "审批事项清单",
        "rows": [(item, Stage(item.stage)) for item in found.rows],
        "found": found,
        "size": PAGE,
        "form": form,
        "tags": form.tags(),
        "names": names,
        "keeps": actor.post_kind == "office",
    }
    return frame.page(request, actor, "list.html", context, active=PLACE)
