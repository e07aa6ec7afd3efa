"""Lets a start skip preparation: the database remembers for which state of the code it was last prepared.

The mark is a comment on a table, so it belongs to the data: another or a restored database is prepared again. Nothing
here needs Django, so a second start is quick.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import psycopg
from psycopg import sql

from yichuang.ops.database import ROOT, Addresses, data_folder

TABLE = "ops_cache"
Accounts = list[list[str]]


def state() -> str:
    """A digest that changes with any source and with the locked packages."""
    total = hashlib.sha256((ROOT / "requirements" / "base.txt").read_bytes())
    source = ROOT / "src" / "yichuang"
    for file in sorted(path for path in source.rglob("*") if "__pycache__" not in path.parts and path.is_file()):
        status = file.stat()
        total.update(f"{file.relative_to(source)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return total.hexdigest()


def accounts_file() -> Path:
    return data_folder() / "secrets" / "demo-accounts.json"


def known(addresses: Addresses, expected: str) -> Accounts | None:
    """The demo accounts when database and static files are in the state `expected`; None when work is left."""
    if not accounts_file().exists() or not (data_folder() / "static" / ".collected").exists():
        return None
    with psycopg.connect(addresses.owner) as connection:
        row = connection.execute("select obj_description(to_regclass(%s), 'pg_class')", [TABLE]).fetchone()
    if row is None or row[0] != expected:
        return None
    accounts: Accounts = json.loads(accounts_file().read_text(encoding="utf-8"))
    return accounts


def remember(addresses: Addresses, reached: str, accounts: Accounts) -> None:
    """Record that everything is prepared for the state `reached`. Call it only after all preparation is done."""
    file = accounts_file()
    file.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
    # the folder may be another user's (`stepdown`), who must not lead root to another file
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    with open(os.open(file, flags, 0o600), "w", encoding="utf-8") as out:
        json.dump(accounts, out, ensure_ascii=False)
    with psycopg.connect(addresses.owner) as connection:
        connection.execute(sql.SQL("comment on table {} is {}").format(sql.Identifier(TABLE), sql.Literal(reached)))
