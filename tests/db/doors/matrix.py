"""Every route there is, tried by every role: the routes come from Django's resolver and from the API's description.

A request runs in a savepoint that is taken back, so each finds the same town.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

from django.db import connection, transaction
from django.urls import URLPattern, get_resolver

from tests.db.doors.bodies import QUERIES, body_of, value_of
from tests.db.doors.town import MARKS, ROLES, Town

FEW = ("anonymous", "owner", "reviewer", "secadmin", "postless")
# Written about whoever was turned away, or by a try that failed: no act
TRACES = frozenset({"refused", "real_name_checked"})
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)|\{(\w+)\}")
_REGEX = re.compile(r"[\^$]")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a role got: status, whether it was sent to log in, marks of the applicant in the body, entries written."""

    status: int
    to_login: bool
    marks: tuple[str, ...]
    written: tuple[str, ...]
    empty: bool

    @property
    def kind(self) -> str:
        """`in`, or why not: login, 401, 403, 404, 405, 429; 500 for a fault."""
        if self.to_login:
            return "login"
        if self.status < 400 or self.status in (409, 413, 415, 422):
            return "in"
        return str(self.status)


def routes() -> list[str]:
    """All addresses outside the API's operations, as the resolver spells them."""
    return sorted({"/" + route for route in _walk(get_resolver(), "") if not _operation(route)})


def _walk(resolver: Any, before: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        spelt = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield spelt
        else:
            yield from _walk(pattern, spelt)


def _operation(route: str) -> bool:
    return route.startswith("api/") and route not in ("api/docs", "api/openapi.json")


def roles_at(route: str) -> tuple[str, ...]:
    """The roles that try a route. allauth's pages know accounts and no posts; the public check of a file takes a
    process of its own: there a few stand for all.
    """
    return FEW if route.startswith("/accounts/") or route == "/verify" else ROLES


def operations() -> list[str]:
    """All operations of the API: `GET /api/cases/{case_id}`."""
    from yichuang.faces.api.api import description

    paths = description()["paths"]
    return sorted(f"{method.upper()} {path}" for path, methods in paths.items() for method in methods)


def address(route: str, town: Town) -> str:
    """The route with an object of the town in the place of each parameter. Raises KeyError for an unknown one."""

    def fill(found: re.Match[str]) -> str:
        return str(value_of(route, next(name for name in found.groups() if name), town))

    return _REGEX.sub("", _PARAMETER.sub(fill, route))


def visit(town: Town, role: str, method: str, route: str) -> Answer:
    """A browser of the role asks for a page, or sends it a form that is valid."""
    client = town.browsers[role]
    cookies = SimpleCookie(client.cookies.output(header="", sep=";"))
    where = address(route, town)

    def ask() -> Any:
        return client.get(where) if method == "GET" else client.post(where, body_of(route, town))

    answer = _taken_back(ask)
    client.cookies = cookies
    return answer


def call(town: Town, role: str, operation: str) -> Answer:
    """A program of the role calls an operation, with a valid body."""
    method, route = operation.split(" ")
    client = town.browsers["anonymous"]
    headers = {"idempotency-key": str(uuid.uuid4())}
    if role != "none":
        headers["authorization"] = f"Bearer {town.tokens[role]}"
    where = address(route, town) + QUERIES.get(operation, "")

    def ask() -> Any:
        if method == "GET":
            return client.get(where, headers=headers)
        sent = body_of(operation, town)
        if route.endswith("/files"):
            return client.post(where, sent, headers=headers)
        return client.post(where, sent, content_type="application/json", headers=headers)

    return _taken_back(ask)


def _taken_back(ask: Any) -> Answer:
    with transaction.atomic():
        before = _newest()
        response = ask()
        body = b"".join(response.streaming_content) if response.streaming else response.content
        written = _written(before)
        transaction.set_rollback(True)
    text = body.decode(errors="replace")
    location = response.headers.get("Location", "")
    return Answer(
        response.status_code,
        response.status_code == 302 and location.startswith("/accounts/login/"),
        tuple(mark for mark in MARKS if mark in text),
        written,
        not text.strip(),
    )


def _newest() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(max(position), 0) from ledger_entry")
        return int(cursor.fetchone()[0])


def _written(before: int) -> tuple[str, ...]:
    """Kinds of the entries written since; none when the request broke its transaction."""
    if connection.needs_rollback:
        return ()
    with connection.cursor() as cursor:
        cursor.execute("select distinct kind from ledger_entry where position > %s order by kind", [before])
        return tuple(kind for (kind,) in cursor.fetchall() if kind not in TRACES)
