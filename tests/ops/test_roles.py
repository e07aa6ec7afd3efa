"""What the program's own role may do in the database: work on every table, and only add to those that grow."""

from __future__ import annotations

import stat
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from yichuang.ledger.guard import APPEND_ONLY
from yichuang.ops import prepared, roles
from yichuang.ops.database import Addresses

pytestmark = pytest.mark.django_db(transaction=True)
RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")


def owner_url() -> str:
    parts = connection.get_connection_params()
    return psycopg.conninfo.make_conninfo(
        "", **{key: parts[key] for key in ("dbname", "user", "password", "host", "port") if parts.get(key)}
    )


def rights(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select r from unnest(%s::text[]) r where has_table_privilege(%s, %s, r)", [list(RIGHTS), roles.ROLE, table]
        )
        return {row[0] for row in cursor.fetchall()}


def test_growing_tables_can_only_be_read_and_added_to() -> None:
    roles.grant_rights(owner_url())
    assert {table: rights(table) for table in APPEND_ONLY} == {table: {"SELECT", "INSERT"} for table in APPEND_ONLY}


def test_a_right_once_given_is_taken_back() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"grant update on {APPEND_ONLY[0]} to {roles.ROLE}")
    roles.grant_rights(owner_url())
    assert "UPDATE" not in rights(APPEND_ONLY[0])


def test_ordinary_tables_are_worked_on_but_never_truncated() -> None:
    roles.grant_rights(owner_url())
    assert rights("people_loginsession") == {"SELECT", "INSERT", "UPDATE", "DELETE"}


def test_a_table_made_after_the_grant_is_closed_until_the_next() -> None:
    roles.grant_rights(owner_url())
    with connection.cursor() as cursor:
        cursor.execute("create table made_later (n int)")
        try:
            assert rights("made_later") == set()
        finally:
            cursor.execute("drop table made_later")


def test_the_role_is_made_once_and_is_no_superuser() -> None:
    roles.create_role(owner_url(), f"postgresql://{roles.ROLE}:geheim@localhost/x")
    with connection.cursor() as cursor:
        cursor.execute("select rolsuper, rolcreaterole, rolbypassrls from pg_roles where rolname = %s", [roles.ROLE])
        assert cursor.fetchall() == [(False, False, False)]


def test_the_database_remembers_for_which_code_it_was_prepared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YICHUANG_DATA", str(tmp_path))
    here = Addresses(owner_url(), owner_url())
    with connection.cursor() as cursor:
        cursor.execute(f"create table if not exists {prepared.TABLE} (n int)")
    assert prepared.known(here, "a") is None
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / ".collected").write_text("x")
    prepared.remember(here, "a", [["申请人", "zhangsan", "word"]])
    assert prepared.known(here, "a") == [["申请人", "zhangsan", "word"]]
    assert prepared.known(here, "b") is None, "other code"
    assert stat.S_IMODE(prepared.accounts_file().stat().st_mode) == 0o600
    (tmp_path / "static" / ".collected").unlink()
    assert prepared.known(here, "a") is None, "static files were removed"


def test_the_same_sources_are_one_state() -> None:
    assert prepared.state() == prepared.state()
