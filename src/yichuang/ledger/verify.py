"""`verify` reads the whole ledger and names entries that were edited, removed, inserted, dated falsely, re-hashed or
cut, and private texts that differ from their digests. It also says what nobody can prove: entries after the last seal
outside the database.

It reads in batches and keeps of each seal only its numbers: memory does not grow with the entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import connection

from yichuang.ledger.content import compare_texts
from yichuang.ledger.envelope import GENESIS, envelope_digest, in_microseconds
from yichuang.ledger.outside import Outside
from yichuang.ledger.report import Fault, Report
from yichuang.ledger.times import check_times
from yichuang.ledger.verify_seals import Range, check_seals

__all__ = ["Fault", "Report", "verify"]

CHUNK = 5_000
BEFORE_ALL = ("", -(2**31), -(2**63))
_ENTRIES = f"""
select position, stream, seq, kind, v, body, actor, post, on_behalf_of, channel, source, session, ip, device,
       command_id,
       {in_microseconds("occurred_at")},
       {in_microseconds("recorded_at")},
       encode(prev_hash, 'hex'), encode(hash, 'hex')
from ledger_entry
where (stream, seq, position) > (%s, %s, %s) {{only}}
order by stream, seq, position limit %s
"""
Row = Sequence[Any]
Progress = Callable[[int], None]


def verify(outside: Outside | None = None, stream: str = "", progress: Progress = lambda count: None) -> Report:
    """Check one stream, or the whole store: hashes, chains, seals, times, private texts, and day roots when `outside`
    is given. Content of tables and folder never raises: what can't be read is a fault.
    """
    report = Report()
    ranges: list[Range] = []
    with report.guard_part("封存"):
        ranges = check_seals(report, outside, stream)
    with report.guard_part("账本"):
        _walk(report, stream, progress)
    if stream:
        report.skipped = "其余的流，以及各条的时刻与前后条目是否相符"
        return report
    with report.guard_part("条目的位置与时刻"):
        _counts(report, ranges, check_times(report, ranges))
    return report


def _batches(only: str) -> Iterator[list[Row]]:
    """All entries, or those of a stream, in the order of streams."""
    after: tuple[str, int, int] = BEFORE_ALL
    statement = _ENTRIES.format(only="and stream = %s" if only else "")
    while True:
        with connection.cursor() as cursor:
            cursor.execute(statement, [*after, *([only] if only else []), CHUNK])
            rows = cursor.fetchall()
        if not rows:
            return
        yield rows
        after = (rows[-1][1], rows[-1][2], rows[-1][0])


def _walk(report: Report, only: str, progress: Progress) -> None:
    """One pass over all entries in stream order."""
    stream, head, expected = "", GENESIS.hex(), 1
    for rows in _batches(only):
        for row in rows:
            if row[1] != stream:
                stream, head, expected = row[1], GENESIS.hex(), 1
                report.streams += 1
            _check_entry(report, row, head, expected)
            head, expected = row[18], row[2] + 1
        report.entries += len(rows)
        compare_texts(report, ((row[1], row[2], row[5]) for row in rows))
        progress(report.entries)


def _check_entry(report: Report, row: Row, head: str, expected: int) -> None:
    """A row's own hash, its link and its number."""
    if envelope_digest(*row[1:18]).hex() != row[18]:
        report.add("edited", f"{row[1]} 第{row[2]}条", "内容被改动：哈希与内容不符。")
    if row[2] != expected:
        text = f"序号应为 {expected}：中间的条目被删除。" if row[2] > expected else "序号重复：条目被插入。"
        report.add("removed", f"{row[1]} 第{row[2]}条", text)
    elif row[17] != head:
        report.add("broken", f"{row[1]} 第{row[2]}条", "与前一条的链接断开：前一条被改动或替换。")


def _counts(report: Report, ranges: Sequence[Range], counts: Sequence[int]) -> None:
    """More entries in a sealed range than were sealed: something was put in afterwards."""
    for sealed, count in zip(ranges, counts, strict=False):
        where = f"封存 {sealed.number} 号"
        if count > sealed.entries:
            text = f"范围内现有 {count} 条，封存时 {sealed.entries} 条：事后插入了条目。"
            report.add("inserted", where, text)
        elif count < sealed.entries:
            text = f"范围内现有 {count} 条，封存时 {sealed.entries} 条：条目被删除。"
            report.add("removed", where, text)
