"""The embedded database: starts, is adopted, comes back after kill -9, and never mistakes another server for its own.

Each test has a cluster of its own; the tests' shared server is not touched.
"""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.waiting import until
from yichuang.ops import places
from yichuang.ops.embedded import Embedded


@pytest.fixture
def server() -> Iterator[Embedded]:
    embedded = Embedded(Path(tempfile.mkdtemp(prefix="yichuang-test-")), durable=False)
    yield embedded.start()
    embedded.remove()


def ask(server: Embedded, question: str) -> object:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        row = connection.execute(question).fetchone()
        return row and row[0]


def test_it_listens_on_no_network_and_only_for_its_owner(server: Embedded) -> None:
    assert ask(server, "show listen_addresses") == ""
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (server.sockets, server.sockets / ".s.PGSQL.5432")]
    # one user of the program's own may pass, who is let in as nobody else (test_apart)
    assert modes == ([0o700, 0o700] if server.program is None else [0o710, 0o777])


def test_order_and_case_are_those_of_unicode(server: Embedded) -> None:
    assert ask(
        server, "select upper('é') || (select string_agg(x, '' order by x) from unnest(array['乙', '一', 'a']) x)"
    ) == ("Éa一乙")


def test_an_ordinary_child_is_not_root(server: Embedded) -> None:
    assert (server.data / "PG_VERSION").stat().st_uid != 0


def test_a_second_start_adopts_the_running_server(server: Embedded) -> None:
    other = Embedded(server.folder, durable=False).start()
    assert other.process is None
    assert other.alive()
    other.stop()
    assert not server.alive(), "an adopted server is stopped for real"


def test_what_was_committed_is_there_after_kill_9() -> None:
    durable = Embedded(Path(tempfile.mkdtemp(prefix="yichuang-test-"))).start()
    try:
        with psycopg.connect(durable.url("postgres"), autocommit=True) as connection:
            connection.execute("create table kept as select 7 as number")
        assert durable.process
        os.kill(durable.process.pid, signal.SIGKILL)
        durable.process.wait()
        assert not durable.alive()
        durable.start()
        assert ask(durable, "select number from kept") == 7
    finally:
        durable.durable = False
        durable.remove()


def test_a_stale_pid_file_that_names_a_stranger_is_no_obstacle(server: Embedded) -> None:
    assert server.process
    server.process.kill()
    server.process.wait()
    file = server.data / "postmaster.pid"
    file.write_text("\n".join([str(os.getpid()), *file.read_text().splitlines()[1:]]) + "\n")
    assert server.start().alive()


def test_a_half_made_cluster_is_made_again() -> None:
    folder = Path(tempfile.mkdtemp(prefix="yichuang-test-"))
    (folder / "pg.half").mkdir()
    (folder / "pg.half" / "PG_VERSION").write_text("18\n")
    server = Embedded(folder, durable=False)
    try:
        assert ask(server.start(), "select 1") == 1
    finally:
        server.remove()


def test_a_deep_folder_gets_a_short_socket() -> None:
    deep = Path(tempfile.mkdtemp(prefix="yichuang-test-")) / ("d" * 60) / ("e" * 60)
    deep.parent.parent.chmod(0o755)
    server = Embedded(deep, durable=False).start()
    try:
        assert server.sockets != server.data
        assert ask(server, "select 1") == 1
    finally:
        server.remove()
        shutil.rmtree(deep.parent.parent)


def test_a_socket_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    (tmp_path / "trap").symlink_to(real)
    with pytest.raises(RuntimeError, match="属于别的用户"):
        places.make_private(tmp_path / "trap", None)


def test_it_ends_with_the_process_that_started_it() -> None:
    folder = Path(tempfile.mkdtemp(prefix="yichuang-test-"))
    program = "import sys, time; from pathlib import Path; from yichuang.ops.embedded import Embedded;"
    program += "Embedded(Path(sys.argv[1]), durable=False).start(); print('up', flush=True); time.sleep(9999)"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    parent = subprocess.Popen([sys.executable, "-c", program, folder], stdout=subprocess.PIPE, env=environment)
    assert parent.stdout and parent.stdout.readline() == b"up\n"
    server = Embedded(folder, durable=False)
    assert server.alive()
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until(lambda: not server.alive())
    server.remove()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to step aside")
def test_root_steps_aside_when_nobody_cannot_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = Path(tempfile.mkdtemp(prefix="yichuang-state-"))
    state.chmod(0o755)
    monkeypatch.setattr(places, "STATE", state)
    closed = Path(tempfile.mkdtemp(prefix="yichuang-closed-"))
    folder = closed / "var"
    server = Embedded(folder, durable=False).start()
    try:
        assert server.data.is_relative_to(state)
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700, "a parent is never opened"
        assert Embedded(folder).data == server.data, "the next start finds it"
    finally:
        server.remove()
    for leftover in (state, closed):
        subprocess.run(["rm", "-rf", leftover], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to step aside")
def test_a_folder_made_anew_does_not_find_the_old_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    state = Path(tempfile.mkdtemp(prefix="yichuang-state-"))
    monkeypatch.setattr(places, "STATE", state)
    monkeypatch.setattr(places, "can_enter", lambda path, uid: False)
    folder = Path(tempfile.mkdtemp(prefix="yichuang-test-"))
    first = places.data_folder(folder)
    first.mkdir(parents=True)
    assert places.data_folder(folder) != first
    subprocess.run(["rm", "-rf", state, folder], check=True)
