"""超时办件公开 (优化营商环境条例36条2款): which cases went beyond the last day of the law, and why. For everybody."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.faces import telling
from yichuang.faces.portal.page import page_for_all
from yichuang.faces.requests import number
from yichuang.kernel.people_csv import people_csv
from yichuang.org.queries import names_of_departments, names_of_divisions
from yichuang.supervision.late_cases import PAGE, LateFilter, LatePage, count_late_cases, list_late_cases

MOST_LINES = 1000  # of a file
OPEN, UNEXPLAINED = "仍未办结", "尚未说明"
HEAD = (
    "区划", "办理单位", "事项", "受理号（末三位不公开）", "法定到期", "决定或者结束之日", "怎样结束", "超过的工作日",
    "到期时所在环节的部门", "办理单位说明的原因",
)  # fmt: skip
ENDS = {
    "decided": "作出决定",
    "deemed": "没有作出决定，依法视为准予",
    "withdrawn": "申请人撤回",
    "terminated": "终止办理",
    "item_ended": "没有作出决定，随事项退出清单终止",
    "acceptance_revoked": "撤销受理",
}
# What time itself made at a midnight: what is counted ends on the day before
WITHOUT_DAY = ("", "deemed", "item_ended")


@require_safe
def late(request: HttpRequest) -> HttpResponse:
    """The list, the latest first, narrowed by division, by department, or to those of which nobody has said why."""
    counts = count_late_cases()
    divisions = names_of_divisions({c.division for c in counts})
    division = _known(request.GET.get("at", ""), divisions)
    inside = [c for c in counts if division in ("", c.division)]
    department = _known(request.GET.get("department", ""), {c.department for c in inside})
    asked = LateFilter(division, department, unexplained=request.GET.get("reason") == "none")
    departments = names_of_departments(divisions)
    if request.GET.get("as") == "csv":
        return _as_file(list_late_cases(asked, 1, counts, MOST_LINES), divisions, departments)
    listed = list_late_cases(asked, number(request.GET.get("page")), counts)
    context: dict[str, Any] = {
        "title": "超时办件公开",
        "listed": listed,
        "per_page": PAGE,
        "most_lines": MOST_LINES,
        "asked": asked,
        "divisions": divisions,
        "departments": departments,
        "choices": [(c.department, departments.get(c.department, c.department), c.number) for c in inside],
        "figures": [
            ("超过法定办理期限的办件", str(sum(c.number for c in counts))),
            ("尚未说明原因", str(sum(c.unexplained for c in counts))),
        ],
        "ends": ENDS,
        "without_day": WITHOUT_DAY,
        "working_days": telling.count_working_days,
    }
    return page_for_all(request, "late.html", context)


def _as_file(listed: LatePage, divisions: Mapping[str, str], departments: Mapping[str, str]) -> HttpResponse:
    """The list as a table of its own, as far as one file goes."""
    lines = [
        (
            divisions.get(one.division, one.division),
            departments.get(one.department, one.department),
            one.title,
            one.receipt,
            one.due.isoformat(),
            one.until.isoformat() if one.end not in WITHOUT_DAY else "",
            ENDS.get(one.end, OPEN),
            one.over,
            departments.get(row.held_by, row.held_by),
            one.reason or UNEXPLAINED,
        )
        for row in listed.rows
        for one in (row.case,)
    ]
    response = HttpResponse(people_csv([HEAD, *lines]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="late-cases.csv"'
    return response


def _known(asked: str, known: Container[str]) -> str:
    """What was asked for, if there is such; empty otherwise, which leaves out nothing."""
    return asked if asked in known else ""
