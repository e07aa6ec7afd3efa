"""Sessions of browsers, in a table with account, begin, last use, and why each ended.

An officer's session ends when idle or too long (`security.NUMBERS`). Nobody lists or ends a session that is not their
account's. How a request reads its own is `faces.sessions`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db import connection, transaction

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
    """The digest that stands for a session in entries and pages. The key itself would give access to it."""
    return sha256(key.encode()).hexdigest()[:16] if key else ""


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
    return key is not None and end_session(key, "elsewhere", actor)


def end_others(account: Account, current: str, why: str, actor: Actor) -> int:
    """End every session of the account but the one with the key `current`, at once; how many."""
    other_sessions = LoginSession.objects.filter(account=account, ended="").exclude(pk=current)
    return sum(end_session(key, why, actor) for key in other_sessions.values_list("session_key", flat=True))


def end_session(key: str, why: str, actor: Actor) -> bool:
    """End a session, on record, and drop its data. False when it had ended before."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_END, [why, key])
        row = cursor.fetchone()
        if row and row[0]:
            body = {"why": why, "session": digest_key(key)}
            record(f"login/a:{row[0]}", "session_ended", body, actor)
    return row is not None


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
