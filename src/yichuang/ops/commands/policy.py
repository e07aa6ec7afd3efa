"""`yichuang policy`: writes docs/policy.md — clause → duties → scenarios → code → screen, with the four lights.

The duties stand in `ops/policy/duties.yaml`; what is proven comes from `policy/results.json` in the data folder, which
every test run writes. Nothing here decides whether something is done: a light is on when tests that carry the duty and
the light passed, and none of them failed.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import yaml

HELP = "按政策条款列出义务、场景、代码和四盏灯，写入 docs/policy.md；--json 供程序读取"

SOURCE = Path(__file__).resolve().parents[1] / "policy" / "duties.yaml"
LIGHTS = {"screen": "屏", "api": "接口", "door": "场景", "breach": "反面"}
ON, OFF, NONE, BROKEN = "🟢", "🔴", "⚪", "❌"


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty of a clause. `lights`: on | off | failed | without (a reason is written)."""

    code: str  # 3.4c.1
    text: str
    places: tuple[str, ...] = ()
    screens: tuple[str, ...] = ()
    reasons: dict[str, str] = field(default_factory=dict)  # light → why it cannot be
    lights: dict[str, str] = field(default_factory=dict)
    scenarios: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        return all(state in ("on", "without") for state in self.lights.values())


@dataclass(frozen=True, slots=True)
class Clause:
    code: str
    text: str
    duties: tuple[Duty, ...]


def load_clauses(path: Path = SOURCE) -> tuple[Clause, ...]:
    """The clauses and duties as written. Raises ValueError for an unknown light or an empty reason."""
    out = []
    for row in yaml.safe_load(path.read_text(encoding="utf-8")):
        code = str(row["clause"])
        out.append(Clause(code, row["text"], tuple(_duty(f"{code}.{n}", d) for n, d in row["duties"].items())))
    return tuple(out)


def _duty(code: str, row: dict[str, Any]) -> Duty:
    reasons = row.get("without", {})
    if unknown := set(reasons) - set(LIGHTS):
        raise ValueError(f"{code}：没有这种灯 {sorted(unknown)}")
    if empty := [light for light, reason in reasons.items() if not str(reason).strip()]:
        raise ValueError(f"{code}：{empty} 没有写明不能有的理由")
    return Duty(code, row["do"], tuple(row.get("code", ())), tuple(row.get("screen", ())), dict(reasons))


def set_lights(clauses: Iterable[Clause], results: list[dict[str, Any]]) -> tuple[Clause, ...]:
    """The clauses with lights set from test results (rows of nodeid, clauses, lights, outcome)."""
    out = []
    for clause in clauses:
        alone = len(clause.duties) == 1
        duties = []
        for duty in clause.duties:
            # a test that names the clause speaks for its only duty, never for one of several
            codes = {duty.code, clause.code} if alone else {duty.code}
            rows = [r for r in results if codes & set(r["clauses"])]
            duties.append(_set_lights(duty, rows))
        out.append(Clause(clause.code, clause.text, tuple(duties)))
    return tuple(out)


def _set_lights(duty: Duty, rows: list[dict[str, Any]]) -> Duty:
    lights = {}
    for light in LIGHTS:
        outcomes = {r["outcome"] for r in rows if light in r["lights"]}
        if "failed" in outcomes:
            lights[light] = "failed"
        elif "passed" in outcomes:
            lights[light] = "on"
        else:
            lights[light] = "without" if light in duty.reasons else "off"
    scenarios = tuple(dict.fromkeys(_name(r["nodeid"]) for r in rows if r["outcome"] == "passed"))
    return Duty(duty.code, duty.text, duty.places, duty.screens, duty.reasons, lights, scenarios)


def _name(nodeid: str) -> str:
    """`tests/clauses/test_clauses.py::test_x[a]` as `clauses/test_clauses::test_x`."""
    path, _, test = nodeid.partition("::")
    return f"{path.removeprefix('tests/').removesuffix('.py')}::{test.partition('[')[0]}"


def render_policy(clauses: Iterable[Clause]) -> str:
    """The text of docs/policy.md."""
    clauses = tuple(clauses)
    duties = [d for c in clauses for d in c.duties]
    lines = [
        "# 政策逐条对照",
        "",
        "由 `yichuang policy` 生成，请勿手改；义务清单在 `src/yichuang/ops/policy/duties.yaml`，灯来自最近一次测试。",
        "",
        f"四盏灯：屏 = 人能在屏上办 · 接口 = 程序能调 · 场景 = 有走门的场景 · 反面 = 反面被拒或被查。"
        f"{ON} 亮 {OFF} 未亮 {BROKEN} 测试未通过 {NONE} 不适用（写明理由）。",
        "",
        f"共 {len(clauses)} 条、{len(duties)} 项义务，四灯齐亮 {sum(d.is_done for d in duties)} 项。",
        "",
        "| 灯 | " + " | ".join(LIGHTS.values()) + " |",
        "|---|" + "---|" * len(LIGHTS),
        "| 亮 | " + " | ".join(str(sum(d.lights[x] == "on" for d in duties)) for x in LIGHTS) + " |",
        "",
    ]
    for clause in clauses:
        lines += [f"## {clause.code} {clause.text}", "", "| 义务 | " + " | ".join(LIGHTS.values()) + " | 代码 | 页面 |"]
        lines.append("|---|" + ":-:|" * len(LIGHTS) + "---|---|")
        for duty in clause.duties:
            marks = " | ".join(_mark(duty.lights[x]) for x in LIGHTS)
            places = "<br>".join(f"`{p}`" for p in duty.places)
            pages = "<br>".join(f"`{p}`" for p in duty.screens)
            lines.append(f"| **{duty.code}** {duty.text} | {marks} | {places} | {pages} |")
        lines.append("")
        for duty in clause.duties:
            lines += [f"- {duty.code} {LIGHTS[x]}不适用：{why}" for x, why in duty.reasons.items()]
            lines += [f"- {duty.code} `{name}`" for name in duty.scenarios]
        if lines[-1]:
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _mark(state: str) -> str:
    return {"on": ON, "off": OFF, "failed": BROKEN, "without": NONE}[state]


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="以 JSON 输出，不写文件")
    parser.add_argument("--results", type=Path, help="测试结果文件（默认为数据目录下的 policy/results.json）")
    parser.add_argument("--out", type=Path, help="写到这个文件（默认 docs/policy.md）")


def run(options: argparse.Namespace) -> int:
    from yichuang.ops.database import data_folder

    file = options.results or data_folder() / "policy" / "results.json"
    results = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
    clauses = set_lights(load_clauses(), results)
    if options.json:
        print(json.dumps([asdict(c) for c in clauses], ensure_ascii=False, indent=1))
        return 0
    out = options.out or Path(__file__).resolve().parents[4] / "docs" / "policy.md"
    out.write_text(render_policy(clauses), encoding="utf-8")
    duties = [d for c in clauses for d in c.duties]
    print(f"{out}：{len(duties)} 项义务，四灯齐亮 {sum(d.is_done for d in duties)} 项")
    return 0
