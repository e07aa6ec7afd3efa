"""The rules on time (R-T01 … R-T10): what they find, what is a day short of it, and what only looks late.

Last days are counted out by hand from the calendar of 2018. From Friday 9 February the working days are 11 (a Sunday
worked for the holiday), 12, 13, 14 February, then 22 (the fifth), 23, 24 (a Saturday worked), 26, 27, 28 (the tenth)
February and so on to 14 March (the twentieth) and 28 March (the thirtieth); today, 20 April, is the forty-sixth.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.db.supervision.judged import (
    HEAD,
    HOUSE,
    REVIEWER,
    STANDARD,
    found,
    hits,
    limit,
    put_cases,
    put_rows,
    put_standard,
    put_steps,
    said,
)
from tests.db.supervision.tables import put, put_calendar
from yichuang.supervision import contract

pytestmark = [pytest.mark.django_db, pytest.mark.breach, pytest.mark.clause("4.1b.2")]

TODAY = "2018-04-20"


@pytest.fixture(autouse=True)
def today(city: Any) -> None:
    city.at(f"{TODAY} 10:00")
    put_calendar()


# --- R-T01 --------------------------------------------------------------------------------------------------------


def test_an_applicant_is_told_of_acceptance_within_five_working_days() -> None:
    put_standard(**limit("accept_within", 5))
    put_cases(
        in_time={"received_on": "2018-02-09", "accepted_on": "2018-02-22"},  # 13 days, 5 of them working
        a_day_late={"received_on": "2018-02-09", "accepted_on": "2018-02-23"},
        never={"received_on": "2018-02-09"},
        withdrawn_in_time={"received_on": "2018-02-09", "closed_on": "2018-02-22", "outcome": "withdrawn"},
        refused_late={"received_on": "2018-02-09", "closed_on": "2018-02-23", "outcome": "not_accepted"},
        unreceived={"submitted_on": "2018-04-12"},  # five working days end on 19 April
        unreceived_still_in_time={"submitted_on": "2018-04-13"},
    )
    assert said(found("R-T01"), "day", "measured", "allowed", "level") == {
        ("a_day_late", "accept"): ("2018-02-22", 1, 5, "red"),
        ("never", "accept"): ("2018-02-22", 41, 5, "red"),
        ("refused_late", "accept"): ("2018-02-22", 1, 5, "red"),
        ("unreceived", "accept"): ("2018-04-19", 1, 5, "red"),
    }


def test_a_correction_asked_in_time_starts_the_five_days_anew_when_it_is_complete() -> None:
    """Completed on 30 March: 2, 3, 4 April, then 8 (a Sunday worked) and 9 April."""
    put_standard(**limit("accept_within", 5))
    corrected = {"received_on": "2018-02-09", "corrected_on": "2018-03-30"}
    put_cases(
        in_time={**corrected, "accepted_on": "2018-04-09"},
        a_day_late={**corrected, "accepted_on": "2018-04-10"},
        asked_late={**corrected, "accepted_on": "2018-04-02"},
        waiting_for_papers={"received_on": "2018-02-09"},
        asked_again={"received_on": "2018-02-09"},
    )
    in_time = {"seq": 3, "kind": "correction_asked", "issued_on": "2018-02-22"}
    put_rows(
        contract.NOTICES,
        in_time=in_time,
        a_day_late=in_time,
        waiting_for_papers=in_time,
        asked_again=[in_time, {**in_time, "seq": 6, "issued_on": "2018-03-12"}],
        asked_late={**in_time, "issued_on": "2018-02-23"},
    )
    assert said(found("R-T01"), "day", "measured") == {
        ("a_day_late", "again"): ("2018-04-09", 1),
        ("asked_late", "accept"): ("2018-02-22", 1),
    }


def test_acceptance_by_silence_is_itself_the_breach_and_lasts_until_the_case_was_answered() -> None:
    """许可法32条一款四项: the case counts as accepted from receipt, and nobody told the applicant."""
    put_standard(**limit("accept_within", 5))
    silent = {"received_on": "2018-02-09", "accepted_on": "2018-02-09", "silent": True}
    put_cases(
        decided={**silent, "decided_on": "2018-02-28", "closed_on": "2018-03-02"},
        withdrawn={**silent, "closed_on": "2018-02-26", "outcome": "withdrawn"},
        running=silent,
    )
    assert said(found("R-T01"), "measured") == {
        ("decided", "silent"): (5,),
        ("withdrawn", "silent"): (3,),
        ("running", "silent"): (41,),
    }


def put_hall() -> None:
    """The windows of the city and of a county; the department has none."""
    for post in ("410100/zwb/window/1", "410122/zwb/window/1", HEAD):
        division, department, kind, _ = post.split("/")
        put(
            contract.POSTS, {"post": post, "division": division, "department": f"{division}/{department}", "kind": kind}
        )


def test_acceptance_is_the_windows_and_nobody_at_the_department_is_accused_of_it() -> None:
    """许可法32条: the window receives and accepts. A log that knows no windows names its department."""
    put_hall()
    put_standard(**limit("accept_within", 5))
    late = {"received_on": "2018-02-09", "accepted_on": "2018-02-23", "division": "410100"}
    put_cases(
        received={**late, "received_post": "410122/zwb/window/1"},
        unreceived={"submitted_on": "2018-04-12", "division": "410100"},
        foreign={**late, "division": "999999"},
    )
    assert said(found("R-T01"), "department", "person") == {
        ("received", "accept"): ("410122/zwb", ""),
        ("unreceived", "accept"): ("410100/zwb", ""),
        ("foreign", "accept"): ("", ""),
    }


def test_who_decides_is_not_accused_of_what_another_department_held_up() -> None:
    """The last promised day is 28 February. Silence of another department that ended before it excuses nobody, and a
    department inside its own limit is accused of nothing.
    """
    put_licence()
    names = ("own", "other", "inside", "answered", "opened_later", "sent_back", "both")
    put_cases(**{key: {"accepted_on": "2018-02-09", "decided_on": "2018-03-01"} for key in names})
    waits = {"step": "S2", "kind": "opinion", "opened_on": "2018-02-12", "opened_seq": 5, "assigned_to": "a:6"}
    waits |= limit("limit", 3)
    theirs = {**waits, "department": "410100/gaj"}
    put_steps(
        own=waits,
        other={**theirs, "concluded_on": "2018-03-01", "concluded_seq": 7},
        inside={**theirs, **limit("limit", 10), "concluded_on": "2018-03-01", "concluded_seq": 7},
        answered={**theirs, "concluded_on": "2018-02-28", "concluded_seq": 7},
        opened_later={**theirs, "opened_on": "2018-03-01"},
        sent_back={**theirs, "sent_back_by": "S3"},
        both=[theirs, {**waits, "step": "S3", "opened_seq": 6}],  # who decides had a step of its own to do
    )
    assert said(found("R-T02"), "department", "person") == {
        ("own", "promised"): (HOUSE, ""),
        ("other", "promised"): ("410100/gaj", "a:6"),
        ("inside", "promised"): (HOUSE, ""),
        ("answered", "promised"): (HOUSE, ""),
        ("opened_later", "promised"): (HOUSE, ""),
        ("sent_back", "promised"): (HOUSE, ""),
        ("both", "promised"): (HOUSE, ""),
    }


# --- R-T02 and R-T03 ----------------------------------------------------------------------------------------------


def put_licence(key: str = STANDARD, **values: Any) -> None:
    """Twenty working days by law, ten promised, and ten more where the head extends."""
    put_standard(
        key, **{**limit("promised", 10), **limit("statutory", 20), **limit("extension", 10), **values}
    )  # fmt: skip


def test_promise_and_law_are_two_limits_and_each_has_its_last_day() -> None:
    put_licence()
    accepted = {"accepted_on": "2018-02-09"}
    put_cases(
        kept={**accepted, "decided_on": "2018-02-28"},
        promise_broken={**accepted, "decided_on": "2018-03-01"},
        lawful={**accepted, "decided_on": "2018-03-14"},
        unlawful={**accepted, "decided_on": "2018-03-15"},
        undecided=accepted,
        withdrawn={**accepted, "closed_on": "2018-02-28", "outcome": "withdrawn"},
        never_accepted={"received_on": "2018-02-09"},
    )
    assert said(found("R-T02"), "day", "measured", "allowed", "level") == {
        ("promise_broken", "promised"): ("2018-02-28", 1, 10, "yellow"),
        ("lawful", "promised"): ("2018-02-28", 10, 10, "yellow"),
        ("unlawful", "promised"): ("2018-02-28", 11, 10, "yellow"),
        ("undecided", "promised"): ("2018-02-28", 36, 10, "yellow"),
    }
    assert said(found("R-T03"), "day", "measured", "allowed", "level") == {
        ("unlawful", "statutory"): ("2018-03-14", 1, 20, "red"),
        ("undecided", "statutory"): ("2018-03-14", 26, 20, "red"),
    }


def test_an_extension_and_a_special_procedure_move_both_limits() -> None:
    put_licence()
    accepted = {"accepted_on": "2018-02-09"}
    extended = {**accepted, "extension": 10, "extended_on": "2018-03-14"}
    put_cases(
        extended={**extended, "decided_on": "2018-03-28"},
        extended_and_late={**extended, "decided_on": "2018-03-29"},
        tested={**accepted, "decided_on": "2018-03-27"},
        tested_and_late={**accepted, "decided_on": "2018-03-28"},
        tested_twice={**accepted, "decided_on": "2018-03-29"},
        tested_and_extended={**extended, "decided_on": "2018-04-11"},
        being_tested=accepted,
        tested_when_it_was_over={**accepted, "decided_on": "2018-03-20"},
    )
    test = {"survey": "X1", "form": "special", "stops": True, "started_on": "2018-02-13", "ended_on": "2018-03-02"}
    again = {**test, "survey": "X2", "started_on": "2018-02-27", "ended_on": "2018-03-06"}
    put_rows(
        contract.SURVEYS,
        tested=test,
        tested_and_late=test,
        tested_twice=[test, again],
        tested_and_extended=test,
        being_tested={**test, "ended_on": None},
        tested_when_it_was_over={**test, "started_on": "2018-03-15", "ended_on": "2018-03-20"},
    )
    assert said(found("R-T03"), "day", "measured", "allowed") == {
        ("extended_and_late", "statutory"): ("2018-03-28", 1, 30),
        ("tested_and_late", "statutory"): ("2018-03-27", 1, 20),
        ("tested_when_it_was_over", "statutory"): ("2018-03-14", 4, 20),
    }
    # the ten days of the promise: three used by 13 February, the other seven from 5 to 13 March
    assert said(found("R-T02"), "day", "allowed") == {
        ("extended", "promised"): ("2018-03-14", 20),
        ("extended_and_late", "promised"): ("2018-03-14", 20),
        ("tested", "promised"): ("2018-03-13", 10),
        ("tested_and_late", "promised"): ("2018-03-13", 10),
        ("tested_twice", "promised"): ("2018-03-15", 10),
        ("tested_and_extended", "promised"): ("2018-03-27", 20),
        ("tested_when_it_was_over", "promised"): ("2018-02-28", 10),
    }


def test_limits_in_days_months_and_on_the_spot_end_as_the_civil_code_says() -> None:
    """民法典202、203条. The fifteenth day, 16 February, is New Year's Day of the old calendar: next is the 22nd."""
    put_licence("days", **limit("statutory", 15, "day"))
    put_licence("month", **limit("statutory", 1, "month"))
    put_licence("at_once", **limit("promised", 0, "immediate"), instant=True)
    days = {"standard": "days", "accepted_on": "2018-02-01"}
    month = {"standard": "month", "accepted_on": "2018-01-31"}
    at_once = {"standard": "at_once", "accepted_on": "2018-02-09", "instant": True}
    put_cases(
        after_the_holiday={**days, "decided_on": "2018-02-22"},
        a_day_after_that={**days, "decided_on": "2018-02-23"},
        last_of_february={**month, "decided_on": "2018-02-28"},
        first_of_march={**month, "decided_on": "2018-03-01"},
        at_the_counter={**at_once, "decided_on": "2018-02-09"},
        next_working_day={**at_once, "decided_on": "2018-02-11"},
    )
    assert said(found("R-T03"), "day", "measured") == {
        ("a_day_after_that", "statutory"): ("2018-02-22", 1),
        ("first_of_march", "statutory"): ("2018-02-28", 1),
    }
    late = said(found("R-T02"), "day", "measured")
    assert late[("next_working_day", "promised")] == ("2018-02-09", 1)
    assert ("at_the_counter", "promised") not in late


def test_the_law_counts_from_the_application_where_the_item_says_so() -> None:
    """Received on Friday and accepted on Monday, the second working day."""
    put_licence()
    put_licence("apply", statutory_from="apply")
    case = {"received_on": "2018-02-09", "accepted_on": "2018-02-12"}
    put_cases(
        from_application={**case, "standard": "apply", "decided_on": "2018-03-15"},
        from_acceptance={**case, "decided_on": "2018-03-16"},
        from_application_in_time={**case, "standard": "apply", "decided_on": "2018-03-14"},
        from_what_was_missing={
            **case,
            "standard": "apply",
            "corrected_on": "2018-02-12",
            "decided_on": "2018-03-16",
        },
        late_from_what_was_missing={
            **case,
            "standard": "apply",
            "corrected_on": "2018-02-12",
            "decided_on": "2018-03-19",
        },
        from_acceptance_late={**case, "decided_on": "2018-03-19"},
    )
    assert said(found("R-T03"), "day", "measured") == {
        ("from_application", "statutory"): ("2018-03-14", 1),
        ("late_from_what_was_missing", "statutory"): ("2018-03-16", 1),
        ("from_acceptance_late", "statutory"): ("2018-03-16", 1),
    }


def test_days_granted_in_the_unit_of_the_law_do_not_lengthen_a_promise_in_another() -> None:
    """Ten days from 1 March end on Sunday the 11th, so on the 12th, whatever was extended."""
    put_licence(**limit("promised", 10, "day"))
    extended = {"accepted_on": "2018-03-01", "extension": 10, "extended_on": "2018-03-09"}
    put_cases(kept={**extended, "decided_on": "2018-03-12"}, broken={**extended, "decided_on": "2018-03-13"})
    assert said(found("R-T02"), "day", "measured", "allowed") == {("broken", "promised"): ("2018-03-12", 1, 10)}


def test_a_limit_that_ends_in_a_year_without_published_holidays_is_not_judged(city: Any) -> None:
    city.at("2027-03-01 10:00")
    put_licence()
    put_cases(known={"accepted_on": "2026-11-02"}, unknown={"accepted_on": "2026-12-28"})
    assert hits("R-T03") == {("known", "statutory")}


def test_a_case_that_ended_with_its_item_at_midnight_used_no_day_of_that_date() -> None:
    """The last days: the promise's is 28 February, the law's Wednesday 14 March, acceptance's 22 February. A day later
    all are late by one.
    """
    put_licence(**limit("accept_within", 5))
    ended = {"accepted_on": "2018-02-09", "outcome": "item_ended"}
    waiting = {"received_on": "2018-02-09", "outcome": "item_ended"}
    silent = {"received_on": "2018-02-09", "accepted_on": "2018-02-09", "silent": True, "outcome": "item_ended"}
    put_cases(
        promise={**ended, "closed_on": "2018-03-01"},
        promise_a_day_late={**ended, "closed_on": "2018-03-02"},
        law={**ended, "closed_on": "2018-03-15"},
        law_a_day_late={**ended, "closed_on": "2018-03-16"},
        waiting={**waiting, "closed_on": "2018-02-23"},
        waiting_a_day_late={**waiting, "closed_on": "2018-02-24"},
        silent={**silent, "closed_on": "2018-02-23"},  # nobody was told in time, and law accepted it at that midnight
    )
    assert said(found("R-T01"), "measured") == {("waiting_a_day_late", "accept"): (1,), ("silent", "silent"): (1,)}
    assert said(found("R-T02"), "measured") == {
        ("promise_a_day_late", "promised"): (1,),
        ("law", "promised"): (10,),
        ("law_a_day_late", "promised"): (11,),
    }
    assert said(found("R-T03"), "measured") == {("law_a_day_late", "statutory"): (1,)}


def test_what_time_ends_at_midnight_ends_steps_and_special_procedures_the_day_before() -> None:
    """Both last days are Thursday 22 February; a licence's end decides alike."""
    put_standard()
    decided = {"decided_on": "2018-02-23", "granted": True}
    put_cases(
        left={"closed_on": "2018-02-23", "outcome": "item_ended"},
        left_later={"closed_on": "2018-02-24", "outcome": "item_ended"},
        lapsed=decided,
        lapsed_later={**decided, "decided_on": "2018-02-24"},
        decided=decided,
    )
    names = ("left", "left_later", "lapsed", "lapsed_later", "decided")
    step = {"opened_on": "2018-02-09", "opened_seq": 4, **limit("limit", 5), "assigned_to": "a:2"}
    put_steps(**dict.fromkeys(names, step))
    special = {"survey": "X1", "form": "special", "stops": False, "started_on": "2018-02-12", "until": "2018-02-22",
               "notice": "1"}  # fmt: skip
    put_rows(contract.SURVEYS, **dict.fromkeys(names, special))
    by_time = {"seq": 9, "kind": "decided", "person": "system", "source": "door"}
    put_rows(contract.EVENTS, lapsed=by_time, lapsed_later=by_time)
    late = ("left_later", "lapsed_later", "decided")
    assert said(found("R-T04"), "measured") == {(name, "S1/1"): (1,) for name in late}
    assert hits("R-T08") == {(name, "over/X1") for name in late}


# --- R-T04 --------------------------------------------------------------------------------------------------------


def test_a_step_has_a_limit_of_its_own() -> None:
    put_standard()
    open_on = {"opened_on": "2018-02-09", "opened_seq": 4, **limit("limit", 5), "assigned_to": "a:2"}
    done = {**open_on, "concluded_seq": 6, "concluded_by": "a:3"}
    put_cases(
        in_time={}, a_day_late={}, still_open={}, decided_meanwhile={"decided_on": "2018-02-22"},
        withdrawn_meanwhile={"closed_on": "2018-02-22"}, without_limit={}, tested={}, tested_late={},
    )  # fmt: skip
    put_steps(
        in_time={**done, "concluded_on": "2018-02-22"},
        a_day_late={**done, "concluded_on": "2018-02-23"},
        still_open=open_on,
        decided_meanwhile=open_on,
        withdrawn_meanwhile=open_on,
        without_limit={**open_on, "limit_unit": ""},
        tested={**done, "concluded_on": "2018-03-06"},
        tested_late={**done, "concluded_on": "2018-03-07"},
    )
    test = {"survey": "X1", "form": "special", "stops": True, "started_on": "2018-02-13", "ended_on": "2018-03-02"}
    put_rows(contract.SURVEYS, tested=test, tested_late=test)
    assert said(found("R-T04"), "day", "measured", "allowed", "person", "department", "seq", "other", "level") == {
        ("a_day_late", "S1/1"): ("2018-02-22", 1, 5, "a:3", HOUSE, 6, 4, "yellow"),
        ("still_open", "S1/1"): ("2018-02-22", 41, 5, "a:2", HOUSE, 4, 4, "yellow"),
        ("tested_late", "S1/1"): ("2018-03-06", 1, 5, "a:3", HOUSE, 6, 4, "yellow"),
    }


def test_a_step_that_was_sent_back_open_stopped_there_and_is_measured_anew_in_its_next_round() -> None:
    """S2 sends the case back to S1 instead of being concluded; its second round begins on 1 March, to the 8th."""
    put_standard()
    put_cases(in_time={}, sent_back_late={}, again_late={})
    first = {"step": "S2", "opened_on": "2018-02-09", "opened_seq": 6, "sent_back_by": "S2", **limit("limit", 5)}
    second = {**first, "round": 2, "opened_on": "2018-03-01", "opened_seq": 10, "sent_back_by": "", "concluded_seq": 12}
    second |= {"concluded_on": "2018-03-08"}
    put_steps(
        in_time=[first, second],
        sent_back_late=[first, second],
        again_late=[first, {**second, "concluded_on": "2018-03-09"}],
    )
    back = {"seq": 7, "kind": "sent_back", "step": "S2", "occurred_on": "2018-02-22"}
    put_rows(
        contract.EVENTS, in_time=back, sent_back_late={**back, "occurred_on": "2018-02-23"}, again_late=back
    )  # fmt: skip
    assert said(found("R-T04"), "day", "measured") == {
        ("sent_back_late", "S2/1"): ("2018-02-22", 1),
        ("again_late", "S2/2"): ("2018-03-08", 1),
    }


def test_a_step_that_time_has_ended_is_laid_to_nobody_but_its_officer() -> None:
    put_standard()
    put_cases(assigned={}, unassigned={})
    deemed = {"opened_on": "2018-02-09", **limit("limit", 5), "concluded_on": "2018-02-23", "concluded_by": "system"}
    put_steps(assigned={**deemed, "assigned_to": "a:5"}, unassigned=deemed)
    assert said(found("R-T04"), "person") == {("assigned", "S1/1"): ("a:5",), ("unassigned", "S1/1"): ("",)}


# --- R-T05 --------------------------------------------------------------------------------------------------------

EXTENDED = {
    "seq": 8, "kind": "extended", "issued_on": "2018-03-14", "issued_by": "a:7", "post": HEAD, "reasoned": True,
}  # fmt: skip


def test_an_extension_is_granted_once_by_the_head_with_reasons_in_time_and_no_longer_than_allowed() -> None:
    put_licence()
    put_licence("none", extension=None, extension_unit="")
    case = {"accepted_on": "2018-02-09", "extension": 10, "extended_on": "2018-03-14"}
    put_cases(
        lawful=case, twice=case, thrice=case, unreasoned=case, unsaid=case, by_reviewer=case,
        eleven_days={**case, "extension": 11}, not_extendable={**case, "standard": "none", "extension": 1},
        a_day_late=case, tested_and_in_time=case, all_wrong_twice=case,
    )  # fmt: skip
    second = {**EXTENDED, "seq": 9}
    wrong = {**EXTENDED, "issued_on": "2018-03-15", "post": REVIEWER, "reasoned": False}
    put_rows(
        contract.NOTICES,
        lawful=[EXTENDED, {**EXTENDED, "seq": 9, "kind": "special_started"}],
        twice=[EXTENDED, second],
        thrice=[EXTENDED, second, {**EXTENDED, "seq": 10}],
        unreasoned={**EXTENDED, "reasoned": False},
        unsaid={**EXTENDED, "reasoned": None},
        by_reviewer={**EXTENDED, "post": REVIEWER},
        eleven_days=EXTENDED,
        not_extendable=EXTENDED,
        a_day_late={**EXTENDED, "issued_on": "2018-03-15"},
        tested_and_in_time={**EXTENDED, "issued_on": "2018-03-27"},
        all_wrong_twice=[wrong, {**wrong, "seq": 9}],
    )
    test = {"survey": "X1", "form": "special", "stops": True, "started_on": "2018-02-13", "ended_on": "2018-03-02"}
    put_rows(contract.SURVEYS, tested_and_in_time=test)
    rows = found("R-T05")
    assert said(rows, "seq", "measured", "allowed", "person") == {
        ("twice", "twice"): (9, None, None, "a:7"),
        ("thrice", "twice"): (9, None, None, "a:7"),
        ("unreasoned", "reason"): (8, None, None, "a:7"),
        ("unsaid", "reason"): (8, None, None, "a:7"),
        ("by_reviewer", "post"): (8, None, None, "a:7"),
        ("eleven_days", "days"): (None, 11, 10, ""),
        ("not_extendable", "days"): (None, 1, 0, ""),
        ("a_day_late", "late"): (8, None, None, "a:7"),
        ("all_wrong_twice", "twice"): (9, None, None, "a:7"),
        ("all_wrong_twice", "reason"): (8, None, None, "a:7"),
        ("all_wrong_twice", "post"): (8, None, None, "a:7"),
        ("all_wrong_twice", "late"): (8, None, None, "a:7"),
    }
    assert {hit["level"] for hit in rows.values()} == {"red"}


# --- R-T06 --------------------------------------------------------------------------------------------------------


def test_what_was_granted_lies_ready_within_ten_working_days() -> None:
    put_standard(**limit("deliver_within", 10))
    decided = {"decided_on": "2018-02-09", "granted": True}
    put_cases(
        in_time={**decided, "delivered_on": "2018-02-28"},  # 19 days, 10 of them working
        a_day_late={**decided, "delivered_on": "2018-03-01"},
        undelivered=decided,
        closed_otherwise={**decided, "closed_on": "2018-02-28"},
        undecided={"accepted_on": "2018-02-09"},
    )
    assert said(found("R-T06"), "day", "measured", "allowed", "level") == {
        ("a_day_late", "deliver"): ("2018-02-28", 1, 10, "red"),
        ("undelivered", "deliver"): ("2018-02-28", 36, 10, "red"),
    }


def test_what_the_applicant_leaves_lying_is_no_late_delivery() -> None:
    put_standard(**limit("deliver_within", 10))
    decided = {"decided_on": "2018-02-09", "granted": True}
    put_cases(
        not_collected=decided,
        collected_late={**decided, "delivered_on": "2018-04-16"},
        made_late=decided,
        refused={**decided, "granted": False},
        cancelled={**decided, "situation": "cancel"},
        unpaid=decided,
        paid_and_not_made=decided,
    )
    put_rows(
        contract.CERTIFICATES,
        not_collected={"number": "1", "made_on": "2018-02-12"},
        collected_late={"number": "2", "made_on": "2018-02-28"},
        made_late={"number": "3", "made_on": "2018-03-01"},
    )
    put_rows(
        contract.FEES,
        unpaid={"fee": "F1", "charged_on": "2018-02-12"},
        paid_and_not_made={"fee": "F1", "charged_on": "2018-02-12", "paid_on": "2018-04-10"},
    )
    # two days were used before the payment was asked for; the eight after it came have not run out
    assert said(found("R-T06"), "day", "measured", "level") == {("made_late", "deliver"): ("2018-02-28", 1, "red")}


def test_delivery_is_the_windows() -> None:
    put_hall()
    put_standard(**limit("deliver_within", 10))
    put_cases(undelivered={"decided_on": "2018-02-09", "division": "410100"})
    assert said(found("R-T06"), "department", "person") == {("undelivered", "deliver"): ("410100/zwb", "")}


# --- R-T08 --------------------------------------------------------------------------------------------------------


def test_a_special_procedure_is_of_a_lawful_kind_notified_and_ended_when_it_was_said() -> None:
    put_standard()
    closed = {"closed_on": "2018-03-20"}
    put_cases(
        lawful={}, running_to_today={}, over_by_a_day={}, over_since_yesterday={}, not_notified={}, other_kind={},
        other_kind_that_counts={}, a_step={}, withdrawn_meanwhile={**closed, "outcome": "withdrawn"},
        withdrawn_when_over={**closed, "outcome": "withdrawn"}, said_a_saturday={}, over_a_saturday={},
    )  # fmt: skip
    test = {
        "survey": "X1", "form": "special", "kind": "testing", "stops": True, "listed": True, "notice": "告1",
        "started_on": "2018-03-12", "until": "2018-03-30", "ended_on": "2018-03-30",
    }  # fmt: skip
    running = {**test, "ended_on": None}
    put_rows(
        contract.SURVEYS,
        lawful=test,
        running_to_today={**running, "until": TODAY},
        over_by_a_day={**test, "ended_on": "2018-03-31"},
        over_since_yesterday={**running, "until": "2018-04-19"},
        not_notified={**test, "notice": "", "until": None},
        other_kind={**test, "kind": "review", "listed": False},
        other_kind_that_counts={**test, "kind": "review", "listed": False, "stops": False},
        a_step={**test, "form": "step", "notice": "", "ended_on": "2018-04-02", "listed": False},
        withdrawn_meanwhile=running,
        withdrawn_when_over={**running, "until": "2018-03-19"},
        said_a_saturday={**test, "until": "2018-03-17", "ended_on": "2018-03-19"},
        over_a_saturday={**test, "until": "2018-03-17", "ended_on": "2018-03-20"},
    )
    assert said(found("R-T08"), "day", "level") == {
        ("over_by_a_day", "over/X1"): ("2018-03-30", "yellow"),
        ("over_since_yesterday", "over/X1"): ("2018-04-19", "yellow"),
        ("not_notified", "notice/X1"): ("2018-03-12", "yellow"),
        ("other_kind", "kind/X1"): ("2018-03-12", "yellow"),
        ("withdrawn_when_over", "over/X1"): ("2018-03-19", "yellow"),
        ("over_a_saturday", "over/X1"): ("2018-03-19", "yellow"),
    }


def test_an_outage_excuses_a_special_procedure_that_was_ended_on_the_next_working_day() -> None:
    put_standard()
    put_cases(made_up_for={}, later={})
    put(contract.OUTAGES, {"outage": "1", "first_day": "2018-03-19", "last_day": "2018-03-19"})
    test = {"survey": "X1", "form": "special", "kind": "testing", "stops": True, "listed": True, "notice": "告1",
            "started_on": "2018-03-12", "until": "2018-03-19"}  # fmt: skip
    put_rows(
        contract.SURVEYS,
        made_up_for={**test, "ended_on": "2018-03-20"},
        later={**test, "ended_on": "2018-03-21"},
    )
    assert hits("R-T08") == {("later", "over/X1")}


def test_a_special_procedure_is_laid_to_who_began_it_and_its_end_to_their_department() -> None:
    put_standard()
    put_cases(silent={}, over={}, second={})
    put(contract.POSTS, {"post": REVIEWER, "department": "410100/hbj", "kind": "reviewer"})
    test = {"survey": "X1", "form": "special", "kind": "testing", "stops": True, "listed": True, "notice": "告1",
            "started_on": "2018-03-12", "until": "2018-03-30", "ended_on": "2018-03-30"}  # fmt: skip
    began = {"seq": 7, "kind": "special_started", "person": "a:2", "post": REVIEWER, "source": "door"}
    put_rows(
        contract.SURVEYS,
        silent={**test, "notice": "", "until": None},
        over={**test, "ended_on": "2018-04-02"},
        second=[test, {**test, "survey": "X2", "ended_on": "2018-04-02"}],
    )
    put_rows(contract.EVENTS, silent=began, over=began, second=[began, {**began, "seq": 9, "person": "a:3"}])
    assert said(found("R-T08"), "department", "person", "seq") == {
        ("silent", "notice/X1"): ("410100/hbj", "a:2", 7),
        ("over", "over/X1"): ("410100/hbj", "", 7),
        ("second", "over/X2"): ("410100/hbj", "", 9),
    }


@pytest.mark.clause("4.1c.3")
def test_a_suspension_at_the_line_is_laid_to_who_began_it_and_told_on_a_line() -> None:
    from yichuang.supervision.computing import explain_finding
    from yichuang.supervision.models import Finding

    put_standard(**limit("promised", 5))
    put_cases(late={"accepted_on": "2018-03-12"}, early={"accepted_on": "2018-03-12"})
    put(contract.POSTS, {"post": REVIEWER, "department": "410100/hbj", "kind": "reviewer"})
    special = {"survey": "X1", "form": "special", "kind": "hearing", "stops": True, "started_on": "2018-03-16"}
    put_rows(contract.SURVEYS, late=special, early={**special, "started_on": "2018-03-14"})
    began = {"seq": 7, "kind": "special_started", "person": "a:2", "post": REVIEWER, "source": "door"}
    put_rows(contract.EVENTS, late=began, early=began)
    assert said(found("R-O10"), "department", "person", "seq", "measured", "allowed") == {
        ("late", "X1"): ("410100/hbj", "a:2", 7, 4, 5),
    }
    finding = Finding(rule="R-O10", case_id="late", at="X1", measured=4, allowed=5)
    assert str(explain_finding(finding)) == (
        "2018年3月12日受理（当日不计）；承诺时限5个工作日；2018年3月16日启动“听证”特别程序，是第4个工作日。"
    )


# --- R-T10 --------------------------------------------------------------------------------------------------------


def test_a_department_that_was_silent_is_named_and_one_that_answered_is_not() -> None:
    put_standard()
    put_cases(silent={}, agreed={}, disagreed={}, open={}, a_review={})
    step = {"kind": "opinion", "department": "410100/hbj", "concluded_seq": 9, "concluded_on": "2018-03-19"}
    deemed = {**step, "verdict": "deemed", "concluded_by": "system"}
    put_steps(
        silent=deemed,
        agreed={**step, "verdict": "agree"},
        disagreed={**step, "verdict": "disagree"},
        open={"kind": "opinion"},
        a_review={**deemed, "kind": "review"},
    )
    assert said(found("R-T10"), "department", "day", "seq", "person") == {
        ("silent", "S1/1"): ("410100/hbj", "2018-03-19", 9, ""),
    }
