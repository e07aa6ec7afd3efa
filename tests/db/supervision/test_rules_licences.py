"""The rules on licences (R-L01 … R-L03): what they find, what just misses, what only looks wrong, and whose it is.

Working days are counted out by hand: Monday 12 March 2018 begins two weeks without a holiday; 1 January 2019 is one.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.db.supervision.judged import HEAD, HOUSE, REVIEWER, found, hits, local, put_cases, put_standard, said
from tests.db.supervision.tables import put, put_calendar
from yichuang.supervision import contract
from yichuang.supervision.rules.catalogue import BY_CODE
from yichuang.supervision.rules.naming import Names

pytestmark = [pytest.mark.django_db, pytest.mark.breach, pytest.mark.clause("4.1c.3")]

DAY = "2018-03-12"
REVOKING = {"proceeding": 2, "proceeding_kind": "revoke"}
Row = dict[str, Any]


@pytest.fixture(autouse=True)
def city(db: None) -> None:
    put_calendar()
    put_standard(statutory=20, statutory_unit="workday")
    put(
        contract.POSTS,
        {"post": HEAD, "department": HOUSE, "kind": "head"},
        {"post": REVIEWER, "department": HOUSE, "kind": "reviewer"},
    )
    hold(HEAD, "a:7")


def hold(post: str, person: str, first: str = "2017-01-02", last: str | None = None, standing_in: str = "") -> None:
    days = {"first_day": first, "last_day": last}
    put(contract.HOLDERS, {"post": post, "person": person, "standing_in": standing_in, **days})


def put_acts(**cases: list[Row]) -> None:
    """Acts of licences by the cases that their rows belong to, each licence numbered like its case."""
    for case, acts in cases.items():
        for act in acts:
            on = act.get("occurred_on", DAY)
            at = act.pop("at", local(on, "15:00:00"))
            moments = {"occurred_on": on, "occurred_at": at, "recorded_on": on, "recorded_at": at}
            base = {"licence_id": case, "number": f"证{case}", "department": HOUSE, "source": "door", "person": "a:2"}
            put(contract.LICENCE_ACTS, {"case_id": case, "by_case": "", "seq": 2, **base, **moments, **act})


def put_decisions(*cases: str, at: str = "15:00:00") -> None:
    entry = {"seq": 9, "kind": "decided", "source": "door", "recorded_at": local(DAY, at), "occurred_on": DAY}
    put(contract.EVENTS, *({"case_id": case, "person": "a:7", **entry} for case in cases))


# --- R-L01 --------------------------------------------------------------------------------------------------------


def test_what_a_case_does_to_a_licence_follows_its_granting_decision() -> None:
    granted = {"granted": True, "decided_on": DAY}
    put_cases(
        granted=granted, later=granted, a_little_later=granted, refused={**granted, "granted": False}, open={},
        migrated={**granted, "source": "migrated", "granted": None}, deemed={}, said_only={"granted": True},
    )  # fmt: skip
    put_decisions("granted", "refused")
    put_decisions("later", at="15:00:06")
    put_decisions("a_little_later", at="15:00:05")  # two lives moved by one command, on clocks that differ
    names = ("granted", "later", "a_little_later", "refused", "open", "migrated", "said_only")
    put_acts(**{name: [{"kind": "changed", "by_case": name}] for name in names})
    put_acts(deemed=[{"kind": "renewed", "deemed": True, "by_case": "deemed", "person": "system"}])
    assert said(found("R-L01"), "level", "person", "day", "seq", "department") == {
        (name, f"undecided/证{name}/2"): ("red", "a:2", DAY, 2, "") for name in ("later", "refused", "open")
    }


@pytest.mark.parametrize(
    ("act", "bound"),
    [
        ({"kind": "made"}, True),
        ({"kind": "changed"}, True),
        ({"kind": "renewed"}, True),
        ({"kind": "reissued"}, True),
        ({"kind": "cancelled", "ground": "asked"}, True),
        ({"kind": "cancelled", "ground": "other"}, False),
        ({"kind": "cancelled", "ground": "body_ended"}, False),
        ({"kind": "corrected"}, False),
        ({"kind": "released"}, False),
        ({"kind": "changed", "source": "migrated"}, False),
    ],
)
def test_which_acts_need_the_decision_of_a_case(act: Row, bound: bool) -> None:
    put_cases(open={})
    put_acts(open=[{**act, "by_case": "open"}])
    assert hits("R-L01") == ({("open", "undecided/证open/2")} if bound else set())


def test_an_act_that_names_no_case_is_held_against_the_one_that_made_the_licence() -> None:
    put_cases(maker={"granted": True, "decided_on": DAY}, older={"granted": True, "decided_on": DAY})
    put_decisions("maker", "older", at="09:00:00")
    put_acts(maker=[{"kind": "changed"}], older=[{"kind": "made"}])  # one of before this platform names none
    assert hits("R-L01") == {("maker", "undecided/证maker/2")}


def test_who_loses_a_licence_was_told_and_had_the_time_to_be_heard() -> None:
    opened = {"kind": "notice_served", "respond_by": "2018-03-19", **REVOKING}
    asked = {"kind": "hearing_asked", "seq": 3, "occurred_on": "2018-03-13", **REVOKING}
    held = {"kind": "hearing_held", "seq": 4, "occurred_on": "2018-03-15", **REVOKING}
    revoked = {"kind": "revoked", "seq": 5, "person": "a:7", "ground": "procedure", **REVOKING}
    last, after = {**revoked, "occurred_on": "2018-03-16"}, {**revoked, "occurred_on": "2018-03-20"}
    names = ("untold", "told_of_another", "early", "in_time", "unheld", "heard_early", "taken_over")
    put_cases(**{name: {"granted": True} for name in names})
    put_acts(
        untold=[{**after, "proceeding": None}],
        told_of_another=[opened, {**after, "proceeding": 4}],
        early=[opened, last],
        in_time=[opened, after],
        unheld=[opened, asked, after],
        heard_early=[opened, asked, held, last],
        taken_over=[{**after, "proceeding": None, "source": "migrated"}],
    )
    assert said(found("R-L01"), "level", "person", "day", "measured", "seq") == {
        ("untold", "untold/证untold/5"): ("red", "a:7", "2018-03-20", None, 5),
        ("told_of_another", "untold/证told_of_another/5"): ("red", "a:7", "2018-03-20", None, 5),
        ("early", "early/证early/5"): ("red", "a:7", "2018-03-16", 1, 5),
        ("unheld", "unheld/证unheld/5"): ("red", "a:7", "2018-03-20", None, 5),
    }


# --- R-L02 --------------------------------------------------------------------------------------------------------


def asked(**more: Any) -> Row:
    """Asked for on 12 March: twenty working days end on 10 April, with 清明 and a working Sunday."""
    return {"kind": "hearing_asked", "seq": 3, "hold_by": "2018-04-10", **REVOKING, **more}


def ended(kind: str, day: str) -> Row:
    return {"kind": kind, "seq": 6, "occurred_on": day, **REVOKING}


@pytest.mark.clause("4.1b.2")
def test_a_hearing_asked_for_is_held_by_its_day_and_laid_to_the_head() -> None:
    names = ("never", "late", "on_the_day", "dropped", "revoked_late", "another")
    put_cases(**{name: {} for name in names})
    put_acts(
        never=[asked()],
        late=[asked(), ended("hearing_held", "2018-04-12")],
        on_the_day=[asked(), ended("hearing_held", "2018-04-10")],
        dropped=[asked(), ended("revocation_dropped", "2018-04-09")],
        revoked_late=[asked(), ended("revoked", "2018-04-11")],
        another=[asked(proceeding=8), ended("hearing_held", "2018-04-09")],
    )
    found_rows = found("R-L02")
    assert {key[0] for key in found_rows} == {"never", "late", "revoked_late", "another"}
    assert {key: row for key, row in said(found_rows, "measured", "allowed", "other").items() if key[0] == "late"} == {
        ("late", "held/证late/3"): (2, 20, 6)
    }
    assert said(found_rows, "level", "department", "person", "day", "seq")["never", "held/证never/3"] == (
        "red", HOUSE, "a:7", "2018-04-10", 3,
    )  # fmt: skip


@pytest.mark.clause("4.1b.2")
def test_the_head_who_is_absent_is_not_held_to_it_and_of_several_nobody() -> None:
    put_cases(late={})
    put_acts(late=[asked(), ended("hearing_held", "2018-04-13")])
    assert [row["person"] for row in found("R-L02").values()] == ["a:7"]
    hold(HEAD, "a:8", "2018-04-09", "2018-04-11", standing_in="a:7")
    assert [row["person"] for row in found("R-L02").values()] == ["a:8"]
    hold(HEAD, "a:9")
    assert [row["person"] for row in found("R-L02").values()] == [""]


def test_a_hearing_is_told_of_seven_working_days_before() -> None:
    put_cases(seven={}, six={}, told_anew={})

    def told(seq: int, on: str, heard: str) -> Row:
        day = {"occurred_on": on, "hearing_on": heard}
        return {"kind": "hearing_arranged", "seq": seq, "person": "a:7", **day, **REVOKING}

    put_acts(
        seven=[told(4, "2018-03-13", "2018-03-22")],
        six=[told(4, "2018-03-14", "2018-03-22")],
        told_anew=[told(4, "2018-03-14", "2018-03-22"), told(5, "2018-03-15", "2018-03-26")],
    )
    assert said(found("R-L02"), "measured", "allowed", "person", "seq", "day") == {
        ("six", "notice/证six/4"): (6, 7, "a:7", 4, "2018-03-14"),
    }


def test_what_was_reckoned_before_the_holidays_of_next_year_were_published_is_not_held_against_anybody() -> None:
    """1 January is a holiday that nobody knew of: Monday to Friday were counted, and each fell a day short."""
    put_cases(notice={}, short={}, held={}, long={})

    def told(on: str) -> Row:
        day = {"occurred_on": on, "hearing_on": "2019-01-04"}
        return {"kind": "hearing_arranged", "seq": 4, "person": "a:7", **day, **REVOKING}

    put_acts(notice=[told("2018-12-26")], short=[told("2018-12-27")])
    # by Monday to Friday the twentieth day; by the calendar the nineteenth
    late = asked(occurred_on="2018-12-12", hold_by="2019-01-09")
    put_acts(
        held=[late, ended("hearing_held", "2019-01-10")],
        long=[late, ended("hearing_held", "2019-01-15")],
    )
    assert hits("R-L02") == {("short", "notice/证short/4"), ("long", "held/证long/3")}


@pytest.mark.clause("4.1b.2")
def test_an_outage_excuses_a_hearing_that_is_made_up_for() -> None:
    put_cases(late={})
    put_acts(late=[asked(), ended("hearing_held", "2018-04-11")])
    assert hits("R-L02") == {("late", "held/证late/3")}
    put(contract.OUTAGES, {"outage": "1", "first_day": "2018-04-10", "last_day": "2018-04-10"})
    assert hits("R-L02") == set()


# --- R-L03 --------------------------------------------------------------------------------------------------------

LAST = "2018-03-30"


def lapse(case: str) -> Row:
    day = {"former_valid_to": LAST, "occurred_on": "2018-03-31"}
    return {"kind": "renewed", "deemed": True, "by_case": case, "person": "system", **day}


def put_lapses(*cases: str, **more: Any) -> None:
    """Renewals filed on 12 March and let lapse on the thirtieth: fourteen working days."""
    row = {"submitted_on": DAY, "accepted_on": DAY, "decided_on": "2018-03-31", "granted": True}
    put_cases(**{case: {**row, **more} for case in cases})
    put_acts(**{case: [lapse(case)] for case in cases})


@pytest.mark.clause("4.1b.2")
def test_a_renewal_let_lapse_is_laid_to_the_step_that_was_open_on_the_last_day() -> None:
    put_lapses("assigned", "alone", "elsewhere", "none_open", "not_begun", "concluded_late", "sent_back")
    hold(REVIEWER, "a:3")
    base = {"step": "S1", "round": 1, "kind": "review", "post_kind": "reviewer", "department": HOUSE}
    step = {"opened_seq": 4, "opened_on": DAY, **base}
    gaj = {**step, "department": "410100/gaj"}
    steps = {
        "assigned": [{**step, "assigned_to": "a:4"}, {**step, "step": "S2", "opened_seq": 6, "assigned_to": "a:5"}],
        "alone": [step],
        "elsewhere": [gaj],
        "none_open": [{**step, "concluded_on": LAST, "concluded_seq": 5, "assigned_to": "a:4"}],
        "concluded_late": [{**step, "concluded_on": "2018-04-02", "concluded_seq": 5, "assigned_to": "a:4"}],
        "sent_back": [{**step, "assigned_to": "a:4", "sent_back_by": "S1"}],
    }
    put(contract.STEPS, *({"case_id": case, **row} for case, rows in steps.items() for row in rows))
    by_case = {key[0]: row for key, row in said(found("R-L03"), "person", "department").items()}
    assert by_case == {
        "assigned": ("a:4", HOUSE),
        "alone": ("a:3", HOUSE),
        "elsewhere": ("", "410100/gaj"),
        "none_open": ("a:7", HOUSE),
        "not_begun": ("a:7", HOUSE),
        "concluded_late": ("a:4", HOUSE),
        "sent_back": ("a:7", HOUSE),
    }


@pytest.mark.clause("4.1b.2")
def test_it_shows_how_much_time_there_was() -> None:
    put_lapses("lapsed")
    assert said(found("R-L03"), "level", "day", "measured", "allowed", "seq") == {
        ("lapsed", "lapsed/证lapsed/2"): ("red", LAST, 14, 20, 2),
    }
    names = Names(units={"statutory": "workday"})
    assert BY_CODE["R-L03"].sentence("lapsed/证lapsed/2", 14, 20, names) == (
        "证照证lapsed届满前没有对延续申请作出决定，视为准予延续：申请至届满有14个工作日，法定时限为20个工作日。"
    )


@pytest.mark.clause("4.1b.2")
def test_what_somebody_decided_in_time_or_left_waiting_for_the_applicant_is_no_lapse() -> None:
    put_cases(decided={"submitted_on": DAY}, waited={"submitted_on": DAY}, taken_over={"submitted_on": DAY})
    put_acts(
        decided=[{**lapse("decided"), "deemed": False, "occurred_on": LAST, "person": "a:7"}],
        waited=[{"kind": "cancelled", "ground": "expired", "person": "system", "occurred_on": "2018-03-31"}],
        taken_over=[{**lapse("taken_over"), "source": "migrated"}],
    )
    assert hits("R-L03") == set()


@pytest.mark.clause("4.1b.2")
def test_an_outage_on_the_last_day_excuses_the_lapse() -> None:
    put_lapses("lapsed")
    put(contract.OUTAGES, {"outage": "1", "first_day": LAST, "last_day": LAST})
    assert hits("R-L03") == set()


@pytest.mark.clause("4.1b.2")
@pytest.mark.parametrize(("amount", "late"), [(14, set()), (13, {("lapsed", "statutory")})])
def test_a_limit_that_ends_with_the_licence_is_one_lapse_with_it(amount: int, late: set[tuple[str, str]]) -> None:
    """The last day of both is a Friday; silence decides at its midnight, and the case says Saturday."""
    put_standard(statutory=amount, statutory_unit="workday", statutory_from="accept", promised=amount,
                 promised_unit="workday", steps=[{"step": "S1", "conditional": False}])  # fmt: skip
    put_lapses("lapsed")
    entry = {"seq": 9, "kind": "decided", "source": "door", "occurred_on": "2018-03-31"}
    put(contract.EVENTS, {"case_id": "lapsed", "person": "system", **entry})
    assert hits("R-T03") == late
    assert hits("R-T02") == {(case, "promised") for case, _ in late}
    assert hits("R-P01") == set(), "nobody has granted it without the step"


def test_a_person_who_grants_without_a_step_is_found_still() -> None:
    put_standard(steps=[{"step": "S1", "conditional": False}])
    put_cases(granted={"granted": True, "decided_on": DAY, "decided_by": "a:7"})
    put_decisions("granted")
    assert hits("R-P01") == {("granted", "missing/S1")}
