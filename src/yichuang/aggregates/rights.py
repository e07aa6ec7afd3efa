"""Who may do what no case and no order decides. Each room keeps a table of its rights (`rights.py`): its acts ask it
before anything else, and pages ask it what to show.
"""

from __future__ import annotations

from dataclasses import dataclass

from yichuang.aggregates.refusal import Kind, require
from yichuang.ledger.actor import SYSTEM, Actor

# System, security and audit administration are three hands, closed to one another (三员分立)
THREE_HANDS = "GB/T 22239-2019 8.1.5"
SWITCH = "如您有该岗位，请先切换岗位。"


@dataclass(frozen=True, slots=True)
class Right:
    """The kinds of post that have it, and a sentence that says so to others. The program itself (`SYSTEM`: founding a
    store, the command line) has every right.
    """

    code: str
    posts: frozenset[str]
    message: str
    clause: str = ""

    def may(self, actor: Actor) -> bool:
        return actor.person == SYSTEM.person or actor.post_kind in self.posts

    def demand(self, actor: Actor) -> None:
        """Raises Refused(forbidden)."""
        require(self.may(actor), self.code, self.message, clause=self.clause, next=SWITCH, kind=Kind.FORBIDDEN)


def right_of_sysadmin(message: str) -> Right:
    return Right("not-sysadmin", frozenset({"sysadmin"}), message, THREE_HANDS)


def right_of_secadmin(message: str) -> Right:
    return Right("not-secadmin", frozenset({"secadmin"}), message, THREE_HANDS)
