"""The role the running program connects as, and what it may do. The tables' own guards are the ledger's affair.

`yichuang_app` may read and write every table except those that only grow: it may read those and add to them, no more.
It makes nothing, not even a temporary table, and every function of ours has a fixed search path: nothing can stand in
for a table that a guard reads. Migrations run as the owner.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

ROLE = "yichuang_app"
SEARCH_PATH = "pg_catalog, public, pg_temp"  # in this order: without its last word temporary tables would come first


def append_only() -> tuple[str, ...]:
    """Names of the tables that are append-only."""
    from yichuang.ledger.guard import APPEND_ONLY  # late: creating the role must not need the ledger

    return tuple(APPEND_ONLY)


def owns(address: str) -> bool:
    """Whether this login may create and change tables: the owner's may, the program's may not."""
    with psycopg.connect(address) as connection:
        row = connection.execute(
            "select has_schema_privilege('public', 'create')"
            " and coalesce(bool_and(pg_has_role(tableowner, 'usage')), true) from pg_tables where schemaname = 'public'"
        ).fetchone()
    return row is not None and bool(row[0])


def create_role(owner: str, app: str | None = None) -> None:
    """Create the role if it is missing, with the password in the program's address `app` if it has one.

    When `app` logs in as another role, that role becomes a member. Raises psycopg.Error when `owner` may not do so.
    """
    login: dict[str, Any] = dict(conninfo_to_dict(app or ""))
    with psycopg.connect(owner, autocommit=True) as connection:
        if not connection.execute("select 1 from pg_roles where rolname = %s", [ROLE]).fetchone():
            connection.execute(sql.SQL("create role {} login").format(sql.Identifier(ROLE)))
            if login.get("user") == ROLE and login.get("password"):
                connection.execute(
                    sql.SQL("alter role {} password {}").format(sql.Identifier(ROLE), sql.Literal(login["password"]))
                )
        user = login.get("user")
        if user and user != ROLE and user != connection.info.user:
            connection.execute(sql.SQL("grant {} to {}").format(sql.Identifier(ROLE), sql.Identifier(user)))


def grant_rights(owner: str) -> None:
    """Grant the program its rights on all tables; run after every migration. There are no default privileges on tables,
    on purpose: they would allow UPDATE and DELETE on an append-only table as soon as a migration creates it."""
    growing_names = append_only()
    role = sql.Identifier(ROLE)
    with psycopg.connect(owner) as connection:
        names_found = connection.execute(
            "select tablename from pg_tables where schemaname = 'public'"
            " union all select viewname from pg_views where schemaname = 'public'"
        ).fetchall()
        growing = [sql.Identifier(name) for (name,) in names_found if name in growing_names]
        tables = [sql.Identifier(name) for (name,) in names_found if name not in growing_names]
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
    close_names(owner)


_LOOSE = """
select p.oid::regprocedure::text from pg_proc p
where p.pronamespace = 'public'::regnamespace and p.prokind in ('f', 'p') and pg_has_role(p.proowner, 'usage')
  and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')
  and not coalesce(p.proconfig, '{}') @> array['search_path=' || %s]
"""


def close_names(owner: str) -> None:
    """Let only the owner create objects in the database and its schema `public`, and fix the search path of our
    functions, so that nobody can shadow a table. Prints a line when the owner may not revoke these rights.
    """
    with psycopg.connect(owner, autocommit=True) as connection:
        for (function,) in connection.execute(_LOOSE, [SEARCH_PATH]).fetchall():
            connection.execute(f"alter function {function} set search_path = {SEARCH_PATH}".encode())
        database, role = sql.Identifier(connection.info.dbname), sql.Identifier(ROLE)
        for step in (
            sql.SQL("revoke temporary, create on database {} from public, {}").format(database, role),
            sql.SQL("revoke create on schema public from public, {}").format(role),
        ):
            with suppress(psycopg.errors.InsufficientPrivilege):
                connection.execute(step)
    if excess := may_make(owner):
        print(
            f"  ! 角色 {ROLE} 仍能{'、'.join(excess)}；请由数据库的所有者收回（见 docs/operations.md）", file=sys.stderr
        )


def may_make(address: str) -> list[str]:
    """What the program's role may create in this database although it should not, in Chinese words."""
    with psycopg.connect(address) as connection:
        row = connection.execute(
            "select has_database_privilege(%(role)s, current_database(), 'temporary'),"
            " has_database_privilege(%(role)s, current_database(), 'create'),"
            " has_schema_privilege(%(role)s, 'public', 'create')",
            {"role": ROLE},
        ).fetchone()
    words = ("建立临时表", "建立模式", "在 public 模式中建立对象")
    return [word for word, may in zip(words, row or (), strict=False) if may]
