"""实名绑定码: a window that saw the documents hands a one-time code over (3.5c), and puts right what changed.

The code stands on the page that answers the issuing, to be printed, and nowhere else. Rules are people.binding's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from yichuang.aggregates.refusal import Invalid
from yichuang.cases import looking
from yichuang.faces import frame, who
from yichuang.faces.desk.intake import facts
from yichuang.faces.fields import choice, short
from yichuang.faces.forms import django_errors
from yichuang.faces.requests import or_404
from yichuang.ledger.actor import Actor
from yichuang.people import binding
from yichuang.people import queries as people
from yichuang.people.kinds import ID_TYPES
from yichuang.people.rights import BINDING

if TYPE_CHECKING:
    from yichuang.people.models import Subject

PLACE = ("desk:intake", "")
UNCHANGED = "没有变更的不填。"


class CodeForm(forms.Form):
    """What was seen, and what on it differs from the record."""

    use_required_attribute = False

    def __init__(self, subject: Subject, data: Any = None) -> None:
        super().__init__(data)
        self.fields = {"document": choice("核对了哪些原件", list(binding.DOCUMENTS[subject.kind].items()))}
        if subject.kind == "person":
            number = f"新的{ID_TYPES.get(subject.id_type, '证件')}号码"
            self.fields["name"] = short("更名后的姓名", required=False, hint=f"按证件填写。{UNCHANGED}")
            self.fields["number"] = short(number, required=False, hint=f"证件换发、号码不同的填写。{UNCHANGED}")
        else:
            self.fields["name"] = short("变更后的单位名称", required=False, hint=f"按登记证书填写。{UNCHANGED}")
            self.fields["head"] = short("法定代表人（负责人）姓名", required=False, hint=f"按登记证书填写。{UNCHANGED}")
            self.fields["head_number"] = short("法定代表人（负责人）证件号码", required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("head")) != bool(data.get("head_number")):
            self.add_error("head_number" if data.get("head") else "head", "姓名和证件号码要一起填写。")
        return data


_FIELD_OF = {"document": "document", "name": "name", "number": "number", "taken": "number", "head": "head"}


@require_http_methods(["GET", "HEAD", "POST"])
@who.for_officers
def issue(request: HttpRequest, actor: Actor, subject_id: str) -> HttpResponse:
    """GET asks what was seen; POST corrects the record, issues the code and shows it this once."""
    BINDING.demand(actor)
    subject = or_404(people.load_subject(subject_id))
    if subject.kind not in binding.DOCUMENTS:
        raise Http404(subject_id)
    looking.trace_person(actor, subject.pk, "binding_opened")
    form = CodeForm(subject, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            code = _issue(subject, form.cleaned_data, actor)
        except Invalid as error:
            subject = or_404(people.load_subject(subject_id))  # as it stands: what was changed before is undone
            if error.code == "taken":  # that says somebody is on record with the number
                looking.trace_number(actor, subject.id_type, form.cleaned_data["number"])
            form.add_error(_FIELD_OF.get(error.code), error.message)
        else:
            days = settings.BINDING_CODE_DAYS
            shown = {
                "title": "实名绑定码",
                "subject": subject,
                "facts": facts(subject, actor),
                "code": code,
                "days": days,
            }
            return frame.page(request, actor, "binding_code.html", shown, active=PLACE)
    errors = django_errors(form)
    context = {
        "title": "发放实名绑定码",
        "subject": subject,
        "facts": facts(subject, actor),
        "form": form,
        "errors": errors,
        "has_errors": bool(errors),
    }
    return frame.page(request, actor, "binding.html", context, status=422 if errors else 200, active=PLACE)


@transaction.atomic
def _issue(subject: Subject, given: dict[str, Any], actor: Actor) -> str:
    if given["name"] and given["name"] != subject.name:
        binding.rename_subject(subject, given["name"], actor)
    if given.get("number"):
        binding.replace_document(subject, subject.id_type, given["number"], actor)
    if given.get("head"):
        binding.replace_head(subject, given["head"], given["head_number"], actor)
    return binding.issue_code(subject, given["document"], actor)
