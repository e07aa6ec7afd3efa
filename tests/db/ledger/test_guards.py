"""Append-only by trigger and by role, the ledger's clock, the vault's one way out."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction


@pytest.fixture
def written(db: None) -> Any:
    from yichuang.ledger.actor import SYSTEM
    from yichuang.ledger.service import record

    return record("test/1", "written", {"n": 1}, SYSTEM)


@pytest.mark.parametrize(
    "statement",
    [
        "update ledger_entry set body = '{}'",
        "delete from ledger_entry",
        "truncate ledger_entry cascade",
        "update ledger_seal set first = 0",
        "truncate ledger_store",
    ],
)
def test_triggers_refuse_even_the_owner(written: Any, statement: str) -> None:
    from yichuang.ledger.service import create_store

    create_store("production")
    if "seal" in statement:
        with connection.cursor() as cursor:
            cursor.execute("insert into ledger_seal values (1, 0, 1, 1, '[]', '', '', '', now())")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement", ["update ledger_entry set body = ''", "delete from ledger_entry", "truncate ledger_vault"]
)
def test_the_application_role_may_only_read_and_add(app_role: None, written: Any, statement: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local role yichuang_app")
        cursor.execute(statement)


def test_the_application_role_can_append(app_role: None, written: Any) -> None:
    from yichuang.ledger.actor import SYSTEM
    from yichuang.ledger.service import record

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set local role yichuang_app")
        assert record("test/1", "written", {}, SYSTEM).seq == 2
        with connection.cursor() as cursor:
            cursor.execute("reset role")


def test_an_entry_with_another_time_than_the_ledgers_is_refused(written: Any) -> None:
    from yichuang.ledger.actor import SYSTEM
    from yichuang.ledger.envelope import GENESIS
    from yichuang.ledger.service import INSERT, as_json, chain_entries, make_envelope

    late = written.recorded_at - timedelta(seconds=6)
    entries = chain_entries([make_envelope("test/2", 1, "written", 1, "{}", SYSTEM, "", late, late)], GENESIS)
    with (
        pytest.raises(DatabaseError, match="not the ledger's time"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(INSERT, [as_json(entries)])


def test_the_clock_is_shifted_only_in_a_demo_store(db: None) -> None:
    from yichuang.ledger.service import create_store, now, shift_clock

    create_store("production")
    with shift_clock(timedelta(days=-1)), pytest.raises(DatabaseError, match="demo"), transaction.atomic():
        now()
    with pytest.raises(ValueError, match="不能改为"):
        create_store("demo")


FALSE_STORE = ("create temporary table ledger_store (kind text)", "insert into ledger_store values ('demo')")


def test_the_application_role_makes_no_table_that_could_stand_in_for_one_of_ours(app_role: None, db: None) -> None:
    """在正式库里以程序的角色建一个名叫 ledger_store 的临时表,时钟就移动了 90 天。"""
    from yichuang.ledger.service import create_store

    create_store("production")
    for statement in (
        FALSE_STORE[0],
        "create table public.ledger_store_too (kind text)",
        "create schema yichuang_app",
        "create function public.now() returns timestamptz language sql as 'select null::timestamptz'",
    ):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("set local role yichuang_app")
            cursor.execute(statement)


def test_the_guards_read_the_real_tables_whatever_a_session_made(app_role: None, db: None) -> None:
    """Even where somebody gave the right to make temporary tables, and with a search path that puts them first."""
    from yichuang.ledger.service import create_store

    create_store("production")
    with pytest.raises(DatabaseError, match="demo store"), transaction.atomic(), connection.cursor() as cursor:
        for statement in (
            *FALSE_STORE,
            "create function pg_temp.clock_timestamp() returns timestamptz language sql as $$select now()$$",
            "grant select on pg_temp.ledger_store to yichuang_app",
            "set local role yichuang_app",
            "set local search_path = pg_temp, public, pg_catalog",
            "select set_config('yichuang.shift', '-90 days', true)",
            "select public.ledger_now()",
        ):
            cursor.execute(statement)


def test_a_vault_row_is_not_destroyed_on_a_decision_in_a_false_table(app_role: None, db: None) -> None:
    from yichuang.ledger import vault

    row = vault.lodge("s:1", {"name": "张三"})
    with pytest.raises(DatabaseError, match="recorded decision"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("create temporary table ledger_entry as select * from ledger_entry with no data")
        cursor.execute("alter table pg_temp.ledger_entry add column if not exists xid xid8")
        cursor.execute(
            "insert into pg_temp.ledger_entry (stream, kind, xid) values (%s, 'destroyed', pg_current_xact_id())",
            [f"vault/{row.id}"],
        )
        cursor.execute("grant all on pg_temp.ledger_entry to yichuang_app")
        cursor.execute("set local role yichuang_app")
        cursor.execute("select public.ledger_vault_destroy(%s)", [row.id])


def test_every_function_of_ours_has_a_fixed_search_path(app_role: None, db: None) -> None:
    """Also those that packages brought, and those of migrations to come."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select proname, proconfig from pg_proc where pronamespace = 'public'::regnamespace and prokind <> 'a'"
        )
        found = dict(cursor.fetchall())
    assert len(found) > 5
    assert {
        name for name, settings in found.items() if settings != ["search_path=pg_catalog, public, pg_temp"]
    } == set()


def test_only_who_is_named_may_run_what_runs_as_the_owner(app_role: None, db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef")
        assert cursor.fetchall() == [("ledger_vault_destroy",)]
        cursor.execute(
            "select grantee::regrole::text from pg_proc, aclexplode(proacl)"
            " where proname = 'ledger_vault_destroy' and grantee <> proowner"
        )
        assert cursor.fetchall() == [("yichuang_app",)], "and nobody by way of PUBLIC"


def test_a_vault_row_goes_only_on_a_recorded_decision(db: None) -> None:
    from yichuang.ledger import vault
    from yichuang.ledger.actor import SYSTEM

    row = vault.lodge("s:1", {"name": "张三"})
    assert vault.read_row(row.id) == {"name": "张三"}
    with pytest.raises(DatabaseError, match="recorded decision"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select ledger_vault_destroy(%s)", [row.id])
    with transaction.atomic():
        vault.destroy_row(row.id, "郑档销〔2018〕1号", SYSTEM)
    assert vault.read_row(row.id) is None
    assert vault.resolve_reference(row.ref("name"), vault.read_many([str(row.id)])) == vault.DESTROYED
    with pytest.raises(DatabaseError), transaction.atomic():
        vault.destroy_row(row.id, "again", SYSTEM)


def test_a_vault_row_cannot_be_rewritten(db: None) -> None:
    from yichuang.ledger import vault

    row = vault.lodge("s:1", {"name": "张三"})
    with pytest.raises(DatabaseError, match="only be destroyed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update ledger_vault set bytes = 'x' where id = %s", [row.id])


def test_entries_of_one_stream_are_numbered_and_chained(db: None) -> None:
    from yichuang.ledger.actor import SYSTEM
    from yichuang.ledger.models import Entry
    from yichuang.ledger.service import record

    heads = [record("test/1", "written", {"id": str(uuid.uuid4())}, SYSTEM).hash for _ in range(3)]
    rows = list(Entry.objects.filter(stream="test/1").order_by("seq"))
    assert [r.seq for r in rows] == [1, 2, 3]
    assert [bytes(r.prev_hash) for r in rows] == [bytes(32), heads[0], heads[1]]


def test_many_entries_at_once_are_chained_as_one_by_one(db: None, outside: Any) -> None:
    from yichuang.ledger.actor import SYSTEM
    from yichuang.ledger.models import Entry
    from yichuang.ledger.service import record, record_all
    from yichuang.ledger.verify import verify

    record("org/post/a", "appointed", {"n": 1}, SYSTEM)
    record_all([("org/post/b", "x", {"n": 1}), ("org/post/a", "x", {"n": 2}), ("org/post/a", "y", {"n": 3})], SYSTEM)
    record_all([], SYSTEM)
    record("org/post/a", "appointed", {"n": 4}, SYSTEM)
    told = list(Entry.objects.filter(stream="org/post/a").order_by("seq").values_list("seq", "kind"))
    assert told == [(1, "appointed"), (2, "x"), (3, "y"), (4, "appointed")]
    assert verify(outside).green
