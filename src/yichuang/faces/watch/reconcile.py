"""对账: what departments' own systems say against what we hold. Whose are compared is `exchange.reconciling`'s."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.exchange.reconciling import LONGEST, Line, Reconciliation, Verdict, read_late_days, reconcile
from yichuang.faces import who
from yichuang.faces.dates import DayField
from yichuang.faces.forms import django_errors
from yichuang.faces.watch import frame
from yichuang.faces.web import moment
from yichuang.kernel.people_csv import people_csv
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import record
from yichuang.supervision.reported import ACTS

ACTIVE = "watch:reconcile"
DAYS = 30  # compared when nobody says which
LIGHTS = {"missing_here": "red", "no_such_act": "red", "different": "red", "late": "yellow", "missing_there": "yellow"}


class Period(forms.Form):
    """Which days, and which outcome."""

    use_required_attribute = False
    first = DayField(label="从", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = DayField(label="到", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    verdict = forms.ChoiceField(
        label="结果", required=False, choices=[("", "不一致的"), *((v.value, v.label) for v in Verdict)]
    )

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        first, last = given.get("first"), given.get("last")
        if first and last and not 0 <= (last - first).days <= LONGEST:
            self.add_error("last", f"“到”不早于“从”，最多{LONGEST}天。")
        return given

    def days(self, today: date) -> tuple[date, date]:
        given = self.cleaned_data
        last = given.get("last") or min(today, (given.get("first") or today) + timedelta(days=DAYS))
        return given.get("first") or last - timedelta(days=DAYS), last


@require_safe
@who.for_officers
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The acts that do not agree, with how many do; as a file with `as=csv`."""
    frame.only_watchers(actor)
    form = Period(request.GET)
    valid = form.is_valid()
    first, last = form.days(who.seated(request).day) if valid else (date.min, date.min)
    wants = form.cleaned_data.get("verdict", "") if valid else ""
    if valid and request.GET.get("as") == "csv":
        whole = reconcile(actor, first, last, verdict=wants, most=None)
        period = {"first_day": str(first), "last_day": str(last), "rows": len(whole.lines)}
        record(f"export/{actor.division}", "exported", {"name": "reconciliation", **period}, actor)
        return _file(whole, frame.departments(actor.division))
    errors = django_errors(form)
    context = {
        "title": "对账",
        "form": form,
        "first": first,
        "last": last,
        "found": reconcile(actor, first, last, verdict=wants) if valid else Reconciliation({}, ()),
        "verdicts": list(Verdict),
        "lights": LIGHTS,
        "acts": ACTS,
        "names": frame.departments(actor.division),
        "late": read_late_days(),
        "errors": errors,
        "has_errors": bool(errors),
    }
    return frame.page(request, actor, "reconcile.html", context, active=ACTIVE, status=422 if errors else 200)


HEAD = ("结果", "部门", "系统", "记录号", "办件编号", "动作", "部门说", "报来", "本平台")


def _file(comparison: Reconciliation, names: dict[str, str]) -> HttpResponse:
    text = people_csv([HEAD, *(_cells(line, names) for line in comparison.lines)])
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="reconciliation.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _cells(line: Line, names: dict[str, str]) -> list[str]:
    """A line of the file."""
    times = [moment(at) if at else "" for at in (line.theirs, line.received_at, line.ours)]
    return [
        line.verdict.label,
        names.get(line.department, line.department),
        line.system,
        line.record,
        line.case_number,
        ACTS.get(line.kind, line.kind),
        *times,
    ]
