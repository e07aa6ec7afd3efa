"""Keeping what was refused: rule breaches and forbidden acts are evidence (design §3). Never changes the answer."""

from __future__ import annotations

import logging
import uuid

from django.db import DatabaseError, connection, transaction

from yichuang.aggregates.refusal import Kind, Refused
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import record

log = logging.getLogger("yichuang.aggregates")
KEPT = {Kind.RULE, Kind.FORBIDDEN}
PER_MINUTE = 20  # refusals kept per person and minute; the rest are only counted in the log


def record_refusal(
    refused: Refused, actor: Actor, id: uuid.UUID, command_id: uuid.UUID | None, command: str, *, of: str = "case"
) -> None:
    """Append the refusal of a command `of` a case, or of what else has commands, in its own transaction, once per
    command id. A failure here is logged and swallowed.
    """
    if refused.kind not in KEPT:
        return
    stream = f"refusal/{actor.person}"
    try:
        with transaction.atomic():
            if _kept_already(stream, command_id):
                return
            body = {of: str(id), "command": command, "code": refused.code, "clause": refused.clause}
            record(stream, "refused", body, actor, command_id=str(command_id or ""))
    except DatabaseError:
        log.exception("a refusal could not be recorded")


def _kept_already(stream: str, command_id: uuid.UUID | None) -> bool:
    """Whether this command's refusal is on record, or the person has used up the minute."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select count(*) filter (where command_id = %s),
                   count(*) filter (where recorded_at > ledger_now() - interval '1 minute')
            from (
              select command_id, recorded_at from ledger_entry where stream = %s order by seq desc limit %s
            ) latest
            """,
            [str(command_id or "-"), stream, PER_MINUTE * 5],
        )
        same, recent = cursor.fetchone()
    return bool(same) or recent >= PER_MINUTE
