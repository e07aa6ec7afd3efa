"""对账: each way in which a department's word and ours can differ, for whom it is shown, and at how many statements."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.db.desk.conftest import at_most
from tests.db.watching import client, officer

pytestmark = pytest.mark.clause("4.1e.3")
DAY = date(2018, 3, 12)


@pytest.fixture
def told(city: Any) -> Any:
    """Five reports of the department's system, and a case that it says nothing of."""
    from yichuang.cases.models import Case
    from yichuang.exchange.service import DepartmentReport, store_reports
    from yichuang.ledger.actor import SYSTEM
    from yichuang.org.service import connect_system

    connect_system("scjg-old", "410100/scjg", "旧系统", "0" * 64, SYSTEM)
    city.at("2018-03-12 09:00")
    named, silent = city.submit().state, city.submit().state
    at = datetime(2018, 3, 12, 1, 5, tzinfo=UTC)
    receipt = Case.objects.get(pk=named.id).receipt
    store_reports(
        "scjg-old",
        [
            DepartmentReport("agrees", "submitted", at, named.number),
            DepartmentReport("different", "submitted", at - timedelta(days=3), receipt),
            DepartmentReport("absent", "accepted", at, named.number),
            DepartmentReport("nowhere", "accepted", at, "X-404"),
            DepartmentReport("=cmd", "accepted", at),
        ],
        SYSTEM,
    )
    city.at("2018-03-15 09:00")
    store_reports("scjg-old", [DepartmentReport("late", "submitted", at, named.number)], SYSTEM)
    return silent


def reconciled(actor: Any, **more: Any) -> dict[str, str]:
    from yichuang.exchange.reconciling import reconcile

    found = reconcile(actor, DAY - timedelta(days=7), DAY + timedelta(days=7), **more)
    return {line.record or line.case_number: line.verdict.value for line in found.lines}


@pytest.mark.door
def test_every_way_to_differ_is_told(city: Any, told: Any) -> None:
    from yichuang.exchange.reconciling import reconcile

    supervisor = officer("supervisor")
    assert reconciled(supervisor) == {
        "different": "different", "absent": "no_such_act", "nowhere": "missing_here", "late": "late",
        told.number: "missing_there",
    }  # fmt: skip
    assert reconciled(supervisor, verdict="agrees") == {"agrees": "agrees"}
    assert reconcile(supervisor, DAY, DAY).total == 5, "the different one happened on another day"


@pytest.mark.breach
def test_only_ones_own_departments_are_compared(city: Any, told: Any) -> None:
    assert set(reconciled(city.head)) == set(reconciled(officer("office")))
    assert reconciled(officer("head", "410100/gaj")) == {}
    assert reconciled(officer("office", "410102/zwb")) == {}
    assert reconciled(city.reviewer) == {}
    assert client(city.reviewer).get("/watch/reconcile").status_code == 403


@pytest.mark.screen
def test_the_page_lists_them_and_gives_a_file_in_few_statements(city: Any, told: Any) -> None:
    reader = client(officer("supervisor"))
    query = {"first": "2018-03-05", "last": "2018-03-19"}
    reader.get("/watch/reconcile", query)
    with at_most(10):
        page = reader.get("/watch/reconcile", query).content.decode()
    assert "本平台没有这个办件" in page and "报送过晚" in page and told.number in page
    assert (
        "没有可以比对的"
        in reader.get("/watch/reconcile", {"first": "2018-01-01", "last": "2018-01-02"}).content.decode()
    )
    file = reader.get("/watch/reconcile", query | {"as": "csv"}).content.decode("utf-8-sig").splitlines()
    assert file[0].startswith("结果,部门") and len(file) == 6
    for wrong in ({"first": "2018-03-19", "last": "2018-03-05"}, {"first": "x"}, {"verdict": "x"}):
        assert reader.get("/watch/reconcile", wrong).status_code == 422


@pytest.mark.door
def test_when_a_report_counts_as_late_is_the_administrators_to_say(city: Any, told: Any) -> None:
    from yichuang.aggregates.settings import set_parameter
    from yichuang.exchange.reconciling import RECONCILING
    from yichuang.ledger.actor import SYSTEM

    set_parameter(RECONCILING, "late", 4, SYSTEM)
    assert reconciled(officer("supervisor"), verdict="agrees") == {"agrees": "agrees", "late": "agrees"}
