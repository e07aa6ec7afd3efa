"""咨询辅导 at the desk: what waits for the department's counsellors first, and taking a question of somebody who came
(3.4d, 3.4e).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from yichuang.aggregates.prepare import new_command_id
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.catalog.queries import list_standards
from yichuang.faces import frame, who
from yichuang.faces.act_form import ActForm, Failed
from yichuang.faces.fields import choice, short, text
from yichuang.faces.guidance import SHOWN
from yichuang.faces.naming import NUMBER_TYPES
from yichuang.faces.requests import STATUS, number, posted_id
from yichuang.faces.shown import begun_id, carry_out
from yichuang.guidance.acts import POST
from yichuang.guidance.lists import PAGE, list_guidances
from yichuang.guidance.state import TOPICS, GuidanceStage
from yichuang.ledger.actor import Actor
from yichuang.org.queries import get_calendar, names_of_departments

TAKE = SHOWN.acts["take"]


class TakeForm(ActForm):
    """Who came, by the number on their document, and what they ask of which item."""

    def __init__(self, items: list[tuple[str, str]], data: Any = None) -> None:
        self.items = items
        super().__init__(TAKE, data=data)

    def build(self) -> dict[str, forms.Field]:
        asks = TAKE.asks
        return {
            "type": choice("证件种类", NUMBER_TYPES, many=2),
            "number": short("证件号码"),
            "name": short("姓名或单位名称"),
            "item": choice(
                "事项和办理情形", self.items, hint="不知道情形的只选事项：有的情形才交的材料，告知单就不作判断。"
            ),
            "topic": choice(asks["topic"].label, list(TOPICS.items())),
            "words": text(asks["words"].label, hint=f"最多{asks['words'].most}个字。"),
        }

    def content(self) -> dict[str, Any]:
        content = super().content()
        item, _, situation = content["item"].partition(":")
        return content | {"item": item} | ({"situation": situation} if situation else {})


def _list_matters(actor: Actor) -> Iterator[tuple[str, str]]:
    """What can be asked about: the items of the department, each alone and in its situations."""
    for standard in list_standards(actor.division, actor.department):
        item = f"{standard.division}/{standard.item}"
        yield item, standard.name
        if len(standard.situations) > 1:
            yield from ((f"{item}:{known.code}", f"{standard.name}（{known.name}）") for known in standard.situations)


@require_safe
@who.for_officers
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The guidances of the department or the division, with the working days left. Four statements."""
    if actor.post_kind not in frame.GUIDANCE_READERS:
        raise PermissionDenied("咨询辅导由各部门的辅导员办理，本部门负责人、政务服务办和监察岗位可以查看。")
    waiting = request.GET.get("all") != "1"
    listed = list_guidances(actor, number(request.GET.get("page")), waiting=waiting)
    today, calendar = who.today(), get_calendar()
    rows = [
        (row, GuidanceStage(row.stage), TOPICS[row.topic], calendar.count(today, row.due_on) if row.due_on else 0)
        for row in listed.rows
    ]
    context = {
        "title": "咨询辅导",
        "rows": rows,
        "listed": listed,
        "per_page": PAGE,
        "waiting": waiting,
        "counsels": actor.post_kind == POST,
        "departments": names_of_departments([actor.division]),
        "today": today,
    }
    return frame.page(request, actor, "guidance.html", context, active=(frame.GUIDANCE, ""))


@require_http_methods(["GET", "HEAD", "POST"])
@who.for_officers
def take(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take a question of somebody who came; it is answered on the page it then has."""
    if actor.post_kind != POST:
        raise PermissionDenied("现场咨询由各部门的辅导员接待。")
    items = list(_list_matters(actor))
    form, failed = TakeForm(items), None
    if request.method == "POST":
        form = TakeForm(items, request.POST)
        failed = Failed(form)
        if form.is_valid():
            try:
                command_id = posted_id(request)
                carry_out(SHOWN, begun_id(command_id), TAKE, form.content(), actor, command_id=command_id)
            except Refused as refused:
                form.refuse(refused)
                failed = Failed(form, refused)
            else:
                messages.success(request, "已记录，请答复。")
                return redirect("lives:life", "guidance", begun_id(command_id))
    context = {"title": "现场接待咨询", "form": form, "failed": failed, "command_id": new_command_id}
    status = STATUS[failed.refused.kind if failed.refused else Kind.INPUT] if failed else 200
    context |= {"has_errors": failed is not None, "department": names_of_departments([actor.division])}
    return frame.page(request, actor, "guidance_take.html", context, status=status, active=(frame.GUIDANCE, ""))
