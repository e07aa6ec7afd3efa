"""告知拟认定隐瞒或者虚假, and the applicant's answer: told and heard before it is found (行政处罚法44、45条). What
follows from it is part of declining or refusing (`falsehood`).
"""

from __future__ import annotations

from yichuang.aggregates.refusal import Kind, require
from yichuang.cases.core import commands as co
from yichuang.cases.core import events as ev
from yichuang.cases.core.decide import act
from yichuang.cases.core.facts import CaseFacts
from yichuang.cases.core.state import Case, Stage
from yichuang.catalog.standard import PostKind
from yichuang.kernel.clock import Clock, due_on

WINDOW = {PostKind.WINDOW}
OFFICERS = WINDOW | {PostKind.REVIEWER, PostKind.HEAD}


def _allegeable(case: Case, facts: CaseFacts, step: str) -> None:
    require(
        facts.standard.procedure.answer_within,
        "no-such-finding",
        "行政许可法第七十八条只适用于行政许可，本件的办理程序没有这样的认定。",
        next="请按本事项的规定审查；不符合条件的，依法不予办理并说明理由。",
    )
    require(
        case.makes_paper,
        "cancellation",
        "本件申请的是注销，不是取得许可，没有这样的认定。",
        clause=facts.clause("falsified"),
        next="请按注销的条件审查。",
    )
    require(
        case.allegation is None,
        "alleged-already",
        "本件已经告知过拟认定的内容，不能再次告知。",
        clause=facts.clause("hear_falsified"),
        next="请等候申请人陈述申辩；期限届满后再作出决定。",
        kind=Kind.STALE,
    )


@act(
    co.AllegeFalsehood,
    "告知拟认定隐瞒或者虚假",
    stages={Stage.RECEIVED, Stage.ACCEPTED},
    posts=OFFICERS,
    clause="许可法78条",
    ready=_allegeable,
)
def allege_falsehood(case: Case, command: co.AllegeFalsehood, facts: CaseFacts) -> list[ev.Event]:
    """告知事实、理由和陈述申辩的权利。It stops no clock: it is not among the eight of 45条."""
    require(
        command.reason,
        "reason-missing",
        "应当写明是哪一项陈述或者材料、查明了什么。",
        clause=facts.clause("hear_falsified"),
        kind=Kind.INPUT,
    )
    within = facts.standard.procedure.answer_within
    assert within is not None  # `_allegeable` says so
    until = due_on(Clock(within, facts.today), facts.calendar, facts.today).day
    return [ev.FalsehoodAlleged(facts.today, until, command.reason)]


def _answerable(case: Case, facts: CaseFacts, step: str) -> None:
    require(
        case.allegation,
        "nothing-alleged",
        "本件没有告知过拟认定隐瞒或者虚假，没有可以申辩的内容。",
        next="请等待办理结果。",
        kind=Kind.STALE,
    )


@act(
    co.AnswerAllegation,
    "陈述申辩",
    stages={Stage.RECEIVED, Stage.CORRECTION, Stage.ACCEPTED},
    posts=WINDOW,
    applicant=True,
    clause="行政处罚法45条",
    ready=_answerable,
)
def answer_allegation(case: Case, command: co.AnswerAllegation, facts: CaseFacts) -> list[ev.Event]:
    """陈述申辩,或者写明放弃。Heard at any time until the decision; a window takes down what comes on paper."""
    require(
        command.statement,
        "statement-missing",
        "请写明陈述申辩的内容。",
        clause=facts.clause("hear_falsified"),
        next="没有意见的，请写明“放弃陈述申辩”。",
        kind=Kind.INPUT,
    )
    return [ev.AllegationAnswered(facts.today, command.statement)]
