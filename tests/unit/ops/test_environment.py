"""What `bin/_env` puts into a new environment first: a current pip, locked by its hash and without an address."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_a_new_environment_gets_a_locked_pip_before_anything_else() -> None:
    lock = (ROOT / "requirements" / "pip.txt").read_text(encoding="utf-8")
    assert re.search(r"^pip==\d+\.\d+", lock, re.MULTILINE) and "--hash=sha256:" in lock and "://" not in lock
    script = (ROOT / "bin" / "_env").read_text(encoding="utf-8")
    made, upgraded = script.index("-m venv --clear"), script.index("--require-hashes -r requirements/pip.txt")
    assert made < upgraded < script.index("install_python()")
