"""A whole life of a case by programs, what it costs the database, and what others see of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.db.desk.conftest import at_most
from yichuang.cases.core.state import Stage

MAKES = 1  # what begins the life of a licence besides
MOST_STATEMENTS, FIRST = 10, 13  # of one command, with begin and commit; what is remembered for good costs once


def life(town: Any, act: Callable[..., Any], door: int = 1) -> dict[str, Any]:
    """Filed by the applicant's program, handled by those of the officers. `act(role, address, body)` answers JSON.
    A firm has one food licence a `door`.
    """
    form = {**town.values, "premises_address": f"郑州市金水区示范路{door}号"}
    filed = act("owner", "", town.application(form=form))
    case = filed["id"]
    act("window", f"{case}/receive", {})
    now = act("window", f"{case}/accept", {})
    while "open" in now["steps"].values():
        step = next(code for code, status in now["steps"].items() if status == "open")
        rule = town.city.standard.step(step)
        role = "surveyor" if rule.post.value == "surveyor" else "reviewer"
        officers = [town.city.surveyor2.person] if rule.officers > 1 else []
        said = {"step": step, "verdict": "pass", "opinion": "符合要求", "officers": officers}
        now = act(role, f"{case}/conclude", said)
    act("head", f"{case}/decide", {"granted": True})
    act("window", f"{case}/make_certificate", {})
    end: dict[str, Any] = act("window", f"{case}/deliver", {"method": "direct", "recipient": "张三丰"})
    return end


def told(call: Any, most: int = FIRST) -> Callable[..., Any]:
    """Performs over HTTP and demands success, in so many statements a command."""

    def act(role: str, address: str, body: dict[str, Any]) -> Any:
        path = f"/api/cases/{address}".rstrip("/")
        with at_most(most + MAKES * address.endswith("make_certificate")):
            answer = call(role, "POST", path, body)
        assert answer.status_code == (200 if address else 201), answer.content.decode()
        return answer.json()

    return act


@pytest.mark.clause("3.2f.1", "3.5c.4", "3.5d.1")
@pytest.mark.api
def test_programs_take_a_case_from_filing_to_delivery(town: Any, call: Any) -> None:
    town.city.at("2018-03-12 09:30")
    end = life(town, told(call))
    assert (end["stage"], end["open"], end["repeated"]) == (Stage.CLOSED, False, False)
    assert [paper["kind"] for paper in end["issued"]] == ["delivery"]
    case = call("owner", "GET", f"/api/cases/{end['id']}").json()
    assert (case["case"]["channel"], case["state"]["stage"]) == ("api", "closed")
    assert {entry["who"] for entry in case["timeline"]} >= {"申请人", "window1", "head1"}
    licence = case["licence"]["identifier"]
    assert case["licence"]["stage"] == "valid"
    bare = call("stranger", "GET", f"/api/certificates/{licence}")
    assert bare.json() == {"genuine": True, "details": None, "entered": None}
    (code,) = (paper["code"] for paper in case["papers"] if paper["kind"] == "licence")
    public = call("stranger", "GET", f"/api/certificates/{licence}?code={code}").json()["details"]
    assert (public["certificate"]["identifier"], public["holder"]) == (licence, "郑州一窗餐饮有限公司")
    (other,) = (paper["code"] for paper in case["papers"] if paper["kind"] == "grant")
    wrong = call("stranger", "GET", f"/api/certificates/{licence}?code={other}")
    assert wrong.content == bare.content, "another document's code opens nothing"


def test_a_command_takes_at_most_ten_statements(town: Any, call: Any) -> None:
    life(town, told(call))  # fills what is remembered for good: standards, calendars
    life(town, told(call, MOST_STATEMENTS), door=2)


def test_an_api_submission_is_electronic_and_received_the_day_it_came(town: Any, call: Any) -> None:
    """电子签名法11条: also when a clerk takes it up days later."""
    town.city.at("2018-03-12 22:30")
    case = call("owner", "POST", "/api/cases", town.application()).json()["id"]
    town.city.at("2018-03-14 10:00")
    call("window", "POST", f"/api/cases/{case}/receive", {})
    state = call("owner", "GET", f"/api/cases/{case}").json()["state"]
    assert (state["received_on"], state["intake"]) == ("2018-03-12", [town.city.window.person])


def test_the_receipt_of_an_api_submission_says_how_it_came(town: Any, call: Any) -> None:
    from yichuang.documents.gathering import gather

    for role, words in (("owner", "通过网上办事系统提交"), ("window", "综合窗口")):
        case = call(role, "POST", "/api/cases", town.application()).json()["id"]
        paper = call("window", "POST", f"/api/cases/{case}/receive", {}).json()["issued"][0]
        document: Any = gather(f"case/{case}", paper["seq"]).say()
        assert words in str(document)
        assert bool(document.sign_lines) is (role == "window")


def test_who_files_by_a_windows_program_took_part_in_the_intake(town: Any, call: Any) -> None:
    """3.4c: filing through a program is no way round 受审分离."""
    case = call("window", "POST", "/api/cases", town.application()).json()["id"]
    call("window2", "POST", f"/api/cases/{case}/receive", {})
    state = call("owner", "GET", f"/api/cases/{case}").json()["state"]
    assert set(state["intake"]) == {town.city.window.person, town.city.window2.person}
