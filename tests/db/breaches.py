"""A case of each kind of handling that supervision exists to find, done through the door as far as the door lets it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

# duty → the rule that finds it
DUTIES = {
    "4.1c.2": "R-O05",
    "4.1c.3": "R-P02",
    "4.1c.4": "R-O02",
    "4.1c.5": "R-O03",
    "4.1d.2": "R-O04",
}


def breach(city: Any, rule: str) -> Any:
    """The finding of the rule on a case made for it; read and judged as the worker does."""
    from yichuang.cases.service import replay_case
    from yichuang.supervision import judging, tailing
    from yichuang.supervision.models import Finding

    city.at("2018-03-12 09:30")
    case = city.submit().state
    if rule in ("R-O04", "R-O05"):
        report(city, case.number, "survey" if rule == "R-O04" else "accepted")
    city.do(case.id, "receive", city.window, originals=[])
    if rule != "R-O05":
        city.do(case.id, "accept", city.window)
    if rule in ("R-P02", "R-O02", "R-O03"):
        while not (state := replay_case(case.id)).steps_done:
            for code in [code for code, step in state.steps.items() if step.status == "open"]:
                step = city.standard.step(code)
                actor = city.surveyor if step.post.value == "surveyor" else city.reviewer
                officers = [city.surveyor2.person] if step.officers > 1 else []
                city.do(case.id, "conclude", actor, step=code, verdict="pass", opinion="符合要求", officers=officers)
        if rule != "R-P02":  # steps entered in one sitting, of which each done in haste would be a part
            city.do(case.id, "decide", city.head, granted=True)
    while tailing.tail(wait=30).more:
        pass
    if rule == "R-O03":  # the door dates everything itself: as a record would look that somebody bent
        with connection.cursor() as cursor:
            cursor.execute("update log_cases set decided_on = decided_on - 3 where case_id = %s", [case.id])
        judging.judge([str(case.id)])
    return Finding.objects.filter(rule=rule, open=True).order_by("at")[0]


def report(city: Any, number: str, kind: str) -> None:
    """A connected system of the department tells of an act on the day before."""
    from yichuang.exchange.service import DepartmentReport, store_report
    from yichuang.ledger.actor import SYSTEM
    from yichuang.org.service import connect_system

    connect_system("scjg-old", city.head.department, "旧系统", "0" * 64, SYSTEM)
    happened = datetime(2018, 3, 12, 1, 30, tzinfo=UTC) - timedelta(days=1)
    store_report("scjg-old", DepartmentReport("R-1", kind, happened, number, application="甲"), city.head)
