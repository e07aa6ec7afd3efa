"""Files over the wire: stopping one that is too big while it comes, and giving one back to who may read it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_safe

from yichuang.aggregates import uploads
from yichuang.aggregates.refusal import Refused
from yichuang.faces import who
from yichuang.faces.opening import hand_over_upload
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
def download(request: HttpRequest, id: uuid.UUID) -> HttpResponseBase:
    """A file for its sender, the applicant and agents of its case, and officers for whom the case exists."""
    actor = _reader(request)
    readable = uploads.find_readable(id, actor) if actor else None
    if actor is None or readable is None:
        raise Http404(str(id))
    upload, row = readable
    return hand_over_upload(request, actor, row, upload)


def _reader(request: HttpRequest) -> Actor | None:
    if who.account_of(request).kind != "officer":
        return who.applicant(request)
    try:
        return who.officer(request)
    except PermissionDenied:
        return None


def refusal_text(error: Refused) -> str:
    return f"{error.message}{error.next}"
