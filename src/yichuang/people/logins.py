"""Records log-ins, log-outs and refusals. Ids and counts only; a user name that no account has is never stored.

A stranger can cause only few entries: of an account's failures in one hour the first five are entries, then only each
doubling, with the number so far. The same holds for lock-outs. Failures under names that no account has (such a name
may be a password) share one stream and one counter, and only doublings are entries.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from yichuang.ledger.actor import Actor
from yichuang.ledger.service import record
from yichuang.people.models import Account

SINGLE = 5  # failures of an account in an hour that are entries one by one
KEPT = 7  # days a counter keeps its row


def record_login(account: Account, actor: Actor) -> None:
    """Somebody logged in."""
    record(f"login/{account.person}", "logged_in", {}, actor)


def record_logout(account: Account, actor: Actor) -> None:
    """Somebody logged out."""
    record(f"login/{account.person}", "logged_out", {}, actor)


def record_new_password(account: Account, actor: Actor) -> None:
    """The password was changed or set anew."""
    record(f"login/{account.person}", "password_changed", {}, actor)


def record_failure(username: str, actor: Actor, *, kind: str = "login_failed") -> None:
    """A log-in was refused: `login_failed`, `code_failed` (second factor) or `locked_out`. Two statements at least."""
    account = Account.objects.filter(username=username).first() if username else None
    person = account.person if account else ""
    single = SINGLE if account else 0
    with transaction.atomic():
        count = _count(f"{kind}/{person}")
        if count <= single or count & (count - 1) == 0:
            record(f"login/{person or 'unknown'}", kind, {"count": count}, actor)


def _count(target: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [target])
        return int(cursor.fetchone()[0])


def remove_counts() -> int:
    """Remove old counters; how many."""
    with connection.cursor() as cursor:
        cursor.execute("delete from people_failedlogin where hour < clock_timestamp() - %s * interval '1 day'", [KEPT])
        return int(cursor.rowcount)


_COUNT = """
insert into people_failedlogin (target, hour, count) values (%s, date_trunc('hour', clock_timestamp()), 1)
on conflict (target, hour) do update set count = people_failedlogin.count + 1 returning count
"""


def list_latest(account: Account, most: int) -> list[tuple[str, str, str, datetime]]:
    """The latest entries of the account's log-ins, the newest first: kind, address, device, when. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select kind, ip, device, recorded_at from ledger_entry where stream = %s order by seq desc limit %s",
            [f"login/{account.person}", most],
        )
        return [(kind, ip, device, at) for kind, ip, device, at in cursor.fetchall()]
