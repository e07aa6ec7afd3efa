"""What was reported comes into the contract tables: each application that a report touched is written anew, whole.

So reports may come in any order and be corrected, also to another application; ten statements, however many reports.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from yichuang.aggregates.flattening import Row
from yichuang.ledger.envelope import Envelope
from yichuang.org.models import Post, System
from yichuang.supervision import ddl
from yichuang.supervision.contract import table
from yichuang.supervision.reported import TABLES, Ours, Record, flatten, read, survey_key

COLUMNS = ", ".join(field.name for field in fields(Envelope))
MOST = 500  # records of one application that count, by their names: no flood of reports makes one case slow


def take(cursor: Any, streams: Sequence[str], upto: int) -> list[str]:
    """Take in these streams of reports up to a position; the keys of what is to be judged again: the applications, and
    our own cases that they name.
    """
    if not streams:
        return []
    versions_of = _versions(cursor, streams, upto)
    cursor.execute("select distinct case_id from supervision_reported where stream = any(%s)", [list(streams)])
    touched = {case for (case,) in cursor.fetchall()}
    newest = {stream: versions[-1] for stream, versions in versions_of.items()}
    cursor.execute(
        "insert into supervision_reported (stream, case_id) select * from unnest(%s::text[], %s::text[])"
        " on conflict (stream) do update set case_id = excluded.case_id",
        [list(newest), [version.application for version in newest.values()]],
    )
    touched |= {version.application for version in newest.values()}
    cursor.execute(
        "select stream from (select stream, row_number() over (partition by case_id order by stream) n"
        " from supervision_reported where case_id = any(%s)) one where n <= %s",
        [sorted(touched), MOST],
    )
    counted = {stream for (stream,) in cursor.fetchall()}
    versions_of |= _versions(cursor, sorted(counted - versions_of.keys()), upto)
    cases = _ours(cursor, {version.place for versions in versions_of.values() for version in versions})
    together: dict[str, list[Record]] = {}
    named: set[str] = set()
    for stream, versions in versions_of.items():
        if stream in counted:
            together.setdefault(versions[-1].application, []).append(versions[-1])
        named |= {cases[version.place].id for version in versions if version.place in cases}
    touched |= together.keys()  # a system that was registered meanwhile can make the department another
    rows: dict[str, list[Row]] = {name: [] for name in TABLES}
    for records in together.values():
        for name, found_rows in flatten(records, cases).items():
            rows[name] += found_rows
    if named:  # what former versions left among our own cases'
        keys = [survey_key(versions[-1]) for versions in versions_of.values()]
        cursor.execute("delete from log_surveys where case_id = any(%s) and survey = any(%s)", [sorted(named), keys])
    for name in TABLES:
        cursor.execute(f"delete from log_{name} where case_id = any(%s)", [sorted(touched)])
        ddl.write(cursor, table(name), rows[name])
    return sorted(touched | named)


def forget(cursor: Any) -> None:
    """Before everything is filled again."""
    cursor.execute("delete from supervision_reported")


def _versions(cursor: Any, streams: Sequence[str], upto: int) -> dict[str, list[Record]]:
    """Every version of each record up to a position, the last one at the end."""
    if not streams:
        return {}
    cursor.execute(
        f"select {COLUMNS} from ledger_entry where stream = any(%s) and position <= %s order by stream, seq",
        [list(streams), upto],
    )
    entries = [Envelope(*columns) for columns in cursor.fetchall()]
    # whose a record is: its system's department, or for a system that nobody registered the reporter's
    systems = dict(
        System.objects.filter(pk__in={_system(recorded) for recorded in entries}).values_list("code", "department")
    )
    posts = dict(Post.objects.filter(pk__in={recorded.post for recorded in entries}).values_list("id", "department"))
    out: dict[str, list[Record]] = {}
    for entry in entries:
        owner = systems.get(_system(entry)) or posts.get(entry.post, "")
        out.setdefault(entry.stream, []).append(read(entry, owner))
    return out


def _system(entry: Envelope) -> str:
    return entry.stream.split("/")[1]


def _ours(cursor: Any, named: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Ours]:
    """Our cases by the number that a report names and its department, where that department has a part in them."""
    numbers = sorted((number, department) for number, department in named if number and department)
    if not numbers:
        return {}
    cursor.execute(
        """
        select n.number, n.department, c.id, c.number from unnest(%s::text[], %s::text[]) n(number, department)
        join lateral (
          select id, number, department from cases_case where number = n.number
          union select id, number, department from cases_case where receipt = n.number
        ) c on c.department = n.department
          or exists (select 1 from log_steps s where s.case_id = c.id::text and s.department = n.department)
        """,
        [[number for number, _ in numbers], [department for _, department in numbers]],
    )
    return {(number, department): Ours(str(id), own) for number, department, id, own in cursor.fetchall()}
