"""Hands the files of tests to xdist's workers longest first, so that at the end none works long while others wait.

tests/seconds.json says how long each file took; the others take less than a second or are new, and come last.
`pytest --keep-seconds` writes there what a run took; the files that it did not run keep theirs.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

FILE = Path(__file__).resolve().parents[1] / "seconds.json"
LEAST = 1  # second: shorter files fill the end as they come


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--keep-seconds", action="store_true", help=f"write into {FILE.name} how long each file took")


def known() -> dict[str, int]:
    found: dict[str, int] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def file_of(nodeid: str) -> str:
    return nodeid.partition("::")[0]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a worker only: who runs tests in one process reads them in the order of the files."""
    if hasattr(config, "workerinput"):
        seconds = known()
        items.sort(key=lambda item: (-seconds.get(file_of(item.nodeid), 0), file_of(item.nodeid)))


class Keeper:
    """Counts what set-up, call and tear-down of each file's tests take; only the controller has one."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.taken[file_of(report.nodeid)] += report.duration  # type: ignore[assignment]

    def pytest_sessionfinish(self) -> None:
        seconds = {**known(), **{file: round(taken) for file, taken in self.taken.items()}}
        kept = {f: s for f, s in sorted(seconds.items()) if s >= LEAST and (FILE.parents[1] / f).exists()}
        FILE.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    if config.option.keep_seconds and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Keeper(), "seconds-keeper")
