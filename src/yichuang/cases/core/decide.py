"""The table of acts, and who may do them.

`may` answers who may do an act now — stage, post, separation — without looking at the command's content, so that
pages and programs can offer exactly the acts that pass and say why the others do not. `check` looks at the content.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, TypeVar

from yichuang.aggregates.acts import Act, Acts, Life
from yichuang.aggregates.refusal import Kind, Refused, require
from yichuang.cases.core import events as ev
from yichuang.cases.core.commands import AddMaterials
from yichuang.cases.core.facts import CaseFacts
from yichuang.cases.core.lapse import lapse, reckoned
from yichuang.cases.core.state import Case, Stage, evolve
from yichuang.catalog.drafting.choices import POSTS
from yichuang.catalog.standard import PostKind
from yichuang.kernel.localtime import chinese_date
from yichuang.ledger.actor import SYSTEM

Ready = Callable[[Case, CaseFacts, str], object]  # case, facts and the step's code; raises Refused
C = TypeVar("C", bound=Callable[..., list[ev.Event]])
ACTS = Acts()
# Posts of a hall serve every department of the division (3.4b); all others act only for their own
HALL = {PostKind.WINDOW, PostKind.CASHIER}


@dataclass(frozen=True, slots=True)
class Who:
    """Who may do an act."""

    posts: frozenset[PostKind]  # kinds of post that may; empty: no officer may
    within: str  # division | department | step: where the officer's post must be
    applicant: bool  # the applicant or an agent with a mandate may
    separated: bool  # never for whoever received or accepted (受审分离, 3.4c)
    ready: Ready | None = None  # what the case must have come to, whatever the command will say
    of_steps: str = "open"  # the status of the steps that an act within a step is for


def act(
    command: type[Any],
    label: str,
    *,
    stages: set[Stage] | frozenset[Stage],
    posts: set[PostKind] | None = None,
    within: str = "division",
    applicant: bool = False,
    separated: bool = False,
    ready: Ready | None = None,
    of_steps: str = "open",
    **more: Any,
) -> Callable[[C], C]:
    """Register a check under its command. Raises ValueError when the command has one already."""
    who = Who(frozenset(posts or ()), within, applicant, separated, ready, of_steps)
    return ACTS.register(command, label, stages=frozenset(stages), who=who, **more)


def may(case: Case, this: Act, facts: CaseFacts, step: str = "") -> None:
    """Who may do this act now: stage, post, separation, then what the case must have come to (`ready`).

    Raises Refused with the clause; passes silently otherwise.
    """
    if case.stage not in this.stages:
        raise _out_of_stage(case, this, facts)
    actor = facts.actor
    if this.system:
        message, next = "这一步由系统办理。", "不需要您办理；办理情况请看本件的经过。"
        return require(actor.person == SYSTEM.person, "not-yours", message, next=next, kind=Kind.FORBIDDEN)
    if actor.post_kind:
        _officer_may(case, this, facts, step)
    else:
        own = case.stage is Stage.NEW or case.subject in actor.subjects
        require(
            this.who.applicant and own,
            "not-your-act",
            f"“{this.label}”不是您可以办理的操作。",
            next="如您是申请人或代理人，请用本人账号登录，并确认委托仍在有效期内。",
            kind=Kind.FORBIDDEN,
        )
    if this.who.ready:
        this.who.ready(case, facts, step)


def _officer_may(case: Case, this: Act, facts: CaseFacts, step: str) -> None:
    actor, standard = facts.actor, facts.standard
    require(
        actor.post_kind in this.who.posts,  # an administrator's post is no PostKind and in no act
        "wrong-post",
        f"您当前的岗位不能办理“{this.label}”。",
        next=f"本操作由{'、'.join(POST_LABELS[p] for p in sorted(this.who.posts))}办理；如您有该岗位，请先切换岗位。"
        if this.who.posts
        else "本操作由申请人或代理人用本人账号办理。",
        kind=Kind.FORBIDDEN,
    )
    place = {
        "division": standard.division,
        "department": f"{standard.division}/{standard.department}",
        "step": f"{standard.division}/{_department_of(step, facts)}",
    }["department" if this.who.within == "division" and PostKind(actor.post_kind) not in HALL else this.who.within]
    require(
        place in (actor.division, actor.department),
        "other-department",
        f"本件的这一操作由其他部门（{place}）办理。",
        next="请联系该部门，或由其负责人办理交接。",
        kind=Kind.FORBIDDEN,
    )
    if this.who.separated:
        require(
            not {actor.person, actor.on_behalf_of} & set(case.intake),
            "separation",
            "受审分离：您受理（收件）了本件，不能再办理本件的审查或决定。",
            clause="3.4c",
            next="请由本部门其他人员办理。",
            kind=Kind.FORBIDDEN,
        )


def _department_of(step: str, facts: CaseFacts) -> str:
    """Who runs the step; the case's own department for acts on the case as a whole, or for a code nobody knows."""
    return next((s.department for s in facts.standard.steps if s.code == step), facts.standard.department)


def _out_of_stage(case: Case, this: Act, facts: CaseFacts) -> Refused:
    if case.silent and this.command.__name__ in ("AskCorrection", "Accept", "Decline"):
        return Refused(
            "deemed-accepted",
            f"收到材料后未在法定期限内告知补正，依法自{say_day(case.received_on)}收到之日起即为受理，不能再“{this.label}”。",
            clause=facts.clause("correct"),
            next="请按已受理办件继续审查。",
        )
    if this.command is AddMaterials and case.stage in (Stage.CORRECTION, Stage.ACCEPTED):
        return _too_late_to_add(case, facts)
    if case.ended_with_item and case.leaving:
        return Refused(
            "ended-with-item",
            f"本件所办事项已依{case.leaving.ground}退出清单，本件自{say_day(case.closed_on)}起终止。",
            clause="3.1b",
            next="已缴的费用请到窗口办理退费；对终止不服的，告知书写明了救济途径。",
        )
    if case.outcome == "overdue":
        return Refused(
            "correction-overdue",
            "补正期限已过，本件已按补正逾期终止。",
            clause=facts.clause("correct"),
            next="申请人备齐材料后可以重新申请，已填内容可以沿用。",
        )
    return Refused(
        "out-of-stage",
        f"本件现在是“{case.stage.label}”，不能“{this.label}”。",
        next="请刷新页面查看本件最新情况。",
        kind=Kind.STALE,
    )


def say_day(day: date | None) -> str:
    """A day that the stage says there is, as people write it."""
    return chinese_date(day) if day else ""


def _too_late_to_add(case: Case, facts: CaseFacts) -> Refused:
    if case.stage is Stage.CORRECTION and case.correction:
        return Refused(
            "correction-asked",
            f"本件已于{say_day(case.correction.on)}一次告知需要补正的全部内容，不能再“补收材料”。",
            clause=facts.clause("correct"),
            next="请按补正告知书办理“补正材料”。",
        )
    return Refused(
        "accepted-already",
        f"本件已于{say_day(case.accepted_on)}受理，不能再“补收材料”。",
        clause=facts.clause("accept"),
        next="还缺的材料请用“补正材料”提交。" if case.missing else "本件材料齐全，请等待审查结果。",
    )


def _places(case: Case, this: Act) -> list[str]:
    """The steps for an act on a step, open or done; without any, the case as a whole for acts that may do without."""
    if this.who.within != "step":
        return [""]
    open_steps = [code for code, state in case.steps.items() if state.status == this.who.of_steps]
    stepless = any(f.name == "step" and f.default == "" for f in fields(this.command))
    return open_steps or ([""] if stepless else [])


LIFE: Life[Case, CaseFacts] = Life(ACTS, evolve, lapse, may, _places, reckoned)
decide, list_offers = LIFE.decide, LIFE.list_offers

POST_LABELS = POSTS
