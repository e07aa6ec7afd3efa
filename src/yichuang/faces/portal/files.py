"""Files over the wire: stopping one that is too big while it comes, and giving one back to who may read it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_safe

from yichuang.cases import uploads
from yichuang.cases.core.refusal import Refused
from yichuang.faces import who
from yichuang.faces.portal.page import signed_in
from yichuang.faces.requests import FILE_BYTES, takes
from yichuang.ledger.actor import Actor

View = Callable[..., HttpResponseBase]


class Cap(FileUploadHandler):
    """Drops a file at the limit instead of writing gigabytes to disk first; `over` are the names of those dropped."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.over: list[tuple[str, str]] = []  # (name of the control, name of the file)
        self.seen = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.seen = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.seen += len(raw_data)
        if self.seen > uploads.MOST_BYTES:
            self.over.append((self.field_name or "", self.file_name or ""))
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def takes_files(view: View) -> View:
    """A view that takes files: it gets the `Cap` as `cap`. The mark against forgery is checked after the cap is in
    place, since that check reads the body.
    """
    protected = csrf_protect(view)

    @takes(FILE_BYTES)
    @csrf_exempt
    @wraps(view)
    def capped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cap = Cap(request)
        if request.method == "POST":
            request.upload_handlers.insert(0, cap)
        response: HttpResponseBase = protected(request, *args, cap=cap, **kwargs)
        return response

    return capped


def sent(request: HttpRequest, cap: Cap, control: str) -> Iterable[UploadedFile[bytes]]:
    """The files of a control. Raises Refused(input) when one of them was dropped for its size."""
    for name, file in cap.over:
        if name == control:
            raise uploads.too_big(file)
    return request.FILES.getlist(control)


@require_safe
@signed_in
def download(request: HttpRequest, id: uuid.UUID) -> FileResponse:
    """A file for its sender, the applicant and agents of its case, and officers for whom the case exists."""
    upload = uploads.readable(id, _readers(request))
    if upload is None:
        raise Http404(str(id))
    try:
        body = uploads.open_file(upload)
    except FileNotFoundError as error:
        raise Http404("the store lost this file") from error
    # always saved, never shown by the browser here: a page or script in a file must not run under our address
    media = uploads.MEDIA[upload.type]
    response = FileResponse(body, as_attachment=True, filename=upload.name, content_type=media)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def _readers(request: HttpRequest) -> Iterable[Actor]:
    if who.account_of(request).kind == "officer":
        try:
            yield who.officer(request)
        except PermissionDenied:
            return
    else:
        yield who.applicant(request)


def refusal_text(error: Refused) -> str:
    return f"{error.message}{error.next}"
