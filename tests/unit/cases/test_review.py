"""受理之后:环节并行与汇合、退回、两人核查、受审分离、特别程序、延期、收费、决定、制证、送达。"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

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
    Life,
    days,
    food,
    post,
    standards,
)
from yichuang.aggregates.refusal import Kind
from yichuang.cases.core import commands as co
from yichuang.cases.core import events as ev
from yichuang.cases.core.clocks import case_clocks
from yichuang.cases.core.state import Stage
from yichuang.catalog.standard import Fee, PostKind, StepKind, When
from yichuang.kernel.clock import Limit, Unit, due_on

OPEN = "open"
BASES = ("食品安全法（2021修正） 35条",)


def status(case: Life) -> dict[str, str]:
    return {code: s.status for code, s in case.case.steps.items()}


def due(case: Life, name: str) -> date:
    clock = next(c for c in case_clocks(case.case, case.standard) if c.name == name)
    return due_on(clock.clock, case.calendar, case.facts(HEAD).today).day


# --- steps ------------------------------------------------------------------------------------------------------------


def test_steps_with_nothing_between_them_open_together_and_join() -> None:
    """内部审核并联化(3.2a):资料审查与现场核查同时开始,都办结后才开始综合审核。"""
    case = Life().accepted()
    assert status(case) == {"S1": OPEN, "S2": OPEN, "S3": "waiting"}
    case.conclude("S2")
    assert status(case) == {"S1": OPEN, "S2": "done", "S3": "waiting"}
    case.conclude("S1")
    assert status(case) == {"S1": "done", "S2": "done", "S3": OPEN}


def test_a_step_the_situation_does_not_need_is_bridged() -> None:
    paper, place, joined = food().steps
    visited = replace(place, when=When("situation", ("new", "change")))
    case = Life(replace(food(), steps=(paper, visited, joined))).submit(situation="reissue", licence="l")
    case.do(co.Receive(), WINDOW)
    case.do(co.Accept(), WINDOW)
    assert status(case) == {"S1": OPEN, "S3": "waiting"}, "现场核查 S2 does not apply"
    case.conclude("S1")
    assert status(case)["S3"] == OPEN


@pytest.mark.parametrize("step", ["S3", "S9", ""])
def test_a_step_that_is_not_open_is_refused(step: str) -> None:
    case = Life().accepted()
    refused = case.refuse(co.Conclude(step, "pass"), REVIEWER)
    assert (refused.code, refused.kind) == ("step-not-open", Kind.STALE)


def test_sending_back_reopens_what_came_after_and_counts_the_rounds() -> None:
    case = Life().accepted()
    case.conclude("S1")
    case.conclude("S2")
    assert case.refuse(co.SendBack("S1", "", step="S3"), REVIEWER).code == "reason-missing"
    assert case.refuse(co.SendBack("S3", "理由", step="S3"), REVIEWER).code == "not-a-predecessor"
    case.do(co.SendBack("S1", "资料与现场不符", step="S3"), REVIEWER)
    assert status(case) == {"S1": OPEN, "S2": "done", "S3": "waiting"}
    assert case.case.steps["S1"].round == 2
    case.conclude("S1")
    assert (case.case.steps["S3"].status, case.case.steps["S3"].round) == (OPEN, 2)
    case.conclude("S3")
    case.do(co.SendBack("S2", "重新核查"), HEAD)
    assert status(case) == {"S1": "done", "S2": OPEN, "S3": "waiting"}
    assert case.refuse(co.Decide(True), HEAD).code == "steps-open"


def test_sending_back_stops_no_clock() -> None:
    case = Life().accepted()
    before = due(case, "statutory")
    case.conclude("S1")
    case.conclude("S2")
    case.do(co.SendBack("S1", "理由", step="S3"), REVIEWER)
    assert due(case, "statutory") == before


@pytest.mark.clause("3.4c.3")
def test_a_survey_takes_two_officers_of_the_post() -> None:
    """34条三款:核查应当指派两名以上工作人员。"""
    case = Life().accepted()
    assert case.refuse(co.Conclude("S2", "pass"), SURVEYOR).code == "too-few-officers"
    assert case.refuse(co.Conclude("S2", "pass", officers=("a:v1",)), SURVEYOR).code == "too-few-officers"
    assert case.refuse(co.Conclude("S2", "pass", officers=("a:x9",)), SURVEYOR).code == "not-a-holder"
    case.do(co.Conclude("S2", "pass", officers=("a:v2",)), SURVEYOR)
    assert case.case.steps["S2"].officers == ("a:v1", "a:v2")


def test_a_negative_conclusion_says_why() -> None:
    case = Life().accepted()
    assert case.refuse(co.Conclude("S1", "fail"), REVIEWER).code == "opinion-missing"
    assert case.refuse(co.Conclude("S1", "agree"), REVIEWER).code == "unknown-verdict"


def test_a_step_handed_to_somebody_is_theirs_alone() -> None:
    case = Life().accepted()
    assert case.refuse(co.Assign("S1", "a:x9"), HEAD).code == "not-a-holder"
    case.do(co.Assign("S1", "a:r2"), HEAD)
    assert case.refuse(co.Conclude("S1", "pass"), REVIEWER).code == "assigned-to-another"
    stand_in = post("a:r1", "reviewer", on_behalf_of="a:r2")
    case.do(co.Conclude("S1", "pass"), stand_in)


# --- separation (3.4c) ------------------------------------------------------------------------------------------------


def intake_of(case: Life, act: str) -> None:
    """`a:both`, who holds a window's and other posts, does one act of the intake; others do the rest."""
    both = post("a:both", "window", "410100/zwb")
    case.submit(both if act == "submit" else CITIZEN, without=("M03",) if act in ("ask", "supply") else ())
    if act == "pre_review":
        case.do(co.PreReview(True), both)
    case.do(co.Receive(), both if act == "receive" else WINDOW)
    if act in ("ask", "supply"):
        case.do(co.AskCorrection("缺件", ("M03",)), both if act == "ask" else WINDOW)
        case.do(co.Supply({"M03": ("paper",)}), both if act == "supply" else CITIZEN)
    case.do(co.Accept(), both if act == "accept" else WINDOW)


@pytest.mark.clause("3.4c.1")
@pytest.mark.parametrize("act", ["submit", "pre_review", "receive", "ask", "supply", "accept"])
def test_whoever_took_part_in_the_intake_does_no_later_step(act: str) -> None:
    case = Life()
    intake_of(case, act)
    refused = case.refuse(co.Conclude("S1", "pass"), post("a:both", "reviewer"))
    assert (refused.code, refused.clause, refused.kind) == ("separation", "3.4c", Kind.FORBIDDEN)
    stood_in_for = post("a:r1", "reviewer", on_behalf_of="a:both")
    assert case.refuse(co.Conclude("S1", "pass"), stood_in_for).code == "separation"
    case.more = {"holders": frozenset({"a:both", "a:v2"})}
    assert case.refuse(co.Conclude("S2", "pass", officers=("a:both",)), SURVEYOR).code == "separation"
    assert case.refuse(co.Assign("S2", "a:both"), HEAD).code == "separation"
    for step in ("S1", "S2", "S3"):
        case.conclude(step)
    assert case.refuse(co.Decide(True), post("a:both", "head")).code == "separation"
    assert case.refuse(co.Extend(5, "x"), post("a:both", "head")).code == "separation"


@pytest.mark.clause("3.4c.1")
def test_an_instant_item_is_decided_by_another_than_who_accepted() -> None:
    filing = standards()["ZZ-102"]
    assert filing.instant
    assert not filing.steps
    case = Life(filing).submit()
    case.do(co.Receive(), post("a:both", "window", "410100/zwb"))
    case.do(co.Accept(), post("a:both", "window", "410100/zwb"))
    home = f"410100/{filing.department}"
    assert case.refuse(co.Decide(True), post("a:both", "head", home)).code == "separation"
    case.do(co.Decide(True), post("a:h1", "head", home))


@pytest.mark.clause("3.1c.1")
@pytest.mark.breach
def test_a_filing_is_never_refused() -> None:
    """国办函〔2022〕110号:备案不得以事前同意为条件。"""
    filing = standards()["ZZ-102"]
    case = Life(filing).submit()
    case.do(co.Receive(), post("a:w1", "window", "410100/zwb"))
    case.do(co.Accept(), post("a:w1", "window", "410100/zwb"))
    head = post("a:h1", "head", f"410100/{filing.department}")
    refused = case.refuse(co.Decide(False, bases=filing.main_basis_on(date(2018, 3, 12)), reason="产能过剩"), head)
    assert (refused.code, refused.clause) == ("filing-refused", "3.1c")
    case.do(co.Decide(True), head)


@pytest.mark.clause("3.4c.2")
def test_who_reviewed_does_not_decide_unless_the_standard_lets_them() -> None:
    case = Life().reviewed()
    for person in ("a:r1", "a:v1", "a:v2"):
        assert case.refuse(co.Decide(True), post(person, "head")).code == "separation"
    stood_in_for = post("a:h2", "head", on_behalf_of="a:r1")
    assert case.refuse(co.Decide(True), stood_in_for).code == "separation", "a stand-in decides in that person's name"
    case.standard = replace(food(), reviewer_may_decide=True)
    case.do(co.Decide(True), post("a:r1", "head"))


def twice_reviewed() -> Life:
    """A standard whose S3 is the second review of what S1 was the first of."""
    steps = tuple(replace(s, apart=("S1",)) if s.code == "S3" else s for s in food().steps)
    return Life(replace(food(), steps=steps)).accepted()


@pytest.mark.parametrize(
    ("first", "second", "allowed"),
    [
        (post("a:r1", "reviewer"), post("a:r1", "reviewer"), False),
        (post("a:r1", "reviewer"), post("a:r2", "reviewer"), True),
        (post("a:r1", "reviewer"), post("a:r2", "reviewer", on_behalf_of="a:r1"), False),
        (post("a:r2", "reviewer", on_behalf_of="a:r1"), post("a:r1", "reviewer"), False),
        (post("a:r2", "reviewer", on_behalf_of="a:r1"), post("a:r3", "reviewer"), True),
    ],
)
def test_first_and_second_review_are_two_people_and_a_stand_in_is_the_one_stood_in_for(
    first: Any, second: Any, allowed: bool
) -> None:
    case = twice_reviewed()
    case.conclude("S1", actor=first)
    case.conclude("S2")
    if allowed:
        case.do(co.Conclude("S3", "pass"), second)
        return
    refused = case.refuse(co.Conclude("S3", "pass"), second)
    assert (refused.code, refused.kind) == ("second-review", Kind.FORBIDDEN)
    assert "“资料审查”和“综合审核”不能是同一人" in refused.message


def test_the_second_review_is_not_handed_to_who_did_the_first() -> None:
    case = twice_reviewed()
    case.conclude("S1")
    case.conclude("S2")
    case.more = {"holders": frozenset({REVIEWER.person, "a:r2"})}
    assert case.refuse(co.Assign("S3", REVIEWER.person), HEAD).code == "second-review"
    case.do(co.Assign("S3", "a:r2"), HEAD)


def test_whom_a_stand_in_stood_in_for_has_taken_it_in_and_reviewed_it() -> None:
    case = Life()
    case.submit()
    case.do(co.Receive(), post("a:w2", "window", "410100/zwb", on_behalf_of="a:both"))
    case.do(co.Accept(), WINDOW)
    assert case.refuse(co.Conclude("S1", "pass"), post("a:both", "reviewer")).code == "separation"
    case.do(co.Conclude("S1", "pass"), post("a:r2", "reviewer", on_behalf_of="a:r1"))
    case.conclude("S2")
    case.conclude("S3", actor=post("a:r3", "reviewer"))
    assert case.refuse(co.Decide(True), post("a:r1", "head")).code == "separation"


def test_who_reviewed_in_an_earlier_round_does_not_decide_either() -> None:
    case = Life().accepted()
    case.conclude("S1", actor=post("a:old", "reviewer"))
    case.conclude("S2")
    case.do(co.SendBack("S1", "理由", step="S3"), REVIEWER)
    case.conclude("S1")
    case.conclude("S3")
    assert case.refuse(co.Decide(True), post("a:old", "head")).code == "separation"


# --- special procedures (45条) ----------------------------------------------------------------------------------------


def hearing(case: Life, until: date, step: str = "") -> Any:
    return case.do(co.StartSpecial("hearing", until, "利害关系人要求听证", step), HEAD if not step else REVIEWER)


@pytest.mark.parametrize("kind", ["survey", "opinion", "publication", "review"])
def test_only_the_eight_kinds_of_article_45_stop_the_clock(kind: str) -> None:
    case = Life(replace(food(), procedure=replace(food().procedure, stops=tuple(list(StepKind)[:8])), specials=()))
    case.accepted()
    refused = case.refuse(co.StartSpecial(kind, date(2018, 3, 1), "理由"), HEAD)
    assert (refused.code, refused.clause) == ("does-not-stop-clock", "行政许可法第四十五条")
    for stops in list(StepKind)[:8]:
        case.do(co.StartSpecial(stops.value, date(2018, 3, 1), "理由"), HEAD)
    assert case.refuse(co.StartSpecial("coffee", date(2018, 3, 1), "理由"), HEAD).code == "unknown-special"


def test_a_special_law_adds_its_own_kind() -> None:
    registration = standards()["ZZ-019"]
    added = next(s for s in registration.specials if not s.counts)
    assert added.kind is StepKind.PUBLICATION
    home = f"410100/{registration.department}"
    case = Life(registration).accepted()
    case.do(co.StartSpecial("publication", date(2018, 3, 20), "首次登记公告"), post("a:h1", "head", home))
    assert case.case.paused


def test_a_special_procedure_is_told_with_reason_and_time() -> None:
    case = Life().accepted()
    assert case.refuse(co.StartSpecial("hearing", date(2018, 2, 9), "理由"), HEAD).code == "until-past"
    assert case.refuse(co.StartSpecial("hearing", date(2018, 3, 1), ""), HEAD).code == "reason-missing"
    hearing(case, date(2018, 3, 1))
    assert case.refuse(co.StartSpecial("hearing", date(2018, 3, 1), "再来"), HEAD).code == "special-running"


def test_it_starts_only_from_ones_own_open_step() -> None:
    case = Life().accepted()
    for step, code in (("S3", "step-not-open"), ("S9", "step-not-open"), ("S2", "wrong-post")):
        assert case.refuse(co.StartSpecial("hearing", date(2018, 3, 1), "理由", step), REVIEWER).code == code


def test_no_decision_while_a_special_procedure_runs_and_it_ends_once() -> None:
    case = Life().reviewed()
    hearing(case, date(2018, 3, 1))
    assert case.refuse(co.Decide(True), HEAD).code == "special-running"
    case.do(co.EndSpecial("X1", "听证笔录"), HEAD)
    assert case.refuse(co.EndSpecial("X1"), HEAD).code == "no-such-special"
    case.do(co.Decide(True), HEAD)


def ended(case: Life) -> list[ev.SpecialEnded]:
    return [e for one in case.did if isinstance(e := one.event, ev.SpecialEnded)]


def test_a_special_procedure_ends_when_its_step_is_sent_back() -> None:
    case = Life().accepted()
    case.conclude("S1")
    case.conclude("S2")
    hearing(case, date(2018, 3, 1), "S3")
    case.at("2018-02-23")
    case.do(co.SendBack("S1", "理由", step="S3"), REVIEWER)
    assert not case.case.paused
    assert case.case.specials["X1"].ended == date(2018, 2, 23)
    assert [(e.kind, e.by, e.step) for e in ended(case)] == [("hearing", ev.SENT_BACK, "S3")]


def test_a_survey_concluded_ends_no_other_procedure() -> None:
    """A test of samples that the surveyors asked for goes on, and the limit stands still, until its result is there."""
    testing = replace(food(), procedure=replace(food().procedure, stops=tuple(list(StepKind)[:8])))
    case = Life(testing).accepted()
    case.do(co.StartSpecial("testing", date(2018, 3, 20), "样品送检", "S2"), SURVEYOR)
    case.conclude("S2")
    assert case.case.paused and ended(case) == []
    case.conclude("S1")
    case.conclude("S3")
    assert case.refuse(co.Decide(True), HEAD).code == "special-running"
    case.do(co.EndSpecial("X1", "检测合格"), HEAD)
    assert [(e.kind, e.by, e.step) for e in ended(case)] == [("testing", ev.BY_OFFICER, "S2")]


def test_a_step_that_is_itself_the_procedure_ends_it() -> None:
    steps = tuple(replace(s, kind=StepKind.TESTING) if s.code == "S1" else s for s in food().steps)
    procedure = replace(food().procedure, stops=tuple(list(StepKind)[:8]))
    case = Life(replace(food(), steps=steps, procedure=procedure)).accepted()
    case.do(co.StartSpecial("testing", date(2018, 3, 20), "抽样检测", "S1"), REVIEWER)
    case.conclude("S1")
    assert [(e.kind, e.by, e.step) for e in ended(case)] == [("testing", ev.CONCLUDED, "S1")]
    assert not case.case.paused


@pytest.mark.parametrize(
    ("start", "end", "extended", "statutory"),
    [
        (None, None, False, date(2018, 3, 14)),
        ("2018-02-13", "2018-03-02", False, date(2018, 3, 27)),
        ("2018-02-27", "2018-03-06", False, date(2018, 3, 29)),
        (None, None, True, date(2018, 3, 28)),
        ("2018-02-13", "2018-03-02", True, date(2018, 4, 11)),
    ],
)
def test_the_worked_vectors_through_the_engine(
    start: str | None, end: str | None, extended: bool, statutory: date
) -> None:
    """2018-02-09 受理,20 个工作日:domain §7 的算例。The third vector unites both suspensions."""
    case = Life().accepted()
    if start == "2018-02-27":
        case.at("2018-02-13")
        hearing(case, date(2018, 3, 2))
        case.at("2018-02-27").do(co.StartSpecial("appraisal", date(2018, 3, 6), "鉴定"), HEAD)
        case.at("2018-03-02").do(co.EndSpecial("X1"), HEAD)
        case.at("2018-03-06").do(co.EndSpecial("X2"), HEAD)
    elif start and end:
        case.at(start)
        hearing(case, date.fromisoformat(end))
        case.at(end).do(co.EndSpecial("X1"), HEAD)
    if extended:
        case.do(co.Extend(10, "案情复杂"), HEAD)
    assert due(case, "statutory") == statutory


# --- extension (42条一款) ---------------------------------------------------------------------------------------------


def test_the_head_extends_once_with_a_reason_within_the_law() -> None:
    case = Life().accepted()
    assert case.refuse(co.Extend(11, "理由"), HEAD).code == "extension-too-long"
    assert case.refuse(co.Extend(0, "理由"), HEAD).code == "extension-too-long"
    assert case.refuse(co.Extend(10, ""), HEAD).code == "reason-missing"
    assert case.refuse(co.Extend(10, "理由"), REVIEWER).code == "wrong-post"
    assert case.refuse(co.Extend(10, "理由"), post("a:h2", "head", OTHER)).code == "other-department"
    case.do(co.Extend(3, "案情复杂"), HEAD)
    again = case.refuse(co.Extend(3, "还要"), HEAD)
    assert (again.code, again.kind) == ("extended-already", Kind.RULE)


@pytest.mark.parametrize(("when", "late"), [("2018-03-14 23:00", False), ("2018-03-15 00:00", True)])
def test_an_extension_comes_before_the_limit_has_run_out(when: str, late: bool) -> None:
    case = Life().accepted().at(when)
    if late:
        assert case.refuse(co.Extend(10, "理由"), HEAD).code == "expired"
    else:
        case.do(co.Extend(10, "理由"), HEAD)


def test_no_extension_where_the_law_knows_none_for_such_a_limit() -> None:
    """Three months are not extended by ten months: the general ten working days belong to the general limit."""
    months = replace(food(), statutory=Limit(3, Unit.MONTH), statutory_extension=None)
    assert months.procedure.extension
    assert Life(months).accepted().refuse(co.Extend(10, "理由"), HEAD).code == "no-extension"


def test_an_extension_moves_only_limits_of_its_unit() -> None:
    case = Life(replace(food(), promised=Limit(2, Unit.MONTH))).accepted()
    before = due(case, "promised")
    case.do(co.Extend(10, "理由"), HEAD)
    assert (due(case, "promised"), due(case, "statutory")) == (before, date(2018, 3, 28))


# --- fees (58、59条) --------------------------------------------------------------------------------------------------

FEE = Fee("F1", "占用费", "每平方米 9 元", "收费文件", "local_reg", rate=900, per="premises_area")


def charging() -> Life:
    return Life(replace(food(), fees=(FEE,))).accepted()


def test_the_amount_follows_from_the_published_tariff() -> None:
    case = charging()
    assert case.case.due_fees == {"F1": 9000}, "10 平方米 × 9 元"
    assert case.refuse(co.ChargeFee("F1", 9001), CASHIER).code == "wrong-amount"
    assert case.refuse(co.ChargeFee("F9", 9000), CASHIER).code == "fee-not-published"
    (charged,) = case.do(co.ChargeFee("F1", 9000), CASHIER)
    assert charged.basis == "收费文件"
    assert case.refuse(co.ChargeFee("F1", 9000), CASHIER).code == "charged-already"
    assert case.refuse(co.PayFee("F1", 8999, "P1"), CASHIER).code == "wrong-amount"
    assert case.refuse(co.PayFee("F1", 9000, ""), CASHIER).code == "receipt-missing"
    case.do(co.PayFee("F1", 9000, "P1"), CASHIER)
    assert case.refuse(co.PayFee("F1", 9000, "P2"), CASHIER).code == "paid-already"


def test_half_a_fen_is_rounded_up() -> None:
    fee = replace(FEE, rate=25)
    case = Life(replace(food(), fees=(fee,))).submit(premises_area="10.1", kitchen_area="10")
    assert case.case.due_fees == {"F1": 253}, "252.5 fen"


def test_an_item_without_fees_charges_nothing() -> None:
    case = Life().accepted()
    assert case.refuse(co.ChargeFee("F1", 100), CASHIER).code == "fee-not-published"
    assert case.refuse(co.PayFee("F1", 100, "P1"), CASHIER).code == "not-charged"


def test_no_certificate_before_the_fee_is_paid() -> None:
    case = charging()
    for step in ("S1", "S2", "S3"):
        case.conclude(step)
    case.do(co.Decide(True), HEAD)
    assert case.refuse(co.MakeCertificate(), WINDOW).code == "fee-unpaid"
    case.do(co.ChargeFee("F1", 9000), WINDOW)
    assert case.refuse(co.MakeCertificate(), WINDOW).code == "fee-unpaid"
    case.do(co.PayFee("F1", 9000, "P1"), CASHIER)
    case.do(co.MakeCertificate(), WINDOW)


# --- decision, certificate, delivery ----------------------------------------------------------------------------------


def test_no_grant_while_a_step_is_open_or_failed() -> None:
    case = Life().accepted()
    assert case.refuse(co.Decide(True), HEAD).code == "steps-open"
    case.conclude("S1", "fail")
    assert case.refuse(co.Decide(True), HEAD).code == "condition-not-met"
    (decided,) = case.do(co.Decide(False, BASES, "场所不符合条件"), HEAD)
    assert decided.reviewers == ("a:r1",)


def test_a_refusal_gives_reason_and_remedies() -> None:
    """38条二款:说明理由,并告知申请复议或者提起诉讼的权利。"""
    case = Life().reviewed()
    assert case.refuse(co.Decide(False, BASES), HEAD).code == "reason-missing"
    unfounded = case.refuse(co.Decide(False, reason="不符合"), HEAD)
    assert unfounded.code == "basis-missing" and "不予行政许可" in unfounded.message
    (decided,) = case.do(co.Decide(False, BASES, "不符合"), HEAD)
    assert decided.bases == BASES
    assert any("行政复议" in r for r in decided.remedies)
    assert any("行政诉讼" in r for r in decided.remedies)
    assert case.refuse(co.MakeCertificate(), WINDOW).code == "not-granted"
    case.do(co.Deliver("direct", "张三丰"), WINDOW)
    assert (case.case.stage, case.case.outcome) == (Stage.CLOSED, "refused")


def test_a_grant_cites_the_main_basis_by_itself_and_no_other() -> None:
    case = Life().granted()
    decided = case.did[-1].event
    assert decided.bases == ("食品安全法（2021修正） 35条",)
    assert decided.remedies == ()


def test_a_licence_for_five_years_ends_the_day_before() -> None:
    case = Life(replace(food(), result=replace(food().result, validity_months=60))).granted()
    made = case.at("2018-03-15").do(co.MakeCertificate(), WINDOW)[-1]
    assert (made.valid_from, made.valid_to) == (date(2018, 3, 15), date(2023, 3, 14))


@pytest.mark.parametrize(("day", "months", "last"), [("2020-02-29", 12, "2021-02-27"), ("2018-08-31", 6, "2019-02-27")])
def test_a_term_ends_before_the_months_last_day_where_there_is_no_corresponding_day(
    day: str, months: int, last: str
) -> None:
    case = Life(replace(food(), result=replace(food().result, validity_months=months))).granted()
    made = case.at(day).do(co.MakeCertificate(), WINDOW)[-1]
    assert made.valid_to == date.fromisoformat(last)


def test_delivery_comes_after_the_certificate_and_names_the_recipient() -> None:
    case = Life().granted()
    assert case.refuse(co.Deliver("direct", "张三丰"), WINDOW).code == "certificate-not-made"
    case.do(co.MakeCertificate(), WINDOW)
    assert case.refuse(co.Deliver("pigeon", "张三丰"), WINDOW).code == "unknown-method"
    assert case.refuse(co.Deliver("direct"), WINDOW).code == "recipient-missing"
    assert case.refuse(co.Deliver("direct", "张三丰"), CITIZEN).code == "not-your-method"
    case.do(co.Deliver("electronic"), AGENT)
    assert (case.case.stage, case.case.outcome) == (Stage.CLOSED, "granted")


# --- leaving the path -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reached", ["submit", "received", "accepted", "reviewed"])
def test_the_applicant_may_withdraw_until_the_decision(reached: str) -> None:
    case = getattr(Life(), reached)()
    assert case.refuse(co.Withdraw(), WINDOW).code == "wrong-post"
    case.do(co.Withdraw("不办了"), CITIZEN)
    assert (case.case.stage, case.case.outcome) == (Stage.WITHDRAWN, "withdrawn")


def test_after_the_decision_nobody_withdraws() -> None:
    assert Life().granted().refuse(co.Withdraw(), CITIZEN).code == "out-of-stage"


def test_the_head_terminates_with_a_reason() -> None:
    case = Life().accepted()
    assert case.refuse(co.Terminate(""), HEAD).code == "reason-missing"
    assert case.refuse(co.Terminate("x"), WINDOW).code == "wrong-post"
    case.do(co.Terminate("申请企业已注销"), HEAD)
    assert (case.case.stage, case.case.outcome) == (Stage.TERMINATED, "terminated")


@pytest.mark.clause("3.2d.3")
def test_rebinding_needs_a_decision_and_a_version_that_fits() -> None:
    case = Life().accepted()
    second = replace(food(), version=2)

    def to(target: Any, decision: str = "市监〔2018〕5号") -> co.Rebind:
        case.more = {"target": target}
        return co.Rebind(target.key if target else "410100/ZZ-001/9", decision)

    assert case.refuse(to(None), HEAD).code == "no-such-standard"
    assert case.refuse(to(food()), HEAD).code == "other-item"
    assert case.refuse(to(replace(second, item="ZZ-002")), HEAD).code == "other-item"
    assert case.refuse(to(second, ""), HEAD).code == "reason-missing"
    more = (*second.steps, replace(second.steps[0], code="S4", after=("S3",)))
    assert case.refuse(to(replace(second, steps=more)), HEAD).code == "steps-differ"
    assert case.refuse(to(replace(second, steps=second.steps[:2])), HEAD).code == "steps-differ"
    fewer = tuple(m for m in second.materials if m.code != "M03")
    assert case.refuse(to(replace(second, materials=fewer)), HEAD).code == "materials-differ"
    case.do(to(second), HEAD)
    assert case.case.standard == second.key


# --- other departments' opinions (3.7f) -------------------------------------------------------------------------------


def with_opinion(silence: bool) -> Life:
    opinion = replace(
        food().steps[0],
        code="S4",
        kind=StepKind.OPINION,
        department="gaj",
        post=PostKind.REVIEWER,
        limit=days(5),
        silence_agrees=silence,
    )
    last = replace(food().steps[2], after=("S1", "S2", "S4"))
    return Life(replace(food(), steps=(*food().steps[:2], opinion, last))).accepted()


@pytest.mark.clause("3.7f.1")
def test_silence_of_an_opinion_agrees_at_the_end_of_its_limit() -> None:
    case = with_opinion(silence=True)
    case.conclude("S1")
    case.conclude("S2")
    case.at("2018-02-22 23:59").tick()
    assert case.case.steps["S4"].status == OPEN
    case.at("2018-03-01")
    late = case.refuse(co.Conclude("S4", "disagree", "太晚"), post("a:g1", "reviewer", OTHER))
    assert late.code == "step-not-open"
    step = case.case.steps["S4"]
    assert (step.verdict, step.done_on, step.officers) == ("deemed", date(2018, 2, 23), ())
    assert case.case.steps["S3"].on == date(2018, 2, 23)
    concluded = next(d for d in case.did if isinstance(d.event, ev.StepConcluded) and d.event.step == "S4")
    assert concluded.at is not None
    case.conclude("S3")
    case.do(co.Decide(True), HEAD)


@pytest.mark.clause("3.7f.4")
def test_without_such_a_rule_silence_agrees_to_nothing() -> None:
    case = with_opinion(silence=False)
    case.at("2018-06-01").tick()
    assert case.case.steps["S4"].status == OPEN


def test_an_opinion_is_given_by_its_own_department() -> None:
    case = with_opinion(silence=True)
    assert case.refuse(co.Conclude("S4", "agree"), REVIEWER).code == "other-department"
    case.do(co.Conclude("S4", "agree"), post("a:g1", "reviewer", OTHER))


@pytest.mark.clause("4.1d.1")
@pytest.mark.parametrize("reached", ["submit", "received"])
def test_no_survey_before_acceptance(reached: str) -> None:
    case = getattr(Life(), reached)()
    assert case.refuse(co.Conclude("S2", "pass", officers=("a:v2",)), SURVEYOR).code == "out-of-stage"
