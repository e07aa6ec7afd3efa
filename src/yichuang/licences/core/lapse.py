"""What passing time has done to a licence: reminders, the end of a suspension, deemed renewal, expiry.

Days of validity are calendar days, so that no unpublished year holds anything up. `lapse` gives all that has come due,
in the order of its legal moments: a late sweep changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from yichuang.aggregates.acts import Dated, Happened
from yichuang.kernel.clock import months_after
from yichuang.kernel.codes import certificate_id
from yichuang.kernel.localtime import midnight
from yichuang.licences.core import events as ev
from yichuang.licences.core.facts import LicenceFacts
from yichuang.licences.core.state import Licence, evolve

_DAY = timedelta(days=1)
EXPIRY = ("行政许可法70条一项",)
DEEMED = "行政许可法50条二款"
Moment = tuple[datetime, list[Any]]


def lapse(licence: Licence, facts: LicenceFacts) -> tuple[Licence, list[Dated]]:
    """The licence as time has made it, with the dated events that made it so."""
    out: list[Dated] = []
    while (due := next_moment(licence, facts)) and due[0] <= facts.now:
        for event in due[1]:
            out.append(Dated(event, due[0]))
            licence = evolve(licence, Happened(event, "system", due[0], facts.now, "system"))
    return licence, out


def next_moment(licence: Licence, facts: LicenceFacts) -> Moment | None:
    """The next thing that time does to the licence; None when nothing more will happen by itself."""
    return min(_moments(licence, facts), key=lambda moment: moment[0], default=None)


def _moments(licence: Licence, facts: LicenceFacts) -> Iterator[Moment]:
    if not licence.alive:
        return
    end = midnight(licence.valid_to + _DAY) if licence.valid_to else None
    if licence.suspended_until:
        restored = licence.suspended_until + _DAY
        yield midnight(restored), [ev.Restored(restored, "")]
    if end is None or licence.valid_to is None:
        return
    yield from _reminders(licence, facts, licence.valid_to, end)
    day = licence.valid_to + _DAY
    if licence.renewing:
        yield end, [renew(licence, facts, licence.renewing, day, deemed=True)]
    else:
        yield end, _expire(licence, day)


def _reminders(licence: Licence, facts: LicenceFacts, valid_to: date, end: datetime) -> Iterator[Moment]:
    """Before expiry, so many days as the parameters say. What is past is not made up for, except the latest one."""
    days = sorted({facts.limits["remind_first"], facts.limits["remind_last"]})
    if end <= facts.now or licence.renewing:
        return
    version = licence.current.number
    due = [(midnight(valid_to - timedelta(days=n)), n) for n in days if n]
    passed = [at for at, _ in due if at <= facts.now]
    for at, n in due:
        late = at < max(passed, default=at) or at < midnight(licence.current.on)
        if not late and f"{version}:{n}" not in licence.reminded:
            yield at, [ev.Reminded(version, n, valid_to)]


def _expire(licence: Licence, day: date) -> list[Any]:
    """70条一项: 有效期届满未延续的，注销。What is to be revoked or withdrawn has ended; that it was got by fraud is
    still to be found, for what follows from it (79条).
    """
    opened = licence.proceeding
    moot = opened is not None and opened.ground != "fraud"
    dropped = [ev.RevocationDropped(opened.kind, day, "")] if opened and moot else []
    return [*dropped, ev.Cancelled("expired", day, bases=EXPIRY)]


def renew(
    licence: Licence, facts: LicenceFacts, case: str, on: date, decision: str = "", *, deemed: bool = False
) -> ev.Renewed:
    """延续: the new term follows the old one and is as long as the standard says, else as the old one was."""
    now = licence.current
    begins = now.valid_to + _DAY if now.valid_to else on
    months = facts.standard.result.validity_months
    if now.valid_to is None:
        valid_to = None
    elif months is not None:
        valid_to = months_after(begins, months) - _DAY
    else:
        valid_to = now.valid_to + (now.valid_to - now.valid_from + _DAY)
    number, identifier = next_identifier(licence)
    return ev.Renewed(case, number, identifier, on, now.valid_from, valid_to, decision, deemed)


def next_identifier(licence: Licence) -> tuple[int, str]:
    """The number of the next version and its 电子证照标识 (GB/T 36904): one more in the part of the version."""
    now = licence.current
    known = certificate_id.parse(now.identifier)
    if not isinstance(known, certificate_id.CertificateId):  # a number of before this platform
        return now.number + 1, ""
    return now.number + 1, certificate_id.build(known.type, known.issuer, known.serial, known.version + 1)
