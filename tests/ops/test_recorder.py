"""The recorder behind `yichuang policy`, and the choice of tests by clause: run for real in a pytest of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import CLAUSE

ROOT = Path(__file__).resolve().parents[2]
TESTS = """
import pytest

@pytest.mark.clause("3.1c")
@pytest.mark.door
def test_kept():
    pass

@pytest.mark.clause("3.1c")
@pytest.mark.clause("3.10a")
@pytest.mark.breach
def test_broken():
    assert WORD in ()

@pytest.fixture
def falls_at_the_end():
    yield
    raise ValueError

@pytest.mark.api
def test_falls_late(falls_at_the_end):
    pass
"""


def run(folder: Path, *words: str) -> dict[str, Any]:
    """Outcome and proof of each test by its name, as the file has them afterwards."""
    environment = {**os.environ, "YICHUANG_DATA": str(folder / "var"), "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"}
    for name in ("DJANGO_SETTINGS_MODULE", "PYTEST_XDIST_WORKER"):
        environment.pop(name, None)
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # the plugins of this project take seconds to load
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "xdist"]
    subprocess.run([*command, *words], cwd=folder, env=environment, capture_output=True)
    rows = json.loads((folder / "var" / "policy" / "results.json").read_text(encoding="utf-8"))
    return {row["nodeid"].split("::")[-1]: row for row in rows}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    clause\n    door\n    breach\n    api\n")
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["tests.plugins.policy_results"]\n')
    (tmp_path / "test_it.py").write_text("WORD = 1\n" + TESTS)
    return tmp_path


@pytest.mark.parametrize("words", [[], ["-n", "2"]], ids=["one process", "xdist"])
def test_duties_lights_and_the_worst_outcome_are_recorded(folder: Path, words: list[str]) -> None:
    rows = run(folder, *words)
    assert rows["test_kept"] == {
        "nodeid": "test_it.py::test_kept",
        "clauses": ["3.1c"],
        "lights": ["door"],
        "outcome": "passed",
    }
    assert rows["test_broken"]["clauses"] == ["3.10a", "3.1c"]
    assert rows["test_broken"]["outcome"] == "failed"
    assert rows["test_falls_late"]["outcome"] == "failed", "a tear-down that fails is a failure"


def test_a_later_run_of_some_tests_keeps_the_others(folder: Path) -> None:
    run(folder)
    (folder / "test_it.py").write_text("WORD = 1\n" + TESTS.replace("assert WORD in ()", "assert WORD"))
    rows = run(folder, "-k", "broken")
    assert rows["test_broken"]["outcome"] == "passed"
    assert rows["test_kept"]["outcome"] == "passed"


def test_no_text_of_a_failure_is_recorded(folder: Path) -> None:
    run(folder)
    assert "assert" not in (folder / "var" / "policy" / "results.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("tag", "clause"), [("3.6c", True), ("4.1c.3", True), ("3.10", True), ("door", False), ("3.6c!", False)]
)
def test_which_tags_name_a_clause(tag: str, clause: bool) -> None:
    assert bool(CLAUSE.match(tag)) is clause


def test_a_clause_is_chosen_with_its_duties_and_no_namesake(request: pytest.FixtureRequest) -> None:
    from tests.conftest import proves

    item = request.node
    item.add_marker(pytest.mark.clause("3.10c.2"))
    assert proves(item, "3.10")
    assert proves(item, "3.10c")
    assert proves(item, "3.10c.2")
    assert not proves(item, "3.1")
    assert not proves(item, "3.10c.1")
