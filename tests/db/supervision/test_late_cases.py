"""超时办件公开: who is on the list, what is covered, and what the page costs."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.db.counting import counted
from tests.db.watching import finding

pytestmark = [pytest.mark.clause("3.5g.4"), pytest.mark.django_db(transaction=True)]
DUE = date(2018, 3, 26)  # of a food licence accepted on 2018-03-12


@pytest.fixture
def late(city: Any) -> str:
    """An undecided case, a working day beyond the law; found by hand, as judging would."""
    return accepted(city)


def accepted(city: Any, **more: Any) -> str:
    city.at("2018-03-12 10:00")
    case = str(city.submit(**more).state.id)
    for act in ("receive", "accept"):
        city.do(case, act, city.window)
    city.at("2018-03-27 10:00")
    return case


def found(case: str, **more: Any) -> Any:
    known = {"rule": "R-T03", "at": "statutory", "level": "red", "day": DUE, "measured": 1, "allowed": 10}
    return finding(case, **known | more)


def page(**query: Any) -> str:
    answer = Client().get("/late", query)
    assert answer.status_code == 200
    text: str = answer.content.decode()
    return text


@pytest.mark.screen
@pytest.mark.breach
def test_the_reason_covers_whom_it_names(city: Any, late: str) -> None:
    from yichuang.cases.models import Case

    found(late)
    assert "尚未说明" in page() and "仍未办结" in page()
    city.do(late, "explain_lateness", city.head, reason="张三丰的场所需要再次核查")
    shown = page()
    assert "张**的场所需要再次核查" in shown and "张三丰" not in shown and "<strong>尚未说明</strong>" not in shown
    receipt = Case.objects.get(pk=late).receipt
    assert f"{receipt[:-3]}***" in shown and receipt not in shown
    assert "没有这样的办件" in page(reason="none")


@pytest.mark.breach
@pytest.mark.parametrize(
    "more",
    [{"open": False}, {"open": False, "excused": "appeal"}, {"rule": "R-T02", "at": "promised"}],
    ids=["withdrawn", "appeal upheld", "only the promise"],
)
def test_who_is_not_held_to_be_late_is_not_listed(late: str, more: dict[str, Any]) -> None:
    found(late, **more)
    assert "没有这样的办件" in page()


@pytest.mark.breach
def test_what_stands_under_an_excused_finding_is_excused_with_it(late: str) -> None:
    lead = finding(late, rule="R-T04", open=False, excused="appeal")
    found(late, under=lead.id)
    assert "没有这样的办件" in page()


@pytest.mark.breach
def test_a_finding_that_the_calendar_bears_out_no_more_accuses_nobody(city: Any, late: str) -> None:
    """Until the worker has judged anew, the list reckons by the calendar in force."""
    from tests.db.supervision.test_correcting import corrected
    from yichuang.ledger.actor import SYSTEM
    from yichuang.org.service import load_calendar_year

    found(late)
    load_calendar_year(2018, *corrected(date(2018, 3, 13)), "更正", SYSTEM)
    assert "尚未说明</strong>" not in page()


def test_what_departments_report_is_left_out(late: str) -> None:
    found("reported/410100/scjg/old/甲", number="")
    assert "没有这样的办件" in page()


@pytest.mark.screen
def test_the_list_is_narrowed_and_paged_in_few_statements(city: Any) -> None:
    cases = [accepted(city) for _ in range(23)]
    for case in cases:
        found(case)
    city.do(cases[0], "explain_lateness", city.head, reason="同期办件集中")
    for case in cases[1:4]:
        city.do(case, "explain_lateness", city.head, reason="现场核查排队")
    with counted() as sent:
        first = page()
    assert len(sent) <= 12, sent
    assert first.count('data-label="事项"') == 20 and "共 23 件" in first
    assert page(page="2").count('data-label="事项"') == 3
    assert "共 19 件" in page(reason="none")
    assert "共 23 件" in page(at="410100", department="410100/scjg")
    assert "共 23 件" in page(at="410999", department="410100/nobody"), "what there is not narrows nothing"


@pytest.mark.screen
def test_the_list_is_a_file_as_well(city: Any, late: str) -> None:
    found(late)
    city.do(late, "explain_lateness", city.head, reason='=HYPERLINK("x")张三丰排队')
    found(accepted(city))
    answer = Client().get("/late", {"as": "csv"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    head, *lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2 and head.count(",") == 9
    assert "张三丰" not in answer.content.decode() and ",=HYPER" not in answer.content.decode()
    assert "仍未办结" in lines[0] and sum("尚未说明" in line for line in lines) == 1


@pytest.mark.screen
def test_who_watches_reads_the_reason_beside_the_finding(city: Any, late: str) -> None:
    from tests.db.watching import client, officer

    watcher, row = client(officer("supervisor")), found(late)

    def shown() -> str:
        text: str = watcher.get(f"/watch/finding/{row.id}").content.decode()
        return text

    assert "<dt>办理单位公开的原因</dt><dd>尚未说明" in shown()
    city.do(late, "explain_lateness", city.head, reason="现场核查排队")
    assert "<dt>办理单位公开的原因</dt><dd>现场核查排队" in shown()
    reported = found("reported/410100/scjg/old/甲", number="")
    assert "办理单位公开的原因" not in watcher.get(f"/watch/finding/{reported.id}").content.decode()


def test_the_department_that_held_it_up_is_named(city: Any, late: str) -> None:
    from yichuang.org.models import Department

    Department.objects.create(id="410100/gaj", division_id="410100", code="gaj", name="市公安局", short="公安")
    found(late, department="410100/gaj")
    assert "到期时在市公安局的环节" in page()


@pytest.mark.screen
def test_the_desk_asks_for_the_reason_only_when_it_is_late(city: Any, late: str) -> None:
    from tests.db.watching import client

    head = client(city.head)
    assert 'name="terminate-late_reason"' in head.get(f"/desk/case/{late}").content.decode()
    city.at("2018-03-26 10:00")
    shown = head.get(f"/desk/case/{late}").content.decode()
    assert "late_reason" not in shown and 'id="act-explain_lateness"' not in shown
    city.at("2018-03-27 10:00")
    answer = head.post(
        f"/desk/case/{late}/do/terminate",
        {"command_id": str(uuid.uuid4()), "terminate-reason": "申请人已经注销"},
    )
    assert answer.status_code == 422
    refused = answer.content.decode()
    assert "应当公开说明超期的原因（优化营商环境条例第三十六条第二款）" in refused and "申请人已经注销" in refused
