"""A manuscript as files, on every face: written as Excel or YAML, taken back and merged, and disputes in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from yichuang.aggregates import uploads
from yichuang.aggregates.moments import Moment
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.catalog.drafting.compare import name_line
from yichuang.catalog.drafting.content import Content
from yichuang.catalog.drafting.editing import keep_unasked
from yichuang.catalog.drafting.merge import Clash, Merged, marks_of
from yichuang.catalog.drafting.names import names_of
from yichuang.catalog.drafting.parts import find_field
from yichuang.catalog.drafting.reading import SentFile
from yichuang.catalog.drafting.text import read_text, write_text
from yichuang.catalog.drafting.workbook import read_workbook, write_workbook
from yichuang.catalog.revising.manuscript import Draft, demand_editable, save_manuscript
from yichuang.catalog.revising.state import Answered, Commented, Settled
from yichuang.ledger.actor import Actor
from yichuang.org.queries import names_of_departments

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "yaml": "application/yaml; charset=utf-8",
}


def list_departments(draft: Draft) -> dict[str, str]:
    """The departments of the division, by code. One statement."""
    names = names_of_departments([draft.revision.division])
    return {id.rpartition("/")[2]: name for id, name in names.items()}


def name_file(draft: Draft, kind: str) -> str:
    """What the file of a manuscript is called."""
    return f"{draft.revision.item}-{draft.revision.version}.{kind}"


def write_file(draft: Draft, kind: str) -> bytes:
    """The manuscript as `xlsx` or `yaml`. One statement. Raises KeyError for another kind."""
    title, seen = f"{draft.revision.name}（第{draft.revision.version}版底稿）", marks_of(draft.content)
    write = {"xlsx": write_workbook, "yaml": _write_yaml}[kind]
    return write(draft.content, seen, title, list_departments(draft))


def _write_yaml(content: Content, seen: Mapping[str, str], title: str, departments: Mapping[str, str]) -> bytes:
    return write_text(content, seen, title, departments).encode()


def take_file(actor: Actor, draft: Draft, name: str, data: bytes) -> tuple[Merged, SentFile]:
    """Merge a file that was downloaded and changed into the manuscript; nothing of one that has a fault. Answers what
    is kept, and what the file says. Raises BadFile and Refused. Six statements.
    """
    demand_editable(actor, draft.revision)
    if len(data) > uploads.MOST_SHEETS:
        raise Refused("file-too-big", "文件超过 2 MB。", next="请重新下载，在其中修改。", kind=Kind.INPUT)
    file = _read(name, data, actor, list_departments(draft))
    file = replace(file, content=keep_unasked(file.content, draft.content, file.seen))
    return save_manuscript(actor, draft.revision.pk, file.content, file.seen), file


def _read(name: str, data: bytes, actor: Actor, departments: Mapping[str, str]) -> SentFile:
    """What a file says. Raises BadFile, and Refused for one that cannot be read at all."""
    if data[:2] == b"PK":
        return read_workbook(uploads.read_sheets(name, data, actor.person), departments)
    try:
        return read_text(data.decode("utf-8-sig"), departments)
    except UnicodeDecodeError:
        message = f"“{name}”既不是 Excel 工作簿（.xlsx），也不是 UTF-8 编码的 YAML。"
        raise Refused("file-type", message, next="请在下载的文件里修改。", kind=Kind.INPUT) from None


@dataclass(frozen=True, slots=True)
class CommentShown:
    """A comment of the office: its number, its line and what people call it, what both said, and where it stands."""

    number: int
    line: str
    name: str
    said: str
    settled: bool
    answered: bool

    @property
    def state(self) -> str:
        return "已了结" if self.settled else "已答复，待了结" if self.answered else "待答复"


def list_comments(moments: Iterable[Moment], content: Content) -> Iterator[CommentShown]:
    """The comments of a revision, with what the department answered, from its course."""
    lines: dict[int, str] = {}
    said: dict[int, list[str]] = {}
    answered, settled = set(), set()
    for moment in moments:
        match moment.event:
            case Commented(number=number, line=line):
                lines[number], said[number] = line, [moment.texts.get("text", "")]
            case Answered(number=number):
                said[number].append("答复：" + moment.texts.get("reply", ""))
                answered.add(number)
            case Settled(number=number):
                settled.add(number)
    for number, line in lines.items():
        name, words = name_line(content, line), "\n".join(said[number])
        yield CommentShown(number, line, name, words, number in settled, number in answered)


@dataclass(frozen=True, slots=True)
class Dispute:
    """A line that two copies changed differently: what people call it, what is kept, and what was sent."""

    line: str
    name: str
    kept: str
    sent: str


def list_disputes(merged: Merged, sent: Content) -> Iterator[tuple[Dispute, Clash]]:
    """Each line in dispute after a copy was sent, in words."""
    known = merged.content
    for line, clash in merged.clashes.items():
        name = name_line(known if clash.kept is not None else sent, line.removeprefix("rows:"))
        yield Dispute(line, name, _say(line, clash.kept, known), _say(line, clash.sent, sent)), clash


def _say(line: str, value: object, content: Content) -> str:
    field = find_field(line)
    if field:
        return field.kind.say(value, names_of(content))
    if isinstance(value, list):
        return "、".join(map(str, value))
    return "已删去" if value is None else "改过，没有删去"
