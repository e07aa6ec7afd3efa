"""容缺受理 (3.6a–c): who may be accepted despite gaps, what the promise binds, and what nothing gets past."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.cases.bench import CITIZEN, HEAD, REVIEWER, SURVEYOR, WINDOW, WINDOW2, Life, Stage, days, food
from yichuang.aggregates.acts import Happened
from yichuang.aggregates.refusal import Refused
from yichuang.cases.core import commands as co
from yichuang.cases.core import events as ev
from yichuang.cases.core.facts import GapRules
from yichuang.cases.core.gaps import count_days
from yichuang.cases.core.regimes import REGIMES, End, find_regime, say_end
from yichuang.cases.core.state import evolve
from yichuang.cases.projections import row

RULES, HEALTH = "M04", "M08"  # 规章制度目录, 健康证明: non-key; M03 is a main material


def promise(*materials: str, days: int = 4, **more: Any) -> co.PromiseGaps:
    return co.PromiseGaps(**{"materials": materials, "days": days, "paper": True, "signer": "李四"} | more)


def supply(*materials: str) -> co.SupplyGaps:
    return co.SupplyGaps({m: ("paper",) for m in materials})


def lacking(*materials: str, **more: Any) -> Life:
    return Life(**more).received(without=materials)


def tolerated(*materials: str, days: int = 4, regime: int = 1) -> Life:
    """Accepted on 2018-02-09 while it lacks these materials."""
    life = lacking(*materials)
    life.more["gap_rules"] = GapRules(regime=regime)
    life.do(promise(*materials, days=days), WINDOW)
    life.do(co.Accept(), WINDOW)
    return life


def gaps_of(life: Life) -> Any:
    return row(life.case, life.facts(HEAD), None)["gaps"]


# --- who may (3.6a) ---------------------------------------------------------------------------------------------------


def test_accepted_despite_a_gap_and_the_clocks_run() -> None:
    life = lacking(HEALTH)
    assert life.refuse(co.Accept(), WINDOW).code == "material-missing"
    life.do(promise(HEALTH), WINDOW)
    accepted, opened, *_ = life.do(co.Accept(), WINDOW)
    assert isinstance(accepted, ev.Accepted) and isinstance(opened, ev.GapsOpened)
    # 15 to 21 February are holidays, 11 and 24 are worked
    assert opened.due == date(2018, 2, 14)
    assert (life.case.stage, life.case.accepted_on) == (Stage.ACCEPTED, date(2018, 2, 9))
    assert life.case.steps["S1"].status == "open", "reviewed at once"
    assert gaps_of(life) == "open"


def test_a_main_material_is_never_for_later() -> None:
    refused = lacking("M03", HEALTH).refuse(promise(HEALTH), WINDOW)
    assert (refused.code, refused.clause) == ("gap-main", "3.6c")
    assert "一次告知" in refused.next
    refused = lacking(HEALTH).refuse(promise("M03", HEALTH), WINDOW)
    assert (refused.code, refused.clause) == ("gap-main", "3.6c")


def test_what_is_flawed_may_be_promised_besides() -> None:
    life = lacking(HEALTH)
    life.do(promise(RULES, HEALTH), WINDOW)
    life.do(co.Accept(), WINDOW)
    assert life.case.gaps and life.case.gaps.wanted == (RULES, HEALTH)


def test_all_that_is_missing_is_promised() -> None:
    refused = lacking(RULES, HEALTH).refuse(promise(HEALTH), WINDOW)
    assert refused.code == "gap-left-out" and "规章制度" in str(refused)
    assert lacking(HEALTH).refuse(promise(), WINDOW).code == "gap-left-out"


@pytest.mark.parametrize(
    ("standard", "code"),
    [
        (replace(food(), instant=True), "gap-instant"),
        (replace(food(), situations=tuple(replace(s, instant=True) for s in food().situations)), "gap-instant"),
        (replace(food(), gaps_allowed=False), "gap-not-listed"),
        (replace(food(), promised=days(2)), "gap-no-time"),
    ],
)
def test_the_standard_alone_decides(standard: Any, code: str) -> None:
    refused = lacking(HEALTH, standard=standard).refuse(promise(HEALTH, days=1), WINDOW)
    assert refused.code == code
    assert refused.next


def test_the_promise_is_on_paper_and_signed() -> None:
    assert lacking(HEALTH).refuse(promise(HEALTH, paper=False), WINDOW).code == "request-missing"
    assert lacking(HEALTH).refuse(promise(HEALTH, signer=""), WINDOW).code == "signer-missing"


def test_the_days_end_before_the_promised_limit() -> None:
    life = lacking(HEALTH)
    assert count_days(life.facts(WINDOW)) == 8, "two of the ten promised days are left"
    assert life.refuse(promise(HEALTH, days=9), WINDOW).code == "gap-days"
    assert life.refuse(promise(HEALTH, days=0), WINDOW).code == "gap-days"
    life.more["standard"] = replace(food(), promised=days(60))
    assert count_days(life.facts(WINDOW)) == 20


def test_after_a_notice_of_correction_nothing_is_promised() -> None:
    life = lacking(HEALTH)
    life.do(promise(HEALTH), WINDOW)
    life.do(co.AskCorrection("缺件", (HEALTH,)), WINDOW)
    assert life.case.gaps is None
    life.do(co.Supply({HEALTH: ("paper",)}), WINDOW)
    assert life.refuse(promise(HEALTH), WINDOW).code == "correction-asked"


def test_silence_accepts_what_was_promised_and_the_days_run_from_then() -> None:
    life = lacking(HEALTH)
    life.do(promise(HEALTH, days=3), WINDOW)
    life.at("2018-02-23 00:00").tick()
    assert life.case.silent and life.case.gaps
    assert life.case.gaps.due == date(2018, 2, 27), "24 February is worked"


# --- while it is open (3.6b) ------------------------------------------------------------------------------------------


def test_no_grant_until_each_paper_is_found_good() -> None:
    life = tolerated(HEALTH)
    for step in ("S1", "S2", "S3"):
        life.conclude(step)
    refused = life.refuse(co.Decide(True), HEAD)
    assert (refused.code, refused.clause) == ("gap-open", "3.6b") and "健康证明" in str(refused)
    life.do(supply(HEALTH), CITIZEN)
    assert "还没有核对" in str(life.refuse(co.Decide(True), HEAD))
    life.do(co.CheckGap(HEALTH, passed=True), WINDOW2)
    assert gaps_of(life) == "kept"
    life.do(co.Decide(True), HEAD)
    assert life.case.granted


def test_a_refusal_needs_no_gap_closed() -> None:
    life = tolerated(HEALTH)
    life.conclude("S1", "fail")
    life.do(co.Decide(False, life.standard.main_basis_on(date(2018, 2, 9)), "场所不符合要求"), HEAD)
    assert life.case.granted is False and gaps_of(life) == "dropped"


def test_a_bad_paper_comes_again_and_a_late_check_harms_nobody() -> None:
    life = tolerated(HEALTH)
    life.at("2018-02-14 17:00").do(supply(HEALTH), CITIZEN)
    life.at("2018-02-23 09:00").tick()
    assert not life.case.gap_breached, "it was handed in on the last day"
    refused = life.refuse(co.CheckGap(HEALTH, passed=False), WINDOW)
    assert refused.code == "reason-missing"
    (checked,) = life.do(co.CheckGap(HEALTH, passed=False, reason="没有盖章"), WINDOW)
    assert checked.due == date(2018, 2, 26), "two working days from the check: 24 is worked"
    life.at("2018-02-26 20:00").do(supply(HEALTH), WINDOW2)
    (checked,) = life.do(co.CheckGap(HEALTH, passed=False, reason="仍没有盖章"), WINDOW)
    assert checked.due is None, "once"
    life.at("2018-02-27 00:00").tick()
    assert life.case.gap_breached


def test_only_what_was_promised_is_taken_and_only_by_its_applicant_or_a_window() -> None:
    life = tolerated(HEALTH)
    assert life.refuse(supply("M03"), CITIZEN).code == "nothing-supplied"
    assert life.refuse(supply(HEALTH), REVIEWER).code == "wrong-post"
    assert life.refuse(co.CheckGap(HEALTH, passed=True), WINDOW).code == "nothing-handed"
    assert life.refuse(co.Supply({HEALTH: ("paper",)}), CITIZEN).code == "nothing-missing"


def test_the_applicant_is_reminded_two_working_days_before() -> None:
    life = tolerated(HEALTH)
    life.at("2018-02-13 09:00").tick()
    assert ("gap", "remind", date(2018, 2, 12)) in life.warnings()


# --- the end of the date ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("regime", "stage", "outcome"),
    [
        (1, Stage.ACCEPTED, ""),
        (2, Stage.ACCEPTED, ""),
        (3, Stage.TERMINATED, ev.GAPS_WITHDRAWN),
        (4, Stage.TERMINATED, ev.GAPS_ENDED),
    ],
)
def test_a_breach_does_what_the_regime_says(regime: int, stage: Stage, outcome: str) -> None:
    life = tolerated(HEALTH, regime=regime)
    life.at("2018-02-14 23:59").tick()
    assert not life.case.gap_breached
    life.at("2018-02-15 00:00").tick()
    assert (life.case.stage, life.case.outcome) == (stage, outcome)
    assert gaps_of(life) == "breached"
    if stage is Stage.ACCEPTED:
        assert life.refuse(supply(HEALTH), CITIZEN).code == "gap-breached"
        assert life.refuse(co.Decide(True), HEAD).code == "gap-open"
        life.do(co.Decide(False, life.standard.main_basis_on(date(2018, 2, 15)), "没有按承诺补齐健康证明"), HEAD)
        assert life.case.granted is False


def test_a_promise_keeps_the_regime_that_it_told() -> None:
    life = tolerated(HEALTH, regime=3)
    life.more["gap_rules"] = GapRules(regime=4)
    life.at("2018-02-15 00:00").tick()
    assert life.case.outcome == ev.GAPS_WITHDRAWN


def test_the_last_day_is_a_worked_sunday_until_its_midnight() -> None:
    """11 February 2018 is a Sunday that is worked."""
    life = tolerated(HEALTH, days=1, regime=4)
    assert life.case.gaps and life.case.gaps.due == date(2018, 2, 11)
    life.at("2018-02-11 23:59").do(supply(HEALTH), CITIZEN)
    life.at("2018-02-12 00:00").tick()
    assert not life.case.gap_breached
    late = tolerated(HEALTH, days=1, regime=4)
    assert late.at("2018-02-12 00:00").refuse(supply(HEALTH), CITIZEN).code == "out-of-stage"


def test_the_regimes_are_data_with_their_source() -> None:
    assert [regime.number for regime in REGIMES] == [1, 2, 3, 4]
    assert {regime.end for regime in REGIMES} == set(End) and all(regime.source for regime in REGIMES)
    with pytest.raises(LookupError):
        find_regime(5)
    filing = replace(food(), result=replace(food().result, kind="filing"))
    assert say_end(1, filing) == "本件终止办理", "nobody refuses a filing"
    assert "不予行政许可" in say_end(1, food())


def test_a_corrected_calendar_puts_the_day_off_and_never_forward() -> None:
    life = tolerated(HEALTH)
    before = life.case.gaps
    life.more["moved"] = True
    life.tick()
    assert before and life.case.gaps and life.case.gaps.due == before.due
    life.case = evolve(life.case, Happened(ev.Recalculated("two", date(2018, 2, 22)), "system", life.now, life.now))
    assert life.case.gaps and (life.case.gaps.due, life.case.gaps.moves) == (date(2018, 2, 22), 1)


# --- never ------------------------------------------------------------------------------------------------------------

MATERIALS = st.lists(st.sampled_from(["M03", RULES, HEALTH]), unique=True).map(tuple)
COMMANDS = st.one_of(
    st.builds(lambda days: promise(RULES, HEALTH, days=days), st.integers(0, 9)),
    st.builds(lambda m: promise(*m), MATERIALS),
    st.builds(lambda m: supply(*m), MATERIALS),
    st.builds(lambda m: co.Supply({x: ("paper",) for x in m}), MATERIALS),
    st.builds(lambda m: co.AddMaterials({x: ("paper",) for x in m}), MATERIALS),
    st.builds(
        lambda m, ok: co.CheckGap(m, ok, "" if ok else "不合格"), st.sampled_from([RULES, HEALTH]), st.booleans()
    ),
    st.just(co.Accept()),
    st.builds(lambda m: co.AskCorrection("缺件", m), MATERIALS),
    st.just(co.Decide(True)),
)
STEPS = [co.Conclude(step, "pass", "意见", ("a:v2",) if step == "S2" else ()) for step in ("S1", "S2", "S3")]
LAST = [(command, 0) for command in (*STEPS, co.Decide(True))]


@given(st.lists(st.tuples(COMMANDS, st.integers(0, 2)), max_size=18), MATERIALS, st.sampled_from([1, 2, 3, 4]))
def test_no_gap_survives_a_grant(moves: list[tuple[Any, int]], without: tuple[str, ...], regime: int) -> None:
    life = lacking(*without)
    life.more["gap_rules"] = GapRules(regime=regime)
    bad: set[str] = set()
    for command, later in (*moves, *LAST):
        life.now += timedelta(days=later)
        actor = HEAD if isinstance(command, co.Decide) else WINDOW
        if isinstance(command, co.Conclude):
            actor = SURVEYOR if command.step == "S2" else REVIEWER
        try:
            events = life.do(command, actor)
        except Refused as refused:
            if "lapsed" in refused.details:
                life.case, dated = refused.details["lapsed"]
                life.did += dated
            continue
        for event in events:
            if isinstance(event, ev.GapChecked):
                (bad.discard if event.passed else bad.add)(event.material)
            if isinstance(event, ev.Decided) and event.granted:
                assert not life.case.gap_open and not bad and not life.case.missing and not life.case.gap_breached
        assert not (life.case.gaps and "M03" in life.case.gaps.materials)
