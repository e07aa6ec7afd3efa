"""A bench brings up its store before Django: none may need Django when it is loaded."""

from __future__ import annotations

import subprocess
import sys

from yichuang.ops.commands.bench import BENCHES


def test_every_bench_loads_before_django_is_set_up() -> None:
    names = [*BENCHES, "history", "imports"]
    program = "".join(f"import yichuang.ops.bench.{name}\n" for name in names)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
