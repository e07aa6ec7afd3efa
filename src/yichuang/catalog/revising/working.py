"""What is written of a revision, read from its rows: checked against the eight parts and against this store, with the
questions that it leaves to a person.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from yichuang.aggregates.prepare import exact_json
from yichuang.aggregates.settings import sql_value
from yichuang.catalog.checker import StandardFinding, list_findings
from yichuang.catalog.document import write_document
from yichuang.catalog.drafting.content import ID, LISTS, BadContent, Content, Fault, Head, read_content
from yichuang.catalog.intake import list_store_faults
from yichuang.catalog.laws.queries import REGISTERED, register_upto
from yichuang.catalog.laws.register import LawFault, list_faults, mark_by_register
from yichuang.catalog.listing.queries import read_standing
from yichuang.catalog.listing.resembling import find_resemblances
from yichuang.catalog.models import Manuscript, Submission
from yichuang.catalog.models import Revision as RevisionRow
from yichuang.catalog.parameters import RESEMBLANCE
from yichuang.catalog.revising.facts import Work
from yichuang.catalog.revising.questions import ask_questions
from yichuang.catalog.revising.state import Revision, Stage
from yichuang.catalog.service import digest_of
from yichuang.kernel.canonical import canonical
from yichuang.kernel.policy import cite_ground
from yichuang.ledger.fast import run
from yichuang.org.queries import get_department

CITY_LEVEL, COUNTY_LEVEL = "3", "4"  # GB/T 39046 附录 A.2


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What a content is checked with besides departments and list: the day, the version of the register of laws, the
    share at which an ended item resembles, and whether the standards are for real use.
    """

    day: date
    register: int
    share: int
    real: bool


# Of these facts what a statement reads beside something else, as whole numbers
BESIDE = {
    "register": REGISTERED,
    "share": sql_value(RESEMBLANCE, "share"),
    "real": "(select case when exists (select 1 from ledger_store where kind <> 'production') then 0"
    " when exists (select 1 from ledger_store) or exists (select 1 from ledger_entry) then 1 else 0 end)",
}


def store_facts(day: date, beside: Mapping[str, int]) -> StoreFacts:
    return StoreFacts(day, beside["register"], beside["share"], bool(beside["real"]))


def read_store_facts(day: date) -> StoreFacts:
    """The same, read by itself. One statement."""
    with run(f"select {', '.join(BESIDE.values())}", []) as cursor:
        return store_facts(day, dict(zip(BESIDE, cursor.fetchone(), strict=True)))


@lru_cache(maxsize=64)
def _read_submission(digest: str) -> str:
    """What was submitted under a digest: it never changes. One statement, none for one that was read."""
    return Submission.objects.values_list("content", flat=True).get(digest=digest)


def find_work(revision: Revision, first_day: date, store: StoreFacts, *, locked: bool = False) -> Work:
    """The manuscript while it is drafted, else what was submitted, as a version in force from a day. `locked`: nobody
    changes it until the transaction ends. Three statements, and one after the register has changed.
    """
    if revision.stage is not Stage.DRAFTING:
        text = _read_submission(revision.submitted)
        return check_content(json.loads(text), head_of(revision, first_day), revision.submitted, store)
    rows = Manuscript.objects.select_for_update() if locked else Manuscript.objects.all()
    row = rows.get(revision=revision.id)
    digest = digest_of(write_content(row.content))
    return replace(check_content(row.content, head_of(revision, first_day), digest, store), editors=tuple(row.editors))


def write_content(content: Content) -> str:
    """A content as one text, the same for equal contents: what its digest is of."""
    return canonical(exact_json(content))


def head_of(revision: Revision | RevisionRow, first_day: date) -> Head:
    """What the list and the examination say of the version. One statement at most."""
    department = get_department(revision.department)
    level = CITY_LEVEL if department.division.level == "city" else COUNTY_LEVEL
    return Head(
        revision.item, revision.name, revision.division, department.code, department.name, level, revision.version,
        first_day, department.uscc,
    )  # fmt: skip


def check_content(content: Content, head: Head, digest: str, store: StoreFacts) -> Work:
    """What a content would be published as, or why it cannot be. Two statements, and one after the register has
    changed; one more where an item is not on the list.
    """
    try:
        standard = read_content(content, head)
    except BadContent as bad:
        return Work(digest, content, faults=bad.faults)
    register = register_upto(store.register)
    standing = read_standing(standard.division, standard.item, store.day)
    findings = tuple(list_findings(mark_by_register(register, standard), real=store.real))
    faults = [_fault_of(finding) for finding in findings if finding.blocks]
    faults += [Fault("", words) for words in list_store_faults(standard, standing)]
    faults += [_fault_of_law(fault, content) for fault in list_faults(register, standard, head.valid_from)]
    resemblances = find_resemblances(standard, standing.ended, store.share)
    document = digest_of(write_document(standard))
    questions = tuple(replace(q, line=_line_in(content, q.line)) for q in ask_questions(findings, resemblances))
    return Work(digest, content, (), tuple(faults), findings, questions, standard, document)


def _fault_of_law(fault: LawFault, content: Content) -> Fault:
    return Fault(_line_in(content, fault.line), f"{fault.why}{fault.next}（{cite_ground('3.5h')}）")


def _line_in(content: Content, line: str) -> str:
    """A line of the standard as the content has it: rows without a code are counted there (`b3`), and edited by id."""
    name, *rest = line.split("/")
    letter = LISTS[name][1] if name in LISTS and not LISTS[name][0] else ""
    if letter:
        rest[0] = str(content[name][int(rest[0].removeprefix(letter)) - 1][ID])
    return "/".join((name, *rest))


def _fault_of(finding: StandardFinding) -> Fault:
    return Fault(finding.part.value, f"{finding.message}（{cite_ground(finding.clause)}）")
