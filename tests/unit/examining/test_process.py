"""An examination has its bounds: what passes them is killed, and the next file is looked at as if nothing had been."""

from __future__ import annotations

import fcntl
import os
import signal
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import HANGS, until
from yichuang.examining import process
from yichuang.examining.process import Bounds, Busy, Killed

MOST = Bounds(cpu=1, wall=HANGS)  # of what ends by itself
PARENT = "({'helper': __import__('os').getppid()}, b'')"


def examine(code: str, locks: Path, bounds: Bounds = MOST, visitor: str = "one") -> tuple[dict[str, Any], bytes]:
    """Evaluate an expression in a process of its own: what a hostile file might make a parser do."""
    return process.examine("builtins:eval", code.encode(), visitor=visitor, locks=locks, bounds=bounds)


def test_an_answer_comes_with_what_was_made(tmp_path: Path) -> None:
    assert examine("({'seen': 1}, b'bytes')", tmp_path) == ({"seen": 1}, b"bytes")
    assert examine("({}, bytes(5000000))", tmp_path) == ({}, bytes(5_000_000))


@pytest.mark.parametrize(
    "code",
    [
        "any(iter(int, 1))",  # for ever on the processor
        "__import__('time').sleep(9999)",
        "bytearray(4 << 30)",
        "__import__('os').abort()",
        "1 / 0",
        "'no answer'",
        "__import__('os').write(__import__('os').open('/tmp/yichuang-never', 577), b'x')",
        "eval('(' * 9999)",
    ],
)
def test_what_passes_its_bounds_is_killed_and_the_next_is_fine(tmp_path: Path, code: str) -> None:
    helper = examine(PARENT, tmp_path)
    with pytest.raises(Killed):
        examine(code, tmp_path, Bounds(cpu=1, wall=2))
    assert examine(PARENT, tmp_path) == helper, "the kernel ended it at its bounds; a helper that hangs is replaced"


def test_it_sees_nothing_of_our_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "of this test")
    found, _ = examine("({'names': sorted(__import__('os').environ)}, b'')", tmp_path)
    assert found["names"] == ["LC_ALL", "PYTHONPATH", "PYTHONUTF8"]


def test_a_lost_helper_is_started_again(tmp_path: Path) -> None:
    found, _ = examine(PARENT, tmp_path)
    os.kill(found["helper"], signal.SIGKILL)
    until(lambda: ") Z " in Path(f"/proc/{found['helper']}/stat").read_text())
    again, _ = examine(PARENT, tmp_path)
    assert again["helper"] != found["helper"]


def is_held(lock: Path) -> bool:
    """Whether an examination holds the lock."""
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_of_one_visitor_one_file_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "VISITOR_SECONDS", 0.2)
    monkeypatch.setattr(process, "_slots", threading.BoundedSemaphore(2))  # else `another` would wait for the first
    locks, goes_on = tmp_path / "locks", tmp_path / "goes-on"
    goes_on.touch()
    there = f"lambda: __import__('os').path.exists({str(goes_on)!r})"
    waits = f"[__import__('time').sleep(0.02) for _ in iter({there}, False)]"
    slow = threading.Thread(target=lambda: examine(f"({waits}, ({{}}, b''))[1]", locks, Bounds(wall=HANGS)))
    slow.start()
    until(lambda: locks.exists() and any(map(is_held, locks.iterdir())))
    with pytest.raises(Busy):
        examine("({}, b'')", locks)
    assert examine("({}, b'')", locks, visitor="another") == ({}, b"")
    goes_on.unlink()
    slow.join()
    assert examine("({}, b'')", locks) == ({}, b"")
