"""A PostgreSQL server of the distribution, as an administrator would hand it over: passwords, an owner of its own for
the city's database, nobody a superuser.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg

from tests.waiting import HANGS, until
from yichuang.ops import places
from yichuang.ops.embedded import FAST, end_with_parent

VERSIONS = Path("/usr/lib/postgresql")
CITY = """
create role city_owner login createrole password 'of-the-owner';
create database city owner city_owner template template0;
"""


def installed() -> list[Path]:
    """The folders with the programs of PostgreSQL 15 to 17 on this machine, the oldest first."""
    return [found for number in (15, 16, 17) if (found := VERSIONS / str(number) / "bin" / "postgres").exists()]


class Outside:
    """A cluster in a temporary folder, on a Unix socket there. `server` is its program."""

    def __init__(self, server: Path) -> None:
        self.programs = server.parent
        self.folder = Path(tempfile.mkdtemp(prefix="yichuang-test-"))
        self.data = self.folder / "pg"
        self.user = places.postgres_user(self.data)
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, user: str = "postgres", word: str = "of-the-administrator", database: str = "postgres") -> str:
        return f"postgresql://{user}:{word}@/{database}?host={self.folder}"

    @property
    def owner(self) -> str:
        return self.url("city_owner", "of-the-owner", "city")

    @property
    def app(self) -> str:
        return self.url("yichuang_app", "of-the-program", "city")

    def start(self) -> Outside:
        """Make the cluster, start it, and make the empty database of a city."""
        places.make_private(self.folder, self.user)
        word = self.folder / "word"
        word.write_text("of-the-administrator\n")
        word.chmod(0o644)
        options = "-U postgres --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-sync"
        command: list[str | Path] = [self.programs / "initdb", "-D", self.data, f"--pwfile={word}", *options.split()]
        made = subprocess.run(command, capture_output=True, text=True, cwd="/", **places.run_as(self.user))
        assert made.returncode == 0, made.stderr
        settings = [word for key, value in FAST.items() for word in ("-c", f"{key}={value}")]
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.data, "-k", self.folder, "-c", "listen_addresses=", *settings],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,
                preexec_fn=lambda: end_with_parent(signal.SIGINT),
                **places.run_as(self.user),
            )
        self._ask(CITY)
        return self

    def _ask(self, words: str) -> None:
        until(self._answers, (self.folder / "log").read_text)
        with psycopg.connect(self.url(), autocommit=True) as connection:
            for one in filter(str.strip, words.split(";")):
                connection.execute(one.encode())

    def _answers(self) -> bool:
        assert self.process and self.process.poll() is None, (self.folder / "log").read_text()
        try:
            psycopg.connect(self.url()).close()
        except psycopg.OperationalError:
            return False
        return True

    def remove(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(HANGS)
        shutil.rmtree(self.folder, ignore_errors=True)
