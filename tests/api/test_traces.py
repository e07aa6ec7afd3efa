"""What programs read of a person's cases leaves a trace, whoever they act for."""

from __future__ import annotations

import json
from typing import Any

from tests.api.test_life import told
from tests.db.desk.conftest import at_most
from yichuang.cases import looking
from yichuang.ledger.models import Entry


def test_reading_and_listing_cases_are_entries(town: Any, call: Any) -> None:
    town.city.at("2018-03-12 09:30")
    case = told(call)("owner", "", town.application())
    for _ in range(3):
        assert call("owner", "GET", f"/api/cases/{case['id']}").status_code == 200
        assert call("window", "GET", "/api/cases").status_code == 200
    assert call("stranger", "GET", f"/api/cases/{case['id']}").status_code == 404
    looking.record_looks()
    found = Entry.objects.filter(stream=f"looked/{town.firm}").order_by("seq")
    assert [(e.kind, e.channel, bool(e.post)) for e in found] == [
        ("case_read", "api", False),
        ("case_listed", "window", True),
    ]
    assert json.loads(found[0].body) == {"case": case["id"]} and found[0].session.startswith("client:")


def test_a_reading_costs_one_statement_for_its_trace(town: Any, call: Any) -> None:
    town.city.at("2018-03-12 09:30")
    case = told(call)("owner", "", town.application())
    for role, address, most in (("window", "/api/cases", 4), ("owner", f"/api/cases/{case['id']}", 8)):
        call(role, "GET", address)
        with at_most(most):
            assert call(role, "GET", address).status_code == 200
