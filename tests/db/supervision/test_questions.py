"""The questions of a mapping on the engine of live work: the same cases as on DuckDB."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.unit.history.test_questions import ask, cases_found, draw
from yichuang.history.dataset import Manifest
from yichuang.history.judgement import judge
from yichuang.history.questions import load_questions
from yichuang.supervision.rules.questions import make_rules

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1c.3")]


def test_postgresql_finds_what_duckdb_finds(tmp_path: Path) -> None:
    wanted = cases_found(ask(tmp_path, draw(3)))
    rules = make_rules(load_questions(Manifest.load(tmp_path / "made")))
    done = judge(tmp_path / "made", rules, engine="postgres", address=os.environ["DATABASE_OWNER_URL"])
    assert not [verdict.error for verdict in done.verdicts if verdict.error]
    assert cases_found(done) == wanted and all(wanted.values())
