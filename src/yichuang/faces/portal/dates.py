"""我的日期: the dates of one's cases and licences as a calendar file, for the calendar of a phone or a mail program."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from yichuang.cases import queries
from yichuang.cases.core.state import Stage
from yichuang.cases.filters import Scopes
from yichuang.cases.following import Followed, follow_cases
from yichuang.cases.queries import Row
from yichuang.faces import who
from yichuang.faces.calendar_file import MIME, Day, write_calendar
from yichuang.faces.journey import say_way
from yichuang.faces.portal.page import signed_in
from yichuang.kernel.localtime import local_day
from yichuang.ledger.service import now
from yichuang.licences.queries import HeldLicence, list_visible_licences

MOST_PAGES = 8  # of open cases in one file


@require_safe
@signed_in
def dates(request: HttpRequest) -> HttpResponse:
    """The file: what is to be supplied or answered, by when papers are expected, when licences are to be renewed and
    end. Days that have passed are left out. Six statements, one more for each further page of cases.
    """
    actor = who.applicant(request)
    rows = _list_open(queries.scopes_of(actor))
    followed = follow_cases(row.id for row in rows)
    moment = now()
    days = [day for row in rows for day in _list_days(row, followed[row.id])]
    days += [day for held in list_visible_licences(actor) for day in _list_ends(held)]
    days = [day for day in days if day.on >= local_day(moment)]
    absolute = (Day(d.id, d.on, d.title, d.text, request.build_absolute_uri(d.link)) for d in days)
    answer = HttpResponse(write_calendar(absolute, moment, request.get_host().partition(":")[0]), content_type=MIME)
    answer["Content-Disposition"] = 'attachment; filename="yichuang.ics"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _list_open(scopes: Scopes) -> list[Row]:
    """The open cases, those that wait for their applicant too."""
    rows: list[Row] = []
    for page in range(1, MOST_PAGES + 1):
        some = queries.cases(scopes, page=page, counted=(MOST_PAGES * queries.PAGE, True)).rows
        rows += some
        if len(some) < queries.PAGE:
            break
    return rows


def _list_days(row: Row, followed: Followed) -> Iterator[Day]:
    """The days of an open case. No name of a person goes into the file."""
    case, link = followed.case, reverse("portal:case", args=[row.id])
    about = f"{row.title}，受理号 {row.receipt}"
    if case.stage is Stage.CORRECTION and case.correction:
        text = f"{about}。请在当日以前（含当日）补齐，逾期未补齐的终止办理。"
        yield Day(f"{row.id}-supply", case.correction.due, f"补正截止：{row.title}", text, link)
    if case.allegation and not case.allegation.answered:
        text = f"{about}。请在当日以前（含当日）陈述申辩。"
        yield Day(f"{row.id}-answer", case.allegation.until, f"陈述申辩截止：{row.title}", text, link)
    if due := followed.journey.expected:
        text = f"{about}。{say_way(followed.journey, followed.standard)}"
        yield Day(f"{row.id}-paper", due.day, f"最迟办好：{row.title}", text, link)


def _list_ends(held: HeldLicence) -> Iterator[Day]:
    """The last day to ask for renewal of a licence in force, and the last of its validity."""
    licence, link = held.licence, reverse("portal:licences")
    if licence.stage.value != "valid" or licence.valid_to is None:
        return
    name, about = held.standard.result.name, f"{held.standard.result.name} {licence.number}"
    if held.window and not licence.renewing:
        estimate = "" if held.window.certain else "（节假日尚未公布，日期是估计）"
        text = f"{about}。最迟当日提出延续申请{estimate}。"
        yield Day(f"{held.id}-renew", held.window.last, f"延续申请截止：{name}", text, link)
    yield Day(f"{held.id}-end", licence.valid_to, f"有效期届满：{name}", f"{about}。有效期的最后一天。", link)
