"""What time does to a licence: dated examples beside the article."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.unit.licences.bench import HEAD, HOLDER, HOME, PROOF, REVIEWER, Life, moment
from yichuang.catalog.terms import terms_of
from yichuang.kernel.calendar import seed_calendar
from yichuang.licences.core import commands as co
from yichuang.licences.core import events as ev
from yichuang.licences.core.lapse import next_moment
from yichuang.licences.core.state import Stage
from yichuang.licences.core.window import find_window


def kinds(life: Life) -> list[str]:
    return [type(dated.event).__name__ for dated in life.did]


def test_thirty_days_before_the_last_day_is_the_last_day_to_ask() -> None:
    """50条一款: 有效期届满三十日前."""
    window = find_window(terms_of("ZZ-002").renewal, date(2022, 3, 31), seed_calendar())
    assert (window.opens, window.last, window.certain) == (date(2021, 9, 30), date(2022, 3, 1), True)
    assert window.holds(date(2021, 9, 30)) and window.holds(date(2022, 3, 1)) and not window.holds(date(2022, 3, 2))


def test_a_special_law_counts_working_days_and_months() -> None:
    food = find_window(terms_of("ZZ-001").renewal, date(2023, 3, 11), seed_calendar())
    assert food.opens < food.last < date(2023, 3, 11)
    drugs = find_window(terms_of("ZZ-003").renewal, date(2023, 8, 31), seed_calendar())
    assert (drugs.opens, drugs.last) == (date(2023, 2, 28), date(2023, 6, 30))


def test_nobody_is_turned_away_by_a_day_that_is_an_estimate() -> None:
    """The last day lies in a year whose holidays are not published: the edges are wide, and years ahead is early."""
    window = find_window(terms_of("ZZ-001").renewal, date(2031, 3, 11), seed_calendar())
    assert not window.certain
    for day in (window.opens - timedelta(days=20), window.last + timedelta(days=20)):
        life = Life().made(valid_to=date(2031, 3, 11)).at(day.isoformat())
        assert ev.Applied("c1", "renew") in life.apply("renew")
    early = Life().made(valid_to=date(2031, 3, 11)).at((window.opens - timedelta(days=30)).isoformat())
    assert early.refuse(co.Apply("c1", "renew", "s:1", "ZZ-001", HOME), HOLDER).code == "renewal-early"


@pytest.mark.parametrize(("at", "code"), [("2022-09-01", "renewal-early"), ("2023-03-01", "renewal-late")])
def test_too_early_and_too_late_are_told_apart(at: str, code: str) -> None:
    refused = Life().made().at(at).refuse(co.Apply("c1", "renew", "s:1", "ZZ-001", HOME), HOLDER)
    assert refused.code == code and refused.clause and refused.next


def test_reminders_come_once_each_before_the_end() -> None:
    life = Life().made()
    for at in ("2022-11-11", "2022-11-12", "2023-01-09", "2023-01-10", "2023-01-11"):
        life.at(at).tick()
    assert [(d.event.days, d.at) for d in life.did if isinstance(d.event, ev.Reminded)] == [
        (120, moment("2022-11-11 00:00")),
        (60, moment("2023-01-10 00:00")),
    ]


def test_of_reminders_that_were_missed_only_the_latest_is_sent() -> None:
    life = Life().made().at("2023-02-01").tick()
    assert [d.event.days for d in life.did if isinstance(d.event, ev.Reminded)] == [60]
    late = Life().made().at("2023-06-01").tick()
    assert "Reminded" not in kinds(late)


def test_expiry_is_at_midnight_and_dated_there_however_late_it_is_seen() -> None:
    """70条一项."""
    for swept in ("2023-03-12 00:00", "2023-03-20 08:00", "2024-01-01 00:00"):
        life = Life().made().at(swept).tick()
        (ended,) = [d for d in life.did if isinstance(d.event, ev.Cancelled)]
        assert (ended.event.ground, ended.event.on, ended.at) == (
            "expired",
            date(2023, 3, 12),
            moment("2023-03-12 00:00"),
        )
    assert Life().made().at("2023-03-11 23:59").seen().stage is Stage.VALID


def test_a_licence_without_an_end_does_not_expire() -> None:
    life = Life().made(valid_to=None)
    assert next_moment(life.licence, life.facts()) is None


def test_silence_until_the_last_day_renews_from_the_day_after() -> None:
    """50条二款."""
    life = Life().made().at("2023-01-10")
    life.apply("renew")
    life.at("2023-04-01").tick()
    (renewed,) = [d for d in life.did if isinstance(d.event, ev.Renewed)]
    assert renewed.event.deemed and renewed.at == moment("2023-03-12 00:00")
    assert (renewed.event.valid_from, renewed.event.valid_to) == (date(2018, 3, 12), date(2028, 3, 11))
    assert life.licence.version_of("c1") == life.licence.current


def test_while_the_applicant_is_waited_for_silence_renews_nothing() -> None:
    life = Life().made().at("2023-01-10")
    life.apply("renew")
    life.do(co.Wait("c1", on_applicant=True))
    assert life.at("2023-03-12 00:00").seen().stage is Stage.EXPIRED


def test_what_was_supplied_in_time_counts_again() -> None:
    life = Life().made().at("2023-01-10")
    life.apply("renew")
    life.do(co.Wait("c1", on_applicant=True))
    life.later(5).do(co.Wait("c1", on_applicant=False))
    assert life.at("2023-03-12 00:00").seen().current.why == "deemed"


def test_what_was_supplied_too_late_to_be_decided_on_is_not_deemed() -> None:
    """50条: the organ has the thirty days (here fifteen working days) before the last day; who takes them from it gains
    nothing by its silence.
    """
    life = Life().made().at("2023-01-10")
    life.apply("renew")
    life.do(co.Wait("c1", on_applicant=True))
    life.at("2023-03-10 23:00").do(co.Wait("c1", on_applicant=False))
    assert life.at("2023-03-12 00:00").seen().stage is Stage.EXPIRED


def test_an_application_with_papers_missing_is_not_deemed() -> None:
    life = Life().made().at("2023-01-10")
    life.do(co.Apply("c1", "renew", "s:1", life.item, HOME, complete=False), HOLDER)
    assert life.licence.waiting == ("c1",)
    assert life.at("2023-03-12 00:00").seen().stage is Stage.EXPIRED


def test_what_is_taken_in_only_by_an_estimate_is_not_deemed() -> None:
    """Its year is not published, so it may be in time: taken in, but silence grants nothing."""
    last = date(2031, 3, 11)
    window = find_window(terms_of("ZZ-001").renewal, last, seed_calendar())
    life = Life().made(valid_to=last).at((window.last + timedelta(days=5)).isoformat())
    life.apply("renew")
    assert life.at("2031-03-12 00:00").seen().stage is Stage.EXPIRED


def test_a_licence_without_an_end_is_not_renewed() -> None:
    refused = Life().made(valid_to=None).refuse(co.Apply("c1", "renew", "s:1", "ZZ-001", HOME), HOLDER)
    assert refused.code == "no-end"


def test_a_renewal_granted_early_follows_the_running_term() -> None:
    life = Life().made().at("2023-01-10")
    life.apply("renew")
    life.at("2023-02-01").settle("renew")
    assert life.licence.valid_to == date(2028, 3, 11)


def test_a_suspension_ends_by_itself() -> None:
    life = Life(item="ZZ-004").made().at("2018-06-01")
    head = replace(HEAD, department=life.facts().department)
    life.do(co.Suspend(date(2018, 6, 30), "整改", PROOF), head)
    assert life.licence.stage is Stage.SUSPENDED
    assert life.at("2018-07-01 00:00").seen().stage is Stage.VALID
    assert life.at("2018-06-30 23:59").seen().stage is Stage.SUSPENDED
    assert life.refuse(co.Suspend(date(2020, 6, 30), "整改"), head).code == "out-of-stage"
    life.do(co.Restore("整改完毕"), head)
    assert life.licence.stage is Stage.VALID
    assert life.refuse(co.Suspend(date(2020, 6, 30), "整改", PROOF), head).code == "bad-day"
    assert life.refuse(co.Suspend(date(2018, 7, 30), "整改"), head).code == "not-heard"


def test_expiry_ends_a_revocation_under_way() -> None:
    life = Life().made().at("2023-03-01")
    life.do(co.OpenRevocation("procedure", "程序违法"), REVIEWER)
    life.at("2023-03-12 00:00").tick()
    assert life.licence.stage is Stage.EXPIRED and life.licence.proceeding is None


def test_fraud_is_still_found_of_a_licence_that_ran_out() -> None:
    """79条: what follows for the holder does not lapse with the licence."""
    life = Life().made().at("2023-03-01")
    life.do(co.OpenRevocation("fraud", "伪造材料"), REVIEWER)
    life.do(co.ServeNotice("direct", date(2023, 3, 1), "本人", PROOF), HEAD)
    life.at("2023-03-12 00:00").tick()
    assert life.licence.stage is Stage.EXPIRED and life.licence.proceeding
    life.at("2023-03-20").do(co.Revoke("查实", "无"), HEAD)
    assert (life.licence.stage, life.licence.barred_until) == (Stage.REVOKED, date(2026, 3, 19))
