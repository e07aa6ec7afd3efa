"""What the mechanism of every life needs to know of licences: their tables, their numbers, what their facts are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yichuang.aggregates import door
from yichuang.aggregates.aggregate import Aggregate, Locked
from yichuang.aggregates.models import Upload
from yichuang.aggregates.numbers import Numbered
from yichuang.aggregates.scopes import Scopes
from yichuang.aggregates.settings import reads_of
from yichuang.aggregates.tables import Owned, Row, Values
from yichuang.catalog.queries import standard as published_standard
from yichuang.catalog.standard import PostKind
from yichuang.catalog.terms import terms_of
from yichuang.kernel.codes import document_number
from yichuang.kernel.text import fold_text
from yichuang.ledger.actor import Actor
from yichuang.ledger.fast import run
from yichuang.licences.bars import BAR, bars_table
from yichuang.licences.codec import CODEC
from yichuang.licences.core import commands as co
from yichuang.licences.core import events as ev
from yichuang.licences.core.bars import FRAUD, Bar
from yichuang.licences.core.decide import LIFE
from yichuang.licences.core.facts import LicenceFacts, NumberUse
from yichuang.licences.core.lapse import next_moment
from yichuang.licences.core.state import HOLDER, STATE_VERSION, Licence
from yichuang.licences.flattening import LicenceFlattener
from yichuang.licences.models import FOLDED, Version
from yichuang.licences.models import Licence as LicenceRow
from yichuang.licences.papers import issued_by
from yichuang.licences.parameters import DAYS, limits_upto
from yichuang.org.door import calendar_upto
from yichuang.org.numbering import number_document
from yichuang.org.queries import get_department
from yichuang.people.queries import load_subject

READS = {"calendar": "(select coalesce(max(id), 0) from org_calendaryear)", **reads_of(DAYS.scope)}
# who sees all licences of the division, besides the department that decided
WATCHING = frozenset({PostKind.WINDOW, PostKind.OFFICE, PostKind.SUPERVISOR, PostKind.INSPECTOR})
# who sees those of their own department
DECIDING = frozenset({PostKind.REVIEWER, PostKind.SURVEYOR, PostKind.HEAD, PostKind.COUNSELLOR})
RIVALS = """
select id, number, valid_to is null or renewing or valid_to >= (ledger_now() at time zone 'Asia/Shanghai')::date
from licences_licence
where subject = %(subject)s and item = %(item)s and sole = %(sole)s and stage in ('valid', 'suspended')
  and id <> %(id)s
"""


_BEGINNING = (co.Make, co.Enter)


def facts(locked: Locked[Licence], command: Any, actor: Actor) -> LicenceFacts:
    """What every command on a licence knows. No statement once calendar, parameters and standard are read."""
    key = command.standard if isinstance(command, _BEGINNING) else locked.state.standard
    standard, reads = published_standard(key), locked.reads
    limits = limits_upto(reads["parameters"], reads["announced"])
    calendar = calendar_upto(reads["calendar"])
    return LicenceFacts(locked.now, calendar, standard, terms_of(standard.item), actor, limits)


def _rivals(licence: Licence, command: co.Make | co.Enter | co.Settle, facts: LicenceFacts) -> tuple[str, ...]:
    """Numbers of other licences alive with the same holder, item and place. Those that have run out unswept are ended
    first: the index that holds one alive a place reads no clock.
    """
    if not command.sole or command.sole == licence.sole:
        return ()
    subject = licence.subject if isinstance(command, co.Settle) else command.subject
    wanted = {"subject": subject, "item": facts.standard.item, "sole": command.sole, "id": licence.id}
    with run(RIVALS, wanted) as cursor:
        found = cursor.fetchall()
    for id, _, alive in found:
        if not alive:
            door.tick(LICENCE, id)
    return tuple(number for _, number, alive in found if alive)


def _bar(licence: Licence, command: co.Enter, facts: LicenceFacts) -> Bar | None:
    """Who may not apply gets no licence by another way either."""
    with run(BAR, {"subject": command.subject, "item": facts.standard.item}) as cursor:
        found = cursor.fetchone()
    return Bar(*found) if found else None


def _number_use(licence: Licence, command: co.Enter, facts: LicenceFacts) -> NumberUse:
    same = LicenceRow.objects.alias(folded=FOLDED).filter(folded=fold_text(command.number)).exclude(stage="undone")
    if same.exists():
        return NumberUse.TAKEN
    ours = document_number.parse(command.number, get_department(facts.department).division.number_mark)
    return NumberUse.OURS if isinstance(ours, document_number.DocumentNumber) else NumberUse.FREE


def _registered(licence: Licence, command: co.Correct | None, facts: LicenceFacts) -> dict[str, str]:
    """The holder as the register of applicants has them, in the fields of `HOLDER`."""
    subject = load_subject(licence.subject)
    known = (subject.name, subject.uscc, subject.legal_name) if subject else ("", "", "")
    return dict(zip(HOLDER, known, strict=True))


def _row(licence: Licence, facts: LicenceFacts) -> Values:
    now = licence.current
    return {
        "stage": licence.stage.value,
        "identifier": now.identifier,
        "valid_from": now.valid_from,
        "valid_to": now.valid_to,
        "version": now.number,
        "renewing": bool(licence.renewing),
        "suspended_until": licence.suspended_until,
        "sole": licence.sole or None,
        "proceeding": licence.proceeding.kind if licence.proceeding else "",
        "ended_on": licence.ending.on if licence.ending else None,
        "moved_at": licence.last_at,
    }


def _identity(licence: Licence, facts: LicenceFacts, born: Any, given: Mapping[str, Any]) -> Values:
    """The columns that never change."""
    return {
        "number": licence.number,
        "type": licence.type,
        "item": facts.standard.item,
        "division": facts.standard.division,
        "department": facts.department,
        "subject": licence.subject,
    }


def _versions(licence: Licence, facts: LicenceFacts, row: Mapping[str, Any]) -> list[Values]:
    return [
        {
            "number": version.number,
            "identifier": version.identifier,
            "paper_stream": version.paper[0] if version.paper else None,
            "paper_seq": version.paper[1] if version.paper else None,
        }
        for version in licence.versions
    ]


def _barred_by(event: Any) -> Bar | None:
    """79 条."""
    return Bar(event.barred_until, FRAUD) if isinstance(event, ev.Revoked) and event.barred_until else None


def _number(event: Any, licence: Licence, facts: LicenceFacts) -> Numbered | None:
    kind = issued_by(event, licence)
    if not kind or event.number:
        return None
    kept = isinstance(event, (ev.Revoked, ev.Cancelled, ev.Suspended, ev.Corrected, ev.Renewed))
    matter = facts.standard.number_word
    return number_document(event, kind, facts.department, facts.today, matter=matter, kept=kept)


def _scopes(licence: Licence) -> list[tuple[str, str]]:
    standard = published_standard(licence.standard)
    return [
        ("subject", licence.subject),
        ("mandate", f"{licence.subject} {standard.item}"),
        ("department", f"{standard.division}/{standard.department}"),
        ("division", standard.division),
    ]


def _of_reader(actor: Actor) -> list[tuple[str, str]]:
    """An agent with a mandate for listed items sees the licences of these items alone, and none once it has ended."""
    if not actor.post_kind:
        whole = [("subject", subject) for subject in actor.subjects]
        return [*whole, *(("mandate", f"{subject} {item}") for subject, item in actor.limited)]
    if actor.post_kind in WATCHING:
        return [("division", actor.division)]
    return [("department", actor.department)] if actor.post_kind in DECIDING and actor.department else []


def may_open(actor: Actor, row: LicenceRow, upload: Upload) -> bool:
    """Files are for the department that decides; a holder reads what they sent themselves, since evidence may name who
    told of something.
    """
    return actor.department == row.department if actor.post_kind else upload.account == actor.person


def _wake(licence: Licence, facts: LicenceFacts) -> Any:
    moment = next_moment(licence, facts)
    return moment and moment[0]


LICENCE: Aggregate[Licence, LicenceFacts] = Aggregate(
    kind="licence",
    label="证照",
    life=LIFE,
    codec=CODEC,
    blank=Licence,
    facts=facts,
    next_moment=_wake,
    last_moment=lambda licence: licence.last_at,
    row=Row(
        LicenceRow,
        _row,
        fixed=("number", "type", "item", "division", "department", "subject"),
        first=_identity,
    ),
    owned=(Owned(Version, "licence_id", "证照版本", _versions),),
    scopes=Scopes(_scopes, _of_reader),
    may_open=may_open,
    appended=(bars_table(_barred_by),),
    papers=issued_by,
    alive="stage in ('valid', 'suspended')",
    absent=("not-your-licence", "没有这张证照，或者它不是该申请人就本事项持有的证照。", "请从申请人持有的证照中选择。"),
    number=_number,
    needs={"rivals": _rivals, "number_use": _number_use, "bar": _bar, "registered": _registered},
    reads=READS,
    snapshot=STATE_VERSION,
    flattener=lambda id: LicenceFlattener(id, published_standard),
)
