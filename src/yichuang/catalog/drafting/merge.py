"""One content written in several places, made one again: line by line, and both shown where two places differ.

What somebody had seen is told by marks, a short digest a line (`marks_of`), which a page, a workbook and a text carry.
So a copy's changes are told from what it only repeats, and no former version is kept for it. Pure: no table, no clock.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from yichuang.catalog.drafting.content import ID, Content
from yichuang.catalog.drafting.lines import Lines, build_content, list_lines
from yichuang.kernel.canonical import canonical

Marks = Mapping[str, str]  # line → digest of the value seen there; line of a list → the ids of its rows, with / between
HERE, THERE = "here", "there"  # which of two copies holds: the one that was sent, the one that is kept
NO_CHOICE: Mapping[str, str] = MappingProxyType({})
_ROWS = "rows:"
_MOST_MARKS = 1024 * 1024  # bytes of unpacked marks


@dataclass(frozen=True, slots=True)
class Clash:
    """Two values of a line, or of a row; None where that place has removed the row."""

    kept: Any
    sent: Any


@dataclass(frozen=True)
class Merged:
    """What is kept after a copy was sent; where both places changed a line, what was kept before still is."""

    content: Content
    clashes: dict[str, Clash] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)  # lines that were changed in the other place alone


def mark_value(value: Any) -> str:
    """The mark of a value; empty for none."""
    if value is None:
        return ""
    return hashlib.blake2b(canonical(value).encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def marks_of(content: Content, under: Iterable[str] | None = None) -> dict[str, str]:
    """The marks of a content, or of the lines named `under` and of all below them."""
    lines = list_lines(content)
    marks = {line: mark_value(value) for line, value in lines.values.items()}
    marks |= {_ROWS + line: "/".join(ids) for line, ids in lines.rows.items()}
    if under is None:
        return marks
    wanted = tuple(under)
    return {name: mark for name, mark in marks.items() if _is_under(name.removeprefix(_ROWS), wanted)}


def _is_under(line: str, wanted: tuple[str, ...]) -> bool:
    return any(line == name or line.startswith(f"{name}/") for name in wanted)


def merge(seen: Marks, kept: Content, sent: Content, chosen: Mapping[str, str] = NO_CHOICE) -> Merged:
    """The copy `sent`, of somebody who had seen `seen`, merged into what is `kept`.

    Rows are told by their ids. What only one place changed is taken from there. What both changed differently is a
    clash: the kept one stays until `chosen` says HERE (the copy) or THERE (what is kept), by line.
    """
    return _Merging(seen, list_lines(kept), list_lines(sent), chosen).run()


class _Merging:
    """One merge under way."""

    def __init__(self, seen: Marks, kept: Lines, sent: Lines, chosen: Mapping[str, str]) -> None:
        self.seen, self.kept, self.sent, self.chosen = seen, kept, sent, chosen
        self.out = Lines()
        self.clashes: dict[str, Clash] = {}
        self.changed: list[str] = []

    def run(self) -> Merged:
        both = self.kept.values.keys() | self.sent.values.keys()
        for line in _in_order(both, self.kept.values, self.sent.values):
            if line.split("/")[0] not in self.kept.rows.keys() | self.sent.rows.keys():
                self._merge_value(line)
        for line in _in_order(self.kept.rows.keys() | self.sent.rows.keys(), self.kept.rows, self.sent.rows):
            if "/" not in line:
                self._merge_rows(line)
        return Merged(build_content(self.out), self.clashes, self.changed)

    def _merge_value(self, line: str) -> None:
        kept, sent = self.kept.values.get(line), self.sent.values.get(line)
        verdict = self._decide(line, mark_value(kept), mark_value(sent), self.seen.get(line, ""))
        if verdict == "":
            self.clashes[line] = Clash(kept, sent)
        known = self.sent.values if verdict == HERE else self.kept.values
        if line in known:
            self.out.values[line] = known[line]

    def _decide(self, line: str, kept: Any, sent: Any, seen: Any) -> str:
        """Which copy holds; empty while nobody has chosen."""
        if kept == sent or sent == seen:
            if kept != sent:
                self.changed.append(line)
            return THERE
        return HERE if kept == seen else self.chosen.get(line, "")

    def _merge_rows(self, line: str) -> None:
        seen = [id for id in self.seen.get(_ROWS + line, "").split("/") if id]
        kept, sent = self.kept.rows.get(line, []), self.sent.rows.get(line, [])
        stay = {id for id in {*kept, *sent} if self._stays(f"{line}/{id}", id in seen, id in kept, id in sent)}
        self.out.rows[line] = self._order(line, seen, kept, sent, stay)
        for id in self.out.rows[line]:
            self._merge_row(f"{line}/{id}", id in kept, id in sent)

    def _stays(self, row: str, seen: bool, kept: bool, sent: bool) -> bool:
        """Whether a row is part of what is kept after the merge."""
        if kept == sent:
            return True
        was = {n: m for n, m in self.seen.items() if _is_under(n.removeprefix(_ROWS), (row,)) and m}
        if not seen:
            self.changed += [row] if kept else []
            return True  # added in one place
        untouched = self._marks(self.kept if kept else self.sent, row) == was
        if untouched:
            self.changed += [] if kept else [row]
            return False  # removed in one place, and in the other left as it was
        choice = self.chosen.get(row)
        if choice is None:
            self.clashes[row] = Clash(
                _row_of(self.kept, row) if kept else None, _row_of(self.sent, row) if sent else None
            )
        return sent if choice == HERE else kept

    def _marks(self, lines: Lines, row: str) -> dict[str, str]:
        marks = {name: mark_value(value) for name, value in lines.of_row(row).items()}
        marks |= {_ROWS + at: "/".join(ids) for at, ids in lines.rows.items() if at.startswith(f"{row}/")}
        return {name: mark for name, mark in marks.items() if mark}

    def _merge_row(self, row: str, kept: bool, sent: bool) -> None:
        if not (kept and sent):
            lines = self.kept if kept else self.sent
            self.out.values |= lines.of_row(row)
            self.out.rows |= {at: ids for at, ids in lines.rows.items() if at.startswith(f"{row}/")}
            return
        mine, theirs = self.kept.of_row(row), self.sent.of_row(row)
        lists = [at for at in self.kept.rows.keys() | self.sent.rows.keys() if at.startswith(f"{row}/")]
        for line in _in_order(mine.keys() | theirs.keys(), mine, theirs):
            if not _is_under(line, tuple(lists)):
                self._merge_value(line)
        for at in sorted(lists):
            self._merge_rows(at)

    def _order(self, line: str, seen: list[str], kept: list[str], sent: list[str], stay: set[str]) -> list[str]:
        """The rows that stay, in the order of the place that moved them; added ones behind what they stood behind."""
        common = [id for id in seen if id in kept and id in sent]
        there = [id for id in kept if id in common]
        here = [id for id in sent if id in common]
        verdict = self._decide(_ROWS + line, there, here, common)
        if verdict == "":
            self.clashes[_ROWS + line] = Clash(there, here)
        first, second = (sent, kept) if verdict == HERE else (kept, sent)
        order = [id for id in first if id in stay]
        for place, id in enumerate(second):
            if id in stay and id not in order:
                before = next((other for other in reversed(second[:place]) if other in order), None)
                order.insert(order.index(before) + 1 if before else 0, id)
        return order


def _in_order(names: Iterable[str], *places: Mapping[str, Any]) -> list[str]:
    """The names in the order in which the first place has them, then the next."""
    wanted = set(names)
    return [name for name in dict.fromkeys(name for place in places for name in place) if name in wanted]


def _row_of(lines: Lines, row: str) -> dict[str, Any]:
    """A row as a clash shows it."""
    return {ID: row.rpartition("/")[2]} | {
        name.removeprefix(f"{row}/"): value for name, value in lines.of_row(row).items()
    }


def pack_marks(seen: Marks) -> str:
    """Marks as one word, for a file to carry."""
    return base64.b64encode(zlib.compress(json.dumps(dict(seen)).encode(), 9)).decode()


def unpack_marks(word: str) -> dict[str, str] | None:
    """The marks of a word; None when it is none."""
    try:
        unpacking = zlib.decompressobj()
        text = unpacking.decompress(base64.b64decode(word, validate=True), _MOST_MARKS)
        marks = json.loads(text)
    except (ValueError, zlib.error, RecursionError):
        return None
    known = isinstance(marks, dict) and all(isinstance(mark, str) for mark in marks.values())
    return marks if known else None
