"""Checks the recorded time of each entry against the entries around it and the seal that covers it.

The database lets no entry in whose time is more than five seconds off its clock, and positions are drawn as entries are
written. So times hardly ever go back from one position to the next, and no seal is older than what it covers. An entry
written past the guards with another date stands out, whether it was sealed since or not.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import connection

from yichuang.ledger.envelope import in_microseconds
from yichuang.ledger.report import Report, moment_words
from yichuang.ledger.verify_seals import Range

CHUNK = 20_000
SLACK = 60_000_000  # microseconds: servers' clocks are put right now and then
LONG = 3_600_000_000  # microseconds an entry may wait for its seal before that is told: it takes minutes
TOLD = 20  # seals that are told of
_ENTRIES = f"""
select position, stream, seq,
       {in_microseconds("recorded_at")}
from ledger_entry where position > %s order by position limit %s
"""
# In a demo store a history is played with a shifted clock: times are checked from its end on
_PLAYED = """
select coalesce(max(position), -9223372036854775808) from ledger_entry
where source = 'simulated' and exists (select 1 from ledger_store where kind = 'demo')
"""


@dataclass(frozen=True, slots=True)
class TimedEntry:
    position: int
    stream: str
    seq: int
    at: int  # microseconds since 1970 UTC

    @property
    def name(self) -> str:
        return f"{self.stream} 第{self.seq}条"


def check_times(report: Report, ranges: Sequence[Range]) -> list[int]:
    """Report entries whose time does not fit and count those that no seal covers. Returns the entries of each range."""
    lasts = [sealed.last for sealed in ranges]
    counts = [0] * len(ranges)
    with connection.cursor() as cursor:
        cursor.execute(_PLAYED)
        (played,) = cursor.fetchone()
        cursor.execute("select (extract(epoch from clock_timestamp()) * 1000000)::bigint")
        (now,) = cursor.fetchone()
    line = _Timeline(report)
    for entry in _entries():
        place = bisect_left(lasts, entry.position)
        if place < len(counts):
            counts[place] += 1
        else:
            report.unsealed += 1
        if entry.position > played:
            line.add(entry, ranges[place] if place < len(ranges) else None, now)
    report.notes += line.waits()
    return counts


def _entries() -> Iterator[TimedEntry]:
    """All entries by position. An entry without a valid time (its hash reveals that) gets time 0."""
    after = -(2**63)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_ENTRIES, [after, CHUNK])
            rows = cursor.fetchall()
        if not rows:
            return
        for position, stream, seq, at in rows:
            yield TimedEntry(position, stream, seq, 0 if at is None else at)
        after = rows[-1][0]


class _Timeline:
    """Follows the entries by position and remembers the latest time that fits."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.latest: TimedEntry | None = None
        self.waited: dict[int, tuple[int, int]] = {}  # seal → how many entries waited long for it, and how long at most

    def add(self, entry: TimedEntry, sealed: Range | None, now: int) -> None:
        """An entry can't have been recorded after it was sealed, or after now."""
        bound = sealed.sealed_at if sealed else now
        if entry.at > bound + SLACK:
            text = f"记录时刻 {moment_words(entry.at)} 晚于封存（或现在）的 {moment_words(bound)}：时刻是伪造的。"
            self.report.add("time", entry.name, text)
        elif self.latest and entry.at < self.latest.at - SLACK:
            before = f"位置在前的 {self.latest.name} 记于 {moment_words(self.latest.at)}"
            text = f"记录时刻 {moment_words(entry.at)} 早于它应在之后的条目（{before}）"
            self.report.add("time", entry.name, f"{text}：条目是事后补入的，或数据库时钟回拨过。")
        else:
            self.latest = entry
            if sealed and (wait := bound - entry.at) > LONG:
                count, longest = self.waited.get(sealed.number, (0, 0))
                self.waited[sealed.number] = (count + 1, max(longest, wait))

    def waits(self) -> list[str]:
        """Note seals that came late: nobody can prove that the entries they cover existed earlier."""
        return [
            f"封存 {number} 号里有 {count} 条记录后最长过了 {longest / 3_600_000_000:.0f} 小时才封存："
            "其间封存停过，或条目是事后补入的。"
            for number, (count, longest) in sorted(self.waited.items())[-TOLD:]
        ]
