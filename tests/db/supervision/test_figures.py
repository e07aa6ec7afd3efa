"""Figures of durations, hours and officers: counted by hand from a few rows, within the reader's reach alone."""

from __future__ import annotations

from datetime import date

import pytest

from tests.db.desk.conftest import at_most
from tests.db.supervision.judged import HOUSE, REVIEWER, STANDARD, local, put_cases, put_rows, put_standard, put_steps
from tests.db.supervision.tables import put, put_calendar
from yichuang.supervision import contract, figures
from yichuang.supervision.figures import Asked
from yichuang.supervision.reach import Reach

pytestmark = pytest.mark.django_db
SINCE = date(2018, 1, 1)
CITY = Reach(("410100",))


@pytest.fixture(autouse=True)
def rows(db: None) -> None:
    """Five cases of one item: a step of two working days' limit took 0, 1, 1, 3 and, elsewhere, 9 working days."""
    put_calendar()
    put_standard(division="410100", item="i1", version=1, promised=3, promised_unit="workday")
    put(contract.ITEMS, {"division": "410100", "item": "i1", "name": "食品经营许可", "standard": STANDARD})
    case = {"division": "410100", "item": "i1", "submitted_on": "2018-03-01", "accepted_on": "2018-03-05"}
    put_cases(
        a={**case, "decided_on": "2018-03-05", "decided_by": "a:3"},
        b={**case, "decided_on": "2018-03-08"},
        c={**case, "decided_on": "2018-03-09"},  # the fourth working day
        d=case,
        old={**case, "submitted_on": "2017-12-29"},
        county={**case, "division": "410122", "department": "410122/scjg"},
        told={**case, "source": "reported"},
    )
    step = {"opened_on": "2018-03-05", "concluded_by": "a:2", "limit": 2, "limit_unit": "workday"}
    put_steps(
        a={**step, "concluded_on": "2018-03-05"},
        b={**step, "concluded_on": "2018-03-06"},
        c={**step, "concluded_on": "2018-03-06"},
        d={**step, "concluded_on": "2018-03-08"},
        old={**step, "concluded_on": "2018-03-30"},
        county={**step, "concluded_on": "2018-03-16", "department": "410122/scjg"},
        told={**step, "concluded_on": "2018-03-30"},
    )
    act = {"kind": "step_concluded", "person": "a:2", "post": REVIEWER, "occurred_on": "2018-03-05"}
    put_rows(
        contract.EVENTS,
        a=[
            {**act, "seq": 1, "occurred_at": local("2018-03-05", "09:30:00")},  # a Monday
            {**act, "seq": 2, "occurred_at": local("2018-03-05", "23:59:59")},
            {**act, "seq": 3, "person": "a:3", "kind": "decided", "occurred_at": local("2018-03-05", "10:00:00")},
            {**act, "seq": 4, "person": "a:9", "post": "", "occurred_at": local("2018-03-05", "11:00:00")},
        ],
        b={**act, "seq": 1, "occurred_on": "2018-03-10", "occurred_at": local("2018-03-10", "05:00:00")},  # Saturday
        county={**act, "seq": 1, "post": "410122/scjg/reviewer/1", "occurred_at": local("2018-03-05", "09:00:00")},
        old={**act, "seq": 1, "occurred_at": local("2018-03-05", "09:00:00")},
    )


def test_steps_are_measured_against_their_limits() -> None:
    (one,) = figures.steps(Asked(CITY, SINCE))
    assert (one.item_name, one.step, one.limit, one.number) == ("食品经营许可", "S1", 2, 4)
    assert (one.median, one.most, one.over, one.share_over) == (1.0, 3, 1, 25)
    assert one.p90 == pytest.approx(2.4)
    (county,) = figures.steps(Asked(Reach(("410122",)), SINCE))
    assert (county.number, county.most) == (1, 9)
    assert figures.steps(Asked(CITY, SINCE, person="a:7")) == figures.steps(Asked(CITY, SINCE, item="i2")) == []
    assert figures.steps(Asked(Reach(("410100",), "410100/gaj"), SINCE)) == figures.steps(Asked(Reach(), SINCE)) == []
    assert figures.steps(Asked(CITY, SINCE, department=HOUSE)) == [one]


def test_cases_are_measured_from_acceptance_to_decision() -> None:
    (one,) = figures.cases(Asked(CITY, SINCE))
    assert (one.number, one.median, one.most, one.limit, one.over) == (3, 3.0, 4, 3, 1)
    (mine,) = figures.cases(Asked(CITY, SINCE, person="a:3"))
    assert (mine.number, mine.over, mine.share_over) == (1, 0, 0)


def test_a_day_on_which_a_licences_end_decided_at_midnight_was_not_used() -> None:
    case = {"division": "410100", "item": "i2", "submitted_on": "2018-03-01", "accepted_on": "2018-03-05"}
    put_cases(silent={**case, "decided_on": "2018-03-09"}, unnamed={**case, "decided_on": "2018-03-09"})
    put_rows(contract.EVENTS, silent={"seq": 9, "kind": "decided", "person": "system"})
    (one,) = figures.cases(Asked(CITY, SINCE, item="i2"))
    assert (one.number, one.median, one.most, one.over) == (2, 3.5, 4, 1)


def test_acts_fall_on_hours_of_the_citys_week() -> None:
    found = figures.hours(Asked(CITY, SINCE))
    assert found.counts == {(1, 9): 1, (1, 23): 1, (1, 10): 1, (6, 5): 1} and found.total == 4
    assert (found.rest, found.between(22, 6), found.between(9, 11)) == (1, 2, 2)
    assert figures.hours(Asked(CITY, SINCE, person="a:3")).counts == {(1, 10): 1}
    assert figures.hours(Asked(CITY, SINCE, department="410100/gaj")).total == 0
    assert figures.hours(Asked(Reach(("410100",), HOUSE), SINCE)).total == 4


def test_what_an_officer_did_is_counted() -> None:
    put_steps(
        d={"step": "S2", "opened_on": "2018-03-06", "concluded_on": None, "assigned_to": "a:2", "department": HOUSE}
    )
    with at_most(2):
        found = figures.officers(["a:2", "a:3", "a:8"], SINCE, "410100")
    reviewer, head, nobody = (found[person] for person in ("a:2", "a:3", "a:8"))
    assert (reviewer.acts, reviewer.concluded, reviewer.at_hand, head.acts, head.decided) == (3, 4, 1, 1, 1)
    assert (nobody.acts, nobody.median) == (0, None)


def test_each_takes_a_statement_or_two() -> None:
    for ask, most in ((figures.steps, 1), (figures.cases, 1), (figures.hours, 2)):
        with at_most(most):
            ask(Asked(CITY, SINCE))


def test_few_cases_and_many_are_counted_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    def counted() -> list[object]:
        return [figures.hours(Asked(CITY, SINCE)), figures.officers(["a:2", "a:3"], SINCE, "410100")]

    few = counted()
    monkeypatch.setattr(figures, "FEW", 0)
    assert counted() == few
