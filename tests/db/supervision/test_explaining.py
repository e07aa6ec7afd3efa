"""What a finding rests on, on a line: whoever is accused can count it again, and finds nothing that did not happen."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.db.supervision.judged import limit, put_cases, put_rows, put_standard, put_steps
from tests.db.supervision.tables import put_calendar
from yichuang.supervision import contract
from yichuang.supervision.computing import Computation, explain_finding
from yichuang.supervision.models import Finding

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1b.2")]


@pytest.fixture(autouse=True)
def today(city: Any) -> None:
    city.at("2018-04-20 10:00")
    put_calendar()


def test_holidays_and_worked_weekends_on_the_way_are_named() -> None:
    put_standard(**limit("promised", 10))
    put_cases(late={"accepted_on": "2018-02-09", "decided_on": "2018-03-01"})
    finding = Finding(rule="R-T02", case_id="late", at="promised", day=date(2018, 2, 28), measured=1)
    assert str(explain_finding(finding)) == (
        "2018年2月9日受理（当日不计）；时限10个工作日；2018年2月28日到期；2018年3月1日作出决定；超过到期日1个工作日；"
        "其间2018年2月15日至2018年2月21日放假，2018年2月11日调休上班，2018年2月24日调休上班。"
    )


def test_who_was_silent_until_the_law_answered_is_told_no_days_after_that() -> None:
    put_standard(**limit("accept_within", 5))
    put_cases(silent={"received_on": "2018-03-12", "accepted_on": "2018-03-12", "silent": True,
                      "decided_on": "2018-03-28"})  # fmt: skip
    finding = Finding(rule="R-T01", case_id="silent", at="silent", day=date(2018, 3, 19), measured=7)
    assert str(explain_finding(finding)) == (
        "2018年3月12日收件（当日不计）；时限5个工作日；2018年3月19日到期；2018年3月19日为止没有告知，视为自收件之日受理。"
    )


def test_what_a_licences_end_has_decided_nobody_is_said_to_have_decided() -> None:
    put_standard(**limit("statutory", 10))
    put_cases(lapsed={"accepted_on": "2018-03-12", "decided_on": "2018-03-30", "granted": True})
    put_rows(contract.EVENTS, lapsed={"seq": 9, "kind": "decided", "person": "system"})
    finding = Finding(rule="R-T03", case_id="lapsed", at="statutory", day=date(2018, 3, 26), measured=3)
    assert str(explain_finding(finding)) == (
        "2018年3月12日受理（当日不计）；时限10个工作日；2018年3月26日到期；"
        "2018年3月29日证照届满，没有作出决定；超过到期日3个工作日。"
    )


def test_a_case_that_ended_with_its_item_is_told_until_the_day_before() -> None:
    put_standard(**limit("promised", 5))
    ended = {"accepted_on": "2018-03-12", "closed_on": "2018-03-21", "outcome": "item_ended"}
    put_cases(left=ended)
    finding = Finding(rule="R-T02", case_id="left", at="promised", day=date(2018, 3, 19), measured=1)
    assert str(explain_finding(finding)) == (
        "2018年3月12日受理（当日不计）；时限5个工作日；2018年3月19日到期；"
        "2018年3月20日没有办结，次日零时随事项退出清单终止；超过到期日1个工作日。"
    )
    put_rows(contract.SURVEYS, left={"survey": "X1", "form": "special", "kind": "testing", "notice": "告1",
             "started_on": "2018-03-12", "until": "2018-03-19"})  # fmt: skip
    finding = Finding(rule="R-T08", case_id="left", at="over/X1", day=date(2018, 3, 19))
    line = str(explain_finding(finding))
    assert "到2018年3月19日结束；没有结束，到2018年3月20日晚1天，次日零时办件依法视为准予或者终止。" in line


def test_a_finding_that_was_excused_is_told_as_it_stood_then() -> None:
    put_standard(**limit("promised", 5))
    put_cases(late={"accepted_on": "2018-03-12", "decided_on": "2018-04-03"})
    finding = Finding(rule="R-T02", case_id="late", at="promised", day=date(2018, 3, 19), measured=2, open=False,
                      withdrawn_at=datetime(2018, 3, 22, 2, tzinfo=UTC))  # fmt: skip
    assert str(explain_finding(finding)) == (
        "2018年3月12日受理（当日不计）；时限5个工作日；2018年3月19日到期；"
        "这条发现不再计数时还没有办结；超过到期日2个工作日。"
    )


def test_silence_taken_as_agreement_is_told_from_question_to_midnight() -> None:
    put_standard()
    put_cases(silent={})
    put_steps(silent={"kind": "opinion", "verdict": "deemed", "opened_on": "2018-03-12", **limit("limit", 5),
                      "concluded_on": "2018-03-20", "concluded_seq": 9})  # fmt: skip
    finding = Finding(rule="R-T10", case_id="silent", at="S1/1", day=date(2018, 3, 20))
    assert str(explain_finding(finding)) == (
        "2018年3月12日征求意见（当日不计）；时限5个工作日；2018年3月19日到期，没有答复；2018年3月20日零时起视为同意。"
    )


def test_a_notified_end_on_a_rest_day_is_told_as_moved() -> None:
    put_standard()
    put_cases(over={})
    put_rows(
        contract.SURVEYS,
        over={"survey": "X1", "form": "special", "kind": "testing", "notice": "告1", "started_on": "2018-03-12",
              "until": "2018-03-17", "ended_on": "2018-03-20"},
    )  # fmt: skip
    finding = Finding(rule="R-T08", case_id="over", at="over/X1", day=date(2018, 3, 19))
    line = str(explain_finding(finding))
    assert "到2018年3月17日结束；那天是休息日，顺延至2018年3月19日；2018年3月20日结束，晚1天。" in line


def test_a_computation_is_a_line_from_start_to_end() -> None:
    hearing = (date(2018, 3, 14), date(2018, 3, 16), "听证")
    line = Computation(
        "受理", date(2018, 3, 12), "10个工作日", (hearing,), date(2018, 3, 28), "作出决定", date(2018, 3, 29), 1
    )
    assert str(line) == (
        "2018年3月12日受理（当日不计）；时限10个工作日；2018年3月14日至2018年3月16日听证，不计时限；"
        "2018年3月28日到期；2018年3月29日作出决定；超过到期日1个工作日。"
    )


def test_a_computation_tells_no_day_that_is_not_counted() -> None:
    day = date(2018, 3, 12)
    line = Computation("受理", day, "当场", (), day, "作出决定", date(2018, 3, 13), 1, counted=False)
    assert str(line) == "2018年3月12日受理；时限当场；2018年3月12日到期；2018年3月13日作出决定；超过到期日1个工作日。"
