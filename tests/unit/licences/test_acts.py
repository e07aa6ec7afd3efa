"""What officers and the holder do to a licence, and what each must show: dated examples beside the article."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.unit.licences.bench import HEAD, HOLDER, HOME, PROOF, REVIEWER, REVIEWER2, Life
from yichuang.catalog.standard import PostKind
from yichuang.ledger.actor import Actor
from yichuang.licences.core import commands as co
from yichuang.licences.core import events as ev
from yichuang.licences.core.state import Stage

WINDOW = Actor("a:w1", post_kind=PostKind.WINDOW, department="410100/xzspj", division="410100")

TODAY = date(2018, 6, 5)


def opened(ground: str = "procedure") -> Life:
    life = Life().made().at("2018-06-04")
    life.do(co.OpenRevocation(ground, "查明的事实"), REVIEWER)
    return life


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (co.ServeNotice("direct", TODAY, "本人"), "no-paper"),
        (co.ServeNotice("direct", TODAY, "", PROOF), "recipient-missing"),
        (co.ServeNotice("post", date(2018, 6, 6), "本人", PROOF), "bad-day"),  # not yet
        (co.ServeNotice("post", date(2018, 6, 1), "本人", PROOF), "bad-day"),  # before there was a notice
        (co.ServeNotice("notice", date(2018, 6, 5), "", PROOF), "bad-day"),  # a publication takes its time
    ],
)
def test_service_is_proved(command: co.ServeNotice, code: str) -> None:
    """47条: the five days run from service, so that nobody asserts it."""
    refused = opened().at("2018-06-05").refuse(command, HEAD)
    assert refused.code == code and refused.next


def test_the_days_run_from_the_day_of_service_and_not_of_its_record() -> None:
    life = opened().at("2018-06-08")
    (served,) = life.do(co.ServeNotice("post", date(2018, 6, 5), "本人", PROOF), HEAD)
    assert (served.on, served.respond_by, served.evidence) == (date(2018, 6, 5), date(2018, 6, 12), PROOF)
    proceeding = life.licence.proceeding
    assert proceeding and (proceeding.served_on, proceeding.method) == (date(2018, 6, 5), "post")


def test_a_publication_serves_when_its_period_is_over_and_nobody_signs() -> None:
    life = opened().at("2018-07-04")
    (served,) = life.do(co.ServeNotice("notice", date(2018, 7, 4), "", PROOF), HEAD)
    assert served.on == date(2018, 7, 4)


@pytest.mark.parametrize("command", [co.Answer("不服"), co.AskHearing("要求")])
def test_a_window_answers_for_nobody_without_a_signed_paper(command: co.Answer | co.AskHearing) -> None:
    life = opened()
    assert life.refuse(command, WINDOW).code == "no-paper"
    assert life.refuse(replace(command, evidence=PROOF), WINDOW).code == "no-signer"
    told, taken = life.do(replace(command, evidence=PROOF, signer="张三丰"), WINDOW)
    assert told.method == "answered" and taken.signer == "张三丰"


def test_a_holder_needs_no_paper() -> None:
    assert [type(e) for e in opened().do(co.Answer("不服"), HOLDER)] == [ev.NoticeServed, ev.Answered]


def heard() -> Life:
    life = opened().at("2018-06-05")
    life.do(co.AskHearing("要求"), HOLDER)
    life.do(co.ArrangeHearing(date(2018, 6, 19), "上午九时"), HEAD)
    return life


def test_a_hearing_is_held_on_the_day_that_was_told() -> None:
    """48条一款一项: who is told one day is not heard on another; the record may come a few days later."""
    (held,) = heard().at("2018-06-21").do(co.HoldHearing("笔录"), REVIEWER2)
    assert held.on == date(2018, 6, 19)
    assert heard().at("2018-08-14").refuse(co.HoldHearing("笔录"), REVIEWER2).code == "hearing-missed"


@pytest.mark.parametrize("stage", [Stage.EXPIRED, Stage.CANCELLED])
def test_fraud_is_found_of_what_ran_out_or_was_given_back(stage: Stage) -> None:
    """69条二款, 79条: what follows for the holder is not evaded by the end of the licence."""
    life = Life().made()
    if stage is Stage.CANCELLED:
        life.apply("cancel")
        life.settle("cancel")
    else:
        life.at("2023-03-12").tick()
    assert life.licence.stage is stage
    assert life.refuse(co.OpenRevocation("procedure", "程序"), REVIEWER).code == "ended-otherwise"
    life.do(co.OpenRevocation("fraud", "伪造"), REVIEWER)
    life.do(co.ServeNotice("direct", life.now.date(), "本人", PROOF), HEAD)
    life.later(30).do(co.Revoke("查实", "无"), HEAD)
    assert life.licence.stage is Stage.REVOKED and life.licence.barred_until


def test_what_the_organ_cancelled_is_not_revoked_again() -> None:
    life = Life().made()
    life.do(co.Cancel("penalty", "吊销", "罚字1号", PROOF), HEAD)
    assert life.refuse(co.OpenRevocation("fraud", "伪造"), REVIEWER).code == "licence-ended"


def test_a_cancellation_by_the_organ_rests_on_a_paper() -> None:
    """70条: else the licence would be revoked without a notice and without a hearing."""
    assert Life().made().refuse(co.Cancel("other_cancel", "其他", "某条例某条"), HEAD).code == "no-paper"


def test_what_is_being_revoked_is_not_corrected() -> None:
    assert opened().refuse(co.Correct("holder", "v", "r"), HEAD).code == "under-revocation"


def entered() -> Life:
    life, day = Life(), date(2016, 5, 3)
    paper = ("410100/ZZ-001/1", "s:1", "豫郑食经字(2016)第95号", day, date(2082, 5, 2), "vault:0:form:0", "x", PROOF)
    enter = co.Enter(*paper)
    life.do(enter, HEAD)
    return life


def test_a_slip_of_the_entry_is_taken_back() -> None:
    life = entered()
    life.do(co.UndoEntry("届满日记错"), HEAD)
    assert life.licence.stage is Stage.UNDONE and not life.licence.alive
    assert "原件" in life.licence.stage.meaning  # the paper licence itself has not ended


def test_what_was_made_here_is_no_entry_and_what_is_used_stays() -> None:
    assert Life().made().refuse(co.UndoEntry("记错"), HEAD).code == "not-entered"
    life = entered()
    life.do(co.Apply("c1", "change", "s:1", "ZZ-001", HOME), HOLDER)
    assert life.refuse(co.UndoEntry("记错"), HEAD).code == "in-use"
