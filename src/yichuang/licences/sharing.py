"""出示: a holder shows a licence for a while to whoever has a code, and takes it back when they like.

The code is derived from the share's id with the installation's secret, so that its maker can read it again while it
holds, and only a keyed hash of it is kept. Making and taking back are entries in the holder's stream, looks are
counted. Callers see to it that the licence exists for the actor, and limit the rate at which codes are tried.
"""

from __future__ import annotations

import hmac
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from yichuang.aggregates.refusal import Kind, Refused, require
from yichuang.kernel.codes.problem import tidy
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import now, record
from yichuang.licences.models import Share as ShareRow
from yichuang.licences.queries import HeldLicence, read_licence
from yichuang.people.queries import may_speak

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 O 1 I L
LENGTH = 8  # characters: 39 bits, for a day at most
PERIODS = {"quarter": ("15 分钟", timedelta(minutes=15)), "day": ("1 天", timedelta(days=1))}
MOST_OPEN = 10  # shares of a licence that hold at a time
KEPT = timedelta(days=30)  # how long one that ended is listed, and answered with what became of it


@dataclass(frozen=True, slots=True)
class Share:
    """A share as its maker sees it."""

    id: uuid.UUID
    licence: uuid.UUID
    shared_by: str
    shared_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    looks: int
    looked_at: datetime | None
    holds: bool

    @property
    def code(self) -> str:
        """ABCD-EFGH while it holds; empty afterwards."""
        code = _code(self.id) if self.holds else ""
        return f"{code[:4]}-{code[4:]}" if code else ""


def share_licence(held: HeldLicence, period: str, actor: Actor) -> Share:
    """Show a licence from now on for a period of PERIODS. Raises Refused."""
    words = PERIODS.get(period)
    require(words is not None, "unknown-period", "请选择出示多久。", kind=Kind.INPUT)
    assert words is not None
    moment, id = now(), uuid.uuid4()
    with transaction.atomic():
        require(
            ShareRow.objects.filter(licence_id=held.id, ended_at=None, expires_at__gt=moment).count() < MOST_OPEN,
            "too-many-shares",
            f"这张证照同时有 {MOST_OPEN} 个出示码有效。",
            next="请先收回不用的，或者等它们到期。",
        )
        row = ShareRow.objects.create(
            id=id,
            licence_id=held.id,
            digest=_digest(_code(id)),
            shared_by=actor.person,
            shared_at=moment,
            expires_at=moment + words[1],
        )
        body = {"share": str(id), "licence": str(held.id), "until": row.expires_at.isoformat()}
        record(f"people/subject/{held.licence.subject}", "licence_shared", body, actor)
    return _share(row, moment)


def end_share(held: HeldLicence, id: uuid.UUID, actor: Actor) -> None:
    """Take a share back; one that does not hold any more stays as it is. Raises Refused for none of this licence."""
    moment = now()
    with transaction.atomic():
        row = ShareRow.objects.select_for_update().filter(pk=id, licence_id=held.id).first()
        if row is None:
            raise Refused("unknown-share", "没有这个出示码。", next="请刷新页面再看。", kind=Kind.STALE)
        if row.ended_at is None and row.expires_at > moment:
            row.ended_at = moment
            row.save(update_fields=["ended_at"])
            body = {"share": str(id), "licence": str(held.id)}
            record(f"people/subject/{held.licence.subject}", "licence_share_ended", body, actor)


def list_shares(held: HeldLicence) -> list[Share]:
    """The shares of a licence of the last days, the newest first. Two statements."""
    moment = now()
    rows = ShareRow.objects.filter(licence_id=held.id, expires_at__gt=moment - KEPT).order_by("-shared_at")
    return [_share(row, moment) for row in rows[:50]]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a code leads to: the licence while it is shown; afterwards only that it was."""

    share: Share
    held: HeldLicence | None


def open_share(code: str) -> Shown | None:
    """What a code shows now; a look is counted. None for a code that nobody was given, or long ago. With the mandate of
    the agent who made it ends what it shows.
    """
    plain = tidy(code[:40]).replace("-", "")
    row = ShareRow.objects.filter(digest=_digest(plain)).first() if len(plain) == LENGTH else None
    moment = now()
    if row is None or row.expires_at <= moment - KEPT:
        return None
    share = _share(row, moment)
    held = read_licence(share.licence) if share.holds else None
    if held is None or not may_speak(share.shared_by, held.licence.subject, held.standard.item):
        return Shown(share, None)
    ShareRow.objects.filter(pk=row.pk).update(looks=F("looks") + 1, looked_at=moment)
    return Shown(share, held)


def remove_ended_shares() -> int:
    """Remove the shares that ended long ago; how many."""
    return ShareRow.objects.filter(expires_at__lte=now() - KEPT).delete()[0]


def _share(row: ShareRow, moment: datetime) -> Share:
    holds = row.ended_at is None and row.expires_at > moment
    known = (row.id, row.licence_id, row.shared_by, row.shared_at, row.expires_at, row.ended_at)
    return Share(*known, row.looks, row.looked_at, holds)


def _code(id: uuid.UUID) -> str:
    digest = hmac.new(settings.SECRET_KEY.encode(), f"licence-share/{id}".encode(), sha256).digest()
    number, code = int.from_bytes(digest, "big"), ""
    for _ in range(LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        code += ALPHABET[rest]
    return code


def _digest(code: str) -> str:
    return salted_hmac("yichuang.licences.sharing", code, algorithm="sha256").hexdigest()
