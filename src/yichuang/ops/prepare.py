"""Brings an installation to the state its code expects: role, tables, cache, rights, static files, demo city.

Each part checks by itself whether it is already done.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg

from yichuang.ops import database, roles

Account = tuple[str, str, str]  # who it is, login, password


def prepare() -> None:
    """Bring everything up to date, as owner; Django is set up by the caller.

    Without the owner's login only static files are updated; raises RuntimeError when tables have to change.
    """
    from django.core.management import call_command

    from yichuang.ledger.service import store_kind

    addresses = database.addresses()
    if not roles.owns(addresses.owner):
        if tables_to_change():
            raise RuntimeError("数据表要先更新：请在有所有者口令的机器上设好 DATABASE_OWNER_URL，运行 yichuang migrate")
        collect_static()
        return
    try:
        roles.create_role(addresses.owner, addresses.app)
    except psycopg.errors.InsufficientPrivilege:
        print(f"  ! 数据库所有者不能建立角色 {roles.ROLE}；请由数据库管理员建立后重试", file=sys.stderr)
    call_command("migrate", verbosity=0, interactive=False)
    if store_kind():
        found_lives()
    call_command("createcachetable", verbosity=0)
    if role_exists(addresses.owner):
        roles.grant_rights(addresses.owner)
    collect_static()


def found_lives() -> None:
    """Give a store the lives that every store has and that this one lacks: items, laws, licences. Only once the kind of
    the store is declared: a store with entries is a production store.
    """
    from yichuang.catalog.consistency.service import compare_missing
    from yichuang.catalog.laws.service import found_missing as found_laws
    from yichuang.catalog.listing.service import found_missing
    from yichuang.licences.adopting import adopt_certificates

    found_missing()
    found_laws()
    compare_missing()
    adopt_certificates()


def tables_to_change() -> bool:
    """Whether a migration is still to be applied."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def role_exists(owner: str) -> bool:
    with psycopg.connect(owner) as connection:
        return bool(connection.execute("select 1 from pg_roles where rolname = %s", [roles.ROLE]).fetchone())


def static_sources() -> Iterator[str]:
    """One line per static file of all rooms and packages: name, size, time of change."""
    from django.contrib.staticfiles.finders import get_finders

    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            yield f"{name} {status.st_size} {status.st_mtime_ns}"


def collect_static() -> None:
    """Collect and compress the static files when one has changed since the last time."""
    from django.conf import settings
    from django.core.management import call_command

    stamp = Path(settings.STATIC_ROOT) / ".collected"
    state = hashlib.sha256("\n".join(sorted(static_sources())).encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == state:
        return
    shutil.rmtree(settings.STATIC_ROOT, ignore_errors=True)
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(state)


def declare_store(kind: str) -> str:
    """Declare the kind of an empty database; an earlier declaration stays. Returns `demo` or `production`."""
    from yichuang.ledger.service import create_store, store_kind

    if not store_kind():
        create_store(kind)
    return store_kind()


def load_demo() -> list[Account]:
    """Load the missing parts of the demo city. Returns its accounts. Raises RuntimeError in any other store."""
    from yichuang.ops import demo

    demo.load_demo_city()
    return list(demo.list_accounts())
