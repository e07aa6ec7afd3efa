"""The real-name part of signing up, for allauth (ACCOUNT_SIGNUP_FORM_CLASS). Rules are in service and realname.

Where typing proves nothing (`service.is_typing_proof`) the form asks for neither name nor number, and nothing is looked
up: the account begins unbound. Elsewhere the record is read only after the provider confirmed the person. allauth
calls `signup` after it stored the account, so every refusal happens before, in `clean`.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from yichuang.aggregates.refusal import Invalid
from yichuang.kernel.codes.problem import tidy
from yichuang.ledger.service import record
from yichuang.people import queries, realname, service
from yichuang.people.kinds import ID_TYPES, RESIDENT_ID
from yichuang.people.models import Account, Membership


class RealNameForm(forms.Form):
    """Name and document of the person behind the account (用户注册实名化, 3.5c)."""

    real_name = forms.CharField(label="姓名", max_length=realname.LONGEST_NAME)
    id_type = forms.ChoiceField(label="证件类型", choices=list(ID_TYPES.items()), initial=RESIDENT_ID)
    id_number = forms.CharField(label="证件号码", max_length=30)
    phone = forms.CharField(label="手机号码", max_length=20, required=False)

    field_order = ["username", "real_name", "id_type", "id_number", "phone", "password1", "password2"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.binds = service.is_typing_proof()
        if not self.binds:
            for name in ("real_name", "id_type", "id_number"):
                del self.fields[name]

    def clean_real_name(self) -> str:
        try:
            return realname.tidy_name(self.cleaned_data["real_name"])
        except ValueError as fault:
            raise ValidationError(f"姓名：{fault}") from fault

    def clean_id_number(self) -> str:
        return tidy(self.cleaned_data["id_number"])

    def clean_phone(self) -> str:
        try:
            return service.clean_phone(self.cleaned_data["phone"], "手机号码")
        except Invalid as fault:
            raise ValidationError(fault.message) from fault

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if all(data.get(field) for field in ("real_name", "id_type", "id_number")):
            verdict = find_refusal(data["real_name"], data["id_type"], data["id_number"])
            if verdict is not None:
                self.add_error("real_name" if verdict.reason == "name" else "id_number", verdict.message)
        return data

    def signup(self, request: HttpRequest, user: Account) -> None:
        """Record the new account, and bind it to its person where that was shown."""
        actor = service.own_actor(user, ip=request.META.get("REMOTE_ADDR", ""))
        user.phone = self.cleaned_data["phone"]
        user.save(update_fields=["phone"])
        record(f"people/account/{user.pk}", "account_registered", {"kind": user.kind}, actor)
        data = self.cleaned_data
        if self.binds:
            service.verify_real_name(user, data["real_name"], data["id_type"], data["id_number"], actor)


def find_refusal(name: str, id_type: str, number: str) -> realname.RealNameVerdict | None:
    """The reason why this name and document cannot sign up; None when they can."""
    verdict = realname.get_provider().check(name, id_type, number, timezone.localdate())
    if not verdict.passed:
        return verdict
    subject = queries.find_subject(id_type=id_type, number=number)
    if subject is None:
        return None
    if subject.name != name:
        return realname.RealNameVerdict(False, "other_name")
    bound = Membership.objects.filter(subject=subject, role="self", ended_at=None).exists()
    return realname.RealNameVerdict(False, "bound") if bound else None
