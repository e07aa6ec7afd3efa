"""Started by root, web and worker run as the database's user; what that user cannot do is said, and root goes on."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.site import ROOT, Site
from tests.waiting import until
from yichuang.ops import stepdown

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to step down")
NOBODY = 65534


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that others may pass."""
    parent = Path(tempfile.mkdtemp(prefix="yichuang-test-"))
    parent.chmod(0o711)
    (parent / "var").mkdir(mode=0o711)
    yield parent / "var"
    shutil.rmtree(parent)


def owner(path: Path) -> int:
    return path.lstat().st_uid


def test_what_the_program_writes_is_handed_over(data: Path) -> None:
    (data / "secrets").mkdir(mode=0o700)
    (data / "secrets" / "secret_key").write_text("x")
    (data / "uploads" / "ab").mkdir(parents=True)
    (data / "uploads" / "ab" / "file").write_text("x")
    (data / "serve.lock").write_text("")
    stepdown.hand_over(data, NOBODY)
    for path in ("secrets", "secrets/secret_key", "uploads/ab", "uploads/ab/file", "roots", "outbox", "static"):
        assert owner(data / path) == NOBODY, path
    assert stat.S_IMODE((data / "secrets").stat().st_mode) == 0o700
    assert owner(data) == owner(data / "serve.lock") == 0


def test_what_an_earlier_start_gave_to_the_databases_user_is_handed_on(data: Path) -> None:
    (data / "uploads").mkdir()
    (data / "uploads" / "file").write_text("x")
    os.chown(data / "uploads" / "file", NOBODY, NOBODY)
    (data / "uploads" / "other").write_text("x")
    os.chown(data / "uploads" / "other", 12345, 12345)
    stepdown.hand_over(data, 1, NOBODY)
    assert (owner(data / "uploads" / "file"), owner(data / "uploads" / "other")) == (1, 12345)


def test_nobody_is_given_a_file_of_the_machine(data: Path) -> None:
    """He may write in these folders, and could lay names there that lead elsewhere."""
    other = data / "other"
    other.write_text("of the machine")
    (data / "uploads").mkdir()
    (data / "uploads" / "link").symlink_to(other)
    os.link(other, data / "uploads" / "second-name")
    (data / "outbox").symlink_to(data)
    stepdown.hand_over(data, NOBODY)
    assert owner(other) == 0
    assert owner(data) == 0


def test_what_stands_in_the_way_is_said(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stepdown, "PRIVILEGED", data / "least")
    (data / "least").write_text("1024\n")
    assert "端口" in str(stepdown.obstacle(data, NOBODY, 80))
    closed = data / "roots"
    closed.mkdir(mode=0o700)
    monkeypatch.setenv("YICHUANG_ROOTS", str(closed))
    assert "封存目录" in str(stepdown.obstacle(data, NOBODY, 18000))
    monkeypatch.delenv("YICHUANG_ROOTS")
    data.parent.chmod(0o700)
    assert "数据文件夹" in str(stepdown.obstacle(data, NOBODY, 18000))
    data.parent.chmod(0o711)
    hidden = data / "python"
    shutil.copy2(Path(sys.executable).resolve(), hidden)
    hidden.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(hidden))
    assert "Python" in str(stepdown.obstacle(data, NOBODY, 18000))


def users(site: Site) -> set[int]:
    """As whom web and worker run."""
    running = site.processes()
    pids = [pid for kind in ("web server", "web process", "worker") for pid in running[kind]]
    assert len(pids) >= 3
    return {Path(f"/proc/{pid}").stat().st_uid for pid in pids}


@pytest.fixture
def site() -> Iterator[Site]:
    one = Site()
    yield one
    one.remove()


@pytest.mark.slow
def test_only_the_supervisor_stays_root(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.folder.parent.chmod(0o711)
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    if not stepdown.can_run([sys.executable, "-c", ""], NOBODY):  # ours lies in a closed home
        monkeypatch.setattr(sys, "executable", "/usr/bin/python3")
        monkeypatch.setattr(Site, "environment", {**site.environment, "PYTHONPATH": f"{ROOT / 'src'}:{packages}"})
    command = [
        sys.executable,
        "-c",
        f"import sys; assert sys.version_info[:2] == {sys.version_info[:2]}; import django",
    ]
    if not stepdown.can_run(command, NOBODY, PYTHONPATH=site.environment["PYTHONPATH"]):
        pytest.skip("no Python that nobody can run with these packages")
    site.start()
    program = site.database.program
    assert program not in {None, 0, NOBODY}, "web and worker are not the user who owns the database"
    assert users(site) == {program}
    assert Path(f"/proc/{site.processes()['database'][0]}").stat().st_uid == NOBODY
    for name in ("secrets/secret_key", "static/.collected", "uploads"):
        assert owner(site.folder / name) == program, name
    environment = Path(f"/proc/{site.processes()['worker'][0]}/environ").read_bytes()
    assert b"DATABASE_URL=" in environment and b"DATABASE_OWNER_URL=" not in environment
    worker = Path(f"/proc/{site.processes()['worker'][0]}/status").read_text()
    assert next(line.split()[1:] for line in worker.splitlines() if line.startswith("Groups")) == []
    assert "账本完好。" in site.yichuang("verify").stdout, "root still works on it from the command line"
    assert site.stop() == 0

    # an existing folder of earlier starts, which gave all this to the database's user
    for name in ("secrets", "uploads", "roots", "static"):
        subprocess.run(["chown", "-R", "nobody", site.folder / name], check=True)
    (site.database.data / "yichuang_hba.conf").unlink()
    site.start()
    assert users(site) == {program}
    assert owner(site.folder / "secrets" / "secret_key") == program
    assert site.stop() == 0


@pytest.mark.slow
def test_in_a_closed_home_root_goes_on_and_says_why(site: Site) -> None:
    site.start()
    assert users(site) == {0}
    assert f"仍以 root 身份运行：那个用户不能进入数据文件夹 {site.folder}。" in site.last_words()
    assert "能以数据库所有者登录，分不开" in site.last_words()


def test_a_child_that_stepped_down_ends_with_its_parent() -> None:
    """The kernel forgets the request to end it when the user changes after it was made."""
    program = (
        "import time; from yichuang.ops.serve import Child; "
        f"c = Child('试验', ['/bin/sleep', '9999'], {{}}, {NOBODY}); c.start(); print(c.process.pid, flush=True); "
        "time.sleep(9999)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )
    assert parent.stdout
    child = Path(f"/proc/{int(parent.stdout.readline())}")
    assert child.stat().st_uid == NOBODY
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until(lambda: not child.exists())
