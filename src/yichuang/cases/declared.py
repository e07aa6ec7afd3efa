"""What the mechanism of every life needs to know of cases: their tables, their numbers, what their facts are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from yichuang.aggregates.acts import Happened
from yichuang.aggregates.aggregate import Aggregate, Locked
from yichuang.aggregates.refusal import Refused
from yichuang.aggregates.settings import reads_of
from yichuang.aggregates.tables import Appended, Entry, Owned, Row, Values
from yichuang.cases import numbers
from yichuang.cases.codec import CODEC
from yichuang.cases.core import commands as co
from yichuang.cases.core import events as ev
from yichuang.cases.core.decide import LIFE
from yichuang.cases.core.facts import CaseFacts
from yichuang.cases.core.lapse import next_moment
from yichuang.cases.core.state import STATE_VERSION, Case
from yichuang.cases.flattening import CaseFlattener
from yichuang.cases.models import Access, Certificate
from yichuang.cases.models import Case as CaseRow
from yichuang.cases.papers import issued_by
from yichuang.cases.parameters import RUNGS, parameters_upto
from yichuang.cases.projections import access, limits, nearest_due, row
from yichuang.cases.queries import visible
from yichuang.catalog.queries import current_key
from yichuang.catalog.queries import standard as published_standard
from yichuang.catalog.standard import Standard
from yichuang.catalog.words import bigrams
from yichuang.ledger.actor import Actor
from yichuang.ledger.fast import run
from yichuang.org.door import calendar_upto, persons_holding

CERTIFICATES = """
select identifier, type from cases_certificate
where subject = %(subject)s and status = 'valid'
  and (valid_to is null or valid_to >= (ledger_now() at time zone 'Asia/Shanghai')::date)
"""


# --- facts ------------------------------------------------------------------------------------------------------------


def facts(locked: Locked[Case], command: Any, actor: Actor) -> CaseFacts:
    """What every command on a case knows: calendar, parameters and the standard it runs on. No statement once they are
    read. Raises Refused for a standard that is not in force.
    """
    key = command.standard if isinstance(command, co.Submit) else locked.state.standard
    standard = _in_force(key) if isinstance(command, co.Submit) else _published(key)
    reads = locked.reads
    parameters = parameters_upto(reads["parameters"], reads["announced"])
    facts = CaseFacts(locked.now, calendar_upto(reads["calendar"]), standard, actor, parameters)
    return replace(facts, moved=True) if _moved(locked, facts) else facts


def _moved(locked: Locked[Case], facts: CaseFacts) -> bool:
    """Whether a calendar or a parameter loaded since the row was written moves a date of the case."""
    row = locked.row
    if not row or row["reckoning"] == locked.reckoning:
        return False
    dates = (nearest_due(locked.state, facts), *limits(locked.state, facts))
    return dates != (row["due_on"], row["promised_due"], row["statutory_due"])


def _published(key: str) -> Standard:
    """A published standard (3.2d: nothing runs on any other). Raises Refused."""
    try:
        return published_standard(key)
    except ObjectDoesNotExist:
        message = "没有这一版已发布的办事规程，不能据以办理。"
        raise Refused("not-published", message, clause="3.2d", next="请从办事指南重新选择事项。") from None


def _in_force(key: str) -> Standard:
    """The standard a new case is filed under: published, and not followed by a newer version (3.2d). Raises Refused."""
    standard = _published(key)
    if current_key(standard.division, standard.item) != key:
        message = "本事项的办事规程已有新版，请按新版填写后提交。"
        raise Refused("superseded", message, clause="3.2d", next="请重新打开办事指南办理；已填的内容可以对照。")
    return standard


def _holders(case: Case, command: Any, facts: CaseFacts) -> frozenset[str]:
    """The persons who hold today the post of the step that the command is on."""
    if command.step not in case.steps or (isinstance(command, co.Conclude) and not command.officers):
        return frozenset()
    step = facts.standard.step(command.step)
    return persons_holding(f"{facts.standard.division}/{step.department}", step.post.value, facts.today)


def _certificates(case: Case, command: co.Submit, facts: CaseFacts) -> dict[str, str]:
    """The valid certificates of the applicant, when the application names any: identifier → type."""
    if not command.held:
        return {}
    with run(CERTIFICATES, {"subject": command.subject}) as cursor:
        return dict(cursor.fetchall())


def _target(case: Case, command: co.Rebind, facts: CaseFacts) -> Standard:
    return _published(command.standard)


# --- tables -----------------------------------------------------------------------------------------------------------


def _own(case: Case, facts: CaseFacts) -> CaseFacts:
    """The facts with the standard that the case runs on now: a rebinding changes it."""
    known = facts.standard
    return facts if case.standard == known.key else replace(facts, standard=published_standard(case.standard))


def _row(case: Case, facts: CaseFacts) -> Values:
    facts = _own(case, facts)
    return row(case, facts, nearest_due(case, facts))


def _identity(case: Case, facts: CaseFacts, born: Happened, given: Mapping[str, Any]) -> Values:
    """The columns of a case's row that never change, from the standard it was filed under."""
    standard = published_standard(born.event.standard)
    receipt = numbers.receipt(case.number, standard, case.submitted_on)
    applicant = given["applicant"]
    return {
        "number": case.number,
        "receipt": receipt,
        "item": standard.item,
        "title": standard.name,
        "division": standard.division,
        "department": f"{standard.division}/{standard.department}",
        "subject": case.subject,
        "applicant": applicant,
        "channel": case.channel,
        "submitted_at": born.recorded,
        # what a search finds a case by, beside its item
        "words": bigrams(case.number[-11:], receipt, applicant),
    }


def _access(case: Case, facts: CaseFacts, row: Mapping[str, Any]) -> list[Values]:
    return access(case, _own(case, facts).standard, row["due_on"])


def _certificate(entry: Entry, case: Case, facts: CaseFacts) -> Values | None:
    event, standard = entry.event, _own(case, facts).standard
    if not isinstance(event, ev.CertificateMade):
        return None
    return {
        "identifier": event.identifier,
        "number": event.number,
        "type": event.type,
        "subject": case.subject,
        "department": f"{standard.division}/{standard.department}",
        "valid_from": event.valid_from,
        "valid_to": event.valid_to,
        "status": "valid",
    }


def _wake(case: Case, facts: CaseFacts) -> datetime | None:
    moment = next_moment(case, _own(case, facts))
    return moment and moment[0]


CASE: Aggregate[Case, CaseFacts] = Aggregate(
    kind="case",
    label="办件",
    life=LIFE,
    codec=CODEC,
    blank=Case,
    facts=facts,
    next_moment=_wake,
    last_moment=lambda case: case.last_at,
    row=Row(
        CaseRow,
        _row,
        dates=("promised_due", "statutory_due", "due_on", "level"),
        fixed=(
            "number", "receipt", "item", "title", "division", "department", "subject", "applicant", "channel",
            "submitted_at", "words",
        ),
        first=_identity,
        untold=("applicant",),  # in the vault alone, and destroyed with it
        derived={"words": "to_tsvector('simple', %s)"},
    ),
    owned=(Owned(Access, "case_id", "可见范围", _access, dates=("due_on",)),),
    appended=(Appended(Certificate, "case_id", "证照登记", _certificate),),
    papers=issued_by,
    alive="closed_on is null",
    finds=visible,
    absent=("no-such-case", "没有这个办件，或您无权查看。", "请核对办件编号。"),
    number=numbers.number,
    needs={"holders": _holders, "certificates": _certificates, "target": _target},
    reads={"calendar": "(select coalesce(max(id), 0) from org_calendaryear)", **reads_of(RUNGS.scope)},
    snapshot=STATE_VERSION,
    flattener=lambda id: CaseFlattener(id, published_standard),
)  # fmt: skip
