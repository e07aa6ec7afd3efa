"""Everything about one case for one reader: state, clocks with their computation, timeline, papers, and what may be
done.

Starts from `queries.visible`. What of the case this reader sees is the tables' of `people.face`: a part that is hidden
is not in the view, and no text holds a personal value that the reader does not see whole.
"""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import connection

from yichuang.aggregates.acts import Offer
from yichuang.cases import queries
from yichuang.cases.codec import load_case, load_event
from yichuang.cases.core import events as ev
from yichuang.cases.core.clocks import Running, case_clocks, delivery_clocks, running
from yichuang.cases.core.decide import list_offers
from yichuang.cases.core.facts import CaseFacts
from yichuang.cases.core.gaps import count_days, list_tolerable
from yichuang.cases.core.journey import Journey, plot_journey
from yichuang.cases.core.lapse import lapse
from yichuang.cases.core.lateness import Lateness, find_lateness
from yichuang.cases.core.lights import LIGHTS, level_of_clock
from yichuang.cases.core.state import Case, Stage
from yichuang.cases.declared import read_held, stays_open
from yichuang.cases.parameters import gap_rules_upto, parameters_upto
from yichuang.catalog.form import Filing
from yichuang.catalog.laws.queries import lawful_standard
from yichuang.catalog.standard import Standard
from yichuang.kernel.clock import Due, count_left, count_used, due_on, explain
from yichuang.kernel.codes.problem import tidy
from yichuang.kernel.localtime import local_day
from yichuang.ledger import vault
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.ledger.fast import run
from yichuang.org.door import calendar_upto
from yichuang.org.queries import sql_name
from yichuang.people import queries as people
from yichuang.people.face import (
    HIDE,
    CasePart,
    Reader,
    kinds_with_hidden_names,
    make_veil,
    mask_name,
    part_level,
    reader_of,
)

# Texts an applicant reads too: what the law says must be told to them. All others are for officers (face, design §7).
OPEN_TO_APPLICANT = {
    "pre_reviewed.opinion",
    "correction_asked.reason",
    "declined.reason",
    "gaps_promised.signer",
    "gap_checked.reason",
    "falsehood_alleged.reason",
    "allegation_answered.statement",
    "special_started.reason",
    "extended.reason",
    "decided.reason",
    "lateness_explained.reason",
    "terminated.reason",
    "withdrawn.reason",
    "rebound.decision",
    "acceptance_revoked.reason",
    "fee_refunded.reason",
    "withdrawal_taken.signer",
}


FORMER = "原登记的申请人"
_OTHERS = {"system": "系统", "provider": "支付平台"}  # who acts without being an officer or an applicant


@dataclass(frozen=True, slots=True)
class ClockView:
    running: Running
    due: Due
    used: int
    left: int
    lines: tuple[str, ...]  # the computation, from the code that computes
    live: bool
    level: int  # what time has warned of on it (`core.lights`)

    @property
    def light(self) -> str:
        """green | blue | yellow | red | grey (stands still or was answered)."""
        if not self.live or self.due.open_ended:
            return "grey"
        return LIGHTS[self.level][0]


@dataclass(frozen=True, slots=True)
class Moment:
    """A line of the timeline."""

    seq: int
    kind: str
    label: str
    event: Any
    who: str  # an officer's name, 申请人, or 系统
    at: datetime  # legal moment
    recorded_at: datetime
    texts: dict[str, str] = field(default_factory=dict)  # field → plain text the reader may read
    hash: str = ""


@dataclass(frozen=True, slots=True)
class PaperRow:
    seq: int
    kind: str
    number: str
    code: str
    digest: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class CaseView:
    row: queries.Row
    case: Case  # as time has made it, also when the sweep is late
    standard: Standard
    clocks: tuple[ClockView, ...]
    timeline: tuple[Moment, ...]
    papers: tuple[PaperRow, ...]
    offers: tuple[Offer, ...]
    form: dict[str, Any] | None  # {"applicant": …, "values": …}; None when destroyed or hidden from this reader
    now: datetime
    reader: Reader
    seq: int  # of the case's latest entry, also when this reader does not see it
    ended: int  # query codes spent: mandates that ended since it was filed, corrections of who applied
    lateness: Lateness | None  # how late it is, or was decided, by the office's doing
    journey: Journey  # the way to the paper; without a leg for a reader from whom the course is hidden
    gap_days: tuple[
        date, ...
    ] = ()  # the last day of 1, 2, … working days for what may come later, were it accepted today
    gap_regime: int = 0  # what follows from a breach of a promise given now

    def level(self, part: CasePart) -> str:
        """SHOW, MASK or HIDE: how this reader sees a part of the case."""
        return part_level(part, self.reader)

    @property
    def filing(self) -> Filing:
        """Where and when a correction of the form is judged."""
        today = local_day(self.now)
        return Filing(self.standard.division, self.case.submitted_on or today, today)

    @property
    def silent_since(self) -> date | None:
        """The last day of the law, when it has passed by the office's doing and nothing is decided; else None."""
        return self.lateness.due if self.lateness and self.case.stage is Stage.ACCEPTED else None

    @property
    def late_reason(self) -> str:
        """Why it is late, as the office said it last; empty while it has not."""
        said = (m.texts.get("reason", "") for m in reversed(self.timeline) if m.kind == "lateness_explained")
        return next(said, "")

    @property
    def query_code(self) -> str:
        """The code in force, for who may hand it on."""
        return query_code(self.row.id, self.ended)


def view(actor: Actor, case_id: uuid.UUID | str) -> CaseView | None:
    """The case for this reader, or None when it does not exist for them. Three statements."""
    standing = queries.standing(actor, case_id)
    if standing is None:
        return None
    row, reader = standing.row, reader_of(actor, standing.row.subject)
    reads = (
        standing.now, standing.calendar, standing.parameters, standing.announced, standing.gap_parameters,
        standing.gap_announced, standing.laws,
    )  # fmt: skip
    stored, facts = _situation(actor, standing.state, *reads)
    case, _ = lapse(stored, facts)
    timeline, form, papers = _timeline(actor, row, reader)
    whole = CaseView(
        row=row,
        case=case,
        standard=facts.standard,
        clocks=tuple(_clocks(case, facts)),
        timeline=timeline,
        papers=papers if part_level(CasePart.PAPERS, reader) != HIDE else (),
        offers=tuple(list_offers(case, facts)),
        form=form if part_level(CasePart.FORM, reader) != HIDE else None,
        now=facts.now,
        reader=reader,
        seq=timeline[-1].seq,
        ended=standing.ended,
        lateness=find_lateness(case, facts),
        journey=plot_journey(case, facts.standard, facts.calendar, facts.today),
        gap_days=_gap_days(case, facts),
        gap_regime=facts.gap_rules.regime,
    )
    return whole if whole.level(CasePart.COURSE) != HIDE else _fees_alone(actor, whole)


def _gap_days(case: Case, facts: CaseFacts) -> tuple[date, ...]:
    if case.stage is not Stage.RECEIVED or not list_tolerable(case, facts.standard):
        return ()
    return tuple(facts.calendar.add(facts.today, n) for n in range(1, count_days(facts) + 1))


_OF_FEES = frozenset({"fee_charged", "fee_paid", "fee_refunded"})


def _fees_alone(actor: Actor, whole: CaseView) -> CaseView:
    """The case for a post that takes fees: what is due and paid, the acts of the post, and nothing else."""
    case, kept = whole.case, ("id", "stage", "number", "standard", "subject", "due_fees", "charges", "last_at")
    acts = tuple(o for o in whole.offers if actor.post_kind in o.act.who.posts)
    return replace(
        whole,
        case=Case(**{name: getattr(case, name) for name in kept}),
        clocks=(),
        lateness=None,
        journey=Journey(()),
        timeline=tuple(m for m in whole.timeline if m.kind in _OF_FEES),
        offers=acts,
    )


def _situation(
    actor: Actor,
    state: str,
    now: datetime,
    calendar: int,
    parameters: int,
    announced: int,
    gap_parameters: int,
    gap_announced: int,
    laws: int,
) -> tuple[Case, CaseFacts]:
    """The case as stored, and what it is to be judged by now; from the columns of `queries.STANDING`."""
    case = load_case(state)
    standard = lawful_standard(case.standard, laws, local_day(now))
    facts = CaseFacts(
        now=now,
        calendar=calendar_upto(calendar),
        standard=standard,
        actor=actor,
        parameters=parameters_upto(parameters, announced),
        gap_rules=gap_rules_upto(gap_parameters, gap_announced),
        licence=read_held(case.licence, now),
        stays=stays_open(case, standard, local_day(now)),
    )
    return case, facts


def _clocks(case: Case, facts: CaseFacts) -> list[ClockView]:
    live = running(case, facts.standard)
    names = {c.name for c in live}
    ended = (*case_clocks(case, facts.standard), *delivery_clocks(case, facts.standard))
    past = [c for c in ended if c.name not in names]
    return [_clock(case, c, facts, c.name in names) for c in (*live, *past)]


def _clock(case: Case, clock: Running, facts: CaseFacts, live: bool) -> ClockView:
    args = (clock.clock, facts.calendar, facts.today)
    figures = (due_on(*args), count_used(*args), count_left(*args), explain(*args))
    return ClockView(clock, *figures, live, level_of_clock(case, clock))


def _timeline(
    actor: Actor, row: queries.Row, reader: Reader
) -> tuple[tuple[Moment, ...], dict[str, Any] | None, tuple[PaperRow, ...]]:
    """What happened, the form as filed last, and the documents issued. Two statements."""
    entries = _read_entries(row.id)
    refs = {ref for entry in entries for ref in entry.refs.values()}
    contents = vault.read_many(sorted({parts[0] for r in refs if (parts := vault.split_reference(r))}))
    forms = [vault.resolve_reference(entry.refs["form"], contents) for entry in entries if "form" in entry.refs]
    form = next((sent for sent in reversed(forms) if isinstance(sent, dict)), None)
    officer = bool(actor.post_kind)
    since = max((e.seq for e in entries if _of_another(e.event)), default=0)
    earlier = [sent for entry in entries if entry.seq < since if (sent := _form_of(entry, contents))]
    cover = _make_cover(reader, (form or {}).get("applicant") or {}, row.applicant, earlier, officer)
    moments = []
    for e in entries:
        texts = {
            name: _covered(name, vault.resolve_reference(ref, contents), cover, reader)
            for name, ref in e.refs.items()
            if name != "form" and (officer or f"{e.kind}.{name}" in OPEN_TO_APPLICANT)
        }
        by = e.name or _OTHERS.get(e.actor.partition(":")[0], "申请人")
        event = e.event if officer or e.seq > since else _without_another(e.event)
        moments.append(Moment(e.seq, e.kind, ev.LABELS[e.kind], event, by, e.at, e.recorded_at, texts, e.hash.hex()))
    # the documents that named another applicant are that applicant's
    return tuple(moments), form, tuple(e.paper for e in entries if e.paper and (officer or e.seq >= since))


def _of_another(event: Any) -> bool:
    """Whether the case was another applicant's until this event."""
    return isinstance(event, ev.ApplicantCorrected) and bool(event.former)


def _without_another(event: Any) -> Any:
    """The event as the right applicant reads it: without ids of whoever the case was first entered under."""
    match event:
        case ev.Submitted():
            return replace(event, subject="", agent="", held={})
        case ev.ApplicantCorrected():
            return replace(event, former=FORMER)
        case _:
            return event


def _form_of(entry: _Entry, contents: dict[str, Any]) -> dict[str, Any] | None:
    form = vault.resolve_reference(entry.refs["form"], contents) if "form" in entry.refs else None
    return form if isinstance(form, dict) else None


def _make_cover(
    reader: Reader, known: dict[str, Any], applicant: str, earlier: list[dict[str, Any]], officer: bool
) -> Callable[[str], str]:
    """What covers the applicant's values in texts, and those of whoever the case was first entered under: the right
    applicant does not learn who that was.
    """
    covers = [make_veil(reader, known, applicant)]
    for form in earlier:
        other = form.get("applicant") or {}
        covers.append(make_veil(reader if officer else Reader.PUBLIC, other))
        if not officer and (name := str(other.get("name") or "")) and name != applicant:
            covers.append(lambda text, name=name: text.replace(name, FORMER))  # type: ignore[misc]

    def cover(text: str) -> str:
        for step in reversed(covers):
            text = step(text)
        return text

    return cover


@dataclass(slots=True)
class _Entry:
    """An entry of the case's stream, with the references to private values in its event, and the document it issued."""

    seq: int
    kind: str
    event: Any
    refs: dict[str, str]
    name: str  # of the officer who acted
    actor: str
    at: datetime
    recorded_at: datetime
    hash: bytes
    paper: PaperRow | None


def _read_entries(case_id: uuid.UUID) -> list[_Entry]:
    """The entries of a case in their order. One statement."""
    out = []
    for seq, kind, v, body, actor, at, recorded, hash, name, *paper in run(_ENTRIES, [f"case/{case_id}"]).fetchall():
        event = load_event(kind, v, body)
        issued = PaperRow(seq, *paper) if paper[0] else None
        out.append(_Entry(seq, kind, event, _refs(event), name or "", actor, at, recorded, bytes(hash), issued))
    return out


_ENTRIES = f"""
select e.seq, e.kind, e.v, e.body, e.actor, e.occurred_at, e.recorded_at, e.hash, {sql_name("e.actor")},
  p.kind, p.number, p.code, p.digest, p.issued_at
from ledger_entry e left join aggregates_paper p on p.stream = e.stream and p.seq = e.seq
where e.stream = %s order by e.seq
"""


def cover_texts(actor: Actor, row: queries.Row | None) -> Callable[[str], str]:
    """What covers, in texts about a case kept elsewhere, the personal values this reader does not see whole. The caller
    has checked that the case is visible; None: a case they do not see. Two statements.
    """
    if row is None:
        return make_veil(reader_of(actor, ""), {})
    with connection.cursor() as cursor:
        cursor.execute(
            "select kind, v, body from ledger_entry where stream = %s and kind in"
            " ('submitted', 'supplied', 'applicant_corrected')"
            " order by seq desc",
            [f"case/{row.id}"],
        )
        forms = [
            form for kind, v, body in cursor.fetchall() if (form := getattr(load_event(kind, v, body), "form", ""))
        ]
    contents = vault.read_many([parts[0] for form in forms[:1] if (parts := vault.split_reference(form))])
    form = vault.resolve_reference(forms[0], contents) if forms else None
    known = (form.get("applicant") or {}) if isinstance(form, dict) else {}
    return make_veil(reader_of(actor, row.subject), known, row.applicant)


def _covered(name: str, content: Any, cover: Callable[[str], str], reader: Reader) -> str:
    """A text as this reader may read it; who signed for the result, or a withdrawal, is a name in itself."""
    text = str(content)
    if name in ("recipient", "signer") and "person" in kinds_with_hidden_names(reader) and text != vault.DESTROYED:
        return mask_name(text)
    return cover(text)


def _refs(event: Any) -> dict[str, str]:
    """The private values of an event: field → vault reference."""
    out = {}
    for name in ("opinion", "reason", "result", "recipient", "decision", "signer", "statement", "form"):
        value = getattr(event, name, "")
        if isinstance(value, str) and value.startswith("vault:"):
            out[name] = value
    return out


def papers(case_id: uuid.UUID | str) -> tuple[PaperRow, ...]:
    """The documents issued in a case. The caller has checked that the case is visible."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select seq, kind, number, code, digest, issued_at from aggregates_paper where stream = %s order by seq",
            [f"case/{case_id}"],
        )
        return tuple(PaperRow(*r) for r in cursor.fetchall())


# --- progress without an account --------------------------------------------------------------------------------------

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 O 1 I L


def query_code(case_id: uuid.UUID | str, ended: int = 0) -> str:
    """The 6-character code on the receipt: derived with the installation's secret, so nothing is stored that could
    leak. `ended`: how many codes are spent (`queries.CODES_SPENT`): with each mandate that ended the code is another,
    for an agent knew the one before; so it is when the case was entered under somebody else.
    """
    name = f"query-code/{case_id}" + (f"/{ended}" if ended else "")
    digest = hmac.new(settings.SECRET_KEY.encode(), name.encode(), sha256).digest()
    number = int.from_bytes(digest[:8], "big")
    code = ""
    for _ in range(6):
        number, rest = divmod(number, len(_ALPHABET))
        code += _ALPHABET[rest]
    return code


def query_code_now(case_id: uuid.UUID | str) -> str:
    """The code in force, for somebody for whom the case exists. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"select {queries.CODES_SPENT} from cases_case c where c.id = %s", [str(case_id)])
        return query_code(case_id, cursor.fetchone()[0])


@dataclass(frozen=True, slots=True)
class Progress:
    """What somebody with number and code may see: no name, no form."""

    title: str
    receipt: str
    stage: str
    submitted_on: date
    moments: tuple[tuple[str, datetime], ...]


def progress(number: str, code: str) -> Progress | None:
    """Progress by 办件编号 or 受理号 and query code; None when they do not belong together. Callers limit the rate.

    A wrong code takes the same statement and the same comparison whether there is such a number or not.
    """
    number, code = tidy(number), tidy(code)
    with connection.cursor() as cursor:
        cursor.execute(
            f"select id, title, receipt, submitted_at, {queries.STANDING} from cases_case c"
            " where number = %s or receipt = %s",
            [number, number],
        )
        row = cursor.fetchone()
        right = query_code(row[0], row[-1]) if row else query_code(uuid.UUID(int=0), 0)
        if not hmac.compare_digest(right.encode(), code.encode("utf-8", "replace")) or not row:
            return None
        id, title, receipt, submitted_at, *standing, _ = row
        case, lapsed = lapse(*_situation(SYSTEM, *standing))
        cursor.execute("select kind, occurred_at from ledger_entry where stream = %s order by seq", [f"case/{id}"])
        passed = [*cursor.fetchall(), *((ev.NAMES[type(d.event)], d.at) for d in lapsed)]
    moments = tuple((ev.LABELS[kind], at) for kind, at in passed if kind not in _INSIDE)
    return Progress(title, receipt, case.stage.label, local_day(submitted_at), moments)


_INSIDE = {"step_assigned", "warned", "recalculated", "step_opened", "step_concluded", "sent_back", "revised"}
_INSIDE |= {"opinion_corrected", "withdrawal_taken"}
_INSIDE |= {"falsehood_alleged", "allegation_answered"}  # nobody is accused before strangers


def names_of_applicants(rows: tuple[queries.Row, ...], actor: Actor) -> dict[Any, str]:
    """Names of applicants for this reader: whole for who handles the case, masked for who watches (`people.face`).

    Only a reader who sees some name masked costs a statement, for the kinds of the subjects.
    """
    hidden = kinds_with_hidden_names(reader_of(actor, ""))
    if not hidden:
        return {row.id: row.applicant for row in rows}
    kinds = people.kinds_of_subjects({row.subject for row in rows})
    return {
        row.id: mask_name(row.applicant) if kinds.get(row.subject, "person") in hidden else row.applicant
        for row in rows
    }
