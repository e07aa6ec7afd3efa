"""`verify --rebuild`: replays streams and compares every projection with what the ledger says it must be.

The projections are listed here, in one place: the case's row, its access rows, papers and certificates. Nothing is
repaired; a difference is named. Rows of the tables that have no stream are named too.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from yichuang.cases.codec import load_case, load_event
from yichuang.cases.core.facts import Facts
from yichuang.cases.core.state import Case, Happened, evolve
from yichuang.cases.papers import issued_by
from yichuang.cases.projections import access, row, verification_code
from yichuang.catalog.queries import standard as published_standard
from yichuang.ledger.actor import SYSTEM
from yichuang.org.door import calendar_upto

CHUNK = 500


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


def rebuild(sample: int = 0, progress: Callable[[int], None] = lambda done: None) -> Rebuilt:
    """Replay all cases, or a random sample of so many, and compare."""
    report = Rebuilt()
    ids = _ids(sample)
    for start in range(0, len(ids), CHUNK):
        _compare(ids[start : start + CHUNK], report)
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


def _compare(ids: list[uuid.UUID], report: Rebuilt) -> None:
    streams = _streams(ids)
    rows = _table(
        "id, seq, encode(head, 'hex'), state, stage, outcome, number, paused, level, standard", "cases_case", ids
    )
    scopes = _table("case_id, scope_kind, scope_id, open", "cases_access", ids)
    papers = _table("case_id, seq, kind, number, code, digest", "cases_paper", ids)
    certificates = _table("case_id, identifier, number, type", "cases_certificate", ids)
    for id in ids:
        report.cases += 1
        for what in _differences(id, streams.get(id, []), rows, scopes, papers, certificates):
            report.differences.append(Difference(str(id), what))


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


def _table(columns: str, table: str, ids: list[uuid.UUID]) -> dict[uuid.UUID, list[tuple[Any, ...]]]:
    key = columns.split(",")[0]
    out: dict[uuid.UUID, list[tuple[Any, ...]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(f"select {columns} from {table} where {key} = any(%s)", [ids])
        for id, *rest in cursor.fetchall():
            out.setdefault(id, []).append(tuple(rest))
    return out


Tables = dict[uuid.UUID, list[tuple[Any, ...]]]


def _differences(
    id: uuid.UUID, entries: list[tuple[Any, ...]], rows: Tables, scopes: Tables, papers: Tables, certificates: Tables
) -> Iterator[str]:
    if not entries:
        yield "表中有此件，账本中没有它的流"
        return
    case, issued, made = replayed(id, entries)
    found = rows.get(id)
    if not found:
        yield "账本中有此件，表中没有"
        return
    seq, head, state, stage, outcome, number, paused, level, standard_key = found[0]
    if (seq, head) != (entries[-1][0], bytes(entries[-1][8]).hex()):
        yield f"表记到第{seq}条，账本到第{entries[-1][0]}条，或末条哈希不同"
        return
    if load_case(state) != case:
        yield "状态与重放结果不同"
    facts = Facts(entries[-1][6], _calendar(), published_standard(case.standard), SYSTEM)
    expected = row(case, facts, None)
    actual = {"stage": stage, "outcome": outcome, "paused": paused, "level": level, "standard": standard_key}
    for column, value in actual.items():
        if expected[column] != value:
            yield f"列 {column} 为 {value}，应为 {expected[column]}"
    if number != case.number:
        yield f"编号为 {number}，应为 {case.number}"
    wanted = {(s.kind, s.id, s.open) for s in access(case, facts.standard, None).values()}
    if wanted != set(scopes.get(id, [])):
        yield "可见范围与重放结果不同"
    if sorted(issued) != sorted(papers.get(id, [])):
        yield "文书登记与账本不同"
    if sorted(made) != sorted(certificates.get(id, [])):
        yield "证照登记与账本不同"


def replayed(
    id: uuid.UUID, entries: list[tuple[Any, ...]]
) -> tuple[Case, list[tuple[int, str, str, str, str]], list[tuple[str, str, str]]]:
    """State, papers and certificates that the entries (seq, kind, v, body, actor, occurred, recorded, channel,
    hash) give.
    """
    case = Case(str(id))
    issued = []
    made = []
    for seq, kind, v, body, actor, occurred, recorded, channel, hash in entries:
        event = load_event(kind, v, body)
        case = evolve(case, Happened(event, actor, occurred, recorded, channel))
        if issue := issued_by(event):
            issued.append((seq, issue.kind, event.number, verification_code(bytes(hash)), bytes(hash).hex()))
        if kind == "certificate_made":
            made.append((event.identifier, event.number, event.type))
    return case, issued, made


def _calendar() -> Any:
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(max(id), 0) from org_calendaryear")
        return calendar_upto(cursor.fetchone()[0])


def _strays(report: Rebuilt) -> None:
    """Rows no stream accounts for: put into the tables past the door."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id from cases_case c where not exists"
            " (select 1 from ledger_entry e where e.stream = 'case/' || c.id and e.seq = 1)"
        )
        report.differences += [Difference(str(id), "表中有此件，账本中没有它的流") for (id,) in cursor.fetchall()]
