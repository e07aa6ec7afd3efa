"""办理时段: at what hours of the week officers act."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.faces import who
from yichuang.faces.watch import asking, frame
from yichuang.ledger.actor import Actor
from yichuang.supervision import figures
from yichuang.supervision.figures import Hours

ACTIVE = "watch:hours"
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
NIGHT = (22, 6)  # hours


@require_safe
@who.for_officers
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Acts by weekday and hour, with how many were at night and on days off."""
    form, asked, names = asking.ask(request, actor)
    hours = figures.hours(asked)
    context = {
        "title": "办理时段",
        "form": form,
        "department": names.get(asked.department, ""),
        "total": hours.total,
        "rest": hours.rest,
        "made_up": hours.made_up,
        "night": hours.between(*NIGHT),
        "chart": heat(hours),
        "head": ["星期", *(f"{hour}时" for hour in range(24))],
        "rows": table(hours),
    }
    return frame.page(request, actor, "hours.html", context, active=ACTIVE)


def heat(hours: Hours) -> dict[str, Any]:
    """A field an hour of the week, the darker the more."""
    return {
        "tooltip": {"trigger": "item"},
        "xAxis": {"type": "category", "data": [f"{hour}时" for hour in range(24)]},
        "yAxis": {"type": "category", "inverse": True, "data": list(WEEKDAYS)},
        "visualMap": {
            "min": 0,
            "max": max(hours.counts.values(), default=1),
            "text": ["多", "少"],
            "calculable": False,
            "orient": "horizontal",
            "left": "right",
            "top": 0,
            "inRange": {"color": ["#f4efe6", "#d99a8b", "#9b2318"]},
        },
        "series": [
            {
                "type": "heatmap",
                "name": "动作",
                "data": [[hour, day - 1, number] for (day, hour), number in sorted(hours.counts.items())],
            }
        ],
    }


def table(hours: Hours) -> list[list[Any]]:
    """The same as rows of a table, a weekday each."""
    return [
        [word, *(hours.counts.get((day, hour), 0) for hour in range(24))] for day, word in enumerate(WEEKDAYS, start=1)
    ]
