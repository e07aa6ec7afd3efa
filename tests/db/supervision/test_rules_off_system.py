"""The rules on what happened outside (R-O02 … R-O04): what they find, what just misses, what only looks wrong.

Working days are counted out by hand: Wednesday 14 February 2018 is the last one before the Spring Festival, Thursday
the 22nd the first one after it.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.db.supervision.judged import REVIEWER, found, hits, local, put_cases, put_rows, put_standard, put_steps, said
from tests.db.supervision.tables import put, put_calendar
from yichuang.supervision import contract

pytestmark = [pytest.mark.django_db, pytest.mark.breach]

DAY = "2018-03-12"


# --- R-O02 --------------------------------------------------------------------------------------------------------


@pytest.fixture
def calendar(db: None) -> None:
    put_calendar()


@pytest.mark.clause("4.1c.4")
def test_an_act_is_recorded_within_a_working_day_of_its_happening(calendar: None) -> None:
    put_standard()
    put_cases(
        at_once={}, next_working_day={}, day_after_that={}, on_a_saturday={}, on_a_saturday_and_late={}, by_time={},
        migrated={"source": "migrated"}, two_acts={},
    )  # fmt: skip
    act = {
        "seq": 5, "source": "door", "person": "a:2", "occurred_on": "2018-02-14", "recorded_on": "2018-02-14",
    }  # fmt: skip
    late = {**act, "recorded_on": "2018-02-23"}
    saturday = {**act, "occurred_on": "2018-03-17"}
    put_rows(
        contract.EVENTS,
        at_once=act,
        next_working_day={**act, "recorded_on": "2018-02-22"},  # eight days, one of them working
        day_after_that=late,
        on_a_saturday={**saturday, "recorded_on": "2018-03-19"},
        on_a_saturday_and_late={**saturday, "recorded_on": "2018-03-20"},
        by_time={**late, "person": "system"},
        migrated={**late, "source": "migrated"},
        two_acts=[late, {**late, "seq": 6, "recorded_on": "2018-02-24"}],
    )
    assert said(found("R-O02"), "measured", "allowed", "person", "seq", "day", "level") == {
        ("day_after_that", "late/5"): (2, 1, "a:2", 5, "2018-02-23", "red"),
        ("on_a_saturday_and_late", "late/5"): (2, 1, "a:2", 5, "2018-03-20", "red"),
        ("two_acts", "late/5"): (2, 1, "a:2", 5, "2018-02-23", "red"),
        ("two_acts", "late/6"): (3, 1, "a:2", 6, "2018-02-24", "red"),
    }
    assert hits("R-O02", workdays=2) == {("two_acts", "late/6")}
    assert ("next_working_day", "late/5") in hits("R-O02", workdays=0)


def review(opened: str, concluded: str, seq: int = 5, **values: Any) -> dict[str, Any]:
    """A step by the times of one day."""
    moments = {"opened_at": local(DAY, opened), "concluded_at": local(DAY, concluded), "concluded_on": DAY}
    return {"opened_seq": 4, "concluded_seq": seq, "concluded_by": "a:2", **moments, **values}


@pytest.mark.clause("4.1c.4")
def test_the_steps_of_a_case_are_not_all_gone_through_in_ten_minutes() -> None:
    """What is done at once by law, what was taken over, and what has one step only is not entered afterwards."""
    put_standard()
    decided = {"decided_on": DAY, "decided_by": "a:7"}
    first = review("09:30:00", "09:33:00")
    second = review("09:33:00", "09:39:59", seq=7, step="S2")
    put_cases(
        entered=decided, ten_minutes=decided, opened_earlier=decided, one_step=decided, one_step_redone=decided,
        at_once={**decided, "instant": True}, migrated={**decided, "source": "migrated"}, undecided={},
        answered_by_time=decided, by_two=decided,
    )  # fmt: skip
    both = [first, second]
    put_steps(
        entered=both,
        ten_minutes=[first, review("09:33:00", "09:40:00", seq=7, step="S2")],
        opened_earlier=[review("09:00:00", "09:33:00"), second],
        one_step=first,
        one_step_redone=[first, {**second, "step": "S1", "round": 2}],
        at_once=both,
        migrated=both,
        undecided=both,
        answered_by_time=[first, {**second, "concluded_by": "system"}],
        by_two=[first, {**second, "concluded_by": "a:3"}],
    )
    assert said(found("R-O02"), "measured", "allowed", "person", "seq", "other", "day", "level") == {
        ("entered", "bulk"): (599, 600, "a:2", 7, 5, DAY, "red"),
        ("by_two", "bulk"): (599, 600, "", 7, 5, DAY, "red"),  # neither entered all of it
    }
    assert hits("R-O02", minutes=9) == set()
    assert hits("R-O02", minutes=11) == {("entered", "bulk"), ("ten_minutes", "bulk"), ("by_two", "bulk")}


@pytest.mark.clause("4.1c.4")
def test_no_step_is_entered_after_the_decision() -> None:
    put_standard()
    put_cases(before={}, after={}, after_by_time={}, undecided={}, left_open={})
    decided = {"seq": 7, "kind": "decided", "source": "door", "person": "a:7"}
    done = {"opened_seq": 4, "concluded_seq": 6, "concluded_by": "a:2", "concluded_on": DAY}
    late = {**done, "concluded_seq": 8}
    put_steps(
        before=done,
        after=[done, {**late, "step": "S2"}],
        after_by_time={**late, "concluded_by": "system"},
        undecided=late,
        left_open={"opened_seq": 4},  # another step failed, and that ended the review
    )
    put_rows(contract.EVENTS, before=decided, after=decided, after_by_time=decided, left_open=decided)
    assert said(found("R-O02"), "person", "seq", "other", "day", "level") == {
        ("after", "after/S2/1"): ("a:2", 8, 7, DAY, "red"),
    }


# --- R-O03 --------------------------------------------------------------------------------------------------------


@pytest.mark.clause("4.1c.5")
@pytest.mark.parametrize("kind", ["accepted", "decided"])
def test_the_date_of_acceptance_and_of_decision_is_the_day_it_was_recorded(kind: str) -> None:
    put_standard()
    case = {f"{kind}_on": DAY}
    put_cases(
        same=case, a_day_later=case, a_day_before=case, migrated={**case, "source": "migrated"}, by_time=case,
        not_recorded=case, other_act=case,
    )  # fmt: skip
    act = {"seq": 5, "kind": kind, "source": "door", "person": "a:2", "recorded_on": DAY}
    later = {**act, "recorded_on": "2018-03-13"}
    put_rows(
        contract.EVENTS,
        same=act,
        a_day_later=later,
        a_day_before={**act, "recorded_on": "2018-03-11"},
        migrated={**later, "source": "migrated"},
        by_time={**later, "person": "system"},
        other_act=[act, {**later, "seq": 2, "kind": "received"}],  # a receipt carries the day of the application
    )
    assert said(found("R-O03"), "person", "seq", "day", "level") == {
        ("a_day_later", kind): ("a:2", 5, "2018-03-13", "red"),
        ("a_day_before", kind): ("a:2", 5, "2018-03-11", "red"),
    }


@pytest.mark.clause("4.1c.5")
def test_acceptance_by_silence_is_dated_back_by_law_itself() -> None:
    """许可法32条一款四项: from receipt, though time ran out and was recorded days later."""
    put_standard()
    put_cases(silent={"accepted_on": DAY, "silent": True}, backdated={"accepted_on": DAY})
    act = {"seq": 5, "kind": "accepted", "source": "door", "person": "a:2", "recorded_on": "2018-03-20"}
    put_rows(contract.EVENTS, silent=act, backdated=act)
    assert hits("R-O03") == {("backdated", "accepted")}


@pytest.mark.clause("4.1c.5")
def test_the_date_of_a_step_is_the_day_it_was_recorded() -> None:
    put_standard()
    put_cases(same={}, backdated={}, by_time={}, migrated={"source": "migrated"}, second_round={}, still_open={})
    done = {"opened_seq": 4, "concluded_seq": 6, "concluded_on": DAY, "concluded_by": "a:2"}
    again = {**done, "round": 2, "concluded_seq": 9}
    put_steps(
        same=done, backdated=done, by_time=done, migrated=done, second_round=[done, again],
        still_open={"opened_seq": 4},
    )  # fmt: skip
    act = {"seq": 6, "kind": "step_concluded", "source": "door", "person": "a:2", "recorded_on": DAY}
    later = {**act, "recorded_on": "2018-03-13"}
    put_rows(
        contract.EVENTS,
        same=act,
        backdated=later,
        by_time={**later, "person": "system"},
        migrated={**later, "source": "migrated"},
        second_round=[act, {**later, "seq": 9}],
        still_open={**later, "seq": 4, "kind": "step_opened"},
    )
    assert said(found("R-O03"), "person", "seq", "day", "level") == {
        ("backdated", "step/S1/1"): ("a:2", 6, "2018-03-13", "red"),
        ("second_round", "step/S1/2"): ("a:2", 9, "2018-03-13", "red"),
    }


# --- R-O04 --------------------------------------------------------------------------------------------------------


@pytest.mark.clause("4.1d.2")
@pytest.mark.parametrize("form", ["step", "special", "reported"])
def test_nobody_inspects_or_tests_before_acceptance(form: str) -> None:
    put_standard()
    accepted = {"received_on": "2018-03-09", "accepted_on": DAY}
    put_cases(
        same_day=accepted, a_day_before=accepted, never_accepted={"received_on": "2018-03-09"},
        refused_after={"received_on": "2018-03-09", "closed_on": "2018-03-14", "outcome": "not_accepted"},
        by_silence={**accepted, "accepted_on": "2018-03-09", "silent": True}, undated=accepted,
    )  # fmt: skip
    survey = {"survey": "V1", "form": form, "kind": "survey", "started_on": DAY}
    put_rows(
        contract.SURVEYS,
        same_day=survey,
        a_day_before=[survey | {"survey": "V2"}, {**survey, "started_on": "2018-03-11"}],
        never_accepted=survey,
        refused_after=survey,
        by_silence={**survey, "started_on": "2018-03-09"},
        undated={**survey, "started_on": None},
    )
    assert said(found("R-O04"), "day", "level") == {
        ("a_day_before", "V1"): ("2018-03-11", "red"),
        ("never_accepted", "V1"): (DAY, "red"),
        ("refused_after", "V1"): (DAY, "red"),
    }


@pytest.mark.clause("4.1d.2")
def test_an_early_examination_is_laid_to_whose_it_is() -> None:
    put_standard()
    accepted = {"received_on": "2018-03-09", "accepted_on": DAY}
    put_cases(theirs=accepted, a_step=accepted, a_special=accepted, unknown=accepted)
    put(contract.SYSTEMS, {"system": "old", "department": "410100/gaj", "connected_on": "2018-01-01"})
    put(contract.POSTS, {"post": REVIEWER, "department": "410100/hbj", "kind": "reviewer"})
    early = {"survey": "V1", "form": "reported", "kind": "survey", "started_on": "2018-03-11"}
    put_rows(
        contract.SURVEYS,
        theirs={**early, "system": "old"},
        a_step={**early, "survey": "S1/1", "form": "step"},
        a_special={**early, "survey": "X1", "form": "special"},
        unknown={**early, "system": "other"},
    )
    put_steps(a_step={"department": "410100/zjj"})
    began = {"seq": 7, "kind": "special_started", "person": "a:2", "post": REVIEWER, "source": "door"}
    put_rows(contract.EVENTS, a_special=began)
    assert said(found("R-O04"), "department", "person", "seq") == {
        ("theirs", "V1"): ("410100/gaj", "", None),
        ("a_step", "S1/1"): ("410100/zjj", "", None),
        ("a_special", "X1"): ("410100/hbj", "a:2", 7),
        ("unknown", "V1"): ("", "", None),
    }


@pytest.mark.clause("4.1c.4")
@pytest.mark.clause("4.1c.5")
def test_the_rules_on_late_entry_need_no_supervision_point() -> None:
    """Whoever writes the standard cannot leave these out (郑政文〔2018〕46号 四（一）)."""
    put_cases(unwatched={"standard": "no points", "decided_on": DAY})
    put_steps(unwatched={"opened_seq": 4, "concluded_seq": 8, "concluded_by": "a:2", "concluded_on": DAY})
    act = {"seq": 7, "kind": "decided", "source": "door", "person": "a:7", "recorded_on": "2018-03-13"}
    put_rows(contract.EVENTS, unwatched=act)
    put_rows(contract.SURVEYS, unwatched={"survey": "V1", "started_on": "2018-03-09"})
    assert hits("R-O02") == {("unwatched", "after/S1/1")}
    assert hits("R-O03") == {("unwatched", "decided")}
    assert hits("R-O04") == set()
