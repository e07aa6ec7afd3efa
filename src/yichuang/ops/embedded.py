"""Runs PostgreSQL from the wheel as a child process in the foreground. Never used when DATABASE_URL is set.

Why not the wheel's own Python API: it opens every parent folder when root starts it, leaves servers behind and can
hand out dead addresses (docs/adr/0001-embedded-postgresql.md).
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
from psycopg import sql

from yichuang.ops import places
from yichuang.ops.roles import ROLE

CONF = {
    "listen_addresses": "",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "shared_buffers": "256MB",
    "jit": "off",
    "wal_compression": "on",  # page images after a checkpoint are most of what is written
    "log_checkpoints": "off",
    "lc_messages": "C",
    # No personal data in the log: a failing statement and the values it names stay out of it
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
if sys.platform == "linux":
    # One call instead of one per file before the recovery after a kill: a tenth of the seconds
    CONF["recovery_init_sync_method"] = "syncfs"
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "64MB"}
PR_SET_PDEATHSIG = 1
ATTEMPTS = 20  # half a second apart
LOG_SIZE = 10_000_000  # bytes, then one old log is kept beside the new


def end_with_parent(number: int = signal.SIGTERM) -> None:
    """Ask the kernel, in a new child, to end the child when our process dies, even by kill -9. Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number)


class Embedded:
    """One cluster in one data folder. `durable=False` is for tests: fast, and gone after a power cut."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder.resolve()
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None
        self._place()

    def _place(self) -> None:
        self.data = places.data_folder(self.folder)
        self.user = places.postgres_user(self.data)
        self.program = places.program_user(self.user)  # as whom web and worker run; None: as the server's user
        self.sockets = places.socket_folder(self.data, shared=self.program is not None)

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    def url(self, database: str = "yichuang", role: str = "postgres") -> str:
        return f"postgresql://{role}@/{database}?host={self.sockets}"

    def start(self, wait: float = 60) -> Embedded:
        """Start the server, or adopt the one that already runs on this data. Waits up to `wait` seconds.

        Raises RuntimeError with the end of the server's log when it does not come up.
        """
        self._prepare()
        with open(self.folder / "postgres.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # one starter at a time
            if self.answers():
                return self
            self.bin = places.binaries(self.user)
            if not (self.data / "PG_VERSION").exists():
                self._initdb()
            self._launch(time.monotonic() + wait)
        return self

    def _prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.user is not None and not places.can_enter(self.folder, self.user):
            # Only the folder that is ours: it may be passed, not read. Its parents are the operator's affair.
            self.folder.chmod(self.folder.stat().st_mode | 0o011)
        self._place()  # the answer may differ now that the folder exists
        if self.data.parent != self.folder:
            self.data.parent.mkdir(exist_ok=True)
            self.data.parent.chmod(0o711)
            (self.folder / places.NOTE).write_text(f"{self.data}\n")
        places.make_private(self.data, self.user)
        if self.sockets != self.data:
            places.make_private(self.sockets, self.user, self.program)

    def _initdb(self) -> None:
        # The builtin provider sorts by code point everywhere alike; the wheel has no ICU
        words = "-U postgres --auth=trust --encoding=UTF8 --locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C"
        # Made beside and moved in one step: half a cluster, left by a kill, would stop every later start
        half = self.data.with_name("pg.half")
        shutil.rmtree(half, ignore_errors=True)
        places.make_private(half, self.user)
        command: list[str | Path] = [self.bin / "initdb", "-D", half, *words.split()]
        command += [] if self.durable else ["--no-sync"]
        result = subprocess.run(command, capture_output=True, text=True, cwd="/", **places.run_as(self.user))
        if result.returncode:
            raise RuntimeError(f"数据库初始化失败：{result.stderr.strip()[-800:]}")
        half.rename(self.data)

    def _launch(self, deadline: float) -> None:
        """Start and wait. After a kill -9 the old server's children may hold the memory for a moment: try again."""
        settings = {**(CONF if self.durable else CONF | FAST), **self._doors()}
        command: list[str | Path] = [self.bin / "postgres", "-D", self.data, "-k", self.sockets]
        command += [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        for _ in range(ATTEMPTS):
            self.process = self._spawn(command)
            while self.process.poll() is None:
                if self.answers():
                    return
                if time.monotonic() > deadline:
                    raise RuntimeError(f"数据库没有在限定时间内启动：\n{self._last_words()}")
                time.sleep(0.05)
            time.sleep(0.5)
        raise RuntimeError(f"数据库没有启动成功：\n{self._last_words()}")

    def _doors(self) -> dict[str, str]:
        """Write the files that say who may connect as whom, and return their settings. Done at every start."""
        texts = places.who_may_log_in(self.user, self.program, ROLE)
        doors = {"unix_socket_permissions": "0700" if self.program is None else "0777"}
        for setting, name, text in zip(("hba_file", "ident_file"), ("hba", "ident"), texts, strict=True):
            file = self.data / f"yichuang_{name}.conf"
            temporary = file.with_suffix(f".{os.getpid()}")
            temporary.unlink(missing_ok=True)
            # the folder is the server's user's, who must not lead root to another file
            with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
                out.write(text)
                if self.user is not None:
                    os.fchown(out.fileno(), self.user, places.run_as(self.user)["group"])
            temporary.replace(file)
            doors[setting] = str(file)
        return doors

    def _spawn(self, command: list[str | Path]) -> subprocess.Popen[bytes]:
        if self.log.exists() and self.log.stat().st_size > LOG_SIZE:
            self.log.replace(self.log.with_suffix(".log.1"))
        with open(self.log, "ab") as log:
            return subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,  # Ctrl-C in the terminal must not reach it: we stop it last
                preexec_fn=lambda: end_with_parent(signal.SIGINT),  # a fast shutdown when we are killed
                **places.run_as(self.user),
            )

    def _last_words(self) -> str:
        return self.log.read_bytes()[-1500:].decode(errors="replace") if self.log.exists() else ""

    def answers(self) -> bool:
        """Whether a server is up on exactly this data (a stale socket or another cluster does not count)."""
        try:
            with psycopg.connect(self.url("postgres"), connect_timeout=2) as connection:
                row = connection.execute("show data_directory").fetchone()
                return row is not None and Path(row[0]) == self.data
        except psycopg.OperationalError:
            return False

    def alive(self) -> bool:
        """Whether the server runs. Cheap for our own child; an adopted server is asked over its socket."""
        return self.process.poll() is None if self.process else self.answers()

    def ensure(self, database: str = "yichuang") -> None:
        """Create the database if it does not exist."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if not connection.execute("select 1 from pg_database where datname = %s", [database]).fetchone():
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(database)))

    def stop(self, wait: float = 30) -> None:
        """Fast shutdown: open transactions are rolled back, data is flushed. Stops an adopted server too."""
        if self.process:
            self.process.send_signal(signal.SIGINT)  # SIGTERM would wait for the clients to leave
            try:
                self.process.wait(wait)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None
        elif (self.data / "postmaster.pid").exists():
            words: list[str | Path] = ["stop", "-D", self.data, "-m", "fast", "-w", "-t", str(int(wait))]
            subprocess.run(
                [places.binaries(self.user) / "pg_ctl", *words],
                capture_output=True,
                cwd="/",
                **places.run_as(self.user),
            )

    def remove(self) -> None:
        """Stop and delete everything, for tests only: the data does not come back."""
        self.stop()
        if self.durable:
            raise RuntimeError("only a test's cluster may be removed")
        for folder in {self.sockets, self.data, self.folder}:
            shutil.rmtree(folder, ignore_errors=True)
        if self.data.parent != self.folder:
            shutil.rmtree(self.data.parent, ignore_errors=True)
