"""Random edits of a content: what departments do to a standard, as data that hypothesis draws and shrinks."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

from yichuang.catalog.drafting import kinds
from yichuang.catalog.drafting.content import ID, Content
from yichuang.catalog.drafting.lines import build_content, list_lines
from yichuang.catalog.drafting.parts import DraftField, find_field, find_table

# signs that files have their own ideas about: formulas, quotes, YAML's marks, separators, rare characters
_LETTERS = st.sampled_from("年月名称中文 abZ019=+-@'\"\\|:：#{}[]&*!%,，、；;<>_x000D\U00020bb7")
WORDS = st.text(_LETTERS, min_size=1, max_size=12).map(str.strip).filter(bool)
CODES = st.text("abcXYZ019_.", min_size=1, max_size=6)
Edit = tuple[str, str, Any]  # what is done, the line, and with what


def values(field: DraftField) -> st.SearchStrategy[Any]:
    """Values that fit a field."""
    kind = field.kind
    if isinstance(kind, kinds.Code):  # words that name nothing are refused
        return CODES if field.made else st.just(kind.blank) | CODES
    if field.made:
        return WORDS  # never blank: a file that leaves it out has it made
    if isinstance(kind, kinds.Choices):
        return st.lists(st.sampled_from(list(kind.table)), unique=True)
    if isinstance(kind, kinds.Choice):
        return st.sampled_from([kind.blank, *kind.table])
    if isinstance(kind, kinds.YesNo):
        return st.sampled_from([kind.blank, True, False])
    if isinstance(kind, kinds.Codes):
        return st.lists(CODES, unique=True, max_size=3)
    if isinstance(kind, kinds.Texts):
        return st.lists(WORDS, max_size=3)
    if isinstance(kind, kinds.Span):
        days = st.tuples(st.integers(0, 999), st.sampled_from(["workday", "day", "month"]))
        return st.just({"value": 0, "unit": "immediate"}) | days.map(lambda d: {"value": d[0], "unit": d[1]})
    if isinstance(kind, kinds.Whenever):
        return st.none() | st.tuples(CODES, st.lists(WORDS, min_size=1, max_size=3)).map(
            lambda d: {"field": d[0], "values": d[1]}
        )
    if isinstance(kind, kinds.Repeat):
        return st.none() | st.tuples(st.integers(0, 5), st.integers(5, 20)).map(list)
    if isinstance(kind, kinds.Settings):
        return st.dictionaries(CODES, st.integers(0, 99) | st.booleans() | WORDS, max_size=3)
    if isinstance(kind, kinds.Number):
        return st.none() | st.integers(-9999, 9999) | st.sampled_from(["0.5", "-2.25", "1000.000001"])
    if isinstance(kind, kinds.Whole | kinds.Amount):
        return st.integers(0, 10**9)
    if kind.lines:
        return st.just("") | st.lists(WORDS, min_size=1, max_size=3).map("\n".join)
    return st.just(kind.blank) | WORDS


@st.composite
def edits(draw: st.DrawFn, content: Content, most: int = 6) -> list[Edit]:
    """A script: values set, rows added, removed and moved. A later edit may concern a row an earlier one took away."""
    lines = list_lines(content)
    fields, lists = sorted(lines.values), sorted(lines.rows)
    rows = sorted(f"{at}/{id}" for at, ids in lines.rows.items() for id in ids)
    script: list[Edit] = []
    for number in range(draw(st.integers(0, most))):
        act = draw(st.sampled_from(["set", "set", "set", "add", "remove", "move"]))
        if act == "set":
            line = draw(st.sampled_from(fields))
            field = find_field(line)
            assert field, line
            script.append((act, line, draw(values(field))))
        elif act == "add":
            at = draw(st.sampled_from(lists))
            table = find_table(at)
            assert table, at
            row = {field.key: draw(values(field)) for field in table.fields}
            script.append((act, at, table.new_row(f"new{number}") | row))
        else:
            script.append((act, draw(st.sampled_from(rows)), draw(st.integers(0, 5))))
    return script


def touched(edit: Edit) -> str:
    """The top-level list or value that an edit is about."""
    return edit[1].split("/")[0]


def carry_out(content: Content, script: list[Edit]) -> Content:
    """The content after the edits."""
    content = copy.deepcopy(content)
    for act, line, what in script:
        lines = list_lines(content)
        if act == "set" and line in lines.values:
            lines.values[line] = what
            content = build_content(lines)
        elif act == "add" and line in lines.rows:
            _rows(content, line).append(copy.deepcopy(what))
        elif act in ("remove", "move"):
            at, _, id = line.rpartition("/")
            found = [row for row in _rows(content, at) if row[ID] == id] if at in lines.rows else []
            for row in found:
                _rows(content, at).remove(row)
                if act == "move":
                    _rows(content, at).insert(what, row)
    return content


def _rows(content: Content, line: str) -> list[dict[str, Any]]:
    here: Any = content
    for part in line.split("/"):
        here = next(row for row in here if row[ID] == part) if isinstance(here, list) else here[part]
    rows: list[dict[str, Any]] = here
    return rows
