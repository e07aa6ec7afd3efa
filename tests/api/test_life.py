"""A whole life of a case by programs, what it costs the database, and what others see of it."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from yichuang.cases.core.state import Stage


def life(town: Any, call: Any, seen: list[tuple[str, Any]] | None = None) -> dict[str, Any]:
    """Filed by the applicant's program, handled by those of the officers. Returns the last answer."""

    def act(role: str, name: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = call(role, "POST", f"/api/cases/{case}/{name}", body)
        assert answer.status_code == 200, answer.content.decode()
        if seen is not None:
            seen.append((name, answer))
        return answer.json()

    filed = call("owner", "POST", "/api/cases", town.application())
    assert filed.status_code == 201, filed.content.decode()
    case = filed.json()["id"]
    assert filed["Location"] == f"/api/cases/{case}"
    act("window", "receive", {})
    now = act("window", "accept", {})
    while "open" in now["steps"].values():
        step = next(code for code, status in now["steps"].items() if status == "open")
        rule = town.city.standard.step(step)
        role = "surveyor" if rule.post.value == "surveyor" else "reviewer"
        officers = [town.city.surveyor2.person] if rule.officers > 1 else []
        now = act(role, "conclude", {"step": step, "verdict": "pass", "opinion": "符合要求", "officers": officers})
    act("head", "decide", {"granted": True})
    act("window", "make_certificate", {})
    return act("window", "deliver", {"method": "direct", "recipient": "张三丰"})


def test_programs_take_a_case_from_filing_to_delivery(town: Any, call: Any) -> None:
    town.city.at("2018-03-12 09:30")
    end = life(town, call)
    assert (end["stage"], end["open"], end["repeated"]) == (Stage.CLOSED, False, False)
    assert [paper["kind"] for paper in end["issued"]] == ["delivery"]
    case = call("owner", "GET", f"/api/cases/{end['id']}").json()
    assert case["case"]["channel"] == "api"
