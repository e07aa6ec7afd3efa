"""`verify`: reads the whole ledger and names what was edited, removed, inserted, re-hashed or cut, and says
honestly what
nobody can prove: what came after the last seal kept outside.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from yichuang.kernel import merkle
from yichuang.ledger.envelope import GENESIS, digest
from yichuang.ledger.outside import Outside
from yichuang.ledger.seals import Leaf, chain_value, leaf_bytes

CHUNK = 20_000
_ENTRIES = """
select position, stream, seq, kind, v, body, actor, post, on_behalf_of, channel, source, session, ip, device,
command_id,
       (extract(epoch from occurred_at) * 1000000)::bigint, (extract(epoch from recorded_at) * 1000000)::bigint,
       encode(prev_hash, 'hex'), encode(hash, 'hex')
from ledger_entry {where} order by stream, seq
"""


@dataclass(frozen=True, slots=True)
class Fault:
    kind: str  # edited | broken | rewritten | removed | cut | inserted | seal | root
    where: str
    text: str


@dataclass
class Report:
    entries: int = 0
    streams: int = 0
    seals: int = 0
    days: int = 0
    faults: list[Fault] = field(default_factory=list)
    sealed_to: int = 0  # number of the last seal that could be checked
    proven_by: str = ""  # outside | database
    unsealed: int = 0  # entries after the last seal

    @property
    def green(self) -> bool:
        return not self.faults

    def lines(self) -> Iterator[str]:
        yield f"条目 {self.entries}，流 {self.streams}，封存 {self.seals}，日根 {self.days}"
        for fault in self.faults:
            yield f"✗ {fault.where}:{fault.text}"
        if self.proven_by == "outside":
            yield f"封存 {self.sealed_to} 号以前的内容，已按库外保存的封存与日根核对。"
        elif self.seals:
            yield f"没有库外封存可比：{self.sealed_to} 号以前的内容只与库内封存一致，能改动数据库的人也能改动它。"
        if self.unsealed:
            since = f"自封存 {self.sealed_to} 号之后有 {self.unsealed} 条尚未封存"
            yield f"{since}：其链条完整，但是否被整体替换或截去无法证明。"
        yield "账本完好。" if self.green else f"发现 {len(self.faults)} 处问题。"


Progress = Callable[[int], None]


def verify(outside: Outside | None = None, stream: str = "", progress: Progress = lambda done: None) -> Report:
    """Check one stream, or the store: hashes, chains, seals, and day roots when `outside` is given."""
    report = Report()
    with transaction.atomic():
        seals = _seals(report, outside)
        _walk(report, seals, stream, progress)
    return report


@dataclass
class _Seals:
    """What the seals say, indexed for the walk."""

    leaves: dict[tuple[str, int], tuple[str, int]]  # (stream, seq) → (hash, seal number)
    lasts: list[int]
    entries: list[int]


def _seals(report: Report, outside: Outside | None) -> _Seals:
    """Read the seals (outside ones where there are any), check their chain, and compare them with the database's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select number, first, last, entries, leaves, encode(root, 'hex'), encode(prev, 'hex'),"
            " encode(chain, 'hex'),"
            " (extract(epoch from sealed_at) * 1000000)::bigint from ledger_seal order by number"
        )
        names = ("number", "first", "last", "entries", "leaves", "root", "prev", "chain", "sealed_at")
        inside = {r[0]: {**dict(zip(names, r, strict=True)), "leaves": json.loads(r[4])} for r in cursor.fetchall()}
    trusted: dict[int, dict[str, Any]] = dict(inside)
    # a seal made again after a crash replaces one; whoever restored a copy that lacks entries replaces others: what
    # a replaced seal vouched for must be there all the same
    replaced: list[dict[str, Any]] = []
    report.proven_by = "database" if inside else ""
    if outside is not None and outside.folder.exists():
        kept: dict[int, dict[str, Any]] = {}
        for seal in outside.seals():
            if seal["number"] in kept:
                replaced.append(kept[seal["number"]])
            kept[seal["number"]] = seal
        for number, seal in kept.items():
            if number not in inside:
                report.faults.append(Fault("seal", f"封存 {number} 号", "库外有这次封存，库内没有：库内封存被删除。"))
            elif inside[number]["chain"] != seal["chain"] or inside[number]["leaves"] != seal["leaves"]:
                report.faults.append(Fault("seal", f"封存 {number} 号", "库内封存与库外保存的不一致：库内封存被改动。"))
        trusted |= kept
        if kept:
            report.proven_by = "outside"
            report.sealed_to = max(kept)
        _days(report, outside, trusted)
    else:
        report.sealed_to = max(inside, default=0)
    prev, first = GENESIS.hex(), 0
    index = _Seals({}, [], [])
    for number in sorted(trusted):
        seal = trusted[number]
        _check_seal(report, seal, prev, first)
        prev, first = seal["chain"], seal["last"]
        index.lasts.append(seal["last"])
        index.entries.append(seal["entries"])
        for stream, seq, hash in seal["leaves"]:
            index.leaves[(stream, seq)] = (hash, number)
    for seal in replaced:
        for stream, seq, hash in seal["leaves"]:
            if index.leaves.setdefault((stream, seq), (hash, seal["number"]))[0] != hash:
                report.faults.append(Fault("seal", f"封存 {seal['number']} 号", f"库外另有一份，其中 {stream} 不同。"))
    report.seals = len(trusted)
    return index


def _check_seal(report: Report, seal: dict[str, Any], prev: str, first: int) -> None:
    leaves: list[Leaf] = [(a, b, c) for a, b, c in seal["leaves"]]
    root = merkle.root([leaf_bytes(leaf) for leaf in leaves])
    chain = chain_value(
        seal["number"],
        seal["first"],
        seal["last"],
        seal["entries"],
        root,
        bytes.fromhex(seal["prev"]),
        seal["sealed_at"],
    )
    if root.hex() != seal["root"] or chain.hex() != seal["chain"] or seal["prev"] != prev or seal["first"] != first:
        report.faults.append(Fault("seal", f"封存 {seal['number']} 号", "封存的根或与前一封存的链接不符。"))


def _days(report: Report, outside: Outside, seals: dict[int, dict[str, Any]]) -> None:
    if next(outside.folder.glob("????-??-??.json"), None) is None:
        return
    for name, content, holds in outside.days():
        report.days += 1
        if not holds:
            report.faults.append(Fault("root", f"日根 {name}", "签名不符：日根文件被改动。"))
        seal = seals.get(content["last_seal"])
        if seal is None or seal["chain"] != content["chain"]:
            report.faults.append(Fault("root", f"日根 {name}", "与当日最后一次封存不符。"))


def _walk(report: Report, seals: _Seals, only: str, progress: Progress) -> None:
    """One pass over all entries in stream order."""
    met: set[tuple[str, int]] = set()
    counts = [0] * len(seals.lasts)
    stream, head, expected = "", GENESIS.hex(), 1
    last_of: dict[str, int] = {}
    sealed_stream_hash = seals.leaves
    where = "where stream = %s" if only else ""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ENTRIES.format(where=where), [only] if only else [])
        while rows := cursor.fetchmany(CHUNK):
            for row in rows:
                position, name, seq = row[0], row[1], row[2]
                if name != stream:
                    stream, head, expected = name, GENESIS.hex(), 1
                    report.streams += 1
                _check_entry(report, row, head, expected)
                head, expected = row[18], seq + 1
                last_of[name] = seq
                leaf = sealed_stream_hash.get((name, seq))
                if leaf is not None:
                    met.add((name, seq))
                    if leaf[0] != row[18]:
                        text = f"内容与封存 {leaf[1]} 号不符：该流自此条（含）以前被改写并重算。"
                        report.faults.append(Fault("rewritten", f"{name} 第{seq}条", text))
                place = bisect_left(seals.lasts, position)
                if place < len(counts):
                    counts[place] += 1
                else:
                    report.unsealed += 1
                report.entries += 1
            progress(report.entries)
    _missing(report, seals, met, last_of, only)
    if not only:
        _counts(report, seals, counts)


def _check_entry(report: Report, row: tuple[Any, ...], head: str, expected: int) -> None:
    """A row's own hash, its link and its number."""
    if digest(*row[1:18]).hex() != row[18]:
        report.faults.append(Fault("edited", f"{row[1]} 第{row[2]}条", "内容被改动：哈希与内容不符。"))
    if row[2] != expected:
        text = f"序号应为 {expected}：中间的条目被删除。" if row[2] > expected else "序号重复：条目被插入。"
        report.faults.append(Fault("removed", f"{row[1]} 第{row[2]}条", text))
    elif row[17] != head:
        report.faults.append(Fault("broken", f"{row[1]} 第{row[2]}条", "与前一条的链接断开：前一条被改动或替换。"))


def _missing(report: Report, seals: _Seals, met: set[tuple[str, int]], last_of: dict[str, int], only: str) -> None:
    """Sealed heads that are gone: a stream removed whole, or its tail cut."""
    named: set[str] = set()
    for (stream, seq), (_, number) in sorted(seals.leaves.items()):
        if (stream, seq) in met or stream in named or (only and stream != only):
            continue
        named.add(stream)
        if stream not in last_of:
            text = f"整个流被删除：封存 {number} 号记有它的第{seq}条。"
            report.faults.append(Fault("removed", stream, text))
        else:
            text = f"第{last_of[stream]}条以后被截去：封存 {number} 号记有它的第{seq}条。"
            report.faults.append(Fault("cut", stream, text))


def _counts(report: Report, seals: _Seals, counts: list[int]) -> None:
    """More entries in a sealed range than were sealed: something was put in afterwards."""
    for place, (found, sealed) in enumerate(zip(counts, seals.entries, strict=True), 1):
        if found > sealed:
            text = f"范围内现有 {found} 条，封存时 {sealed} 条：事后插入了条目。"
            report.faults.append(Fault("inserted", f"封存 {place} 号", text))
        elif found < sealed:
            text = f"范围内现有 {found} 条，封存时 {sealed} 条：条目被删除。"
            report.faults.append(Fault("removed", f"封存 {place} 号", text))
