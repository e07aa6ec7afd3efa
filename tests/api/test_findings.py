"""Findings for programs: those of the caller's reach, with ground, entries and life."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.test_rates import call
from tests.db.breaches import DUTIES, breach
from yichuang.supervision.rules.catalogue import BY_CODE

pytestmark = [pytest.mark.django_db, pytest.mark.api]


@pytest.mark.parametrize("rule", [pytest.param(rule, marks=pytest.mark.clause(duty)) for duty, rule in DUTIES.items()])
def test_a_program_reads_what_was_found_and_on_what_ground(town: Any, rule: str) -> None:
    found = breach(town.city, rule)
    listed = call(town, "head", "/findings", rule=rule).json()
    assert listed["total"] >= 1 and str(found.id) in {one["id"] for one in listed["findings"]}
    told = call(town, "head", f"/findings/{found.id}").json()
    assert told["finding"]["title"] == BY_CODE[rule].title and told["basis"] and "〔2018〕46号" in told["policy"]
    assert [move["kind"] for move in told["life"]] == ["found"]
    assert told["seen"] or rule == "R-O04"
    hidden = call(town, "window2", f"/findings/{found.id}")
    assert hidden.status_code == 404 and hidden.json()["next"]
    assert call(town, "window2", "/findings", rule=rule).json()["total"] == 0
    assert call(town, "owner", "/findings").json()["total"] == 0


@pytest.mark.clause("4.1b.2")
def test_a_list_is_narrowed_and_a_wrong_filter_refused(town: Any) -> None:
    breach(town.city, "R-P02")
    assert call(town, "head", "/findings", level="red").json()["total"] > 0
    assert call(town, "head", "/findings", state="withdrawn").json()["total"] == 0
    assert call(town, "head", "/findings", department="410100/gaj").json()["total"] == 0
    for wrong in ({"rule": "R-X99"}, {"level": "blue"}, {"state": "x"}, {"page": "0"}, {"rules": "R-P02"}):
        assert call(town, "head", "/findings", **wrong).status_code == 422, wrong
    assert call(town, "head", "/findings/00000000-0000-0000-0000-000000000000").status_code == 404
