"""The role the running program connects as, and what it may do. The tables' own guards are the ledger's affair.

`yichuang_app` may read and write every table except those that only grow: it may read those and add to them, no more.
Migrations run as the owner.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

ROLE = "yichuang_app"


def append_only() -> tuple[str, ...]:
    """Names of the tables that only grow."""
    from yichuang.ledger.guard import APPEND_ONLY  # late: creating the role must not need the ledger

    return tuple(APPEND_ONLY)


def owns(address: str) -> bool:
    """Whether this login may make and change tables: the owner's may, the program's own may not."""
    with psycopg.connect(address) as connection:
        row = connection.execute(
            "select has_schema_privilege('public', 'create')"
            " and coalesce(bool_and(pg_has_role(tableowner, 'usage')), true) from pg_tables where schemaname = 'public'"
        ).fetchone()
    return row is not None and bool(row[0])


def create_role(owner: str, app: str | None = None) -> None:
    """Make the role when it is missing, with the password in the program's own address `app` if it carries one.

    When `app` logs in as somebody else, that one becomes a member. Raises psycopg.Error when `owner` may not do so.
    """
    wanted: dict[str, Any] = dict(conninfo_to_dict(app or ""))
    with psycopg.connect(owner, autocommit=True) as connection:
        if not connection.execute("select 1 from pg_roles where rolname = %s", [ROLE]).fetchone():
            connection.execute(sql.SQL("create role {} login").format(sql.Identifier(ROLE)))
            if wanted.get("user") == ROLE and wanted.get("password"):
                connection.execute(
                    sql.SQL("alter role {} password {}").format(sql.Identifier(ROLE), sql.Literal(wanted["password"]))
                )
        user = wanted.get("user")
        if user and user != ROLE and user != connection.info.user:
            connection.execute(sql.SQL("grant {} to {}").format(sql.Identifier(ROLE), sql.Identifier(user)))


def grant(owner: str) -> None:
    """After every migration: rights on all that is there. No default privileges on tables, on purpose: they would open
    a growing table to UPDATE and DELETE from the moment a migration makes it."""
    kept = append_only()
    role = sql.Identifier(ROLE)
    with psycopg.connect(owner) as connection:
        found = connection.execute(
            "select tablename from pg_tables where schemaname = 'public'"
            " union all select viewname from pg_views where schemaname = 'public'"
        ).fetchall()
        growing = [sql.Identifier(name) for (name,) in found if name in kept]
        tables = [sql.Identifier(name) for (name,) in found if name not in kept]
        steps = [
            sql.SQL("grant usage on schema public to {}").format(role),
            sql.SQL("grant usage, select on all sequences in schema public to {}").format(role),
            sql.SQL("grant execute on all functions in schema public to {}").format(role),
        ]
        for kind, right in (("sequences", "usage, select"), ("functions", "execute")):
            steps.append(
                sql.SQL("alter default privileges in schema public grant {} on {} to {}").format(
                    sql.SQL(right), sql.SQL(kind), role
                )
            )
        if tables:
            names = sql.SQL(", ").join(tables)
            steps.append(sql.SQL("grant select, insert, update, delete on {} to {}").format(names, role))
        if growing:
            names = sql.SQL(", ").join(growing)
            steps.append(sql.SQL("grant select, insert on {} to {}").format(names, role))
            steps.append(sql.SQL("revoke update, delete, truncate on {} from {}").format(names, role))
        for step in steps:
            connection.execute(step)
