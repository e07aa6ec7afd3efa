"""What a page of the editor sends, made an edit of the manuscript: texts by line, rows added, removed and moved."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from yichuang.catalog.drafting.compare import name_line
from yichuang.catalog.drafting.content import Content
from yichuang.catalog.drafting.editing import (
    add_row,
    find_row,
    find_rows,
    move_row,
    put_texts,
    remove_row,
    restore_row,
)
from yichuang.catalog.drafting.lines import list_lines
from yichuang.catalog.drafting.merge import HERE, Marks, Merged, mark_value, marks_of, pack_marks, unpack_marks
from yichuang.catalog.drafting.names import names_of
from yichuang.catalog.drafting.parts import find_field
from yichuang.catalog.revising.manuscript import Draft, list_known_rows, save_manuscript
from yichuang.faces.forms import read_choices
from yichuang.faces.studio.parts import Sent
from yichuang.ledger.actor import Actor

_ROWS = "rows:"
_BUTTONS = ("add:", "remove:", "up:", "down:", "restore:", "drop:")


@dataclass(frozen=True)
class Outcome:
    """What became of what a page sent. `typed` is the content as the page shows it; `restored`: the line of a row that
    was put back.
    """

    merged: Merged
    typed: Content
    sent: Sent
    seen: Marks
    restored: str = ""
    added: bool = False
    row: str = ""  # the row that was added or moved

    @property
    def is_whole(self) -> bool:
        """Whether everything that was sent is kept."""
        return not (self.sent.clashes or self.sent.faults or self.sent.gone)

    def marks_under(self, shown: list[str], content: Content) -> str:
        """The marks of a page that shows this content: what is in dispute or cannot be kept stays so."""
        marks = marks_of(content, shown)
        unsettled = {*self.sent.clashes, *self.sent.faults, *self.sent.gone}
        for name, mark in self.seen.items():
            if any(name == line or name.startswith(f"{line}/") for line in unsettled):
                marks[name] = mark
        return pack_marks(marks)

    def name_lines(self, lines: list[str]) -> str:
        """Lines as a sentence calls them."""
        return "、".join(name_line(self.merged.content, line) for line in lines if not line.startswith(_ROWS))


def send_page(actor: Actor, draft: Draft, data: QueryDict) -> Outcome:
    """Keep what a page sent, merged with what others wrote since it was shown. Raises Refused."""
    seen = unpack_marks(data.get("marks", "")) or {}
    texts = read_texts(data, draft.content)
    act, at = _read_button(data)
    base, restored = draft.content, ""
    if act in ("restore", "drop") and find_row(base, at) is None:
        base, restored, texts = _settle_gone(base, act, at, texts)
    content, faults, lost = put_texts(base, texts, names_of(base))
    chosen = read_choices(data)
    values = list_lines(content).values | lost
    taken = {line.rpartition("/")[0] for line in (*texts, *seen)}
    taken |= list_known_rows(draft) if act == "add" else set()
    content, moved = _change_rows(content, act, at, chosen, draft.revision.department.rpartition("/")[2], taken)
    current = marks_of(draft.content)
    known = {line: mark for line, mark in seen.items() if line in current and not line.startswith(_ROWS)}
    merged = save_manuscript(actor, draft.revision.pk, content, current | known, chosen)
    changed = _list_changed(texts, values, seen)
    gone = _list_gone(merged.content, texts, changed)
    for row in {at if act == "remove" else "", *chosen}:
        gone.pop(row, None)  # it was removed here
    clashes = {line: clash for line, clash in merged.clashes.items() if line not in gone}
    faults = {line: words for line, words in faults.items() if line.rpartition("/")[0] not in gone}
    return Outcome(merged, content, Sent(texts, faults, clashes, gone), seen, restored, act == "add", moved)


def list_unsaved(content: Content, data: QueryDict) -> dict[str, str]:
    """The texts of a page that were changed since it was shown, by line: what a refusal keeps from being saved. The
    content is empty for whom may not read it.
    """
    texts = read_texts(data, content)
    content, _, lost = put_texts(content, texts, names_of(content))
    return _list_changed(texts, list_lines(content).values | lost, unpack_marks(data.get("marks", "")) or {})


def _list_changed(texts: Mapping[str, str], values: Mapping[str, Any], seen: Marks) -> dict[str, str]:
    """The texts whose values are not those that the page was shown with. Blank is what it did not have."""
    known = {line: text for line, text in texts.items() if text or line in seen}
    return {line: text for line, text in known.items() if mark_value(values.get(line)) != seen.get(line, "")}


def _list_gone(content: Content, texts: Mapping[str, str], changed: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The texts of each row that the content does not have and that was changed on the page, by row and line."""
    gone: dict[str, dict[str, str]] = {}
    for line, text in texts.items():
        row = line.rpartition("/")[0]
        if row and row != "result" and find_row(content, row) is None:
            gone.setdefault(row, {})[line] = text
    return {row: rest for row, rest in gone.items() if rest.keys() & changed.keys()}


def _settle_gone(content: Content, act: str, row: str, texts: Mapping[str, str]) -> tuple[Content, str, dict[str, str]]:
    """Put a row that is gone back as a new one, or let it go: the content, the new row's line, and the texts left."""
    typed = {line: text for line, text in texts.items() if line.startswith(f"{row}/")}
    rest = {line: text for line, text in texts.items() if line not in typed}
    if act == "drop" or not typed:
        return content, "", rest
    content, restored = restore_row(content, row)
    return content, restored, rest | {restored + line.removeprefix(row): text for line, text in typed.items()}


def read_texts(data: QueryDict, content: Content) -> dict[str, str]:
    """The texts of a page's controls by line. Boxes ticked keep the order they had where they are the same ones."""
    boxes = set(data.getlist("boxes"))
    known = list_lines(content).values
    texts: dict[str, str] = {}
    for line in dict.fromkeys([*data, *boxes]):
        field = find_field(line)
        if field is None or not field.asked:
            continue
        sent = data.getlist(line)
        if line not in boxes:
            texts[line] = sent[-1]
            continue
        ticked = field.kind.list_ticks(known.get(line))
        texts[line] = field.kind.join_ticks(ticked if sorted(ticked) == sorted(sent) else sent)
    return texts


def _read_button(data: QueryDict) -> tuple[str, str]:
    """What the button asks that was pressed, and of which list or row; both empty for one that only saves."""
    asked = next((name for name in data if name.startswith(_BUTTONS)), "")
    act, _, line = asked.partition(":")
    return act, line


def _change_rows(
    content: Content, act: str, line: str, chosen: Mapping[str, str], department: str, taken: Collection[str]
) -> tuple[Content, str]:
    """Do what the button asks that was pressed, and say which row was added or moved. A new step begins with the
    department that writes, by its code; a new row takes no id of a row that something still names (`taken`).
    """
    for row, copy in chosen.items():
        if copy == HERE and find_row(content, row) is not None:
            content = remove_row(content, row)  # in dispute because it was removed here
    if act == "add" and find_rows(content, line) is not None:
        content, added = add_row(content, line, taken=taken)
        texts = {f"{added}/department": department} if line == "steps" else {}
        return put_texts(content, texts)[0], added
    if act == "remove":
        return remove_row(content, line), ""
    return (move_row(content, line, up=act == "up"), line) if act in ("up", "down") else (content, "")
