"""Handing over what names people in full: an uploaded file, an official document. Each has one function, here.

Who sees the part of the case whole gets it; who sees it masked gives a reason first, which is an entry (`desk:open`),
and may then open it for a while; for who does not see it there is no such page. Which reader sees what is
`people.face`'s table; whether the case exists for the reader was asked before.
"""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from yichuang.aggregates import uploads
from yichuang.cases import looking
from yichuang.cases.queries import Row
from yichuang.documents.queries import Paper
from yichuang.faces.csp import FRAMED
from yichuang.ledger.actor import Actor
from yichuang.people.face import HIDE, MASK, SHOW, CasePart, part_level, reader_of

if TYPE_CHECKING:
    from yichuang.aggregates.models import Upload

MINUTES = 10  # how long a reason holds for a part of one case, in one session
OPENED = "opened"  # session key: "<case>/<part>" → until when, in seconds of the clock


def check_level(actor: Actor, row: Any, part: CasePart) -> str:
    """SHOW, MASK or HIDE for a part of a life that exists for this reader. A reason for opening what is masked is given
    for cases alone: of other lives it stays shut. What was sent to a counsellor to look at is theirs to open.
    """
    if getattr(row, "for_counsellor", False) and actor.post_kind == "counsellor":
        return SHOW
    subject = getattr(row, "subject", "")
    level = part_level(part, reader_of(actor, subject)) if subject else SHOW
    return level if level != MASK or isinstance(row, Row) else HIDE


def ask_reason(request: HttpRequest, actor: Actor, row: Any, part: CasePart) -> HttpResponse | None:
    """Where to give a reason first; None when the part may be handed over now. Raises Http404 for a hidden part."""
    level = check_level(actor, row, part)
    if level == SHOW or (level == MASK and _opened(request, row.id, part)):
        return None
    if level != MASK:
        raise Http404(part)
    query = urlencode({"next": request.get_full_path()})
    return redirect(f"{reverse('desk:open', args=[row.id, part.value])}?{query}")


def let_open(request: HttpRequest, case_id: uuid.UUID, part: CasePart) -> None:
    """The reason is on record: this session may open the part for a while."""
    now = time.time()
    kept = {key: until for key, until in request.session.get(OPENED, {}).items() if until > now}
    request.session[OPENED] = {**kept, f"{case_id}/{part.value}": now + MINUTES * 60}


def _opened(request: HttpRequest, case_id: uuid.UUID, part: CasePart) -> bool:
    until = request.session.get(OPENED, {}).get(f"{case_id}/{part.value}", 0)
    return bool(until > time.time())


def hand_over_upload(
    request: HttpRequest, actor: Actor, row: Any, upload: Upload, *, inline: bool = False
) -> HttpResponseBase:
    """An uploaded file, `row` the life it lies with, which exists for the reader; `inline`: a PDF to be shown in a page
    of ours. Raises Http404 when the part is hidden or the store lost the file.
    """
    if row is not None and (first := ask_reason(request, actor, row, CasePart.FILES)):
        return first
    answer = send_upload(upload)
    if inline and upload.type == "pdf":
        _show_in_frame(answer)
    if isinstance(row, Row):
        looking.trace_upload(actor, row.id, upload.id)
    elif subject := getattr(row, "subject", ""):
        looking.trace_person(actor, subject, "licence_file_opened")
    return answer


def _show_in_frame(answer: FileResponse) -> None:
    """Let a page of ours show a PDF by the browser's own viewer. A viewer opens nothing in a sandbox; what is no PDF
    after all still runs nothing: its type is fixed, and its policy lets nothing in.
    """
    answer["Content-Disposition"] = answer["Content-Disposition"].replace("attachment", "inline", 1)
    answer["Content-Security-Policy"] = FRAMED
    answer["X-Frame-Options"] = "SAMEORIGIN"


def send_upload(upload: Upload) -> FileResponse:
    """The bytes of an upload that the reader may have. Always saved, never shown by the browser here: a page or script
    in a file must not run under our address. Raises Http404 when the store lost the file.
    """
    try:
        content = uploads.open_file(upload)
    except FileNotFoundError as error:
        raise Http404("the store lost this file") from error
    media = uploads.MEDIA.get(upload.type, "application/octet-stream")
    answer = FileResponse(content, as_attachment=True, filename=upload.name, content_type=media)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, no-store"
    return answer


def hand_over_paper(
    request: HttpRequest, actor: Actor, row: Any, paper: Paper, *, download: bool
) -> HttpResponseBase | None:
    """The file of an official document; None when it has not been made or its bytes are lost. Raises Http404 when the
    part is hidden.
    """
    if first := ask_reason(request, actor, row, CasePart.PAPERS):
        return first
    if not paper.file:
        return None
    try:
        stored = default_storage.open(paper.file)
    except FileNotFoundError:
        return None
    if isinstance(row, Row):
        looking.trace_paper(actor, row.id, paper.seq)
    elif subject := getattr(row, "subject", ""):
        looking.trace_person(actor, subject, "licence_paper_opened")
    answer = FileResponse(stored, as_attachment=download, filename=paper.file_name, content_type="application/pdf")
    answer["Cache-Control"] = "private, no-store"
    return answer
