"""Questions about a standard that only a person can judge (3.2d): asked by the program, answered on record by the
office that examines it. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from yichuang.catalog.checker import StandardFinding
from yichuang.catalog.listing.resembling import Resemblance
from yichuang.kernel.sm3 import sm3

TELL_APART = "请写明两者在对象、条件、材料上的区别；是同一事项的，不得再发布。"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a line of the manuscript, and the clause it is asked for. `code` tells the questions of one
    submission apart.
    """

    code: str
    line: str
    words: str
    clause: str


def ask_questions(
    findings: Iterable[StandardFinding], resemblances: Iterable[Resemblance] = ()
) -> tuple[Question, ...]:
    """What the checker remarks without forbidding it, and every ended item that the standard may bring back (3.1b)."""
    remarks = [finding for finding in findings if not finding.blocks]
    asked = [Question(f"{f.code}-{_mark(f.message)}", f.part.value, f.message, f.clause) for f in remarks]
    asked += [
        Question(f"r-{r.ended.code}", r.likenesses[0].line, f"{r.words}{TELL_APART}", "3.1b") for r in resemblances
    ]
    return tuple(asked)


def _mark(words: str) -> str:
    """The same for the same words: what was answered is never taken for another question that comes to its place."""
    return sm3(words.encode()).hex()[:8]
