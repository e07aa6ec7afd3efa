"""Backup, restore and the rehearsal of both, on a small store, by the commands an operator uses."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.ops.lives import live, yichuang
from tests.ops.stores import Store, empty, remove
from tests.samples import PDF
from yichuang.ops import backup, places

KEEP = f"""
import django
django.setup()
from yichuang.aggregates.uploads import keep
from yichuang.ledger.actor import Actor
bytes = {PDF!r}
print(keep("图.pdf", bytes, actor=Actor(person="a:1"), material="M01", wanted=("pdf",)).key)
"""


def keep_file(where: dict[str, str]) -> str:
    """A file as somebody sends it; its key in the store of files."""
    done = subprocess.run([sys.executable, "-c", KEEP], env=where, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """The demo city with one life, sealed, and a file."""
    one = empty()
    try:
        yichuang(one.here, "migrate", "--new-store", "demo")
        yichuang(one.here, "demo")
        live(one.here)
        one.file = keep_file(one.here)
        yield one
    finally:
        remove(one)


@pytest.fixture
def second() -> Iterator[Store]:
    one = empty()
    yield one
    remove(one)


@pytest.mark.slow
def test_what_came_after_the_backup_is_named_and_not_silently_missing(
    store: Store, second: Store, tmp_path: Path
) -> None:
    taken = tmp_path / "backup"
    said = yichuang(store.here, "backup", "--to", str(taken))
    assert "secrets/secret_key" in said and "另行保管" in said
    assert not list(taken.rglob("*secret*")) and not list(taken.rglob("*key"))
    entries = store.ask("select count(*) from ledger_entry")
    assert json.loads((taken / backup.MANIFEST).read_text())["entries"] == entries[0][0]
    lost = live(store.here)

    said = yichuang(second.here, "restore", "--from", str(taken))
    assert "secrets/secret_key" in said, "the keys are still to be put back"
    assert second.ask("select count(*) from ledger_entry") == entries
    assert second.ask(f"select 1 from cases_case where number = '{lost}'") == []
    rights = "select has_table_privilege('yichuang_app', 'ledger_entry', r) from unnest(array['insert', 'update']) r"
    assert second.ask(rights) == [(True,), (False,)], "rights are made anew"
    assert (second.server.folder / "uploads" / store.file).read_bytes().startswith(b"%PDF-1.7")

    said = yichuang(second.here, "verify", "--rebuild")
    assert "文件 1 个已与账本所记的摘要比对" in said
    assert "账本完好。" in said and "各表与账本一致。" in said, "by itself it is whole"
    kept_outside = str(store.server.folder / "roots")
    said = yichuang(second.here, "verify", "--roots", kept_outside, fails=True)
    assert "库外有这次封存，库内没有" in said and "整个流被删除" in said and "库比库外的封存旧" in said

    number = live(second.here)
    assert number, "the restored store goes on"


@pytest.mark.slow
def test_verification_names_what_was_altered_and_never_ends_in_a_traceback(store: Store) -> None:
    """一个被改的上传文件,一个乱码的封存文件,一条读不出来的条目:各有一行,退出码为 1。"""
    uploaded = store.server.folder / "uploads" / store.file
    odd = store.server.folder / "roots" / "2000-01-01.seals.jsonl"
    whole = uploaded.read_bytes()
    with psycopg.connect(store.server.url()) as owner:
        owner.execute("set session_replication_role = replica")
        body = "(select position, body from ledger_entry where kind = 'accepted' order by position limit 1)"
        position, said = owner.execute(f"select * from {body} b".encode()).fetchone() or (0, "")
        change = "update ledger_entry set body = %s where position = %s"
        try:
            uploaded.write_bytes(whole.replace(b"1 0 obj", b"2 0 obj"))
            odd.write_bytes(b"\xff{")
            owner.execute(change, ["{", position])
            owner.commit()
            told = yichuang(store.here, "verify", "--rebuild", fails=True)
            for word in ("上传文件", "2000-01-01.seals.jsonl 第1行", "哈希与内容不符", "重放办件:没有查完"):
                assert word in told, told
            assert "Traceback" not in told
            assert "没有核对：上传文件" in yichuang(store.here, "verify", "--no-files", fails=True)
            yichuang(store.here, "verify", "--record", fails=True)
        finally:
            uploaded.write_bytes(whole)
            odd.unlink()
            owner.execute("set session_replication_role = replica")
            owner.execute(change, [said, position])
            owner.commit()
    told = yichuang(store.here, "verify", "--rebuild", "--record")
    assert "账本完好。" in told
    results = store.ask("select body::jsonb ->> 'faults' from ledger_entry where kind = 'checked' order by seq")
    assert results == [("3",), ("0",)]
    assert "不能与" in yichuang(store.here, "verify", "--record", "--no-files", fails=True)


@pytest.mark.slow
def test_the_rehearsal_measures_and_leaves_nothing_behind(store: Store, tmp_path: Path) -> None:
    work = tmp_path / "work"
    said = yichuang(store.here, "rehearse", "--work", str(work))
    for word in ("演练通过", "账本完好。", "各表与账本一致。", "与库外保存的一致", "恢复用时（RTO）", "又记了 0 条"):
        assert word in said, said
    assert list(work.iterdir()) == []

    taken = tmp_path / "backup"
    yichuang(store.here, "backup", "--to", str(taken))
    before = store.ask("select count(*) from ledger_entry")[0][0]
    live(store.here)
    after = store.ask("select count(*) from ledger_entry")[0][0]
    said = yichuang(store.here, "rehearse", "--work", str(work), "--from", str(taken))
    assert f"又记了 {after - before} 条" in said and "库外还有 1 次更新的封存" in said
    assert "演练通过" in said


@pytest.mark.slow
def test_a_backup_that_does_not_fit_the_seals_outside_fails_the_rehearsal(store: Store, tmp_path: Path) -> None:
    """Somebody made the ledger's last seal anew, in the database, before it was backed up."""
    kept = store.server.folder / "roots"
    whole = {file: file.read_bytes() for file in kept.glob("*.seals.jsonl")}
    try:
        file = max(whole)
        *earlier, last = file.read_text().splitlines()
        other = {**json.loads(last), "chain": "00" * 32}
        file.write_text("\n".join([*earlier, json.dumps(other)]) + "\n")
        said = yichuang(store.here, "rehearse", "--work", str(tmp_path / "work"), fails=True)
        assert "与库外保存的不一致" in said and "演练没有通过" in said
    finally:
        for file, content in whole.items():
            file.write_bytes(content)


@pytest.mark.slow
def test_a_file_that_the_backup_lacks_is_named(store: Store, second: Store, tmp_path: Path) -> None:
    taken = tmp_path / "backup"
    yichuang(store.here, "backup", "--to", str(taken))
    (taken / backup.UPLOADS / store.file).unlink()
    assert f"✗ 缺少文件，或大小不符：{store.file}" in yichuang(second.here, "restore", "--from", str(taken), fails=True)


@pytest.mark.slow
def test_nothing_is_restored_over_something(store: Store, second: Store, tmp_path: Path) -> None:
    taken = tmp_path / "backup"
    yichuang(store.here, "backup", "--to", str(taken))
    assert "不是空的" in yichuang(store.here, "backup", "--to", str(taken), fails=True)
    assert "数据库不是空的" in yichuang(store.here, "restore", "--from", str(taken), fails=True)
    for folder, said in (("uploads", "上传目录"), ("roots", "原样移到别处保存")):
        there = second.server.folder / folder / "something"
        there.mkdir(parents=True)
        assert said in yichuang(second.here, "restore", "--from", str(taken), fails=True)
        there.rmdir()
    assert second.ask("select 1 from pg_tables where schemaname = 'public'") == []


def test_a_damaged_or_unfinished_backup_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="没有做完"):
        backup.read_manifest(tmp_path)
    (tmp_path / backup.DUMP).write_bytes(b"dump")
    facts = {"taken_at": "2026-03-02T00:00:00+00:00", "server": 180004, "entries": 1, "seal": 0, "chain": ""}
    rest = {"digest": "00", "files": 0, "size": 4, "kept_apart": []}
    (tmp_path / backup.MANIFEST).write_text(json.dumps({**facts, **rest}))
    with pytest.raises(RuntimeError, match="摘要不符"):
        backup.read_manifest(tmp_path)


def test_only_programs_of_the_servers_own_version_are_used() -> None:
    assert backup.find_program("pg_dump", 18).is_relative_to(places.wheel())
    with pytest.raises(RuntimeError, match="postgresql-client-9"):
        backup.find_program("pg_dump", 9)
