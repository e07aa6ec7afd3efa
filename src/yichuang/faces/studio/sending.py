"""What a page of the editor sends, made an edit of the manuscript: texts by line, rows added, removed and moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict

from yichuang.catalog.drafting.compare import name_line
from yichuang.catalog.drafting.content import Content
from yichuang.catalog.drafting.editing import add_row, find_row, find_rows, move_row, put_texts, remove_row
from yichuang.catalog.drafting.lines import list_lines
from yichuang.catalog.drafting.merge import HERE, Marks, Merged, mark_value, marks_of, pack_marks, unpack_marks
from yichuang.catalog.drafting.parts import find_field
from yichuang.catalog.revising.manuscript import Draft, save_manuscript
from yichuang.faces.forms import read_choices
from yichuang.faces.studio.parts import Sent, is_coded
from yichuang.ledger.actor import Actor

_ROWS = "rows:"


@dataclass(frozen=True)
class Outcome:
    """What became of what a page sent. `typed` is the content as the page shows it; `gone`: what was typed in rows that
    somebody else removed, by line.
    """

    merged: Merged
    typed: Content
    sent: Sent
    seen: Marks
    gone: tuple[tuple[str, str], ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether everything that was sent is kept."""
        return not (self.merged.clashes or self.sent.faults or self.gone)

    def marks_under(self, shown: list[str], content: Content) -> str:
        """The marks of a page that shows this content: what is in dispute or cannot be kept stays so."""
        marks = marks_of(content, shown)
        unsettled = {*self.merged.clashes, *self.sent.faults}
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
    content, faults, gone = put_texts(draft.content, texts)
    chosen = read_choices(data)
    content = _change_rows(content, data, chosen, draft.revision.department.rpartition("/")[2])
    current = marks_of(draft.content)
    known = {line: mark for line, mark in seen.items() if line in current and not line.startswith(_ROWS)}
    merged = save_manuscript(actor, draft.revision.pk, content, current | known, chosen)
    lost = tuple((line, texts[line]) for line, value in gone.items() if mark_value(value) != seen.get(line, ""))
    return Outcome(merged, content, Sent(texts, faults, merged.clashes), seen, lost)


def read_texts(data: QueryDict, content: Content) -> dict[str, str]:
    """The texts of a page's controls by line. Boxes ticked keep the order they had where they are the same ones."""
    boxes = set(data.getlist("boxes"))
    known = list_lines(content).values
    texts: dict[str, str] = {}
    for line in dict.fromkeys([*data, *boxes]):
        field = find_field(line)
        if field is None or not field.asked:
            continue
        sent = [text.split(" ")[0] if is_coded(line) else text for text in data.getlist(line)]
        if line not in boxes:
            texts[line] = sent[-1]
            continue
        shown = field.kind.write(known.get(line))
        same = sorted(shown.split("、") if shown else []) == sorted(sent)
        texts[line] = shown if same else "、".join(sent)
    return texts


def _change_rows(content: Content, data: QueryDict, chosen: Mapping[str, str], department: str) -> Content:
    """Do what the button asks that was pressed. A new step begins with the department that writes, by its code."""
    for row, copy in chosen.items():
        if copy == HERE and find_row(content, row) is not None:
            content = remove_row(content, row)  # in dispute because it was removed here
    asked = next((name for name in data if name.startswith(("add:", "remove:", "up:", "down:"))), "")
    act, _, line = asked.partition(":")
    if act == "add" and find_rows(content, line) is not None:
        content, added = add_row(content, line)
        return put_texts(content, {f"{added}/department": department})[0] if line == "steps" else content
    if act == "remove":
        return remove_row(content, line)
    return move_row(content, line, up=act == "up") if act else content
