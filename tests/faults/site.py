"""A whole installation of one's own, as `yichuang serve` starts it: its processes, its database, its addresses.

Only processes below the supervisor that the test itself started are ever touched.
"""

from __future__ import annotations

import http.client
import os
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg

from tests.waiting import HANGS, until
from yichuang.ops.bench.life import Cast
from yichuang.ops.bench.programs import Client
from yichuang.ops.embedded import Embedded, end_with_parent
from yichuang.ops.web import free_port

ROOT = Path(__file__).resolve().parents[2]
OTHERS = {"DATABASE_URL", "DATABASE_OWNER_URL", "YICHUANG_TESTING", "YICHUANG_AS_OWNER", "YICHUANG_DEMO"}
FIRST_PORT = 18600
INTRODUCE = """
import pickle, sys, django
django.setup()
from yichuang.ops.bench import life, programs
people = life.cast()
pickle.dump((people, programs.tokens(people)), open(sys.argv[1], "wb"))
"""


class Site:
    """`folder` holds everything it writes. The demo city without a history: nothing else acts on cases."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="yichuang-test-")) / "var"
        self.log = self.folder.parent / "serve.log"
        self.supervisor: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.more: dict[str, str] = {}  # of the environment, before it starts

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in OTHERS}
        ours = {"YICHUANG_DATA": str(self.folder), "YICHUANG_DEMO_CASES": "0", "PYTHONPATH": str(ROOT / "src")}
        return {**kept, **ours, "DJANGO_SETTINGS_MODULE": "yichuang.settings", "PYTHONUTF8": "1", **self.more}

    @property
    def database(self) -> Embedded:
        return Embedded(self.folder)

    def start(self) -> None:
        """Start it and wait until web, worker and database are well."""
        port = free_port("127.0.0.1", FIRST_PORT + os.getpid() % 1000)
        with open(self.log, "ab") as log:
            self.supervisor = subprocess.Popen(
                [sys.executable, "-m", "yichuang", "serve", "--port", str(port), "--workers", "2"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=end_with_parent,
            )
        self.until(lambda: self._noted_port() and self.health() == 200)

    def _noted_port(self) -> bool:
        said = (self.folder / "serve.lock").read_text() if (self.folder / "serve.lock").exists() else ""
        self.port = int(said.rstrip("/").rpartition(":")[2]) if said.endswith("/") else 0
        return bool(self.port)

    def health(self) -> int:
        """The status of /healthz; 0 when nobody answers."""
        client = Client(self.port)
        try:
            return client.ask("GET", "/healthz").status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            client.close()

    def until(self, holds: Callable[[], object]) -> None:
        """Wait. Fails with the end of the log when the supervisor ends, or when it never holds."""

        def held() -> object:
            assert self.supervisor and self.supervisor.poll() is None, f"the supervisor ended:\n{self.last_words()}"
            return holds()

        until(held, self.last_words)

    def last_words(self) -> str:
        return self.log.read_text(errors="replace")[-4000:]

    def introduce(self) -> tuple[Cast, dict[str, str]]:
        """Who acts in a life, with their programs' tokens."""
        file = self.folder.parent / "cast"
        environment = {**self.environment, "DATABASE_URL": self.database.url(role="yichuang_app")}
        subprocess.run([sys.executable, "-c", INTRODUCE, str(file)], env=environment, check=True, cwd=ROOT)
        found: tuple[Cast, dict[str, str]] = pickle.loads(file.read_bytes())
        return found

    def yichuang(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command of ours, on this site."""
        command = [sys.executable, "-m", "yichuang", *words]
        return subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True)

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database.url()) as connection:
            return connection.execute(question).fetchall()

    def stop(self) -> int:
        """An orderly stop; the exit code."""
        assert self.supervisor
        self.supervisor.send_signal(signal.SIGCONT)
        self.supervisor.terminate()
        return self.supervisor.wait(HANGS)

    def remove(self) -> None:
        if self.supervisor and self.supervisor.poll() is None:
            self.stop()
        server = self.database
        server.stop()  # only when the supervisor could not
        shutil.rmtree(server.sockets, ignore_errors=True)
        if not server.data.is_relative_to(self.folder):
            shutil.rmtree(server.data.parent, ignore_errors=True)
        shutil.rmtree(self.folder.parent, ignore_errors=True)

    # --- its processes ------------------------------------------------------------------------------------------------

    def processes(self) -> dict[str, list[int]]:
        """The living processes below the supervisor, by what they are for."""
        assert self.supervisor
        found: dict[str, list[int]] = {kind: [] for kind in KINDS}
        for pid, words in below(self.supervisor.pid):
            if "granian" in words:
                found["web server"].append(pid)
                found["web process"] += [p for p, w in below(pid) if "resource_tracker" not in w]
            elif "yichuang worker" in words:
                found["worker"].append(pid)
            elif "postgres" in words:
                found["database"].append(pid)
                found["database connection"] += [p for p, w in below(pid) if "yichuang_app" in w]
        return found


KINDS = ("web process", "web server", "worker", "database", "database connection")


def below(parent: int) -> Iterator[tuple[int, str]]:
    """The living children of a process: number and command line."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            _, _, rest = stat.read_text().rpartition(") ")
            words = (stat.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # it ended meanwhile
            continue
        state, owner, *_ = rest.split()
        if int(owner) == parent and state != "Z":
            yield int(stat.parent.name), words
