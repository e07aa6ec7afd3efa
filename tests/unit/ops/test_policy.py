"""`yichuang policy`: a light is on only when something proves it; a red one stays red."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from yichuang.ops.cli import make_parser
from yichuang.ops.commands import policy

ROOT = Path(__file__).resolve().parents[3]


def row(clause: str, light: str, outcome: str = "passed", name: str = "test_x") -> dict[str, Any]:
    return {
        "nodeid": f"tests/clauses/test_clauses.py::{name}[1]",
        "clauses": [clause],
        "lights": [light],
        "outcome": outcome,
    }


def lights(results: list[dict[str, Any]], duty: str) -> dict[str, str]:
    return next(d.lights for c in policy.set_lights(policy.load_clauses(), results) for d in c.duties if d.code == duty)


def test_every_clause_of_the_policy_has_numbered_duties() -> None:
    clauses = policy.load_clauses()
    assert [c.code for c in clauses][:2] == ["3.1a", "3.1b"]
    assert clauses[-1].code == "4.3a"
    assert len({c.code for c in clauses}) == len(clauses) == 55
    for clause in clauses:
        assert [d.code for d in clause.duties] == [f"{clause.code}.{n}" for n in range(1, len(clause.duties) + 1)]


def test_the_code_a_duty_names_is_there() -> None:
    places = {place for c in policy.load_clauses() for d in c.duties for place in d.places}
    assert [p for p in places if not (ROOT / "src" / "yichuang" / p).exists()] == []


def test_tests_and_scenarios_name_duties_that_exist() -> None:
    """A bare clause would light nothing where the clause has several duties."""
    known = {d.code for c in policy.load_clauses() for d in c.duties}
    for feature in (ROOT / "tests").rglob("*.feature"):
        tags = re.findall(r"@(\d\S+)", feature.read_text(encoding="utf-8"))
        assert tags
        assert set(tags) <= known, feature.name
    for module in (ROOT / "tests").rglob("test_*.py"):
        if module.name != "test_recorder.py":  # has clauses of its own making
            marks = re.findall(r"mark\.clause\(([^)]*)\)", module.read_text(encoding="utf-8"))
            named = {code for mark in marks for code in re.findall(r'"([^"]+)"', mark)}
            assert named <= known, module


def test_a_light_is_on_when_a_test_with_it_passed_and_none_failed() -> None:
    assert lights([], "3.4c.1") == dict.fromkeys(policy.LIGHTS, "off")
    assert lights([row("3.4c.1", "door")], "3.4c.1")["door"] == "on"
    assert lights([row("3.4c.1", "door")], "3.4c.1")["breach"] == "off"
    both = [row("3.4c.1", "door"), row("3.4c.1", "door", "failed", "test_y")]
    assert lights(both, "3.4c.1")["door"] == "failed"
    assert lights([row("3.4c.1", "door", "skipped")], "3.4c.1")["door"] == "off"


def test_a_test_of_a_clause_proves_none_of_several_duties() -> None:
    assert lights([row("3.4c", "door")], "3.4c.1")["door"] == "off"
    assert lights([row("3.5e", "door")], "3.5e.1")["door"] == "on", "an only duty is its clause"
    assert lights([row("3.5e.10", "door")], "3.5e.1")["door"] == "off"


def test_a_light_that_cannot_be_needs_a_reason(tmp_path: Path) -> None:
    file = tmp_path / "duties.yaml"
    text = "- clause: 9.9a\n  text: 条\n  duties:\n    1: {{do: 做, without: {{{}}}}}\n"
    file.write_text(text.format("screen: 只有程序能做"), encoding="utf-8")
    (clause,) = policy.set_lights(policy.load_clauses(file), [])
    assert clause.duties[0].lights["screen"] == "without"
    assert "只有程序能做" in policy.render_policy([clause])
    for wrong in ("screen: ''", "lamp: 理由"):
        file.write_text(text.format(wrong), encoding="utf-8")
        with pytest.raises(ValueError, match=r"9\.9a\.1"):
            policy.load_clauses(file)


def test_it_writes_the_page_and_tells_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results, page = tmp_path / "results.json", tmp_path / "policy.md"
    results.write_text(json.dumps([row("3.4c.1", "door", name="test_受审分离")]), encoding="utf-8")
    words = ["policy", "--results", str(results), "--out", str(page)]
    assert policy.run(make_parser().parse_args(words)) == 0
    text = page.read_text(encoding="utf-8")
    line = next(one for one in text.splitlines() if "**3.4c.1**" in one)
    assert line.count(policy.ON) == 1
    assert line.count(policy.OFF) == 3
    assert "`clauses/test_clauses::test_受审分离`" in text
    assert not re.findall(r"[一-鿿”）][,;:(]|[,;:)][一-鿿“（]", text), "full-width punctuation in Chinese"
    capsys.readouterr()
    assert policy.run(make_parser().parse_args([*words, "--json"])) == 0
    told = json.loads(capsys.readouterr().out)
    assert next(d for c in told for d in c["duties"] if d["code"] == "3.4c.1")["lights"]["door"] == "on"
