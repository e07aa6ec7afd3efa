"""The system user of the program is not the owner of the database: who takes over the one does not own the other."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from yichuang.ops import places, roles
from yichuang.ops.embedded import Embedded
from yichuang.ops.serve import Supervisor
from yichuang.ops.stepdown import can_run

NOBODY = 65534
CONNECT = """
import sys, psycopg
try:
    psycopg.connect(sys.argv[1], connect_timeout=5).close()
except psycopg.OperationalError as error:
    print(error)
    sys.exit(3)
"""
apart = pytest.mark.skipif(os.geteuid() != 0, reason="only root can run them as two users")


@pytest.fixture
def server() -> Iterator[Embedded]:
    embedded = Embedded(Path(tempfile.mkdtemp(prefix="yichuang-test-")), durable=False).start()
    roles.create_role(embedded.url("postgres"))
    yield embedded
    embedded.remove()


def connect(uid: int, address: str) -> str:
    """What that user is told who connects; nothing when let in."""
    python = "/usr/bin/python3"
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    if not can_run([python, "-c", "import psycopg"], uid, PYTHONPATH=packages):
        pytest.skip("no Python that another user can run with these packages")
    done = subprocess.run(
        [python, "-c", CONNECT, address],
        env={**os.environ, "PYTHONPATH": packages},
        capture_output=True,
        text=True,
        cwd="/",
        **places.run_as(uid),
    )
    return done.stdout + done.stderr


@apart
def test_the_programs_user_logs_in_as_the_program_and_never_as_the_owner(server: Embedded) -> None:
    assert server.program is not None and server.program != server.user
    assert connect(server.program, server.url("postgres", roles.ROLE)) == ""
    assert "Peer authentication failed" in connect(server.program, server.url("postgres"))
    with psycopg.connect(server.url("postgres"), autocommit=True) as owner:
        owner.execute("create role somebody login")
    assert "Peer authentication failed" in connect(server.program, server.url("postgres", "somebody"))


@apart
def test_the_programs_user_reads_no_file_of_the_database_and_cannot_signal_it(server: Embedded) -> None:
    assert server.program is not None and server.process is not None
    assert not can_run(["/bin/cat", str(server.data / "yichuang_hba.conf")], server.program)
    assert not can_run(["/bin/sh", "-c", f": > {server.data}/yichuang_ident.conf"], server.program)
    assert not can_run(["/bin/kill", "-HUP", str(server.process.pid)], server.program)
    assert not can_run(["/bin/ls", str(server.sockets)], server.program)
    assert not can_run(["/bin/sh", "-c", f": > {server.sockets}/x"], server.program)


@apart
def test_others_reach_no_socket(server: Embedded) -> None:
    stranger = next(user.pw_uid for user in pwd.getpwall() if user.pw_uid not in {0, server.user, server.program})
    assert "Permission denied" in connect(stranger, server.url("postgres", roles.ROLE))


@apart
def test_a_cluster_from_before_gets_the_new_doors(server: Embedded) -> None:
    """An existing data folder, made when everybody on the socket was trusted."""
    server.stop()
    (server.data / "yichuang_hba.conf").unlink()
    (server.data / "pg_hba.conf").write_text("local all all trust\n")
    server.start()
    assert server.program is not None
    assert "Peer authentication failed" in connect(server.program, server.url("postgres"))
    with psycopg.connect(server.url("postgres")) as root:
        assert root.execute("show hba_file").fetchone() == (str(server.data / "yichuang_hba.conf"),)


@apart
def test_a_cluster_of_an_ordinary_user_stays_theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root starts once what somebody runs by themselves: their files must not become another user's."""
    somebody = pwd.getpwnam("daemon").pw_uid
    assert places.program_user(somebody) is None
    assert places.program_user(None) is None
    monkeypatch.setattr(places, "PROGRAM_USERS", ("no-such-user", "nobody", "root"))
    assert places.program_user(NOBODY) is None


ALONE = """
import sys
from pathlib import Path
import psycopg
from yichuang.ops import roles
from yichuang.ops.embedded import Embedded
server = Embedded(Path(sys.argv[1]), durable=False).start()
try:
    roles.create_role(server.url("postgres"))
    for role in ("postgres", roles.ROLE):
        with psycopg.connect(server.url("postgres", role)) as connection:
            print(connection.execute("select current_user").fetchone()[0])
    print(oct(server.sockets.stat().st_mode)[-3:], server.program)
finally:
    server.remove()
"""


@apart
def test_an_ordinary_users_installation_works_by_itself() -> None:
    user = pwd.getpwnam("daemon").pw_uid
    python, packages = "/usr/bin/python3", next(path for path in sys.path if path.endswith("site-packages"))
    source = str(Path(__file__).parents[2] / "src")
    environment = {**os.environ, "PYTHONPATH": f"{source}:{packages}", "PYTHONDONTWRITEBYTECODE": "1"}
    if not can_run([python, "-c", "import psycopg, yichuang"], user, PYTHONPATH=environment["PYTHONPATH"]):
        pytest.skip("no Python that another user can run with these packages")
    folder = Path(tempfile.mkdtemp(prefix="yichuang-test-"))
    shutil.chown(folder, user)
    done = subprocess.run(
        [python, "-c", ALONE, folder], env=environment, capture_output=True, text=True, cwd="/", **places.run_as(user)
    )
    shutil.rmtree(folder, ignore_errors=True)
    assert done.stdout.split() == ["postgres", roles.ROLE, "700", "None"], done.stderr


def test_a_user_without_a_name_is_trusted_behind_a_closed_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless(uid: int) -> None:
        raise KeyError(uid)

    assert "trust" not in places.who_may_log_in(None, None, roles.ROLE)[0]
    monkeypatch.setattr(places.pwd, "getpwuid", nameless)
    assert places.who_may_log_in(None, None, roles.ROLE) == ("local all all trust\n", "")


def test_where_they_cannot_be_told_apart_the_start_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from yichuang.ops import stepdown
    from yichuang.ops.database import Addresses

    folder = Path(tempfile.mkdtemp(prefix="yichuang-test-"))
    monkeypatch.setattr(stepdown, "hand_over", lambda *given: None)
    server = Embedded(folder)

    def start(**changes: Any) -> str:
        for name, value in changes.items():
            setattr(server, name, value)
        supervisor = Supervisor(Addresses("owner", "app", server))
        supervisor.step_down(18000)
        assert not supervisor.apart
        return capsys.readouterr().out

    try:
        assert start(user=None, program=None).count("\n") == 1
        assert "能以数据库所有者登录，分不开" in start(user=None, program=None)
        monkeypatch.setattr(stepdown, "obstacle", lambda *given: "家目录是关着的")
        said = start(user=NOBODY, program=1)
        assert "家目录是关着的" in said and "能以数据库所有者登录" in said
        monkeypatch.setattr(stepdown, "obstacle", lambda *given: None)
        assert "能以数据库所有者登录，分不开" in start(user=NOBODY, program=None)
    finally:
        shutil.rmtree(folder)


def test_what_never_acts_as_the_owner_does_not_know_the_owners_login(monkeypatch: pytest.MonkeyPatch) -> None:
    from yichuang.ops.database import Addresses

    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://owner:secret@/city")
    found = Addresses("postgresql://owner:secret@/city", "postgresql://yichuang_app@/city")
    assert "secret" not in str(found.environment(knows_owner=False))
    assert found.environment()["DATABASE_OWNER_URL"] == found.owner
