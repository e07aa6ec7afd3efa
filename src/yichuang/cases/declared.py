"""What the mechanism of every life needs to know of cases: their tables, their numbers, what their facts are."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from yichuang.aggregates.acts import Happened
from yichuang.aggregates.aggregate import Aggregate, Entailed, Locked
from yichuang.aggregates.moments import rows_of
from yichuang.aggregates.refusal import Refused
from yichuang.aggregates.settings import reads_of
from yichuang.aggregates.tables import Owned, Row, Values
from yichuang.cases import numbers
from yichuang.cases.codec import CODEC
from yichuang.cases.core import commands as co
from yichuang.cases.core import events as ev
from yichuang.cases.core.decide import LIFE
from yichuang.cases.core.facts import CaseFacts, Hindrances
from yichuang.cases.core.lapse import next_moment
from yichuang.cases.core.state import BEFORE_DECISION, REAL_NAME, STATE_VERSION, Case, Stage
from yichuang.cases.flattening import CaseFlattener
from yichuang.cases.models import Access
from yichuang.cases.models import Case as CaseRow
from yichuang.cases.papers import issued_by
from yichuang.cases.parameters import GAP_READS, RUNGS, gap_rules_upto, parameters_upto
from yichuang.cases.projections import access, limits, nearest_due, row, search_words
from yichuang.cases.queries import visible
from yichuang.cases.windows import refuse_at_window
from yichuang.catalog.laws.queries import REGISTERED, lawful_standard
from yichuang.catalog.listing.queries import ends_open_cases, refuse_unlisted
from yichuang.catalog.queries import current_key, find_waiting
from yichuang.catalog.queries import standard as published_standard
from yichuang.catalog.standard import Standard
from yichuang.catalog.terms import NEW
from yichuang.kernel.localtime import local_day
from yichuang.ledger import vault
from yichuang.ledger.actor import Actor
from yichuang.ledger.fast import run
from yichuang.licences.bars import bars_table
from yichuang.licences.core import commands as li
from yichuang.licences.core.bars import FALSEHOOD, Bar
from yichuang.licences.core.state import Licence
from yichuang.licences.declared import LICENCE
from yichuang.licences.queries import find_hindrances, list_valid_certificates, read_licence
from yichuang.licences.service import licence_id_of
from yichuang.org.door import calendar_upto, persons_holding
from yichuang.people.queries import is_identified

# the case of an applicant that was granted a licence of the item for a place and waits for its making
GRANTED = """
select receipt from cases_case
where subject = %(subject)s and item = %(item)s and granted_place = %(place)s and id <> %(id)s
"""

SENT = """
select u.id from aggregates_upload u join people_account a on u.account = 'a:' || a.id
where u.id = any(%(files)s::uuid[]) and a.kind <> 'officer'
"""


# --- facts ------------------------------------------------------------------------------------------------------------


def facts(locked: Locked[Case], command: Any, actor: Actor) -> CaseFacts:
    """What every command on a case knows: calendar, parameters and the standard it runs on, citing what the register
    of laws has in force (3.5h). No statement once they are read. Raises Refused for a standard that is not in force.
    """
    key = command.standard if isinstance(command, co.Submit) else locked.state.standard
    _in_force(key) if isinstance(command, co.Submit) else _published(key)
    standard = lawful_standard(key, locked.beside["laws"], local_day(locked.now))
    reads = locked.reads
    parameters = parameters_upto(reads["parameters"], reads["announced"])
    calendar, held = calendar_upto(reads["calendar"]), read_held(locked.state.licence, locked.now)
    stays = stays_open(locked.state, standard, local_day(locked.now))
    rules = gap_rules_upto(*(locked.beside[name] for name in GAP_READS))
    facts = CaseFacts(locked.now, calendar, standard, actor, parameters, rules, licence=held, stays=stays)
    return replace(facts, moved=True) if _moved(locked, facts) else facts


def stays_open(case: Case, standard: Standard, today: date) -> bool:
    """Whether the decision by which a case would end by today was taken back or put off. One statement from that day
    on, none before.
    """
    leaving = case.leaving
    if leaving is None or case.stage not in BEFORE_DECISION or today < leaving.on:
        return False
    return not ends_open_cases(standard.division, standard.item, leaving.on)


def read_held(licence: str, now: datetime) -> Licence | None:
    """The licence that a case acts on, as time has made it. One statement, none without a licence."""
    held = read_licence(licence, now) if licence else None
    return held.licence if held else None


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
    """The standard a new case is filed under: published, not followed by a newer version (3.2d), of an item that has
    not ended (3.1b). Raises Refused.
    """
    standard = _published(key)
    current = current_key(standard.division, standard.item)
    if current is None:
        raise refuse_unlisted(standard.division, standard.item)
    if current != key:
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
    """The valid certificates of the applicant, when the application names any: identifier → type; and the real-name
    check, when it names that.
    """
    if not command.held:
        return {}
    known = {identifier: type for identifier, _, type, _ in list_valid_certificates(command.subject)}
    checked = REAL_NAME in command.held.values() and is_identified(command.subject)
    return known | ({REAL_NAME: REAL_NAME} if checked else {})


def _named(case: Case, command: co.Submit, facts: CaseFacts) -> Licence | None:
    return read_held(command.licence, facts.now)


def _hindrances(case: Case, command: co.Submit | co.Decide, facts: CaseFacts) -> Hindrances:
    """What keeps somebody from a new licence: one in force that it would be the second of, where the standard allows
    one a place; and a bar, for items of safety (78、79条). One statement, none where the item knows neither.
    """
    terms = facts.terms
    situation = command.situation if isinstance(command, co.Submit) else case.situation
    denied = isinstance(command, co.Decide) and not command.granted
    if situation != NEW or denied or not (terms.sole or terms.safety):
        return Hindrances()
    if isinstance(command, co.Submit):
        subject, place = command.subject, terms.find_place(command.application)
    else:
        subject, place = case.subject, _place_of(case, facts)
    rivals, bar = find_hindrances(subject, facts.standard.item, place)
    return Hindrances(rivals, bar if terms.safety else None)


def _window_refusal(case: Case, command: co.Submit, facts: CaseFacts) -> Refused | None:
    """Why the window of the clerk who files does not take the item in. One statement, none for others."""
    actor = facts.actor
    return refuse_at_window(actor.post, facts.standard.item) if actor.post_kind == "window" else None


def _granted_elsewhere(case: Case, command: co.Decide, facts: CaseFacts) -> str:
    """The receipt of the applicant's other case that was granted the licence of the same place, which is not yet made.
    Asked only after the index of `granted_place` has refused the decision.
    """
    wanted = {"subject": case.subject, "item": facts.standard.item, "place": case.place, "id": case.id}
    with run(GRANTED, wanted) as cursor:
        found = cursor.fetchone()
    return found[0] if found else ""


def _sent(case: Case, command: co.CorrectApplicant, facts: CaseFacts) -> frozenset[str]:
    """The files of the case that accounts of applicants sent: they stay with whom they are from."""
    if command.subject == case.subject or not case.files:
        return frozenset()
    with run(SENT, {"files": sorted(map(str, case.files))}) as cursor:
        return frozenset(str(id) for (id,) in cursor.fetchall())


def _target(case: Case, command: co.Rebind, facts: CaseFacts) -> Standard:
    """A version that is or was in force: one that waits for its day carries no case (3.2d). Raises Refused."""
    target = _published(command.standard)
    if find_waiting(target.key):
        message = "这一版办事规程还没有施行，不能据以办理。"
        raise Refused("not-in-force", message, clause="3.2d", next="请在它施行以后再改按，或者选择其他版本。")
    return target


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
        "words": search_words(case.number, receipt, applicant),
    }


def _access(case: Case, facts: CaseFacts, row: Mapping[str, Any]) -> list[Values]:
    return access(case, _own(case, facts).standard, row["due_on"])


# --- the licence ------------------------------------------------------------------------------------------------------


def _entails(event: Any, case: Case, facts: CaseFacts) -> Entailed | None:
    """What an event of a case does to the licence it makes, or acts on."""
    if isinstance(event, ev.CertificateMade) and not case.licence:
        return Entailed(LICENCE, licence_id_of(case.id), lambda made, seq: _make(made, seq, case, facts))
    if not case.licence:
        return None
    command = _command(event, case, facts)
    return Entailed(LICENCE, uuid.UUID(case.licence), command) if command else None


def _command(event: Any, case: Case, facts: CaseFacts) -> Callable[[Any, int], Any] | None:
    match event:
        case ev.Submitted() | ev.LicenceNamed():
            return lambda e, seq: _apply(case, facts)
        case ev.CorrectionAsked() | ev.Supplied() | ev.MaterialsAdded() | ev.ApplicantCorrected():
            return lambda e, seq: li.Wait(case.id, on_applicant=_waits(case))
        case ev.GapsPromised() | ev.GapsSupplied() | ev.GapChecked():
            return lambda e, seq: li.Wait(case.id, on_applicant=_waits(case))
        case ev.Decided(granted=True, deemed=False):
            return lambda e, seq: _settle(e, case, facts)
        case ev.Decided(granted=False) | ev.Declined() | ev.AcceptanceRevoked() | ev.Withdrawn() | ev.Terminated():
            return lambda e, seq: li.Release(case.id)
        case ev.CertificateMade():
            return lambda e, seq: li.Print(case.id, seq)
    return None


def _apply(case: Case, facts: CaseFacts) -> li.Apply:
    standard = facts.standard
    department = f"{standard.division}/{standard.department}"
    known = (case.id, case.situation, case.subject, standard.item, department, case.submitted_on)
    return li.Apply(*known, complete=not _waits(case))


def _waits(case: Case) -> bool:
    """Whether the applicant has to supply something before anything can be decided."""
    return case.stage is Stage.CORRECTION or bool(case.missing) or bool(case.gaps and case.gaps.wanted)


def _settle(decided: ev.Decided, case: Case, facts: CaseFacts) -> li.Settle:
    return li.Settle(case.id, case.situation, case.form, decided.number, _place_of(case, facts))


def _make(made: ev.CertificateMade, seq: int, case: Case, facts: CaseFacts) -> li.Make:
    return li.Make(
        number=made.number,
        identifier=made.identifier,
        type=made.type,
        standard=case.standard,
        subject=case.subject,
        valid_from=made.valid_from,
        valid_to=made.valid_to,
        case=case.id,
        form=case.form,
        made_on=made.on,
        paper_seq=seq,
        sole=_place_of(case, facts),
    )


def _place_of(case: Case, facts: CaseFacts) -> str:
    """Of what a holder has one licence, by the form as it was sent last. No statement, but one for a case filed before
    its events said it.
    """
    if not facts.terms.sole or case.place:
        return case.place if facts.terms.sole else ""
    content = vault.resolve_reference(case.form, vault.read_many(rows_of([case.form])))
    return facts.terms.find_place(content.get("values") if isinstance(content, dict) else None)


def _barred_by(event: Any) -> Bar | None:
    """78 条."""
    refused = isinstance(event, ev.Declined | ev.Decided) and event.barred_until
    return Bar(refused, FALSEHOOD) if refused else None


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
        dates=("promised_due", "statutory_due", "due_on", "wait", "level"),
        fixed=(
            "number", "receipt", "item", "title", "division", "department", "subject", "applicant", "channel",
            "submitted_at", "words",
        ),
        first=_identity,
        untold=("applicant",),  # in the vault alone, and destroyed with it
        derived={"words": "to_tsvector('simple', %s)"},
    ),
    owned=(Owned(Access, "case_id", "可见范围", _access, dates=("due_on",)),),
    appended=(bars_table(_barred_by),),
    papers=issued_by,
    entails=_entails,
    alive="closed_on is null",
    finds=visible,
    absent=("no-such-case", "没有这个办件，或您无权查看。", "请核对办件编号。"),
    number=numbers.number,
    needs={
        "holders": _holders, "certificates": _certificates, "target": _target, "licence": _named,
        "hindrances": _hindrances, "granted_elsewhere": _granted_elsewhere, "sent": _sent,
        "window_refusal": _window_refusal,
    },
    reads={"calendar": "(select coalesce(max(id), 0) from org_calendaryear)", **reads_of(RUNGS.scope)},
    beside={"laws": REGISTERED, **GAP_READS},
    snapshot=STATE_VERSION,
    flattener=lambda id: CaseFlattener(id, published_standard),
)  # fmt: skip
