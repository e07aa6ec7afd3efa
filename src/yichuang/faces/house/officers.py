"""One officer: posts over time, absences and stand-ins, closing the account; enrolling a new one. No case enters."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from yichuang.aggregates.refusal import Invalid
from yichuang.faces import who
from yichuang.faces.fields import choice, day_field, short
from yichuang.faces.forms import django_errors
from yichuang.faces.house import frame
from yichuang.faces.requests import or_404
from yichuang.ledger.actor import Actor
from yichuang.org import queries as org
from yichuang.org import reach, service
from yichuang.org.kinds import ABSENCE_REASONS
from yichuang.org.rights import OFFICERS
from yichuang.people.face import mask_email
from yichuang.people.first_login import issue_first_link
from yichuang.people.mailing import mail_configured, queue_mail
from yichuang.people.service import close_account, register_account

if TYPE_CHECKING:
    from yichuang.org.models import Absence, Officer
    from yichuang.people.models import Account

ACTIVE = "house:departments"
FIRST_MAIL = """{officer.name}：

您在一窗的账号已经开通，用户名 {officer.account.username}。请在 {days} 天内打开下面的链接设置密码，链接只能用一次：

{address}

登录后请接着设置动态口令。不是您本人的，请删除本邮件。"""


class AbsenceForm(forms.Form):
    """Somebody is away."""

    use_required_attribute = False

    def __init__(self, data: Any = None, today: date | None = None) -> None:
        super().__init__(data, initial={"first_day": today})
        self.fields = {
            "first_day": day_field("从哪天"),
            "last_day": day_field("到哪天"),
            "reason": choice("原因", list(ABSENCE_REASONS.items()), many=0),
        }


class EnrolForm(forms.Form):
    """A new officer: the account without a password, which its owner sets by a one-time link."""

    use_required_attribute = False

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        mail = {"invalid": "电子邮箱的写法不对。"}
        self.fields = {
            "name": short("姓名"),
            "number": short("工号"),
            "username": short("用户名"),
            "email": forms.EmailField(
                label="电子邮箱",
                required=False,
                error_messages=mail,
                help_text="首次登录的链接发到这里；不填的，登记后显示一次，由您打印交付。",
            ),
        }


@require_http_methods(["GET", "HEAD", "POST"])
@frame.for_right(OFFICERS)
def page(request: HttpRequest, actor: Actor, officer_id: int) -> HttpResponse:
    """An officer's posts, absences and stand-ins; POST records an absence."""
    officer = _officer(actor, officer_id)
    today = who.seated(request).day
    form = AbsenceForm(request.POST if request.method == "POST" else None, today)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            service.record_absence(officer, given["first_day"], given["last_day"], given["reason"], actor)
        except Invalid as error:
            frame.refuse(form, error, {"reason": "reason"}, "first_day")
        else:
            messages.success(request, f"已登记{officer.name}缺席。请为其岗位指定代理人。")
            return redirect("house:officer", officer.pk)
    errors = django_errors(form)
    record = reach.read_record(officer)
    context = {
        "title": officer.name,
        "officer": officer,
        "today": today,
        "own": actor.person == officer.account.person,
        "by_mail": bool(officer.account.email) and mail_configured(),
        "holdings": record.holdings,
        "away": [_away(absence, record, today) for absence in record.absences],
        "standing_in": record.standing_in,
        "form": form,
        "errors": errors,
        "has_errors": bool(errors),
    }
    return frame.page(request, actor, "officer.html", context, active=ACTIVE, status=422 if errors else 200)


def _away(absence: Absence, record: reach.OfficerRecord, today: date) -> dict[str, Any]:
    """An absence with the posts held in it, each with its stand-in or None."""
    assert absence.last_day is not None
    held = [
        h
        for h in record.holdings
        if h.first_day <= absence.last_day and (h.last_day is None or h.last_day >= absence.first_day)
    ]
    stood = {d.post_id: d for d in record.delegations if d.absence_id == absence.pk}
    over = absence.last_day < today
    return {"absence": absence, "over": over, "posts": [(h.post, stood.get(h.post_id)) for h in held]}


@require_POST
@frame.for_right(OFFICERS)
def back(request: HttpRequest, actor: Actor, absence_id: int) -> HttpResponse:
    """The officer is back today (销假)."""
    absence = or_404(reach.find_absence(actor, absence_id))
    try:
        service.end_absence(absence, who.seated(request).day, actor)
    except Invalid as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{absence.officer.name}已销假，自今日起恢复办理。")
    return redirect("house:officer", absence.officer_id)


@require_POST
@frame.for_right(OFFICERS)
def stand_in(request: HttpRequest, actor: Actor, absence_id: int) -> HttpResponse:
    """A colleague, by employee number, acts from a post of somebody absent, from today or the absence's first day."""
    absence = or_404(reach.find_absence(actor, absence_id))
    colleague = org.find_officer(request.POST.get("number", "").strip())
    holding = org.find_holding(absence.officer_id, request.POST.get("post", ""))
    if holding is None or colleague is None:
        messages.error(request, "没有这个工号的在职人员；请核对后重填。" if holding else "请选择岗位。")
        return redirect("house:officer", absence.officer_id)
    first = max(absence.first_day, who.seated(request).day)
    try:
        service.delegate(absence, holding.post, colleague, actor, first_day=first)
    except Invalid as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{colleague.name}自{first}起代理{holding.post.name}，至{absence.last_day}。")
    return redirect("house:officer", absence.officer_id)


@require_POST
@frame.for_right(OFFICERS)
def close(request: HttpRequest, actor: Actor, officer_id: int) -> HttpResponse:
    """Shut the account: it can't log in any more; what it did stays. Asked for with a tick; once is enough."""
    officer = _officer(actor, officer_id)
    reach.demand_ours(actor, officer)
    if request.POST.get("sure") != "yes":
        messages.error(request, "没有关闭：请先勾选“确认关闭”。")
    elif officer.account.is_active:
        close_account(officer.account, actor)
        messages.success(request, f"{officer.name}的账号已关闭，不能再登录和办理；此前的记录保留。")
    else:
        messages.info(request, f"{officer.name}的账号此前已经关闭。")
    return redirect("house:officer", officer.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@frame.for_right(OFFICERS)
def enrol(request: HttpRequest, actor: Actor) -> HttpResponse:
    """登记人员: an account and its officer, in one transaction."""
    form = EnrolForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            officer = _enrol(given, actor)
        except Invalid as error:
            frame.refuse(form, error, {"exists": "number", "name": "name"}, "username")
        else:
            messages.success(request, f"已登记{officer.name}（工号{officer.number}）。请任命岗位。")
            return _hand_over(request, actor, officer, "house:departments")
    errors = django_errors(form)
    context = {"title": "登记人员", "form": form, "errors": errors, "has_errors": bool(errors)}
    return frame.page(request, actor, "enrol.html", context, active=ACTIVE, status=422 if errors else 200)


@require_POST
@frame.for_right(OFFICERS)
def link(request: HttpRequest, actor: Actor, officer_id: int) -> HttpResponse:
    """A new one-time link, for an officer who lost the first one, the password or, with a tick of its own, the second
    factor. Asked for with a tick.
    """
    officer = _officer(actor, officer_id)
    reach.demand_ours(actor, officer)
    if not officer.account.is_active:
        messages.error(request, f"{officer.name}的账号已关闭，不能发放登录链接。")
    elif request.POST.get("sure") != "yes":
        messages.error(request, "没有发放：请先勾选确认。")
    else:
        return _hand_over(request, actor, officer, again=request.POST.get("second_factor") == "yes")
    return redirect("house:officer", officer.pk)


@transaction.atomic
def give_link(officer: Officer, actor: Actor, own_account: Account, *, second_factor: bool = False) -> str:
    """Issue a one-time link: the address to hand over on paper; empty when a mail carries it. When the mail cannot be
    delivered, `told` hears of it. With `second_factor` that is set up anew too.
    """
    account = officer.account
    address = f"{settings.PUBLIC_URL}{issue_first_link(account, actor, second_factor=second_factor)}"
    if not (account.email and mail_configured()):
        return address
    text = FIRST_MAIL.format(officer=officer, address=address, days=settings.FIRST_LINK_DAYS)
    queue_mail(account.email, "请设置您的登录密码", text, secret=True, owner=own_account)
    return ""


def _hand_over(
    request: HttpRequest, actor: Actor, officer: Officer, onward: str = "", *, again: bool = False
) -> HttpResponse:
    """Issue the link and send it by mail; without a mail server or an address the page shows it this once."""
    address = give_link(officer, actor, who.account_of(request), second_factor=again)
    if not address:
        mail = mask_email(officer.account.email)
        messages.success(request, f"首次登录链接正发往{mail}；送不到会在“消息”里告诉您。")
        return redirect(onward) if onward else redirect("house:officer", officer.pk)
    context = {"title": "首次登录链接", "officer": officer, "address": address, "days": settings.FIRST_LINK_DAYS}
    return frame.page(request, actor, "first_link.html", context, active=ACTIVE)


@transaction.atomic
def _enrol(given: dict[str, Any], actor: Actor) -> Officer:
    account: Account = register_account(
        given["username"], None, kind="officer", real_name=given["name"], email=given["email"], actor=actor
    )
    return service.enrol_officer(account.pk, given["name"], given["number"], actor)


def _officer(actor: Actor, id: int) -> Officer:
    """An officer within reach. Raises Http404."""
    return or_404(reach.find_officer(actor, id))
