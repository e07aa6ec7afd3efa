"""Verifies the seals: each alone, their chain, the database against the outside copy, and their leaves against the
entries. Memory holds only the numbers of a seal, not its leaves.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from yichuang.kernel import merkle
from yichuang.ledger.envelope import GENESIS, in_microseconds
from yichuang.ledger.outside import FolderReading, Outside, Seal, read_seal
from yichuang.ledger.report import Report, moment_words
from yichuang.ledger.seals import Leaf, block_sealing, chain_value, leaf_bytes

SEALS = 50  # of the database, read at a time
LEAVES = 10_000  # compared in one statement
_INSIDE = f"""
select number, first, last, entries, leaves, encode(root, 'hex'), encode(prev, 'hex'), encode(chain, 'hex'),
       {in_microseconds("sealed_at")}
from ledger_seal where number > %s order by number limit %s
"""
_NAMES = ("number", "first", "last", "entries", "leaves", "root", "prev", "chain", "sealed_at")
_LEAVES = """
select l.stream, l.seq, l.number, e.seq is not null,
       (select max(m.seq) from ledger_entry m where m.stream = l.stream)
from unnest(%s::text[], %s::bigint[], %s::text[], %s::bigint[]) l(stream, seq, hash, number)
left join ledger_entry e on e.stream = l.stream and e.seq = l.seq
where e.hash is distinct from decode(l.hash, 'hex') order by l.stream, l.seq
"""


@dataclass(frozen=True, slots=True)
class Range:
    """A seal without its leaves. `sealed_at` in microseconds."""

    number: int
    first: int
    last: int
    entries: int
    root: str
    prev: str
    chain: str
    sealed_at: int


def check_seals(report: Report, outside: Outside | None, only: str) -> list[Range]:
    """Check every seal, the outside ones first if there are any. Returns the trusted ranges in order.

    `only` narrows the comparison with entries to a stream.
    """
    leaves = _Leaves(report, only)
    seals_outside: dict[int, Range] = {}
    replaced: set[int] = set()
    last_written = _last_number()  # each of these was written outside before it was inside
    folder_exists = outside is not None and outside.folder.exists()
    if outside and folder_exists:
        reading = FolderReading()
        for seal in outside.read_seals(reading):
            # A later line may replace one: made again after a crash, or by a copy that lacks entries. What it vouched
            # for must be there all the same.
            replaced |= {seal["number"]} & seals_outside.keys()
            seals_outside[seal["number"]] = _check_alone(report, seal, leaves)
        for where, text in reading.problems:
            report.add("seal", where, text)
        report.notes += reading.notes
    seals_inside = {seal.number: seal for seal in _inside(report, seals_outside, leaves)}
    leaves.compare()
    for number in sorted(replaced & leaves.differing):
        report.add("seal", f"封存 {number} 号", "库外有两份，与现有的条目不能都相符。")
    if outside:
        _compare(report, seals_inside, seals_outside, last_written, folder_exists, str(outside.folder))
    trusted = seals_inside | seals_outside
    ordered = [trusted[number] for number in sorted(trusted)]
    _check_chain(report, ordered)
    report.seals = len(ordered)
    report.proven_by = "outside" if seals_outside else "database" if seals_inside else ""
    report.sealed_to = max(seals_outside or seals_inside, default=0)
    if outside and folder_exists:
        _check_days(report, outside, trusted)
    return ordered


def _last_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(max(number), 0) from ledger_seal")
        return int(cursor.fetchone()[0])


def _check_alone(report: Report, seal: Seal, leaves: _Leaves | None) -> Range:
    """Check that a seal's own values fit each other. Its leaves go to `leaves`, to be compared with the entries later.

    Returns the seal without its leaves.
    """
    summary = Range(**{name: seal[name] for name in _NAMES if name != "leaves"})
    own_leaves: list[Leaf] = [(a, b, c) for a, b, c in seal["leaves"]]
    root = merkle.compute_root([leaf_bytes(leaf) for leaf in own_leaves])
    chain = chain_value(
        summary.number,
        summary.first,
        summary.last,
        summary.entries,
        root,
        bytes.fromhex(summary.prev),
        summary.sealed_at,
    )
    if root.hex() != summary.root or chain.hex() != summary.chain:
        report.add("seal", f"封存 {summary.number} 号", "封存的根与其内容不符。")
    if leaves:
        leaves.add(summary.number, own_leaves)
    return summary


def _inside(report: Report, seals_outside: dict[int, Range], leaves: _Leaves) -> Iterator[Range]:
    """The seals of the database. Those that lie outside too only need to be the same."""
    after = -(2**63)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_INSIDE, [after, SEALS])
            rows = cursor.fetchall()
        if not rows:
            return
        after = rows[-1][0]
        for row in rows:
            seal = _readable(row)
            if seal is None:
                report.add("seal", f"封存 {row[0]} 号", "库内封存的内容读不出来：被改动。")
            elif (twin := seals_outside.get(row[0])) is None:
                yield _check_alone(report, seal, leaves)
            else:
                summary = _check_alone(report, seal, None)
                if summary != twin:
                    report.add("seal", f"封存 {row[0]} 号", "库内封存与库外保存的不一致：库内封存被改动。")
                yield summary


def _readable(row: tuple[Any, ...]) -> Seal | None:
    seal = dict(zip(_NAMES, row, strict=True))
    try:
        seal["leaves"] = json.loads(seal["leaves"])
        return read_seal(json.dumps(seal).encode())
    except (ValueError, TypeError, RecursionError):
        return None


def _compare(
    report: Report,
    seals_inside: dict[int, Range],
    seals_outside: dict[int, Range],
    last_written: int,
    folder_exists: bool,
    folder: str,
) -> None:
    """Report seals that exist only outside or only in the database."""
    lacking = sorted(number for number in seals_outside if number not in seals_inside)
    if lacking and lacking[-1] > last_written:  # perhaps one that is being made at this moment
        lacking = _still_lacking(lacking)
    for number in lacking:
        report.add("seal", f"封存 {number} 号", "库外有这次封存，库内没有：库内封存被删除。")
    newest = max(seals_inside, default=0)
    if lacking and lacking[-1] > newest:
        last = seals_outside[lacking[-1]]
        upto = f"库外到 {last.number} 号（{moment_words(last.sealed_at)}）"
        text = f"库内封存到 {newest} 号，{upto}：恢复的是旧的备份，或末尾被删除。"
        report.add("older", "库比库外的封存旧", text)
    missing = sorted(number for number in seals_inside if number not in seals_outside and number <= last_written)
    if missing and not folder_exists:
        report.add("seal", "库外封存", f"目录 {folder} 不存在，库内有 {len(missing)} 次封存无从对照。")
    elif missing:
        numbers = (
            f"{missing[0]} 号" if len(missing) == 1 else f"{missing[0]} 号至 {missing[-1]} 号之间 {len(missing)} 次"
        )
        report.add("seal", "库外封存", f"库内有封存 {numbers}，库外没有：库外的封存缺失。")


def _still_lacking(numbers: list[int]) -> list[int]:
    with block_sealing(), connection.cursor() as cursor:
        cursor.execute("select number from ledger_seal where number = any(%s)", [numbers])
        present = {number for (number,) in cursor.fetchall()}
    return [number for number in numbers if number not in present]


def _check_chain(report: Report, ordered: list[Range]) -> None:
    prev, first = GENESIS.hex(), 0
    for seal in ordered:
        if seal.prev != prev or seal.first != first or seal.last < seal.first:
            report.add("seal", f"封存 {seal.number} 号", "封存的根或与前一封存的链接不符。")
        prev, first = seal.chain, seal.last


def _check_days(report: Report, outside: Outside, seals: dict[int, Range]) -> None:
    reading = FolderReading()
    for name, content, holds in outside.read_days(reading):
        report.days += 1
        if not holds:
            report.add("root", f"日根 {name}", "签名不符：日根文件被改动。")
        seal = seals.get(content["last_seal"])
        if seal is None or seal.chain != content["chain"]:
            report.add("root", f"日根 {name}", "与当日最后一次封存不符。")
    for where, text in reading.problems:
        report.add("root", where, text)


@dataclass
class _Leaves:
    """Leaves that wait to be compared with the entries they name, many at a time."""

    report: Report
    only: str
    waiting: list[tuple[str, int, str, int]] = field(default_factory=list)
    named: set[tuple[str, str]] = field(default_factory=set)
    differing: set[int] = field(default_factory=set)  # seals with a leaf that is no entry

    def add(self, number: int, leaves: list[Leaf]) -> None:
        self.waiting += [(*leaf, number) for leaf in leaves if not self.only or leaf[0] == self.only]
        if len(self.waiting) >= LEAVES:
            self.compare()

    def compare(self) -> None:
        for start in range(0, len(self.waiting), LEAVES):
            columns = [list(column) for column in zip(*self.waiting[start : start + LEAVES], strict=True)]
            with connection.cursor() as cursor:
                cursor.execute(_LEAVES, columns)
                for row in cursor.fetchall():
                    self._name(*row)
        self.waiting = []

    def _name(self, stream: str, seq: int, number: int, entry_exists: bool, last: int | None) -> None:
        """Report a sealed head that differs or is missing (stream removed, or its tail cut), once for each stream."""
        self.differing.add(number)
        if entry_exists:
            kind, where = "rewritten", f"{stream} 第{seq}条"
            text = f"内容与封存 {number} 号不符：该流自此条（含）以前被改写并重算。"
        elif last is None:
            kind, where, text = "removed", stream, f"整个流被删除：封存 {number} 号记有它的第{seq}条。"
        else:
            kind, where = "cut", stream
            text = f"第{last}条以后被截去：封存 {number} 号记有它的第{seq}条。"
        if (kind, where) not in self.named:
            if len(self.named) < LEAVES:
                self.named.add((kind, where))
            self.report.add(kind, where, text)
