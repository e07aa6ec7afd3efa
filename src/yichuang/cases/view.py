"""Everything about one case for one reader: state, clocks with their computation, timeline, papers, and what may be
done.

Starts from `queries.visible`; private texts are opened from the vault only for readers the table `OPEN_TO` names.
"""

from __future__ import annotations

import hmac
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import connection

from yichuang.cases import queries
from yichuang.cases.codec import load_case, load_event
from yichuang.cases.core import events as ev
from yichuang.cases.core.clocks import Running, case_clocks, running
from yichuang.cases.core.decide import Offer, offers
from yichuang.cases.core.facts import Facts
from yichuang.cases.core.lapse import lapse
from yichuang.cases.core.state import Case
from yichuang.cases.parameters import parameters_upto
from yichuang.catalog.queries import standard as published_standard
from yichuang.catalog.standard import Standard
from yichuang.kernel.clock import Due, due_on, explain, left, used
from yichuang.kernel.codes.problem import tidy
from yichuang.kernel.localtime import local_day
from yichuang.ledger import vault
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.org.door import calendar_upto
from yichuang.org.queries import names_of

# Texts an applicant reads too: what the law says must be told to them. All others are for officers (face, design §7).
OPEN_TO_APPLICANT = {
    "pre_reviewed.opinion",
    "correction_asked.reason",
    "declined.reason",
    "special_started.reason",
    "extended.reason",
    "decided.reason",
    "terminated.reason",
    "withdrawn.reason",
    "rebound.decision",
}


_OTHERS = {"system": "系统", "provider": "支付平台"}  # who acts without being an officer or an applicant


@dataclass(frozen=True, slots=True)
class ClockView:
    running: Running
    due: Due
    used: int
    left: int
    lines: tuple[str, ...]  # the computation, from the code that computes
    live: bool

    @property
    def light(self) -> str:
        """green | blue | yellow | red | grey (stands still or was answered)."""
        if not self.live or self.due.open_ended:
            return "grey"
        if self.left < 0:
            return "red" if self.running.family in ("statutory", "accept", "deliver") else "yellow"
        return "yellow" if self.left <= 1 else "blue" if self.left <= 2 else "green"


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
    form: dict[str, Any] | None  # {"applicant": …, "values": …}; None when destroyed or not this reader's
    now: datetime


def view(actor: Actor, case_id: uuid.UUID | str) -> CaseView | None:
    """The case for this reader, or None when it does not exist for them. Five statements."""
    found = queries.standing(actor, case_id)
    if found is None:
        return None
    row = found.row
    stored, facts = _situation(actor, found.state, found.now, found.calendar, found.parameters)
    case, _ = lapse(stored, facts)
    timeline, form = _timeline(actor, row.id)
    return CaseView(
        row=row,
        case=case,
        standard=facts.standard,
        clocks=tuple(_clocks(case, facts)),
        timeline=timeline,
        papers=papers(row.id),
        offers=tuple(offers(case, facts)),
        form=form,
        now=facts.now,
    )


def _situation(actor: Actor, state: str, now: datetime, calendar: int, parameters: int) -> tuple[Case, Facts]:
    """The case as stored, and what it is to be judged by now; from the columns of `queries.STANDING`."""
    case = load_case(state)
    facts = Facts(
        now=now,
        calendar=calendar_upto(calendar),
        standard=published_standard(case.standard),
        actor=actor,
        parameters=parameters_upto(parameters),
    )
    return case, facts


def _clocks(case: Case, facts: Facts) -> list[ClockView]:
    live = running(case, facts.standard)
    names = {c.name for c in live}
    past = [c for c in case_clocks(case, facts.standard) if c.name not in names]
    return [_clock(c, facts, c.name in names) for c in (*live, *past)]


def _clock(clock: Running, facts: Facts, live: bool) -> ClockView:
    args = (clock.clock, facts.calendar, facts.today)
    return ClockView(clock, due_on(*args), used(*args), left(*args), explain(*args), live)


def _timeline(actor: Actor, case_id: uuid.UUID) -> tuple[tuple[Moment, ...], dict[str, Any] | None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select seq, kind, v, body, actor, occurred_at, recorded_at, hash from ledger_entry"
            " where stream = %s order by seq",
            [f"case/{case_id}"],
        )
        entries = [(*e[:2], load_event(e[1], e[2], e[3]), *e[4:]) for e in cursor.fetchall()]
    refs = {ref for e in entries for ref in _refs(e[1], e[2]).values()}
    contents = vault.read_many(sorted({parts[0] for r in refs if (parts := vault.split(r))}))
    names = names_of({e[3] for e in entries})
    officer = bool(actor.post_kind)
    moments = []
    form: dict[str, Any] | None = None
    for seq, kind, event, who, at, recorded, hash in entries:
        texts = {}
        for name, ref in _refs(kind, event).items():
            content = vault.text(ref, contents)
            if name == "form":
                form = content if isinstance(content, dict) else form
            elif officer or f"{kind}.{name}" in OPEN_TO_APPLICANT:
                texts[name] = content
        by = names.get(who) or _OTHERS.get(who.partition(":")[0], "申请人")
        moments.append(Moment(seq, kind, ev.LABELS[kind], event, by, at, recorded, texts, bytes(hash).hex()))
    return tuple(moments), form


def _refs(kind: str, event: Any) -> dict[str, str]:
    """The private values of an event: field → vault reference."""
    out = {}
    for name in ("opinion", "reason", "result", "recipient", "decision", "form"):
        value = getattr(event, name, "")
        if isinstance(value, str) and value.startswith("vault:"):
            out[name] = value
    return out


def papers(case_id: uuid.UUID | str) -> tuple[PaperRow, ...]:
    """The documents issued in a case. The caller has checked that the case is visible."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select seq, kind, number, code, digest, issued_at from cases_paper where case_id = %s order by seq",
            [str(case_id)],
        )
        return tuple(PaperRow(*r) for r in cursor.fetchall())


# --- progress without an account --------------------------------------------------------------------------------------

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 O 1 I L


def query_code(case_id: uuid.UUID | str) -> str:
    """The 6-character code on the receipt: derived with the installation's secret, so nothing is stored that could
    leak.
    """
    digest = hmac.new(settings.SECRET_KEY.encode(), f"query-code/{case_id}".encode(), sha256).digest()
    number = int.from_bytes(digest[:8], "big")
    code = ""
    for _ in range(6):
        number, rest = divmod(number, len(_ALPHABET))
        code += _ALPHABET[rest]
    return code


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
        found = cursor.fetchone()
        right = query_code(found[0] if found else uuid.UUID(int=0))
        if not hmac.compare_digest(right.encode(), code.encode("utf-8", "replace")) or not found:
            return None
        id, title, receipt, submitted_at, *standing = found
        case, lapsed = lapse(*_situation(SYSTEM, *standing))
        cursor.execute("select kind, occurred_at from ledger_entry where stream = %s order by seq", [f"case/{id}"])
        said = [*cursor.fetchall(), *((ev.NAMES[type(d.event)], d.at) for d in lapsed)]
    moments = tuple((ev.LABELS[kind], at) for kind, at in said if kind not in _INSIDE)
    return Progress(title, receipt, case.stage.label, local_day(submitted_at), moments)


_INSIDE = {"step_assigned", "warned", "recalculated", "step_opened", "step_concluded", "sent_back", "revised"}
