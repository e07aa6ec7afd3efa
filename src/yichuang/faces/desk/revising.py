"""规程编制 at the desk: the revisions of standards that the reader works on or examines, and where one begins."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.catalog.revising.declared import DRAFTERS
from yichuang.catalog.revising.queries import MINE, PAGE, RevisionFilter, find_revisions
from yichuang.catalog.revising.state import Stage
from yichuang.faces import frame, who
from yichuang.faces.fields import FindForm
from yichuang.faces.requests import number
from yichuang.ledger.actor import Actor
from yichuang.org.queries import names_of_departments


class Find(FindForm):
    """Search and filters; all optional."""

    q = forms.CharField(label="事项名称或编码", required=False, max_length=60)
    department = forms.ChoiceField(label="实施部门", required=False)
    stage = forms.ChoiceField(label="状态", required=False)
    turn = forms.ChoiceField(label="等谁", required=False)

    def __init__(self, data: Any, departments: dict[str, str]) -> None:
        super().__init__(data)
        self.offer("department", [*departments.items()])
        self.offer("stage", [(stage.value, stage.label) for stage in Stage if stage is not Stage.NEW])
        self.offer("turn", [(MINE, "我的岗位"), *((stage.value, stage.turn) for stage in Stage if stage.turn)])
        if len(departments) < 2:
            del self.fields["department"]


@require_safe
@who.for_officers
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list, page by page: what waits for the reader first. Five statements."""
    if actor.post_kind not in frame.REVISION_READERS:
        raise PermissionDenied(
            "规程编制由实施部门的审查岗和负责人、政务服务办和监察岗位查看；施行的规程在“规程工作室”公开。"
        )
    names, drafts = names_of_departments([actor.division]), actor.post_kind in DRAFTERS
    form = Find(request.GET, {} if drafts else names)
    form.full_clean()
    given = {name: form.cleaned_data.get(name, "") for name in ("department", "stage", "turn")}
    filter = RevisionFilter(text=form.cleaned_data.get("q", ""), **given)
    found = find_revisions(actor, filter, number(request.GET.get("page")))
    context = {
        "title": "规程编制",
        "rows": [(row, Stage(row.stage)) for row in found.rows],
        "found": found,
        "size": PAGE,
        "form": form,
        "tags": form.tags(),
        "names": names,
        "begins": drafts,
    }
    return frame.page(request, actor, "revisions.html", context, active=(frame.REVISIONS, ""))
