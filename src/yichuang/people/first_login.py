"""One-time links with which the owner of a new account sets its first password; the second factor follows.

Nothing is stored: a link is signed and contains a fingerprint of the present password. So it works once, ends with the
next link, and expires after `settings.FIRST_LINK_DAYS` days. The entry records that a link was issued and for which
account, never the link itself.
"""

from __future__ import annotations

from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from yichuang.ledger.actor import Actor
from yichuang.ledger.service import record
from yichuang.people import rights
from yichuang.people.models import Account

_SALT = "yichuang.people.first_login"


def issue_first_link(account: Account, actor: Actor, *, second_factor: bool = False) -> str:
    """Give the account a new one-time link; the path with its token, which is shown or sent once and kept nowhere.

    Any password the account had and any earlier link end at once, and with them its sessions. With `second_factor` the
    one it had ends too, for somebody who lost it: an officer sets up a new one at the next log-in.
    """
    rights.ACCOUNTS.demand(actor)
    with transaction.atomic():
        account.set_unusable_password()
        account.save(update_fields=["password"])
        record(f"people/account/{account.pk}", "first_link_issued", {"days": settings.FIRST_LINK_DAYS}, actor)
        if second_factor:
            Authenticator.objects.filter(user=account).delete()
            record(f"people/account/{account.pk}", "second_factor_reset", {}, actor)
    token = signing.dumps([account.pk, _fingerprint(account)], salt=_SALT)
    return reverse("first_login", args=[token])


def find_account_by_link(token: str) -> Account | None:
    """The account of a valid link's token; None for a token that is used, replaced, expired or forged."""
    try:
        pk, fingerprint = signing.loads(token, salt=_SALT, max_age=timedelta(days=settings.FIRST_LINK_DAYS))
    except signing.BadSignature:
        return None
    account = Account.objects.filter(pk=pk, is_active=True).first()
    if account is None or account.has_usable_password():
        return None
    return account if constant_time_compare(fingerprint, _fingerprint(account)) else None


def set_first_password(token: str, password: str) -> Account | None:
    """Set the password of the token's account and return the account; None when the token is not valid any more.

    The caller's form checks whether the password is good enough.
    """
    with transaction.atomic():
        account = find_account_by_link(token)
        if account is None:
            return None
        locked = Account.objects.select_for_update().get(pk=account.pk)
        if locked.password != account.password:  # another window of the same person was faster
            return None
        locked.set_password(password)
        locked.save(update_fields=["password", "password_set_at"])
        record(f"people/account/{locked.pk}", "first_password_set", {}, Actor(person=locked.person))
    return locked


def _fingerprint(account: Account) -> str:
    """A fingerprint of the present password. It changes with `set_unusable_password`, which stores a random value."""
    return salted_hmac(_SALT, account.password, algorithm="sha256").hexdigest()[:32]
