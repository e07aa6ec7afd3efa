"""A page's session (Django's SESSION_ENGINE) and with it, in one statement, whose it is and what they may act as today.

The statement also decides whether the session is over. All of it is read at every request, so a closed account, a post
that ended or a mandate taken back counts from the next one on. When a session was last seen is written at most once a
minute.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from yichuang.ledger.actor import Actor
from yichuang.ledger.fast import run
from yichuang.org import queries as org
from yichuang.people import queries as people
from yichuang.people.models import Account, LoginSession
from yichuang.people.security import sql_number
from yichuang.people.sessions import digest_key, end_session


class SessionStore(DatabaseStore):
    """One browser's session. `ended` says why the one before ended, `password_old` that the password is past its time;
    both are known once the session has been read.
    """

    ended = ""
    password_old = False
    account: Account | None = None  # whose it is, read with it; ask `request.user`
    _acts_as: Any = None  # what `_ACTS_AS` answered
    came_from: tuple[str, str] = ("", "")  # address and device, set when somebody logs in

    @classmethod
    def get_model_class(cls) -> type[LoginSession]:
        return LoginSession

    def load(self) -> dict[str, Any]:
        """The session's content; empty for one that is over. One statement, and one more once a minute."""
        row = run(_LOAD, [settings.SESSION_COOKIE_AGE, self.session_key]).fetchone()
        self._owner = str(row[1] or "") if row else ""
        if row is None or row[2] == "gone":
            self._session_key = None
            return {}
        data, owner, over, unseen, self.password_old, self._acts_as, *account = row
        if over:
            if over == "ended":
                self.ended = data
            else:
                self.ended = over
                key = str(self.session_key)
                end_session(key, over, Actor(person=f"a:{owner}", session=digest_key(key)))
            self._session_key = None
            return {}
        if unseen:
            with connection.cursor() as cursor:
                cursor.execute(_SEEN, [self.session_key])
        if owner:
            self.account = Account.from_db(DEFAULT_DB_ALIAS, _ACCOUNT, account)
        return self.decode(data)

    def seats(self, account: Account) -> tuple[date, list[org.Seat]]:
        """`org.seats_now`, without a statement when they came with the session."""
        if self.account == account and self.account.kind == "officer":
            return org.read_seats(self._acts_as)
        return org.seats_now(account)

    def speaking(self, account: Account) -> people.Speaking:
        """`people.read_speaking_now`, without a statement when it came with the session."""
        if self.account == account and self.account.kind != "officer":
            return people.parse_speaking(account, self._acts_as)
        return people.read_speaking_now(account)

    def is_empty(self) -> bool:
        """A browser whose session ended keeps its cookie until it logs in again: the login page says why it ended."""
        return super().is_empty() and not self.ended

    def save(self, must_create: bool = False) -> None:
        """Store the content. Raises UpdateError when the session was ended meanwhile: nothing revives it."""
        if self.session_key is None:
            return self.create()
        data: dict[str, Any] = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        now, owner = timezone.now(), str(data.get(auth.SESSION_KEY, ""))
        ip, device = self.came_from
        kept: dict[str, Any] = {
            "session_data": self.encode(data),
            "expire_date": self.get_expiry_date(),
            "seen_at": now,
        }
        if must_create or owner != getattr(self, "_owner", ""):
            kept |= {"account_id": owner or None, "since": now, "ip": ip, "device": device}
        if must_create:
            try:
                with transaction.atomic():
                    LoginSession.objects.create(session_key=self.session_key, **kept)
            except IntegrityError as error:
                raise CreateError from error
        elif not LoginSession.objects.filter(pk=self.session_key, ended="").update(**kept):
            raise UpdateError
        self._owner = owner
        return None

    def delete(self, session_key: str | None = None) -> None:
        LoginSession.objects.filter(pk=session_key or self.session_key).delete()


_ACCOUNT = [field.attname for field in Account._meta.concrete_fields]
# An officer's seats; for whom any other account may speak
_ACTS_AS = f"case when a.kind = 'officer' then {org.sql_seats('a.id')} else {people.sql_speaking('a.id')} end"
# `over`: gone (nothing to say), ended (the reason stands in its place), idle, age; null while it lasts
_LOAD = f"""
select case when s.ended <> '' then s.ended else s.session_data end, s.account_id,
  case
    when s.ended <> '' then 'ended'
    when s.account_id is null then case when s.expire_date <= now.at then 'gone' end
    when a.kind = 'officer' and s.seen_at < now.at - {sql_number("idle_minutes")} * interval '1 minute' then 'idle'
    when a.kind = 'officer' and s.since < now.at - {sql_number("session_hours")} * interval '1 hour' then 'age'
    when s.expire_date <= now.at or s.since < now.at - %s * interval '1 second' then 'age'
  end,
  s.seen_at < now.at - interval '1 minute',
  coalesce(a.kind = 'officer' and {sql_number("password_days")} > 0
    and a.password_set_at < now.at - {sql_number("password_days")} * interval '1 day', false),
  case when s.ended = '' and a.id is not null then {_ACTS_AS} end, {", ".join(f"a.{name}" for name in _ACCOUNT)}
from people_loginsession s left join people_account a on a.id = s.account_id,
  lateral (select clock_timestamp() as at) now
where s.session_key = %s
"""
_SEEN = """
update people_loginsession set seen_at = clock_timestamp()
where session_key = %s and ended = '' and seen_at < clock_timestamp() - interval '1 minute'
"""


class Authentication(AuthenticationMiddleware):
    """Django's, with the account that came with the session."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: read_user(request))  # type: ignore[assignment]


def read_user(request: HttpRequest) -> Account | AnonymousUser:
    """`auth.get_user`, without a statement while the account is open and its password the one that it logged in with.

    In every other case Django reads the account and decides.
    """
    session = request.session
    given = session.get(auth.HASH_SESSION_KEY, "")
    account = session.account if isinstance(session, SessionStore) else None
    if (
        account is not None
        and account.is_active
        and str(account.pk) == session.get(auth.SESSION_KEY)
        and session.get(auth.BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(given, account.get_session_auth_hash())
    ):
        return account
    return auth.get_user(request)
