"""Rehearses a disaster: restores a backup in a second, empty place, on a server of its own, and verifies it there.

The store itself is only read. Every figure that is printed was measured in this run.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from yichuang.ops import backup, database
from yichuang.ops.backup import BackupManifest
from yichuang.ops.database import Addresses
from yichuang.ops.embedded import Embedded
from yichuang.ops.serve import PROGRAM

PLACES = {"YICHUANG_DATA", "YICHUANG_ROOTS"}  # where this installation keeps its files; not the second one


def rehearse(addresses: Addresses, work: Path, source: Path | None = None) -> int:
    """Back up (or use the backup in `source`), restore, verify, compare. Returns 0 when everything holds.

    `work` is the folder for temporary data, which is deleted again.
    """
    work.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="rehearsal-", dir=work))
    folder.chmod(0o711)  # the second server's user must pass to its data
    server = Embedded(folder / "var")  # as durable as a real one, or the seconds would say little
    try:
        with _step("读取备份" if source else "备份"):
            manifest = backup.read_manifest(source) if source else backup.write_backup(addresses, folder / "backup")
        print(
            f"    账本 {manifest.entries:,} 条，文件 {manifest.files:,} 个，共 {manifest.size / 1e6:,.1f} MB",
            flush=True,
        )
        return _recover(server, source or folder / "backup", manifest, addresses)
    finally:
        server.durable = False  # it is not kept
        server.remove()
        shutil.rmtree(folder, ignore_errors=True)


def _recover(server: Embedded, source: Path, manifest: BackupManifest, addresses: Addresses) -> int:
    """Do what an operator would do after a disaster, and print time and loss. Returns the exit code."""
    started = time.monotonic()
    with _step("另起一个空的数据库"):
        server.start().ensure()
    second = database.addresses_of(server)
    with _step("恢复"):
        restored = _yichuang(server.folder, second, "restore", "--from", str(source))
    with _step("核验与重放"):
        verified = _yichuang(server.folder, second, "verify", "--rebuild")
    took = time.monotonic() - started
    seals = _compare_seals(second)
    entries, moment = _now(addresses)
    print(f"  恢复用时（RTO）：{took:.1f} 秒，从空数据库到核验完毕")
    print(f"  数据损失（RPO）：备份之后账本又记了 {entries - manifest.entries:,} 条，备份距今 {_ago(manifest, moment)}")
    print("  密钥不在备份里，没有参加演练：请另行确认它们还在别处。")
    all_hold = restored and verified and seals
    print("  ✓ 演练通过" if all_hold else "  ✗ 演练没有通过，原因见上", flush=True)
    return 0 if all_hold else 1


def _yichuang(folder: Path, second: Addresses, *words: str) -> bool:
    """Run a command of ours on the second installation. True when it succeeds."""
    environment = {key: value for key, value in second.environment().items() if key not in PLACES}
    result = subprocess.run(
        [*PROGRAM, *words], env={**environment, "YICHUANG_DATA": str(folder)}, capture_output=True, text=True
    )
    if words[0] == "verify" or result.returncode:
        print("".join(f"    {line}\n" for line in (result.stdout + result.stderr).splitlines()), end="", flush=True)
    return result.returncode == 0


def _compare_seals(second: Addresses) -> bool:
    """Whether the last restored seal equals the one outside; prints how many seals outside are newer."""
    from yichuang.ledger.outside import configured_outside

    with psycopg.connect(second.owner) as connection:
        row = connection.execute(
            "select number, encode(chain, 'hex') from ledger_seal order by number desc limit 1"
        ).fetchone()
    outside = {seal["number"]: seal["chain"] for seal in configured_outside().read_seals()}
    number, chain = row or (0, "")
    later = sum(1 for seal_number in outside if seal_number > number)
    if number and outside.get(number) != chain:
        print(f"  ✗ 恢复出的最后封存 {number} 号与库外保存的不一致")
        return False
    print(f"  ✓ 恢复出的最后封存是 {number} 号，与库外保存的一致" if number else "  ! 备份时还没有封存，无从对照")
    if later:
        print(f"    库外还有 {later} 次更新的封存：它们之内的条目不在这份备份里")
    return True


def _now(addresses: Addresses) -> tuple[int, datetime]:
    """The number of entries of the store now, and the moment."""
    with psycopg.connect(addresses.owner) as connection:
        row = connection.execute("select count(*), now() from ledger_entry").fetchone()
    assert row is not None
    return row[0], row[1].astimezone(UTC)


def _ago(manifest: BackupManifest, moment: datetime) -> str:
    seconds = (moment - manifest.moment).total_seconds()
    if seconds < 600:
        return f"{seconds:.0f} 秒"
    return f"{seconds / 60:.0f} 分钟" if seconds < 36_000 else f"{seconds / 3600:.1f} 小时"


@contextmanager
def _step(label: str) -> Iterator[None]:
    started = time.monotonic()
    yield
    print(f"  ✓ {label}（{time.monotonic() - started:.1f} 秒）", flush=True)
