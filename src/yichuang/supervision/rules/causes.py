"""One cause, one card (4.1b): which findings follow from one lapse, and which of them leads. Pure.

What leads is counted, listed and sent; the others stand under it as what it brought about, or as further records.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from datetime import date, datetime
from typing import Any, Generic, Protocol, TypeVar

Id = TypeVar("Id", bound=Hashable)  # of one order


class Found(Protocol[Id]):
    """What is looked at of an open finding."""

    id: Id
    rule: str
    case_id: str
    at: str
    level: str
    person: str
    day: date | None
    measured: int | None
    allowed: int | None
    seq: int | None
    found_at: datetime


# Of equal level the cause leads, and what comes of it stands under it
CAUSES = (
    "R-L03", "R-T01", "R-T03", "R-T04", "R-T02", "R-T10", "R-O01", "R-O05", "R-O02", "R-O03", "R-P06", "R-P05",
    "R-P07", "R-P11",
)  # fmt: skip
# Rules that hold several things against one document or entry
OF_ENTRY = frozenset({"R-T05", "R-P05", "R-P06", "R-P07", "R-P11", "R-O02", "R-O03"})
DECIDING = frozenset({"R-T02", "R-T03", "R-L03"})


def list_leads(findings: Iterable[Found[Id]]) -> dict[Id, Id | None]:
    """For each of these open findings the one that it stands under; None for those that lead."""
    groups: _Groups[Id] = _Groups()
    by_case: dict[str, list[Found[Id]]] = defaultdict(list)
    for finding in findings:
        by_case[finding.case_id].append(finding)
    for case, of_case in by_case.items():
        for finding in of_case:
            groups.add(finding, (case, *key) if (key := _find_key(finding)) else None)
        if case and len(of_case) > 1:
            groups.join(_consequences(of_case))
    for reported in by_case.values():  # what one system tells in a day is one lapse, whatever it tells of
        for finding in reported:
            if finding.rule == "R-O01":
                groups.add(finding, ("reports", batch_of(finding)))
    return groups.leads()


def batch_of(finding: Found[Any]) -> str:
    """The reports with which a finding of R-O01 belongs together: those of a system on the day they were told."""
    return f"{finding.case_id.rpartition('/')[0]}/{finding.day}"


def _find_key(finding: Found[Any]) -> tuple[object, ...] | None:
    """What findings of one lapse have in common within a case; None for one that stands alone."""
    rule = finding.rule
    if rule in OF_ENTRY:
        return None if finding.seq is None else ("entry", finding.seq)
    if rule in DECIDING:
        return ("decide",)
    if rule in ("R-T04", "R-T10"):
        return ("step", finding.at)
    first, _, rest = finding.at.partition("/")
    if rule == "R-T08":
        return ("special", rest)
    if rule == "R-P02" and first in ("device", "session"):
        return ("shared", rest)
    if rule == "R-P02" and first == "post":
        return ("unseated", finding.person)
    return ("decider",) if rule == "R-P03" and first in ("decide", "review") else None


def _consequences(findings: list[Found[Id]]) -> Iterator[tuple[Found[Id], Found[Id]]]:
    """Pairs in a case of what happened and what came of it."""
    of_rule: dict[str, list[Found[Id]]] = defaultdict(list)
    for finding in findings:
        of_rule[finding.rule].append(finding)
    for late in (*of_rule["R-T02"], *of_rule["R-T03"]):
        # without the delay of the step, or of the word on acceptance, the decision would have been in time
        steps = [s for s in of_rule["R-T04"] if _day(s) <= _day(late) and (s.measured or 0) >= (late.measured or 0)]
        if steps:
            yield max(steps, key=lambda step: (step.measured or 0, step.at)), late
        for silent in of_rule["R-T01"]:
            if silent.at == "silent" and (late.measured or 0) <= (silent.allowed or 0):
                yield silent, late
    for bulk in (f for f in of_rule["R-O02"] if f.at == "bulk"):
        for quick in (f for f in of_rule["R-P02"] if f.at.startswith("quick/")):
            yield bulk, quick
    for outside in of_rule["R-O01"]:
        for twice in of_rule["R-O05"]:
            yield outside, twice


def _day(finding: Found[Any]) -> date:
    return finding.day or date.max


class _Groups(Generic[Id]):
    """Findings that are united step by step (union-find)."""

    def __init__(self) -> None:
        self.findings: dict[Id, Found[Id]] = {}
        self.above: dict[Id, Id] = {}  # of those that were united with another
        self.keyed: dict[object, Id] = {}

    def add(self, finding: Found[Id], key: object) -> None:
        """Unite the finding with those of the same key, if it has one."""
        self.findings[finding.id] = finding
        if key is not None:
            first = self.keyed.setdefault(key, finding.id)
            if first != finding.id:
                self._unite(first, finding.id)

    def join(self, pairs: Iterable[tuple[Found[Id], Found[Id]]]) -> None:
        for one, other in pairs:
            self._unite(one.id, other.id)

    def leads(self) -> dict[Id, Id | None]:
        members: dict[Id, list[Found[Id]]] = defaultdict(list)
        for id in self.above:
            members[self._root(id)].append(self.findings[id])
        leads: dict[Id, Id | None] = dict.fromkeys(self.findings)
        for root, group in members.items():
            first = min((self.findings[root], *group), key=_rank).id
            leads.update((one.id, first) for one in (self.findings[root], *group) if one.id != first)
        return leads

    def _root(self, id: Id) -> Id:
        while (higher := self.above.get(id)) is not None:
            id = higher
        return id

    def _unite(self, one: Id, other: Id) -> None:
        upper, lower = self._root(one), self._root(other)
        if upper != lower:
            self.above[lower] = upper


def _rank(finding: Found[Any]) -> tuple[bool, int, datetime, str, Any]:
    """The gravest first, then the cause, then what was found first."""
    cause = CAUSES.index(finding.rule) if finding.rule in CAUSES else len(CAUSES)
    return finding.level != "red", cause, finding.found_at, finding.at, finding.id
