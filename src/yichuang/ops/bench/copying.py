"""Turning one door-made life into another: new ids, another applicant, other days, new numbers, recomputed chain.

Pure, with the generator it is given: from the rows of a life in the store to the rows of its copy. What a copy says
is as true to the rules as what the door made: only who, when and which number differ.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any

from yichuang.aggregates.words import verification_code
from yichuang.kernel.codes.iso7064 import mod_37_36
from yichuang.kernel.localtime import SHANGHAI
from yichuang.ledger.envelope import GENESIS, Envelope
from yichuang.ledger.vault import VaultRow

_DATE = r"(?<![0-9])20\d\d-\d\d-\d\d"
_NUMBER = re.compile(r"([许登备][^许登备〔]+)字〔(\d{4})〕第\d{5}号")
Row = dict[str, Any]
Leaf = tuple[str, int, str]  # stream, last seq, its hash: what a seal is made over


@dataclass(frozen=True, slots=True)
class Private:
    """A row of the vault as the entries refer to it."""

    id: str
    digest: str
    text: str
    retain_until: date | None


@dataclass
class Life:
    """A case of the store with all its rows and those of the licence that it made or acts on, read once and copied many
    times. `entries` are those of the case first; `papers`, `scopes` and `timers` of both, by their streams.
    """

    case: Row
    entries: list[Row]
    access: list[Row]
    papers: list[Row]
    vault: list[Row]
    timers: dict[str, datetime]
    licence: Row | None = None
    versions: list[Row] = field(default_factory=list)
    scopes: list[Row] = field(default_factory=list)
    _pieces: dict[str, list[str]] = field(default_factory=dict)

    def pieces(self, text: str) -> list[str]:
        """The text cut at what its copies write differently: every second piece is such a word, or a date."""
        if text not in self._pieces:
            self._pieces[text] = self._differing.split(text)
        return self._pieces[text]

    @cached_property
    def _differing(self) -> re.Pattern[str]:
        words = {str(self.case["id"]), self.case["subject"], self.case["number"]}
        words |= {p["number"] for p in self.papers} | {v["identifier"] for v in self.versions if v["identifier"]}
        if self.licence:
            words |= {str(self.licence["id"]), self.licence["number"]}
            words |= {self.licence["sole"]} if self.licence["sole"] and not self.sole else set()
        words |= {word for row in self.private for word in (row.id, row.digest)}
        longest_first = sorted(words, key=len, reverse=True)
        return re.compile(f"({'|'.join(map(re.escape, longest_first))}|{_DATE})")

    @cached_property
    def private(self) -> list[Private]:
        rows = (VaultRow(r["id"], r["subject"], r["bytes"], r["salt"], r["retain_until"]) for r in self.vault)
        return [Private(str(row.id), row.digest, row.data.decode(), row.retain_until) for row in rows]

    @property
    def stream(self) -> str:
        return f"case/{self.case['id']}"

    @property
    def sole(self) -> bool:
        """Whether the licence is the only one of its item that a holder has, wherever it is."""
        return self.licence is not None and self.licence["sole"] == "-"

    @property
    def open(self) -> bool:
        return self.stream in self.timers or self.case["closed_on"] is None


@dataclass
class Serials:
    """Counters of the copies; the largest value a name reached goes into aggregates_counter at the end.

    Several makers of copies draw from counters of their own that interleave: each starts elsewhere and takes strides.
    """

    values: dict[str, int]
    start: int
    step: int

    def next(self, name: str) -> int:
        self.values[name] = self.values.get(name, self.start) + self.step
        return self.values[name]


@dataclass(frozen=True, slots=True)
class Copied:
    """The rows of a copy, by table; values as the COPY of each table wants them."""

    case: Row
    entries: list[Row]
    access: list[Row]
    papers: list[Row]
    licence: Row | None
    versions: list[Row]
    scopes: list[Row]
    vault: list[VaultRow]
    timers: dict[str, datetime]
    leaves: list[Leaf]


def copy(life: Life, number: int, weeks: int, subject: str, name: str, serials: Serials, draw: Random) -> Copied:
    """The `number`-th copy, `weeks` whole weeks earlier, for another applicant."""
    shift = timedelta(weeks=weeks)
    old = life.case
    id = _uuid(draw)
    turn = _Turn(life, shift)
    turn[str(old["id"])] = str(id)
    turn[old["subject"]] = subject
    submitted = (old["submitted_at"] - shift).astimezone(SHANGHAI).date()
    case_no = _case_number(old, submitted, serials)
    turn[old["number"]] = case_no
    rows = _vault(life, subject, name, turn, draw)
    issued = {(p["stream"], p["seq"]): _paper_number(p, old, turn, serials, shift) for p in life.papers}
    if life.licence:
        turn[str(life.licence["id"])] = str(_uuid(draw))
        turn[life.licence["sole"]] = "-" if life.sole else draw.randbytes(32).hex()  # another place
        _licence_number(life.licence, turn, serials)
    identifiers = {v["number"]: _identifier(v["identifier"], turn, serials) for v in life.versions}
    entries, heads = _entries(life, turn, shift, draw)
    papers = [
        {
            **p,
            "stream": turn.text(p["stream"]),
            "number": issued[p["stream"], p["seq"]],
            "code": verification_code(heads[p["stream"]][p["seq"]]),
            "digest": heads[p["stream"]][p["seq"]].hex(),
            "issued_at": p["issued_at"] - shift,
        }
        for p in life.papers
    ]
    case = {
        **old,
        "id": id,
        "number": case_no,
        "receipt": f"{old['receipt'][:9]}{submitted:%Y%m%d}{_three(number)}",
        "subject": subject,
        "applicant": name,
        "submitted_at": old["submitted_at"] - shift,
        "state": turn.text(old["state"]),
        "head": _last(heads[life.stream]),
        **{k: old[k] and old[k] - shift for k in _DAYS},
    }
    access = [
        {
            **a,
            "case_id": id,
            "scope_id": subject if a["scope_kind"] == "subject" else a["scope_id"],
            "due_on": a["due_on"] and a["due_on"] - shift,
        }
        for a in life.access
    ]
    versions = [
        {
            **v,
            "licence_id": turn[str(v["licence_id"])],
            "identifier": identifiers[v["number"]],
            "paper_stream": v["paper_stream"] and turn.text(v["paper_stream"]),
        }
        for v in life.versions
    ]
    return Copied(
        case,
        entries,
        access,
        papers,
        _licence(life.licence, turn, subject, shift, heads) if life.licence else None,
        versions,
        [{**s, "stream": turn.text(s["stream"]), "name": turn.get(s["name"], s["name"])} for s in life.scopes],
        rows,
        {turn.text(stream): wake - shift for stream, wake in life.timers.items()},
        [(turn.text(stream), max(by_seq), _last(by_seq).hex()) for stream, by_seq in heads.items()],
    )


def _licence(old: Row, turn: _Turn, subject: str, shift: timedelta, heads: Heads) -> Row:
    """The row of the copy's licence."""
    return {
        **old,
        "id": turn[str(old["id"])],
        "number": turn[old["number"]],
        "subject": subject,
        "identifier": turn.get(old["identifier"], ""),
        "sole": old["sole"] and turn[old["sole"]],
        "state": turn.text(old["state"]),
        "moved_at": old["moved_at"] - shift,
        "head": _last(heads[f"licence/{old['id']}"]),
        **{k: old[k] and old[k] - shift for k in _LICENCE_DAYS},
    }


def _last(heads: dict[int, bytes]) -> bytes:
    return heads[max(heads)]


_DAYS = ("accepted_on", "decided_on", "closed_on", "promised_due", "statutory_due", "due_on")
_LICENCE_DAYS = ("valid_from", "valid_to", "suspended_until", "ended_on")
Heads = dict[str, dict[int, bytes]]  # stream of the life → seq → hash of the copy's entry


class _Turn(dict[str, str]):
    """What each differing word of a life becomes in its copy; dates are moved as they are met."""

    def __init__(self, life: Life, shift: timedelta) -> None:
        self._life, self._shift = life, shift

    def text(self, text: str) -> str:
        """The text of the life as the copy says it."""
        pieces = list(self._life.pieces(text))
        pieces[1::2] = [self[word] for word in pieces[1::2]]
        return "".join(pieces)

    def __missing__(self, day: str) -> str:
        self[day] = (date.fromisoformat(day) - self._shift).isoformat()
        return self[day]


def _vault(life: Life, subject: str, name: str, turn: _Turn, draw: Random) -> list[VaultRow]:
    """New vault rows with the applicant's name changed; the references in the entries follow their digests."""
    out = []
    for old in life.private:
        content = old.text.replace(life.case["applicant"], name)
        new = VaultRow(_uuid(draw), subject, content.encode(), draw.randbytes(16), old.retain_until)
        turn[old.id] = str(new.id)
        turn[old.digest] = new.digest
        out.append(new)
    return out


# Numbers are written by hand here: only serials and dates of numbers that the door built differ, so they stay valid.


def _uuid(draw: Random) -> uuid.UUID:
    return uuid.UUID(int=draw.getrandbits(128), version=4)


def _case_number(old: Row, day: date, serials: Serials) -> str:
    serial = serials.next(f"case/{old['department']}/{day:%Y%m%d}")
    return f"{old['number'][:31]}{day:%y%m%d}{serial:05d}"


def _paper_number(paper: Row, old: Row, turn: _Turn, serials: Serials, shift: timedelta) -> str:
    """The paper's number in the copy: same organ and word, the year it falls in, the next serial. A number that two
    papers have (the versions of a licence) is one number in the copy too.
    """
    if paper["number"] in turn:
        return turn[paper["number"]]
    found = _NUMBER.search(paper["number"])
    if not found:  # of a licence of before the platform
        return _licence_number(paper, turn, serials)
    year = (paper["issued_at"] - shift).astimezone(SHANGHAI).year
    serial = serials.next(f"{old['department']}/{found[1]}/{year}")
    number = f"{paper['number'][: found.start()]}{found[1]}字〔{year}〕第{serial:05d}号"
    turn[paper["number"]] = number
    return number


def _licence_number(row: Row, turn: _Turn, serials: Serials) -> str:
    """The number of a paper licence in the copy: no two are the same."""
    if row["number"] not in turn:
        turn[row["number"]] = f"{row['number']}-{serials.next('paper licence')}"
    return turn[row["number"]]


def _identifier(old: str, turn: _Turn, serials: Serials) -> str:
    """The 电子证照标识 of a version; its versions differ in the last part but one. None on paper."""
    if not old:
        return ""
    *root, kind, issuer, serial, version, _ = old.split(".")
    if serial not in turn:
        turn[serial] = f"{serial[:7]}{serials.next('certificate') + 100_000:07d}"
    check = mod_37_36(f"{kind}{issuer}{turn[serial]}{version}")
    turn[old] = ".".join((*root, kind, issuer, turn[serial], version, check))
    return turn[old]


def _entries(life: Life, turn: _Turn, shift: timedelta, draw: Random) -> tuple[list[Row], Heads]:
    rows: list[Row] = []
    heads: Heads = {}
    commands = {old["command_id"]: str(_uuid(draw)) for old in life.entries}
    commands[""] = ""
    for old in life.entries:
        stream = heads.setdefault(old["stream"], {})
        head = _last(stream) if stream else GENESIS
        new = Envelope(
            stream=turn.text(old["stream"]),
            body=turn.text(old["body"]),
            command_id=commands[old["command_id"]],
            occurred_at=old["occurred_at"] - shift,
            recorded_at=old["recorded_at"] - shift,
            **{k: old[k] for k in _SAME},
        )
        stream[new.seq] = new.hash(head)
        rows.append({"envelope": new, "prev_hash": head, "hash": stream[new.seq]})
    return rows, heads


_SAME = ("seq", "kind", "v", "actor", "post", "on_behalf_of", "channel", "source", "session", "ip", "device")
_LETTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def _three(number: int) -> str:
    """Six letters and digits that tell copies apart where a day has room for 999 cases: bench receipts only."""
    out = ""
    for _ in range(6):
        number, rest = divmod(number, len(_LETTERS))
        out = _LETTERS[rest] + out
    return out
