"""One cause, one card (4.1b): which findings follow from one lapse, and which of them leads. Pure.

What leads is counted, listed and sent; the others stand under it as what it brought about, or as further records.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Protocol
from uuid import UUID


class Found(Protocol):
    """What is looked at of an open finding."""

    id: UUID
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
_CAUSES = (
    "R-L03", "R-T01", "R-T03", "R-T04", "R-T02", "R-T10", "R-O01", "R-O05", "R-O02", "R-O03", "R-P06", "R-P05",
    "R-P07", "R-P11",
)  # fmt: skip
# Rules that hold several things against one document or entry
_OF_ENTRY = frozenset({"R-T05", "R-P05", "R-P06", "R-P07", "R-P11", "R-O02", "R-O03"})
_DECIDING = frozenset({"R-T02", "R-T03", "R-L03"})


def list_leads(findings: Iterable[Found]) -> dict[UUID, UUID | None]:
    """For each of these open findings the one that it stands under; None for those that lead."""
    groups = _Groups()
    by_case: dict[str, list[Found]] = defaultdict(list)
    for finding in findings:
        by_case[finding.case_id].append(finding)
    for case, of_case in by_case.items():
        for finding in of_case:
            groups.add(finding, *(f"{case}/{key}" for key in _keys(finding)))
        if case:
            groups.join(_consequences(of_case))
    for reported in by_case.values():  # what one system tells in a day is one lapse, whatever it tells of
        for finding in reported:
            if finding.rule == "R-O01":
                groups.add(finding, f"reports/{batch_of(finding)}")
    return groups.leads()


def batch_of(finding: Found) -> str:
    """The reports with which a finding of R-O01 belongs together: those of a system on the day they were told."""
    return f"{finding.case_id.rpartition('/')[0]}/{finding.day}"


def _keys(finding: Found) -> Iterator[str]:
    """What findings of one lapse have in common within a case."""
    first, _, rest = finding.at.partition("/")
    if finding.rule in ("R-T04", "R-T10"):
        yield f"step/{finding.at}"
    elif finding.rule in _DECIDING:
        yield "decide"
    elif finding.rule == "R-T08":
        yield f"special/{rest}"
    elif (finding.rule, first) in (("R-P02", "device"), ("R-P02", "session")):
        yield f"shared/{rest}"
    elif (finding.rule, first) == ("R-P02", "post"):
        yield f"unseated/{finding.person}"
    elif (finding.rule, first) in (("R-P03", "decide"), ("R-P03", "review")):
        yield "decider"
    elif finding.rule in _OF_ENTRY and finding.seq is not None:
        yield f"entry/{finding.seq}"


def _consequences(findings: list[Found]) -> Iterator[tuple[Found, Found]]:
    """Pairs in a case of what happened and what came of it."""
    of_rule: dict[str, list[Found]] = defaultdict(list)
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


def _day(finding: Found) -> date:
    return finding.day or date.max


class _Groups:
    """Findings that are united step by step (union-find)."""

    def __init__(self) -> None:
        self.findings: dict[UUID, Found] = {}
        self.above: dict[UUID, UUID] = {}
        self.keyed: dict[str, UUID] = {}

    def add(self, finding: Found, *keys: str) -> None:
        self.findings[finding.id] = finding
        self.above.setdefault(finding.id, finding.id)
        for key in keys:
            self._unite(self.keyed.setdefault(key, finding.id), finding.id)

    def join(self, pairs: Iterable[tuple[Found, Found]]) -> None:
        for one, other in pairs:
            self._unite(one.id, other.id)

    def leads(self) -> dict[UUID, UUID | None]:
        members: dict[UUID, list[Found]] = defaultdict(list)
        for finding in self.findings.values():
            members[self._root(finding.id)].append(finding)
        first = {root: min(group, key=_rank).id for root, group in members.items()}
        leads = {id: first[self._root(id)] for id in self.findings}
        return {id: None if lead == id else lead for id, lead in leads.items()}

    def _root(self, id: UUID) -> UUID:
        while self.above[id] != id:
            self.above[id] = self.above[self.above[id]]
            id = self.above[id]
        return id

    def _unite(self, one: UUID, other: UUID) -> None:
        self.above[self._root(other)] = self._root(one)


def _rank(finding: Found) -> tuple[bool, int, datetime, str, str]:
    """The gravest first, then the cause, then what was found first."""
    cause = _CAUSES.index(finding.rule) if finding.rule in _CAUSES else len(_CAUSES)
    return finding.level != "red", cause, finding.found_at, finding.at, str(finding.id)
