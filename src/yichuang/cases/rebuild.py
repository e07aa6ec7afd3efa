"""`verify --rebuild`: replays streams and compares every column of every projection with what the ledger says it must
be.

The projections are listed here, in one place: the case's row, its access rows, papers and certificates. Nothing is
repaired; a difference is named. Rows of the tables that have no stream are named too. Receipts and timers are no
projections: what they hold was said outside the stream, or is when to look next.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, models

from yichuang.cases.codec import load_case, load_event
from yichuang.cases.core.facts import Facts, Parameters
from yichuang.cases.core.state import STATE_VERSION, Happened, evolve
from yichuang.cases.core.state import Case as State
from yichuang.cases.models import Access, Case, Certificate, Paper
from yichuang.cases.papers import issued_by
from yichuang.cases.parameters import parameters_upto
from yichuang.cases.projections import access, nearest_due, row, verification_code
from yichuang.cases.write import identity, words_of
from yichuang.catalog.queries import standard as published_standard
from yichuang.catalog.words import bigrams
from yichuang.kernel.calendar import WorkingCalendar
from yichuang.ledger.actor import SYSTEM
from yichuang.org.door import calendar_upto

CHUNK = 500
DATES = ("promised_due", "statutory_due", "due_on", "level")  # moved by a calendar, without an act


@dataclass(frozen=True, slots=True)
class Difference:
    case: str
    what: str


@dataclass
class Rebuilt:
    cases: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def green(self) -> bool:
        return not self.differences

    def lines(self) -> Iterator[str]:
        yield f"重放 {self.cases} 件"
        for one in self.differences[:200]:
            yield f"✗ 办件 {one.case}:{one.what}"
        yield "各表与账本一致。" if self.green else f"{len(self.differences)} 处与账本不一致。"


def rebuild(
    sample: int = 0, progress: Callable[[int], None] = lambda done: None, *, but: Collection[str] = ()
) -> Rebuilt:
    """Replay all cases, or a random sample of so many, and compare every column `but` these of the case's row."""
    report = Rebuilt()
    ids, today = _ids(sample), _Reckoning.now()
    for start in range(0, len(ids), CHUNK):
        _compare(ids[start : start + CHUNK], report, today, but)
        progress(report.cases)
    if not sample:
        _strays(report)
    return report


def _ids(sample: int) -> list[uuid.UUID]:
    with connection.cursor() as cursor:
        if sample:
            cursor.execute("select id from cases_case order by random() limit %s", [sample])
        else:
            cursor.execute(
                "select substring(stream from 6)::uuid from ledger_entry where stream like 'case/%%' and seq = 1"
            )
        return [id for (id,) in cursor.fetchall()]


def _compare(ids: list[uuid.UUID], report: Rebuilt, today: _Reckoning, but: Collection[str]) -> None:
    streams = _streams(ids)
    tables = {model: _rows(model, key, ids) for model, key in TABLES.items()}
    misspelt = set() if "words" in but else _with_other_words(ids)
    for id in ids:
        report.cases += 1
        found = {model: rows.get(id, []) for model, rows in tables.items()}
        for what in _differences(id, streams.get(id, []), found, today, but):
            report.differences.append(Difference(str(id), what))
        if id in misspelt:
            report.differences.append(Difference(str(id), "检索词与编号、受理号、申请人不符"))


def _streams(ids: list[uuid.UUID]) -> dict[uuid.UUID, list[tuple[Any, ...]]]:
    out: dict[uuid.UUID, list[tuple[Any, ...]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select stream, seq, kind, v, body, actor, occurred_at, recorded_at, channel, hash from ledger_entry"
            " where stream = any(%s) order by stream, seq",
            [[f"case/{id}" for id in ids]],
        )
        for stream, *rest in cursor.fetchall():
            out.setdefault(uuid.UUID(stream[5:]), []).append(tuple(rest))
    return out


TABLES: dict[type[models.Model], str] = {Case: "id", Access: "case_id", Paper: "case_id", Certificate: "case_id"}
# The name is in the vault alone, and destroyed with it; what words should be the database says
UNKNOWN = {"applicant", "words"}
Values = dict[str, Any]


def _rows(model: type[models.Model], key: str, ids: list[uuid.UUID]) -> dict[uuid.UUID, list[Values]]:
    """Every column of these cases' rows in one table."""
    columns = [f.attname for f in model._meta.concrete_fields if f.attname not in UNKNOWN]
    out: dict[uuid.UUID, list[Values]] = {}
    for one in model._default_manager.filter(**{f"{key}__in": ids}).values(*columns):
        out.setdefault(one[key], []).append(one)
    return out


def _with_other_words(ids: list[uuid.UUID]) -> set[uuid.UUID]:
    """Cases that a search would not find by what it should, or would find by something else."""
    known = Case.objects.filter(id__in=ids).values_list("id", "number", "receipt", "applicant")
    words = [(id, bigrams(*words_of(number, receipt, applicant))) for id, number, receipt, applicant in known]
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.id from cases_case c join unnest(%s::uuid[], %s::text[]) w(id, words) on w.id = c.id"
            " where c.words is distinct from to_tsvector('simple', w.words)",
            [[id for id, _ in words], [text for _, text in words]],
        )
        return {id for (id,) in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class _Reckoning:
    """The calendar and the parameters that dates are reckoned with today, and how many loadings they come from."""

    calendar: WorkingCalendar
    parameters: Parameters
    loadings: int

    @classmethod
    def now(cls) -> _Reckoning:
        with connection.cursor() as cursor:
            cursor.execute(
                "select (select coalesce(max(id), 0) from org_calendaryear),"
                " (select coalesce(max(id), 0) from cases_parameter)"
            )
            calendar, parameters = cursor.fetchone()
        return cls(calendar_upto(calendar), parameters_upto(parameters), calendar + parameters)


def _differences(
    id: uuid.UUID,
    entries: list[tuple[Any, ...]],
    found: dict[type[models.Model], list[Values]],
    today: _Reckoning,
    but: Collection[str],
) -> Iterator[str]:
    if not entries:
        yield "表中有此件，账本中没有它的流"
        return
    if not found[Case]:
        yield "账本中有此件，表中没有"
        return
    actual = found[Case][0]
    last = entries[-1]
    if (actual["seq"], bytes(actual["head"])) != (last[0], bytes(last[8])):
        yield f"表记到第{actual['seq']}条，账本到第{last[0]}条，或末条哈希不同"
        return
    case, issued, made = replayed(id, entries)
    if actual["state_v"] == STATE_VERSION and not _is_state(actual["state"], case):
        yield "状态与重放结果不同"
    standard = published_standard(case.standard)
    # a row that was written before the newest calendar or parameter keeps its dates until the sweep has passed
    dated = actual["reckoning"] == today.loadings and not set(DATES) & set(but)
    facts = Facts(last[6], today.calendar, standard, SYSTEM, parameters=today.parameters)
    due = nearest_due(case, facts) if dated else None
    first = published_standard(load_event(*entries[0][1:4]).standard)
    wanted = {**row(case, facts, due), **identity(case, first, entries[0][6])}
    for name, value in wanted.items():
        kept = actual[name]
        if isinstance(kept, date) and not isinstance(kept, datetime):
            kept = kept.isoformat()
        if name not in ("state", "state_v", *but) and (dated or name not in DATES) and kept != value:
            yield f"列 {name} 为 {kept}，应为 {value}"
    scopes = {(s.kind, s.id): (s.open, s.due_on) for s in access(case, standard, due).values()}
    there = {(s["scope_kind"], s["scope_id"]): (s["open"], s["due_on"]) for s in found[Access]}
    if scopes.keys() != there.keys() or any(
        scopes[key][0] != open or (dated and scopes[key][1] != on) for key, (open, on) in there.items()
    ):
        yield "可见范围与重放结果不同"
    if sorted(issued, key=_seq) != sorted(found[Paper], key=_seq):
        yield "文书登记与账本不同"
    owner = {"subject": case.subject, "department": f"{standard.division}/{standard.department}"}
    licences = [{**one, **owner, "status": "valid"} for one in made]
    if sorted(licences, key=_identifier) != sorted(found[Certificate], key=_identifier):
        yield "证照登记与账本不同"


def _is_state(text: str, case: State) -> bool:
    try:
        return load_case(text) == case
    except ValueError:  # altered past the program, it may be anything
        return False


def _seq(paper: Values) -> int:
    return int(paper["seq"])


def _identifier(certificate: Values) -> str:
    return str(certificate["identifier"])


def replayed(id: uuid.UUID, entries: list[tuple[Any, ...]]) -> tuple[State, list[Values], list[Values]]:
    """State, papers and certificates that the entries (seq, kind, v, body, actor, occurred, recorded, channel,
    hash) give. A certificate is without its holder and department.
    """
    case = State(str(id))
    issued: list[Values] = []
    made: list[Values] = []
    for seq, kind, v, body, actor, occurred, recorded, channel, hash in entries:
        event = load_event(kind, v, body)
        case = evolve(case, Happened(event, actor, occurred, recorded, channel))
        if issue := issued_by(event):
            paper = {"case_id": id, "seq": seq, "kind": issue.kind, "number": event.number, "issued_at": recorded}
            issued.append({**paper, "code": verification_code(bytes(hash)), "digest": bytes(hash).hex()})
        if kind == "certificate_made":
            names = ("identifier", "number", "type", "valid_from", "valid_to")
            made.append({"case_id": id, **{name: getattr(event, name) for name in names}})
    return case, issued, made


def _strays(report: Rebuilt) -> None:
    """Rows no stream accounts for: put into the tables past the door."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id from cases_case c where not exists"
            " (select 1 from ledger_entry e where e.stream = 'case/' || c.id and e.seq = 1)"
        )
        report.differences += [Difference(str(id), "表中有此件，账本中没有它的流") for (id,) in cursor.fetchall()]
