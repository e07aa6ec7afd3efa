"""查看留痕: who looked at a person's data, at what, when and on what ground; and the person's own page of it.

An officer who opens a case page leaves one look a day per case; a look-up, an upload, a paper, a reading by a program
one in ten minutes: what is repeated within them adds nothing, what was new is never lost. A look costs the page one
statement, in the table `cases_look`; the worker makes it an entry of the stream `looked/<subject>` within a minute.
Applicants' and agents' own looks leave none. No name and no number enters: ids only.

Basis: 个人信息保护法 第四十四条 (知情权), 第四十五条 (查阅); withholding: 第十八条第一款, 第三十五条.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from yichuang.aggregates.refusal import Kind, require
from yichuang.cases.models import Withholding
from yichuang.kernel.localtime import local_day, midnight
from yichuang.ledger import vault
from yichuang.ledger.actor import Actor
from yichuang.ledger.fast import run
from yichuang.ledger.service import NewEntry, now, record, record_entries
from yichuang.people.service import find_subject

PAGE = 25
BATCH = 500
DAY, MINUTES = "YYYY-MM-DD", "YYYY-MM-DD HH24:MI"
# Whose looks may be withheld, and how long at most: the house's number, the law names none
MAY_WITHHOLD = ("supervisor", "inspector")
MOST_DAYS = 180
LEAST_BASIS, MOST_BASIS = 15, 1000  # characters: a law, its article and its words


# --- leaving a trace --------------------------------------------------------------------------------------------------


def trace_case(actor: Actor, case_id: uuid.UUID | str) -> None:
    """An officer opens a page of a case. One statement; none for applicants and agents."""
    _trace(actor, "case_opened", [str(case_id)], daily=True)


def trace_upload(actor: Actor, case_id: uuid.UUID | str, upload_id: uuid.UUID | str) -> None:
    """An officer opens a file of a case."""
    _trace(actor, "upload_opened", [str(case_id)], what=str(upload_id))


def trace_paper(actor: Actor, case_id: uuid.UUID | str, seq: int) -> None:
    """An officer opens a document of a case."""
    _trace(actor, "paper_opened", [str(case_id)], what=f"{case_id}/{seq}")


def trace_reading(actor: Actor, case_ids: Iterable[uuid.UUID | str], *, listed: bool = False) -> None:
    """A program reads cases, one by one or in a list; also one that acts for an applicant or an agent."""
    _trace(actor, "case_listed" if listed else "case_read", [str(id) for id in case_ids], daily=listed, anybody=True)


def trace_person(actor: Actor, subject: str, kind: str = "looked_up") -> None:
    """An officer sees what is on record of a person or a firm outside any case: found by number, or as `kind` says."""
    if actor.post_kind:
        source = "(select %(subject)s::text as subject, null::uuid as id) c"
        run(_INSERT.format(source=source), _given(actor, kind, MINUTES) | {"subject": subject})


def trace_number(actor: Actor, id_type: str, number: str) -> None:
    """An officer learns from a refusal that somebody is on record with a number; an `id_type` of "" is a firm's."""
    known = find_subject(id_type=id_type, number=number)
    if known is not None:
        trace_person(actor, known.pk)


def _trace(
    actor: Actor, kind: str, cases: list[str], *, what: str = "", daily: bool = False, anybody: bool = False
) -> None:
    if cases and (actor.post_kind or anybody):
        run(
            _INSERT.format(source=_CASES),
            _given(actor, kind, DAY if daily else MINUTES) | {"cases": cases, "what": what},
        )


def _given(actor: Actor, kind: str, slot: str) -> dict[str, Any]:
    names = ("person", "post", "on_behalf_of", "channel", "session", "ip", "device")
    return {name: getattr(actor, name) for name in names} | {"kind": kind, "slot": slot, "what": ""}


_CASES = "(select subject, id from cases_case where id = any(%(cases)s::uuid[])) c"
# A slot of ten minutes ends in the tens of the minutes: "2018-03-12 09:3"
_INSERT = """
insert into cases_look
  (subject, case_id, kind, what, person, post, on_behalf_of, channel, session, ip, device, at, slot)
select c.subject, c.id, %(kind)s, coalesce(nullif(%(what)s, ''), c.id::text, c.subject), %(person)s, %(post)s,
  %(on_behalf_of)s, %(channel)s, %(session)s, %(ip)s, %(device)s, clock.at,
  left(to_char(clock.at at time zone 'Asia/Shanghai', %(slot)s), 15)
from {source}, (select ledger_now() as at) clock
on conflict (person, post, kind, what, slot) do nothing
"""


# --- into the ledger --------------------------------------------------------------------------------------------------


def record_looks() -> int:
    """Make what was looked at entries of the ledger: how many. Five statements for up to BATCH looks."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_WAITING, [BATCH])
        rows = cursor.fetchall()
        if not rows:
            return 0
        record_entries(
            [NewEntry(f"looked/{row[1]}", row[3], _body(row), _actor(row), occurred_at=row[12]) for row in rows]
        )
        cursor.execute("update cases_look set recorded_at = ledger_now() where id = any(%s)", [[r[0] for r in rows]])
    return len(rows)


def remove_recorded() -> int:
    """Remove the looks of days past that are in the ledger: how many."""
    with connection.cursor() as cursor:
        cursor.execute("delete from cases_look where recorded_at < ledger_now() - interval '2 days'")
        return int(cursor.rowcount)


_WAITING = """
select id, subject, case_id, kind, what, person, post, on_behalf_of, channel, session, ip, device, at from cases_look
where recorded_at is null order by id limit %s for update skip locked
"""


def _body(row: tuple[Any, ...]) -> dict[str, Any]:
    _, _, case_id, kind, what, *_ = row
    body = {"case": str(case_id)} if case_id else {}
    if kind == "upload_opened":
        body["upload"] = what
    if kind == "paper_opened":
        body["paper"] = what.rpartition("/")[2]
    return body


def _actor(row: tuple[Any, ...]) -> Actor:
    person, post, behalf, channel, session, ip, device = row[5:12]
    return Actor(person=person, post=post, on_behalf_of=behalf, channel=channel, session=session, ip=ip, device=device)


# --- withholding ------------------------------------------------------------------------------------------------------


def withhold(actor: Actor, case_id: uuid.UUID, basis: str, until: date) -> Withholding:
    """Tell the applicant of this supervisor's looks at the case, today's too, only after the day `until`; on record.

    个人信息保护法 第十八条第一款, 第三十五条: secrecy by a law or regulation, or telling would hinder a duty by law.
    Raises Refused.
    """
    require(
        actor.post_kind in MAY_WITHHOLD,
        "wrong-post",
        "只有电子监察岗和督查岗可以依法暂不告知。",
        kind=Kind.FORBIDDEN,
        clause="个人信息保护法第三十五条",
    )
    basis, day = basis.strip(), midnight(local_day(now()))
    message = f"请写明依据的法律、法规的名称、条款和原文，{LEAST_BASIS}到{MOST_BASIS}个字。"
    require(LEAST_BASIS <= len(basis) <= MOST_BASIS and "条" in basis, "no-basis", message, kind=Kind.INPUT)
    in_range = timedelta() <= midnight(until) - day <= timedelta(days=MOST_DAYS)
    require(in_range, "bad-day", f"暂不告知的最后一天从今天起，最多{MOST_DAYS}天。", kind=Kind.INPUT)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select subject from cases_case where id = %s", [str(case_id)])
        (subject,) = cursor.fetchone()
        ref = vault.lodge(subject, {"basis": basis}).ref("basis")
        body = {"case": str(case_id), "until": str(until), "basis": ref}
        record(f"looked/{subject}", "withheld", body, actor)
        return Withholding.objects.create(
            subject=subject, case_id=case_id, person=actor.person, since=day, until=until, basis=ref
        )


# --- the person's own page --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A look as the person reads it: no officer's name."""

    seq: int
    kind: str
    at: datetime
    post: str  # name of the post; empty for a program of an applicant or an agent
    post_kind: str
    department: str
    channel: str
    case_id: str
    receipt: str
    title: str
    file: str  # name of the upload opened
    paper: str  # kind of the document opened
    field: str
    reason: str  # what the officer wrote when unmasking
    withheld_until: date | None  # told late, on this ground
    basis: str


def list_looks(subject: str, before: int = 0) -> tuple[list[Line], bool]:
    """A page of the looks at a subject, the newest first, older than seq `before`; and whether there are more. Two
    statements at most. The caller has checked that the subject is the reader's own.
    """
    older = "and e.seq < %(before)s" if before else ""
    with connection.cursor() as cursor:
        cursor.execute(_LIST.format(older=older), {"stream": f"looked/{subject}", "subject": subject, "before": before})
        rows = cursor.fetchall()
    bodies = [json.loads(row[2]) for row in rows]
    refs = [ref for row, body in zip(rows, bodies, strict=True) for ref in (body.get("reason", ""), row[13]) if ref]
    contents = vault.read_many(sorted({parts[0] for ref in refs if (parts := vault.split_reference(ref))}))
    lines = [_line(row, body, contents) for row, body in zip(rows, bodies, strict=True)]
    return lines[:PAGE], len(lines) > PAGE


def _line(row: tuple[Any, ...], body: dict[str, Any], contents: dict[str, Any]) -> Line:
    seq, kind, _, at, post, post_kind, department, channel, receipt, title, file, paper, until, basis = row
    return Line(
        seq=seq,
        kind=kind,
        at=at,
        post=post or "",
        post_kind=post_kind or "",
        department=department or "",
        channel=channel,
        case_id=body.get("case", ""),
        receipt=receipt or "",
        title=title or "",
        file=file or "",
        paper=paper or "",
        field=body.get("field", ""),
        reason=str(vault.resolve_reference(body["reason"], contents)) if body.get("reason") else "",
        withheld_until=until,
        basis=str(vault.resolve_reference(basis, contents)) if basis else "",
    )


# The page is cut by the index of the stream before anything is joined
_LIST = f"""
with clock as (select (ledger_now() at time zone 'Asia/Shanghai')::date as today),
looks as materialized (
  select e.seq, e.kind, e.body, e.occurred_at, e.post, e.channel, e.actor, (e.body::jsonb ->> 'case')::uuid as case_id
  from ledger_entry e, clock where e.stream = %(stream)s and e.kind <> 'withheld' {{older}} and not exists (
    select 1 from cases_withholding w where w.subject = %(subject)s and w.person = e.actor
    and w.case_id = (e.body::jsonb ->> 'case')::uuid and w.since <= e.occurred_at and w.until >= clock.today)
  order by e.seq desc limit {PAGE + 1}
)
select l.seq, l.kind, l.body, l.occurred_at, p.name, p.kind, d.name, l.channel, c.receipt, c.title, u.name, a.kind,
  w.until, w.basis
from looks l
left join org_post p on p.id = l.post left join org_department d on d.id = p.department_id
left join cases_case c on c.id = l.case_id
left join aggregates_upload u on u.id = (l.body::jsonb ->> 'upload')::uuid
left join aggregates_paper a on a.stream = 'case/' || l.case_id and a.seq = (l.body::jsonb ->> 'paper')::int
left join lateral (
  select until, basis from cases_withholding w where w.subject = %(subject)s and w.person = l.actor
  and w.case_id = l.case_id and w.since <= l.occurred_at order by w.until desc limit 1) w on true
order by l.seq desc
"""
