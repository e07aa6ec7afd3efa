"""A manuscript as a file: written as Excel or YAML, and taken back, merged with what others wrote meanwhile."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from yichuang.aggregates import uploads
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.catalog.drafting.compare import name_line
from yichuang.catalog.drafting.content import Content
from yichuang.catalog.drafting.editing import keep_unasked
from yichuang.catalog.drafting.merge import Clash, Merged, mark_value, marks_of, pack_marks
from yichuang.catalog.drafting.names import names_of
from yichuang.catalog.drafting.parts import find_field
from yichuang.catalog.drafting.reading import BadFile, SentFile
from yichuang.catalog.drafting.text import read_text, write_text
from yichuang.catalog.drafting.workbook import read_workbook, write_workbook
from yichuang.catalog.revising.manuscript import demand_editable, save_manuscript
from yichuang.faces import requests, who
from yichuang.faces.studio.editing import list_departments, open_draft, show
from yichuang.faces.studio.parts import page_of_line
from yichuang.ledger.actor import Actor

MOST_FAULTS = 200  # shown on one page
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@who.for_officers
def download(request: HttpRequest, actor: Actor, id: uuid.UUID, kind: str) -> HttpResponse:
    """The manuscript as `xlsx` or `yaml`."""
    draft = open_draft(actor, id)
    departments = list_departments(draft)
    title, seen = f"{draft.revision.name}（第{draft.revision.version}版底稿）", marks_of(draft.content)
    if kind == "xlsx":
        answer = HttpResponse(write_workbook(draft.content, seen, title, departments), content_type=_XLSX)
    elif kind == "yaml":
        answer = HttpResponse(
            write_text(draft.content, seen, title, departments), content_type="application/yaml; charset=utf-8"
        )
    else:
        raise Http404(kind)
    answer["Content-Disposition"] = f'attachment; filename="{draft.revision.item}-{draft.revision.version}.{kind}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@requests.takes(uploads.MOST_SHEETS + 64 * 1024)
@require_POST
@who.for_officers
def upload(request: HttpRequest, actor: Actor, id: uuid.UUID) -> HttpResponse:
    """Take a file that was downloaded and changed. Everything of it is merged, or nothing where it has a fault."""
    draft = open_draft(actor, id)
    sent = request.FILES.get("file")
    faults: list[tuple[str, str]] = []
    try:
        demand_editable(actor, draft.revision)
        if sent is None:
            raise Refused("no-file", "没有选择文件。", next="请选择从本页下载后修改的文件。", kind=Kind.INPUT)
        if (sent.size or 0) > uploads.MOST_SHEETS:
            raise Refused("file-too-big", "文件超过 2 MB。", next="请从本页重新下载，在其中修改。", kind=Kind.INPUT)
        file = _read(sent.name or "", sent.read(), actor, list_departments(draft))
        file = replace(file, content=keep_unasked(file.content, draft.content, file.seen))
        merged = save_manuscript(actor, id, file.content, file.seen)
    except BadFile as bad:
        faults = list(bad.faults)
        refused = Refused(
            "bad-file",
            f"“{sent.name if sent else ''}”有 {len(faults)} 处错误，整个文件都没有导入。",
            next="请逐处改正后重新上传。",
            kind=Kind.INPUT,
        )
    except Refused as error:
        refused = error
    else:
        if merged.clashes:
            clashes = list(_say_clashes(merged, file))
            return show(
                request, actor, "upload.html", open_draft(actor, id), {"title": "导入的文件", "clashes": clashes}, 409
            )
        same = merged.content == draft.content
        messages.success(request, "文件和现在的底稿相同，没有改动。" if same else "文件已导入，并入了现在的底稿。")
        return redirect("studio:edit-compare", id)
    context: dict[str, Any] = {
        "title": "导入的文件",
        "error": refused,
        "faults": faults[:MOST_FAULTS],
        "has_errors": True,
    }
    return show(request, actor, "upload.html", draft, context, requests.STATUS[refused.kind])


def _read(name: str, data: bytes, actor: Actor, departments: Mapping[str, str]) -> SentFile:
    """What a file says. Raises BadFile, and Refused for one that cannot be read at all."""
    if data[:2] == b"PK":
        return read_workbook(uploads.read_sheets(name, data, actor.person), departments)
    try:
        return read_text(data.decode("utf-8-sig"), departments)
    except UnicodeDecodeError:
        message = f"“{name}”既不是 Excel 工作簿（.xlsx），也不是 UTF-8 编码的 YAML。"
        raise Refused("file-type", message, next="请在从本页下载的文件里修改。", kind=Kind.INPUT) from None


def _say_clashes(merged: Merged, file: SentFile) -> Iterator[dict[str, str]]:
    """Each line that the file and somebody else changed: both values, and what sends the file's one again."""
    for line, clash in merged.clashes.items():
        field, known = find_field(line), merged.content
        words = [_say(line, value, content) for value, content in ((clash.kept, known), (clash.sent, file.content))]
        name = name_line(known if clash.kept is not None else file.content, line.removeprefix("rows:"))
        resend = {"text": field.kind.write(clash.sent), "marks": _mark_of(line, clash)} if field else {}
        yield {"line": line, "name": name, "kept": words[0], "sent": words[1], "page": page_of_line(line), **resend}


def _mark_of(line: str, clash: Clash) -> str:
    return pack_marks({line: mark_value(clash.kept)})


def _say(line: str, value: object, content: Content) -> str:
    field = find_field(line)
    if field:
        return field.kind.say(value, names_of(content))
    if isinstance(value, list):
        return "、".join(map(str, value))
    return "已删去" if value is None else "改过，没有删去"
