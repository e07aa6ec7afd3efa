"""The form of a standard as a page shows it and as a browser sends it back.

What is right or wrong is decided in `yichuang.catalog.form`; here are only names of controls, rows added and removed,
and which widget shows a field. It stores nothing.

Names of controls: `field`, and `group-0-field` in a repeated group, whose number of rows travels as `rows:group`.
The buttons `add:group` and `remove:group:0` submit the form like any other button, so they need no script; so do the
`choose:field` of a field that was changed in two places. What the page showed travels as `marks`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

from django.forms import BaseForm
from django.http import QueryDict

from yichuang.catalog.form import Filing, coerce, prune, validate
from yichuang.catalog.form_values import control_value
from yichuang.catalog.merging import HERE, THERE, Marks, Merged, marks_of
from yichuang.catalog.standard import Field, FieldType, Form, Section, When, applies

# More choices than this are a list to open, fewer are radios that can be read at a glance
RADIOS_AT_MOST = 6
NOTHING: Mapping[str, Any] = MappingProxyType({})

_WIDGETS = {
    FieldType.TEXT: "text",
    FieldType.LONG_TEXT: "textarea",
    FieldType.INTEGER: "number",
    FieldType.DECIMAL: "number",
    FieldType.DATE: "date",
    FieldType.CHOICES: "checkboxes",
    FieldType.YES_NO: "radios",
    FieldType.USCC: "code",
    FieldType.RESIDENT_ID: "code",
    FieldType.PHONE: "tel",
    FieldType.PROJECT_CODE: "code",
}
_YES_NO = (("yes", "是"), ("no", "否"))
CLASH = "“{}”在别处也改过，请选择留下哪一个。"


def widget(field: Field) -> str:
    """text | textarea | number | date | radios | select | checkboxes | code | tel."""
    if field.type is FieldType.CHOICE:
        return "radios" if len(field.choices) <= RADIOS_AT_MOST else "select"
    return _WIDGETS[field.type]


def _options(field: Field) -> tuple[tuple[str, str], ...]:
    return _YES_NO if field.type is FieldType.YES_NO else tuple((choice, choice) for choice in field.choices)


@dataclass(frozen=True)
class FieldView:
    """One control: what the macro `control` of macros/form.html needs, nothing more."""

    field: Field
    name: str  # of the control
    value: Any  # as text, or the chosen values
    error: str
    hidden: bool
    fixed: bool = False  # shown as text: nobody types it
    other: str | None = None  # what is kept, where another page changed it too
    offers: str = ""  # id of the datalist with what may be typed
    choices: tuple[tuple[str, str], ...] = ()  # value and text of each choice, where a value is not its own text
    source: str = ""  # where the value came from, when we filled it in
    folded: str = ""  # what is chosen, in words: the boxes are shown when one opens them

    @property
    def id(self) -> str:
        """Of the control, or of the first of its choices: what an error links to."""
        return f"id_{self.name}"

    @property
    def widget(self) -> str:
        return widget(self.field)

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """Value and text of each choice."""
        return self.choices or _options(self.field)

    @property
    def label(self) -> str:
        return self.field.label if self.field.required else f"{self.field.label}（选填）"


@dataclass(frozen=True)
class SectionView:
    section: Section
    hidden: bool
    fields: tuple[FieldView, ...]  # of a plain section
    rows: tuple[tuple[FieldView, ...], ...]  # of a repeated group
    error: str  # of the group itself: its number of rows
    may_add: bool
    may_remove: bool
    other: str | None = None  # the rows that are kept, where another page changed them too
    source: str = ""  # where the rows came from, when we filled them in


@dataclass(frozen=True)
class Bound:
    """A form with what was given.

    `values` are what may be kept (pruned and read); `raw` is what the page shows again, right or wrong. `editing` is
    true when a row was added or removed: nothing is to be saved as finished then and no error is shown. `fixed` are
    fields that are known already, such as the number of the licence acted on: whatever was sent, they stay.
    """

    form: Form
    raw: dict[str, Any]
    values: dict[str, Any]
    application: dict[str, Any]
    errors: dict[str, str] = field(default_factory=dict)
    editing: bool = False
    fixed: Collection[str] = ()
    merged: Merged | None = None  # with what other pages kept: of a draft
    sources: Mapping[str, str] = field(default_factory=dict)  # of values we filled in, by field or group

    @property
    def marks(self) -> dict[str, str]:
        """What this page shows, for the merging of what it will send."""
        return self.merged.marks_for(self.raw) if self.merged else marks_of(self.form, self.raw)

    @property
    def clashes(self) -> Mapping[str, Any]:
        return self.merged.clashes if self.merged else NOTHING

    @property
    def valid(self) -> bool:
        return not self.errors and not self.editing

    @cached_property
    def sections(self) -> tuple[SectionView, ...]:
        context = {**self.application, **self.values}
        return tuple(self._section(section, context) for section in self.form.sections)

    @cached_property
    def summary(self) -> list[tuple[str, str]]:
        """(message, address) of every error in the order of the page, for the error summary."""
        out: list[tuple[str, str]] = []
        for view in self.sections:
            if view.error:
                out.append((view.error, f"#section-{view.section.code}"))
            if view.other is not None:
                out.append((CLASH.format(view.section.title), f"#section-{view.section.code}"))
            for index, row in enumerate(view.rows or (view.fields,), start=1):
                where = f"{view.section.title}第 {index} 行：" if view.rows else ""
                out.extend((where + f.error, f"#{f.id}") for f in row if f.error)
                out.extend((where + CLASH.format(f.field.label), f"#{f.id}") for f in row if f.other is not None)
        return out

    def _section(self, section: Section, context: dict[str, Any]) -> SectionView:
        hidden = not applies(section.when, context)
        if section.repeat is None:
            fields = tuple(self._field(f, f.name, f.name, self.raw, context) for f in section.fields)
            return SectionView(section, hidden, fields, (), "", False, False)
        least, most = section.repeat
        given = self.raw.get(section.code)
        rows = [row if isinstance(row, dict) else {} for row in given] if isinstance(given, list) else []
        rows += [{} for _ in range(least - len(rows))]
        views = tuple(self._row(section, index, row, context) for index, row in enumerate(rows))
        error = self.errors.get(section.code, "")
        other = _words_of_rows(section, self.clashes[section.code]) if section.code in self.clashes else None
        may_add, may_remove, source = len(rows) < most, len(rows) > least, self.sources.get(section.code, "")
        return SectionView(section, hidden, (), views, error, may_add, may_remove, other, source)

    def _row(self, section: Section, index: int, row: dict[str, Any], context: dict[str, Any]) -> tuple[FieldView, ...]:
        inner = {**context, **coerce(Form((Section("row", "", section.fields),)), row)}
        return tuple(
            self._field(f, f"{section.code}-{index}-{f.name}", f"{section.code}.{index}.{f.name}", row, inner)
            for f in section.fields
        )

    def _field(self, f: Field, name: str, key: str, raw: dict[str, Any], context: dict[str, Any]) -> FieldView:
        hidden, fixed = not applies(f.when, context), name in self.fixed
        other = _words(f, self.clashes[name]) if name in self.clashes else None
        value, error, source = control_value(raw.get(f.name)), self.errors.get(key, ""), self.sources.get(name, "")
        return FieldView(f, name, value, error, hidden, fixed, other, source=source)


def _words(f: Field, value: Any) -> str:
    """A value, right or wrong, for people to compare with another."""
    texts, known = control_value(value), dict(_options(f))
    return "、".join(str(known.get(text, text)) for text in (texts if isinstance(texts, list) else [texts]) if text)


def _words_of_rows(section: Section, rows: Any) -> str:
    lines = [[_words(f, row.get(f.name)) for f in section.fields] for row in rows or () if isinstance(row, dict)]
    return "；".join("，".join(filter(None, line)) for line in lines if any(line))


def label_of_control(form: Form, name: str) -> str:
    """What a page calls a control or a group, by its name."""
    for section in form.sections:
        if section.repeat and name == section.code:
            return section.title
        code, row, cell = [*name.split("-", 2), "", ""][:3]
        inside = section.repeat is not None and code == section.code
        for f in section.fields:
            if f.name == (cell if inside else name) and inside == (section.repeat is not None):
                return f"{section.title}第 {_number(row) + 1} 行的{f.label}" if inside else f.label
    return name


def write_marks(marks: Marks) -> str:
    return json.dumps(marks, separators=(",", ":"))


def read_marks(data: QueryDict) -> Marks | None:
    """What the page had shown; None where it does not say, or nothing that can be read."""
    try:
        marks = json.loads(data.get("marks", ""))
    except ValueError:
        return None
    known = isinstance(marks, dict) and all(isinstance(mark, str) for mark in marks.values())
    return marks if known else None


def read_choices(data: QueryDict) -> dict[str, str]:
    """Which copy the button pressed chooses, by the name of the control."""
    asked = {key.removeprefix("choose:"): data[key] for key in data if key.startswith("choose:")}
    return {name: copy for name, copy in asked.items() if copy in (HERE, THERE)}


def when_attributes(when: When | None) -> dict[str, str]:
    """What scripts/when.mjs reads to show and hide a part as values change."""
    if when is None:
        return {}
    return {"data-when-field": when.field, "data-when-values": json.dumps(when.values, ensure_ascii=False)}


def django_errors(form: BaseForm) -> list[tuple[str, str]]:
    """(message, address) of every error of a Django form; those of the whole form lead to its first field."""
    visible = form.visible_fields()
    first = f"#{visible[0].auto_id}" if visible else "#main-content"
    out = [(str(message), first) for message in form.non_field_errors()]
    return out + [(str(message), f"#{bound.auto_id}") for bound in visible for message in bound.errors]


def show(form: Form, values: dict[str, Any], application: dict[str, Any], fixed: Mapping[str, Any] = NOTHING) -> Bound:
    """The form with values from a draft, before anything was sent: no errors. `fixed` are values nobody types."""
    values = {**values, **fixed}
    return Bound(form, values, prune(form, coerce(form, values), application), application, fixed=tuple(fixed))


def bind(
    form: Form,
    data: QueryDict | dict[str, Any],
    application: dict[str, Any],
    filing: Filing,
    fixed: Mapping[str, Any] = NOTHING,
) -> Bound:
    """The form with what was sent: from a browser (QueryDict) or already nested (dict), read, pruned and checked.

    `application` carries `situation` and `agent`, which conditions may ask for; `filing` is where and when the values
    are judged; `fixed` are values nobody types.
    """
    raw = {**(unflatten(form, data) if isinstance(data, QueryDict) else data), **fixed}
    names = tuple(fixed)
    if isinstance(data, QueryDict) and _change_rows(form, data, raw):
        return Bound(form, raw, prune(form, coerce(form, raw), application), application, editing=True, fixed=names)
    _drop_blank_rows(form, raw)
    values = prune(form, coerce(form, raw), application)
    return Bound(form, raw, values, application, validate(form, values, application, filing), fixed=names)


def unflatten(form: Form, data: QueryDict) -> dict[str, Any]:
    """What a browser sent, in the shape of values. At most one row more than the form allows is looked at."""
    raw: dict[str, Any] = {}
    for section in form.sections:
        if section.repeat is None:
            raw |= _given(section.fields, data, "")
        else:
            count = min(_number(data.get(f"rows:{section.code}")), section.repeat[1] + 1)
            raw[section.code] = [_given(section.fields, data, f"{section.code}-{n}-") for n in range(count)]
    return raw


def _given(fields: tuple[Field, ...], data: QueryDict, prefix: str) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for f in fields:
        name = prefix + f.name
        if name in data:
            sent = [_storable(text) for text in data.getlist(name)]
            out[f.name] = sent if f.type is FieldType.CHOICES else sent[-1]
    return out


def _storable(text: str) -> str:
    """The text with NUL, which no database keeps, as a noncharacter: refused like NUL, but a draft can hold it."""
    return text.replace("\x00", "\uffff")


def _number(text: str | None) -> int:
    """A number of rows that a browser says; anything else counts as none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 4 else 0


def _change_rows(form: Form, data: QueryDict, raw: dict[str, Any]) -> bool:
    """Do what an add or remove button asks, within the group's limits; whether there was one."""
    asked = next((key for key in data if key.startswith(("add:", "remove:"))), None)
    if asked is None:
        return False
    act, code, *index = asked.split(":")
    section = next((s for s in form.sections if s.code == code and s.repeat), None)
    if section is None or section.repeat is None:
        return True
    rows: list[Any] = raw[code]
    least, most = section.repeat
    rows += [{} for _ in range(least - len(rows))]
    if act == "add" and len(rows) < most:
        rows.append({})
    elif act == "remove" and index in [[str(n)] for n in range(len(rows))] and len(rows) > least:
        rows.pop(int(index[0]))
    return True


def show_merged(sent: Bound, merged: Merged, filing: Filing, fixed: Mapping[str, Any] = NOTHING) -> Bound:
    """The page after what was sent was merged into what is kept. While rows are added and removed it shows what it was,
    for the script changes that group alone.
    """
    if sent.editing:
        return replace(sent, merged=merged)
    return replace(bind(sent.form, merged.page, sent.application, filing, fixed), merged=merged)


def _drop_blank_rows(form: Form, raw: dict[str, Any]) -> None:
    """Rows left wholly empty beyond the least number are not errors: they were added and not used."""
    for section in form.sections:
        rows = raw.get(section.code) if section.repeat else None
        if section.repeat is None or not isinstance(rows, list):
            continue
        row_form = Form((Section("row", "", section.fields),))
        filled = [row for row in rows if not isinstance(row, dict) or coerce(row_form, row)]
        blank = [row for row in rows if isinstance(row, dict) and not coerce(row_form, row)]
        raw[section.code] = filled + blank[: max(0, section.repeat[0] - len(filled))]
