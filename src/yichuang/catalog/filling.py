"""Fills any standard's form as an applicant would: every field that applies, with checks across fields kept. Pure.

It needs the standard alone. The values come from `invented`; `catalog.form` judges them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from yichuang.catalog import form
from yichuang.catalog.invented import invent_value
from yichuang.catalog.standard import Check, Field, Section, Standard, applies

ROUNDS = 5  # what one answer calls for is filled in the next round
ATTEMPTS = 6  # other values, when some did not fit each other
OPTIONAL = 0.55  # share of the fields that may stay empty and are filled all the same
Row = dict[str, Any]


def fill(
    standard: Standard, random: Random, day: date, *, situation: str, agent: bool, optional: float = OPTIONAL
) -> Row:
    """Values that pass the form's validation. If no attempt passes, those of the last attempt.

    `optional`: the share of the fields that may stay empty and are filled all the same.
    """
    context = {"situation": situation, "agent": "yes" if agent else "no"}
    needed = {name.rpartition(".")[2] for c in standard.form.checks if c.kind == "needs" for name in c.fields[1:]}
    filing = form.Filing(standard.division, day, day)
    filler = _Filler(random, day, context, frozenset(needed), optional)
    values: Row = {}
    for _ in range(ATTEMPTS):
        values = filler.attempt(standard)
        if not form.validate(standard.form, values, {**values, **context}, filing):
            break
    return values


@dataclass(frozen=True, slots=True)
class _Filler:
    random: Random
    day: date
    context: Row  # situation and agent
    needed: frozenset[str]  # fields that may stay empty but not beside others (`needs`)
    optional: float

    def attempt(self, standard: Standard) -> Row:
        values: Row = {}
        left_empty: set[str] = set()  # optional fields left empty: not asked again in the next round
        for _ in range(ROUNDS):
            before = len(values)
            for section in standard.form.sections:
                if applies(section.when, {**values, **self.context}):
                    self._section(section, values, left_empty)
            if len(values) == before:
                break
        for check in standard.form.checks:
            _mend(check, values, self.random)
        return form.prune(standard.form, values, {**values, **self.context})

    def _section(self, section: Section, values: Row, left_empty: set[str]) -> None:
        context = {**values, **self.context}
        if section.repeat is None:
            self._fields(section.fields, values, context, left_empty)
        elif section.code not in values:
            least, most = section.repeat
            count = min(most, max(least, 1) + int(self.random.expovariate(1.1)))
            if count:
                values[section.code] = [self._row(section.fields, context) for _ in range(count)]

    def _row(self, fields: tuple[Field, ...], context: Row) -> Row:
        row: Row = {}
        left_empty: set[str] = set()
        for _ in range(2):
            self._fields(fields, row, {**context, **row}, left_empty)
        return row

    def _fields(self, fields: tuple[Field, ...], into: Row, context: Row, left_empty: set[str]) -> None:
        for field in fields:
            if field.name in into or field.name in left_empty or not applies(field.when, {**context, **into}):
                continue
            if field.required or field.name in self.needed or self.random.random() < self.optional:
                into[field.name] = invent_value(field, self.random, self.day)
            else:
                left_empty.add(field.name)


# --- checks across fields: the values are put right, never the check --------------------------------------------------


def _mend(check: Check, values: Row, random: Random) -> None:
    if check.kind == "sum_at_most":
        _sum_at_most(check, values)
        return
    mend = _MENDS.get(check.kind)
    if mend is None:  # needs: such fields are always filled
        return
    groups = {name.partition(".")[0] for name in check.fields if "." in name}
    if groups:
        rows = values.get(next(iter(groups)), [])
        mend(rows, [name.rpartition(".")[2] for name in check.fields], random)
    else:
        mend([values], list(check.fields), random)


def _ordered(rows: list[Row], fields: list[str], random: Random) -> None:
    """Swap the two values when the first is after the second."""
    first, second = fields
    for row in rows:
        if row.get(first) and row.get(second) and row[first] > row[second]:
            row[first], row[second] = row[second], row[first]


def _not_less(rows: list[Row], fields: list[str], random: Random) -> None:
    """Lower the part to the whole when it is greater."""
    whole, part = fields
    for row in rows:
        if whole in row and part in row and row[whole] < row[part]:
            row[part] = type(row[part])(row[whole])


def _differ(rows: list[Row], fields: list[str], random: Random) -> None:
    """Texts that came out the same get a number; other kinds are left for the next attempt."""
    texts: list[Any] = []
    for row in rows:
        for name in fields:
            if name in row and row[name] in texts and isinstance(row[name], str):
                row[name] = f"{row[name]}{len(texts) + 1}"
            texts.append(row.get(name))


def _sum_at_most(check: Check, values: Row) -> None:
    """Raise the whole to the sum of its parts when it is less."""
    group, _, name = check.fields[0].partition(".")
    whole = check.fields[-1]
    if whole in values and group in values and name:
        total = sum(float(row.get(name, 0)) for row in values[group])
        if values[whole] < total:
            values[whole] = type(values[whole])(round(total) + 1)


_MENDS: dict[str, Callable[[list[Row], list[str], Random], None]] = {
    "not_after": _ordered,
    "not_less": _not_less,
    "differ": _differ,
}
