"""4.1e: a department's own system reports: stored as it says, shown beside our own acts, not refused for content."""

from __future__ import annotations

from typing import Any

import pytest


def send(town: Any, role: str = "window", **change: Any) -> Any:
    from django.test import Client

    body = {"system": "scjg-old", "record": "R-1", "kind": "accepted", "occurred_at": "2018-03-01T10:00:00+08:00"}
    headers = {"Authorization": f"Bearer {town.tokens[role]}"}
    return Client().post("/api/reported", {**body, **change}, content_type="application/json", headers=headers)


@pytest.mark.clause("4.1e.1")
@pytest.mark.api
def test_a_program_reports_what_was_done_elsewhere(town: Any) -> None:
    first = send(town, case_number="410100SCJ20180301001", details={"经办": "张三"})
    assert first.status_code == 200, first.content
    assert first.json()["new"] is True
    assert send(town, case_number="410100SCJ20180301001", details={"经办": "张三"}).json()["new"] is False
    assert send(town, kind="decided").json()["versions"] == 2


@pytest.mark.clause("4.1e.1")
@pytest.mark.breach
def test_an_applicants_program_may_not_report(town: Any) -> None:
    answer = send(town, role="owner")
    assert (answer.status_code, answer.json()["code"]) == (403, "no-post")


@pytest.mark.clause("4.1e.1")
@pytest.mark.screen
def test_the_report_stands_beside_the_case_for_its_officers(town: Any) -> None:
    from django.test import Client

    from yichuang.cases.models import Case
    from yichuang.people.models import Account

    case = town.city.submit().state
    send(town, case_number=Case.objects.get().receipt)
    browser = Client()
    browser.force_login(Account.objects.get(username="head1"), "django.contrib.auth.backends.ModelBackend")
    page = browser.get(f"/desk/case/{case.id}/reports").content.decode()
    assert "scjg-old · R-1" in page and "2018年3月1日" in page


@pytest.mark.parametrize("change", [{"system": "../x"}, {"occurred_at": "2018-03-01T10:00:00"}, {"kind": "受理"}])
def test_what_is_no_report_is_a_problem(town: Any, change: dict[str, Any]) -> None:
    assert send(town, **change).status_code == 422
