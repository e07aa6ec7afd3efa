"""更正与撤销:撤销受理、更正意见、更正申请人信息、退费、窗口登记撤回。"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.cases.bench import (
    AGENT,
    CASHIER,
    CITIZEN,
    HEAD,
    OTHER,
    REVIEWER,
    SURVEYOR,
    WINDOW,
    WINDOW2,
    Life,
    food,
    post,
)
from yichuang.aggregates.refusal import Kind
from yichuang.cases.core import commands as co
from yichuang.cases.core import events as ev
from yichuang.cases.core.decide import list_offers
from yichuang.cases.core.state import Stage
from yichuang.catalog.standard import Fee

FEE = Fee("F1", "占用费", "每平方米 9 元", "收费文件", "local_reg", rate=900, per="premises_area")


def paid(case: Life | None = None) -> Life:
    case = case or Life(replace(food(), fees=(FEE,))).accepted()
    case.do(co.ChargeFee("F1", 9000), CASHIER)
    case.do(co.PayFee("F1", 9000, "P1"), CASHIER)
    return case


def on_paper() -> Life:
    """Taken in at the window on paper."""
    case = Life(replace(food(), fees=(FEE,))).submit(WINDOW)
    case.do(co.Receive(), WINDOW)
    return case


def refund(ground: str = "wrong_charge", voucher: str = "T1", reason: str = "多收") -> co.RefundFee:
    return co.RefundFee("F1", ground, voucher, reason)


def correction(subject: str = "s:2") -> co.CorrectApplicant:
    return co.CorrectApplicant(subject, "vault:right", "窗口选错了企业")


# --- 撤销受理 ---------------------------------------------------------------------------------------------------------


def test_a_head_revokes_an_acceptance_before_any_opinion_and_tells_the_remedies() -> None:
    case = Life().accepted()
    (revoked,) = case.do(co.RevokeAcceptance("不属于本事项"), HEAD)
    assert (case.case.stage, case.case.outcome) == (Stage.ACCEPTANCE_REVOKED, "acceptance_revoked")
    assert case.case.closed_on == revoked.on
    assert any("行政复议" in r for r in revoked.remedies) and any("行政诉讼" in r for r in revoked.remedies)
    assert revoked.bases and revoked.reckoned
    assert case.at("2018-06-01").tick() == [], "no clock runs on"


@pytest.mark.parametrize("sent_back", [False, True])
def test_no_acceptance_is_revoked_once_a_step_was_concluded(sent_back: bool) -> None:
    case = Life().accepted()
    case.conclude("S1")
    case.conclude("S2")
    if sent_back:
        case.do(co.SendBack("S1", "重做", "S3"), REVIEWER)
    refused = case.refuse(co.RevokeAcceptance("不符合"), HEAD)
    assert (refused.code, refused.kind) == ("step-concluded", Kind.STALE)
    assert "不予许可" in refused.next


def test_what_silence_accepted_is_not_revoked() -> None:
    case = Life().received()
    case.at("2018-02-23").tick()
    refused = case.refuse(co.RevokeAcceptance("不符合"), HEAD)
    assert refused.code == "deemed-accepted" and refused.clause


def test_a_revocation_names_its_reason_and_published_bases() -> None:
    case = Life().accepted()
    assert case.refuse(co.RevokeAcceptance(""), HEAD).code == "reason-missing"
    assert case.refuse(co.RevokeAcceptance("不符合", ("内部规定",)), HEAD).code == "basis-not-published"
    assert case.refuse(co.RevokeAcceptance("不符合"), post("a:h2", "head", OTHER)).code == "other-department"


def test_a_second_head_comes_too_late() -> None:
    case = Life().accepted()
    case.do(co.RevokeAcceptance("不符合"), HEAD)
    refused = case.refuse(co.RevokeAcceptance("不符合"), post("a:h2", "head"))
    assert (refused.code, refused.kind) == ("out-of-stage", Kind.STALE)
    assert "受理已撤销" in refused.message


# --- 更正意见 ---------------------------------------------------------------------------------------------------------


def corrected(step: str = "S1", verdict: str = "fail", opinion: str = "核错了面积") -> co.CorrectOpinion:
    return co.CorrectOpinion(step, verdict, "看错了图纸", opinion)


def test_who_concluded_a_step_corrects_its_opinion_and_the_old_one_stays() -> None:
    case = Life().accepted()
    case.conclude("S1")
    (event,) = case.do(corrected(), REVIEWER)
    assert (event.former, event.verdict) == ("pass", "fail")
    assert case.case.failed
    assert [e.event.verdict for e in case.did if isinstance(e.event, ev.StepConcluded)] == ["pass"]
    assert case.refuse(co.Decide(True), HEAD).code == "condition-not-met"
    case.do(co.CorrectOpinion("S1", "pass", "复核无误"), REVIEWER)
    assert not case.case.failed


def test_a_colleague_corrects_no_opinion_but_the_head_does() -> None:
    case = Life().accepted()
    case.conclude("S1")
    refused = case.refuse(corrected(), post("a:r2", "reviewer"))
    assert (refused.code, refused.kind) == ("not-your-opinion", Kind.FORBIDDEN)
    case.do(corrected(), HEAD)
    assert HEAD.person in case.case.reviewers


def test_a_head_who_corrected_an_opinion_does_not_decide_as_well() -> None:
    case = Life(replace(food(), reviewer_may_decide=False)).reviewed()
    case.do(corrected("S3", "fail"), HEAD)
    assert case.refuse(co.Decide(False, ("食品安全法（2021修正） 35条",), "不符合"), HEAD).code == "separation"
    case.do(co.Decide(False, ("食品安全法（2021修正） 35条",), "不符合"), post("a:h2", "head"))


def test_of_a_step_done_again_only_who_did_it_last_corrects_the_opinion() -> None:
    second = post("a:r2", "reviewer")
    case = Life().accepted()
    case.conclude("S1")
    case.conclude("S2")
    case.do(co.SendBack("S1", "重做", "S3"), REVIEWER)
    case.conclude("S1", actor=second)
    assert case.refuse(corrected(), REVIEWER).code == "not-your-opinion"
    case.do(corrected(), second)
    case.do(corrected("S1", "pass", "复核"), HEAD)
    case.do(corrected(), second)


def test_who_accepted_corrects_no_opinion() -> None:
    """受审分离 (3.4c) holds for a correction as for a conclusion."""
    case = Life().accepted()
    case.conclude("S1")
    assert case.refuse(corrected(), post(WINDOW.person, "head")).code == "separation"


def test_an_opinion_that_a_later_step_followed_is_sent_back_instead() -> None:
    case = Life().reviewed()
    refused = case.refuse(corrected(), REVIEWER)
    assert (refused.code, refused.kind) == ("later-step-done", Kind.STALE)
    assert "综合审核" in refused.message and "退回" in refused.next
    case.do(co.SendBack("S1", "意见有误"), HEAD)
    assert case.refuse(corrected(), REVIEWER).code == "step-not-done"


def test_a_correction_changes_something_and_says_why() -> None:
    case = Life().accepted()
    case.conclude("S1")
    assert case.refuse(co.CorrectOpinion("S1", "pass", "没变"), REVIEWER).code == "nothing-corrected"
    assert case.refuse(co.CorrectOpinion("S1", "fail", "改了"), REVIEWER).code == "opinion-missing"
    assert case.refuse(co.CorrectOpinion("S1", "agree", "改了", "x"), REVIEWER).code == "unknown-verdict"
    assert case.refuse(co.CorrectOpinion("S1", "fail", "", "x"), REVIEWER).code == "reason-missing"
    case.do(co.CorrectOpinion("S1", "pass", "措词有误", "面积为20平方米"), REVIEWER)


def test_an_opinion_that_silence_gave_is_nobodys_to_correct() -> None:
    from yichuang.catalog.standard import StepKind

    paper, place, joined = food().steps
    asked = replace(paper, kind=StepKind.OPINION, silence_agrees=True)
    case = Life(replace(food(), steps=(asked, place, joined))).accepted()
    case.at("2018-03-01").tick()
    assert case.case.steps["S1"].verdict == "deemed"
    assert case.refuse(co.CorrectOpinion("S1", "disagree", "逾期", "不同意"), HEAD).code == "opinion-deemed"


def test_after_the_decision_no_opinion_is_corrected() -> None:
    case = Life().granted()
    refused = case.refuse(corrected("S3"), REVIEWER)
    assert (refused.code, refused.kind) == ("out-of-stage", Kind.STALE)


def test_pages_offer_a_correction_on_done_steps_alone() -> None:
    case = Life().accepted()
    case.conclude("S1")
    offered = [o for o in list_offers(case.case, case.facts(REVIEWER)) if o.command is co.CorrectOpinion]
    assert [(o.step, o.allowed) for o in offered] == [("S1", True)]
    surveyors = [o for o in list_offers(case.case, case.facts(SURVEYOR)) if o.command is co.CorrectOpinion]
    assert [o.allowed for o in surveyors] == [False]


# --- 更正申请人信息 ---------------------------------------------------------------------------------------------------


def test_the_window_corrects_a_wrong_applicant() -> None:
    case = on_paper()
    case.more["sent"] = frozenset({"file-of-the-former"})
    given = {"M01": ("paper",), "M02": ("file-of-the-former", "paper"), "M03": ("file-of-the-former",)}
    case.case = replace(case.case, given={**case.case.given, **given}, held={"M08": "证照"}, agent="a:p2")
    (event,) = case.do(correction(), WINDOW2)
    assert (event.former, case.case.subject, case.case.agent, case.case.held) == ("s:1", "s:2", "", {})
    assert case.case.given["M02"] == ("paper",) and "M03" not in case.case.given
    assert "M03" in case.case.missing
    assert WINDOW2.person in case.case.intake, "who corrects the intake belongs to it"
    assert case.refuse(co.Withdraw(), CITIZEN).code == "not-your-act", "no longer theirs"


def test_a_wrong_name_changes_neither_materials_nor_agent() -> None:
    case = Life().submit(AGENT)
    case.do(co.Receive(), WINDOW)
    before = case.case
    (event,) = case.do(correction("s:1"), HEAD)
    assert event.former == ""
    assert (case.case.subject, case.case.agent, case.case.given) == ("s:1", before.agent, before.given)
    assert HEAD.person not in case.case.intake, "a head may still decide"


def test_nobody_else_becomes_the_applicant_of_what_was_filed_online() -> None:
    case = Life().received()
    refused = case.refuse(correction(), WINDOW)
    assert refused.code == "filed-online" and "撤回" in refused.next


def test_a_correction_of_the_applicant_names_its_reason_and_comes_before_the_decision() -> None:
    case = on_paper()
    assert case.refuse(replace(correction(), reason=""), WINDOW).code == "reason-missing"
    assert case.refuse(correction(), REVIEWER).code == "wrong-post"
    late = Life().granted()
    assert late.refuse(correction("s:1"), HEAD).code == "out-of-stage"


# --- 退费 -------------------------------------------------------------------------------------------------------------


def test_a_payment_by_mistake_is_due_again_under_an_order_of_its_own() -> None:
    case = paid()
    first = case.case.charges["F1"].order
    (event,) = case.do(refund("wrong_payment"), CASHIER)
    assert (event.amount, event.receipt, event.order) == (9000, "P1", first)
    assert case.case.unpaid == ("F1",)
    assert case.case.charges["F1"].order == f"{first}-2"
    case.do(co.PayFee("F1", 9000, "P2"), CASHIER)
    assert case.case.unpaid == ()
    case.do(refund("wrong_payment", "T2"), CASHIER)
    assert case.case.charges["F1"].order == f"{first}-3"


def test_a_wrong_charge_is_waived_and_the_certificate_waits_for_it_no_more() -> None:
    case = paid(Life(replace(food(), fees=(FEE,))).granted())
    case.do(refund("wrong_charge"), CASHIER)
    assert case.case.unpaid == ()
    assert case.refuse(co.PayFee("F1", 9000, "P2"), CASHIER).code == "paid-already"
    assert case.refuse(co.ChargeFee("F1", 9000), CASHIER).code == "charged-already"
    case.do(co.MakeCertificate(), WINDOW)


def test_what_was_paid_for_an_acceptance_that_was_revoked_is_given_back() -> None:
    case = paid()
    case.do(co.RevokeAcceptance("不符合"), HEAD)
    assert case.refuse(refund("wrong_payment"), CASHIER).code == "nothing-to-pay-again"
    case.do(refund("not_served"), CASHIER)
    refused = case.refuse(refund("not_served"), CASHIER)
    assert (refused.code, refused.kind) == ("not-paid", Kind.STALE), "once is enough"


def test_a_case_that_runs_or_was_granted_was_served() -> None:
    assert paid().refuse(refund("not_served"), CASHIER).code == "served"
    granted = paid(Life(replace(food(), fees=(FEE,))).granted())
    assert granted.refuse(refund("not_served"), CASHIER).code == "served"


def test_a_refund_names_ground_voucher_and_reason_and_is_the_cashiers() -> None:
    case = paid()
    assert case.refuse(refund("because"), CASHIER).code == "unknown-ground"
    assert case.refuse(refund(voucher=""), CASHIER).code == "voucher-missing"
    assert case.refuse(refund(reason=""), CASHIER).code == "reason-missing"
    assert case.refuse(refund(), WINDOW).code == "wrong-post"
    assert Life(replace(food(), fees=(FEE,))).accepted().refuse(refund(), CASHIER).code == "not-paid"


# --- 登记撤回 ---------------------------------------------------------------------------------------------------------


def test_the_window_enters_a_withdrawal_on_paper() -> None:
    case = on_paper()
    taken, withdrawn = case.do(co.TakeWithdrawal(True, "张三", "不办了"), WINDOW)
    assert isinstance(taken, ev.WithdrawalTaken) and isinstance(withdrawn, ev.Withdrawn)
    assert (case.case.stage, case.case.outcome) == (Stage.WITHDRAWN, "withdrawn")


def test_no_withdrawal_without_the_signed_request() -> None:
    case = on_paper()
    assert case.refuse(co.TakeWithdrawal(False, "张三"), WINDOW).code == "request-missing"
    assert case.refuse(co.TakeWithdrawal(True, ""), WINDOW).code == "signer-missing"
    assert case.refuse(co.TakeWithdrawal(True, "张三"), HEAD).code == "wrong-post"


def test_what_was_filed_online_is_withdrawn_online() -> None:
    refused = Life().received().refuse(co.TakeWithdrawal(True, "张三"), WINDOW)
    assert refused.code == "filed-online" and "我的办件" in refused.next
