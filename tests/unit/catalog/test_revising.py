"""The life of a revision: who writes, signs and examines, and what never reaches force without the examiner (3.2d)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.aggregates.acts import Happened, Tick
from yichuang.aggregates.refusal import Refused
from yichuang.catalog.checker import list_findings
from yichuang.catalog.drafting.content import Fault
from yichuang.catalog.loading import load_standards
from yichuang.catalog.revising import acts
from yichuang.catalog.revising.acts import LIFE
from yichuang.catalog.revising.facts import Beginning, RevisionFacts, Work
from yichuang.catalog.revising.questions import Question, ask_questions
from yichuang.catalog.revising.state import Begun, Revision, Stage, evolve
from yichuang.ledger.actor import SYSTEM, Actor

HERE = timezone(timedelta(hours=8))
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=HERE)
DEPARTMENT, OTHER = "410100/scjg", "410100/gaj"
WRITER = Actor("a:1", post="r", post_kind="reviewer", department=DEPARTMENT, division="410100")
HEAD = Actor("a:2", post="h", post_kind="head", department=DEPARTMENT, division="410100")
OFFICE = Actor("a:3", post="o", post_kind="office", department="410100/zwb", division="410100")
COUNTY = replace(OFFICE, person="a:4", division="410122", department="410122/zwb")
STRANGER = replace(WRITER, person="a:5", department=OTHER)
BOTH = replace(OFFICE, person="a:1")  # the writer, at a post of the office
STAND_IN = replace(OFFICE, person="a:6", on_behalf_of="a:2")  # for the head who signed
ACTORS = (WRITER, HEAD, OFFICE, COUNTY, STRANGER, BOTH, STAND_IN)
STANDARD = replace(load_standards()[0], version=2)
SOUND = Work("digest", editors=("a:1",), standard=STANDARD, document="document")
ASKED = replace(SOUND, questions=(Question("q1", "name", "名称是否规范？", "3.2a"),))
FAULTY = replace(SOUND, faults=(Fault("conditions", "没有申请条件。"),))
BEGUN = evolve(
    Revision("x"),
    Happened(Begun("410100", "ZZ-001", "食品经营许可", DEPARTMENT, 2, "410100/ZZ-001/1"), "a:1", NOW, NOW),
)


def facts(actor: Actor, work: Work = SOUND, now: datetime = NOW, open: str = "") -> RevisionFacts:
    beginning = Beginning("食品经营许可", 2, "410100/ZZ-001/1", "", open)
    return RevisionFacts(
        now,
        actor,
        lambda: {"ZZ-001": "食品经营许可"},
        lambda item: beginning,
        lambda: work,
        lambda: {"promised": "承诺"},
    )


def walk(*steps: tuple[Actor, Any], work: Work = SOUND) -> Revision:
    revision = BEGUN
    for actor, command in steps:
        revision, _ = LIFE.decide(revision, command, facts(actor, work))
    return revision


SUBMITTED = ((WRITER, acts.Submit()), (HEAD, acts.Sign()))


def refused(revision: Revision, actor: Actor, command: Any, work: Work = SOUND) -> Refused:
    with pytest.raises(Refused) as refusal:
        LIFE.decide(revision, command, facts(actor, work))
    return refusal.value


def test_an_approved_version_waits_for_its_midnight_and_is_superseded_by_the_next() -> None:
    revision = walk(*SUBMITTED, (OFFICE, acts.Approve(date(2026, 3, 10))))
    assert revision.stage is Stage.APPROVED and revision.key == STANDARD.key
    eve, midnight = datetime(2026, 3, 9, 23, 59, tzinfo=HERE), datetime(2026, 3, 10, tzinfo=HERE)
    assert LIFE.decide(revision, Tick(), facts(SYSTEM, now=eve))[1] == []
    revision, (entered,) = LIFE.decide(revision, Tick(), facts(SYSTEM, now=midnight + timedelta(days=3)))
    assert entered.at == midnight and revision.stage is Stage.IN_FORCE
    revision, _ = LIFE.decide(revision, acts.Supersede("410100/ZZ-001/3"), facts(SYSTEM))
    assert revision.stage is Stage.SUPERSEDED


def test_what_is_in_force_today_is_so_from_its_approval_and_not_before() -> None:
    revision = walk(*SUBMITTED, (OFFICE, acts.Approve(NOW.date())))
    _, (entered,) = LIFE.decide(revision, Tick(), facts(SYSTEM, now=NOW + timedelta(minutes=1)))
    assert entered.at == NOW


@pytest.mark.parametrize("examiner", [BOTH, STAND_IN, replace(OFFICE, person="a:2")])
def test_who_drafted_or_signed_never_examines(examiner: Actor) -> None:
    revision = walk(*SUBMITTED)
    commands = (acts.Approve(date(2026, 3, 10)), acts.Return("vault"), acts.MakeComment("promised", "vault"))
    assert {refused(revision, examiner, command).code for command in commands} == {"own-draft"}


def test_each_refusal_names_its_clause_and_what_to_do() -> None:
    revision = walk(*SUBMITTED)
    cases = [
        (revision, WRITER, acts.Approve(date(2026, 3, 10)), SOUND, "not-office"),
        (revision, COUNTY, acts.Approve(date(2026, 3, 10)), SOUND, "not-office"),
        (BEGUN, STRANGER, acts.Submit(), SOUND, "not-drafter"),
        (walk(SUBMITTED[0]), WRITER, acts.Sign(), SOUND, "not-drafter"),
        (BEGUN, OFFICE, acts.Approve(date(2026, 3, 10)), SOUND, "wrong-stage"),
        (BEGUN, WRITER, acts.Submit(), FAULTY, "not-publishable"),
        (revision, OFFICE, acts.Approve(date(2026, 3, 10)), FAULTY, "not-publishable"),
        (revision, OFFICE, acts.Approve(date(2026, 3, 10)), ASKED, "questions-open"),
        (revision, OFFICE, acts.Approve(date(2026, 3, 1)), SOUND, "day-past"),
    ]
    for state, actor, command, work, code in cases:
        refusal = refused(state, actor, command, work)
        assert (refusal.code, refusal.clause[:3], bool(refusal.next)) == (code, "3.2", True)


def test_comments_stay_open_over_a_return_until_the_office_settles_them() -> None:
    revision = walk(
        *SUBMITTED, (OFFICE, acts.MakeComment("promised", "vault")), (OFFICE, acts.Return("vault")),
        (WRITER, acts.Answer("1", "vault")), *SUBMITTED,
    )  # fmt: skip
    assert refused(revision, OFFICE, acts.Approve(date(2026, 3, 10))).code == "comments-open"
    revision, _ = LIFE.decide(revision, acts.Settle("1"), facts(OFFICE))
    assert LIFE.decide(revision, acts.Approve(date(2026, 3, 10)), facts(OFFICE))[0].stage is Stage.APPROVED
    assert refused(walk(*SUBMITTED), OFFICE, acts.MakeComment("nowhere", "vault")).code == "no-line"


def test_nothing_is_offered_for_comments_and_questions_that_there_are_not() -> None:
    asking = {"answer", "settle", "judge"}
    commented = walk(*SUBMITTED, (OFFICE, acts.MakeComment("promised", "vault")))

    def offered(revision: Revision, actor: Actor, work: Work = SOUND) -> set[str]:
        return {offer.act.name for offer in LIFE.list_offers(revision, facts(actor, work)) if offer.allowed} & asking

    assert offered(BEGUN, WRITER) == offered(walk(*SUBMITTED), OFFICE) == set()
    assert offered(walk(*SUBMITTED), OFFICE, ASKED) == {"judge"}
    assert (offered(commented, WRITER), offered(commented, OFFICE)) == ({"answer"}, {"settle"})
    assert refused(BEGUN, WRITER, acts.Answer("1", "vault")).code == "no-comments"


def test_an_answer_belongs_to_what_was_submitted() -> None:
    judged = walk(*SUBMITTED, (OFFICE, acts.Judge("q1", "vault")), work=ASKED)
    assert judged.judged == ("q1",)
    again = walk(
        *SUBMITTED, (OFFICE, acts.Judge("q1", "vault")), (OFFICE, acts.Return("vault")), *SUBMITTED, work=ASKED
    )
    assert refused(again, OFFICE, acts.Approve(date(2026, 3, 10)), ASKED).code == "questions-open"


def test_before_approval_the_department_withdraws_afterwards_the_office() -> None:
    written = walk(*SUBMITTED)
    approved = walk(*SUBMITTED, (OFFICE, acts.Approve(date(2026, 3, 10))))
    assert LIFE.decide(written, acts.Withdraw("vault"), facts(WRITER))[0].stage is Stage.WITHDRAWN
    assert refused(written, OFFICE, acts.Withdraw("vault")).code == "not-drafter"
    assert LIFE.decide(approved, acts.Withdraw("vault"), facts(OFFICE))[0].stage is Stage.WITHDRAWN
    assert refused(approved, WRITER, acts.Withdraw("vault")).code == "not-office"


COMMANDS = (
    acts.Submit(), acts.Sign(), acts.SendBack("vault"), acts.Return("vault"), acts.Approve(date(2026, 3, 2)),
    acts.Approve(date(2026, 3, 3)), acts.Withdraw("vault"), acts.MakeComment("promised", "vault"), acts.Settle("1"),
    acts.Answer("1", "vault"), acts.Judge("q1", "vault"), acts.Supersede("k"), Tick(),
)  # fmt: skip


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*ACTORS, SYSTEM]), st.sampled_from(COMMANDS), st.sampled_from([SOUND, ASKED, FAULTY])
        ),
        max_size=25,
    )
)
def test_nothing_comes_into_force_without_the_examiner(steps: list[tuple[Actor, Any, Work]]) -> None:
    """Whatever anybody tries: a version in force was submitted, signed by the head, and approved by an officer of the
    same level's office who had no hand in it.
    """
    revision, moment, done = BEGUN, NOW, []
    for actor, command, work in steps:
        moment += timedelta(hours=9)
        try:
            revision, dated = LIFE.decide(revision, command, facts(actor, work, moment))
        except Refused as refusal:
            revision, dated = refusal.details.get("lapsed", (revision, []))
            command, actor = Tick(), SYSTEM
        done += [(type(each.event).__name__, actor) for each in dated]
        if revision.stage in (Stage.APPROVED, Stage.IN_FORCE, Stage.SUPERSEDED):
            names = [name for name, _ in done]
            examiner = dict(done)["Approved"]
            assert names.index("Submitted") < names.index("Signed") < names.index("Approved")
            assert examiner is OFFICE and not {examiner.person, examiner.on_behalf_of} & set(revision.hands)


def test_only_a_founding_and_an_examination_put_a_version_in_force() -> None:
    """`put_in_force` asks nothing: nobody else may call it."""
    source = Path(acts.__file__).parents[2]
    callers = {str(path.relative_to(source)) for path in source.rglob("*.py") if "put_in_force(" in path.read_text()}
    assert callers == {"catalog/service.py", "catalog/revising/effects.py"}


def test_an_answer_stands_for_the_question_that_was_asked_alone() -> None:
    remarks = [f for f in list_findings(next(iter(load_standards()))) if not f.blocks]
    asked, fewer = ask_questions(remarks), ask_questions(remarks[1:])
    assert len(remarks) > 1 and {q.code for q in fewer} == {q.code for q in asked[1:]}
