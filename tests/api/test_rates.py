"""The three rates for programs: counted within the caller's reach, exclusions by the office alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.db.supervision.tables import put_calendar
from yichuang.supervision import tailing

pytestmark = [pytest.mark.django_db, pytest.mark.api]


def call(town: Any, role: str, path: str, body: dict[str, Any] | None = None, **query: str) -> Any:
    from django.test import Client

    headers = {"authorization": f"Bearer {town.tokens[role]}"}
    if body is None:
        return Client().get(f"/api{path}", query, headers=headers)
    return Client().post(f"/api{path}", body, content_type="application/json", headers=headers)


@pytest.fixture
def counted(town: Any) -> Any:
    from tests.db.watching import officer
    from yichuang.ledger.actor import SYSTEM
    from yichuang.org.models import Department
    from yichuang.people.models import Account
    from yichuang.people.service import issue_client

    office = officer("office")
    account = Account.objects.get(pk=int(office.person[2:]))
    town.tokens["office"] = issue_client("office", account, SYSTEM, office.post)[1]
    put_calendar()
    Department.objects.create(id="410100/gaj", division_id="410100", code="gaj", name="市公安局", short="公安")
    while tailing.tail().more:
        pass
    return town


@pytest.mark.clause("4.1a.1")
def test_a_program_reads_the_rates_and_what_is_missing(counted: Any) -> None:
    answer = call(counted, "office", "/rates")
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert told["total"]["network"]["have"] == told["total"]["network"]["due"] - 1
    assert {"network", "410100/gaj"} <= set(told["missing"][0].values())
    mine = call(counted, "head", "/rates").json()
    assert set(mine["departments"]) == {"410100/scjg"} and not mine["missing"]
    for status, refused in (
        (403, call(counted, "window", "/rates")), (403, call(counted, "owner", "/rates")),
        (403, call(counted, "office", "/rates", division="410122")), (422, call(counted, "office", "/rates", day="x")),
        (422, call(counted, "office", "/rates", day="2999-01-01")), (422, call(counted, "office", "/rates", dag="")),
    ):  # fmt: skip
        assert refused.status_code == status and refused.json()["next"], refused.content


@pytest.mark.clause("4.1a.2")
def test_the_office_excludes_by_program_and_nobody_else_does(counted: Any) -> None:
    body = {
        "kind": "department", "subject": "410100/gaj", "reason": "secret", "basis": "郑密〔2018〕1号",
        "first_day": "2099-01-01",
    }  # fmt: skip
    assert call(counted, "head", "/exclusions", body).status_code == 403
    assert call(counted, "office", "/exclusions", body | {"basis": " "}).status_code == 422
    made = call(counted, "office", "/exclusions", body)
    assert made.status_code == 200, made.content
    assert [one["basis"] for one in call(counted, "head", "/exclusions").json()] == ["郑密〔2018〕1号"]
    assert call(counted, "window", "/exclusions").status_code == 403
    ended = call(counted, "office", f"/exclusions/{made.json()['id']}/end", {})
    assert ended.status_code == 200 and ended.json()["last_day"] == "2098-12-31", "it never begins"
    assert call(counted, "office", f"/exclusions/{made.json()['id']}/end", {}).status_code == 409


@pytest.mark.clause("4.1b.1")
def test_a_program_reads_the_risk_points_of_its_reach(counted: Any) -> None:
    mine = call(counted, "head", "/risk-points").json()
    assert {"post", "level", "holders", "steps"} <= set(mine[0]) and all("scjg" in one["post"] for one in mine)
    assert call(counted, "office", "/risk-points", department="410100/scjg").json() == mine
    for role, query in (("head", {"department": "410100/zwb"}), ("office", {}), ("window", {}), ("owner", {})):
        refused = call(counted, role, "/risk-points", **query)
        assert refused.status_code == 403 and refused.json()["next"], refused.content
