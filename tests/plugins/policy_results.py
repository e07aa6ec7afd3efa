"""Writes var/policy/results.json: per test the duties and lights it proves and how it ended. Read by `yichuang policy`.

Runs add to one another (bin/test makes several), so a test's last outcome stands; bin/test empties the file before a
full run. No text of a failure enters it.
"""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import Any

import pytest

LIGHTS = ("door", "breach", "screen", "api")
WORSE = {"passed": 0, "skipped": 1, "failed": 2}
ROOT = Path(__file__).resolve().parents[2]


def results_file() -> Path:
    return Path(os.environ.get("YICHUANG_DATA") or ROOT / "var") / "policy" / "results.json"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What a test proves travels with its report, also from an xdist worker to the controller."""
    for item in items:
        codes = sorted({code for mark in item.iter_markers("clause") for code in mark.args})
        lights = [light for light in LIGHTS if item.get_closest_marker(light)]
        item.user_properties.append(("policy", {"clauses": codes, "lights": lights}))


class Recorder:
    """Collects the worst outcome of set-up, call and tear-down of each test; only the controller has one."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.seen: dict[str, dict[str, Any]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        proof = dict(report.user_properties).get("policy", {"clauses": [], "lights": []})
        row = self.seen.setdefault(report.nodeid, {"nodeid": report.nodeid, **proof, "outcome": "passed"})
        if WORSE[report.outcome] > WORSE[row["outcome"]]:
            row["outcome"] = report.outcome

    def pytest_sessionfinish(self) -> None:
        if not self.seen:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with open(self.file, "a+", encoding="utf-8") as out:
            fcntl.flock(out, fcntl.LOCK_EX)  # stages may run side by side
            out.seek(0)
            text = out.read()
            known = {row["nodeid"]: row for row in json.loads(text)} if text else {}
            rows = sorted((known | self.seen).values(), key=lambda row: row["nodeid"])
            out.truncate(0)
            json.dump(rows, out, ensure_ascii=False, indent=1)


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        config.pluginmanager.register(Recorder(results_file()), "policy-results")
