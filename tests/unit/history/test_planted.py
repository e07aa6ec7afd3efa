"""An independent hand plants breaches in a made-up history: every one is found, and nothing else is."""

from __future__ import annotations

import ast
import sys
from dataclasses import replace
from pathlib import Path
from shutil import rmtree

import pytest

from tests.planter import plants
from tests.planter.plants import Planting
from yichuang.history.dataset import Manifest
from yichuang.history.importing import import_log
from yichuang.history.judgement import judge
from yichuang.history.report import write_report
from yichuang.supervision.rules.catalogue import JUDGING

PLANTER = Path(plants.__file__).parent


def planted(seed: int, folder: Path) -> tuple[Planting, Path]:
    """The history of a seed, written as CSV and imported as anybody's would be."""
    planting = plants.all(seed)
    planting.city.write(folder / "csv")
    report = import_log(folder / "csv", folder / "data")
    assert not report.rejected, report.first
    assert not report.notes
    return planting, folder / "data"


def wanted(planting: Planting) -> set[tuple[str, str, str]]:
    return {(rule, case, place) for case, found in planting.expected.items() for rule, place in found}


@pytest.mark.breach
@pytest.mark.clause("4.1c.3")
@pytest.mark.clause("4.1c.4")
@pytest.mark.clause("4.1c.5")
@pytest.mark.clause("4.1d.2")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_was_planted_is_found_and_nothing_else(seed: int, tmp_path: Path) -> None:
    planting, data = planted(seed, tmp_path)
    done = judge(data, JUDGING)
    assert not [(v.rule.code, v.error) for v in done.verdicts if v.error]
    found = set(done.con.execute('select rule, case_id, "at" from hits').fetchall())
    assert found - wanted(planting) == set(), "accused without ground"
    assert wanted(planting) - found == set(), "not noticed"


@pytest.mark.clause("4.1b.2")
def test_a_history_without_licences_is_judged_and_says_what_could_not_be(tmp_path: Path) -> None:
    """One of before the tables were there, too: its folders are missing."""
    _, data = planted(1, tmp_path)
    with_licences = judge(data, JUDGING)
    assert not [rule.code for rule in JUDGING if with_licences.lacks(rule)]
    for name in ("licences", "licence_acts"):
        rmtree(data / name)
    manifest = Manifest.load(data)
    replace(manifest, counts={n: c for n, c in manifest.counts.items() if not n.startswith("licence")}).dump(data)
    done = judge(data, JUDGING)
    assert not [v.error for v in done.verdicts if v.error]
    lacking = {v.rule.code: v.hits for v in done.verdicts if done.lacks(v.rule)}
    assert lacking == {"R-L01": 0, "R-L02": 0, "R-L03": 0}
    write_report(done, tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "未评判：因为这段历史没有证照动作" in text and text.count('<td class="n">未评判') == 3


@pytest.mark.clause("4.1b.2")
def test_a_history_counts_of_one_lapse_one_as_live_supervision_does(tmp_path: Path) -> None:
    _, data = planted(1, tmp_path)
    done = judge(data, JUDGING)
    under = done.con.execute("select rule, case_id, under_rule, under_case from under").fetchall()
    assert under and done.leading_count == done.hit_count - len(under)
    for rule, case, lead, lead_case in under:
        assert case == lead_case or rule == lead == "R-O01"
    leads = done.con.execute('select u.rule from under u join under o on (u.under_rule, u.under_case, u.under_at) ='
                             ' (o.rule, o.case_id, o."at")').fetchall()  # fmt: skip
    assert not leads, "what leads stands under none itself"
    done.save(tmp_path / "findings.parquet")
    saved = done.con.execute(
        "select count(*), count(under_rule) from read_parquet(?)", [str(tmp_path / "findings.parquet")]
    ).fetchone()
    assert saved == (done.hit_count, len(under))
    write_report(done, tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert f"另有 {len(under):,} 条归在它们之下" in text
    red, yellow = (
        done.con.execute("select count(*) from leading_hits where level = ?", [level]).fetchone()
        for level in ("red", "yellow")
    )
    assert f'<dd class="red">{red[0]:,}</dd>' in text and f'<dd class="yellow">{yellow[0]:,}</dd>' in text


@pytest.mark.parametrize("rule", JUDGING, ids=lambda rule: rule.code)
def test_every_rule_that_judges_has_a_hit_a_near_miss_and_what_only_looks_bad(rule: object) -> None:
    code = rule.code  # type: ignore[attr-defined]
    planting = plants.all(1)
    assert all((code, kind) in planting.stands_for for kind in ("hit", "near", "legal")), f"plant cases for {code}"
    says = rule.says  # type: ignore[attr-defined]
    if isinstance(says, dict):
        places = {place.partition("/")[0] for found in planting.expected.values() for r, place in found if r == code}
        assert places == set(says), f"every way in which {code} can hit"


def test_the_planter_knows_nothing_of_the_program() -> None:
    """Only the standard library and itself."""
    for file in PLANTER.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                assert name.split(".")[0] in sys.stdlib_module_names or name.startswith("tests.planter"), (file, name)
