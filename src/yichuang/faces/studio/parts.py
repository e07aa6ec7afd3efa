"""A part of a manuscript as a page shows it: controls by line, tables with their rows. Stores nothing.

The name of a control is its line. The buttons `add:LIST`, `remove:ROW`, `up:ROW` and `down:ROW` submit the form like
any other button, and so does `choose:LINE` where two people changed a line.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from yichuang.catalog.drafting import kinds
from yichuang.catalog.drafting.choices import PLACES
from yichuang.catalog.drafting.compare import name_line, names_of_codes
from yichuang.catalog.drafting.content import ID, Content, Row
from yichuang.catalog.drafting.editing import find_row, find_rows
from yichuang.catalog.drafting.merge import Clash
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
from yichuang.supervision.rules.catalogue import RULES

_NUMERIC = ("integer", "decimal")
NOBODY: Mapping[str, str] = MappingProxyType({})
_RULES = {rule.code: rule.title for rule in RULES}
# fields that name other rows by their codes: what is chosen shows the name behind the code
_CODED = frozenset(
    {("steps", "after"), ("steps", "apart"), ("steps", "department")}
    | {("points", "at"), ("points", "rule"), ("fees", "per")}
)


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
    title = f"{table.word}“{row.get(table.named_by) or '未命名'}”"
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
    names = names_of_codes(content)
    for line, text in texts.items():
        field = find_field(line)
        if field is None or not text.strip():
            continue
        with contextlib.suppress(ValueError):
            text = field.kind.say(field.kind.read(text), names)
        yield field.label, text


def say_lines(content: Content, texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What was typed, as what people call its line and words; what was emptied too."""
    for line, text in texts.items():
        yield name_line(content, line), text or "（清空）"


def is_inline(table: DraftTable) -> bool:
    """Whether its rows are written in the list itself."""
    return not table.brief


def is_coded(line: str) -> bool:
    """Whether what is chosen on a line begins with a code."""
    parts = line.split("/")
    return line == "result/fields" or (parts[0], parts[-1]) in _CODED


class _Builder:
    def __init__(
        self, content: Content, faults: Mapping[str, str], sent: Sent, fixed: bool, departments: Mapping[str, str]
    ) -> None:
        self.content, self.faults, self.sent, self.fixed, self.departments = content, faults, sent, fixed, departments
        self.names = names_of_codes(content)
        self.offers = {
            "offer-basis": tuple(f"{row.get('law')} {row.get('article')}" for row in content.get("bases") or []),
            "offer-when": tuple(self._list_whens()),
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
            title = str(row.get(table.named_by) or f"新的{table.word}")
            title = f"{title} {_RULES[title]}" if table.key == "points" and title in _RULES else title
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
        title = table and texts.get(f"{row}/{table.named_by}")
        return GoneRow(row, title or (table.word if table else ""), texts, tuple(say_texts(self.content, texts)))

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
        options, kind = tuple(self._options(line, f, value)), f.kind
        text = self.sent.texts.get(line) if line in self.sent.clashes or line in self.sent.faults else None
        shown: Any = kind.write(value) if text is None else text
        many = isinstance(kind, kinds.Choices | kinds.Codes) and bool(options)
        if isinstance(kind, kinds.YesNo):
            type_, shown = FieldType.YES_NO, {"是": "yes", "否": "no"}.get(shown, shown)
        elif many:
            type_, chosen = FieldType.CHOICES, shown.split("、") if shown else []
            shown = [option for option in options if option in chosen or option.split(" ")[0] in chosen]
        elif options:
            type_ = FieldType.CHOICE
            shown = next((o for o in options if shown and shown in (o, o.split(" ")[0])), shown)
        else:
            type_ = FieldType.LONG_TEXT if kind.lines else FieldType.TEXT
        clash = self.sent.clashes.get(line)
        other = kind.say(clash.kept, self.names) if clash else None
        words = "、".join(shown) if isinstance(shown, list) else {"yes": "是", "no": "否"}.get(shown, shown)
        control = Field(line, f.label, type_, hint=f.hint, choices=options)
        offers = {"basis": "offer-basis", "when": "offer-when"}.get(line.rpartition("/")[2], "")
        return FieldView(
            control, line, words if self.fixed else shown, self.faults.get(line, ""), False, self.fixed, other, offers
        )

    def _options(self, line: str, f: DraftField, value: Any) -> Iterator[str]:
        """What may be chosen, as words; codes of other rows stand before their names."""
        known = list(self._codes(line, f.key))
        if not known:
            yield from (words for _, words in f.kind.options)
            return
        yield from (f"{code} {name}" for code, name in known)
        codes = {code for code, _ in known}
        given = value if isinstance(value, list) else [value] if value else []
        yield from (str(code) for code in given if str(code) not in codes)

    def _codes(self, line: str, key: str) -> Iterator[tuple[str, str]]:
        table, content = line.split("/")[0], self.content
        steps = [(str(row.get("code")), str(row.get("name"))) for row in content.get("steps") or []]
        if not is_coded(line):
            return
        if key == "department":
            yield from self.departments.items()
        elif table == "steps":
            own = (find_row(content, line.rpartition("/")[0]) or {}).get("code")
            yield from ((code, name) for code, name in steps if code != own)
        elif key == "at":
            yield from (*PLACES.items(), *steps)
        elif key == "rule":
            yield from _RULES.items()
        else:
            yield from self._form_fields(_NUMERIC if key == "per" else ())

    def _form_fields(self, types: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
        for section in self.content.get("sections") or []:
            for f in section.get("fields") or []:
                if not section.get("repeat") and (not types or f.get("type") in types):
                    yield str(f.get("name")), str(f.get("label"))

    def _list_whens(self) -> Iterator[str]:
        """Conditions that can be written: situations, agents, and what the form lets one choose."""
        kind = kinds.Whenever()
        for row in self.content.get("situations") or []:
            yield kind.write({"field": "situation", "values": [str(row.get("code"))]})
        yield "agent=yes"
        for section in self.content.get("sections") or []:
            for f in section.get("fields") or []:
                values = f.get("choices") or (["yes", "no"] if f.get("type") == "yes_no" else [])
                if isinstance(values, list):
                    yield from (kind.write({"field": f.get("name"), "values": [str(value)]}) for value in values)


def _say_row_clash(clash: Clash) -> str:
    return "您删去了它，别处改过它" if clash.sent is None else "别处删去了它，您在这里改过它"
