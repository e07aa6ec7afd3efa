"""Backup and restore of a whole installation: database, uploaded files, and the seals kept outside.

The keys (`secrets/`, `seals/`) never enter a backup: a person with both could forge what the seals prove. A restore
never overwrites anything (docs/adr/0007-backup.md).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from yichuang.ops import places
from yichuang.ops.database import Addresses

DUMP, ROOTS, UPLOADS, MANIFEST = "database.dump", "roots", "uploads", "manifest.json"
KEYS = ("secrets", "seals")  # folders of the data folder
SEALED = ("*.seals.jsonl", "????-??-??.json", "*.pem")  # what lies in the folder of roots; no half-written file


@dataclass(frozen=True)
class BackupManifest:
    """The description of a backup. Written last, so that a backup without it is known to be incomplete."""

    taken_at: str  # ISO, the moment of the database's snapshot
    server: int  # PostgreSQL's version number, such as 180004
    entries: int  # of the ledger
    seal: int  # number of the last seal, 0 without any
    chain: str  # its chain value
    digest: str  # SHA-256 of the dump
    files: int
    size: int  # bytes, of dump and files
    kept_apart: list[str]  # the keys' files, by their place in the data folder

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.taken_at)


def write_backup(addresses: Addresses, folder: Path) -> BackupManifest:
    """Write a backup of the running store into an empty folder. Django is set up by the caller.

    Raises RuntimeError when the folder is not empty, or when there is no pg_dump of the server's version.
    """
    from django.conf import settings

    if folder.exists() and any(folder.iterdir()):
        raise RuntimeError(f"备份目录 {folder} 不是空的，请另指一处")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    facts = _dump(addresses, folder, Path(settings.ROOTS_DIR))
    # The files last: each is stored before the row that names it
    files = _copy_files(Path(settings.MEDIA_ROOT), folder / UPLOADS)
    size = (folder / DUMP).stat().st_size + sum(file.stat().st_size for file in _files(folder / UPLOADS))
    manifest = BackupManifest(
        **facts, digest=_digest(folder / DUMP), files=files, size=size, kept_apart=list(_keys(Path(settings.DATA)))
    )
    os.sync()
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=1), encoding="utf-8")
    return manifest


def read_manifest(folder: Path) -> BackupManifest:
    """The manifest of a backup. Raises RuntimeError when the backup is incomplete or damaged."""
    if not (folder / MANIFEST).exists():
        raise RuntimeError(f"{folder} 里没有 {MANIFEST}：不是备份，或者备份没有做完")
    manifest = BackupManifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    if _digest(folder / DUMP) != manifest.digest:
        raise RuntimeError(f"{folder / DUMP} 与备份时的摘要不符，不能使用")
    return manifest


def restore_backup(addresses: Addresses, folder: Path) -> BackupManifest:
    """Restore a backup into this installation, which must be empty. Django is set up, as owner, by the caller.

    Raises RuntimeError when the installation is not empty, when the server is older than the backup's, or when
    pg_restore fails.
    """
    from django.conf import settings

    from yichuang.ops.prepare import prepare

    manifest = read_manifest(folder)
    uploads, roots = Path(settings.MEDIA_ROOT), Path(settings.ROOTS_DIR)
    with psycopg.connect(addresses.owner) as connection:
        server = connection.info.server_version
        if server // 10000 < manifest.server // 10000:
            raise RuntimeError(f"备份来自 PostgreSQL {manifest.server // 10000}，不能恢复到 {server // 10000}")
        if connection.execute("select 1 from pg_tables where schemaname = 'public'").fetchone():
            raise RuntimeError("数据库不是空的，没有恢复；请指向一个空的数据库")
    if uploads.exists() and any(uploads.iterdir()):
        raise RuntimeError(f"上传目录 {uploads} 不是空的，没有恢复；请先移走")
    if roots.exists() and any(roots.iterdir()):  # new seals would take the numbers of those that were lost
        message = f"封存目录 {roots} 已有内容，没有恢复；请把它原样移到别处保存，备份之后缺了什么要靠它证明"
        raise RuntimeError(message)
    _load(addresses, folder / DUMP, server)
    _copy_files(folder / UPLOADS, uploads)
    _copy_roots(folder / ROOTS, roots)
    prepare()  # the program's rights are not in the dump: they come from the code
    return manifest


def find_missing_files() -> list[str]:
    """Keys of files that a row names but the file store lacks, or has with another size."""
    from django.conf import settings

    from yichuang.aggregates.models import Upload
    from yichuang.documents.models import File

    recorded_files = [
        *Upload.objects.values_list("key", "size"),
        *File.objects.exclude(key="").values_list("key", "size"),
    ]
    store = Path(settings.MEDIA_ROOT)
    return [key for key, size in recorded_files if not (store / key).is_file() or (store / key).stat().st_size != size]


# --- the database -----------------------------------------------------------------------------------------------------


def _dump(addresses: Addresses, folder: Path, roots: Path) -> dict[str, Any]:
    """Copy the seals, dump one snapshot of the database, and count in the same snapshot. Sealing is blocked meanwhile,
    so that the database and the copied seals agree.
    """
    from yichuang.ledger.seals import block_sealing

    with psycopg.connect(addresses.owner) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        server = connection.info.server_version
        with block_sealing():
            _copy_roots(roots, folder / ROOTS)
            row = connection.execute(
                "select pg_export_snapshot(), now(), (select count(*) from ledger_entry),"
                " coalesce((select number from ledger_seal order by number desc limit 1), 0),"
                " coalesce((select encode(chain, 'hex') from ledger_seal order by number desc limit 1), '')"
            ).fetchone()
        assert row is not None
        snapshot, taken_at, entries, seal, chain = row
        target = folder / DUMP
        words = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}"]
        _run("pg_dump", server, addresses.owner, words)
    when = taken_at.astimezone(UTC).isoformat()
    return {"taken_at": when, "server": server, "entries": entries, "seal": seal, "chain": chain}


def _load(addresses: Addresses, dump: Path, server: int) -> None:
    """Load the dump in one transaction, then analyze the tables."""
    words = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(dump)]
    _run("pg_restore", server, addresses.owner, words)
    with psycopg.connect(addresses.owner, autocommit=True) as connection:
        connection.execute("analyze")


def _run(name: str, server: int, address: str, words: list[str]) -> None:
    """Run a PostgreSQL program on this address. The password goes into its environment: command lines are public."""
    parts: dict[str, Any] = dict(conninfo_to_dict(address))
    password = parts.pop("password", None)
    environment = {**os.environ, "PGPASSWORD": password} if password else dict(os.environ)
    command: list[str | Path] = [find_program(name, server // 10000), f"--dbname={make_conninfo(**parts)}", *words]
    result = subprocess.run(command, env=environment, capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError(f"{name} 没有完成：{result.stderr.strip()[-800:]}")


def find_program(name: str, major: int) -> Path:
    """The path of pg_dump or pg_restore of exactly this version: newer ones use features an older server lacks.

    Raises RuntimeError, naming the package to install.
    """
    on_path = shutil.which(name)
    candidates = [places.wheel_programs() / name, Path(f"/usr/lib/postgresql/{major}/bin") / name]
    for candidate in [*candidates, *([Path(on_path)] if on_path else [])]:
        if candidate.exists():
            version_text = subprocess.run([candidate, "--version"], capture_output=True, text=True).stdout
            if (number := re.search(r"\) (\d+)", version_text)) and int(number[1]) == major:
                return candidate
    raise RuntimeError(f"没有找到 {major} 版的 {name}；请安装（Debian：apt-get install -y postgresql-client-{major}）")


# --- files ------------------------------------------------------------------------------------------------------------


def _copy_roots(source: Path, target: Path) -> None:
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for pattern in SEALED:
        for file in source.glob(pattern):
            shutil.copy2(file, target / file.name)


def _copy_files(source: Path, target: Path) -> int:
    """Copy every file and return their number. A file that is deleted meanwhile is skipped."""
    count = 0
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in _files(source):
        copy = target / file.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            shutil.copy2(file, copy)
            count += 1
    return count


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _keys(data: Path) -> Iterator[str]:
    for name in KEYS:
        yield from sorted(str(file.relative_to(data)) for file in _files(data / name))


def _digest(file: Path) -> str:
    with open(file, "rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
