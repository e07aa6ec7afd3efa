"""The outbox against a real mail server: sent, put off, refused, hanging; short messages; nothing of it in a log."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import Message as Letter
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core.mail import send_mail
from django.db import connection
from django.utils import timezone

from tests.waiting import HANGS
from yichuang.ledger.actor import Actor
from yichuang.ledger.models import Entry
from yichuang.ops.web import free_port
from yichuang.people import mailing, mfa, sms
from yichuang.people.models import Account, Mail, Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("production_store")]
SYSTEM = Actor("a:9", post="410100/zwb/sysadmin/1", post_kind="sysadmin")
SECRET = "机密内容-8f3a"


class Office:
    """What the mail server does with each recipient: `answers` by address; the letters it took are in `letters`."""

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        self.letters: list[Letter] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if said := self.answers.get(address):
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.letters.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@pytest.fixture
def office(settings: Any) -> Iterator[Office]:
    handler = Office()
    port = free_port("127.0.0.1", 18700 + os.getpid() % 1000)
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = 2
    yield handler
    controller.stop()


@pytest.fixture
def person() -> Account:
    return Account.objects.create_user("zhangsan", None, email="zhang@example.cn")


def fresh(mail: Mail) -> Mail:
    mail.refresh_from_db()
    return mail


def due(mail: Mail) -> None:
    Mail.objects.filter(pk=mail.pk).update(next_at=timezone.now())


def test_a_mail_goes_out_by_the_server_and_says_when(office: Office) -> None:
    mail = mailing.queue_mail("zhang@example.cn", "请补正材料", "“食品经营许可”需要补正。")
    assert mailing.deliver() == 1
    assert (fresh(mail).state, mail.via, mail.tries) == ("sent", "smtp", 1) and mail.sent_at is not None
    (letter,) = office.letters
    assert letter["Subject"] == "请补正材料" and letter["To"] == "zhang@example.cn"
    assert "需要补正" in letter.get_content()  # type: ignore[attr-defined]
    assert mailing.deliver() == 0 and len(office.letters) == 1  # once


def test_a_temporary_refusal_is_tried_again_after_growing_pauses(office: Office) -> None:
    office.answers["busy@example.cn"] = "451 4.3.2 try later"
    mail, other = mailing.queue_mail("busy@example.cn", "一", "二"), mailing.queue_mail("ok@example.cn", "一", "二")
    pauses = []
    for _ in range(3):
        before = timezone.now()
        mailing.deliver()
        pauses.append(round((fresh(mail).next_at - before).total_seconds() / 60))
        assert mailing.deliver() == 0  # not before its time
        due(mail)
    assert (mail.state, mail.failure, pauses) == ("waiting", "对方服务器暂时不收（451 4.3.2）", [1, 5, 30])
    assert fresh(other).state == "sent"  # one that is put off holds up no other
    office.answers.clear()
    assert mailing.deliver() == 1
    assert (fresh(mail).state, mail.failure, mail.tries) == ("sent", "", 4)


def test_after_the_last_pause_it_is_given_up(office: Office) -> None:
    office.answers["busy@example.cn"] = "451 try later"
    mail = mailing.queue_mail("busy@example.cn", "一", "二")
    Mail.objects.update(tries=len(mailing.PAUSES))
    mailing.deliver()
    assert fresh(mail).state == "failed"


def test_a_refusal_for_good_is_told_to_whose_mail_it_is(office: Office, person: Account) -> None:
    office.answers["zhang@example.cn"] = "550 5.1.1 <zhang@example.cn>: no such user"
    mail = mailing.queue_mail("zhang@example.cn", "已受理", "内容", owner=person)
    mailing.deliver()
    assert (fresh(mail).state, mail.failure, mail.tries) == ("failed", "对方服务器拒收（550 5.1.1）", 1)
    told = Message.objects.get(account=person)
    assert told.title == "邮件没有送达" and "z***@example.cn" in told.text and "550 5.1.1" in told.text
    assert mailing.deliver() == 0


@pytest.mark.parametrize("to", ["张三@example.cn", "a@b\nBcc: c@d", ""])
def test_an_address_that_is_none_fails_and_stops_nothing(office: Office, to: str) -> None:
    mail = Mail.objects.create(channel="email", to=to, subject="一", body="二")
    other = mailing.queue_mail("ok@example.cn", "一", "二")
    mailing.deliver()
    assert fresh(other).state == "sent" and fresh(mail).state != "waiting", mail.failure
    assert [letter["To"] for letter in office.letters].count("ok@example.cn") == 1


@pytest.fixture
def hanging(settings: Any) -> Iterator[list[int]]:
    """A server that takes connections and never says a word; how many came."""
    listener = socket.create_server(("127.0.0.1", 0))
    came: list[int] = []
    held: list[socket.socket] = []

    def accept() -> None:
        while True:
            try:
                held.append(listener.accept()[0])
            except OSError:
                return
            came.append(1)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", listener.getsockname()[1]
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 0.5
    yield came
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(HANGS)
    for one in held:
        one.close()


def test_a_server_that_hangs_costs_one_time_out_and_the_run_goes_on(hanging: list[int], settings: Any) -> None:
    settings.SMS_PROVIDER = "tests.db.people.test_mailing.Operator"
    Operator.sent = []
    mails = [mailing.queue_mail(f"u{n}@example.cn", "一", "二") for n in range(5)]
    short = Mail.objects.create(channel="sms", to="13800000000", subject="一", body="二")
    mailing.deliver()
    assert len(hanging) == 1
    assert fresh(short).state == "sent"
    assert [fresh(m).tries for m in mails] == [1, 0, 0, 0, 0]
    assert mails[0].state == "waiting" and mails[0].failure in ("连不上邮件服务器", "邮件服务器没有回答（超时）")


def test_a_server_that_is_not_there_or_refuses_us_is_tried_again(settings: Any) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    mail = mailing.queue_mail("a@example.cn", "一", "二")
    mailing.deliver()
    assert (fresh(mail).state, mail.failure) == ("waiting", "连不上邮件服务器")


def test_our_account_not_accepted_is_not_the_mail_s_fault(office: Office, settings: Any) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "yichuang", "wrong"
    mail = mailing.queue_mail("a@example.cn", "一", "二")
    mailing.deliver()
    assert fresh(mail).state == "waiting" and mail.failure


def test_neither_text_nor_address_enters_a_log(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    office.answers["li@example.cn"] = f"550 5.7.1 li@example.cn {SECRET}"
    caplog.set_level(logging.DEBUG)
    logging.getLogger("yichuang").propagate = True
    mail = mailing.queue_mail("li@example.cn", "一", SECRET)
    mailing.deliver()
    assert fresh(mail).state == "failed"
    kept = f"{mail.failure} {' '.join(r.getMessage() for r in caplog.records if r.name.startswith('yichuang'))}"
    assert "550" in kept and SECRET not in kept and "li@example.cn" not in kept


def test_a_one_time_link_is_emptied_once_it_is_sent_or_given_up(office: Office) -> None:
    office.answers["gone@example.cn"] = "550 no"
    sent = mailing.queue_mail("a@example.cn", "一", SECRET, secret=True)
    lost = mailing.queue_mail("gone@example.cn", "一", SECRET, secret=True)
    mailing.deliver()
    assert (fresh(sent).state, sent.body, fresh(lost).state, lost.body) == ("sent", "", "failed", "")
    assert not mailing.retry_mail(lost, SYSTEM)


def test_what_django_sends_waits_in_the_outbox_too(office: Office, settings: Any) -> None:
    settings.EMAIL_BACKEND = "yichuang.people.mailing.QueueBackend"
    send_mail("重新设置密码", SECRET, None, ["a@example.cn"])
    mail = Mail.objects.get()
    assert (mail.to, mail.state, mail.secret) == ("a@example.cn", "waiting", True) and not office.letters
    assert mailing.deliver() == 1 and len(office.letters) == 1


def test_production_without_a_server_keeps_mails_three_days_and_writes_no_file(settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_HOST, settings.EMAIL_FILE_PATH = "", tmp_path
    assert not mailing.mail_configured()
    mail = mailing.queue_mail("a@example.cn", "一", SECRET, secret=True)
    short = Mail.objects.create(channel="sms", to="13800000000", subject="一", body="二")
    assert mailing.deliver() == 0 and not list(tmp_path.iterdir())
    assert (fresh(mail).state, fresh(short).state, mail.tries) == ("waiting", "waiting", 0)
    Mail.objects.update(created_at=timezone.now() - mailing.KEPT - timedelta(minutes=1))
    mailing.deliver()
    assert (fresh(mail).state, mail.failure, mail.body) == ("failed", "超过三天没有发出", "")


def test_who_had_a_link_sent_hears_that_it_never_went(settings: Any, person: Account) -> None:
    settings.EMAIL_HOST = ""
    mailing.queue_mail("a@example.cn", "首次登录", SECRET, secret=True, owner=person)
    mailing.queue_mail("b@example.cn", "通知", "二", owner=person)
    Mail.objects.update(created_at=timezone.now() - mailing.KEPT - timedelta(minutes=1))
    mailing.deliver()
    told = Message.objects.get(account=person)
    assert "首次登录" in told.text and "重新发放" in told.text and SECRET not in told.text


def test_a_demo_store_writes_mails_and_short_messages_into_its_folder(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mfa, "_kind", "demo")
    settings.EMAIL_HOST, settings.EMAIL_FILE_PATH, settings.SMS_PROVIDER = "", str(tmp_path), ""
    mail = mailing.queue_mail("a@example.cn", "一", "邮件内容")
    short = Mail.objects.create(channel="sms", to="13800000000", subject="一", body="短信内容")
    assert mailing.deliver() == 2
    assert (fresh(mail).via, fresh(short).via) == ("file", "local")
    (written,) = tmp_path.glob("sms-*.txt")
    assert written.read_text(encoding="utf-8") == "13800000000\n短信内容\n"
    assert len(list(tmp_path.glob("*.log"))) == 1


class Operator:
    """An operator's interface as a city would write it."""

    code = "operator"
    sent: list[tuple[str, str]] = []
    refusal: sms.Unsent | None = None

    def send(self, number: str, text: str) -> None:
        if Operator.refusal:
            raise Operator.refusal
        Operator.sent.append((number, text))


def test_short_messages_go_by_the_provider_of_the_setting(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SMS_PROVIDER = "tests.db.people.test_mailing.Operator"
    monkeypatch.setattr(Operator, "sent", [])
    good = Mail.objects.create(channel="sms", to="13800000000", subject="一", body="二")
    mailing.deliver()
    assert fresh(good).via == "operator" and Operator.sent == [("13800000000", "二")]
    for refusal, state in (
        (sms.Unsent("号码为空号", final=True), "failed"),
        (sms.Unsent("忙", final=False), "waiting"),
    ):
        monkeypatch.setattr(Operator, "refusal", refusal)
        mail = Mail.objects.create(channel="sms", to="13900000000", subject="一", body="二")
        mailing.deliver()
        assert (fresh(mail).state, mail.failure) == (state, refusal.why)


def test_a_failed_one_is_tried_again_on_record(office: Office) -> None:
    office.answers["a@example.cn"] = "550 no"
    mail = mailing.queue_mail("a@example.cn", "一", "二")
    mailing.deliver()
    office.answers.clear()
    assert mailing.retry_mail(mail, SYSTEM) and not mailing.retry_mail(mail, SYSTEM)
    assert mailing.deliver() == 1 and fresh(mail).state == "sent"
    assert list(Entry.objects.values_list("stream", "kind", "actor")) == [
        (f"people/mail/{mail.pk}", "mail_retried", "a:9")
    ]


def test_one_row_is_one_worker_s(office: Office) -> None:
    mail = mailing.queue_mail("a@example.cn", "一", "二")
    assert mailing._claim("email") == mail
    assert mailing.deliver() == 0  # it is somebody else's for five minutes
    Mail.objects.update(next_at=timezone.now())
    assert mailing.deliver() == 1 and fresh(mail).tries == 2
    assert not connection.in_atomic_block or len(office.letters) == 1


def test_the_worker_sends_it_every_ten_seconds() -> None:
    from procrastinate.contrib.django import app

    (cron,) = [
        p.cron for p in app.periodic_registry.periodic_tasks.values() if p.task.name.endswith("people.tasks.deliver")
    ]
    assert cron == "* * * * * */10"
