"""机构: divisions, departments and halls are added; everything that bears a name is renamed and closed. Each act is on
record (`org.structure`).

For the security administrator, in their own division and those under it. No case enters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from yichuang.aggregates.refusal import Invalid
from yichuang.faces import who
from yichuang.faces.dates import read_day
from yichuang.faces.fields import choice, short
from yichuang.faces.forms import django_errors
from yichuang.faces.house import frame
from yichuang.faces.requests import or_404
from yichuang.ledger.actor import Actor
from yichuang.org import queries as org
from yichuang.org import reach, structure
from yichuang.org.kinds import CODE_KINDS, DEPARTMENT_KINDS, NAMED
from yichuang.org.rights import STRUCTURE

if TYPE_CHECKING:
    from yichuang.org.models import Department, Division, Hall, Post

ACTIVE = "house:departments"


class DivisionForm(forms.Form):
    """A county or a functional zone under the administrator's city."""

    use_required_attribute = False

    def __init__(self, data: Any, divisions: list[Division]) -> None:
        super().__init__(data)
        self.fields = {
            "code": short("行政区划代码", hint="6位数字，如 410225；没有国家代码的功能区自编，如 4102ZD"),
            "name": short("名称"),
            "level": choice("级别", [("county", "区县（市）"), ("committee", "功能区管委会")]),
            "code_kind": choice("代码来自", list(CODE_KINDS.items())),
            "mark": short("文号字头", required=False, hint="例如“兰考”；不填取名称的简称"),
        }


class DepartmentForm(forms.Form):
    """A body that may exercise items, or a government-service office."""

    use_required_attribute = False

    def __init__(self, data: Any, divisions: list[Division]) -> None:
        super().__init__(data)
        self.fields = {
            "division": choice("区划", [(d.code, d.name) for d in divisions], many=0),
            "code": short("部门代码", hint="小写拼音，如 scjg；各区县同一系统用同一个代码；政务服务办用 zwb"),
            "name": short("机关全称"),
            "short": short("简称", hint="文号里用，如“市监”"),
            "uscc": short("统一社会信用代码"),
            "kind": choice("主体性质", list(DEPARTMENT_KINDS.items())),
            "citation": short(
                "授权（委托）依据", required=False, hint="授权组织、受委托组织必填，写明法律、法规的条款"
            ),
            "phone": short("电话", required=False),
            "address": short("地址", required=False),
        }


class HallForm(forms.Form):
    """A hall with windows."""

    use_required_attribute = False

    def __init__(self, data: Any, divisions: list[Division]) -> None:
        super().__init__(data)
        self.fields = {
            "division": choice("区划", [(d.code, d.name) for d in divisions], many=0),
            "name": short("大厅名称"),
            "address": short("地址"),
            "hours": short("开放时间", required=False, hint="例如：工作日 9:00–17:00"),
            "phone": short("电话", required=False),
        }


FORMS: dict[str, tuple[str, Any]] = {
    "division": ("登记区划", DivisionForm),
    "department": ("登记部门", DepartmentForm),
    "hall": ("登记大厅", HallForm),
}


@require_http_methods(["GET", "HEAD", "POST"])
@frame.for_right(STRUCTURE)
def add(request: HttpRequest, actor: Actor, kind: str) -> HttpResponse:
    """Add a division, a department or a hall. Raises Http404 for another kind."""
    if kind not in FORMS:
        raise Http404(kind)
    title, make = FORMS[kind]
    divisions = [d for d in reach.list_divisions(actor) if d.last_day is None]
    form: forms.Form = make(request.POST if request.method == "POST" else None, divisions)
    if request.method == "POST" and form.is_valid():
        try:
            row = structure.add_named(kind, form.cleaned_data, actor)
        except Invalid as error:
            beside = {"exists": "name", "code-kind": "code_kind", "no-citation": "citation", "closed": "division"}
            frame.refuse(form, error, beside | {name: name for name in form.fields}, "name")
        else:
            messages.success(request, f"已登记{row.name}。")
            return redirect("house:change", kind, row.pk)
    errors = django_errors(form)
    context = {"title": title, "kind": kind, "form": form, "errors": errors, "has_errors": bool(errors)}
    return frame.page(request, actor, "add.html", context, active=ACTIVE, status=422 if errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@frame.for_right(STRUCTURE)
def change(request: HttpRequest, actor: Actor, kind: str, ref: str) -> HttpResponse:
    """One of these with its former names; POST renames it from today on."""
    row = reach.find_named(actor, kind, ref)
    if row is None:
        raise Http404(ref)
    if request.method == "POST":
        try:
            structure.rename(row, request.POST.get("name", ""), actor, short=request.POST.get("short", ""))
        except Invalid as error:
            messages.error(request, error.message)
        else:
            messages.success(request, f"已更名为{row.name}，自今日起使用。")
            return redirect("house:change", kind, ref)
    context = {
        "title": row.name,
        "kind": kind,
        "kind_name": NAMED[kind],
        "row": row,
        "former": structure.list_former_names(row),
        "today": who.seated(request).day,
        "back": _back(kind, row),
        "halls": _halls(kind, row),
    }
    return frame.page(request, actor, "change.html", context, active=ACTIVE, status=422 if request.POST else 200)


@require_POST
@frame.for_right(STRUCTURE)
def close(request: HttpRequest, actor: Actor, kind: str, ref: str) -> HttpResponse:
    """Set its last day of service, or take back one that has not come."""
    if kind == "officer":
        raise Http404(kind)
    row = cast("Division | Department | Hall | Post", or_404(reach.find_named(actor, kind, ref)))
    last, undo = request.POST.get("last_day", ""), request.POST.get("undo") == "yes"
    try:
        if not last and not undo:
            raise Invalid("empty", "请填写最后一天；要取消撤销的，请按“取消撤销”。")
        structure.close_unit(row, None if undo else read_day(last), actor)
    except Invalid as error:
        messages.error(request, error.message)
    else:
        words = f"{row.name}到{row.last_day}为止，此后撤销。" if row.last_day else f"{row.name}的撤销已取消。"
        messages.success(request, words)
    return redirect("house:change", kind, ref)


@require_POST
@frame.for_right(STRUCTURE)
def move(request: HttpRequest, actor: Actor, ref: str) -> HttpResponse:
    """Let a post sit in another hall of its division."""
    row = or_404(reach.find_post(actor, ref))
    chosen = request.POST.get("hall", "")
    hall = org.find_hall(int(chosen)) if chosen.isdecimal() and len(chosen) < 10 else None
    try:
        structure.move_post(row, hall, actor)
    except Invalid as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{row.name}{'设在' + hall.name if hall else '不再写明大厅'}。")
    return redirect("house:change", "post", ref)


def _back(kind: str, row: reach.Named) -> tuple[str, str]:
    """Where its page lies: (words, address)."""
    if kind in ("post", "officer"):
        return row.name, reverse(f"house:{kind}", args=[row.pk])
    if kind == "department":
        return row.name, reverse("house:department", args=str(row.pk).split("/"))
    division = row.pk if kind == "division" else cast("Hall", row).division_id
    return "机构、岗位与人员", f"{reverse('house:departments')}?division={division}"


def _halls(kind: str, row: reach.Named) -> list[Hall]:
    """The halls a post may sit in."""
    return reach.list_halls(cast("Post", row).department.division_id, open_only=True) if kind == "post" else []
