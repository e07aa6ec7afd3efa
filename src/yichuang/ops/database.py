"""Which database this installation uses: the embedded one, or the server that DATABASE_URL names.

Sets the addresses that settings read; knows no table.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from yichuang.ops.embedded import Embedded
from yichuang.ops.roles import ROLE

ROOT = Path(__file__).resolve().parents[3]
OLDEST = 150000  # PostgreSQL 15


def data_folder() -> Path:
    """The one place of everything that this installation writes; the same rule as in settings."""
    return Path(os.environ.get("YICHUANG_DATA") or ROOT / "var").resolve()


@dataclass(frozen=True)
class Addresses:
    """Two logins of one database: the owner migrates, the program works."""

    owner: str
    app: str
    embedded: Embedded | None = None

    @property
    def one_role(self) -> bool:
        return self.owner == self.app

    def environment(self, *, as_owner: bool = False, knows_owner: bool = True) -> dict[str, str]:
        """What a process must find in its environment to work on this database. One that never acts as the owner need
        not know the owner's login.
        """
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"}
        return {
            **kept,
            "DATABASE_URL": self.app,
            **({"DATABASE_OWNER_URL": self.owner} if knows_owner or as_owner else {}),
            "YICHUANG_AS_OWNER": "1" if as_owner else "",
            "DJANGO_SETTINGS_MODULE": "yichuang.settings",
        }


def addresses() -> Addresses:
    """Where the database is, without starting or asking anything."""
    app = os.environ.get("DATABASE_URL")
    if app:
        return Addresses(os.environ.get("DATABASE_OWNER_URL") or app, app)
    return of(Embedded(data_folder()))


def of(embedded: Embedded) -> Addresses:
    """The two logins of the embedded server."""
    return Addresses(embedded.url(), embedded.url(role=ROLE), embedded)


def start(found: Addresses, wait: float = 60) -> Addresses:
    """Start the embedded server, or wait up to `wait` seconds for the outside one.

    Raises RuntimeError when there is no answer, or when the server is older than PostgreSQL 15.
    """
    if found.embedded:
        found.embedded.start(wait)
        found.embedded.ensure()
        return of(found.embedded)  # the folder exists now, so the place is settled
    deadline = time.monotonic() + wait
    while True:
        try:
            with psycopg.connect(found.owner, connect_timeout=5) as connection:
                if connection.info.server_version < OLDEST:
                    raise RuntimeError("DATABASE_URL 指向的 PostgreSQL 过旧：需要 15 或更新的版本")
                return found
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise RuntimeError(f"连不上 DATABASE_URL 指向的数据库：{error}") from None
            time.sleep(1)


def explain_missing_tables(found: Addresses) -> str:
    """Why the program finds no tables of its own, and what to run first; empty when it does."""
    try:
        with psycopg.connect(found.app, connect_timeout=10) as connection:
            row = connection.execute("select to_regclass('ledger_store') is not null").fetchone()
    except psycopg.OperationalError as error:
        why = str(error).strip().splitlines()[-1]
        return f"程序的角色登录不了数据库（{why}）；新的库请先运行 yichuang init 或 yichuang migrate"
    there = row is not None and row[0]
    return "" if there else "数据表还没有建立；请先运行 yichuang init（建立正式的市）或 yichuang migrate"


@contextmanager
def running() -> Iterator[Addresses]:
    """For a command on its own: the database is up inside, and left as it was found."""
    found = start(addresses())
    try:
        yield found
    finally:
        if found.embedded and found.embedded.process:  # one that already ran belongs to `yichuang serve`
            found.embedded.stop()
