"""Guidances as plain functions: who may do what and when, what time does, and what must never happen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.aggregates.acts import Happened, Tick
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.guidance import acts
from yichuang.guidance.acts import LIFE, GuidanceFacts, Need
from yichuang.guidance.state import ONLY_ANSWERED, Guidance, GuidanceStage, Matter, evolve
from yichuang.kernel.calendar import seed_calendar
from yichuang.kernel.localtime import midnight
from yichuang.ledger.actor import SYSTEM, Actor

pytestmark = pytest.mark.clause("3.4d.1")

CALENDAR = seed_calendar()
MONDAY = datetime(2018, 3, 12, 2, tzinfo=UTC)
HOUSE = "410100/scjg"
MATTER = Matter("410100", "ZZ-001", "410100/ZZ-001/1", "食品经营许可", HOUSE)
NEEDS = {"M01": Need("申请书"), "M03": Need("布局和流程图", lacked=True), "M08": Need("健康证明")}


def officer(kind: str, department: str = HOUSE) -> Actor:
    return Actor(f"a:{kind}{department}", f"{department}/{kind}/1", kind, department, department.partition("/")[0])


OWNER, STRANGER = Actor("a:1", subjects=("s:1",), own_subjects=("s:1",)), Actor("a:2", subjects=("s:2",))
AGENT, OTHERS_AGENT = Actor("a:3", limited=(("s:1", "ZZ-001"),)), Actor("a:4", limited=(("s:1", "ZZ-002"),))
COUNSELLOR = officer("counsellor")
EVERYBODY = (
    OWNER, STRANGER, AGENT, OTHERS_AGENT, COUNSELLOR, officer("counsellor", "410100/gaj"), officer("reviewer"),
    officer("head"), officer("window"), officer("office", "410100/zwb"), officer("supervisor", "410100/zwb"),
)  # fmt: skip


def facts(now: datetime, actor: Actor) -> GuidanceFacts:
    return GuidanceFacts(
        now, actor, CALENDAR, {"answer": 5}, lambda item, situation: MATTER if item == "410100/ZZ-001" else None,
        lambda id: ("s:1", MATTER) if id == "d1" and actor is OWNER else None, lambda: NEEDS, lambda id: id == "s:1",
    )  # fmt: skip


def run(guidance: Guidance, steps: Iterable[tuple[datetime, Actor, Any]]) -> Guidance:
    for now, actor, command in steps:
        guidance, _ = LIFE.decide(guidance, command, facts(now, actor))
    return guidance


ASKED = (MONDAY, OWNER, acts.Ask("process", "v", "410100/ZZ-001"))
REVIEW = (MONDAY, OWNER, acts.Ask("review", "v", draft="d1"))
HARD = (MONDAY, COUNSELLOR, acts.TakeAsHard("legacy", "v"))
WHOLE = acts.IssueNotice(missing=("M03",), flawed=("M08",), notes="v")


def refused(steps: Iterable[Any], command: Any, actor: Actor = COUNSELLOR, now: datetime = MONDAY) -> Refused:
    guidance = run(Guidance("1"), steps)
    with pytest.raises(Refused) as raised:
        LIFE.decide(guidance, command, facts(now, actor))
    return raised.value


@pytest.mark.parametrize(
    ("steps", "command", "allowed"),
    [
        ((ASKED,), acts.Answer("v"), {COUNSELLOR}),
        ((ASKED,), acts.TakeAsHard("legacy", "v"), {COUNSELLOR}),
        ((REVIEW,), WHOLE, {COUNSELLOR}),
        ((ASKED,), acts.Withdraw(), {OWNER, AGENT}),
    ],
)
def test_each_step_has_its_side(steps: Any, command: Any, allowed: set[Actor]) -> None:
    guidance = run(Guidance("1"), steps)
    for actor in EVERYBODY:
        try:
            LIFE.decide(guidance, command, facts(MONDAY, actor))
        except Refused as refusal:
            assert actor not in allowed and refusal.kind is Kind.FORBIDDEN, actor
        else:
            assert actor in allowed, actor


def test_a_counsellor_takes_questions_of_their_own_department_alone() -> None:
    take = acts.Take("s:1", "410100/ZZ-001", "process", "v")
    guidance = run(Guidance("1"), [(MONDAY, COUNSELLOR, take)])
    assert guidance.at_desk and guidance.subject == "s:1"
    assert refused((), take, officer("counsellor", "410100/gaj")).kind is Kind.FORBIDDEN
    assert refused((), acts.Take("s:9", "410100/ZZ-001", "process", "v")).details["field"] == "subject"
    assert refused((), acts.Ask("process", "v", draft="d1"), STRANGER).details["field"] == "draft"


@pytest.mark.clause("3.4d.2")
def test_what_is_only_answered_offers_nothing_to_judge_by() -> None:
    guidance = run(Guidance("1"), [REVIEW])
    asked = LIFE.acts[acts.IssueNotice].asks["evident"].choices
    assert asked is not None and set(asked(guidance, facts(MONDAY, COUNSELLOR))) == set(NEEDS)
    guidance = run(guidance, [HARD])
    assert asked(guidance, facts(MONDAY, COUNSELLOR)) == {}
    refusal = refused([REVIEW, HARD], acts.IssueNotice(missing=("M03",), evident=("M08",), notes="v"))
    assert (refusal.code, refusal.clause) == ("no-verdict", "3.4d")
    assert run(guidance, [(MONDAY, COUNSELLOR, acts.Answer("v"))]).stage is GuidanceStage.ANSWERED


@pytest.mark.clause("3.4e.1")
def test_a_notice_names_every_material_once() -> None:
    guidance = run(Guidance("1"), [REVIEW, (MONDAY, COUNSELLOR, WHOLE)])
    assert {line.material: line.state for line in guidance.lines} == {"M01": "fine", "M03": "missing", "M08": "flawed"}
    assert [line.material for line in guidance.lines if line.lacked] == ["M03"]
    assert refused([REVIEW], acts.IssueNotice(flawed=("M08",), notes="v")).code == "left-out"
    assert refused([REVIEW], acts.IssueNotice(missing=("M03",), spared=("M03",))).code == "named-twice"
    assert refused([REVIEW], acts.IssueNotice(missing=("M03", "M99"))).code == "unlisted"
    assert refused([REVIEW], acts.Answer("v")).code == "notice-wanted"


@pytest.mark.clause("3.4e.1")
def test_what_is_wrong_with_a_material_is_written() -> None:
    judge = LIFE.acts[acts.IssueNotice].asks["notes"].judge
    assert judge is not None
    known = facts(MONDAY, COUNSELLOR)
    assert "健康证明" in judge(known, {"flawed": ["M08"], "notes": "请改正"})
    assert judge(known, {"flawed": ["M08"], "notes": "健康证明已过期，请换新的"}) == ""
    assert judge(known, {"missing": ["M03"]}) == ""


@pytest.mark.clause("3.4e.2")
def test_the_day_is_that_of_the_question_and_missed_once() -> None:
    guidance = run(Guidance("1"), [ASKED, (MONDAY + timedelta(days=2), COUNSELLOR, acts.TakeAsHard("industry", "v"))])
    assert guidance.answer_by == date(2018, 3, 19)
    late = MONDAY + timedelta(days=30)
    guidance, dated = LIFE.decide(guidance, Tick(), facts(late, SYSTEM))
    assert [one.at for one in dated] == [midnight(date(2018, 3, 20))] and guidance.late
    assert LIFE.decide(guidance, Tick(), facts(late, SYSTEM))[1] == []
    guidance = run(guidance, [(late, COUNSELLOR, acts.Answer("v"))])
    assert guidance.stage is GuidanceStage.ANSWERED and guidance.late
    assert acts.next_moment(guidance, facts(late, SYSTEM)) is None


COMMANDS = st.sampled_from(
    [
        ASKED[2], REVIEW[2], acts.TakeAsHard("legacy", "v"), acts.TakeAsHard("inquiry", "v"), acts.Answer("v"), WHOLE,
        acts.IssueNotice(missing=("M03",), evident=("M08",), notes="v"), acts.Withdraw(), acts.Close("c1"), Tick(),
    ]
)  # fmt: skip


@given(st.lists(st.tuples(COMMANDS, st.sampled_from((*EVERYBODY, SYSTEM)), st.integers(0, 9)), max_size=14))
def test_whatever_is_tried_nothing_only_answered_is_judged_and_one_answer_is_given(steps: Any) -> None:
    """What holds as it happens is what the entries make again; no notice leaves out what the draft lacked."""
    guidance, now, events = Guidance("1"), MONDAY, []
    for command, actor, days in steps:
        now += timedelta(days=days)
        if bool(guidance.asked_on) is isinstance(command, acts.Ask):
            continue
        try:
            guidance, dated = LIFE.decide(guidance, command, facts(now, actor))
        except Refused as refusal:
            guidance, dated = refusal.details.get("lapsed", (guidance, []))
        events += [(one.event, one.at or now, actor.person if one.at is None else SYSTEM.person) for one in dated]
        judged = any(line.state == "evident" for line in guidance.lines)
        assert not (judged and guidance.hard in ONLY_ANSWERED)
        assert all(line.state in ("missing", "spared") for line in guidance.lines if line.lacked)
    replayed = Guidance("1")
    for event, at, person in events:
        replayed = evolve(replayed, Happened(event, person, at, at))
    assert replayed == guidance
    names = [type(event).__name__ for event, _, _ in events]
    assert names.count("Answered") + names.count("NoticeIssued") <= 1 and names.count("AnswerMissed") <= 1
