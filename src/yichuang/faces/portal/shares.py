"""出示: a holder makes a code for a licence and takes it back; whoever has the code sees what the licence says and what
it is now, until the code ends.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from markupsafe import Markup

from yichuang.aggregates.refusal import Refused
from yichuang.documents.seals import qr_svg
from yichuang.faces import who
from yichuang.faces.errors import too_many
from yichuang.faces.licence_words import format_validity
from yichuang.faces.portal.page import page, signed_in
from yichuang.faces.requests import STATUS, or_404
from yichuang.faces.visitor import address_of
from yichuang.kernel.visitor import counted_network
from yichuang.licences import sharing
from yichuang.licences.queries import HeldLicence, find_visible_licence
from yichuang.licences.sharing import PERIODS
from yichuang.people import tries


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def share(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """The codes of a licence: those that hold with address and picture, those that ended with how often they were used.
    POST makes one.
    """
    held = or_404(find_visible_licence(who.applicant(request), id))
    if request.method != "POST":
        return _share_page(request, held)
    actor = who.applicant(request, subject=held.licence.subject, item=held.standard.item)
    try:
        made = sharing.share_licence(held, request.POST.get("period", ""), actor)
    except Refused as error:
        return _share_page(request, held, error)
    return redirect(f"{reverse('portal:share', args=[id])}#share-{made.id}")


def _share_page(request: HttpRequest, held: HeldLicence, error: Refused | None = None) -> HttpResponse:
    shares = sharing.list_shares(held)
    shown = [(one, address_of_share(one.code)) for one in shares if one.holds]
    context = {
        "title": "出示证照",
        "held": held,
        "periods": [(code, words) for code, (words, _) in PERIODS.items()],
        "shares": [(one, address, draw(address)) for one, address in shown],
        "ended": [one for one in shares if not one.holds],
        "error": error,
        "has_errors": error is not None,
    }
    return page(request, "share.html", context, STATUS[error.kind] if error else 200)


def draw(address: str) -> Markup:
    """The QR code of an address, drawn by us."""
    return Markup(qr_svg(address, scales=True))


def address_of_share(code: str) -> str:
    """Where whoever has the code looks: what the QR code holds."""
    return f"{settings.PUBLIC_URL}{reverse('portal:shared', args=[code])}"


@require_POST
@signed_in
def end(request: HttpRequest, id: uuid.UUID, share_id: uuid.UUID) -> HttpResponse:
    """Take a code back."""
    held = or_404(find_visible_licence(who.applicant(request), id))
    actor = who.applicant(request, subject=held.licence.subject, item=held.standard.item)
    try:
        sharing.end_share(held, share_id, actor)
    except Refused as error:
        return _share_page(request, held, error)
    messages.success(request, "出示码已收回，持码人不能再看。")
    return redirect("portal:share", id)


# --- for whoever has a code -------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Where a code is typed; sent by POST, so that it stays out of addresses."""
    code = request.POST.get("code", "").strip()
    return _shown(request, code) if code else _shown_page(request, {"asked": request.method == "POST"})


@never_cache
@require_safe
def shown(request: HttpRequest, code: str) -> HttpResponse:
    """What a code shows: the address in its picture."""
    return _shown(request, code)


def _shown(request: HttpRequest, code: str) -> HttpResponse:
    """A wrong or an ended code is a try that is counted on the visitor's address; a right one is not."""
    count = (tries.SHARE_ADDRESS, counted_network(address_of(request)))
    if wait := tries.count_try(count):
        return too_many(request, seconds=wait)
    seen = sharing.open_share(code)
    if seen is None:
        return _shown_page(request, {"wrong": True}, 404)
    if seen.held is None:
        return _shown_page(request, {"over": seen.share}, 410)
    tries.uncount_try(count)
    held = seen.held
    context = {
        "held": held,
        "share": seen.share,
        "lines": held.content.lines,
        "validity": format_validity(held.licence),
    }
    return _shown_page(request, context)


def _shown_page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = page(request, "shown.html", {"title": "查看出示的证照", **context}, status)
    response["X-Robots-Tag"] = "noindex"
    return response
