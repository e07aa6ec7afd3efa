"""The copies of `bench seed`, made by processes of their own: from simulated lives to the bytes that COPY takes."""

from __future__ import annotations

import gc
import multiprocessing
import queue
import random
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import Any

from yichuang.cases.projections import search_words
from yichuang.ledger.envelope import Envelope
from yichuang.ops.bench.copying import Copied, Leaf, Life, Row, Serials, copy

BIG = "410100/scjg"  # holds 30 % of the cases
SHARE = 0.30
OPEN = 0.03  # share of cases still open
WEEKS = 4 * 52  # copies are spread over four years
PERSONS = 5  # cases per applicant
CHUNK = 1_000
MAKERS = 2  # processes

ENVELOPE = tuple(field.name for field in fields(Envelope))
COLUMNS = {
    "ledger_entry": ", ".join((*ENVELOPE, "prev_hash", "hash")),
    "cases_case": (
        "id, number, receipt, standard, item, title, division, department, subject, applicant, channel, stage, outcome,"
        " submitted_at, accepted_on, decided_on, closed_on, promised_due, statutory_due, due_on, wait, level,"
        " visits, gaps, state, state_v, reckoning, seq, head, words"
    ),
    "cases_access": "scope_kind, scope_id, case_id, open, due_on",
    "aggregates_paper": "stream, seq, kind, number, code, digest, issued_at",
    "licences_licence": (
        "id, seq, reckoning, state, state_v, head, stage, number, type, item, division, department, subject,"
        " identifier, valid_from, valid_to, version, renewing, suspended_until, sole, proceeding, ended_on,"
        " moved_at"
    ),
    "licences_version": "licence_id, number, identifier, paper_stream, paper_seq",
    "aggregates_scope": "stream, kind, name",
    "ledger_vault": "id, subject, bytes, salt, retain_until",
    "aggregates_timer": "stream, wake_at",
}
Lives = dict[tuple[str, str], list[Life]]  # (open | closed, big | other) → lives


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some copies as the COPY of each table takes them."""

    cases: int
    tables: dict[str, bytes]
    leaves: list[Leaf]
    counters: dict[str, int]


def made(lives: Lives, counters: dict[str, int], wanted: range) -> Iterator[Chunk]:
    """Chunks of copies from two processes. Raises RuntimeError when one of them ends early."""
    context = multiprocessing.get_context("fork")  # the lives are there already, and nothing of theirs is written
    chunks: Any = context.Queue(MAKERS)
    makers = [
        context.Process(target=_make, args=(turn, lives, counters, wanted, chunks), daemon=True)
        for turn in range(MAKERS)
    ]
    for maker in makers:
        maker.start()
    missing = len(wanted)
    while missing:
        try:
            chunk = chunks.get(timeout=10)
        except queue.Empty:
            if not any(maker.exitcode for maker in makers):  # None while it works, 0 when its share is done
                continue
            raise RuntimeError("制作副本的进程中途退出，原因见上。") from None
        missing -= chunk.cases
        yield chunk


def _make(turn: int, lives: Lives, counters: dict[str, int], wanted: range, chunks: Any) -> None:
    """Every MAKERS-th chunk; the serials of the processes interleave, so that no number is given twice."""
    gc.disable()  # a row refers to nothing that refers back, and the process ends with its work
    draw = random.Random(f"copies/{wanted.stop}/{turn}")
    serials = Serials({name: value + turn for name, value in counters.items()}, start=turn, step=MAKERS)
    for start in range(wanted.start + turn * CHUNK, wanted.stop, MAKERS * CHUNK):
        numbers = range(start, min(start + CHUNK, wanted.stop))
        held: SoleHolders = set()  # no applicant has copies in two chunks
        copies = [_copied(n, n / wanted.stop, lives, serials, draw, held) for n in numbers]
        tables = {name: "".join(_line(row) for row in rows).encode() for name, rows in _tables(copies).items()}
        chunks.put(Chunk(len(copies), tables, [leaf for c in copies for leaf in c.leaves], dict(serials.values)))


SoleHolders = set[tuple[int, str]]  # applicant and item of licences of which a holder has one


def _copied(
    number: int, share: float, lives: Lives, serials: Serials, draw: random.Random, held: SoleHolders
) -> Copied:
    """A copy as old as its place in the store says, the still open ones last: entries lie there in order of time."""
    kind = "open" if share >= 1 - OPEN else "closed"
    place = "big" if draw.random() < SHARE else "other"
    who = number // PERSONS
    life = draw.choice(lives[kind, place])
    while life.sole and (who, life.case["item"]) in held:
        life = draw.choice(lives[kind, place])
    if life.sole:
        held.add((who, life.case["item"]))
    weeks = 0 if life.open else max(1, round(WEEKS * (1 - share)))
    return copy(life, number, weeks, _subject(who), _name(who), serials, draw)


def _tables(copies: list[Copied]) -> dict[str, Iterable[Sequence[Any]]]:
    """The rows of each table, in the order of COLUMNS."""

    def picked(table: str, rows: Iterable[Row]) -> Iterable[Sequence[Any]]:
        return map(itemgetter(*COLUMNS[table].split(", ")), rows)

    return {
        # in order of time, as the door would have written them
        "ledger_entry": map(_entry, sorted((e for c in copies for e in c.entries), key=_recorded)),
        "cases_case": picked("cases_case", (c.case | {"words": _words(c.case)} for c in copies)),
        "cases_access": picked("cases_access", (a for c in copies for a in c.access)),
        "aggregates_paper": picked("aggregates_paper", (p for c in copies for p in c.papers)),
        "licences_licence": picked("licences_licence", (c.licence for c in copies if c.licence)),
        "licences_version": picked("licences_version", (v for c in copies for v in c.versions)),
        "aggregates_scope": picked("aggregates_scope", (x for c in copies for x in c.scopes)),
        "ledger_vault": ((v.id, v.subject, v.data, v.salt, v.retain_until) for c in copies for v in c.vault),
        "aggregates_timer": (timer for c in copies for timer in c.timers.items()),
    }


def _recorded(row: Row) -> datetime:
    at: datetime = row["envelope"].recorded_at
    return at


def _entry(row: Row) -> Sequence[Any]:
    return (*_enveloped(row["envelope"]), row["prev_hash"], row["hash"])


_enveloped = attrgetter(*ENVELOPE)


def _words(case: Row) -> str:
    words = search_words(case["number"], case["receipt"], case["applicant"])
    return " ".join(f"'{word}'" for word in words.split())


def _line(row: Sequence[Any]) -> str:
    """A row in the text format of COPY."""
    return "\t".join([_WRITTEN.get(type(value), str)(value) for value in row]) + "\n"


def _bytes(value: bytes | memoryview) -> str:
    return f"\\\\x{value.hex()}"


def _text(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


_WRITTEN: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "\\N",
    bytes: _bytes,
    memoryview: _bytes,
    str: _text,
}


def _subject(who: int) -> str:
    return f"s:{uuid.uuid5(uuid.NAMESPACE_OID, f'bench/{who}')}"


_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华文建国玉梅红志海燕春"


def _name(who: int) -> str:
    who, a = divmod(who, len(_SURNAMES))
    who, b = divmod(who, len(_GIVEN))
    return f"{_SURNAMES[a]}{_GIVEN[b]}{_GIVEN[who % len(_GIVEN)]}"
