"""工作日历: the years loaded, and loading or correcting one from its notice of holidays (许可法 82条). No case enters.

Loading is two steps: what was sent is read, checked and weighed (working days of the year, how many open cases would
have other dates), then confirmed. What is right is said by `org.service`; here lines of text become dates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from yichuang.aggregates.refusal import Invalid
from yichuang.cases.foresight import would_move
from yichuang.faces import who
from yichuang.faces.fields import short, text
from yichuang.faces.forms import django_errors
from yichuang.faces.house import frame
from yichuang.kernel.calendar import WorkingCalendar
from yichuang.ledger.actor import Actor
from yichuang.org import queries as org
from yichuang.org import service
from yichuang.org.rights import CALENDAR
from yichuang.supervision.correcting import preview
from yichuang.supervision.own.known import name_rule
from yichuang.supervision.tasks import follow_calendar

if TYPE_CHECKING:
    from yichuang.org.models import CalendarYear

MOST_BYTES = 64 * 1024  # a year's notice is a hundred lines
# 2026-01-01, 2026/1/1, 2026.1.1, 2026年1月1日; the day of the week behind it, as notices and our own pages print it
_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"\s*(?:[(\uff08]?\s*(?:周|星期)[一二三四五六日天]\s*[)\uff09]?)?"
)
_BESIDE = {"too-long": "notice", "empty": "notice", "character": "notice"}


def days(sent: str) -> list[date]:
    """One date a line; blank lines and a comma at the end do not count. Raises Invalid naming the lines."""
    days_read, wrong = [], []
    for number, line in enumerate(sent.splitlines(), start=1):
        line = line.strip(" \t\u3000\ufeff,;\uff0c\uff1b、")
        if not line:
            continue
        match = _DAY.fullmatch(line)
        try:
            if match is None:
                raise ValueError(line)
            days_read.append(date(*map(int, match.groups())))
        except ValueError:
            what = "没有这一天" if match else "不是日期，请写成 2026-01-01 或 2026年1月1日"
            wrong.append(f"第{number}行“{line[:20]}”：{what}。")
    if wrong:
        raise Invalid("file", "".join(wrong[:5]) + (f"另有{len(wrong) - 5}行。" if len(wrong) > 5 else ""))
    return days_read


class YearForm(forms.Form):
    """A year's notice as the administrator has it: dates pasted, or in text files, or both."""

    use_required_attribute = False

    def __init__(self, data: Any = None, files: Any = None, **options: Any) -> None:
        super().__init__(data, files, **options)
        whole = {"required": "请填写“年份”。", "invalid": "年份应当写成 2027 的样子。"}
        each = "一行一个日期，写成 2026-01-01 或 2026年1月1日。"
        self.fields = {
            "year": forms.IntegerField(label="年份", error_messages=whole, widget=forms.TextInput),
            "notice": short("放假通知的名称和文号", hint="例如：国务院办公厅关于2026年部分节假日安排的通知"),
            "off_days": text("放假的日子", required=False, hint=f"{each}落在周末的不必写；也可以选择文件。"),
            "off_file": forms.FileField(label="放假的日子（文本文件）", required=False),
            "work_weekends": text("调休上班的周末", required=False, hint=each),
            "work_file": forms.FileField(label="调休上班的周末（文本文件）", required=False),
        }

    def clean_off_file(self) -> str:
        return _read(self.cleaned_data["off_file"])

    def clean_work_file(self) -> str:
        return _read(self.cleaned_data["work_file"])

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        for name, file in (("off_days", "off_file"), ("work_weekends", "work_file")):
            lines = "\n".join(part for part in (given.get(name, ""), given.get(file, "")) if part)
            given[f"{name}_text"] = lines
            try:
                given[name] = days(lines)
            except Invalid as error:
                self.add_error(file if given.get(file) else name, error.message)
        return given


def _read(file: UploadedFile[Any] | None) -> str:
    """The text of an uploaded list. Raises ValidationError for a file that is no text or too large."""
    if file is None:
        return ""
    if (file.size or 0) > MOST_BYTES:
        raise forms.ValidationError("文件超过64KB，不像一年的放假安排；请核对后重新选择。")
    try:
        return bytes(file.read()).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise forms.ValidationError("文件不是UTF-8编码的文本；请另存为UTF-8文本，或直接粘贴。") from None


@dataclass(frozen=True, slots=True)
class Weighed:
    """What loading a year would do."""

    total: int  # working days of the year
    loaded: bool  # the year is in force already: a correction
    same: bool  # nothing would change
    more_off: tuple[date, ...]  # days that would no longer be worked
    more_worked: tuple[date, ...]  # days that would be worked from now on
    moved: int  # open cases with other dates
    exact: bool


@require_http_methods(["GET", "HEAD", "POST"])
@frame.for_right(CALENDAR)
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The years, the form; a POST weighs what was sent (`step` is look), loads it (load) or shows the form (edit)."""
    if request.method != "POST":
        asked = request.GET.get("year", "")
        return _page(request, actor, YearForm(initial=_initial(asked, who.seated(request).day.year)))
    form = YearForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, actor, form, status=422)
    step, given = request.POST.get("step"), form.cleaned_data
    if step == "edit":
        return _page(request, actor, YearForm(initial=_kept(given)))
    try:
        calendar = service.calendar_with(given["year"], given["off_days"], given["work_weekends"])
        if step == "load":
            return _load(request, actor, given, calendar)
        service.clean_line(given["notice"], "放假通知文号", 200)
    except Invalid as error:
        frame.refuse(form, error, _BESIDE, "off_days")
        return _page(request, actor, form, status=422)
    context = {
        "title": f"核对{given['year']}年的安排",
        "given": _kept(given),
        "weighed": weigh(given["year"], calendar),
        "effect": preview(calendar),
        "name_rule": name_rule,
    }
    return frame.page(request, actor, "calendar_look.html", context, active="house:calendar")


def _load(request: HttpRequest, actor: Actor, given: dict[str, Any], calendar: WorkingCalendar) -> HttpResponse:
    """Load the year; the same year from the same notice once more (a second send) changes nothing."""
    year = given["year"]
    newest = next(iter(org.list_loadings(year)), None)
    if newest is not None and newest.notice == given["notice"] and calendar == org.get_calendar():
        messages.info(request, f"{year}年的安排与现行的一致，没有重复载入。")
    else:
        with transaction.atomic():
            version = service.load_calendar_year(
                year, given["off_days"], given["work_weekends"], given["notice"], actor
            )
            follow_calendar.defer()
        messages.success(
            request, f"{year}年的安排已载入，日历版本{version}。在办件的期限和监察发现由后台重新计算并留痕。"
        )
    return redirect("house:calendar")


def weigh(year: int, calendar: WorkingCalendar) -> Weighed:
    """What would change if this calendar took the place of the one in force."""
    current = org.get_calendar()
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    whole = [date.fromordinal(n) for n in range(first, last + 1)]
    changed = [day for day in whole if calendar.is_working(day) != current.is_working(day)]
    moved, exact = would_move(calendar, changed[0]) if changed else (0, True)
    return Weighed(
        total=sum(map(calendar.is_working, whole)),
        loaded=year in current.years,
        same=calendar == current,
        more_off=tuple(day for day in changed if not calendar.is_working(day)),
        more_worked=tuple(day for day in changed if calendar.is_working(day)),
        moved=moved,
        exact=exact,
    )


def _kept(given: dict[str, Any]) -> dict[str, Any]:
    """What was sent, files as text, for the fields of the form."""
    return {
        "year": given["year"],
        "notice": given["notice"],
        "off_days": given["off_days_text"],
        "work_weekends": given["work_weekends_text"],
    }


def _initial(asked: str, this_year: int) -> dict[str, Any]:
    """A loaded year to correct, or an empty form for the first year that is not loaded."""
    if asked.isdecimal() and len(asked) == 4:
        row = next(iter(org.list_loadings(int(asked))), None)
        if row is not None:
            lists = {"off_days": "\n".join(row.off_days), "work_weekends": "\n".join(row.work_weekends)}
            return {"year": row.year, "notice": row.notice, **lists}
        return {"year": int(asked)}
    known = org.get_calendar().years
    return {"year": next(year for year in range(this_year, this_year + 200) if year not in known)}


def _page(request: HttpRequest, actor: Actor, form: YearForm, status: int = 200) -> HttpResponse:
    loadings = org.list_loadings()
    years: dict[int, list[CalendarYear]] = {}
    for row in loadings:
        years.setdefault(row.year, []).append(row)
    this_year = who.seated(request).day.year
    errors = django_errors(form)
    context = {
        "title": "工作日历",
        "form": form,
        "years": [(rows[0], _total(rows[0]), rows[1:]) for rows in years.values()],
        "unpublished": [year for year in (this_year, this_year + 1) if year not in years],
        "names": org.names_of({row.loaded_by for row in loadings}),
        "version": org.calendar_version(),
        "errors": errors,
        "has_errors": bool(errors),
    }
    return frame.page(request, actor, "calendar.html", context, active="house:calendar", status=status)


def _total(row: CalendarYear) -> int:
    """Working days of a year as loaded."""
    loaded = WorkingCalendar.load({row.year: {"off_days": row.off_days, "work_weekends": row.work_weekends}})
    first = date(row.year, 1, 1)
    return loaded.count(first, date(row.year, 12, 31)) + loaded.is_working(first)
