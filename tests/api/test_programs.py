"""Steps of `programs.feature`: everything a step does goes over HTTP, as one of the roles' programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

scenarios("programs.feature")
ROLES = {"申请人": "owner", "窗口甲": "window", "窗口乙": "window2", "负责人": "head"}


@pytest.fixture(autouse=True)
def database(db: None) -> None:
    """Scenarios ask for their fixtures while they run; the database must be set up before that."""


@dataclass
class Work:
    """What the scenario has come to."""

    town: Any
    call: Any
    item: str = "ZZ-001"
    case: str = ""
    last: Any = None  # the last answer
    needed: list[str] = field(default_factory=list)
    published: dict[str, Any] = field(default_factory=dict)  # the standard as read

    def act(self, role: str, name: str, body: dict[str, Any]) -> Any:
        self.last = self.call(role, "POST", f"/api/cases/{self.case}/{name}", body)
        return self.last

    def done(self, role: str, name: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.act(role, name, body)
        assert answer.status_code == 200, answer.content.decode()
        said: dict[str, Any] = answer.json()
        return said

    def file(self, without: str = "") -> None:
        application = self.town.application()
        application["given"] = {code: v for code, v in application["given"].items() if code != without}
        self.last = self.call("owner", "POST", "/api/cases", application)
        assert self.last.status_code == 201, self.last.content.decode()
        self.case = self.last.json()["id"]

    def read(self, role: str = "owner") -> dict[str, Any]:
        seen: dict[str, Any] = self.call(role, "GET", f"/api/cases/{self.case}").json()
        return seen


@pytest.fixture
def work(town: Any, call: Any) -> Work:
    return Work(town, call)


@given("现在是2018年3月12日")
def _(work: Work) -> None:
    work.town.city.at("2018-03-12 09:30")


@given("申请人、窗口甲、窗口乙、审查员、核查员和负责人各有一个接口令牌")
def _(work: Work) -> None:
    assert {"owner", "window", "window2", "reviewer", "surveyor", "head"} <= work.town.tokens.keys()


@given("已公布不需现场勘查的事项")
def _(work: Work) -> None:
    """The food licence as a second version without its site check: what the published standard says is what runs."""
    from dataclasses import replace

    from yichuang.cases.core.state import bridge_steps
    from yichuang.catalog.service import put_in_force
    from yichuang.catalog.standard import StepKind
    from yichuang.ledger.actor import SYSTEM

    old = work.town.city.standard
    sites = tuple(s.code for s in old.steps if s.kind is StepKind.SURVEY)
    assert sites
    new = replace(old, version=old.version + 1, steps=bridge_steps(old.steps, sites), visits=0)
    put_in_force(new, SYSTEM)
    work.town.city.standard = new


@when("申请人的程序取得“ZZ-001”的办事指南和表单")
def _(work: Work) -> None:
    listed = work.call("owner", "GET", "/api/items?division=410100").json()
    assert [item["item"] for item in listed] == [work.item]
    read = work.call("owner", "GET", f"/api/items/410100/{work.item}").json()
    published = work.published = work.call("owner", "GET", f"/api/standards/{read['standard']}").json()
    assert read["standard"] == listed[0]["standard"]
    assert [row["step"]["code"] for row in read["guide"]["steps"]] == [s["code"] for s in published["steps"]]
    missing = set(read["form"]["required"]) - work.town.values.keys()
    assert not missing


@then("四类监察节点都在其中")
def _(work: Work) -> None:
    kinds = {point["kind"] for point in work.published["points"]}
    assert kinds == {"precondition", "procedure", "time", "fee"}


@given("申请人的程序按表单提交申请")
@when("申请人的程序按表单提交申请")
def _(work: Work) -> None:
    work.file()


@given("申请人的程序提交申请，缺第一份材料")
def _(work: Work) -> None:
    work.needed = work.town.needed[:1]
    work.file(without=work.needed[0])


@given(parsers.parse("{who}的程序“{name}”"))
@when(parsers.parse("{who}的程序“{name}”"))
def _(work: Work, who: str, name: str) -> None:
    work.done(ROLES[who], name, {})


@when(parsers.parse("{who}的程序尝试“{name}”"))
def _(work: Work, who: str, name: str) -> None:
    work.act(ROLES[who], name, {})


@when("各岗位的程序依次收件、受理、审查、核查、决定、制证、送达")
def _(work: Work) -> None:
    city = work.town.city
    work.done("window", "receive", {})
    now = work.done("window", "accept", {})
    while opened := [code for code, status in now["steps"].items() if status == "open"]:
        rule = city.standard.step(opened[0])
        role = "surveyor" if rule.post.value == "surveyor" else "reviewer"
        others = [city.surveyor2.person] if rule.officers > 1 else []
        said = {"step": opened[0], "verdict": "pass", "opinion": "符合要求", "officers": others}
        now = work.done(role, "conclude", said)
    work.done("head", "decide", {"granted": True})
    work.done("window2", "make_certificate", {})
    work.done("owner", "deliver", {"method": "electronic"})


@when("负责人的程序决定准予")
def _(work: Work) -> None:
    work.act("head", "decide", {"granted": True})


@when("窗口甲的人员又任审查员，其程序办结审查")
def _(work: Work) -> None:
    from yichuang.ledger.actor import SYSTEM
    from yichuang.org.models import Holding, Officer
    from yichuang.people.models import Account
    from yichuang.people.service import issue_client

    city = work.town.city
    account = Account.objects.get(pk=int(city.window.person[2:]))
    officer = Officer.objects.get(account=account)
    Holding.objects.create(officer=officer, post_id=city.reviewer.post, first_day=date(2018, 3, 1))
    work.town.tokens["both"] = issue_client("both", account, SYSTEM, city.reviewer.post)[1]
    steps = work.read()["state"]["steps"]
    step = next(c for c, s in steps.items() if s["status"] == "open" and city.standard.step(c).post.value == "reviewer")
    work.act("both", "conclude", {"step": step, "verdict": "pass", "opinion": "符合要求"})


@when("窗口甲的程序一次告知补正缺的材料")
def _(work: Work) -> None:
    work.done("window", "ask_correction", {"materials": work.needed, "reason": "请补交。"})


@when("窗口甲的程序再次告知补正")
def _(work: Work) -> None:
    work.act("window", "ask_correction", {"materials": work.town.needed[1:2], "reason": "还要补交。"})


@when("申请人的程序补交缺的材料")
def _(work: Work) -> None:
    work.done("owner", "supply", {"given": {code: ["paper"] for code in work.needed}})


@then(parsers.parse("办件阶段是“{stage}”"))
def _(work: Work, stage: str) -> None:
    assert work.read()["state"]["stage"] == stage


@then("每一份文书都有文号")
def _(work: Work) -> None:
    papers = work.read()["papers"]
    assert [p["kind"] for p in papers] == ["receipt", "acceptance", "grant", "licence", "delivery"]
    assert all(p["number"] and p["code"] for p in papers)


@then("证照可以凭标识核验")
def _(work: Work) -> None:
    case = work.read()
    identifier = case["licence"]["identifier"]
    (code,) = (paper["code"] for paper in case["papers"] if paper["kind"] == "licence")
    verified = work.call("stranger", "GET", f"/api/certificates/{identifier}?code={code}").json()["details"]
    assert (verified["certificate"]["identifier"], verified["certificate"]["status"]) == (identifier, "valid")


@then("申请是电子渠道提交的")
def _(work: Work) -> None:
    assert work.read()["case"]["channel"] == "api"


@then("申请人的程序看得到每一步和每一份文书")
def _(work: Work) -> None:
    kinds = {entry["kind"] for entry in work.read()["timeline"]}
    assert kinds >= {"submitted", "received", "accepted", "step_concluded", "decided", "certificate_made", "delivered"}
    assert len(work.read()["papers"]) == 5


@then(parsers.parse("出具了“{kind}”"))
def _(work: Work, kind: str) -> None:
    assert [paper["kind"] for paper in work.last.json()["issued"]] == [kind]


@then(parsers.parse("被拒绝，代码“{code}”，状态码{status:d}"))
def _(work: Work, code: str, status: int) -> None:
    assert (work.last.json()["code"], work.last.status_code) == (code, status)


@then(parsers.parse("拒绝的依据是“{clause}”"))
def _(work: Work, clause: str) -> None:
    assert work.last.json()["clause"] == clause


@then(parsers.parse("“{item}”的“{kind}”写着每一份材料"))
def _(work: Work, item: str, kind: str) -> None:
    leaflet = work.call("owner", "GET", f"/api/items/410100/{item}/leaflets/{kind}").json()
    standard = work.call("owner", "GET", f"/api/standards/410100/{item}/1").json()
    lines = next(block["lines"] for block in leaflet["blocks"] if block["title"] == "申请材料")
    assert all(material["name"] in line for material, line in zip(standard["materials"], lines, strict=True))
    assert leaflet["address"].endswith(f"/items/410100/{item}")


@then(parsers.parse("“一次办妥”清单有“{item}”，待确认"))
def _(work: Work, item: str) -> None:
    rows = {row["item"]: row for row in work.call("owner", "GET", "/api/once?division=410100").json()}
    assert rows[item]["visits"] <= 1 and not rows[item]["confirmed"]


@then("四个比率的分母都是在列事项")
def _(work: Work) -> None:
    rows = work.call("owner", "GET", "/api/ratios?division=410100").json()
    assert {row["ratio"] for row in rows} == {"hall", "online", "unseen", "no_papers"}
    assert all(row["have"] + len(row["missing"]) == row["due"] for row in rows)
