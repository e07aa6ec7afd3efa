"""Counters of tries: how often a visitor may try a password, a code, a number. All limits are defined here.

A window begins with the first try and ends so many seconds later: no later try or look moves its end. All web processes
count in one table, in one statement a try. A counter's key is a keyed digest: no address and no number is kept.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.utils.crypto import salted_hmac


@dataclass(frozen=True, slots=True)
class TryLimit:
    """At most `most` tries in `seconds` from the first one."""

    name: str
    most: int
    seconds: int

    @property
    def minutes(self) -> int:
        return math.ceil(self.seconds / 60)


QUARTER, HOUR = 15 * 60, 3600
# A password: five wrong ones of an account from one address or one known device; a stranger elsewhere blocks nobody
LOGIN_HERE = TryLimit("login/here", 5, QUARTER)
LOGIN_HERE_AT_MOST = TryLimit("login/here-at-most", 20, QUARTER)  # the same, however high the administrator set it
LOGIN_ADDRESS = TryLimit("login/address", 30, QUARTER)  # wrong ones of any accounts from one address
LOGIN_ACCOUNT = TryLimit("login/account", 30, QUARTER)  # wrong ones of an account from all unknown devices together
SIGNUP_ADDRESS = TryLimit("signup/address", 60, HOUR)
SIGNUP_HERE = TryLimit("signup/here", 5, HOUR)  # a document number from one address
SIGNUP_NUMBER = TryLimit("signup/number", 20, HOUR)  # a document number from anywhere
PROGRESS_ADDRESS = TryLimit("progress/address", 30, HOUR)  # wrong ones; a hall has one address
PROGRESS_HERE = TryLimit("progress/here", 5, HOUR)  # wrong codes of one number from one address
PROGRESS_NUMBER = TryLimit("progress/number", 20, HOUR)  # wrong codes of one number from anywhere
PERSON_OFFICER = TryLimit("person/officer", 60, HOUR)  # numbers an officer looks up in vain
PERSON_NUMBER = TryLimit("person/number", 5, HOUR)  # wrong names an officer tries on one number
BIND_ACCOUNT = TryLimit("bind/account", 10, HOUR)  # wrong names and numbers an account tries
BIND_HERE = TryLimit("bind/here", 5, HOUR)  # those with one number from one address, by any accounts
BIND_NUMBER = TryLimit("bind/number", 20, HOUR)  # those with one number from anywhere
VERIFY_ADDRESS = TryLimit("verify/address", 60, 300)  # every look: enough for a hall, too few to try codes out
VERIFY_FILES = TryLimit("verify/files", 20, 300)
SHARE_ADDRESS = TryLimit("share/address", 20, 300)  # wrong codes of licences that are shown; right ones are not counted
KIOSK_HALL = TryLimit("kiosk/hall", 600, HOUR)  # tickets; 1,600 a day are some 300 in the fullest hour
TOKEN_ADDRESS = TryLimit("token/address", 100, 300)  # wrong tokens; right ones are never counted

Count = tuple[TryLimit, str]  # a limit, and whom or what it counts: an address, an account, a number


def count_try(*counts: Count) -> int:
    """Count one more try on each counter, the narrowest first. Returns the seconds until the last full counter ends; 0
    when no counter was full.

    A try that a full counter stops is not counted on later ones, so one address alone never fills shared counters.
    """
    rows = _rows(_COUNT, counts)
    full = [n for n, (limit, target) in enumerate(counts) if rows[_key(limit, target)][0] > limit.most]
    if full and (wider := counts[full[0] + 1 :]):
        uncount_try(*wider)
    return _longest(counts, rows)


def make_number_counters(
    visitor: Count, limit_here: TryLimit, limit_anywhere: TryLimit, address: str, *numbers: str
) -> list[Count]:
    """The counters of a try that names these numbers: each number from this address, the visitor, each from anywhere.

    In this order, with `here` below `anywhere` and as long, one address never fills what all addresses share.
    """
    from_here = [(limit_here, f"{number}|{address}") for number in numbers]
    return [*from_here, visitor, *((limit_anywhere, number) for number in numbers)]


def read_wait(*counts: Count) -> int:
    """The seconds that `count_try` would return, without counting."""
    return _longest(counts, _rows(_READ, counts), room=1)


def uncount_try(*counts: Count) -> None:
    """Take one try off each counter: the try was successful."""
    _rows(_GIVE_BACK, counts)


def clear_counters(*counts: Count) -> None:
    """Set these counters to zero."""
    _rows(_FORGET, counts)


def remove_ended() -> int:
    """Remove the counters whose window has ended; how many."""
    with connection.cursor() as cursor:
        cursor.execute("delete from people_tries where ends_at < clock_timestamp()")
        return int(cursor.rowcount)


def whole_minutes(seconds: int) -> int:
    """Seconds as whole minutes, rounded up."""
    return math.ceil(seconds / 60)


def _longest(counts: Iterable[Count], rows: dict[str, tuple[int, float]], room: int = 0) -> int:
    waits = [0.0]
    for limit, target in counts:
        tries, seconds_left = rows.get(_key(limit, target), (0, 0.0))
        if tries > limit.most - room:
            waits.append(max(seconds_left, 1.0))
    return math.ceil(max(waits))


def _rows(statement: str, counts: tuple[Count, ...]) -> dict[str, tuple[int, float]]:
    """Carry out a statement on these counters; tries and seconds left by key."""
    keyed = sorted({_key(limit, target): limit.seconds for limit, target in counts}.items())
    with connection.cursor() as cursor:
        cursor.execute(statement, {"keys": [key for key, _ in keyed], "seconds": [n for _, n in keyed]})
        return {key: (tries, float(seconds_left)) for key, tries, seconds_left in cursor.fetchall()}


def _key(limit: TryLimit, target: str) -> str:
    return f"{limit.name}/{salted_hmac('yichuang.tries', target, algorithm='sha256').hexdigest()[:40]}"


_LEFT = "extract(epoch from ends_at - clock_timestamp())"
_COUNT = f"""
insert into people_tries as t (key, tries, ends_at)
select key, 1, clock_timestamp() + seconds * interval '1 second'
from unnest(%(keys)s::text[], %(seconds)s::int[]) as given (key, seconds) order by key
on conflict (key) do update set
  tries = case when t.ends_at <= clock_timestamp() then 1 else least(t.tries + 1, 1000000) end,
  ends_at = case when t.ends_at <= clock_timestamp() then excluded.ends_at else t.ends_at end
returning key, tries, {_LEFT}
"""
_READ = f"select key, tries, {_LEFT} from people_tries where key = any(%(keys)s) and ends_at > clock_timestamp()"
_GIVE_BACK = f"""
update people_tries set tries = greatest(tries - 1, 0) where key = any(%(keys)s) and ends_at > clock_timestamp()
returning key, tries, {_LEFT}
"""
_FORGET = f"delete from people_tries where key = any(%(keys)s) returning key, tries, {_LEFT}"
