"""发件箱: how far mails and short messages got; a failed one is tried again. Addresses are masked, texts not shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from yichuang.faces.house import frame
from yichuang.faces.requests import or_404
from yichuang.kernel.codes import phone
from yichuang.ledger.actor import Actor
from yichuang.people import mailing, sms
from yichuang.people import queries as people
from yichuang.people.face import mask_email
from yichuang.people.rights import OUTBOX

if TYPE_CHECKING:
    from yichuang.people.models import Mail

ACTIVE = "house:outbox"
MOST = 100  # rows shown
STATES = {"failed": "未能发出", "waiting": "待发", "sent": "已发出"}
VIA = {"smtp": "邮件服务器", "file": "写入发件箱目录（没有外发）", "local": "写入发件箱目录（没有外发）"}


@require_safe
@frame.for_right(OUTBOX)
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The newest rows of one state, with how many there are of each; and whether anything can leave at all."""
    asked = request.GET.get("state", "")
    counts = people.count_mails()
    state = asked if asked in STATES else next((s for s in STATES if counts.get(s)), "sent")
    tabs = [
        {"text": text, "href": f"{reverse(ACTIVE)}?state={s}", "active": s == state, "count": counts.get(s, 0)}
        for s, text in STATES.items()
    ]
    context = {
        "title": "发件箱",
        "tabs": tabs,
        "state": state,
        "rows": [_row(mail) for mail in people.list_mails(MOST, state)],
        "most": MOST,
        "ways": _ways(),
    }
    return frame.page(request, actor, "outbox.html", context, active=ACTIVE)


def _row(mail: Mail) -> dict[str, Any]:
    masked = mask_email(mail.to) if mail.channel == "email" else phone.mask(mail.to)
    return {
        "id": mail.pk,
        "channel": mail.get_channel_display(),
        "to": masked,
        "title": mail.subject,
        "at": mail.created_at,
        "sent": mail.sent_at,
        "via": VIA.get(mail.via, mail.via),
        "tries": mail.tries,
        "next": mail.next_at,
        "failure": mail.failure,
        "again": mail.state == "failed" and bool(mail.body),
    }


def _ways() -> list[tuple[str, str]]:
    """By which way mails and short messages leave here; the server's name, never its account."""
    backend = mailing.mail_backend()
    if backend == mailing.SMTP:
        mail = f"经 {settings.EMAIL_HOST}:{settings.EMAIL_PORT}，发件人 {settings.DEFAULT_FROM_EMAIL}"
    elif backend:
        mail = "演示库：写入数据目录的 outbox，不外发"
    else:
        mail = "没有设置邮件服务器：邮件等待设置，超过三天不再发出；首次登录链接请当面打印交付"
    provider = sms.get_provider()
    if provider is None:
        short = "没有设置短信服务：短信等待设置，超过三天不再发出"
    else:
        short = "写入数据目录的 outbox，不外发" if provider.code == "local" else f"经 {provider.code}"
    return [("电子邮件", mail), ("短信", short)]


@require_POST
@frame.for_right(OUTBOX)
def retry(request: HttpRequest, actor: Actor, mail_id: int) -> HttpResponse:
    """A failed one is tried again from the beginning, on record."""
    mail = or_404(people.find_mail(mail_id))
    if mailing.retry_mail(mail, actor):
        messages.success(request, "已重新排入待发，后台在一分钟内再试。")
    else:
        messages.error(request, "这一封不能再发：它已经发出或正在等待，或者含有已经失效的一次性链接，请重新发放链接。")
    return redirect(ACTIVE)
