"""Reads of cases. Every list, count, search and page starts from `scopes_of(actor)`: which rows exist for this reader.

Nothing is written here. Which fields of a visible case are shown is `face.py`.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from yichuang.aggregates.settings import reads_of
from yichuang.cases.core.state import Stage
from yichuang.cases.filters import LIMITED, READER, CaseFilter, Scopes, sql_order, sql_scopes, sql_where
from yichuang.cases.models import Access, Case
from yichuang.cases.parameters import GAP_READS, RUNGS
from yichuang.catalog.laws.queries import REGISTERED
from yichuang.catalog.standard import PostKind
from yichuang.kernel.codes.problem import tidy
from yichuang.ledger.actor import Actor
from yichuang.ledger.fast import run
from yichuang.org.queries import sql_name
from yichuang.people.queries import ENDED_MANDATES

PAGE = 25
ALL_OPEN = CaseFilter()
COUNTED = 1000  # counts beyond this are given as "over 1,000": exactness there helps nobody and costs a scan

_WHOLE_DIVISION = {PostKind.WINDOW, PostKind.OFFICE, PostKind.SUPERVISOR, PostKind.INSPECTOR}
_OWN_DEPARTMENT = {PostKind.REVIEWER, PostKind.SURVEYOR, PostKind.HEAD, PostKind.COUNSELLOR}


def scopes_of(actor: Actor) -> Scopes:
    """The scopes of case_access a reader has; none for a post that has no business with cases (deny by default).

    An agent's are those of the mandates valid now: one for all items opens all cases of its principal, one for listed
    items the cases of these items that the agent filed. When it ends, so does all of this.
    """
    if not actor.post_kind:
        whole = [("subject", subject) for subject in actor.subjects]
        return [*whole, *((LIMITED, f"{actor.person} {subject} {item}") for subject, item in actor.limited)]
    if actor.post_kind == PostKind.CASHIER:
        return [("fees", actor.division)]
    if actor.post_kind in {k.value for k in _WHOLE_DIVISION}:
        return [("division", actor.division)]
    if actor.post_kind in {k.value for k in _OWN_DEPARTMENT}:
        return [("department", actor.department)]
    return []


def todo_scopes(actor: Actor) -> Scopes:
    """The scopes of what this post must do now."""
    if actor.post_kind == PostKind.WINDOW:
        return [("todo", f"{actor.division}/{PostKind.WINDOW.value}")]
    if actor.post_kind:
        return [("todo", f"{actor.department}/{actor.post_kind}"), ("person", actor.person)]
    return []


@dataclass(frozen=True, slots=True)
class Row:
    """A case in a list."""

    id: uuid.UUID
    number: str
    receipt: str
    title: str
    applicant: str
    department: str
    stage: Stage
    outcome: str
    channel: str
    submitted_at: datetime
    due_on: date | None
    closed_on: date | None
    level: int
    wait: str
    subject: str
    item: str


@dataclass(frozen=True, slots=True)
class Held:
    """Where an open case is: its standard, and its open steps, each with the name of the officer it is assigned to."""

    standard: str
    steps: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CasePage:
    rows: tuple[Row, ...]
    total: int
    exact: bool  # False: there are at least `total`
    number: int
    held: dict[uuid.UUID, Held] = field(default_factory=dict)  # of each open case: where it is and with whom
    calendar: int = 0  # the newest loading of the calendar, from which days left are counted

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


_ROW = (
    "c.id, c.number, c.receipt, c.title, c.applicant, c.department, c.stage, c.outcome, c.channel, c.submitted_at, "
    "c.due_on, c.closed_on, c.level, c.wait, c.subject, c.item"
)


def cases(
    scopes: Scopes, filter: CaseFilter = ALL_OPEN, page: int = 1, counted: tuple[int, bool] | None = None
) -> CasePage:
    """A page of the cases in these scopes, the nearest date first; of ended ones the latest. Two statements, one when
    `counted` says what `count` or `tally` found for the same, or when all are on the first page.
    """
    if not scopes:
        return CasePage((), 0, True, 1)
    where, parameters = sql_where(scopes, filter)
    joined = filter.narrows or filter.waits or filter.sort
    source = "from cases_access a join cases_case c on c.id = a.case_id" if joined else "from cases_access a"
    column, order = sql_order(filter)
    distinct = f"{'distinct ' if len(scopes) > 1 else ''}a.case_id, {'c' if filter.sort else 'a'}.{column}"
    # a list as it stands is asked for all day; a search is planned for its own words
    execute = _execute if filter.narrows else run
    within_page = f"select {distinct} {source} where {where} order by {order} limit {PAGE} offset %s"
    listed = (
        f"select {_ROW}, c.standard, {_OPEN_STEPS}, {NEWEST_CALENDAR} from ({within_page}) found"
        " join cases_case c on c.id = found.case_id order by " + order.replace("a.", "found.").replace("c.", "found.")
    )
    rows = execute(listed, [*parameters, 0]).fetchall() if page <= 1 else []
    if counted is None and page <= 1 and len(rows) < PAGE:
        counted = _counted(len(rows))  # all of them are on this page
    if counted is None:
        within_list = f"(select {distinct} {source} where {where} limit {COUNTED + 1}) found"
        (total,) = execute(f"select count(*) from {within_list}", parameters).fetchone()
        counted = _counted(total)
    if page > 1:
        page = min(page, -(-counted[0] // PAGE) or 1)
        rows = execute(listed, [*parameters, (page - 1) * PAGE]).fetchall()
    held = {r[0]: Held(r[-3], tuple((step, name) for step, name in r[-2] or ())) for r in rows}
    return CasePage(tuple(_row(r[:-3]) for r in rows), *counted, max(1, page), held, rows[0][-1] if rows else 0)


NEWEST_CALENDAR = "(select coalesce(max(id), 0) from org_calendaryear)"
# The open steps of a case with the names of those they are assigned to, in the order they were opened in
_OPEN_STEPS = f"""(select json_agg(json_build_array(s.key, coalesce({sql_name("s.value ->> 'person'")}, ''))
  order by s.value ->> 'on', s.key) from jsonb_each(c.state::jsonb -> 'steps') s
  where c.closed_on is null and s.value ->> 'status' = 'open')"""


def _execute(statement: str, parameters: Sequence[Any]) -> CursorWrapper:
    cursor = connection.cursor()
    cursor.execute(statement, parameters)
    return cursor


def _counted(total: int) -> tuple[int, bool]:
    """A count as it is given: how many, and whether that is exact."""
    return min(total, COUNTED), total <= COUNTED


def nearest(scopes: Scopes, most: int) -> tuple[Row, ...]:
    """The cases whose dates are nearest, of those that wait for whoever has these `todo_scopes`. One statement."""
    if not scopes:
        return ()
    where, parameters = sql_where(scopes, CaseFilter(waits=READER))
    distinct = "distinct " if len(scopes) > 1 else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {_ROW} from (select {distinct}a.case_id, a.due_on from cases_access a join cases_case c"
            f" on c.id = a.case_id where {where}"
            " order by a.due_on, a.case_id limit %s) found join cases_case c on c.id = found.case_id"
            " order by found.due_on, found.case_id",
            [*parameters, most],
        )
        return tuple(_row(r) for r in cursor.fetchall())


def count(scopes: Scopes, filter: CaseFilter = ALL_OPEN) -> tuple[int, bool]:
    """How many, and whether that is exact. One statement."""
    if not scopes:
        return 0, True
    where, parameters = sql_where(scopes, filter)
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from (select distinct a.case_id from cases_access a join cases_case c on c.id = a.case_id"
            f" where {where} limit {COUNTED + 1}) found",
            parameters,
        )
        (total,) = cursor.fetchone()
    return _counted(total)


def tally(
    lists: dict[str, tuple[Scopes, CaseFilter]], others: dict[str, tuple[str, list[Any]]] | None = None
) -> dict[str, tuple[int, bool]]:
    """`count` of several lists by name, in one statement: for the numbers beside a navigation.

    `others` are counts of other rooms by name, as SQL with its parameters: scoped by who gives them. A list and those
    that take one stage of it share one reading.
    """
    others = others or {}
    shared: dict[str, list[str]] = {}
    for name, (scopes, filter) in lists.items():
        if scopes:
            shared.setdefault(repr(sql_where(scopes, replace(filter, stage=""))), []).append(name)
    groups = [*([name] for name in others), *shared.values()]
    parts, parameters = [], []
    for place, names in enumerate(groups):  # by its place, so that every reader of a kind sends the same text
        sql, values = _sql_counts([lists[name] for name in names]) if names[0] in lists else others[names[0]]
        parts.append(f"select {place}, {sql}" if names[0] in lists else f"select {place}, '', ({sql})")
        parameters += values
    stages = {name: filter.stage for name, (_, filter) in lists.items()}
    totals = dict.fromkeys((*lists, *others), 0)
    for place, stage, total in run(" union all ".join(parts), parameters).fetchall() if parts else ():
        for name in groups[place]:
            if stages.get(name, "") in ("", stage):
                totals[name] += total
    return {name: _counted(total) for name, total in totals.items()}


def _sql_counts(lists: list[tuple[Scopes, CaseFilter]]) -> tuple[str, list[Any]]:
    """Stages and counts of lists that differ by stage alone, as what stands behind a `select`."""
    scopes, filter = lists[0]
    where, values = sql_where(scopes, replace(filter, stage=""))
    if any(narrowed.stage for _, narrowed in lists):
        once = "*" if len(scopes) == 1 else "distinct a.case_id"
        source = "cases_access a join cases_case c on c.id = a.case_id"
        return f"c.stage, count({once}) from {source} where {where} group by c.stage", values
    once = "distinct " if len(scopes) > 1 else ""  # else the rows are told apart already, and reading ends early
    joined = filter.narrows or filter.waits
    source = "cases_access a join cases_case c on c.id = a.case_id" if joined else "cases_access a"
    within_list = f"(select {once}a.case_id from {source} where {where} limit {COUNTED + 1}) found"
    return f"'', count(*) from {within_list}", values


def visible(actor: Actor, case_id: uuid.UUID | str) -> Row | None:
    """The case's row when it exists for this reader; None otherwise, whether or not there is such a case."""
    return _one(scopes_of(actor), "c.id = %s", [str(case_id)])


def filed_for(actor: Actor, case_id: uuid.UUID | str) -> tuple[str, str] | None:
    """Item and subject of a case that exists for this reader: what an act on it asks before the door reads the rest."""
    columns = _read_columns(scopes_of(actor), "c.id = %s", [str(case_id)], "c.item, c.subject")
    return (columns[0], columns[1]) if columns else None


def visible_by_number(actor: Actor, number: str) -> Row | None:
    """The same by 办件编号 or 受理号, as somebody typed it."""
    number = tidy(number)
    return _one(scopes_of(actor), "(c.number = %s or c.receipt = %s)", [number, number])


@dataclass(frozen=True, slots=True)
class Standing:
    """A visible case with what a page about it reckons from."""

    row: Row
    state: str
    now: datetime
    calendar: int
    parameters: int
    announced: int
    gap_parameters: int
    gap_announced: int
    laws: int  # the version of the register of laws
    ended: int  # query codes spent: mandates that ended since it was filed, corrections of who applied


# With each mandate that ended the query code is another, and with each correction of who applied: a thousand apart, so
# that no code comes back
CODES_SPENT = f"""({ENDED_MANDATES} + 1000 * (
  select count(*) from ledger_entry e where e.stream = 'case/' || c.id and e.kind = 'applicant_corrected'
  and e.body::jsonb ->> 'former' <> ''))"""
# State, ledger's clock, newest loading of the calendar, parameters (`reads_of`), register of laws, query codes spent:
# columns for a query of `cases_case c`
STANDING = (
    f"c.state, ledger_now(), {NEWEST_CALENDAR},"
    f" {', '.join([*reads_of(RUNGS.scope).values(), *GAP_READS.values()])}, {REGISTERED}, {CODES_SPENT}"
)


def standing(actor: Actor, case_id: uuid.UUID | str) -> Standing | None:
    """`visible`, with the case's state, the ledger's clock and the calendar's newest loading. One statement."""
    columns = _read_columns(scopes_of(actor), "c.id = %s", [str(case_id)], f"{_ROW}, {STANDING}")
    return Standing(_row(columns[:-9]), *columns[-9:]) if columns else None


def list_open_of(actor: Actor, subject: str, division: str, item: str, situation: str) -> tuple[Row, ...]:
    """The open cases of an applicant for an item and situation that exist for this reader, the latest first. One
    statement.
    """
    scopes = scopes_of(actor)
    if not scopes:
        return ()
    within, values = sql_scopes(scopes)
    rows = run(
        f"select {_ROW} from cases_access s join cases_case c on c.id = s.case_id where s.scope_kind = 'subject' and"
        " s.scope_id = %s and s.open and c.division = %s and c.item = %s and c.state::jsonb ->> 'situation' = %s"
        f" and exists (select 1 from cases_access a where a.case_id = c.id and ({within}))"
        f" order by c.submitted_at desc limit {PAGE}",
        [subject, division, item, situation, *values],
    ).fetchall()
    return tuple(_row(row) for row in rows)


def titles_of(ids: Iterable[uuid.UUID]) -> dict[str, tuple[str, str]]:
    """受理号 and title of cases by id. One statement. The caller knows that the reader may see them."""
    rows = Case.objects.filter(pk__in=list(ids)).values_list("id", "receipt", "title")
    return {str(id): (receipt, title) for id, receipt, title in rows}


def list_rows(scopes: Scopes, ids: Sequence[str]) -> tuple[Row, ...]:
    """Those of these cases that exist in the scopes, in the order of the ids. One statement."""
    if not scopes or not ids:
        return ()
    within, values = sql_scopes(scopes)
    rows = run(
        f"select {_ROW} from cases_case c where c.id = any(%s::uuid[])"
        f" and exists (select 1 from cases_access a where a.case_id = c.id and ({within}))",
        [list(ids), *values],
    ).fetchall()
    place = {id: number for number, id in enumerate(ids)}
    return tuple(sorted(map(_row, rows), key=lambda row: place[str(row.id)]))


def list_assigned(department: str, persons: Collection[str]) -> dict[str, tuple[Row, ...]]:
    """Cases that exist for a department, with an open step assigned to one of these persons, by person. Two statements
    and one for the rows.
    """
    if not persons:
        return {}
    assigned = Access.objects.filter(scope_kind="person", scope_id__in=persons, open=True)
    by_case: dict[uuid.UUID, list[str]] = {}
    for case_id, person in assigned.values_list("case_id", "scope_id"):
        by_case.setdefault(case_id, []).append(person)
    rows = cases([("person", person) for person in sorted(persons)], CaseFilter()).rows
    theirs = Access.objects.filter(scope_kind="department", scope_id=department, case_id__in=[row.id for row in rows])
    visible_ids = set(theirs.values_list("case_id", flat=True))
    out: dict[str, list[Row]] = {}
    for row in rows:
        if row.id in visible_ids:
            for person in by_case.get(row.id, ()):
                out.setdefault(person, []).append(row)
    return {person: tuple(held) for person, held in out.items()}


def _one(scopes: Scopes, condition: str, parameters: list[Any]) -> Row | None:
    values = _read_columns(scopes, condition, parameters, _ROW)
    return _row(values) if values else None


def _read_columns(scopes: Scopes, condition: str, parameters: list[Any], columns: str) -> Sequence[Any] | None:
    if not scopes:
        return None
    within, values = sql_scopes(scopes)
    row: Sequence[Any] | None = run(
        f"select {columns} from cases_case c where {condition} and exists (select 1 from cases_access a"
        f" where a.case_id = c.id and ({within}))",
        [*parameters, *values],
    ).fetchone()
    return row


def _row(r: Sequence[Any]) -> Row:
    return Row(r[0], r[1], r[2], r[3], r[4], r[5], Stage(r[6]), *r[7:])
