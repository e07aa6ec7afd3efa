"""Messages to people: inside the site, and the outbox of mails and short messages, which the worker sends.

Messages carry a title, a few words and a link; what they link to is shown only to who may see it. No entry is written:
a document served by law is served by the documents room, with proof; a message only tells of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction

from yichuang.ledger.service import now
from yichuang.people import queries
from yichuang.people.models import Account, Mail, Message, Subject

LONGEST_SMS = 300  # characters: what operators take as a long message


def notify(
    subject_id: str,
    title: str,
    text: str,
    link: str = "",
    *,
    case_no: str = "",
    item: str = "",
    also: Iterable[Account] = (),
    by: str = "",
    at: datetime | None = None,
) -> None:
    """Send a message to a subject: to every account that is or heads it, and to `also` (an agent who filed the case),
    except the person who acted (`by`, a person id). Without a subject, to `also` alone.

    `at` is the moment of the act, now by default. Accounts with an address get a mail too; a subject without any
    account gets a short message when its telephone number is known.
    """
    at = at or now()
    own_accounts = queries.accounts_of(subject_id)
    accounts = {account.pk: account for account in (*own_accounts, *also) if account.person != by}
    mail_text = f"{text}\n\n请登录查看：{settings.PUBLIC_URL}{link}" if link else text
    mails = [
        Mail(channel="email", to=a.email, subject=title, body=mail_text, owner=a) for a in accounts.values() if a.email
    ]
    if not own_accounts:
        phone = Subject.objects.filter(pk=subject_id).exclude(phone="").values_list("phone", flat=True).first()
        if phone:
            sms = f"【一窗】{title}：{text}"[:LONGEST_SMS]
            mails.append(Mail(channel="sms", to=phone, subject=title, body=sms))
    with transaction.atomic():
        Message.objects.bulk_create(
            Message(
                account=a,
                subject_id=subject_id or None,
                case_no=case_no,
                item=item,
                title=title,
                text=text,
                link=link,
                created_at=at,
            )
            for a in accounts.values()
        )
        Mail.objects.bulk_create(mails)


def tell_account(account: Account, title: str, text: str, link: str = "", *, case_no: str = "") -> None:
    """Send a message to one account, inside the site only."""
    Message.objects.create(account=account, title=title, text=text, link=link, case_no=case_no, created_at=now())


def tell_officers(
    posts: Mapping[int, str], title: str, text: str, link: str, *, key: str, at: datetime | None = None
) -> None:
    """Send a message to officers, inside the site only: by id of the account the post for which each is told. An
    account that was told of `key` before is not told again. One statement.
    """
    at = at or now()
    Message.objects.bulk_create(
        [
            Message(account_id=account, post=post, key=key, title=title, text=text, link=link, created_at=at)
            for account, post in posts.items()
        ],
        ignore_conflicts=True,
    )


def mark_read(account: Account, ids: Iterable[int] | None = None, *, posts: Collection[str] = queries.OWN) -> int:
    """Mark the account's messages read, those with these ids or all; at the desk, of the `posts` it acts from. Returns
    how many were unread.
    """
    unread_messages = queries.messages_of(account, posts).filter(read_at=None)
    return (unread_messages if ids is None else unread_messages.filter(pk__in=ids)).update(read_at=now())
