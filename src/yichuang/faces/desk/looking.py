"""Looking closer at a case: a masked field or the form once, files and documents after a reason. Each is on record.

Which part of a case is masked for whom is `people.face`'s table; handing over is `faces.opening`.
"""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yichuang.aggregates.refusal import Invalid
from yichuang.aggregates.uploads import find_upload
from yichuang.cases import queries
from yichuang.cases.view import view
from yichuang.faces import frame, who
from yichuang.faces.desk import case
from yichuang.faces.opening import MINUTES, check_level, hand_over_upload, let_open
from yichuang.faces.requests import or_404
from yichuang.ledger.actor import Actor
from yichuang.people import face, service
from yichuang.people import queries as people
from yichuang.people.face import CasePart


@require_POST
@who.for_officers
def unmask(request: HttpRequest, actor: Actor, case_id: uuid.UUID) -> HttpResponse:
    """Show one masked field of the applicant, or the form, once, on record with a reason. It is not kept: the next
    load is masked.
    """
    sight = case.see(request, actor, case_id)
    shown, name, reason = sight.view, request.POST.get("field", ""), request.POST.get("reason", "")
    subject = people.load_subject(shown.case.subject)
    try:
        if name == case.FORM_OPENED and shown.level(CasePart.FORM) == face.MASK:
            service.open_part(shown.case.subject, str(case_id), CasePart.FORM, reason, actor)
            value = "yes"
        elif subject is not None and name in case.FACTS:
            value = service.unmask(subject, name, reason, actor, shown.reader, case_id=str(case_id))
        else:
            raise Http404("field")
    except Invalid as error:
        unmasking = {"error": error.message, "field": name, "reason": reason}
        return case.show(request, actor, sight, unmasking=unmasking, status=422)
    return case.show(request, actor, sight, unmasking={name: value})


@require_safe
@who.for_officers
def file(request: HttpRequest, actor: Actor, case_id: uuid.UUID, upload_id: uuid.UUID) -> HttpResponseBase:
    """An uploaded file that was given to a visible case."""
    sight = view(actor, case_id)
    if sight is None or not (upload_id in sight.case.files or str(upload_id) in case.evidence_of(sight)):
        raise Http404("file")
    inline = request.GET.get("inline") == "1"
    return hand_over_upload(request, actor, sight.row, or_404(find_upload(upload_id)), inline=inline)


OPENABLE = {CasePart.FILES: "上传的材料", CasePart.PAPERS: "文书和证照"}


@require_http_methods(["GET", "HEAD", "POST"])
@who.for_officers
def open_part(request: HttpRequest, actor: Actor, case_id: uuid.UUID, part: str) -> HttpResponse:
    """Give a reason, which is put on record; then files or documents of the case open for a while."""
    row = queries.visible(actor, case_id)
    asked = next((openable for openable in OPENABLE if openable.value == part), None)
    if row is None or asked is None or check_level(actor, row, asked) == face.HIDE:
        raise Http404(part)
    back = request.POST.get("next") or request.GET.get("next", "")
    if not back.startswith("/") or not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("desk:case", args=[case_id])
    error, reason = "", request.POST.get("reason", "")
    if request.method == "POST":
        try:
            service.open_part(row.subject, str(case_id), asked, reason, actor)
        except Invalid as fault:
            error = fault.message
        else:
            let_open(request, case_id, asked)
            return redirect(back)
    context = {
        "title": f"查看{OPENABLE[asked]}",
        "row": row,
        "what": OPENABLE[asked],
        "minutes": MINUTES,
        "next": back,
        "reason": reason,
        "errors": [(error, "#reason")] if error else [],
        "error": error,
        "has_errors": bool(error),
    }
    return frame.page(request, actor, "open.html", context, status=422 if error else 200)
