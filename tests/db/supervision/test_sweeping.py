"""Rules that look at more than one case: the sweep over everything, and the cases of one applicant together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.db.supervision.judged import HEAD, HOUSE, limit, local, put_cases, put_rows, put_standard
from tests.db.supervision.tables import put, put_calendar
from yichuang.ledger.actor import Actor
from yichuang.org.models import Division
from yichuang.supervision import contract, findings, judging
from yichuang.supervision.computing import explain_finding
from yichuang.supervision.models import Finding, Unjudged
from yichuang.supervision.rules.catalogue import BY_CODE, SWEPT, woken
from yichuang.supervision.rules.rule import Scope

pytestmark = pytest.mark.django_db
DAY = "2018-03-12"
SUPERVISOR = Actor(person="a:9", post="410100/zwb/supervisor/1", post_kind="supervisor", department="410100/zwb",
                   division="410100", channel="online")  # fmt: skip


@pytest.fixture(autouse=True)
def store(db: None) -> None:
    from yichuang.ledger.service import create_store

    create_store("demo")
    put_calendar()


def heap(number: int) -> None:
    """So many decisions of the head within a minute."""
    put_standard()
    cases = {f"c{n}": {"decided_on": DAY, "decided_by": "a:7"} for n in range(number)}
    put_cases(**cases)
    entry = {"seq": 5, "kind": "decided", "person": "a:7", "post": HEAD, "source": "door", "occurred_on": DAY}
    put_rows(contract.EVENTS, **{c: {**entry, "occurred_at": local(DAY, f"15:00:{n:02}")} for n, c in enumerate(cases)})


def open_ones() -> list[tuple[str, str, str, int | None]]:
    return list(
        Finding.objects.filter(open=True).order_by("at").values_list("rule", "case_id", "department", "measured")
    )


def test_what_shows_in_many_cases_is_found_once_and_withdrawn_with_its_ground() -> None:
    heap(6)
    assert judging.sweep().found == 1
    assert open_ones() == [("R-O06", "", HOUSE, 6)]
    again = judging.sweep()
    assert (again.found, again.restated, again.withdrawn) == (0, 0, 0)
    with connection.cursor() as cursor:
        cursor.execute("delete from log_events where case_id = 'c0'")
    assert judging.sweep().withdrawn == 1 and not open_ones()
    found = Finding.objects.get()
    assert [move.kind for move in findings.moves(found)] == ["found", "withdrawn"]


def of_division(code: str) -> Actor:
    return replace(SUPERVISOR, division=code)


def test_a_finding_without_a_case_exists_for_the_division_that_it_is_about() -> None:
    for code, parent in (("410100", None), ("410184", "410100"), ("410300", None)):
        level = "county" if parent else "city"
        Division.objects.create(code=code, name=code, level=level, parent_id=parent)
    heap(6)
    judging.sweep()
    found = findings.page(SUPERVISOR).rows
    assert [(row.division, row.number, row.case_id) for row in found] == [("410100", "", "")]
    assert findings.sentence(found[0]) == "同一人在一分钟内作出6件决定，允许5件。"
    assert not findings.page(of_division("410184")).rows, "a county does not watch its city"
    Finding.objects.update(division="410184", department="410184/scjg")
    for watcher, number in (("410184", 1), ("410100", 1), ("410300", 0)):
        assert findings.page(of_division(watcher)).total == number, "its own, and those of the divisions under it"


def test_acts_do_not_wake_what_the_sweep_judges(django_assert_max_num_queries: Any) -> None:
    assert {rule.code for rule in SWEPT} == {
        "R-O06",
        "R-O07",
        "R-O08",
        "R-N01",
        "R-N02",
        "R-N03",
        "R-P12",
        "R-P13",
        "R-P14",
        "R-T07",
    }
    assert not {rule for rule in woken(frozenset({"decided", "certificate_made", "submitted"})) if rule in SWEPT}
    heap(2)
    with CaptureQueriesContext(connection) as taken:
        judging.sweep()
    assert len(taken) <= 12 * len(SWEPT)


def test_a_swept_rule_that_raises_is_noted_and_judged_later(monkeypatch: pytest.MonkeyPatch) -> None:
    heap(6)
    good = judging.statement("R-O06", ())
    monkeypatch.setattr(judging, "statement", lambda code, settings: "select 1/0")
    assert judging.sweep((BY_CODE["R-O06"],)).failed == 1
    assert Unjudged.objects.get().case_id == ""
    monkeypatch.setattr(judging, "statement", lambda code, settings: good)
    with CaptureQueriesContext(connection) as taken:
        assert judging.retry().found == 1 and not Unjudged.objects.exists()
    asked = "".join(query["sql"] for query in taken)
    assert "supervision.sweep" in asked and "enable_seqscan" not in asked, "as the sweep judges, not as live work"


def test_cases_of_one_applicant_are_judged_together_whichever_was_touched() -> None:
    """R-O09: the act is on the new case, its ground lies in the former; each of them wakes it."""
    put_standard(**limit("promised", 10))
    put_cases(
        former={"applicant": "s:1", "item": "ZZ", "division": "410100", "outcome": "withdrawn",
                "accepted_on": "2018-03-05", "closed_on": "2018-03-14", "submitted_on": "2018-03-05"},
        again={"applicant": "s:1", "item": "ZZ", "division": "410100", "submitted_on": "2018-03-15"},
        other={"applicant": "s:2", "item": "ZZ", "division": "410100", "submitted_on": "2018-03-15"},
    )  # fmt: skip
    assert BY_CODE["R-O09"].scope is Scope.SUBJECT
    for touched in ("former", "again"):
        judging.judge([touched], {"submitted"})
        assert [(f.case_id, f.at, f.day, f.measured) for f in Finding.objects.filter(rule="R-O09", open=True)] == [
            ("again", "former", date(2018, 3, 15), 3)
        ]
        line = str(explain_finding(Finding.objects.get(rule="R-O09")))
        assert "2018年3月5日受理（当日不计），承诺时限10个工作日；2018年3月14日撤回，离到期还有3个工作日；" in line
        assert line.endswith("2018年3月15日重新提交。")
        Finding.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute("explain select case_id from log_cases where applicant = 's:1'")
        assert "log_cases_applicant" in str(cursor.fetchall())


def test_numbers_of_a_series_are_gapless_or_found() -> None:
    put_standard()
    put_cases(**{f"n{n}": {} for n in (1, 2, 4)})
    put(
        contract.CERTIFICATES,
        *(
            {"case_id": f"n{n}", "number": f"证〔2018〕第{n:05}号", "department": HOUSE, "made_on": DAY}
            for n in (1, 2, 4)
        ),
    )
    judging.sweep()
    found = Finding.objects.get(open=True)
    assert (found.rule, found.at, found.measured, found.department) == ("R-O08", "证〔2018〕第00004号", 1, HOUSE)
    assert str(explain_finding(found)) == "前一个号是证〔2018〕第00002号；没有见到证〔2018〕第00003号。"
