"""A part of a manuscript as a page shows it: controls by line, tables with their rows. Stores nothing.

The name of a control is its line. The buttons `add:LIST`, `remove:ROW`, `up:ROW` and `down:ROW` submit the form like
any other button, and so does `choose:LINE` where two people changed a line.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from yichuang.catalog.drafting import kinds
from yichuang.catalog.drafting.choices import FILE_KINDS
from yichuang.catalog.drafting.compare import name_line, name_row
from yichuang.catalog.drafting.content import ID, Content, Row
from yichuang.catalog.drafting.editing import find_row, find_rows
from yichuang.catalog.drafting.merge import Clash
from yichuang.catalog.drafting.names import CHECKED, NOBODY, RULE, STEP, names_of
from yichuang.catalog.drafting.parts import (
    PARTS,
    DraftField,
    DraftPart,
    DraftTable,
    find_field,
    find_part,
    find_table,
    read_field,
)
from yichuang.catalog.standard import Field, FieldType
from yichuang.faces.forms import FieldView
from yichuang.supervision.rules.catalogue import blind

_POINTED = frozenset(rule.code for rule in blind(()))  # the rules that see nothing of a standard without a point


@dataclass(frozen=True)
class Sent:
    """What a page was sent and that is not kept: shown again beside what is."""

    texts: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)  # by line
    clashes: Mapping[str, Clash] = field(default_factory=dict)
    gone: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # by row that somebody removed, then by line


@dataclass(frozen=True)
class RowView:
    line: str
    title: str
    controls: tuple[FieldView, ...]  # none: it has a page of its own
    faults: int  # how many of its values cannot be read
    brief: str = ""  # what says most of it besides its title


@dataclass(frozen=True)
class GoneRow:
    """A row that somebody else removed, with what was typed in it: `texts` by line, `words` by label."""

    line: str
    title: str
    texts: Mapping[str, str]
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TableView:
    line: str
    table: DraftTable
    rows: tuple[RowView, ...]
    clashes: tuple[tuple[str, str, str], ...]  # rows in dispute: line, what it is called, what happened
    gone: tuple[GoneRow, ...] = ()


@dataclass(frozen=True)
class PartPage:
    """A page of the editor: a part, or one row of a table with its own rows."""

    line: str
    part: DraftPart
    title: str
    controls: tuple[FieldView, ...]
    tables: tuple[TableView, ...]
    trail: tuple[tuple[str, str], ...] = ()  # lines above it, with their titles
    offers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # datalists by id

    @property
    def shown(self) -> list[str]:
        """The lines of which the page carries the marks."""
        return [view.name for view in self.controls] + [table.line for table in self.tables]

    @property
    def siblings(self) -> tuple[str, str]:
        """The list that a row stands in, and what its rows are called; both empty for a part."""
        table = find_table(self.line) if "/" in self.line else None
        return (self.line.rpartition("/")[0], table.word) if table else ("", "")

    @property
    def boxes(self) -> list[str]:
        """Lines with several boxes to tick: a browser says nothing of them when none is."""
        views = [*self.controls, *(view for table in self.tables for row in table.rows for view in row.controls)]
        return [view.name for view in views if view.widget == "checkboxes"]

    @property
    def summary(self) -> list[tuple[str, str]]:
        views = [*self.controls, *(view for table in self.tables for row in table.rows for view in row.controls)]
        return [(f"“{view.field.label}”：{view.error}", f"#{view.id}") for view in views if view.error]


def build_page(
    content: Content,
    line: str,
    faults: Mapping[str, str],
    sent: Sent,
    *,
    fixed: bool,
    departments: Mapping[str, str] = NOBODY,
) -> PartPage | None:
    """The page of a part (`materials`) or of a row (`materials/M03`); None when there is none. `faults` are those of
    what is kept; `fixed`: nothing may be changed; `departments`: names by code, of the division.
    """
    builder = _Builder(content, {**faults, **sent.faults}, sent, fixed, departments)
    part = next((part for part in PARTS if part.key == line), None)
    if part is not None:
        controls = builder.list_controls("", part.fields, content)
        tables = tuple(builder.build_table(table.key, table) for table in part.tables)
        return PartPage(line, part, part.title, controls, tables, offers=builder.offers)
    row, table, part = find_row(content, line), find_table(line), find_part(line)
    if row is None or table is None or part is None or len(line.split("/")) not in (2, 4):
        return None
    nested = table.nested
    tables = (builder.build_table(f"{line}/{nested.key}", nested),) if nested else ()
    controls = builder.list_controls(f"{line}/", table.fields, row)
    title = f"{table.word}“{name_row(table, row, builder.names)}”"
    return PartPage(line, part, title, controls, tables, builder.list_above(line, part), builder.offers)


def page_of_line(line: str) -> str:
    """The page on which a line is written."""
    part, parts = find_part(line), line.split("/")
    for length in (4, 2):
        table = find_table("/".join(parts[:length])) if len(parts) >= length and find_table(parts[0]) else None
        if table and not is_inline(table):
            return "/".join(parts[:length])
    return part.key if part else ""


def page_above(content: Content, line: str) -> str:
    """The page to show for a row that is gone: that of the row around it, else of its part. Empty for no row."""
    parts, part = line.split("/"), find_part(line)
    outer = "/".join(parts[:2])
    if len(parts) == 4 and find_row(content, outer) is not None:
        return outer
    return part.key if part and len(parts) in (2, 4) and find_table(line) else ""


def say_texts(content: Content, texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What was typed, as label and words, without what is blank."""
    names = names_of(content)
    for line, text in texts.items():
        field = find_field(line)
        if field is None or not text.strip():
            continue
        with contextlib.suppress(ValueError):
            text = field.kind.say(field.kind.read(text, names), names)
        yield field.label, text


def say_lines(content: Content, texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What was typed, as what people call its line and words; what was emptied too."""
    for line, text in texts.items():
        yield name_line(content, line), text or "（清空）"


def is_inline(table: DraftTable) -> bool:
    """Whether its rows are written in the list itself."""
    return not table.brief


class _Builder:
    def __init__(
        self, content: Content, faults: Mapping[str, str], sent: Sent, fixed: bool, departments: Mapping[str, str]
    ) -> None:
        self.content, self.faults, self.sent, self.fixed, self.departments = content, faults, sent, fixed, departments
        self.names = names_of(content, departments)
        self.offers = {
            "offer-basis": tuple(f"{row.get('law')} {row.get('article')}" for row in content.get("bases") or []),
        }

    def list_controls(self, prefix: str, fields: tuple[DraftField, ...], row: Row) -> tuple[FieldView, ...]:
        return tuple(
            self._control(prefix + f.key, f, row.get(f.key) if prefix else read_field(row, f.key))
            for f in fields
            if f.asked
        )

    def build_table(self, line: str, table: DraftTable) -> TableView:
        rows = []
        for row in find_rows(self.content, line) or []:
            at = f"{line}/{row[ID]}"
            controls = self.list_controls(f"{at}/", table.fields, row) if is_inline(table) else ()
            title = name_row(table, row, self.names) if row.get(table.named_by) else f"新的{table.word}"
            faults = sum(name.startswith(f"{at}/") for name in self.faults)
            rows.append(RowView(at, title, controls, faults, "；".join(self._list_brief(table, row))))
        clashes = tuple(
            (at, str((clash.kept or clash.sent or {}).get(table.named_by) or table.word), _say_row_clash(clash))
            for at, clash in self.sent.clashes.items()
            if at.rpartition("/")[0] == line
        )
        gone = tuple(self._build_gone(at) for at in self.sent.gone if self._place_of_gone(at) == line)
        return TableView(line, table, tuple(rows), clashes, gone)

    def _place_of_gone(self, row: str) -> str:
        """The list that shows what was typed in a row that is gone: its own, else the one its outer row stood in."""
        at = row.rpartition("/")[0]
        outer = at.rpartition("/")[0]
        return at if not outer or find_row(self.content, outer) is not None else outer.rpartition("/")[0]

    def _build_gone(self, row: str) -> GoneRow:
        texts, table = self.sent.gone[row], find_table(row)
        named = {table.named_by: texts.get(f"{row}/{table.named_by}")} if table else {}
        title = name_row(table, named, self.names) if table and any(named.values()) else table.word if table else ""
        return GoneRow(row, title, texts, tuple(say_texts(self.content, texts)))

    def _list_brief(self, table: DraftTable, row: Row) -> Iterator[str]:
        """What says most of a row, without what is blank."""
        for f in (table.field(key) for key in table.brief):
            if f and (row.get(f.key) != f.kind.copy_blank() or f.key == "after"):
                yield f"{f.label}：{f.kind.say(row.get(f.key), self.names)}"
        if table.nested:
            yield f"{table.nested.title} {len(row.get(table.nested.key) or [])} 个"

    def list_above(self, line: str, part: DraftPart) -> tuple[tuple[str, str], ...]:
        parts = line.split("/")
        above = [(part.key, part.title)]
        if len(parts) == 4:
            outer, table = find_row(self.content, "/".join(parts[:2])), find_table(parts[0])
            name = (outer or {}).get(table.named_by) if table else ""
            above.append(("/".join(parts[:2]), str(name or "未命名")))
        return tuple(above)

    def _control(self, line: str, f: DraftField, value: Any) -> FieldView:
        kind, raw = f.kind, self.sent.texts.get(line, "")
        choices = tuple(self._list_choices(line, f, value))
        known = line not in self.sent.texts or not (line in self.sent.clashes or line in self.sent.faults)
        many = bool(choices) and isinstance(kind, kinds.Choices | kinds.Codes | kinds.Whenever)
        shown: Any = (kind.list_ticks(value) if known else raw.split("\n" if kind.lines else "、")) if many else raw
        if isinstance(kind, kinds.YesNo):
            type_ = FieldType.YES_NO
            shown = kind.write(value) if known else raw
            shown = {"是": "yes", "否": "no"}.get(shown, shown)
        elif many:
            type_ = FieldType.CHOICES
        elif choices:
            type_ = FieldType.CHOICE
            shown = (kind.write(value) if kind.options else str(value or "")) if known else raw
        else:
            type_ = FieldType.LONG_TEXT if kind.lines else FieldType.TEXT
            shown = kind.write(value, self.names) if known else raw
        clash = self.sent.clashes.get(line)
        other = kind.say(clash.kept, self.names) if clash else None
        control = Field(line, f.label, type_, hint=f.hint, choices=tuple(words for _, words in choices))
        words = "" if value in (None, "") else kind.say(value, self.names)
        folded = kind.say(value, self.names) if isinstance(kind, kinds.Whenever) and not self.fixed else ""
        return FieldView(
            control, line, words if self.fixed else shown, self.faults.get(line, ""), False, self.fixed, other,
            "offer-basis" if line.endswith("/basis") else "", choices, folded,
        )  # fmt: skip

    def _list_choices(self, line: str, f: DraftField, value: Any) -> Iterator[tuple[str, str]]:
        """What may be chosen, as it is sent and in words; then what was chosen and is no more."""
        kind = f.kind
        if isinstance(kind, kinds.YesNo):
            return
        if not isinstance(kind, kinds.Code | kinds.Codes | kinds.Whenever):
            yield from ((words, words) for _, words in kind.options)
            return
        known = list(self._list_coded(line, f))
        yield from known
        codes = {code for code, _ in known}
        if known:
            left = (code for code in kind.list_ticks(value) if code not in codes)
            yield from ((code, self._name_left(kind, code)) for code in left)

    def _name_left(self, kind: kinds.Kind, code: str) -> str:
        """What was chosen and is not offered: a rule that needs no point, a file that nothing can look into, or what is
        there no more.
        """
        words = code
        with contextlib.suppress(ValueError):
            words = kind.say(kind.read(code), self.names)
        return words if self._is_rule(kind, code) else f"{words}（不再可选）"

    def _is_rule(self, kind: kinds.Kind, code: str) -> bool:
        return isinstance(kind, kinds.Code) and kind.sort == RULE and code in self.names.families[RULE].said

    def _list_coded(self, line: str, f: DraftField) -> Iterator[tuple[str, str]]:
        kind, row = f.kind, find_row(self.content, line.rpartition("/")[0]) or {}
        if isinstance(kind, kinds.Whenever):
            parts = line.split("/")
            within = find_row(self.content, "/".join(parts[:2])) if len(parts) == 5 and parts[0] == "sections" else None
            fields = [str(other.get("name")) for other in (within or {}).get("fields") or []]
            own = f"{row.get('name')}="
            yield from (pair for pair in kind.list_choices(self.names, fields) if not pair[0].startswith(own))
        elif f.key == "file_kinds":
            yield from ((name, name) for name in FILE_KINDS)
        elif isinstance(kind, kinds.Code | kinds.Codes) and kind.sort != CHECKED:
            said = self.names.families[kind.sort].said if kind.sort in self.names.families else {}
            never = {row.get("code")} if kind.sort == STEP else said.keys() - _POINTED if kind.sort == RULE else set()
            yield from ((code, words) for code, words in said.items() if code not in never)


def _say_row_clash(clash: Clash) -> str:
    return "您删去了它，别处改过它" if clash.sent is None else "别处删去了它，您在这里改过它"
