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
    """The folder of everything that this installation writes; the same rule as in settings."""
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
        """The environment for a process that works on this database. A process that never acts as the owner does not
        need the owner's login.
        """
        inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"}
        return {
            **inherited,
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
    return addresses_of(Embedded(data_folder()))


def addresses_of(embedded: Embedded) -> Addresses:
    """The two logins of the embedded server."""
    return Addresses(embedded.url(), embedded.url(role=ROLE), embedded)


def start(addresses: Addresses, wait: float = 60) -> Addresses:
    """Start the embedded server, or wait up to `wait` seconds for the outside one.

    Raises RuntimeError when there is no answer, or when the server is older than PostgreSQL 15.
    """
    if addresses.embedded:
        addresses.embedded.start(wait)
        addresses.embedded.ensure()
        return addresses_of(addresses.embedded)  # the folder exists now, so the place is settled
    deadline = time.monotonic() + wait
    while True:
        try:
            with psycopg.connect(addresses.owner, connect_timeout=5) as connection:
                if connection.info.server_version < OLDEST:
                    raise RuntimeError("DATABASE_URL 指向的 PostgreSQL 过旧：需要 15 或更新的版本")
                return addresses
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise RuntimeError(f"连不上 DATABASE_URL 指向的数据库：{error}") from None
            time.sleep(1)


def explain_missing_tables(addresses: Addresses) -> str:
    """Why there are no tables and what to run first, in Chinese; empty when there are tables."""
    try:
        with psycopg.connect(addresses.app, connect_timeout=10) as connection:
            row = connection.execute("select to_regclass('ledger_store') is not null").fetchone()
    except psycopg.OperationalError as error:
        why = str(error).strip().splitlines()[-1]
        return f"程序的角色登录不了数据库（{why}）；新的库请先运行 yichuang init 或 yichuang migrate"
    has_tables = row is not None and row[0]
    return "" if has_tables else "数据表还没有建立；请先运行 yichuang init（建立正式的市）或 yichuang migrate"


@contextmanager
def keep_running() -> Iterator[Addresses]:
    """Keep the database running for one command. A server that already ran is left running afterwards."""
    started = start(addresses())
    try:
        yield started
    finally:
        if started.embedded and started.embedded.process:  # one that already ran belongs to `yichuang serve`
            started.embedded.stop()
