"""The commands of docs/operations.md run as they are printed there, in their order, on one new installation."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.site import ROOT, Site

pytestmark = pytest.mark.slow
BLOCK = re.compile(r"^\s*```sh\n(.*?)^\s*```", re.M | re.S)
PRINTED = BLOCK.findall((ROOT / "docs" / "operations.md").read_text(encoding="utf-8"))


@pytest.fixture
def places() -> Iterator[tuple[Site, Site]]:
    """An installation, and a place for a second one."""
    two = Site(), Site()
    yield two
    for site in two:
        site.remove()


def test_the_printed_commands_work(places: tuple[Site, Site], tmp_path: Path) -> None:
    """Founding a city, backing it up, restoring it elsewhere, verifying it there, exporting its history."""
    here, elsewhere = places
    program = tmp_path / "bin" / "yichuang"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m yichuang "$@"\n')
    program.chmod(0o755)
    environment = {
        **here.environment,
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "BACKUP": str(tmp_path / "backup"),
        "ELSEWHERE": str(elsewhere.folder),
    }
    assert len(PRINTED) >= 3
    for block in PRINTED:
        done = subprocess.run(
            ["sh", "-eu", "-c", block], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=600
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
    assert (tmp_path / "backup" / "manifest.json").exists() and (elsewhere.folder / "roots").exists()
    assert (tmp_path / "report" / "report.html").exists()
