"""Vault: personal data that entries refer to by id and salted SM3 digest; destroying it leaves chain and proofs whole.

A private value inside an entry's body is one string, `vault:<id>:<field>:<digest>`: the row, the field in it, and the
SM3 of salt ‖ bytes of the whole row. Never holds a rule.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from yichuang.kernel.canonical import canonical, parse
from yichuang.kernel.sm3 import sm3
from yichuang.ledger.actor import Actor
from yichuang.ledger.fast import run

DESTROYED = "已依决定销毁"


@dataclass(frozen=True, slots=True)
class VaultRow:
    """A row of the vault, stored already or about to be."""

    id: uuid.UUID
    subject: str
    data: bytes
    salt: bytes
    retain_until: date | None = None

    @property
    def digest(self) -> str:
        return sm3(self.salt + self.data).hex()

    def ref(self, field: str) -> str:
        return f"vault:{self.id}:{field}:{self.digest}"


def seal_up(
    subject: str, content: dict[str, Any], *, id: uuid.UUID | None = None, retain_until: date | None = None
) -> VaultRow:
    """Make a row without storing it: the door stores it with the entries that refer to it."""
    return VaultRow(id or uuid.uuid4(), subject, canonical(content).encode(), os.urandom(16), retain_until)


def lodge(subject: str, content: dict[str, Any], *, retain_until: date | None = None) -> VaultRow:
    """Store content now, in the caller's transaction."""
    row = seal_up(subject, content, retain_until=retain_until)
    store_row(row)
    return row


def store_row(row: VaultRow) -> None:
    """Store a row that was made before, in the caller's transaction."""
    store_rows([row])


def store_rows(rows: Sequence[VaultRow]) -> None:
    """Store rows that were made before. One statement."""
    if not rows:
        return
    values = ", ".join(["(%s, %s, %s, %s, %s)"] * len(rows))
    parameters = [value for row in rows for value in (row.id, row.subject, row.data, row.salt, row.retain_until)]
    with connection.cursor() as cursor:
        cursor.execute(f"insert into ledger_vault (id, subject, bytes, salt, retain_until) values {values}", parameters)


def read_row(id: uuid.UUID | str) -> dict[str, Any] | None:
    """The content of a row; None when it was destroyed or never stored."""
    return read_many([str(id)]).get(str(id))


def read_many(ids: list[str]) -> dict[str, dict[str, Any] | None]:
    """Contents by id in one statement; destroyed rows map to None."""
    if not ids:
        return {}
    rows = run("select id::text, bytes from ledger_vault where id = any(%s::uuid[])", [ids])
    return {id: None if data is None else parse(bytes(data).decode()) for id, data in rows.fetchall()}


def split_reference(ref: str) -> tuple[str, str, str] | None:
    """(row id, field, digest) of a private value, or None when the string is no reference."""
    parts = ref.split(":")
    return (parts[1], parts[2], parts[3]) if len(parts) == 4 and parts[0] == "vault" else None


def resolve_reference(ref: str, contents: dict[str, dict[str, Any] | None]) -> Any:
    """The private value behind a reference, from the contents that `read_many` returned; a note when destroyed."""
    parts = split_reference(ref)
    if parts is None:
        return ref
    content = contents.get(parts[0])
    return DESTROYED if content is None else content.get(parts[1], "")


def destroy_row(id: uuid.UUID | str, decision: str, actor: Actor) -> None:
    """Destroy a row on a recorded decision (its number or reason code, no personal data). Call inside a transaction."""
    from yichuang.ledger.service import record

    record(f"vault/{id}", "destroyed", {"decision": decision}, actor)
    with connection.cursor() as cursor:
        cursor.execute("select ledger_vault_destroy(%s)", [str(id)])
