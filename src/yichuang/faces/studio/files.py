"""A manuscript as a file: written as Excel or YAML, and taken back, merged with what others wrote meanwhile."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from yichuang.aggregates import uploads
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.catalog.drafting.content import Content
from yichuang.catalog.drafting.merge import Clash, Merged, mark_value, pack_marks
from yichuang.catalog.drafting.parts import find_field
from yichuang.catalog.drafting.reading import BadFile
from yichuang.catalog.revising.manuscript import demand_editable
from yichuang.faces import manuscripts, requests, who
from yichuang.faces.studio.editing import open_draft, show
from yichuang.faces.studio.parts import page_of_line
from yichuang.ledger.actor import Actor

MOST_FAULTS = 200  # shown on one page


@require_safe
@who.for_officers
def download(request: HttpRequest, actor: Actor, id: uuid.UUID, kind: str) -> HttpResponse:
    """The manuscript as `xlsx` or `yaml`."""
    draft = open_draft(actor, id)
    if kind not in manuscripts.TYPES:
        raise Http404(kind)
    answer = HttpResponse(manuscripts.write_file(draft, kind), content_type=manuscripts.TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{manuscripts.name_file(draft, kind)}"'
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
        merged, file = manuscripts.take_file(actor, draft, sent.name or "", sent.read())
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
            clashes = list(_say_clashes(merged, file.content))
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


def _say_clashes(merged: Merged, sent: Content) -> Iterator[dict[str, str]]:
    """Each line that the file and somebody else changed: both values, and what sends the file's one again."""
    for dispute, clash in manuscripts.list_disputes(merged, sent):
        line, field = dispute.line, find_field(dispute.line)
        resend = {"text": field.kind.write(clash.sent), "marks": _mark_of(line, clash)} if field else {}
        words = {"name": dispute.name, "kept": dispute.kept, "sent": dispute.sent}
        yield {"line": line, "page": page_of_line(line), **words, **resend}


def _mark_of(line: str, clash: Clash) -> str:
    return pack_marks({line: mark_value(clash.kept)})
