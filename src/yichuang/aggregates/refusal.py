"""A refused command: what happened, on what ground, what to do next (style: every error a person can meet says
these).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from yichuang.kernel.policy import cite_ground


class Kind(StrEnum):
    INPUT = "input"  # the content is wrong: mend it and send again
    STALE = "stale"  # it has moved on meanwhile: reload
    RULE = "rule"  # a clause forbids it
    FORBIDDEN = "forbidden"  # not this person's or post's act


class Refused(Exception):
    """Carries code, clause, a Chinese sentence and the next step. Never shows a private value."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        clause: str = "",
        next: str = "",
        kind: Kind = Kind.RULE,
        **details: Any,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.clause = clause
        self.next = next
        self.kind = kind
        self.details = details

    @property
    def basis(self) -> str:
        """What it rests on, as people read it: an article of law, or a clause of the policy by its place there."""
        return cite_ground(self.clause)

    def say(self) -> str:
        """The whole refusal in a row of sentences: what happened, on what ground, what to do next."""
        return self.message + (f"依据：{self.basis}。" if self.basis else "") + self.next


class Invalid(Refused):
    """What was entered is wrong: a form shows it beside the field it speaks of."""

    def __init__(self, code: str, message: str, **details: Any) -> None:
        super().__init__(code, message, kind=Kind.INPUT, **details)


def require(
    holds: object,
    code: str,
    message: str,
    *,
    clause: str = "",
    next: str = "",
    kind: Kind = Kind.RULE,
    **details: Any,
) -> None:
    """Refuse unless it holds."""
    if not holds:
        raise Refused(code, message, clause=clause, next=next, kind=kind, **details)
