"""暂不告知: a supervisor's looks at a case that its applicant is told of later, on a basis in law. Shows no person's
data, so that it can be opened before the case is.
"""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from yichuang.aggregates.refusal import Refused
from yichuang.cases import looking, queries
from yichuang.faces import frame, requests, who
from yichuang.faces.fields import day_field, text
from yichuang.faces.forms import django_errors
from yichuang.faces.web import day
from yichuang.ledger.actor import Actor


class WithholdForm(forms.Form):
    """The law and until when; `looking.withhold` says what is enough."""

    use_required_attribute = False

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        hint = "写明法律、行政法规的名称、条款和原文，例如某法第几条“……应当保密”。到期后申请人能看到这段文字。"
        self.fields["basis"] = text("依据", hint=hint)
        most = f"最多{looking.MOST_DAYS}天；过了这一天，申请人就能看到。"
        self.fields["until"] = day_field("暂不告知至", hint=most)


@require_http_methods(["GET", "HEAD", "POST"])
@who.for_officers
def page(request: HttpRequest, actor: Actor, case_id: uuid.UUID) -> HttpResponse:
    """The form; sent, from today on this officer's looks at this case are told late. Raises Http404 for a case not
    visible.
    """
    if actor.post_kind not in looking.MAY_WITHHOLD:
        raise PermissionDenied("只有电子监察岗和督查岗可以依法暂不告知。")
    row = queries.visible(actor, case_id)
    if row is None:
        raise Http404(case_id)
    form, status = WithholdForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                kept = looking.withhold(actor, case_id, form.cleaned_data["basis"], form.cleaned_data["until"])
            except Refused as refused:
                form.add_error("until" if refused.code == "bad-day" else "basis", refused.message)
                status = requests.STATUS[refused.kind]
            else:
                messages.success(request, f"您今天起查看本件的记录，{day(kept.until)}以后才告知申请人。已记账。")
                return redirect("desk:case", case_id=case_id)
    errors = django_errors(form)
    context = {"title": "暂不告知", "row": row, "form": form, "errors": errors, "has_errors": bool(errors)}
    return frame.page(request, actor, "withhold.html", context, status=status)
