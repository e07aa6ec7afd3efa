"""One form written in two places, made one again: field by field, and both shown where both places changed a field.

A page carries the marks of what it showed (`marks_of`) and sends them back with what it now says. So what it changed is
told from what it only repeats, and a page left open since the morning replaces nothing of the evening's. Pure: no
Django, no HTML, no database.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from yichuang.catalog.form_values import control_value, is_blank
from yichuang.catalog.standard import Form, Section

Raw = dict[str, Any]  # values as they were sent, right or wrong
Marks = Mapping[str, str]  # name of a control, or `rows:group` → mark of what it showed; none of what was blank
HERE, THERE = "here", "there"  # which of two copies holds: the one that was sent, the one that is kept
_NEITHER = "neither"
NO_CHOICE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Merged:
    """What is kept after a copy was sent, and what the page of that copy shows."""

    form: Form
    seen: Marks  # as the copy came with
    kept: Raw = field(default_factory=dict)
    page: Raw = field(default_factory=dict)  # what is kept, but of a name in dispute what the copy says
    clashes: dict[str, Any] = field(default_factory=dict)  # control or group changed in both places → what is kept
    changed: list[str] = field(default_factory=list)  # controls and groups that were changed in the other place alone

    def marks_for(self, shown: Raw) -> dict[str, str]:
        """The marks of a page with these values. What is in dispute stays so until a person has chosen."""
        marks = marks_of(self.form, shown)
        for name in self.clashes:
            marks = {m: v for m, v in marks.items() if not _is_part(m, name)}
            marks |= {m: v for m, v in self.seen.items() if _is_part(m, name)}
        return marks


def marks_of(form: Form, raw: Mapping[str, Any]) -> dict[str, str]:
    """The mark of every value that is not blank, by the name of its control, and of the number of rows of a group."""
    marks: dict[str, str] = {}
    for section in form.sections:
        if section.repeat is None:
            marks |= _marks_of_fields(section, "", raw)
        else:
            marks |= _marks_of_rows(section, raw.get(section.code))
    return marks


def merge(form: Form, kept: Raw, sent: Raw, seen: Marks, chosen: Mapping[str, str] = NO_CHOICE) -> Merged:
    """The copy `sent`, of a page that had shown `seen`, merged into what is `kept`.

    What only one place changed is taken from there. What both changed differently is a clash: nothing is replaced until
    `chosen` says HERE (the copy) or THERE (what is kept). What the form does not know stays as it is kept.
    """
    known = {name for section in form.sections for name in _names(section)}
    rest = {name: value for name, value in kept.items() if name not in known}
    merged = Merged(form, seen, dict(rest), dict(rest))
    for section in form.sections:
        if section.repeat is None:
            _merge_fields(merged, section, "", (kept, sent), (merged.kept, merged.page), chosen)
        else:
            _merge_group(merged, section, (kept.get(section.code), sent.get(section.code)), chosen)
    return merged


def _merge_group(merged: Merged, section: Section, copies: tuple[Any, Any], chosen: Mapping[str, str]) -> None:
    """Cell by cell while no place added or removed a row, else the rows as a whole."""
    code, count = section.code, f"rows:{section.code}"
    kept, sent = (_marks_of_rows(section, rows) for rows in copies)
    seen = {mark: value for mark, value in merged.seen.items() if _is_part(mark, code)}
    if not kept.get(count) == sent.get(count) == seen.get(count):
        verdict = _decide(kept, sent, seen, chosen.get(code))
        _place(merged, code, code, copies, verdict, (merged.kept, merged.page), chosen)
        return
    kept_rows, sent_rows = (_rows(rows) for rows in copies)
    out: list[tuple[Raw, Raw]] = []
    for n, pair in enumerate(zip(kept_rows, sent_rows, strict=False)):
        out.append(({}, {}))
        _merge_fields(merged, section, f"{code}-{n}-", pair, out[-1], chosen)
    added = sent_rows[len(out) :]  # and not filled in yet
    merged.kept[code] = [row for row, _ in out] + added
    merged.page[code] = [row for _, row in out] + added


def _merge_fields(
    merged: Merged, section: Section, prefix: str, copies: tuple[Raw, Raw], out: tuple[Raw, Raw], chosen: Marks
) -> None:
    for f in section.fields:
        name, values = prefix + f.name, (copies[0].get(f.name), copies[1].get(f.name))
        verdict = _decide(_mark(values[0]), _mark(values[1]), merged.seen.get(name, ""), chosen.get(name))
        _place(merged, name, f.name, values, verdict, out, chosen)


def _decide(kept: Any, sent: Any, seen: Any, choice: str | None) -> str:
    """Which copy holds: HERE, THERE, or neither."""
    if kept == sent or (kept == seen != sent):
        return HERE
    return THERE if sent == seen else choice or _NEITHER


def _place(
    merged: Merged,
    name: str,
    key: str,
    copies: tuple[Any, Any],
    verdict: str,
    out: tuple[Raw, Raw],
    chosen: Mapping[str, str],
) -> None:
    """Put the value that holds where it is kept and where the page shows it."""
    kept, sent = copies
    if verdict == _NEITHER:
        merged.clashes[name] = kept
    elif verdict == THERE and name not in chosen:
        merged.changed.append(name)
    for values, value in zip(out, (sent if verdict == HERE else kept, kept if verdict == THERE else sent), strict=True):
        if value is not None:
            values[key] = value


def _names(section: Section) -> Iterator[str]:
    if section.repeat is None:
        yield from (f.name for f in section.fields)
    else:
        yield section.code


def _is_part(mark: str, name: str) -> bool:
    """Whether the mark is of this control, or of a row of this group."""
    return mark in (name, f"rows:{name}") or mark.startswith(f"{name}-")


def _marks_of_fields(section: Section, prefix: str, raw: Mapping[str, Any]) -> dict[str, str]:
    marks = {prefix + f.name: _mark(raw.get(f.name)) for f in section.fields}
    return {name: mark for name, mark in marks.items() if mark}


def _marks_of_rows(section: Section, rows: Any) -> dict[str, str]:
    """Blank rows at the end count as none."""
    marks: dict[str, str] = {}
    for n, row in enumerate(_rows(rows)):
        if found := _marks_of_fields(section, f"{section.code}-{n}-", row):
            marks |= found | {f"rows:{section.code}": str(n + 1)}
    return marks


def _rows(rows: Any) -> list[Raw]:
    return [row if isinstance(row, dict) else {} for row in rows] if isinstance(rows, list) else []


def _mark(value: Any) -> str:
    """A short digest of a value as its control carries it; empty for none."""
    text = control_value(value)
    if is_blank(text):
        return ""
    plain = json.dumps(text, ensure_ascii=False).replace("\\r\\n", "\\n")  # browsers send lines ended by both
    return hashlib.blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
