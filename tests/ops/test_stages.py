"""The stages of bin/test: nothing is left out, an empty stage is a failure, and a missing browser is named."""

from __future__ import annotations

import shutil
import sys
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from tests.plugins import by_time

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def stages() -> ModuleType:
    spec = spec_from_file_location("stages", ROOT / "bin" / "_stages.py")
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_change_runs_what_imports_it_and_says_what_is_left_out(
    stages: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "bin"))
    import _changed  # type: ignore[import-not-found]

    monkeypatch.setattr(_changed, "import_graph", cache(_changed.import_graph))  # the same for each question

    def narrowed(*files: str) -> dict[str, set[str]]:
        monkeypatch.setattr(_changed, "changed_files", lambda: list(files))
        found = _changed.narrow(stages.stages())
        return {name: {word for word in command if word.startswith("tests/")} for name, (_, command) in found.items()}

    leaf = narrowed("src/yichuang/catalog/bpmn.py")
    assert "tests/db/org/test_posts.py" not in leaf["db"] and "types" in leaf
    assert "browser" in capsys.readouterr().out
    page = narrowed("src/yichuang/faces/desk/handover.py")["db"]
    assert "tests/db/desk/test_handover.py" in page and "tests/db/portal/test_items.py" not in page
    assert "tests/unit/kernel/test_sm3_merkle.py" in narrowed("src/yichuang/kernel/merkle.py")["unit"]
    looks = narrowed("src/yichuang/faces/templates/base.html", "deploy/nginx.conf")
    assert looks["browser"] == {"tests/browser"} and "types" not in looks
    assert "deploy/nginx.conf" in capsys.readouterr().out
    assert narrowed("tests/clauses/受理.feature") == {"clauses": {"tests/clauses/test_clauses.py"}}


def test_every_folder_of_tests_is_in_exactly_one_stage(stages: ModuleType) -> None:
    run = [word for _, command in stages.stages().values() for word in command if word.startswith("tests/")]
    there = {f"tests/{test.relative_to(ROOT / 'tests').parts[0]}" for test in (ROOT / "tests").rglob("test_*.py")}
    assert there <= set(run)
    assert len(run) == len(set(run))


@pytest.mark.parametrize(
    ("code", "extra", "passes"), [(0, [], True), (1, [], False), (5, [], False), (5, ["-k", "x"], True)]
)
def test_a_stage_that_finds_no_test_has_not_passed(
    stages: ModuleType, code: int, extra: list[str], passes: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, "-c", f"print('the end'); raise SystemExit({code})", "pytest"]
    assert stages.run("unit", "规则", command, extra) is passes
    shown = capsys.readouterr().out
    assert ("✓" if passes else "✗") in shown
    assert "the end" in shown


def test_details_are_shown_of_what_failed_only(stages: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    program = "print('detail'); print('summary'); raise SystemExit(int(__import__('sys').argv[-1]))"
    command = [sys.executable, "-c", program, "pytest"]
    stages.run("unit", "规则", [*command, "0"], [])
    assert "detail" not in capsys.readouterr().out
    stages.run("unit", "规则", [*command, "1"], [])
    assert "detail" in capsys.readouterr().out


def test_tests_get_no_settings_of_the_shell_and_keep_compiled_files(
    stages: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DATABASE_URL", "PYTHONDONTWRITEBYTECODE", "LANG"):
        monkeypatch.setenv(name, "x")
    given = stages.environment()
    assert given["LANG"] == "x"
    assert "DATABASE_URL" not in given and "PYTHONDONTWRITEBYTECODE" not in given


@pytest.mark.parametrize("code", [0, 1])
def test_faults_run_beside_the_others_and_count_as_they_do(
    stages: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: int
) -> None:
    """Each of the two ends only when the other has begun."""
    program = (
        "import pathlib, sys, time; mine, other, code = sys.argv[1:]; pathlib.Path(mine).touch()\n"
        "while not pathlib.Path(other).exists(): time.sleep(0.02)\n"
        "sys.exit(int(code))"
    )
    one, two = str(tmp_path / "one"), str(tmp_path / "two")
    commands = {
        "faults": ("故障", [sys.executable, "-c", program, one, two, str(code)]),
        "unit": ("规则", [sys.executable, "-c", program, two, one, "0"]),
    }
    monkeypatch.setattr(stages, "stages", lambda: commands)
    monkeypatch.setattr(stages, "READY", {})
    assert stages.main(["unit", "faults"]) == code


def test_the_longest_files_come_first_and_stay_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_time, "known", lambda: {"long.py": 90, "short.py": 2})
    names = ["new.py::b", "short.py::a", "long.py::2", "new.py::a", "long.py::1"]
    items = [SimpleNamespace(nodeid=name) for name in names]
    by_time.pytest_collection_modifyitems(SimpleNamespace(workerinput={}), items)  # type: ignore[arg-type]
    assert [item.nodeid for item in items] == ["long.py::2", "long.py::1", "short.py::a", "new.py::b", "new.py::a"]


def test_every_file_whose_seconds_are_kept_is_there() -> None:
    assert [name for name in by_time.known() if not (ROOT / name).exists()] == []


def test_an_unknown_stage_is_refused(stages: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert stages.main(["nonsense"]) == 2
    assert "nonsense" in capsys.readouterr().err


def test_without_root_a_missing_browser_is_one_line(stages: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "chromium", lambda: None)
    monkeypatch.setattr(stages.os, "geteuid", lambda: 1000)
    line = stages.ready_browser()
    assert "apt-get install -y chromium fonts-noto-cjk" in line
    assert "\n" not in line


@pytest.fixture
def apt(stages: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Root, with an apt-get that only writes down what it was asked; where it does."""
    log = tmp_path / "log"
    (tmp_path / "apt-get").write_text(f'#!/bin/sh\necho "$*" >>{log}\n')
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(stages.os, "geteuid", lambda: 0)
    return log


@pytest.mark.skipif(not Path("/etc/debian_version").exists(), reason="installs on Debian only")
def test_root_on_debian_installs_browser_and_fonts(
    stages: ModuleType, monkeypatch: pytest.MonkeyPatch, apt: Path
) -> None:
    monkeypatch.setattr(stages, "chromium", lambda: "/usr/bin/chromium" if apt.exists() else None)
    monkeypatch.setattr(stages, "has_chinese_font", lambda: True)
    assert shutil.which("apt-get") == str(apt.with_name("apt-get"))
    assert stages.ready_browser() is None
    assert apt.read_text().splitlines() == ["update -q", "install -y -q chromium fonts-noto-cjk"]


@pytest.mark.skipif(not Path("/etc/debian_version").exists(), reason="installs on Debian only")
def test_root_on_debian_installs_postgresql_without_a_server_of_its_own(
    stages: ModuleType, monkeypatch: pytest.MonkeyPatch, apt: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(stages, "outside", lambda: apt.exists())
    monkeypatch.setattr(stages, "CLUSTERS", apt.with_name("etc") / "createcluster.conf")
    assert stages.ready_outside() is None
    assert apt.read_text().splitlines() == ["update -q", "install -y -q postgresql-15"]
    assert stages.CLUSTERS.read_text() == "create_main_cluster = off\n"
    assert "跳过" not in capsys.readouterr().out


def test_without_postgresql_the_stage_says_aloud_what_it_skips(
    stages: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(stages, "outside", lambda: False)
    monkeypatch.setattr(stages.os, "geteuid", lambda: 1000)
    assert stages.ready_outside() is None, "it fails nothing"
    shown = capsys.readouterr().out
    assert "跳过" in shown and "apt-get install -y postgresql-15" in shown


def test_an_outside_server_is_shared_by_no_two_processes(stages: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "-n" in stages.stages()["db"][1]
    monkeypatch.setenv("YICHUANG_TEST_DATABASE_URL", "postgresql:///x")
    assert "-n" not in stages.stages()["db"][1]
