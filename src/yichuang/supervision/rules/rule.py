"""What a rule is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import import_module
from typing import Any

from yichuang.aggregates.parameters import Parameter
from yichuang.kernel.policy import cite_policy
from yichuang.supervision.rules.naming import NO_NAMES, Names, name_amount, name_lateness


class Level(StrEnum):
    """How grave a hit is. Yellow is measured against the promised limit, red against the statutory one or a breach
    that no limit excuses (design §6).
    """

    YELLOW = "yellow"
    RED = "red"

    @property
    def label(self) -> str:
        return {"yellow": "黄", "red": "红"}[self.value]


class Status(StrEnum):
    """Whether the rule judges anything yet."""

    LIVE = "live"  # woken by acts, or by the sweep
    WAITING = "waiting"  # for data that a later part of the product brings

    @property
    def label(self) -> str:
        return {"live": "在线", "waiting": "待数据"}[self.value]


class Scope(StrEnum):
    """What must be looked at together to judge one case."""

    CASE = "case"  # the case alone
    SUBJECT = "subject"  # the cases of its applicant, and what is told of it elsewhere under the same number
    POPULATION = "population"  # everything: judged whole by the sweep, and about no case


class Entries(StrEnum):
    """Whose entries `seq` and `other` of a hit name: the table of the contract that has them."""

    CASE = "events"
    LICENCE = "licence_acts"


# What every hit says. `at` tells two hits of a rule in one case apart; `seq` and `other` name the entries it rests on;
# `department` is whose act it is, and `item` what it is about, both empty for the case's own. A hit on the population
# has no case.
HIT = ("case_id", "at", "level", "department", "person", "day", "measured", "allowed", "seq", "other", "item")

Parameters = dict[str, int]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the catalogue (domain §4.2)."""

    code: str  # R-T02
    title: str
    clause: str  # of the policy, 4.1b
    basis: str  # law or policy, in Chinese
    says: str | dict[str, str]  # the sentence for people; by the first part of `at` where several things can be wrong
    wakes: frozenset[str] = frozenset()  # kinds of event after which it is judged again
    find: str = ""  # module and function, "limits.promise_broken"; empty: waiting
    parameters: dict[str, Parameter] = field(default_factory=dict)
    waits_for: str = ""  # what a waiting rule waits for, in Chinese
    weak: str = ""  # what it cannot know, in Chinese
    scope: Scope = Scope.CASE
    sign: bool = False  # what it finds is a sign to look into (domain §4.2: heuristic), no breach: a reminder, no card
    of_post: bool = (
        False  # a hit that names no department is its act's whose entry `seq` is, by the post it was done from
    )
    everywhere: bool = False  # judges every case; others only where the standard sets a supervision point for them
    entries: Entries = Entries.CASE
    version: int = 1  # raised when the rule finds something else

    @property
    def policy(self) -> str:
        """The clause of the policy as the public reads it."""
        return cite_policy(self.clause)

    @property
    def ground(self) -> str:
        """Policy and law that the rule rests on, each once."""
        return "；".join(dict.fromkeys((self.policy, self.basis)))

    @property
    def status(self) -> Status:
        return Status.LIVE if self.find else Status.WAITING

    def sentence(self, at: str, measured: int | None, allowed: int | None, names: Names = NO_NAMES) -> str:
        """What a hit says to people, with the names that its standard gives."""
        return self.fill(self.says, at, measured, allowed, names) or self.title

    def fill(
        self, says: str | dict[str, str], at: str, measured: int | None, allowed: int | None, names: Names,
        translate: Callable[[str], str] = str,
    ) -> str:  # fmt: skip
        """The rule's sentence, or the same in another language, filled with what was measured; empty where there is
        none for what is wrong. `translate` says the values in that language.
        """
        first, _, rest = at.partition("/")
        template, place = (says, at) if isinstance(says, str) else (says.get(first, ""), rest)
        code, round, before = (*place.split("/"), "", "", "")[:3]
        values = {
            "place": place,
            "measured": "—" if measured is None else str(measured),
            "allowed": "—" if allowed is None else str(allowed),
            "material": names.materials.get(place, place),
            "fee": names.fees.get(place, place),
            "basis": place.partition("/")[2],
            "licence": place.rpartition("/")[0],
        }
        said = {
            "lateness": name_lateness(measured),
            "apart": "同一天" if measured == 0 else f"相隔{values['measured']}天",
            "step": names.step(code, round),
            "before": names.step(before),
            "step_limit": names.limit(allowed, code),
            "promised": names.limit(allowed, "promised"),
            "statutory": names.limit(allowed, "statutory"),
            "extended": names.limit(measured, "statutory"),
            "survey": names.survey(place),
            "paid": name_amount(measured),
            "due": name_amount(allowed),
        }
        return template.format(**values, **{name: translate(words) for name, words in said.items()})

    def defaults(self) -> Parameters:
        return {name: parameter.default for name, parameter in self.parameters.items()}

    def hits(self, parameters: Parameters | None = None) -> Any:
        """The hits as an Ibis table. Raises LookupError for a waiting rule.

        Only who judges loads Ibis: pages read the catalogue without it.
        """
        if not self.find:
            raise LookupError(self.code)
        hits = self.find_hits({**self.defaults(), **(parameters or {})})
        return add_departments_of_posts(hits) if self.of_post else hits

    def find_hits(self, parameters: Parameters) -> Any:
        """The hits before those of posts are given their department, as an Ibis table."""
        from yichuang.supervision.rules.tables import cases, points

        module, name = self.find.split(".")
        hits = getattr(import_module(f"yichuang.supervision.rules.{module}"), name)(parameters)
        if self.everywhere or self.scope is Scope.POPULATION:
            return hits
        pointed = points.filter(points.rule == self.code).select("standard").distinct()
        watched = cases.select("case_id", "standard").semi_join(pointed, "standard")
        return hits.semi_join(watched, "case_id")


def add_departments_of_posts(hits: Any) -> Any:
    """The hits with the department of the post from which the entry `seq` was made, where they name none."""
    from yichuang.supervision.rules.tables import events, posts

    made = events.filter(events.post != "").select("case_id", "seq", "post")
    made = made.join(posts.select("post", made_in=posts.department), "post").select("case_id", "seq", "made_in")
    known = hits.left_join(made, ["case_id", "seq"])
    own = known.made_in.fill_null("")
    return known.mutate(department=(known.department != "").ifelse(known.department, own)).select(*HIT)
