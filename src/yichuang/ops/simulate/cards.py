"""Plans what people do with a card: its state in, one dated act or none out. Pure and repeatable, as `planner`.

The supervisor sends it, the supervised sign, answer or appeal, the watch verifies or rechecks. How soon the supervised
act is the department's manner; whether they may is for the door.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from yichuang.kernel.calendar import WorkingCalendar
from yichuang.ledger.actor import Actor
from yichuang.ops.simulate import card_words as words
from yichuang.ops.simulate import hours
from yichuang.ops.simulate.cast import Cast
from yichuang.ops.simulate.manners import manner_of
from yichuang.orders.core.state import Order, OrderLevel, Stage

NAMESPACE = uuid.UUID("0f7f2a53-0b8f-4f0e-9d6e-51e36e0f2a77")
WATCHING = ("supervisor", "office")  # posts that send, verify and recheck, in this order
# Shares of all cards
_DISMISSED, _APPEALED, _UPHELD, _RETURNED, _ASSIGNED = 0.03, 0.09, 0.4, 0.1, 0.3


@dataclass(frozen=True)
class CardAct:
    """A planned act on a card: moment, name, actor, data; an act that sends it takes its text from its finding."""

    moment: datetime
    name: str
    actor: Actor
    data: dict[str, Any] = field(default_factory=dict)


def command_id(order: str, number: int) -> uuid.UUID:
    """The id of the n-th command on a card, by which the door recognises repeats."""
    return uuid.uuid5(NAMESPACE, f"{order}/{number}")


class CardPlanner:
    """Plans within one store: its cast and its calendar. `seed` tells histories apart."""

    def __init__(self, seed: int, cast: Cast, calendar: WorkingCalendar) -> None:
        self.seed, self.cast, self.calendar = seed, cast, calendar
        self.officers: Mapping[str, Actor] = {
            actor.person: actor for actors in cast.officers.values() for actor in actors
        }

    def next(self, order: Order) -> CardAct | None:
        """The next act on a card, reckoned from when its stage began; None when nobody acts any more."""
        match order.stage:
            case Stage.DRAFTED:
                return self._send(order)
            case Stage.ISSUED:
                return self._sign(order)
            case Stage.SIGNED | Stage.RETURNED:
                return self._answer(order)
            case Stage.REPLIED:
                return self._verify(order)
            case Stage.APPEALED:
                return self._recheck(order)
        return None

    def _send(self, order: Order) -> CardAct:
        r = self._random(order, "send")
        moment = self._after(order, r.uniform(0.3, 9))
        if order.level is OrderLevel.YELLOW and r.random() < _DISMISSED:
            return CardAct(moment, "cancel", self._watch(order)[0], {"text": r.choice(words.DISMISSED)})
        return CardAct(moment, "issue", self._watch(order)[0])

    def _sign(self, order: Order) -> CardAct:
        """Who is responsible signs; where nobody is named the head does, who may name somebody first."""
        r = self._random(order, "sign", order.level)
        moment = self._after(order, r.expovariate(1 / 2.5) * manner_of(order.department).answers)
        reviewers = self.cast.officers.get((order.department, "reviewer"), [])
        if not order.person and reviewers and r.random() < _ASSIGNED:
            return CardAct(moment, "assign", self._head(order), {"person": reviewers[0].person})
        return CardAct(moment, "sign", self._supervised(order))

    def _answer(self, order: Order) -> CardAct:
        """An answer; of some cards an appeal first, which only two watchers can recheck."""
        again = order.stage is Stage.RETURNED or order.appeals > 0
        r = self._random(order, "answer", order.returns, order.appeals)
        hours_taken = min(0.5 + r.expovariate(1 / 5), 20) * manner_of(order.department).answers
        alone = len(self._watch(order)) < 2 or order.rule == "R-L03"  # nothing excuses a licence that ran out
        appeals = () if again or alone else words.APPEALS.get(_subject(order), ())
        if appeals and r.random() < _APPEALED:
            moment = self._after(order, min(hours_taken, 17))
            return CardAct(moment, "appeal", self._supervised(order), {"text": r.choice(appeals)})
        texts = words.REPLIED_AGAIN if order.stage is Stage.RETURNED else words.REPLIES[_subject(order)]
        return CardAct(self._after(order, hours_taken), "reply", self._supervised(order), {"text": r.choice(texts)})

    def _verify(self, order: Order) -> CardAct:
        r = self._random(order, "verify", order.returns)
        moment = self._after(order, min(1 + r.expovariate(1 / 9), 45))
        watcher = self._watch(order)[0]
        if not order.returns and r.random() < _RETURNED:
            return CardAct(moment, "return", watcher, {"text": r.choice(words.RETURNS)})
        return CardAct(moment, "verify", watcher, {"text": r.choice(words.VERIFIED)})

    def _recheck(self, order: Order) -> CardAct | None:
        """Somebody other than who sent it."""
        r = self._random(order, "recheck")
        others = [actor for actor in self._watch(order) if actor.person != order.issuer]
        if not others:
            return None
        name, texts = ("uphold", words.UPHELD) if r.random() < _UPHELD else ("reject", words.REJECTED)
        moment = self._after(order, min(4 + r.expovariate(1 / 8), 33))
        return CardAct(moment, name, others[0], {"text": r.choice(texts.get(_subject(order), texts[words.OTHER]))})

    # --- who and when -------------------------------------------------------------------------------------------------

    def _random(self, order: Order, *subject: object) -> Random:
        return Random("/".join(map(str, ("card", self.seed, order.id, *subject))))

    def _after(self, order: Order, length: float) -> datetime:
        """So many hours of work after the present stage began."""
        assert order.moved_at is not None  # every stage but the first has begun
        return hours.add_work(self.calendar, order.moved_at, length)

    def _watch(self, order: Order) -> list[Actor]:
        office = f"{order.division}/zwb"
        return [actor for kind in WATCHING for actor in self.cast.officers.get((office, kind), [])]

    def _head(self, order: Order) -> Actor:
        return self.cast.officers_at(order.department, "head")[0]

    def _supervised(self, order: Order) -> Actor:
        return self.officers.get(order.person) or self._head(order)


def _subject(order: Order) -> str:
    """What a card is about, by which people find words: time, procedure, what was entered afterwards, what happened
    outside, conduct.
    """
    if order.rule == "R-O02":
        return "entered"
    subjects = {"T": "time", "L": "time", "P": "procedure", "F": "procedure", "O": "outside", "N": "outside"}
    return subjects.get(order.rule[2:3], "conduct")
