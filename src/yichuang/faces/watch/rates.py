"""三率: the three rates of the reader's divisions on a day, what is missing by name, and what is left out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yichuang.aggregates.refusal import Refused
from yichuang.catalog import queries as catalog
from yichuang.faces import who
from yichuang.faces.fields import choice, day_field, text
from yichuang.faces.forms import django_errors
from yichuang.faces.watch import frame
from yichuang.faces.web import day as told
from yichuang.ledger.actor import Actor
from yichuang.org import queries as org
from yichuang.supervision import exclusions, rates
from yichuang.supervision.exclusions import KINDS, LONGEST, REASONS
from yichuang.supervision.rates import Rate, Share
from yichuang.supervision.reach import Reach, reach_of
from yichuang.supervision.rights import EXCLUSIONS

if TYPE_CHECKING:
    from yichuang.supervision.models import Exclusion

ACTIVE = "watch:rates"
COURSE = 30  # days of the chart
SHOWN = 100  # names listed
RAISES = {
    Rate.NETWORK: "给该部门的岗位任命人员，或者登记对接其业务系统。",
    Rate.USAGE: "这些申请到本平台立案办理；已经在本平台办的，报送时写明办件编号。",
    Rate.ONLINE: "在办事规程里开通网上申报，公布新版。",
}


class Ask(forms.Form):
    """Which day, and which division."""

    use_required_attribute = False
    day = day_field("日期", required=False)
    division = forms.ChoiceField(label="区划", required=False)

    def __init__(self, data: Any, divisions: dict[str, str], today: date) -> None:
        super().__init__(data)
        self.today = today
        field = self.fields["division"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "全部"), *divisions.items()]

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day and day > self.today:
            raise forms.ValidationError("日期不能晚于今天。")
        return day


@require_safe
@who.for_officers
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The rates on a day, their course, and by name what keeps them below 100 %."""
    frame.only_watchers(actor)
    today = who.seated(request).day
    reach = reach_of(actor)
    divisions = org.names_of_divisions(reach.divisions)
    form = Ask(request.GET, divisions, today)
    valid = form.is_valid()
    day = (form.cleaned_data.get("day") if valid else None) or today
    place = form.cleaned_data.get("division", "") if valid else ""
    whose = Reach((place,), reach.department) if place else reach
    single = bool(place) or len(divisions) == 1
    days = rates.window()
    shares = rates.on(day, whose, days)
    course = rates.course(day, COURSE, whose, days)
    names = org.names_of_departments(whose.divisions)
    excluded = list(exclusions.of(whose.divisions))
    errors = django_errors(form)
    context = {
        "title": "三率",
        "form": form,
        "day": day,
        "days": days,
        "rates": list(Rate),
        "raises": RAISES,
        "total": shares.total(),
        "divisions": []
        if single
        else [(name, code, shares.divisions.get(code, {})) for code, name in divisions.items()],
        "departments": sorted(shares.departments.items()) if single else [],
        "missing": {rate: [gap for gap in shares.missing if gap.rate is rate] for rate in Rate},
        "shown": SHOWN,
        "names": names,
        "places": divisions,
        "course": _option(course),
        "rows": [[told(on), *(share[rate].percent for rate in Rate)] for on, share in reversed(course.items())],
        "excluded": _named(excluded, names),
        "setters": org.names_of({row.set_by for row in excluded} | {row.ended_by for row in excluded}),
        "kinds": KINDS,
        "reasons": REASONS,
        "own": actor.division if EXCLUSIONS.may(actor) else "",
        "nothing": Share(),
        "errors": errors,
        "has_errors": bool(errors),
    }
    return frame.page(request, actor, "rates.html", context, active=ACTIVE, status=422 if errors else 200)


def _option(course: dict[date, dict[Rate, Share]]) -> dict[str, Any]:
    """Three lines over the days, in per cent; a day on which nothing was due is a gap."""
    return {
        "legend": {},
        "xAxis": {"type": "category", "data": [f"{day.month}-{day.day}" for day in course]},
        "yAxis": {"type": "value", "max": 100, "scale": True, "axisLabel": {"formatter": "{value}%"}},
        "series": [
            {
                "type": "line",
                "name": rate.label,
                "symbol": symbol,
                "data": [None if (n := of[rate].per_mille) is None else n / 10 for of in course.values()],
            }
            for rate, symbol in zip(Rate, ("circle", "rect", "triangle"), strict=True)
        ],
    }


def _named(rows: Sequence[Exclusion], departments: dict[str, str]) -> list[tuple[Exclusion, str]]:
    """The exclusions with the names of what they leave out. At most one statement."""
    names = catalog.names_of_items([row.item for row in rows if row.item])
    return [(row, departments.get(row.department) or names.get((row.division, row.item), row.item)) for row in rows]


# --- what is left out -------------------------------------------------------------------------------------------------


class ExclusionForm(forms.Form):
    """What is to be left out, why, on what basis, from when on."""

    use_required_attribute = False
    kind = choice("例外的是", list(KINDS.items()))
    department = choice("部门", [], required=False, hint="例外的是部门时选择；该部门的办件和事项也不计。")
    item = choice("事项", [], required=False, hint="例外的是事项时选择。")
    reason = choice("原因", list(REASONS.items()))
    basis = text(
        "依据", hint=f"法律法规的条款，或者定密、批准的文号；最多{LONGEST}个字，公开给监察人员。不写涉密内容。"
    )
    first_day = day_field("自何日起不计", hint="今天或者以后；过去的三率不改。")

    def __init__(self, departments: dict[str, str], items: dict[str, str], data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        for name, choices in (("department", departments), ("item", items)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", "请选择"), *choices.items()]
            field.widget = forms.Select(choices=field.choices)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        kind = given.get("kind")
        if kind and not given.get(kind):
            self.add_error(kind, f"请选择例外的{KINDS[kind]}。")
        return given

    def draft(self) -> exclusions.Draft:
        given = self.cleaned_data
        kind = given["kind"]
        return exclusions.Draft(kind, given[kind], given["reason"], given["basis"], given["first_day"])


@require_http_methods(["GET", "HEAD", "POST"])
@who.for_officers
def exclude(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Leave a department or an item of the own division out of the rates."""
    EXCLUSIONS.demand(actor)
    today = who.seated(request).day
    items = {row.item: row.name for row in catalog.list_current(actor.division)}
    data = request.POST if request.method == "POST" else None
    form = ExclusionForm(frame.departments(actor.division), items, data, initial={"first_day": today.isoformat()})
    if data is not None and form.is_valid():
        try:
            row = exclusions.exclude(form.draft(), actor)
        except Refused as refused:
            name = refused.details.get("field")
            form.add_error(name if name in form.fields else None, f"{refused.message}{refused.next}")
        else:
            messages.success(request, f"自{told(row.first_day)}起不计入三率，已记录在案。")
            return redirect(ACTIVE)
    errors = django_errors(form)
    context = {"title": "不计入三率", "form": form, "errors": errors, "has_errors": bool(errors)}
    return frame.page(request, actor, "exclude.html", context, active=ACTIVE, status=422 if errors else 200)


@require_POST
@who.for_officers
def count(request: HttpRequest, actor: Actor, exclusion_id: int) -> HttpResponse:
    """Count it again."""
    EXCLUSIONS.demand(actor)
    try:
        row = exclusions.end(exclusion_id, actor)
        assert row.last_day is not None
        messages.success(request, f"例外到{told(row.last_day)}为止，次日起重新计入。")
    except Refused as refused:
        messages.error(request, f"{refused.message}{refused.next}")
    return redirect(ACTIVE)
