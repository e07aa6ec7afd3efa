"""`bench pages`: server time and statements of the pages that matter, for the role with the most cases, on a large
store.

The pages are asked of Django's handler in this process: no network, no browser; measured is what the server does. The
floor in the same run is the help page, which asks no case and hardly a statement.
"""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from yichuang.ops.bench import seed
from yichuang.ops.bench.common import QUICK, Bound, cached, finish, p95, spread, store
from yichuang.ops.bench.making import BIG

ROUNDS, QUICK_ROUNDS = 60, 20
SLOWEST = 100.0  # ms, p95
STATEMENTS = 12
MEMORY = 200.0  # MB of a web worker


@dataclass(frozen=True, slots=True)
class Page:
    name: str
    who: str  # username, or empty for the public
    address: Callable[[random.Random], str]


def run(cases: int, quick: bool) -> int:
    """Measure on the cached store nearest in size; `--quick` takes a small one. Returns 0 when the bounds hold."""
    size = cached(cases) or (QUICK if quick else cases)
    with store(f"seed-{size}") as found:
        seed.ensure_apart(found.owner, size)
        from django.conf import settings
        from django.db import connection
        from django.test import Client
        from django.test.utils import CaptureQueriesContext

        settings.ALLOWED_HOSTS = ["*"]
        draw = random.Random(1)
        figures: dict[str, Any] = {}
        bounds: list[Bound] = []
        for page in _pages():
            client = Client(HTTP_HOST="localhost")
            if page.who:
                from yichuang.people.models import Account

                client.force_login(Account.objects.get(username=page.who), "django.contrib.auth.backends.ModelBackend")
            times = []
            for turn in range((QUICK_ROUNDS if quick else ROUNDS) + 3):
                address = page.address(draw)
                begun = time.perf_counter()
                answer = client.get(address)
                spent = (time.perf_counter() - begun) * 1000
                if answer.status_code != 200:
                    raise RuntimeError(f"{page.name} {address} answered {answer.status_code}")
                if turn >= 3:  # the first fill caches
                    times.append(spent)
            with CaptureQueriesContext(connection) as asked:
                client.get(page.address(draw))
            figures[page.name] = {**spread(times), "p95": round(p95(times), 1), "statements": len(asked)}
            if page.name != "floor":
                bounds.append(Bound(f"{page.name}_p95_ms", p95(times), most=SLOWEST))
                bounds.append(Bound(f"{page.name}_statements", len(asked), most=STATEMENTS))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        figures["memory_mb"] = round(memory, 1)
        bounds.append(Bound("memory_mb", memory, most=MEMORY))
        return finish("pages", figures, bounds, cases=size, full=size >= seed.FULL)


def _pages() -> list[Page]:
    """The pages, each for the role to which the most cases are visible."""
    ids = _sample("select id from cases_case where division = '410100' limit 300")
    big = _sample(f"select id from cases_case where department = '{BIG}' limit 300")
    names = _sample("select applicant from cases_case where division = '410100' limit 300")
    words = ("开饭店", "施工许可", "spjy", "开药店", "挖路", "办学校")

    def case(some: list[Any]) -> Callable[[random.Random], str]:
        return lambda draw: f"/desk/case/{draw.choice(some)}"

    return [
        Page("floor", "", lambda draw: "/help"),
        Page("list_window", "window01", lambda draw: "/desk/"),
        Page("list_office", "office", lambda draw: "/desk/?list=open"),
        Page("list_department", "head", lambda draw: "/desk/?list=open"),
        Page("closed_office", "office", lambda draw: f"/desk/?list=closed&page={draw.randint(1, 30)}"),
        Page("search_name", "office", lambda draw: f"/desk/?list=closed&q={draw.choice(names)}"),
        Page("search_item", "office", lambda draw: "/desk/?list=closed&q=食品经营"),
        Page("case_office", "office", case(ids)),
        Page("case_department", "head", case(big)),
        Page("portal_search", "", lambda draw: f"/search?q={draw.choice(words)}"),
        Page("watch_city", "supervisor", lambda draw: "/watch/"),
    ]


def _sample(query: str) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query)
        return [value for (value,) in cursor.fetchall()]
