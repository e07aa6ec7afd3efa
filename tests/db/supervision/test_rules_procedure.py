"""The rules on procedure (R-P01 … R-P11): what they find, what just misses, what only looks wrong."""

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
    local,
    put_cases,
    put_rows,
    put_standard,
    put_steps,
    said,
)
from tests.db.supervision.tables import put
from yichuang.supervision import contract

pytestmark = [pytest.mark.django_db, pytest.mark.breach]

WINDOW = "410100/zwb/window/1"
DAY = "2018-03-12"


@pytest.mark.clause("3.2g.1")
def test_a_case_is_judged_only_where_its_standard_sets_a_supervision_point_for_the_rule() -> None:
    put_standard("pointed")
    put(contract.POINTS, {"standard": "elsewhere", "point": "K1", "rule": "R-P05"})
    put(contract.POINTS, {"standard": "pointed", "point": "again", "rule": "R-P06"})
    put_cases(watched={"standard": "pointed"}, other_point={"standard": "elsewhere"}, no_point={"standard": "none"})
    asked = {"material": "M9", "demands": 1}
    put_rows(contract.MATERIALS, watched=asked, other_point=asked, no_point=asked)
    assert hits("R-P06") == {("watched", "M9")}


# --- R-P01 --------------------------------------------------------------------------------------------------------


def step(code: str, opened: int, concluded: int | None = None, **values: Any) -> dict[str, Any]:
    """A step by the entries that opened and concluded it."""
    return {"step": code, "opened_seq": opened, "concluded_seq": concluded, "opened_on": DAY, **values}


def put_two_steps(key: str = STANDARD) -> None:
    """First S1, then S2, and S3 only where the case needs it, between the two."""
    put_standard(
        key,
        steps=[{"step": "S1"}, {"step": "S2"}, {"step": "S3", "conditional": True}],
        order=[{"step": "S2", "after": "S1"}, {"step": "S3", "after": "S1"}, {"step": "S2", "after": "S3"}],
    )


@pytest.mark.clause("3.2f.2")
def test_a_step_begins_after_those_it_must_come_after() -> None:
    put_two_steps()
    put_cases(
        in_order={}, with_the_conditional={}, before_it_ended={}, reversed={}, never_ended={}, skipped_conditional={},
        one_entry_early={}, conditional_late={},
    )  # fmt: skip
    put_steps(
        in_order=[step("S1", 4, 5), step("S2", 6)],
        with_the_conditional=[step("S1", 4, 5), step("S3", 6, 7), step("S2", 8, 9)],
        before_it_ended=[step("S1", 4, 7), step("S2", 5, 8)],
        reversed=[step("S2", 4, 5), step("S1", 6, 7)],
        never_ended=[step("S1", 4), step("S2", 5, 6)],
        skipped_conditional=[step("S1", 4, 5), step("S2", 6, 7)],
        one_entry_early=[step("S1", 4, 6), step("S2", 5, 7)],
        conditional_late=[step("S1", 4, 5), step("S2", 6, 7), step("S3", 8, 9)],
    )
    assert said(found("R-P01"), "seq", "other", "level", "day") == {
        ("before_it_ended", "order/S2/1/S1"): (5, 7, "red", DAY),
        ("reversed", "order/S2/1/S1"): (4, 7, "red", DAY),
        ("never_ended", "order/S2/1/S1"): (5, None, "red", DAY),
        ("one_entry_early", "order/S2/1/S1"): (5, 6, "red", DAY),
        ("conditional_late", "order/S2/1/S3"): (6, 9, "red", DAY),
    }


@pytest.mark.clause("3.2f.2")
def test_a_step_sent_back_begins_again_after_the_earlier_one_was_redone() -> None:
    """S2 sends the case back to S1: its own round stays unfinished, and the second must await S1's second."""
    put_two_steps()
    put_cases(redone={}, not_awaited={}, never_redone={}, sent_back_from_the_decision={}, redone_twice={}, sent_on={})
    back: dict[str, Any] = {"sent_back_by": "S2"}
    first = [step("S1", 4, 5, **back), step("S2", 6, **back)]
    put_steps(
        redone=[*first, step("S1", 8, 9, round=2), step("S2", 10, 11, round=2)],
        not_awaited=[*first, step("S1", 8, 12, round=2), step("S2", 10, 14, round=2)],
        never_redone=[*first, step("S1", 8, round=2), step("S2", 10, 11, round=2)],
        sent_on=[step("S1", 4, sent_back_by="S1"), step("S1", 8, 9, round=2), step("S2", 10, 11)],
        sent_back_from_the_decision=[
            step("S1", 4, 5), step("S2", 6, 7), step("S1", 9, 10, round=2), step("S2", 11, 12, round=2),
        ],
        redone_twice=[
            *first, step("S1", 8, 9, round=2, **back), step("S2", 10, round=2, **back),
            step("S1", 12, 13, round=3), step("S2", 14, 15, round=3),
        ],
    )  # fmt: skip
    assert said(found("R-P01"), "seq", "other") == {
        ("not_awaited", "order/S2/2/S1"): (10, 12),
        ("never_redone", "order/S2/2/S1"): (10, None),
    }


@pytest.mark.clause("3.2f.2")
def test_a_grant_rests_on_every_step_that_all_cases_take_and_a_refusal_need_not() -> None:
    """A step that failed ends the review: the others need not be done for a refusal."""
    put_two_steps()
    granted = {"granted": True, "decided_on": DAY, "decided_by": "a:7"}
    put_cases(
        complete=granted, one_missing=granted, one_open=granted, all_missing=granted,
        refused={**granted, "granted": False}, undecided={},
    )  # fmt: skip
    put_steps(
        complete=[step("S1", 4, 5), step("S2", 6, 7)],
        one_missing=step("S1", 4, 5),
        one_open=[step("S1", 4, 5), step("S2", 6)],
        refused=step("S1", 4, 5, verdict="fail"),
        undecided=step("S1", 4, 5),
    )
    assert said(found("R-P01"), "person", "day") == {
        ("one_missing", "missing/S2"): ("a:7", DAY),
        ("one_open", "missing/S2"): ("a:7", DAY),
        ("all_missing", "missing/S1"): ("a:7", DAY),
        ("all_missing", "missing/S2"): ("a:7", DAY),
    }


# --- R-P02 --------------------------------------------------------------------------------------------------------


@pytest.mark.clause("4.1c.3")
def test_a_review_takes_a_minute_at_least() -> None:
    put_standard()
    put_cases(
        quick={},
        same_second={},
        backwards={},
        a_minute={},
        at_once={"instant": True},
        by_time={},
        a_survey={},
        still_open={},
        overnight={},
    )
    review = {"opened_seq": 4, "opened_at": local(DAY, "10:00:00"), "concluded_seq": 5, "concluded_by": "a:2"}
    quick = {**review, "concluded_at": local(DAY, "10:00:59"), "concluded_on": DAY}
    put_steps(
        quick=quick,
        same_second={**quick, "concluded_at": local(DAY, "10:00:00")},
        backwards={**quick, "concluded_at": local(DAY, "09:59:59")},  # clocks that disagree prove no haste
        a_minute={**quick, "concluded_at": local(DAY, "10:01:00")},
        at_once=quick,
        by_time={**quick, "concluded_by": "system"},
        a_survey={**quick, "kind": "survey"},
        still_open={**review, "concluded_seq": None},
        overnight={**quick, "concluded_at": local("2018-03-13", "10:00:30")},
    )
    assert said(found("R-P02"), "measured", "allowed", "person", "seq", "other", "day", "level") == {
        ("quick", "quick/S1/1"): (59, 60, "a:2", 5, 4, DAY, "red"),
        ("same_second", "quick/S1/1"): (0, 60, "a:2", 5, 4, DAY, "red"),
    }
    assert hits("R-P02", least_seconds=59) == {("same_second", "quick/S1/1")}
    assert ("a_minute", "quick/S1/1") in hits("R-P02", least_seconds=61)


@pytest.mark.clause("4.1c.3")
def test_two_officers_of_a_case_do_not_act_from_one_place() -> None:
    """One device or one session, which nobody is named for. Applicants and the program hold no post, and share what
    they like; clerks take turns at a window, and a stand-in sits at the desk of who is away.
    """
    put_standard()
    for post, person in ((WINDOW, "a:1"), (WINDOW, "a:9"), (REVIEWER, "a:2"), (HEAD, "a:7")):
        put(contract.HOLDERS, {"post": post, "person": person, "first_day": "2017-01-01"})
        department, kind, _ = post.rsplit("/", 2)
        put(contract.POSTS, {"post": post, "department": department, "kind": kind})
    put(contract.HOLDERS, {"post": HEAD, "person": "a:2", "first_day": "2017-01-01", "standing_in": "a:7"})
    put_cases(one_device={}, one_session={}, own_devices={}, same_person={}, applicant={}, unknown={}, three={})
    put_cases(both={}, by_turns={}, standing_in={}, again={})
    put_cases(elsewhere={}, program={})
    act = {"occurred_on": DAY, "person": "a:1", "post": WINDOW, "seq": 2, "device": "D1", "session": "s1"}
    reviewed = {**act, "person": "a:2", "post": REVIEWER, "seq": 5, "session": "s2"}
    put_rows(
        contract.EVENTS,
        one_device=[act, reviewed],
        one_session=[{**act, "device": ""}, {**reviewed, "device": "", "session": "s1"}],
        own_devices=[act, {**reviewed, "device": "D2"}],
        same_person=[act, {**act, "seq": 3}],
        applicant=[act, {**act, "person": "u:9", "post": "", "seq": 3}],
        unknown=[{**act, "device": "", "session": ""}, {**reviewed, "device": "", "session": ""}],
        three=[act, reviewed, {**act, "person": "a:7", "post": HEAD, "seq": 8, "session": "s3"}],
        both=[act, {**reviewed, "session": "s1"}],
        by_turns=[act, {**act, "person": "a:9", "seq": 3}],
        standing_in=[{**act, "post": HEAD, "person": "a:7"}, {**reviewed, "post": HEAD, "on_behalf_of": "a:7"}],
        again=[act, {**act, "seq": 3}, reviewed, {**reviewed, "seq": 6}],
        elsewhere=reviewed,  # on the clerk's device, in another case
        program=[act, {**act, "person": "system", "seq": 3}],
    )
    assert said(found("R-P02"), "person", "department", "measured", "seq", "other", "level") == {
        ("one_device", "device/5"): ("", HOUSE, 2, 5, 2, "red"),
        ("one_session", "session/5"): ("", HOUSE, 2, 5, 2, "red"),
        ("three", "device/5"): ("", HOUSE, 3, 5, 2, "red"),
        ("both", "device/5"): ("", HOUSE, 2, 5, 2, "red"),
        ("both", "session/5"): ("", HOUSE, 2, 5, 2, "red"),
        ("again", "device/5"): ("", HOUSE, 2, 5, 3, "red"),
    }


@pytest.mark.clause("4.1c.3")
def test_an_officer_acts_from_a_post_held_on_that_day_in_person_or_as_a_stand_in() -> None:
    put_standard()
    until = {"post": REVIEWER, "person": "a:2", "first_day": "2017-01-01", "last_day": "2018-03-12"}
    stand_in = {"post": HEAD, "person": "a:8", "standing_in": "a:7", "first_day": "2018-03-12", "last_day": DAY}
    put(contract.HOLDERS, until, stand_in, {"post": WINDOW, "person": "a:1", "first_day": "2018-03-12"})
    put_cases(
        last_day={}, day_after={}, first_day={}, day_before={}, standing_in={}, no_longer_standing_in={},
        others_post={}, applicant={}, program={},
    )  # fmt: skip
    act = {"occurred_on": DAY, "person": "a:2", "post": REVIEWER, "seq": 5}
    clerk = {**act, "person": "a:1", "post": WINDOW}
    deputy = {**act, "person": "a:8", "post": HEAD, "on_behalf_of": "a:7"}
    put_rows(
        contract.EVENTS,
        last_day=act,
        day_after={**act, "occurred_on": "2018-03-13"},
        first_day=clerk,
        day_before={**clerk, "occurred_on": "2018-03-11"},
        standing_in=deputy,
        no_longer_standing_in={**deputy, "occurred_on": "2018-03-13"},
        others_post={**act, "post": HEAD},
        applicant={**act, "person": "u:9", "post": ""},
        program={**act, "person": "system", "post": "sweep"},
    )
    assert said(found("R-P02"), "person", "day", "seq", "level") == {
        ("day_after", "post/5"): ("a:2", "2018-03-13", 5, "red"),
        ("day_before", "post/5"): ("a:1", "2018-03-11", 5, "red"),
        ("no_longer_standing_in", "post/5"): ("a:8", "2018-03-13", 5, "red"),
        ("others_post", "post/5"): ("a:2", DAY, 5, "red"),
    }


# --- R-P03 --------------------------------------------------------------------------------------------------------


@pytest.mark.clause("3.4c.1")
def test_who_took_in_a_case_neither_reviews_nor_decides_it() -> None:
    put_standard(reviewer_may_decide=True)
    taken = {"received_by": "a:1", "accepted_by": "a:9", "decided_on": DAY}
    put_cases(
        separate={**taken, "decided_by": "a:7"},
        receiver_reviews=taken,
        accepter_reviews=taken,
        both_review=taken,
        receiver_decides={**taken, "decided_by": "a:1"},
        accepted_by_silence={"received_by": "a:1", "silent": True, "decided_by": "a:7", "decided_on": DAY},
        same_clerk_twice={**taken, "accepted_by": "a:1", "decided_by": "a:1"},
        undecided=taken,
    )
    done = {"concluded_seq": 6, "concluded_on": DAY}
    put_steps(
        separate=done, receiver_reviews=done, accepter_reviews=done, both_review=done, accepted_by_silence=done
    )  # fmt: skip
    officer = {"step": "S1", "round": 1}
    put_rows(
        contract.STEP_OFFICERS,
        separate=[{**officer, "person": "a:2"}, {**officer, "person": "a:3"}],
        receiver_reviews={**officer, "person": "a:1"},
        accepter_reviews=[{**officer, "person": "a:2"}, {**officer, "person": "a:9"}],
        both_review=[{**officer, "person": "a:9"}, {**officer, "person": "a:1"}],
        accepted_by_silence={**officer, "person": "a:2"},
    )
    assert said(found("R-P03"), "person", "day", "seq", "level") == {
        ("receiver_reviews", "step/S1/1"): ("a:1", DAY, 6, "red"),
        ("accepter_reviews", "step/S1/1"): ("a:9", DAY, 6, "red"),
        ("both_review", "step/S1/1"): ("a:1", DAY, 6, "red"),
        ("receiver_decides", "decide"): ("a:1", DAY, None, "red"),
        ("same_clerk_twice", "decide"): ("a:1", DAY, None, "red"),
    }


@pytest.mark.clause("3.4c.2")
def test_a_reviewer_decides_only_where_the_standard_says_so_and_who_was_replaced_is_no_reviewer() -> None:
    put_standard()
    put_standard("may", reviewer_may_decide=True)
    decided = {"decided_by": "a:2", "decided_on": DAY}
    put_cases(alone=decided, allowed={**decided, "standard": "may"}, two={**decided, "decided_by": "a:7"})
    put_cases(of_two=decided, replaced=decided, in_another_step=decided)
    done = {"concluded_seq": 6, "concluded_on": DAY}
    again = {**done, "round": 2, "concluded_seq": 9}
    put_steps(
        alone=done, allowed=done, two=done, of_two=done, replaced=[done, again],
        in_another_step=[done, again, {**done, "step": "S2", "concluded_seq": 10}],
    )  # fmt: skip
    officer = {"step": "S1", "round": 1, "person": "a:2"}
    redone = {**officer, "round": 2, "person": "a:3"}
    put_rows(
        contract.STEP_OFFICERS,
        alone=officer,
        allowed=officer,
        two=officer,
        of_two=[officer, {**officer, "person": "a:3"}],
        replaced=[officer, redone],
        in_another_step=[{**officer, "person": "a:3"}, redone, {**officer, "step": "S2"}],
    )
    assert said(found("R-P03"), "person", "day", "level") == {
        ("alone", "review"): ("a:2", DAY, "red"),
        ("of_two", "review"): ("a:2", DAY, "red"),
        ("in_another_step", "review"): ("a:2", DAY, "red"),
    }


# --- R-P04 --------------------------------------------------------------------------------------------------------


@pytest.mark.clause("3.4c.3")
def test_two_officers_or_as_many_as_the_standard_wants_go_to_a_site() -> None:
    """许可法34条三款. A desk review needs one; a check that was not made has no officers to count."""
    put_standard(steps=[{"step": "S1", "officers": 1}, {"step": "S3", "officers": 3}])
    put_cases(two={}, one={}, three_of_three={}, two_of_three={}, at_the_desk={}, not_yet={}, deemed={})
    done = {"kind": "survey", "concluded_seq": 6, "concluded_on": DAY, "concluded_by": "a:4", "verdict": "pass"}
    put_steps(
        two={**done, "officers": 2},
        one={**done, "officers": 1},
        three_of_three={**done, "step": "S3", "officers": 3},
        two_of_three={**done, "step": "S3", "officers": 2, "department": "410100/gaj"},
        at_the_desk={**done, "kind": "review", "officers": 1},
        not_yet={**done, "concluded_seq": None},
        deemed={**done, "verdict": "deemed", "concluded_by": "system"},
    )
    assert said(found("R-P04"), "measured", "allowed", "department", "person", "seq", "day", "level") == {
        ("one", "S1/1"): (1, 2, HOUSE, "a:4", 6, DAY, "yellow"),
        ("two_of_three", "S3/1"): (2, 3, "410100/gaj", "a:4", 6, DAY, "yellow"),
    }
    assert hits("R-P04", officers=3) == {("two", "S1/1"), ("one", "S1/1"), ("two_of_three", "S3/1")}


# --- R-P05 and R-P06 ----------------------------------------------------------------------------------------------


@pytest.mark.clause("3.6c.1")
def test_all_that_is_missing_is_asked_for_once_and_from_the_published_list() -> None:
    put_standard()
    put_cases(once={}, twice={}, thrice={}, unlisted={}, supplied_in_parts={})
    asked = {"seq": 3, "kind": "correction_asked", "issued_on": DAY, "issued_by": "a:1", "materials": 4}
    again = {**asked, "seq": 6}
    put_rows(
        contract.NOTICES,
        once=asked,
        twice=[asked, again],
        thrice=[asked, again, {**asked, "seq": 9}],
        unlisted={**asked, "unlisted": 1},
        supplied_in_parts=[asked, {**again, "kind": "supplied"}, {**again, "seq": 7, "kind": "supplied"}],
    )
    assert said(found("R-P05"), "measured", "allowed", "person", "seq", "level", "day") == {
        ("twice", "second/6"): (2, 1, "a:1", 6, "red", DAY),
        ("thrice", "second/6"): (2, 1, "a:1", 6, "red", DAY),
        ("thrice", "second/9"): (3, 1, "a:1", 9, "red", DAY),
        ("unlisted", "unlisted/3"): (1, 0, "a:1", 3, "yellow", DAY),
    }
    assert hits("R-P05", most_notices=2) == {("thrice", "second/9"), ("unlisted", "unlisted/3")}


@pytest.mark.clause("3.6c.1")
def test_nothing_is_asked_for_that_the_published_list_does_not_have() -> None:
    put_standard()
    put_cases(asked={}, wanted={}, listed={}, volunteered={})
    put_rows(
        contract.MATERIALS,
        asked={"material": "M9", "demands": 2},
        wanted={"material": "M9", "needed": True},
        listed={"material": "M1", "listed": True, "needed": True, "demands": 1},
        volunteered={"material": "M9", "state": "given"},  # the applicant gave more than anybody wanted
    )
    assert said(found("R-P06"), "measured", "level") == {("asked", "M9"): (2, "red"), ("wanted", "M9"): (0, "red")}


# --- R-P07 --------------------------------------------------------------------------------------------------------


@pytest.mark.clause("3.5h.2")
@pytest.mark.parametrize(
    "kind",
    [
        "declined",
        "correction_asked",
        "special_started",
        "terminated",
        "acceptance_revoked",
        "fee_refunded",
        "falsehood_alleged",
    ],
)
def test_what_goes_against_the_applicant_says_why(kind: str) -> None:
    put_standard()
    put_cases(bare={}, reasoned={}, needs_none={}, by_time={})
    notice = {"seq": 8, "kind": kind, "issued_on": DAY, "issued_by": "a:7", "remedies": 2, "reasoned": False}
    put_rows(
        contract.NOTICES,
        bare=notice,
        reasoned={**notice, "reasoned": True},
        needs_none={**notice, "reasoned": None},
        by_time={**notice, "issued_by": "system"},
    )
    assert said(found("R-P07"), "person", "seq", "day", "level") == {("bare", "reason/8"): ("a:7", 8, DAY, "red")}


@pytest.mark.clause("3.5h.2")
def test_who_is_refused_is_told_why_and_where_to_turn() -> None:
    """许可法38条二款. Who needs no licence, or came to the wrong office, is told just that (32条一款一、二项)."""
    put_standard()
    refused, declined = {"granted": False, "outcome": "refused"}, {"outcome": "not_accepted"}
    put_cases(
        told=refused, told_nothing=refused, no_remedies=refused, granted={"granted": True, "outcome": "granted"},
        not_closed_yet={"granted": False}, declined=declined, declined_untold=declined,
        needs_no_licence={"outcome": "not_required"}, wrong_office={"outcome": "no_jurisdiction"},
        accepted_only={}, revoked={"outcome": "acceptance_revoked"}, revoked_untold={"outcome": "acceptance_revoked"},
    )  # fmt: skip
    decided = {"seq": 9, "kind": "decided", "issued_on": DAY, "issued_by": "a:7", "reasoned": True, "remedies": 2}
    put_rows(
        contract.NOTICES,
        told={**decided, "remedies": 1},
        told_nothing={**decided, "reasoned": False, "remedies": 0},
        no_remedies={**decided, "remedies": 0},
        granted={**decided, "reasoned": None, "remedies": 0},
        not_closed_yet={**decided, "remedies": 0},
        declined={**decided, "kind": "declined"},
        declined_untold={**decided, "kind": "declined", "remedies": 0},
        needs_no_licence={**decided, "kind": "declined", "remedies": 0},
        wrong_office={**decided, "kind": "declined", "remedies": 0},
        accepted_only={**decided, "kind": "accepted", "reasoned": None, "remedies": 0},
        revoked={**decided, "kind": "acceptance_revoked"},
        revoked_untold={**decided, "kind": "acceptance_revoked", "remedies": 0},
    )
    assert said(found("R-P07"), "person", "seq", "level") == {
        ("told_nothing", "reason/9"): ("a:7", 9, "red"),
        ("told_nothing", "remedy/9"): ("a:7", 9, "red"),
        ("no_remedies", "remedy/9"): ("a:7", 9, "red"),
        ("not_closed_yet", "remedy/9"): ("a:7", 9, "red"),
        ("declined_untold", "remedy/9"): ("a:7", 9, "red"),
        ("revoked_untold", "remedy/9"): ("a:7", 9, "red"),
    }


# --- R-P11 --------------------------------------------------------------------------------------------------------


@pytest.mark.clause("3.5h.1")
def test_documents_rest_on_published_law_in_force_on_that_day() -> None:
    put_standard()
    put_cases(lawful={}, unpublished={}, not_in_force={}, one_of_two={})
    law = {"seq": 9, "basis": "食品安全法 35", "published": True, "in_force": True}
    minutes = {**law, "basis": "会议纪要 12", "published": False}
    put_rows(
        contract.BASES,
        lawful=law,
        unpublished=minutes,
        not_in_force={**law, "in_force": False},
        one_of_two=[law, minutes],
    )
    notice = {"seq": 9, "kind": "decided", "issued_on": DAY, "issued_by": "a:7"}
    put_rows(contract.NOTICES, lawful=notice, unpublished=notice, not_in_force=notice, one_of_two=notice)
    assert said(found("R-P11"), "person", "seq", "day", "level") == {
        ("unpublished", "9/会议纪要 12"): ("a:7", 9, DAY, "red"),
        ("not_in_force", "9/食品安全法 35"): ("a:7", 9, DAY, "red"),
        ("one_of_two", "9/会议纪要 12"): ("a:7", 9, DAY, "red"),
    }
