"""Pages of official documents. The web process never renders, signs or parses one: the worker makes files, and a child
process looks at files that strangers hand in.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from yichuang.documents import queries, tasks
from yichuang.documents.queries import Paper
from yichuang.documents.verify import MAX_BYTES, examine, read_authority
from yichuang.faces.errors import too_many
from yichuang.faces.opening import check_level, hand_over_paper
from yichuang.faces.papers import verdicts
from yichuang.faces.requests import takes
from yichuang.faces.visitor import address_of
from yichuang.faces.who import for_readers
from yichuang.kernel.sm3 import sm3
from yichuang.kernel.visitor import counted_network
from yichuang.ledger.actor import Actor
from yichuang.ledger.proof import prove_stream
from yichuang.people import tries
from yichuang.people.face import HIDE, CasePart


@require_GET
@for_readers
def case_papers(request: HttpRequest, actor: Actor, case_id: uuid.UUID) -> HttpResponse:
    """The documents of a case in the order of issue."""
    listing = queries.papers(actor, f"case/{case_id}")
    if listing is None:
        raise Http404
    row, papers = listing
    if check_level(actor, row, CasePart.PAPERS) == HIDE:
        raise Http404
    return render(request, "papers/case.html", {"title": "文书和证照", "case": row, "papers": papers})


@require_GET
@for_readers
def paper(request: HttpRequest, actor: Actor, id: uuid.UUID, seq: int, kind: str = "case") -> HttpResponseBase:
    """The file of a document; on first opening a page that waits for it."""
    row, document = _found(actor, kind, id, seq)
    answer = hand_over_paper(request, actor, row, document, download="download" in request.GET)
    if answer is not None:
        return answer
    tasks.ask(document.stream, seq)
    context = {
        "title": f"正在生成{document.name}",
        "paper": document,
        "address": _address(document),
        "state": _address(document, "state"),
        "case": document.life if kind == "case" else "",
    }
    return render(request, "papers/making.html", context, status=202)


@require_GET
@for_readers
def state(request: HttpRequest, actor: Actor, id: uuid.UUID, seq: int, kind: str = "case") -> HttpResponse:
    """Asked again and again by the waiting page; leads to the file once it is there."""
    row, document = _found(actor, kind, id, seq)
    if check_level(actor, row, CasePart.PAPERS) == HIDE:
        raise Http404
    answer = HttpResponse(status=204)
    if document.file and default_storage.exists(document.file):
        answer = HttpResponse(status=200)
        answer["HX-Redirect"] = _address(document)
    return answer


def _found(actor: Actor, kind: str, id: uuid.UUID, seq: int) -> tuple[Any, Paper]:
    document = queries.paper(actor, f"{kind}/{id}", seq)
    if document is None:
        raise Http404
    return document


def _address(paper: Paper, name: str = "paper") -> str:
    """Where a document is opened. A case's keeps the address without its kind, which people have in their mails."""
    kind, _, id = paper.stream.partition("/")
    return reverse(f"documents:{name}", args=(id, paper.seq) if kind == "case" else (kind, id, paper.seq))


@require_GET
@for_readers
def proof(request: HttpRequest, actor: Actor, case_id: uuid.UUID) -> HttpResponse:
    """存证证明: that the case is in the sealed ledger, as JSON that anybody can check without us (design §5)."""
    listing = queries.papers(actor, f"case/{case_id}")
    if listing is None or check_level(actor, listing[0], CasePart.COURSE) == HIDE:
        raise Http404
    proof_text = prove_stream(f"case/{case_id}")
    if proof_text is None:
        messages.warning(request, "本件的记录还没有封存。账本至少每十分钟封存一次，请稍后再下载。")
        return redirect("documents:case", case_id)
    answer = HttpResponse(json.dumps(proof_text, ensure_ascii=False, indent=1), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="proof-{listing[0].receipt}.json"'
    answer["Cache-Control"] = "private, no-store"
    return answer


# --- for everybody, without an account --------------------------------------------------------------------------------


@takes(MAX_BYTES + 64 * 1024)
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Check a document by code, whether a certificate's number is ours, or a file."""
    if request.method == "POST":
        return _by_file(request)
    text = request.GET.get("code", "").strip()[:200]
    return _by_text(request, text, request.GET.get("sm3", "").lower()[:64]) if text else _page(request)


@require_GET
def by_code(request: HttpRequest, code: str) -> HttpResponse:
    """The short address: /v/ABCD-EFGH-IJKL-MNOP."""
    return _by_text(request, code.strip()[:200], request.GET.get("sm3", "").lower()[:64])


def _wait(request: HttpRequest, limit: tries.TryLimit) -> int:
    """Count a look on the visitor's address; the seconds to wait. What is looked up is no secret to be tried: a code
    has 80 random bits, so nothing is counted on it and nobody keeps others from a document."""
    return tries.count_try((limit, counted_network(address_of(request))))


def _by_text(request: HttpRequest, text: str, stated: str) -> HttpResponse:
    if wait := _wait(request, tries.VERIFY_ADDRESS):
        return too_many(request, seconds=wait)
    if queries.normal_code(text):
        verdict = verdicts.of_code(queries.by_code(text), stated)
    else:
        entered = queries.find_entered(text)
        verdict = verdicts.of_entered(entered) if entered else verdicts.of_certificate(queries.is_certificate(text))
    return _page(request, verdict, text=text)


def _by_file(request: HttpRequest) -> HttpResponse:
    if wait := _wait(request, tries.VERIFY_FILES):
        return too_many(request, seconds=wait)
    sent = request.FILES.get("file")
    if sent is None:
        return _page(request, error="请选择一个PDF文件。")
    if sent.size is None or sent.size > MAX_BYTES:
        return _page(request, error=f"文件超过{MAX_BYTES // 1024 // 1024}MB，不是本系统出具的文书。")
    try:
        authority = read_authority(settings.DATA / "seals")
    except OSError:  # there is no root before the first document
        return _page(request, verdicts.NONE_YET, file=sent.name or "")
    data = sent.read()
    visitor = f"address/{request.META.get('REMOTE_ADDR', '')}"
    examination = examine(data, authority, visitor=visitor, locks=settings.EXAMINING_DIR)
    known = queries.file_by_digest(sm3(data).hex())
    matched = known or (queries.file_by_content(examination.document_digest) if examination.document_digest else None)
    record = queries.by_paper(matched.stream, matched.seq) if matched else None
    return _page(request, verdicts.of_file(examination, known, record), file=sent.name or "")


def _page(
    request: HttpRequest, verdict: verdicts.Verdict | None = None, *, text: str = "", file: str = "", error: str = ""
) -> HttpResponse:
    context = {
        "title": verdict.title if verdict else "核验文书和证照",
        "verdict": verdict,
        "text": text,
        "file": file,
        "error": error,
        "has_errors": bool(error),
        "limit": MAX_BYTES // 1024 // 1024,
    }
    return render(request, "papers/verify.html", context, status=422 if error else 200)
