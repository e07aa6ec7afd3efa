"""Sessions of browsers, in a table that says whose they are, since when, last seen when, and why they ended.

Django's session engine (SESSION_ENGINE): the statement that reads a session also decides whether it is over, so a page
costs nothing more. An officer's session ends when idle or too long (`security.NUMBERS`); when it was last seen is
written at most once a minute. Nobody reads or ends a session that is not their account's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from yichuang.ledger.actor import Actor
from yichuang.ledger.fast import run
from yichuang.ledger.service import record
from yichuang.people.models import Account, LoginSession
from yichuang.people.security import sql_number

# Why a session ended → what the login page says; {idle} and {hours} are the numbers in force
ENDED = {
    "idle": "已{idle}分钟没有操作，为防止他人使用您的登录，系统已自动退出。重新登录后回到刚才的页面。",
    "age": "这次登录已满{hours}小时，系统已自动退出。重新登录后回到刚才的页面。",
    "elsewhere": "您的账号在别处结束了这次登录。不是您本人操作的，请重新登录后修改密码。",
    "password": "您的密码已经修改，所有设备都须用新密码重新登录。",
}


def digest_key(key: str) -> str:
    """What stands for a session in entries and pages: the key itself would open it."""
    return sha256(key.encode()).hexdigest()[:16] if key else ""


class SessionStore(DatabaseStore):
    """One browser's session. `ended` says why the one before ended, `password_old` that the password is past its time;
    both are known once the session has been read.
    """

    ended = ""
    password_old = False
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
        data, owner, over, unseen, self.password_old = row
        if over:
            if over == "ended":
                self.ended = data
            else:
                self.ended = over
                _end(
                    str(self.session_key), over, Actor(person=f"a:{owner}", session=digest_key(self.session_key or ""))
                )
            self._session_key = None
            return {}
        if unseen:
            with connection.cursor() as cursor:
                cursor.execute(_SEEN, [self.session_key])
        return self.decode(data)

    def is_empty(self) -> bool:
        """A browser whose session ended keeps its cookie until it logs in again: the login page says why it ended."""
        return super().is_empty() and not self.ended

    def save(self, must_create: bool = False) -> None:
        """Store the content. Raises UpdateError when the session was ended meanwhile: nothing revives it."""
        if self.session_key is None:
            return self.create()
        data: dict[str, Any] = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        now, owner = timezone.now(), str(data.get(SESSION_KEY, ""))
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
    and a.password_set_at < now.at - {sql_number("password_days")} * interval '1 day', false)
from people_loginsession s left join people_account a on a.id = s.account_id,
  lateral (select clock_timestamp() as at) now
where s.session_key = %s
"""
_SEEN = """
update people_loginsession set seen_at = clock_timestamp()
where session_key = %s and ended = '' and seen_at < clock_timestamp() - interval '1 minute'
"""


# --- sessions of an account ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Device:
    """A session of an account as its list shows it."""

    id: str  # digest of the key
    since: datetime
    seen_at: datetime
    ip: str
    device: str
    current: bool


def list_devices(account: Account, current: str) -> list[Device]:
    """The sessions that last, the latest seen first; `current` is the key of the one that asks. One statement."""
    rows = run(_LIST, [settings.SESSION_COOKIE_AGE, account.pk]).fetchall()
    return [
        Device(digest_key(key), since, seen_at, ip, device, key == current) for key, since, seen_at, ip, device in rows
    ]


def end_device(account: Account, id: str, actor: Actor) -> bool:
    """End the account's session with this digest, at once. False when it has none such."""
    keys = LoginSession.objects.filter(account=account, ended="").values_list("session_key", flat=True)
    key = next((key for key in keys if digest_key(key) == id), None)
    return key is not None and _end(key, "elsewhere", actor)


def end_others(account: Account, current: str, why: str, actor: Actor) -> int:
    """End every session of the account but the one with the key `current`, at once; how many."""
    others = LoginSession.objects.filter(account=account, ended="").exclude(pk=current)
    return sum(_end(key, why, actor) for key in others.values_list("session_key", flat=True))


def _end(key: str, why: str, actor: Actor) -> bool:
    """End a session, on record. What was in it is dropped. False when it had ended before."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_END, [why, key])
        found = cursor.fetchone()
        if found and found[0]:
            body = {"why": why, "session": digest_key(key)}
            record(f"login/a:{found[0]}", "session_ended", body, actor)
    return found is not None


def remove_ended() -> int:
    """Remove the rows of sessions that ended a day ago; how many."""
    with connection.cursor() as cursor:
        cursor.execute("delete from people_loginsession where expire_date < clock_timestamp() - interval '1 day'")
        return int(cursor.rowcount)


_LIST = f"""
select s.session_key, s.since, s.seen_at, s.ip, s.device from people_loginsession s
join people_account a on a.id = s.account_id, lateral (select clock_timestamp() as at) now
where s.ended = '' and s.expire_date > now.at and (
  case when a.kind = 'officer' then s.seen_at >= now.at - {sql_number("idle_minutes")} * interval '1 minute'
    and s.since >= now.at - {sql_number("session_hours")} * interval '1 hour'
  else s.since >= now.at - %s * interval '1 second' end)
  and s.account_id = %s
order by s.seen_at desc, s.session_key
"""
_END = """
update people_loginsession set ended = %s, session_data = '', expire_date = clock_timestamp()
where session_key = %s and ended = '' returning account_id
"""
