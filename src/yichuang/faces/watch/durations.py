"""环节用时: how long steps and whole cases take against their limits, the most often late first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.faces import who
from yichuang.faces.watch import asking, frame
from yichuang.ledger.actor import Actor
from yichuang.supervision import figures
from yichuang.supervision.figures import Duration

ACTIVE = "watch:durations"
DRAWN = 12  # rows of the chart


@require_safe
@who.for_officers
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Steps and cases of the period, by item."""
    form, asked, names = asking.ask(request, actor)
    steps = figures.steps(asked)
    drawn = [step for step in steps if step.limit is not None][:DRAWN]
    context = {
        "title": "环节用时",
        "form": form,
        "department": names.get(asked.department, ""),
        "steps": steps,
        "cases": figures.cases(asked),
        "chart": _option(drawn),
        "drawn": drawn,
        "most": figures.MOST,
    }
    return frame.page(request, actor, "durations.html", context, active=ACTIVE)


def _option(rows: Sequence[Duration]) -> dict[str, Any]:
    """Bars across: what half and what nine of ten take, with the limit as a mark."""
    return {
        "legend": {},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "value", "minInterval": 1, "axisLabel": {"formatter": "{value}个工作日"}},
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": [f"{step.item_name[:8]}·{step.name[:8]}" for step in rows],
        },
        "series": [
            {"type": "bar", "name": "一半在此之内", "data": [step.median for step in rows]},
            {"type": "bar", "name": "九成在此之内", "data": [step.p90 for step in rows]},
            {
                "type": "scatter",
                "name": "时限",
                "symbol": "diamond",
                "symbolSize": 13,
                "data": [step.limit for step in rows],
            },
        ],
    }
