"""The table of acts on a licence, and who may do them. What the checks ask is in `applying` and `ending`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from yichuang.aggregates.acts import Act, Acts, Life
from yichuang.aggregates.refusal import Kind, Refused, require
from yichuang.catalog.standard import PostKind
from yichuang.ledger.actor import Actor
from yichuang.licences.core.facts import LicenceFacts
from yichuang.licences.core.lapse import lapse
from yichuang.licences.core.state import ALIVE, Licence, Stage, evolve

Ready = Callable[[Licence, LicenceFacts], object]  # raises Refused
C = TypeVar("C", bound=Callable[..., list[Any]])
ACTS = Acts()
POSTS = {PostKind.HEAD: "本机关负责人", PostKind.REVIEWER: "审查岗", PostKind.WINDOW: "综合窗口"}


@dataclass(frozen=True, slots=True)
class Who:
    """Who may do an act: officers of these posts in the department that made the decision, or the holder."""

    posts: frozenset[PostKind] = frozenset()
    holder: bool = False
    ready: Ready | None = None  # what the licence must have come to, whatever the command will say


def act(
    command: type[Any],
    label: str,
    *,
    stages: frozenset[Stage] = ALIVE,
    posts: set[PostKind] | None = None,
    holder: bool = False,
    ready: Ready | None = None,
    **more: Any,
) -> Callable[[C], C]:
    """Register a check under its command."""
    return ACTS.register(command, label, stages=stages, who=Who(frozenset(posts or ()), holder, ready), **more)


def may(licence: Licence, this: Act, facts: LicenceFacts, step: str = "") -> None:
    """Who may do this act now. Raises Refused; what a case does was decided by the case."""
    if licence.stage not in this.stages:
        raise refuse_stage(licence, this.label)
    if this.system:
        return
    actor = facts.actor
    if actor.post_kind:
        names = "、".join(POSTS[post] for post in sorted(this.who.posts))
        require(
            actor.post_kind in this.who.posts,
            "wrong-post",
            f"您当前的岗位不能办理“{this.label}”。",
            next=f"本操作由{names}办理；如您有该岗位，请先切换岗位。" if names else "本操作由持证人用本人账号办理。",
            kind=Kind.FORBIDDEN,
        )
        # windows of a hall serve every department of the division (3.4b)
        at_window = actor.post_kind == PostKind.WINDOW and actor.division == facts.standard.division
        require(
            at_window or actor.department == facts.department,
            "other-department",
            "这张证照由其他部门作出决定，您不能办理。",
            clause="行政许可法第六十九条",
            next="请联系作出决定的部门。",
            kind=Kind.FORBIDDEN,
        )
    else:
        require(
            this.who.holder and _speaks_for(actor, licence.subject, facts.standard.item),
            "not-your-act",
            f"“{this.label}”不是您可以办理的操作。",
            next="如您是持证人或代理人，请用本人账号登录，并确认委托仍在有效期内。",
            kind=Kind.FORBIDDEN,
        )
    if this.who.ready:
        this.who.ready(licence, facts)


def _speaks_for(actor: Actor, subject: str, item: str) -> bool:
    """Whether an applicant's account acts for the holder: itself, or by a mandate for all items or for this one."""
    return subject in actor.subjects or (subject, item) in actor.limited


def refuse_stage(licence: Licence, what: str) -> Refused:
    """The refusal of what this licence is no longer, or not now, in the state for."""
    ending = licence.ending
    since = f"（{ending.on.isoformat()}）" if ending else ""
    return Refused(
        "licence-ended" if ending else "out-of-stage",
        f"证照{licence.number}{licence.stage.label}{since}，不能“{what}”。",
        clause="行政许可法第七十条" if ending else "",
        next="需要继续从事所许可活动的，请重新申请。" if ending else "请刷新页面查看证照的最新情况。",
        kind=Kind.RULE if ending else Kind.STALE,
    )


def stamp(event: Any, facts: LicenceFacts) -> Any:
    """The event with the versions its dates were reckoned under, when it is of the kind that records them."""
    return replace(event, reckoned=facts.versions) if "reckoned" in type(event).__dataclass_fields__ else event


LIFE: Life[Licence, LicenceFacts] = Life(ACTS, evolve, lapse, may, stamp=stamp)
