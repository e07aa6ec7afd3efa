"""One's own account: real name, organisations, mandates given and received; messages; the outbox of a demo store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import messages as flashes
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from yichuang.aggregates.refusal import Invalid
from yichuang.catalog.search import list_entries
from yichuang.faces import who
from yichuang.faces.addresses import choose_address
from yichuang.faces.dates import DayField
from yichuang.faces.portal.page import page, signed_in
from yichuang.faces.requests import number, or_404
from yichuang.faces.visitor import address_of
from yichuang.kernel.codes.problem import tidy
from yichuang.kernel.visitor import counted_network
from yichuang.org.queries import city_code
from yichuang.people import binding, messages, queries, service, tries
from yichuang.people.kinds import ID_TYPES
from yichuang.people.mandates import offer_mandate, revoke_mandate
from yichuang.people.mfa import is_demo_store

if TYPE_CHECKING:
    from yichuang.people.models import Subject

PER_PAGE = 20
ENDED_SHOWN = timedelta(days=365)  # mandates that ended are listed for so long
_OUTBOX = 100  # mails the outbox shows
SHUT = "姓名和号码不符的次数过多，请 {} 分钟后再试；着急的请到窗口办理。"
_DATE = forms.DateInput(attrs={"type": "date"})


class RealName(forms.Form):
    name = forms.CharField(label="姓名", max_length=60)
    id_type = forms.ChoiceField(label="证件类型", choices=list(ID_TYPES.items()))
    number = forms.CharField(label="证件号码", max_length=30)


class Organisation(forms.Form):
    uscc = forms.CharField(label="统一社会信用代码", max_length=30, help_text="18 位，见营业执照或者登记证书")
    org_name = forms.CharField(label="单位名称", max_length=200, help_text="与登记证书一致")


class Code(forms.Form):
    """A one-time code from a window, with the number it was issued for."""

    number = forms.CharField(label="证件号码或者统一社会信用代码", max_length=40)
    code = forms.CharField(
        label="绑定码",
        max_length=40,
        help_text="窗口给您的单子上的10位",
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class Grant(forms.Form):
    """A mandate: for whom, to whom, for what, from when to when."""

    principal = forms.ChoiceField(label="委托人")
    agent_name = forms.CharField(label="代理人姓名", max_length=60)
    agent_type = forms.ChoiceField(label="代理人证件类型", choices=list(ID_TYPES.items()))
    agent_number = forms.CharField(label="代理人证件号码", max_length=30)
    scope = forms.ChoiceField(label="可以代办的事项")
    first_day = DayField(label="开始日期", widget=_DATE)
    last_day = DayField(label="结束日期", widget=_DATE)

    def __init__(self, own: list[Subject], today: date, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"first_day": today, "last_day": today + timedelta(days=365)})
        principal, scope = self.fields["principal"], self.fields["scope"]
        assert isinstance(principal, forms.ChoiceField) and isinstance(scope, forms.ChoiceField)
        principal.choices = [(s.pk, s.name) for s in own]
        scope.choices = [("", "全部事项"), *((e.item, f"只办：{e.name}") for e in list_entries(city_code()))]
        scope.required = False


@require_safe
@signed_in
def account(request: HttpRequest) -> HttpResponse:
    """账号: who I am, whom I may act for, who may act for me."""
    return _account_page(request)


def _own(request: HttpRequest) -> list[Subject]:
    return queries.list_subjects(queries.own_subjects(who.account_of(request)))


def _account_page(request: HttpRequest, sent: forms.Form | None = None) -> HttpResponse:
    own, today = _own(request), who.today()
    ids = {s.pk for s in own}
    every = queries.list_mandates(ids, today - ENDED_SHOWN)
    rows = [m for m in every if m.revoked_at is None and m.last_day >= today]
    names = {e.item: e.name for e in list_entries(city_code())}
    person = next((s for s in own if s.kind == "person"), None)
    ready: dict[str, forms.Form] = {"real_name": RealName(), "organisation": Organisation(), "code": Code()}
    if person:
        ready["grant"] = Grant(own, today)
    if sent is not None:
        ready[{RealName: "real_name", Organisation: "organisation", Grant: "grant", Code: "code"}[type(sent)]] = sent
    context = {
        "title": "我的账号",
        "account": who.account_of(request),
        "person": person,
        "binds": service.is_typing_proof(),
        "code_days": settings.BINDING_CODE_DAYS,
        "id_types": ID_TYPES,
        "organisations": [s for s in own if s.kind == "organisation"],
        "given": [m for m in rows if m.principal_id in ids],
        "held": [m for m in rows if m.agent_id in ids],
        "ended": [(m, m.agent_id in ids) for m in every if m not in rows],
        "items": names,
        "forms": ready,
        "sent": sent,
        "has_errors": sent is not None,
    }
    return page(request, "account.html", context, 422 if sent is not None else 200)


def _act(request: HttpRequest, form: forms.Form, act: Callable[[dict[str, Any]], str]) -> HttpResponse:
    """Carry out an act of the people's room with a form's content; its refusal stands in the form."""
    counts = _counts(request)
    if wait := tries.count_try(*counts):
        form.add_error(None, SHUT.format(tries.whole_minutes(wait)))
    elif form.is_valid():
        try:
            flashes.success(request, act(form.cleaned_data))
        except Invalid as error:
            form.add_error(None, error.message)
        else:
            tries.uncount_try(*counts)
            return redirect("portal:account")
    return _account_page(request, form)


def _counts(request: HttpRequest) -> list[tries.Count]:
    """The counters of a name and a number that do not fit: of each number here, of the account, of each anywhere."""
    numbers = {tidy(request.POST.get(name, "")[:60]) for name in ("number", "uscc", "agent_number")} - {""}
    visitor, address = (tries.BIND_ACCOUNT, who.account_of(request).person), counted_network(address_of(request))
    return tries.make_number_counters(visitor, tries.BIND_HERE, tries.BIND_NUMBER, address, *sorted(numbers))


@require_POST
@signed_in
def real_name(request: HttpRequest) -> HttpResponse:
    """实名认证 (3.5c)."""

    def act(data: dict[str, Any]) -> str:
        own = who.account_of(request)
        actor = service.own_actor(own, address_of(request))
        verdict = service.verify_real_name(own, data["name"], data["id_type"], data["number"], actor)
        if not verdict.passed:
            raise Invalid(verdict.reason, verdict.message)
        return "实名认证已通过。"

    return _act(request, RealName(request.POST), act)


@require_POST
@signed_in
def binding_code(request: HttpRequest) -> HttpResponse:
    """填写窗口给的绑定码: the account becomes the person's, or their organisation's."""

    def act(data: dict[str, Any]) -> str:
        own = who.account_of(request)
        actor = service.own_actor(own, address_of(request))
        subject = binding.redeem_code(own, data["number"], data["code"], actor)
        return f"已绑定“{subject.name}”，可以以{'本人' if subject.kind == 'person' else '单位'}的名义办理了。"

    return _act(request, Code(request.POST), act)


@require_POST
@signed_in
def organisation(request: HttpRequest) -> HttpResponse:
    """绑定单位: by its legal representative only."""

    def act(data: dict[str, Any]) -> str:
        own = who.account_of(request)
        subject = service.verify_organisation(own, data["uscc"], data["org_name"], who.applicant(request))
        return f"已绑定“{subject.name}”。"

    return _act(request, Organisation(request.POST), act)


@require_POST
@signed_in
def grant(request: HttpRequest) -> HttpResponse:
    """授权他人代办 (许可法 29 条). Tells nothing about whom it is given to."""
    own = _own(request)

    def act(data: dict[str, Any]) -> str:
        principal = next(s for s in own if s.pk == data["principal"])
        mandate = offer_mandate(
            principal,
            name=data["agent_name"],
            id_type=data["agent_type"],
            number=data["agent_number"],
            items=[data["scope"]] if data["scope"] else None,
            first_day=data["first_day"],
            last_day=data["last_day"],
            actor=who.applicant(request),
        )
        # the same words whether that person is on record or not
        return (
            f"已授权{mandate.agent_name}代办。对方以这个姓名和证件号码实名后即可代办；写错了的不起作用，请撤销后重填。"
        )

    return _act(request, Grant(own, who.today(), request.POST), act)


@require_POST
@signed_in
def revoke(request: HttpRequest, id: int) -> HttpResponse:
    """撤销授权, or give one back."""
    ids = {s.pk for s in _own(request)}
    mandate = or_404(queries.find_mandate(ids, id))
    try:
        revoke_mandate(mandate, who.applicant(request))
    except Invalid as error:
        flashes.error(request, error.message)
    else:
        flashes.success(request, "授权已撤销。")
    return redirect("portal:account")


# --- messages ---------------------------------------------------------------------------------------------------------


@require_safe
@signed_in
def inbox(request: HttpRequest) -> HttpResponse:
    """消息, newest first."""
    account = who.account_of(request)
    rows, total, shown = queries.list_messages(account, number(request.GET.get("page")), PER_PAGE)
    context = {
        "title": "消息",
        "rows": rows,
        "total": total,
        "page_number": shown,
        "per_page": PER_PAGE,
    }
    return page(request, "messages.html", context)


@require_POST
@signed_in
def read_all(request: HttpRequest) -> HttpResponse:
    messages.mark_read(who.account_of(request))
    return redirect("portal:messages")


@require_POST
@signed_in
def open_message(request: HttpRequest, id: int) -> HttpResponse:
    """Mark a message read and go where it leads; never to another site."""
    own = who.account_of(request)
    message = or_404(queries.find_message(own, id))
    messages.mark_read(own, [id])
    return redirect(choose_address(message.link, "portal:messages"))


@require_safe
@signed_in
def outbox(request: HttpRequest) -> HttpResponse:
    """发件箱: what a provider of mails and short messages would send. In a demo store only: it shows everybody's."""
    if not is_demo_store():
        raise Http404("no outbox in a production store")
    return page(request, "outbox.html", {"title": "发件箱（演示）", "rows": queries.list_mails(_OUTBOX)})
