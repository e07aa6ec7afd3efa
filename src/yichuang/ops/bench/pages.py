"""`bench pages`: server time and statements of the pages that matter, for the role with the most cases, on a large
store.

The pages are asked of Django's handler in this process: no network, no browser; measured is what the server does. They
take turns with their floors (`twins`): an empty view for pages of the public, for the desk the same template with a
context that was made once. Whether a run is ok hangs on the ratios to them alone, and these on the processor's time, of
this process and of the database's that serves it: a busy machine makes both wait, and the floor waits for no database.
Milliseconds that passed, statements and memory are printed beside.
"""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from yichuang.ops.bench import seed
from yichuang.ops.bench.common import QUICK, Bound, cached, finish, p95, spread, store
from yichuang.ops.bench.making import BIG

ROUNDS, QUICK_ROUNDS = 60, 20
WARM = 3  # rounds before those that count: the first fill caches


@dataclass(frozen=True, slots=True)
class Page:
    name: str
    who: str  # username, or empty for the public
    address: Callable[[random.Random], str]
    floor: str = ""  # empty: a view that does nothing; twin: the same template with a constant context
    most: float = 0.0  # times its floor
    statements: int = 0  # most of one answer; 0: no bound


@dataclass(frozen=True, slots=True)
class Taken:
    """Milliseconds of one answer: those that passed, and those of the processor, here and in the database."""

    passed: float
    web: float
    database: float


def run(cases: int, quick: bool) -> int:
    """Measure on the cached store nearest in size; `--quick` takes a small one. Returns 0 when the bounds hold."""
    size = cached(cases) or (QUICK if quick else cases)
    with store(f"seed-{size}") as found:
        seed.ensure_apart(found.owner, size)
        figures, bounds = measure_pages(_pages(), QUICK_ROUNDS if quick else ROUNDS)
        return finish("pages", figures, bounds, cases=size, full=size >= seed.FULL)


def measure_pages(pages: Iterable[Page], rounds: int) -> tuple[dict[str, Any], list[Bound]]:
    """Milliseconds, statements and memory of pages, each beside its floor in turns; and the bounds they ask for. Django
    is set up, and its store the one of the environment.
    """
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    from yichuang.ops.bench import twins

    settings.ALLOWED_HOSTS = ["*"]
    settings.ROOT_URLCONF = twins.__name__
    draw = random.Random(1)
    figures: dict[str, Any] = {}
    bounds: list[Bound] = []
    for page in pages:
        client = Client(HTTP_HOST="localhost")
        if page.who:
            from yichuang.people.models import Account

            client.force_login(Account.objects.get(username=page.who), "django.contrib.auth.backends.ModelBackend")
        floor = twins.EMPTY if page.floor == "empty" else ""
        own: list[Taken] = []
        floors: list[Taken] = []
        for _ in range(rounds + WARM):
            address = page.address(draw)
            if page.floor == "twin":  # of the very page that is measured: cases differ by half
                with twins.keep_context() as floor:
                    _ask(client, address)
            own.append(_ask(client, address))
            if floor:
                floors.append(_ask(client, floor))
        own, floors = own[WARM:], floors[WARM:]
        passed = [one.passed for one in own]
        sent: list[str] = []
        with connection.execute_wrapper(_noting(sent)):
            client.get(page.address(draw))
        figures[page.name] = {**spread(passed), "p95": round(p95(passed), 1), "statements": len(sent)}
        if page.statements:
            bounds.append(Bound(f"{page.name}_statements", len(sent), most=page.statements))
        if floor:
            web, database = spread([one.web for one in own]), spread([one.database for one in own])
            worked = [one.web + one.database for one in floors]
            ratio = median(one.web + one.database for one in own) / median(worked)
            figures[page.name] |= {"web_ms": web, "database_ms": database, f"{page.floor}_ms": spread(worked)}
            bounds.append(Bound(f"{page.name}_to_{page.floor}", ratio, most=page.most))
    figures["memory_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    return figures, bounds


def _noting(sent: list[str]) -> Callable[..., Any]:
    """What notes each statement, prepared ones too, which Django's own log does not hold."""

    def note(execute: Callable[..., Any], sql: str, *given: Any) -> Any:
        sent.append(sql)
        return execute(sql, *given)

    return note


def _ask(client: Any, address: str) -> Taken:
    """What one answer took. Raises RuntimeError for any but 200."""
    begun, worked, database = time.perf_counter(), time.process_time(), _database_seconds()
    answer = client.get(address)
    now = (time.perf_counter() - begun, time.process_time() - worked, _database_seconds() - database)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    return Taken(*(seconds * 1000 for seconds in now))


def _database_seconds() -> float:
    """What the process of the database that serves us has had of the processor so far. Linux only; elsewhere zero."""
    from django.db import connection

    connection.ensure_connection()
    told = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return int(told.read_text().split()[0]) / 1e9 if told.exists() else 0.0


def _pages() -> list[Page]:
    """The pages, each for the role to which the most cases are visible."""
    ids = _sample("select id from cases_case where division = '410100' limit 300")
    big = _sample(f"select id from cases_case where department = '{BIG}' limit 300")
    names = _sample("select applicant from cases_case where division = '410100' limit 300")
    words = ("开饭店", "施工许可", "spjy", "开药店", "挖路", "办学校")

    def case(some: list[Any]) -> Callable[[random.Random], str]:
        return lambda draw: f"/desk/case/{draw.choice(some)}"

    return [
        Page("plain", "", lambda draw: "/privacy", "empty", 5),
        Page("home", "", lambda draw: "/"),
        Page("guide", "", lambda draw: "/items/410100/ZZ-001", "empty", 8),
        Page("list_window", "window01", lambda draw: "/desk/", "twin", 2.5),
        Page("list_office", "office", lambda draw: "/desk/?list=open"),
        Page("list_department", "head", lambda draw: "/desk/?list=open"),
        Page("closed_office", "office", lambda draw: f"/desk/?list=closed&page={draw.randint(1, 30)}"),
        Page("search_name", "office", lambda draw: f"/desk/?list=closed&q={draw.choice(names)}"),
        Page("search_item", "office", lambda draw: "/desk/?list=closed&q=食品经营"),
        Page("case_office", "office", case(ids), "twin", 2.5),
        Page("case_department", "head", case(big)),
        Page("portal_search", "", lambda draw: f"/search?q={draw.choice(words)}"),
        Page("watch_city", "supervisor", lambda draw: "/watch/"),
    ]


def _sample(query: str) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query)
        return [value for (value,) in cursor.fetchall()]
