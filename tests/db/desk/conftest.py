"""Officers of the small city, logged in: `desk(actor)` is a browser without a window, at their post."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest


@dataclass
class Browser:
    """A logged-in officer. `act` sends the form of an act as the page renders it."""

    client: Any

    def get(self, address: str, **query: Any) -> Any:
        return self.client.get(address, query)

    def case(self, case_id: Any) -> Any:
        return self.client.get(f"/desk/case/{case_id}")

    def act(self, case_id: Any, name: str, step: str = "", *, seq: int = 0, command_id: Any = None, **data: Any) -> Any:
        prefix = f"{name}-{step}" if step else name
        sent = {f"{prefix}-{field}": value for field, value in data.items()}
        sent |= {"command_id": str(command_id or uuid.uuid4()), "seq": str(seq)}
        return self.client.post(f"/desk/case/{case_id}/do/{name}" + (f"/{step}" if step else ""), sent)


@pytest.fixture
def desk(city: Any) -> Callable[..., Browser]:
    from django.test import Client

    from yichuang.people.models import Account

    def login(actor: Any) -> Browser:
        client = Client()
        client.force_login(Account.objects.get(pk=int(actor.person[2:])))
        session = client.session
        session["post"] = actor.post
        session.save()
        return Browser(client)

    return login


@contextmanager
def at_most(most: int) -> Iterator[None]:
    """No more statements than this, begin and savepoints included. Counted where they are sent: Django's own log of
    queries leaves some out.
    """
    from django.db import connection

    sent: list[str] = []

    def count(execute: Any, sql: Any, parameters: Any, many: bool, context: Any) -> Any:
        sent.append(" ".join(str(sql).split())[:110])
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(count):
        yield
    assert len(sent) <= most, f"{len(sent)} statements, at most {most}:\n" + "\n".join(sent)


def conclude_steps(city: Any, id: str) -> None:
    """Every step of an accepted case done, none against it."""
    from yichuang.cases.service import replay_case

    while not (case := replay_case(id)).steps_done:
        for code, step in case.steps.items():
            if step.status == "open":
                survey = city.standard.step(code).post.value == "surveyor"
                actor = city.surveyor if survey else city.reviewer
                officers = [city.surveyor2.person] if survey else []
                city.do(id, "conclude", actor, step=code, verdict="pass", opinion="符合", officers=officers)
