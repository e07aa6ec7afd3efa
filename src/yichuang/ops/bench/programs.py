"""The life of `life.py` as programs live it: over the API, with tokens and Idempotency-Keys. The faults' tests use it
too. A light client, since it shares the machine with the server it drives; it repeats no call by itself.
"""

from __future__ import annotations

import http.client
import json
import select
import socket
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.ops.bench.life import Cast, Steps, run
from yichuang.people.models import Account
from yichuang.people.service import issue_client

PATIENCE = 120  # seconds for one answer


def tokens(people: Cast) -> dict[str, str]:
    """A token for each of the cast, by person. New ones each time: a token is shown once and not kept."""
    actors = (people.citizen, people.window, people.reviewer, people.surveyor, people.head)
    found = Account.objects.in_bulk([int(actor.person[2:]) for actor in actors])
    mark = uuid.uuid4().hex[:8]
    return {
        actor.person: issue_client(f"bench-{mark}-{actor.person}", found[int(actor.person[2:])], SYSTEM, actor.post)[1]
        for actor in actors
    }


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: Any

    @property
    def done(self) -> bool:
        return self.status in (200, 201)


class Client:
    """One kept-alive connection; opened anew after an error. Raises OSError or HTTPException without an answer."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connection: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, token: str = "", *, key: uuid.UUID | None = None, body: Any = None) -> Answer:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"} if token else {}
        if key:
            headers["Idempotency-Key"] = str(key)
        try:
            connection = self._connected()
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        found = {name.lower(): value for name, value in response.getheaders()}
        said = json.loads(content) if "json" in found.get("content-type", "") else content.decode()
        return Answer(response.status, found, said)

    def _connected(self) -> http.client.HTTPConnection:
        if self.connection and self._hung_up(self.connection):
            self.close()
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            self.connection.connect()
            # head and body leave in two pieces; the second must not wait for the first one's receipt
            self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self.connection

    @staticmethod
    def _hung_up(connection: http.client.HTTPConnection) -> bool:
        """Whether the server left: it may, of an idle caller. Nothing was asked, so all that can be read is the end."""
        return connection.sock is None or bool(select.select([connection.sock], [], [], 0)[0])

    def close(self) -> None:
        if self.connection:
            self.connection.close()
            self.connection = None


@dataclass(frozen=True, slots=True)
class Command:
    """A command as it is sent, and sent again."""

    name: str
    path: str
    token: str
    key: uuid.UUID
    body: dict[str, Any]


Send = Callable[[Command], dict[str, Any]]


def live(people: Cast, tokens: dict[str, str], send: Send) -> None:
    """One life; `send` has each command done and returns the answer's body."""
    case = ""

    def command(name: str, path: str, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
        return send(Command(name, path, tokens[actor.person], uuid.uuid4(), body))

    def submit(given: dict[str, tuple[str, ...]]) -> Steps:
        nonlocal case
        standard = people.standard
        body = {
            "item": standard.item,
            "division": standard.division,
            "situation": "new",
            "subject": people.subject,
            "form": people.fill_form(),
            "given": given,
        }
        filed = command("submit", "/api/cases", people.citizen, body)
        case = filed["id"]
        return dict(filed["steps"])

    def perform(name: str, data: dict[str, Any], actor: Actor) -> Steps:
        return dict(command(name, f"/api/cases/{case}/{name}", actor, data)["steps"])

    run(people, submit, perform)
