"""Sends the outbox: mails by Django's mail settings, short messages by their provider; records the result of each try.

A row belongs to one worker for `LEASE` seconds and is sent outside any transaction. If a worker is killed between
sending and recording it, the message is sent twice; none is lost. Text and addresses never enter a log or a reason.
"""

from __future__ import annotations

import logging
import smtplib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from yichuang.ledger.actor import Actor
from yichuang.ledger.service import record
from yichuang.people import rights, sms
from yichuang.people.face import mask_email
from yichuang.people.messages import tell_account
from yichuang.people.mfa import is_demo_store
from yichuang.people.models import Account, Mail

log = logging.getLogger(__name__)
# Seconds until the next try after the first, second, … failed one; after the last pause nothing more is tried
PAUSES = (60, 300, 1800, 7200, 21600, 43200, 86400)
KEPT = timedelta(days=3)  # what could not be sent by then is stale
LEASE = timedelta(seconds=300)
LONGEST_RUN = 60  # seconds one run of `deliver` goes on taking rows
SMTP = "django.core.mail.backends.smtp.EmailBackend"


def mail_configured() -> bool:
    """Whether mails leave this installation: a mail server is set."""
    return bool(settings.EMAIL_HOST)


def mail_backend() -> str:
    """The Django backend that takes mails over: SMTP when set; files in a demo store; else none, and mails wait."""
    return SMTP if mail_configured() else str(settings.MAIL_FILES_BACKEND) if is_demo_store() else ""


def queue_mail(to: str, title: str, text: str, *, secret: bool = False, owner: Account | None = None) -> Mail:
    """Put a mail into the outbox; the worker sends it within seconds. A `secret` mail holds a one-time link: its text
    is erased once it is sent or given up. `owner` gets a message inside the site when it is refused for good.
    """
    return Mail.objects.create(channel="email", to=to, subject=title, body=text, secret=secret, owner=owner)


class QueueBackend(BaseEmailBackend):
    """Django's `EMAIL_BACKEND`: what Django and allauth send (a new password, for instance) waits in the outbox too.

    So a page takes the same time whether an address is on record or not, and no mail server can hold it up.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            for to in message.recipients():
                queue_mail(to, str(message.subject)[:100], str(message.body), secret=True)
        return len(email_messages)


@dataclass(frozen=True, slots=True)
class MailFault:
    """Why a try failed. `final`: another try cannot succeed; `server`: other messages would fail too."""

    why: str
    final: bool = False
    server: bool = False


def explain_fault(error: Exception) -> MailFault:
    """The fault behind an exception while sending. Codes only: a server's words may repeat address and text."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _refused(*next(iter(error.recipients.values())))
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return MailFault(f"邮件服务器不接受我们的账号（{error.smtp_code}）", server=True)
    if isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPHeloError | smtplib.SMTPSenderRefused):
        return MailFault(f"邮件服务器不接受我们发信（{error.smtp_code}）", server=True)
    if isinstance(error, smtplib.SMTPResponseException):
        return _refused(error.smtp_code, error.smtp_error)
    if isinstance(error, TimeoutError):
        return MailFault("邮件服务器没有回答（超时）", server=True)
    if isinstance(error, ValueError):  # a header or an address that is none
        return MailFault("地址不能用来发信", final=True)
    if isinstance(error, smtplib.SMTPException | OSError):
        return MailFault("连不上邮件服务器", server=True)
    return MailFault(f"发送程序出错（{type(error).__name__}）", server=True)


def _refused(code: int, words: bytes | str) -> MailFault:
    text = words.decode("ascii", "ignore") if isinstance(words, bytes) else words
    first = text.split(" ", 1)[0]
    status = f"{code} {first}" if first.replace(".", "").isdigit() and first.count(".") == 2 else str(code)
    if 500 <= code < 600:
        return MailFault(f"对方服务器拒收（{status}）", final=True)
    return MailFault(f"对方服务器暂时不收（{status}）")


def deliver() -> int:
    """Send all due messages and return how many were accepted. Call outside a transaction.

    A fault of the server ends the run for its channel, so that a server that hangs costs one time-out a run.
    """
    _give_up_stale()
    return _run("email", _mail_sender()) + _run("sms", _sms_sender())


class Unopened(Exception):
    """The server could not be reached, so nothing is known about the mail itself."""

    def __init__(self, fault: MailFault) -> None:
        super().__init__(fault.why)
        self.fault = fault


Sender = Callable[[Mail], str]  # sends one and answers what took it over; raises


def _mail_sender() -> Sender | None:
    backend = mail_backend()
    if not backend:
        return None
    connection: Any = get_connection(backend)  # `Any`: Django's backends share no type for `open`

    def send(mail: Mail) -> str:
        message = EmailMessage(mail.subject, mail.body, settings.DEFAULT_FROM_EMAIL, [mail.to], connection=connection)
        try:
            connection.open()  # nothing to do when it still is
        except Exception as error:
            raise Unopened(replace(explain_fault(error), final=False, server=True)) from error
        try:
            message.send()
        except Exception:
            connection.close()  # the next one begins anew
            raise
        return "smtp" if backend == SMTP else "file"

    return send


def _sms_sender() -> Sender | None:
    provider = sms.get_provider()
    if provider is None:
        return None

    def send(mail: Mail) -> str:
        provider.send(mail.to, mail.body)
        return provider.code

    return send


def _run(channel: str, sender: Sender | None) -> int:
    sent_count, started = 0, time.monotonic()
    while sender is not None and time.monotonic() - started < LONGEST_RUN:
        mail = _claim(channel)
        if mail is None:
            break
        fault = _try(mail, sender)
        sent_count += fault is None
        if fault is not None and fault.server:
            break
    return sent_count


@transaction.atomic
def _claim(channel: str) -> Mail | None:
    """Claim the row that is due longest. Its try is counted at once, so that the try of a killed worker counts too."""
    at = timezone.now()
    due = Mail.objects.filter(state="waiting", channel=channel, next_at__lte=at).order_by("next_at", "id")
    mail = due.select_for_update(skip_locked=True, of=("self",)).first()
    if mail is not None:
        mail.tries, mail.next_at = mail.tries + 1, at + LEASE
        mail.save(update_fields=["tries", "next_at"])
    return mail


def _try(mail: Mail, sender: Sender) -> MailFault | None:
    try:
        via = sender(mail)
    except Unopened as unopened:
        fault = unopened.fault
    except sms.Unsent as unsent:
        fault = MailFault(unsent.why[:100], final=unsent.final)
    except Exception as error:
        fault = explain_fault(error)
    else:
        _note_sent(mail, via)
        return None
    _note_fault(mail, fault)
    return fault


def _note_sent(mail: Mail, via: str) -> None:
    mail.state, mail.sent_at, mail.via, mail.failure = "sent", timezone.now(), via, ""
    mail.body = "" if mail.secret else mail.body
    mail.save(update_fields=["state", "sent_at", "via", "failure", "body"])


def _note_fault(mail: Mail, fault: MailFault) -> None:
    log.warning("mail %s: %s, try %s", mail.pk, fault.why, mail.tries)
    mail.failure = fault.why
    if not fault.final and mail.tries <= len(PAUSES):
        mail.next_at = timezone.now() + timedelta(seconds=PAUSES[mail.tries - 1])
        mail.save(update_fields=["failure", "next_at"])
        return
    with transaction.atomic():
        mail.state = "failed"
        mail.body = "" if mail.secret else mail.body
        mail.save(update_fields=["failure", "state", "body"])
        if mail.owner is not None:
            tell_account(
                mail.owner, "邮件没有送达", f"“{mail.subject}”没有送到{mask_email(mail.to)}：{fault.why}。请核对邮箱。"
            )


def _give_up_stale() -> None:
    """Give up rows that waited too long: late messages only confuse. The message inside the site remains, so usually
    nobody is told; but a secret text is erased, and its owner gets a message.
    """
    stale = Mail.objects.filter(state="waiting", created_at__lt=timezone.now() - KEPT)
    with transaction.atomic():
        for mail in (
            stale.filter(secret=True).exclude(owner=None).select_related("owner").select_for_update(of=("self",))
        ):
            assert mail.owner is not None
            words = f"“{mail.subject}”没有发到{mask_email(mail.to)}：三天之内没有发出，里面的链接已经清除。请重新发放。"
            tell_account(mail.owner, "邮件没有送达", words)
        stale.filter(secret=True).update(body="")
        stale.filter(failure="").update(failure="超过三天没有发出")
        stale.update(state="failed")


def retry_mail(mail: Mail, actor: Actor) -> bool:
    """Queue a failed row again, on record. False when there is nothing to send: it has not failed, or its one-time link
    was erased."""
    rights.OUTBOX.demand(actor)
    with transaction.atomic():
        locked = Mail.objects.select_for_update(of=("self",)).get(pk=mail.pk)
        if locked.state != "failed" or not locked.body:
            return False
        at = timezone.now()
        locked.state, locked.tries, locked.next_at, locked.created_at = "waiting", 0, at, at
        locked.save(update_fields=["state", "tries", "next_at", "created_at"])
        record(f"people/mail/{locked.pk}", "mail_retried", {}, actor)
    return True
