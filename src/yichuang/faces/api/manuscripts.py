"""Manuscripts of standards for programs: what the editor's pages do, with the same rights and the same merging (3.2d).

Acts on a revision (submit, sign, comment …) are those of every life; here is what is written and what is said of it.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Literal

from django.http import HttpRequest
from ninja import File, Path, Query, Router
from ninja.files import UploadedFile
from pydantic import Field

from yichuang.aggregates.refusal import Kind, Refused
from yichuang.catalog import queries
from yichuang.catalog.drafting.compare import list_differences, name_line
from yichuang.catalog.drafting.content import ID, Content, content_of
from yichuang.catalog.drafting.editing import add_row, find_row, find_rows, list_typing_faults, put_texts, remove_row
from yichuang.catalog.drafting.lines import list_lines
from yichuang.catalog.drafting.merge import Marks, Merged, marks_of, pack_marks, unpack_marks
from yichuang.catalog.drafting.names import Names, names_of
from yichuang.catalog.drafting.parts import find_field
from yichuang.catalog.drafting.reading import BadFile
from yichuang.catalog.revising.declared import REVISION
from yichuang.catalog.revising.manuscript import (
    Draft,
    check_manuscript,
    demand_editable,
    list_known_rows,
    read_manuscript,
    save_manuscript,
)
from yichuang.catalog.revising.queries import MINE, RevisionFilter, list_revisions
from yichuang.catalog.revising.state import Stage
from yichuang.faces import manuscripts
from yichuang.faces.api import shapes
from yichuang.faces.api.caller import caller
from yichuang.faces.api.lives import LifeId, absent
from yichuang.faces.api.problems import ProblemBody
from yichuang.faces.api.reads import known_only, number
from yichuang.faces.who import today
from yichuang.kernel.policy import cite_ground
from yichuang.ledger.actor import Actor

if TYPE_CHECKING:
    from yichuang.catalog.models import Revision

router = Router(tags=["规程编制"])
PROBLEMS = frozenset({400, 401, 403, 404, 409, 413, 415, 422, 429, 503})
PAGE = 30  # revisions of one answer
NOTHING: Mapping[str, str] = {}
_MOST = 1000  # lines of one request
_ROWS = "rows:"
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^/]+(/[^/]+)*$")]
Texts = Annotated[dict[shapes.Word, shapes.Prose], Field(max_length=_MOST)]
KindOfFile = Annotated[Literal["xlsx", "yaml"], Path(description="xlsx 或者 yaml")]


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """A version of a standard that is, or was, in the making."""

    id: uuid.UUID
    item: str
    name: str
    division: str
    department: str
    version: int
    base: str
    stage: str
    stage_label: str
    effective_on: date | None
    review_on: date | None
    follows: str
    due_on: date | None
    comments: int
    moved_at: datetime


@dataclass(frozen=True, slots=True)
class RevisionList:
    revisions: tuple[RevisionRow, ...]
    total: int
    page: int


@dataclass(frozen=True, slots=True)
class ManuscriptLine:
    """A value: its address, what people call it, and its text as Excel and YAML carry it."""

    line: str
    name: str
    text: str
    asked: bool


@dataclass(frozen=True, slots=True)
class LineFault:
    line: str
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Manuscript:
    """What is written. `marks` say what the reader has seen, and come back with what it changes."""

    id: uuid.UUID
    stage: str
    editable: bool
    counter: int
    edited_at: datetime
    lines: tuple[ManuscriptLine, ...]
    lists: dict[str, tuple[str, ...]]
    marks: str


@dataclass(frozen=True, slots=True)
class LineDispute:
    line: str
    name: str
    kept: str
    sent: str


@dataclass(frozen=True, slots=True)
class SavedManuscript:
    """What became of what was sent: everything without fault and dispute is kept. `marks` say what the caller has seen
    by now: not what is in dispute, nor what others changed.
    """

    counter: int
    added: tuple[str, ...]
    changed: tuple[str, ...]
    disputes: tuple[LineDispute, ...]
    faults: tuple[LineFault, ...]
    marks: str


@dataclass(frozen=True, slots=True)
class ManuscriptNote:
    part: str
    message: str
    blocks: bool
    clause: str


@dataclass(frozen=True, slots=True)
class ManuscriptQuestion:
    code: str
    name: str
    words: str
    clause: str


@dataclass(frozen=True, slots=True)
class ManuscriptChecks:
    """What keeps it from being published, what the checker says of the eight parts, and what a person has to judge."""

    publishable: bool
    faults: tuple[LineFault, ...]
    notes: tuple[ManuscriptNote, ...]
    questions: tuple[ManuscriptQuestion, ...]


@dataclass(frozen=True, slots=True)
class ManuscriptChange:
    line: str
    part: str
    words: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ManuscriptFile:
    name: str
    type: str
    data: str


class RevisionQuery(shapes.Body):
    """What the list is narrowed to, as at the desk, and which page of it."""

    text: Annotated[str, Field(max_length=60, pattern=shapes.WORD)] = Field("", description="事项名称或编码")
    department: Annotated[str, Field(max_length=64, pattern=shapes.WORD)] = ""
    stage: Literal["", *(s.value for s in Stage if s is not Stage.NEW)] = ""  # type: ignore[valid-type]
    turn: Literal["", MINE, *(s.value for s in Stage if s.turn)] = Field(  # type: ignore[valid-type]
        "", description=f"等谁办理：{MINE} 是本岗位，否则写状态"
    )
    page: number(1, 1000) = 1  # type: ignore[valid-type]


class NewRow(shapes.Body):
    """A row to add at the end of a list. With an id of one's own a retry adds nothing."""

    list: Line
    id: Annotated[str, Field(max_length=40, pattern=r"^[0-9A-Za-z_-]*$")] = ""
    texts: Texts = Field(default_factory=dict)


class ManuscriptBody(shapes.Body):
    """A change of the manuscript."""

    marks: Annotated[str, Field(max_length=200_000)]
    texts: Texts = Field(default_factory=dict)
    add: Annotated[tuple[NewRow, ...], Field(max_length=shapes.MOST)] = ()
    remove: Annotated[tuple[Line, ...], Field(max_length=shapes.MOST)] = ()
    order: Annotated[dict[shapes.Word, shapes.Words], Field(max_length=shapes.MOST)] = Field(default_factory=dict)
    chosen: Annotated[dict[shapes.Word, Literal["here", "there"]], Field(max_length=_MOST)] = Field(
        default_factory=dict
    )


@router.get(
    "/revisions", response={200: RevisionList, PROBLEMS: ProblemBody}, operation_id="list_revisions",
    summary="规程编制列表", description="本岗位看得到的，等本岗位办理的在前；每页 30 份。",
)  # fmt: skip
def revisions(request: HttpRequest, query: Query[RevisionQuery]) -> RevisionList:
    """The caller's revisions. Two statements."""
    known_only(request, RevisionQuery)
    filter = RevisionFilter(query.text, query.department, query.stage, query.turn)
    rows = list_revisions(caller(request).actor(), filter)
    first = (query.page - 1) * PAGE
    return RevisionList(tuple(map(_row, rows[first : first + PAGE])), rows.count(), query.page)


def _row(row: Revision) -> RevisionRow:
    return RevisionRow(
        row.pk, row.item, row.name, row.division, row.department, row.version, row.base, row.stage,
        Stage(row.stage).label, row.effective_on, row.review_on, row.follows, row.due_on, row.comments, row.moved_at,
    )  # fmt: skip


def _open(request: HttpRequest, id: uuid.UUID) -> tuple[Actor, Draft]:
    """The caller and the manuscript. Raises Problem(404) where it does not exist for the caller. Two statements."""
    actor = caller(request).actor()
    draft = read_manuscript(actor, id)
    if draft is None:
        raise absent(REVISION)
    return actor, draft


@router.get(
    "/revision/{id}/manuscript", response={200: Manuscript, PROBLEMS: ProblemBody}, operation_id="read_manuscript",
    summary="读底稿", description="每一处的位置、名称和写法，与 Excel、YAML 相同；marks 在保存时送回。",
)  # fmt: skip
def read(request: HttpRequest, id: LifeId) -> Manuscript:
    """The manuscript line by line. Three statements."""
    _, draft = _open(request, id)
    lines, names = list_lines(draft.content), names_of(draft.content, manuscripts.list_departments(draft))
    said = tuple(_line(draft.content, line, value, names) for line, value in lines.values.items())
    lists = {at: tuple(ids) for at, ids in lines.rows.items()}
    marks = pack_marks(marks_of(draft.content))
    return Manuscript(id, draft.revision.stage, draft.editable, draft.counter, draft.edited_at, said, lists, marks)


def _line(content: Content, line: str, value: object, names: Names) -> ManuscriptLine:
    field = find_field(line)
    text = field.kind.write(value, names) if field else str(value)
    return ManuscriptLine(line, name_line(content, line), text, bool(field and field.asked))


@router.post(
    "/revision/{id}/manuscript", response={200: SavedManuscript, PROBLEMS: ProblemBody}, operation_id="save_manuscript",
    summary="改底稿",
    description="逐处并入，与网页相同：只改 texts 里写的位置；别人同时改了同一处的，列在 disputes，保留现在的写法，"
    "用 chosen 选择 here(送来的)或者 there(现在的)再送一次。写法不对的列在 faults，照写的保留，改正以前不能提交。",
)  # fmt: skip
def save(request: HttpRequest, id: LifeId, body: ManuscriptBody) -> SavedManuscript:
    """Merge a change into the manuscript. Ten statements at most."""
    actor, draft = _open(request, id)
    demand_editable(actor, draft.revision)
    seen = unpack_marks(body.marks)
    if seen is None:
        message = "marks 不是读底稿时得到的。"
        raise Refused("no-marks", message, next="请先读底稿，再改。", kind=Kind.INPUT, field="marks")
    names = names_of(draft.content, manuscripts.list_departments(draft))
    known = list_known_rows(draft) if any(not row.id for row in body.add) else ()
    content, texts, added = _add_rows(draft.content, body, known)
    for row in body.remove:
        content = remove_row(content, row)
    for at, ids in body.order.items():
        content = _put_in_order(content, at, ids)
    content, faults, gone = put_texts(content, texts, names)
    _demand_lines(content, texts, gone)
    merged = save_manuscript(actor, id, content, seen, body.chosen)
    written = {*texts, *added, *body.remove, *(f"{row.list}/{row.id}" for row in body.add)}
    unread = [*_list_unread(draft.content, seen, written), *merged.changed]
    return _saved(actor, id, merged, content, seen, unread, added, faults)


def _add_rows(
    content: Content, body: ManuscriptBody, known: Collection[str]
) -> tuple[Content, dict[str, str], list[str]]:
    """The content with the new rows, all texts by line, and the lines of the new rows. Raises Refused."""
    texts, added = dict(body.texts), []
    for row in body.add:
        line = f"{row.list}/{row.id}"
        if not row.id or find_row(content, line) is None:
            try:
                content, line = add_row(content, row.list, row.id, known)
            except KeyError:
                raise _unknown("add", row.list) from None
            added.append(line)
        texts |= {f"{line}/{key}": text for key, text in row.texts.items()}
    return content, texts, added


def _put_in_order(content: Content, at: str, ids: tuple[str, ...]) -> Content:
    """The rows of a list in this order; those that it does not name come after. Raises Refused."""
    rows = find_rows(content, at)
    if rows is None:
        raise _unknown("order", at)
    place = {id: number for number, id in enumerate(ids)}
    rows.sort(key=lambda row: place.get(row[ID], len(place)))
    return content


def _demand_lines(content: Content, texts: dict[str, str], gone: dict[str, object]) -> None:
    """Nothing that was sent is passed over in silence. Raises Refused."""
    for line in texts:
        field = find_field(line)
        if field is None or not field.asked or line in gone:
            raise _unknown("texts", line)


def _unknown(field: str, line: str) -> Refused:
    message = f"底稿里没有可以填写的“{line[:60]}”，整个请求都没有保存。"
    return Refused("no-line", message, next="请先读底稿，按其中的位置填写。", kind=Kind.INPUT, field=field)


def _list_unread(content: Content, seen: Marks, written: Collection[str]) -> list[str]:
    """The lines that others changed since the caller read them, without those that the caller writes itself."""
    marks = marks_of(content)
    lines = (line for line in {**marks, **seen} if find_field(line) and marks.get(line, "") != seen.get(line, ""))
    return [line for line in lines if not _is_under(line, written)]


def _is_under(line: str, places: Iterable[str]) -> bool:
    return any(line == place or line.startswith(f"{place}/") for place in places)


def _mark_seen(merged: Merged, seen: Marks, unseen: Collection[str]) -> str:
    """The marks of what is kept; of these lines as the caller had seen them, so that they stay in dispute."""
    marks = marks_of(merged.content)
    marks |= {name: seen.get(name, "") for name in marks if _is_under(name, unseen)}
    for line in merged.clashes:
        at, _, id = line.rpartition("/")
        ids = [name for name in marks.get(_ROWS + at, "").split("/") if name]
        if id not in ids and id in seen.get(_ROWS + at, "").split("/"):
            marks[_ROWS + at] = "/".join([*ids, id])
    return pack_marks(marks)


def _saved(
    actor: Actor,
    id: uuid.UUID,
    merged: Merged,
    sent: Content,
    seen: Marks,
    unread: Collection[str],
    added: Iterable[str] = (),
    faults: Mapping[str, str] = NOTHING,
) -> SavedManuscript:
    draft = read_manuscript(actor, id)
    assert draft is not None  # it was saved just now
    content = draft.content
    disputes = tuple(LineDispute(d.line, d.name, d.kept, d.sent) for d, _ in manuscripts.list_disputes(merged, sent))
    wrong = {**list_typing_faults(content), **faults}
    told = tuple(LineFault(line, name_line(content, line), words) for line, words in wrong.items())
    kept = tuple(row for row in added if find_row(merged.content, row) is not None)
    marks = _mark_seen(merged, seen, {*merged.clashes, *faults, *unread})
    return SavedManuscript(draft.counter, kept, tuple(unread), disputes, told, marks)


@router.get(
    "/revision/{id}/checks", response={200: ManuscriptChecks, PROBLEMS: ProblemBody}, operation_id="check_manuscript",
    summary="检查底稿", description="还不能发布的原因、八化检查的结果和要由人核对的问题；问题的代码用于 judge。",
)  # fmt: skip
def checks(request: HttpRequest, id: LifeId) -> ManuscriptChecks:
    """What would keep the manuscript from being published today. Ten statements at most."""
    _, draft = _open(request, id)
    work, content = check_manuscript(draft, today()), draft.content
    faults = tuple(LineFault(f.line, name_line(content, f.line), f.words) for f in work.faults)
    notes = tuple(ManuscriptNote(f.part, f.message, f.blocks, cite_ground(f.clause)) for f in work.findings)
    questions = tuple(
        ManuscriptQuestion(q.code, name_line(content, q.line), q.words, cite_ground(q.clause)) for q in work.questions
    )
    return ManuscriptChecks(not faults, faults, notes, questions)


@router.get(
    "/revision/{id}/differences", response={200: list[ManuscriptChange], PROBLEMS: ProblemBody},
    operation_id="compare_manuscript", summary="与现行规程比较", description="逐处的改动；首次编制的为空。",
)  # fmt: skip
def differences(request: HttpRequest, id: LifeId) -> list[ManuscriptChange]:
    """What the manuscript changes of the version it starts from. Four statements."""
    _, draft = _open(request, id)
    base = draft.revision.base
    if not base:
        return []
    departments = manuscripts.list_departments(draft)
    found = list_differences(content_of(queries.standard(base)), draft.content, departments)
    return [ManuscriptChange(d.line, d.part, d.words, d.before, d.after) for d in found]


@router.get(
    "/revision/{id}/files/{kind}", response={200: ManuscriptFile, PROBLEMS: ProblemBody},
    operation_id="download_manuscript", summary="下载底稿文件", description="data 是文件内容的 base64。",
)  # fmt: skip
def download(request: HttpRequest, id: LifeId, kind: KindOfFile) -> ManuscriptFile:
    """The manuscript as a file. Three statements."""
    _, draft = _open(request, id)
    data = base64.b64encode(manuscripts.write_file(draft, kind)).decode()
    return ManuscriptFile(manuscripts.name_file(draft, kind), manuscripts.TYPES[kind], data)


@router.post(
    "/revision/{id}/files", response={200: SavedManuscript, PROBLEMS: ProblemBody}, operation_id="take_manuscript",
    summary="上传底稿文件",
    description="在下载的 Excel 或者 YAML 里修改后送回，逐处并入；有一处错误，整个文件都不导入，fields 逐处说明。"
    "不超过 2 MB。",
)  # fmt: skip
def upload(request: HttpRequest, id: LifeId, file: File[UploadedFile]) -> SavedManuscript:
    """Take a file back. Ten statements at most."""
    actor, draft = _open(request, id)
    try:
        merged, sent_file = manuscripts.take_file(actor, draft, file.name or "", file.read())
    except BadFile as bad:
        fields = dict(bad.faults[: shapes.MOST])
        message = f"“{file.name}”有 {len(bad.faults)} 处错误，整个文件都没有导入。"
        next = "请逐处改正后重新上传。"
        raise Refused("bad-file", message, next=next, kind=Kind.INPUT, fields=fields) from None
    return _saved(actor, id, merged, sent_file.content, sent_file.seen, merged.changed)
