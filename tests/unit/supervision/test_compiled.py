"""Compiled rules are kept between runs, and never those of another version."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import yichuang
from yichuang.supervision import compiled
from yichuang.supervision.compiled import CompiledRules


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def never() -> str:
    raise AssertionError("compiled again")


def test_what_one_run_compiled_the_next_one_finds() -> None:
    rules = CompiledRules()
    assert rules.find("R-1", lambda: "select 1") == "select 1"
    assert CompiledRules().find("R-1", lambda: "not saved yet") == "not saved yet"
    rules.save()
    assert CompiledRules().find("R-1", never) == "select 1"


def test_two_runs_at_once_lose_nothing() -> None:
    one, other = CompiledRules(), CompiledRules()
    for rules, key in ((one, "R-1"), (other, "R-2")):
        rules.find(key, lambda: "select 1")
    one.save()
    other.save()
    both = CompiledRules()
    assert both.find("R-1", never) == both.find("R-2", never) == "select 1"


def test_what_another_run_compiled_meanwhile_is_found() -> None:
    rules, other = CompiledRules(), CompiledRules()
    rules.find("R-1", lambda: "select 1")
    other.find("R-2", lambda: "select 2")
    other.save()
    assert rules.find("R-2", never) == "select 2"
    assert rules.find("R-1", never) == "select 1"


@pytest.mark.parametrize("text", ["", "[]", "{", "\x00"])
def test_a_file_that_is_broken_is_as_good_as_none(text: str) -> None:
    path = compiled.find_cache()
    path.parent.mkdir(parents=True)
    path.write_text(text)
    assert CompiledRules().find("R-1", lambda: "select 1") == "select 1"


def test_rules_that_are_changed_in_memory_touch_no_file() -> None:
    rules = CompiledRules(kept=False)
    rules.find("R-1", lambda: "changed")
    rules.save()
    assert not compiled.find_cache().exists()


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    rules = CompiledRules()
    rules.find("R-1", lambda: "select 1")
    rules.save()


def test_another_version_of_a_rule_has_another_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = compiled.find_cache()
    (tmp_path / "limits.py").write_text("changed")
    monkeypatch.setattr(compiled, "SOURCES", ((tmp_path, "*.py"),))
    compiled._digest.cache_clear()
    after = compiled.find_cache()
    compiled._digest.cache_clear()
    assert before != after


def test_what_the_rules_import_is_in_the_name_of_the_file() -> None:
    """Else a change of it would be judged by the SQL of before. The rules import only names of modules."""
    root = Path(yichuang.__path__[0])
    sources = {file for folder, pattern in compiled.SOURCES for file in folder.glob(pattern)}
    of_rules = {file for file in sources if file.is_relative_to(root / "supervision")}
    imported = {
        node.module
        for file in of_rules
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("yichuang.")
    }
    files = {root.joinpath(*name.split(".")[1:]).with_suffix(".py") for name in imported}
    assert {str(file) for file in files if file.exists()} <= {str(file) for file in sources}
    assert len(of_rules) > 20 and len(files) > 20


def test_a_second_run_does_not_load_what_compiles(tmp_path: Path) -> None:
    """Ibis alone takes a second to load."""
    acts = "1,受理,2024-03-04 09:00,甲\n1,审查,2024-03-05 09:00,甲\n"
    (tmp_path / "log.csv").write_text(f"件,动作,时间,人\n{acts}", encoding="utf-8")
    mapping = "events: {case: 件, activity: 动作, at: 时间, person: 人}\nkinds: {受理: accepted, 审查: decided}\n"
    (tmp_path / "map.yaml").write_text(mapping, encoding="utf-8")
    code = (
        "import sys; from pathlib import Path; from yichuang.history.importing import import_log;"
        "from yichuang.history.judgement import judge; from yichuang.supervision.rules.catalogue import BY_CODE;"
        "data = Path(sys.argv[1]); import_log(Path('log.csv'), data, Path('map.yaml'));"
        "print(judge(data, [BY_CODE['R-P03']]).verdicts[0].error, 'ibis' in sys.modules)"
    )
    for run, loaded in (("one", "True"), ("two", "False")):
        done = subprocess.run(
            [sys.executable, "-c", code, run], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert done.stdout.split() == [loaded]
