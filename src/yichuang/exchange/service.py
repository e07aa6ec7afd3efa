"""Taking reports. Idempotent by (system, record): the same content again changes nothing, other content is a new
version.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from yichuang.exchange.models import Reported
from yichuang.kernel.canonical import canonical
from yichuang.kernel.sm3 import sm3
from yichuang.kernel.text import clean
from yichuang.ledger import vault
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import record as append

LONGEST = 4000  # characters of a report's details
_KEY = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")
_KIND = re.compile(r"[a-z][a-z_]{0,39}")


class Unreadable(ValueError):
    """A report that can't be stored at all: its keys are no keys. Carries a Chinese sentence with the next step."""


@transaction.atomic
def report(
    system: str,
    key: str,
    *,
    kind: str,
    occurred_at: datetime,
    actor: Actor,
    case_number: str = "",
    details: dict[str, Any] | None = None,
) -> tuple[Reported, bool]:
    """Store a reported act; (row, whether anything was new). What it claims is kept as claimed, however wrong.

    `details` may hold personal data: it goes to the vault, the entry holds only its digest. Raises Unreadable.
    """
    if not _KEY.fullmatch(system) or not _KEY.fullmatch(key):
        raise Unreadable("系统名和记录号只能用字母、数字和 . _ -，最多64个字符；请改正后重报。")
    if not _KIND.fullmatch(kind):
        raise Unreadable("业务动作只能用小写字母和下划线，最多40个字符；请对照接口说明。")
    number = clean(case_number)[:64]
    text = _text(details or {})
    content = {"case_number": number, "kind": kind, "occurred_at": occurred_at.isoformat(), "details": text}
    digest = sm3(canonical(content).encode()).hex()
    with connection.cursor() as cursor:  # two reports of one record wait for each other, also before there is a row
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 2))", [f"{system}/{key}"])
    known = Reported.objects.filter(system=system, record=key).first()
    if known and known.digest == digest:
        return known, False
    ref = vault.lodge(f"reported/{system}", {"details": text}).ref("details") if details else ""
    body = {"case_number": number, "kind": kind, "details": ref}
    entry = append(f"reported/{system}/{key}", "reported", body, actor, occurred_at=occurred_at)
    row, _ = Reported.objects.update_or_create(
        system=system,
        record=key,
        defaults={
            "case_number": number,
            "kind": kind,
            "occurred_at": occurred_at,
            "received_at": entry.recorded_at,
            "entries": entry.seq,
            "digest": digest,
        },
    )
    return row, True


def _text(details: dict[str, Any]) -> str:
    try:
        text = json.dumps(details, ensure_ascii=False, sort_keys=True)
        text.encode()
    except (TypeError, ValueError) as error:
        raise Unreadable("内容不是可以保存的数据；请按接口说明重报。") from error
    if len(text) > LONGEST:
        raise Unreadable(f"内容最多{LONGEST}个字符，现有{len(text)}个；请缩短后重报。")
    return text
