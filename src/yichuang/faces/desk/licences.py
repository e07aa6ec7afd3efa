"""证照: the licences that a post may see, by number, holder, item and state; those that expire soon, and those under
revocation. What is done to one is done on its own page.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.catalog import search
from yichuang.faces import frame, requests, who
from yichuang.faces.fields import FindForm
from yichuang.faces.licence_words import names_of_holders
from yichuang.ledger.actor import Actor
from yichuang.licences.core.state import Stage
from yichuang.licences.queries import COUNTED, PAGE, LicenceFilter, find_licences, read_contents

PLACE = ("desk:licences", "")
SOON = {"30": "30 天内到期", "90": "90 天内到期", "180": "180 天内到期"}
REVOKING = "revoking"


class Find(FindForm):
    """Search and filters; all optional."""

    q = forms.CharField(label="证照编号或持证人", required=False, max_length=60)
    item = forms.ChoiceField(label="事项", required=False)
    stage = forms.ChoiceField(label="状态", required=False)
    watch = forms.ChoiceField(label="关注", required=False)

    def __init__(self, data: Any, entries: tuple[search.ListedItem, ...]) -> None:
        super().__init__(data)
        self.offer("item", [(e.item, e.name) for e in entries])
        self.offer("stage", [(s.value, s.label) for s in Stage if s is not Stage.NEW])
        self.offer("watch", [*SOON.items(), (REVOKING, "撤销（撤回）程序正在进行")])


@require_safe
@who.for_officers
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list: a department's own, or all of the division for a window and for who watches."""
    if actor.post_kind not in frame.LICENCE_READERS:
        raise PermissionDenied("证照由综合窗口、作出决定的部门和监察岗位查看。如您有该岗位，请先切换岗位。")
    form = Find(request.GET, search.list_entries(actor.division))
    form.full_clean()
    given = form.cleaned_data
    watch = given.get("watch", "")
    wanted = LicenceFilter(
        text=given.get("q", ""),
        item=given.get("item", ""),
        stage=given.get("stage", ""),
        days=int(watch) if watch in SOON else 0,
        proceeding=watch == REVOKING,
    )
    found = find_licences(actor, wanted, who.seated(request).day, requests.number(request.GET.get("page")))
    contents, names = read_contents(found.held), names_of_holders(found.held, actor)
    context = {
        "title": "证照",
        "found": found,
        "rows": [(held, contents[held.id].place, names[held.id]) for held in found.held],
        "total": f"{found.total}张" if found.exact else f"超过{COUNTED}张",
        "form": form,
        "tags": form.tags(),
        "size": PAGE,
    }
    return frame.page(request, actor, "licences.html", context, active=PLACE)
