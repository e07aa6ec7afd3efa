"""Commands of ours and whole lives of cases on a store of one's own, in processes of their own: as an operator runs
them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OTHERS = {"YICHUANG_TESTING", "YICHUANG_AS_OWNER", "YICHUANG_DEMO", "YICHUANG_ROOTS"}
LIFE = """
import django
django.setup()
from yichuang.aggregates import timers
from yichuang.ledger.seals import seal_now
from yichuang.ops.bench import life
people = life.cast()
print(life.through_the_door(people, lambda name, act: act()).number)
swept = timers.sweep()
assert not swept.failed, swept
if {sealed}:
    assert seal_now(), "nothing was sealed"
"""


def environment(folder: Path, app: str, owner: str) -> dict[str, str]:
    """Of a process that works on the store at these addresses, with its files in `folder`."""
    kept = {name: value for name, value in os.environ.items() if name not in OTHERS}
    ours = {"YICHUANG_DATA": str(folder), "DATABASE_URL": app, "DATABASE_OWNER_URL": owner, "YICHUANG_DEMO_CASES": "0"}
    return {**kept, **ours, "PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"}


def yichuang(where: dict[str, str], *words: str, fails: bool = False) -> str:
    """What a command says on both outputs. It must end well, or, when it `fails`, must not."""
    done = subprocess.run(
        [sys.executable, "-m", "yichuang", *words], env=where, cwd=ROOT, capture_output=True, text=True
    )
    said = done.stdout + done.stderr
    assert bool(done.returncode) is fails, said
    return said


def live(where: dict[str, str], *, sealed: bool = True) -> str:
    """One case from filing to delivery through the door, a sweep, and a seal; its number."""
    command = [sys.executable, "-c", LIFE.format(sealed=sealed)]
    done = subprocess.run(command, env=where, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()[-1]
