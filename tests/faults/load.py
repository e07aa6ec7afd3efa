"""Programs that live lives over the API while things break, and what they were told."""

from __future__ import annotations

import http.client
import threading
import time
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.waiting import HANGS
from yichuang.ops.bench.life import Cast
from yichuang.ops.bench.programs import Answer, Client, Command, live

ASKED_AGAIN = 0.2  # share of acknowledged commands that are sent once more


@dataclass(frozen=True)
class Acknowledged:
    command: Command
    body: dict[str, Any]
    tries: int
    at: float


@dataclass
class Program(threading.Thread):
    """Lives lives until told to stop, then ends the last one. Tries again with the same key, as programs should."""

    port: int
    people: Cast
    tokens: dict[str, str]
    seed: int
    stop: threading.Event
    told: list[Acknowledged] = field(default_factory=list)
    unavailable: int = 0
    broken: int = 0
    failure: BaseException | None = None

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.client = Client(self.port)
        self.random = Random(self.seed)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        try:
            while not self.stop.is_set():
                live(self.people, self.tokens, self.done)
        except BaseException as error:
            self.failure = error

    def done(self, command: Command) -> dict[str, Any]:
        """Have it done, whatever breaks meanwhile. The answer of every retry must be the same."""
        body, tries = self._insist(command)
        self.told.append(Acknowledged(command, body, tries, time.monotonic()))
        if self.random.random() < ASKED_AGAIN:
            again, _ = self._insist(command)
            assert same(again, body), (command.name, body, again)
        return body

    def _insist(self, command: Command) -> tuple[dict[str, Any], int]:
        tries, end = 0, time.monotonic() + HANGS
        while time.monotonic() < end:
            tries += 1
            answer = self._try(command)
            if answer and answer.done:
                return answer.body, tries
            if answer:
                check_unavailable(answer)
            time.sleep(self.random.uniform(0.05, 0.25))
        raise AssertionError(f"{command.name} was not done within {HANGS} s")

    def _try(self, command: Command) -> Answer | None:
        """None when the connection broke."""
        try:
            answer = self.client.ask("POST", command.path, command.token, key=command.key, body=command.body)
        except (OSError, http.client.HTTPException):
            self.broken += 1
            return None
        self.unavailable += answer.status == 503
        return answer


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """But for the note that it is a repetition."""
    return {**one, "repeated": None} == {**other, "repeated": None}


def check_unavailable(answer: Answer) -> None:
    """The only other answer that is right: 503, when to come back, and in Chinese what to do."""
    assert answer.status == 503, (answer.status, answer.body)
    assert int(answer.headers["retry-after"]) > 0
    assert "同一个 Idempotency-Key" in answer.body["next"], answer.body
    assert answer.body["detail"] and answer.headers["content-type"].startswith("application/problem+json")
