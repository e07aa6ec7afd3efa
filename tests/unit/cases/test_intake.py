"""受理的时间和方式(许可法 29–34 条):每条规则一个有日期的例子。"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from tests.unit.cases.bench import CITIZEN, HEAD, REVIEWER, STRANGER, WINDOW, Life, food, moment, post, standards
from yichuang.aggregates.refusal import Kind
from yichuang.cases.core import commands as co
from yichuang.cases.core import events as ev
from yichuang.cases.core.state import Stage
from yichuang.catalog.standard import Standard
from yichuang.kernel.localtime import midnight

ARTICLE_32 = "行政许可法第三十二条"
MACHINES = [{"machine_place": "建设路一号大厅", "machine_model": "V1", "machine_count": 1, "machine_heats": False}]


def life(day: str = "2018-02-09") -> Life:
    """A Friday before the spring festival of 2018: the fifth working day after it is 02-22."""
    return Life().at(day)


@pytest.mark.parametrize("until", ["2018-02-12", "2018-02-22 23:59"])
def test_within_five_working_days_the_window_may_still_ask(until: str) -> None:
    case = life().received()
    case.at(until).do(co.AskCorrection("缺件", ("M03",)), WINDOW)
    assert case.case.stage is Stage.CORRECTION


@pytest.mark.parametrize("command", [co.AskCorrection("缺件", ("M03",)), co.Accept(), co.Decline("not_required", "x")])
def test_silence_accepts_as_of_receipt_from_the_midnight_after_the_fifth_day(command: object) -> None:
    """32条一款四项:逾期不告知的,自收到申请材料之日起即为受理。"""
    case = life().received(without=("M03",))
    refused = case.at("2018-02-23 00:00").refuse(command, WINDOW)
    assert (refused.code, refused.kind) == ("deemed-accepted", Kind.RULE)
    assert ARTICLE_32 in refused.clause
    assert refused.next
    assert case.case.stage is Stage.ACCEPTED
    assert case.case.accepted_on == date(2018, 2, 9)
    assert case.case.silent
    accepted = next(d for d in case.did if isinstance(d.event, ev.Accepted))
    assert accepted.at == midnight(date(2018, 2, 23))
    assert accepted.event.bases == ("行政许可法32条一款四项",)


def test_silence_also_accepts_what_nobody_took_up() -> None:
    case = life().submit()
    case.at("2018-03-05").tick()
    assert [k for k in case.kinds() if k != "warned"] == [
        "submitted",
        "received",
        "accepted",
        "step_opened",
        "step_opened",
    ]
    assert (case.case.received_on, case.case.accepted_on) == (date(2018, 2, 9), date(2018, 2, 9))
    began = {s.on for s in case.case.steps.values() if s.status == "open"}
    assert began == {date(2018, 2, 23)}, "nobody could begin before silence had spoken"


def test_a_late_sweep_and_a_late_command_find_the_same_case() -> None:
    """Time acts first: what the sweep would have done at midnight is done by whoever comes next (design §3)."""
    early, late = life().received(), life().received()
    early.at("2018-02-23 00:00").tick()
    late.at("2018-03-01").tick()
    early.at("2018-03-01").tick()
    assert [(d.event, d.at) for d in early.did if d.at] == [(d.event, d.at) for d in late.did if d.at]
    assert early.case.stage is late.case.stage is Stage.ACCEPTED


def test_silence_does_not_accept_where_no_law_says_so() -> None:
    """备案没有“逾期即受理”的规定,不得推定。"""
    filing = standards()["ZZ-117"]
    assert not filing.procedure.silence_accepts
    case = Life(filing).at("2018-02-09").submit()
    case.at("2018-06-01").tick()
    assert case.case.stage is Stage.SUBMITTED
    assert ("accept", "over", date(2018, 2, 23)) in case.warnings()


@pytest.mark.clause("3.5b.2")
def test_receipt_counts_from_submission_however_late_it_is_taken_up() -> None:
    """电子签名法11条:进入系统即为收到;窗口提交的,交件之日即为收到。"""
    for actor in (CITIZEN, WINDOW):
        case = life().submit(actor)
        case.at("2018-02-12").do(co.PreReview(True), WINDOW)
        case.at("2018-02-14").do(co.Receive(), WINDOW)
        assert case.case.received_on == date(2018, 2, 9)
        case.at("2018-02-23").tick()
        assert case.case.silent


def test_pre_review_says_why_it_does_not_pass_and_comes_once() -> None:
    case = life().submit()
    assert case.refuse(co.PreReview(False), WINDOW).code == "opinion-missing"
    case.do(co.PreReview(False, "平面图不清"), WINDOW)
    assert case.case.stage is Stage.SUBMITTED
    assert case.refuse(co.PreReview(True), WINDOW).code == "reviewed-already"


@pytest.mark.clause("3.6c.1")
def test_a_correction_lists_everything_once() -> None:
    case = life().received(without=("M03", "M08"))
    assert case.refuse(co.AskCorrection("缺件"), WINDOW).code == "nothing-listed"
    assert case.refuse(co.AskCorrection("缺件", ("M99",)), WINDOW).code == "material-not-listed"
    assert case.refuse(co.AskCorrection("", ("M03",)), WINDOW).code == "reason-missing"
    case.do(co.AskCorrection("缺件", ("M03", "M08"), ("premises_area",)), WINDOW)
    assert case.case.correction is not None
    assert case.case.correction.due == date(2018, 3, 12), "30 calendar days end on Sunday 03-11 and move to Monday"
    case.do(co.Supply({"M03": ("u2",), "M08": ("u3",)}, form="vault:x", application=case.application()), CITIZEN)
    second = case.refuse(co.AskCorrection("还缺", ("M01",)), WINDOW)
    assert (second.code, second.kind) == ("second-correction", Kind.RULE)
    assert ARTICLE_32 in second.clause


@pytest.mark.parametrize(
    ("parts", "complete"),
    [
        ([({"M03": ("u2",), "M08": ("u3",)}, "vault:f")], True),
        ([({"M03": ("u2",)}, ""), ({"M08": ("u3",)}, ""), ({}, "vault:f")], True),
        ([({}, "vault:f"), ({"M03": ("u2",)}, ""), ({"M08": ("u3",)}, "")], True),
        ([({"M03": ("u2",)}, "vault:f")], False),
        ([({"M03": ("u2",), "M08": ("u3",)}, "")], False),
    ],
)
def test_a_correction_may_come_in_parts(parts: list[tuple[dict[str, tuple[str, ...]], str]], complete: bool) -> None:
    case = life().received(without=("M03", "M08"))
    case.do(co.AskCorrection("缺件", ("M03", "M08"), ("premises_area",)), WINDOW)
    for given, form in parts:
        case.do(co.Supply(given, form=form, application=case.application()), CITIZEN)
    assert case.case.stage is (Stage.RECEIVED if complete else Stage.CORRECTION)
    if not complete:
        case.at("2018-03-13").tick()
        assert case.case.outcome == "overdue"


def _asked(standard: Standard | None = None, *, without: tuple[str, ...] = (), **form: Any) -> Life:
    case = Life(standard or food()).at("2018-02-09").submit(without=without, **form)
    case.do(co.Receive(), WINDOW)
    case.do(co.AskCorrection("填错", without, (next(iter(form)),)), WINDOW)
    return case


def _correct(case: Life, given: dict[str, tuple[str, ...]] | None = None, **form: Any) -> co.Supply:
    return co.Supply(given or {}, form="vault:x", application=case.application(**form))


@pytest.mark.clause("3.6c.1")
def test_a_corrected_form_brings_the_papers_it_newly_needs() -> None:
    """一次告知:更正后新需要的材料随更正一并提供,不能再要求第二次补正。"""
    case = _asked(vending=False)
    refused = case.refuse(_correct(case, vending=True), CITIZEN)
    assert (refused.code, refused.kind) == ("material-missing", Kind.INPUT)
    assert "自动售货设备" in refused.message and "已填内容不会丢失" in refused.next
    case.do(_correct(case, {"M05": ("u5",)}, vending=True), CITIZEN)
    assert "M05" in case.case.needed and case.case.given["M05"] == ("u5",)
    assert case.case.stage is Stage.RECEIVED
    case.do(co.Accept(), WINDOW)


def test_a_corrected_form_frees_from_papers_it_no_longer_needs() -> None:
    case = _asked(without=("M05",), vending=True, machines=MACHINES)
    assert case.refuse(co.Supply({"M99": ("u",)}), CITIZEN).code == "nothing-supplied"
    case.do(_correct(case, vending=False), CITIZEN)
    assert "M05" not in case.case.needed
    assert case.case.correction is not None and case.case.correction.complete
    case.do(co.Accept(), WINDOW)


def test_papers_of_the_old_form_do_not_count_for_the_new_one() -> None:
    case = _asked(vending=False)
    case.do(_correct(case, {"M05": ("u5",)}, vending=False), CITIZEN)
    assert "M05" not in case.case.given, "nobody may hand in what the standard does not ask for"
    assert "revised" not in case.kinds(), "nothing changed, so nothing is on record"


def test_a_corrected_form_changes_fees_and_steps() -> None:
    roadworks = standards()["ZZ-022"]
    case = _asked(roadworks, kind="占用", occupy_area=100, restricted=False)
    before = case.case
    more = {m.code: ("u",) for m in roadworks.materials if m.code not in before.needed}
    case.do(_correct(case, more, kind="占用并挖掘", occupy_area=100, dig_area=50, restricted=True), CITIZEN)
    assert set(before.due_fees) < set(case.case.due_fees)
    assert set(case.case.skipped) < set(before.skipped)
    case.do(co.Accept(), WINDOW)
    assert "S4" in case.case.steps and "S4" not in before.steps


def test_steps_under_way_are_not_changed_by_a_late_form() -> None:
    clinic = standards()["ZZ-002"]
    case = Life(clinic).at("2018-02-09").submit(without=("M01",), handling="一般方式")
    case.do(co.Receive(), WINDOW)
    case.at("2018-03-01").tick()
    assert case.case.silent
    refused = case.refuse(_correct(case, {"M01": ("u",)}, handling="告知承诺方式"), CITIZEN)
    assert (refused.code, refused.kind) == ("steps-differ", Kind.RULE)
    case.do(_correct(case, {"M01": ("u",)}, handling="一般方式"), CITIZEN)
    assert not case.case.missing


def test_nothing_supplied_is_no_supply() -> None:
    case = life().received(without=("M03",))
    case.do(co.AskCorrection("缺件", ("M03",)), WINDOW)
    assert case.refuse(co.Supply(), CITIZEN).code == "nothing-supplied"
    assert case.refuse(co.Supply({"M99": ("u",)}), CITIZEN).code == "nothing-supplied"
    assert case.refuse(co.Supply({"M03": ("u",)}), STRANGER).code == "not-your-act"


def test_everything_listed_supplied_must_be_accepted() -> None:
    """32条一款五项:按照要求提交全部补正申请材料的,应当受理。"""
    case = life().received(without=("M03",))
    case.do(co.AskCorrection("缺件", ("M03",)), WINDOW)
    case.at("2018-02-26").do(co.Supply({"M03": ("u2",)}), CITIZEN)
    refused = case.refuse(co.Decline("not_accepted", "不想受理", ("行政许可法42条一款",)), WINDOW)
    assert refused.code == "must-accept"
    case.do(co.Accept(), WINDOW)
    assert case.case.accepted_on == date(2018, 2, 26)


def test_after_supply_five_days_run_again_and_silence_accepts_from_the_day_of_supply() -> None:
    case = life().received(without=("M03",))
    case.do(co.AskCorrection("缺件", ("M03",)), WINDOW)
    case.at("2018-02-26").do(co.Supply({"M03": ("u2",)}), CITIZEN)
    case.at("2018-03-05 23:59").tick()
    assert case.case.stage is Stage.RECEIVED
    case.at("2018-03-06 00:00").tick()
    assert (case.case.stage, case.case.accepted_on) == (Stage.ACCEPTED, date(2018, 2, 26))


@pytest.mark.parametrize(("when", "late"), [("2018-03-12 23:59", False), ("2018-03-13 00:00", True)])
def test_a_correction_that_does_not_come_ends_the_case(when: str, late: bool) -> None:
    case = life().received(without=("M03",))
    case.do(co.AskCorrection("缺件", ("M03",)), WINDOW)
    case.at(when)
    if not late:
        case.do(co.Supply({"M03": ("u2",)}), CITIZEN)
        assert case.case.stage is Stage.RECEIVED
        return
    refused = case.refuse(co.Supply({"M03": ("u2",)}), CITIZEN)
    assert refused.code == "correction-overdue"
    assert (case.case.stage, case.case.outcome) == (Stage.TERMINATED, "overdue")
    ended = next(d for d in case.did if isinstance(d.event, ev.Terminated))
    assert ended.at == midnight(date(2018, 3, 13))


def test_acceptance_wants_every_material() -> None:
    case = life().received(without=("M03",))
    refused = case.refuse(co.Accept(), WINDOW)
    assert refused.code == "material-missing"
    assert refused.details["materials"] == ["M03"]
    assert next(m.name for m in case.standard.materials if m.code == "M03") in refused.message


@pytest.mark.clause("3.5h.1")
def test_only_published_bases_are_cited() -> None:
    memo = "市局会议纪要〔2018〕3号"
    case = life().received()
    assert case.refuse(co.Accept((memo,)), WINDOW).code == "basis-not-published"
    assert case.refuse(co.Decline("not_accepted", "理由", (memo,)), WINDOW).code == "basis-not-published"
    assert case.refuse(co.Decline("not_accepted", "理由"), WINDOW).code == "basis-missing"
    case.do(co.Accept(("行政许可法32条一款四项",)), WINDOW)
    for step in ("S1", "S2", "S3"):
        case.conclude(step)
    refused = case.refuse(co.Decide(True, (memo,)), HEAD)
    assert (refused.code, refused.clause) == ("basis-not-published", "3.5h")
    assert memo in refused.message


@pytest.mark.clause("3.5h.1")
def test_no_basis_is_cited_before_it_is_in_force() -> None:
    later = next(b for b in food().bases if not b.in_force(date(2018, 2, 9)))
    case = life().received()
    refused = case.refuse(co.Accept((f"{later.law} {later.article}",)), WINDOW)
    assert refused.code == "basis-not-in-force" and later.law in refused.message


@pytest.mark.parametrize(
    ("command", "stage"),
    [
        (co.Decline("not_required", "无须许可"), Stage.NOT_REQUIRED),
        (co.Decline("no_jurisdiction", "属县级", competent="新郑市市场监督管理局"), Stage.NO_JURISDICTION),
        (co.Decline("not_accepted", "一年内不得再次申请", ("行政许可法42条一款",)), Stage.NOT_ACCEPTED),
    ],
)
def test_not_accepting_gives_its_ground_and_the_remedies(command: co.Decline, stage: Stage) -> None:
    case = life().received()
    (declined,) = case.do(command, WINDOW)
    assert case.case.stage is stage
    assert declined.bases
    assert any("行政复议" in r for r in declined.remedies)
    assert any("行政诉讼" in r for r in declined.remedies)
    assert not case.at("2019-01-01").tick(), "a closed case does nothing more by itself"


def test_not_competent_names_who_is() -> None:
    """32条一款二项:告知申请人向有关行政机关申请。"""
    case = life().received()
    assert case.refuse(co.Decline("no_jurisdiction", "不归我们管"), WINDOW).code == "competent-missing"
    assert case.refuse(co.Decline("not_required", ""), WINDOW).code == "reason-missing"
    assert case.refuse(co.Decline("granted", "x"), WINDOW).code == "unknown-outcome"


def test_an_invalid_form_is_not_filed() -> None:
    case = life()
    application = {"situation": "new", "agent": "no"}
    command = co.Submit(case.standard.key, "new", "s:1", "vault:f", application)
    refused = case.refuse(command, CITIZEN)
    assert (refused.code, refused.kind) == ("form-invalid", Kind.INPUT)
    assert refused.details["fields"]
    assert case.refuse(co.Submit(case.standard.key, "nope", "s:1", "v", application), CITIZEN).code == (
        "unknown-situation"
    )
    assert case.refuse(co.Submit(case.standard.key, "new", "s:1", "v", application), STRANGER).code == (
        "not-your-applicant"
    )


@pytest.mark.clause("3.5c.3")
@pytest.mark.parametrize(
    ("held", "replaced"), [({"C1": "营业执照"}, True), ({"C1": "卫生许可证"}, False), ({"C9": "营业执照"}, False)]
)
def test_only_a_held_certificate_of_the_right_type_replaces_a_material(held: dict[str, str], replaced: bool) -> None:
    case = life()
    case.more = {"certificates": held, "held": {"M02": "C1"}}
    case.submit(without=("M02",))
    assert ("M02" in case.case.missing) is not replaced


def test_silence_with_gaps_is_made_good_during_review_and_never_granted_with_them() -> None:
    """A case accepted by silence keeps its gaps: nothing is granted until they are closed; the clock runs on."""
    case = life().received(without=("M03",))
    case.at("2018-02-23").tick()
    for step in ("S1", "S2", "S3"):
        case.conclude(step)
    assert case.refuse(co.Decide(True), HEAD).code == "material-missing"
    case.do(co.Supply({"M03": ("u2",)}), CITIZEN)
    assert case.case.stage is Stage.ACCEPTED
    assert case.refuse(co.Supply({"M03": ("u3",)}), CITIZEN).code == "nothing-missing"
    case.do(co.Decide(True), HEAD)
    assert case.case.granted


def test_the_window_of_another_division_receives_nothing() -> None:
    elsewhere = post("a:w7", "window", "410184/zwb")
    elsewhere = elsewhere.__class__(elsewhere.person, post_kind="window", department="410184/zwb", division="410184")
    case = life().submit()
    assert case.refuse(co.Receive(), elsewhere).code == "other-department"
    assert case.refuse(co.Receive(), REVIEWER).code == "wrong-post"


def test_midnight_is_zhengzhous() -> None:
    assert midnight(date(2018, 2, 23)) == datetime.fromisoformat("2018-02-22T16:00:00+00:00")
    assert moment("2018-02-23 00:00") == midnight(date(2018, 2, 23))
