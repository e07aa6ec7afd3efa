"""Questions about a standard that only a person can judge (3.2d): asked by the program, answered on record by the
office that examines it. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from yichuang.catalog.checker import StandardFinding


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a line of the manuscript, and the clause it is asked for. `code` tells the questions of one
    submission apart.
    """

    code: str
    line: str
    words: str
    clause: str


def ask_questions(findings: Iterable[StandardFinding]) -> tuple[Question, ...]:
    """What the checker remarks without forbidding it."""
    remarks = [finding for finding in findings if not finding.blocks]
    return tuple(Question(f"q{n}-{f.code}", f.part.value, f.message, f.clause) for n, f in enumerate(remarks, start=1))
