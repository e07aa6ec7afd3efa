"""Limits what a security administrator may manage: own divisions, nobody who serves elsewhere, never themselves.

Reads do not return rows beyond these limits; acts on rows that may be seen but not changed are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from yichuang.aggregates.refusal import Kind, Refused, require
from yichuang.aggregates.rights import THREE_HANDS
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.ledger.service import now
from yichuang.org import rights
from yichuang.org.kinds import ADMINISTRATORS
from yichuang.org.models import Absence, Delegation, Department, Division, Hall, Holding, Officer, Post
from yichuang.org.queries import filter_during

Named = Division | Department | Hall | Post | Officer


def _within(actor: Actor, division: str = "division") -> Q:
    """A filter for rows of the administrator's own division and of those under it; `division` is the lookup path."""
    return Q(**{division: actor.division}) | Q(**{f"{division}__parent": actor.division})


def list_divisions(actor: Actor) -> list[Division]:
    """The administrator's own division first, then those under it."""
    return list(_divisions(actor).order_by("-parent", "code"))


def _divisions(actor: Actor) -> QuerySet[Division]:
    return Division.objects.filter(Q(pk=actor.division) | Q(parent=actor.division))


# --- what lies within reach; None for what does not ------------------------------------------------------------------


def find_named(actor: Actor, kind: str, ref: str) -> Named | None:
    """A row that has a name, by its kind (`kinds.NAMED`) and key."""
    if kind == "division":
        return _divisions(actor).filter(pk=ref).first()
    if kind == "department":
        return find_department(actor, ref)
    if kind == "post":
        return find_post(actor, ref)
    if not (ref.isdecimal() and len(ref) < 19):
        return None
    if kind == "hall":
        return Hall.objects.filter(_within(actor), pk=int(ref)).select_related("division").first()
    return find_officer(actor, int(ref)) if kind == "officer" else None


def find_department(actor: Actor, id: str) -> Department | None:
    return Department.objects.filter(_within(actor), pk=id).select_related("division").first()


def find_post(actor: Actor, id: str) -> Post | None:
    posts = Post.objects.filter(_within(actor, "department__division"), pk=id)
    return posts.select_related("department__division").first()


def find_holding(actor: Actor, id: int) -> Holding | None:
    holdings = Holding.objects.filter(_within(actor, "post__department__division"), pk=id)
    return holdings.select_related("officer", "post__department__division").first()


def find_officer(actor: Actor, id: int) -> Officer | None:
    return _officers(actor).filter(pk=id).first()


def find_absence(actor: Actor, id: int) -> Absence | None:
    return Absence.objects.filter(officer__in=_officers(actor).values("pk"), pk=id).select_related("officer").first()


# --- lists ------------------------------------------------------------------------------------------------------------


class DepartmentStaffing(NamedTuple):
    """A department, the number of its posts, and how many of them somebody holds."""

    department: Department
    posts: int
    posts_held: int


def list_departments(division: Division, today: date) -> list[DepartmentStaffing]:
    """The departments of a division. Two statements."""
    holdings = filter_during(Holding.objects.filter(post__department__division=division), today, today)
    holders = dict(holdings.values_list("post__department").annotate(n=Count("post", distinct=True)))
    serving = Count("posts", filter=Q(posts__last_day=None) | Q(posts__last_day__gte=today))
    rows = Department.objects.filter(division=division).annotate(n=serving).order_by("id")
    return [DepartmentStaffing(row, row.n, holders.get(row.pk, 0)) for row in rows]


def list_halls(division: Division | str, *, open_only: bool = False) -> list[Hall]:
    """The halls of a division by name, closed ones too unless `open_only`."""
    rows = Hall.objects.filter(division=division).order_by("name")
    return list(rows.filter(last_day=None) if open_only else rows)


def list_posts(department: Department, today: date) -> list[tuple[Post, list[Officer]]]:
    """The posts of a department, each with the officers who hold it today. Two statements."""
    posts = list(Post.objects.filter(department=department).order_by("kind", "id"))
    officers_by_post: dict[str, list[Officer]] = {}
    for holding in filter_during(Holding.objects.filter(post__in=posts), today, today).select_related(
        "officer__account"
    ):
        officers_by_post.setdefault(holding.post_id, []).append(holding.officer)
    return [(post, officers_by_post.get(post.pk, [])) for post in posts]


def list_holdings_of_post(post: Post) -> list[Holding]:
    """All holdings of the post, the latest first."""
    return list(post.holdings.select_related("officer__account").order_by("-first_day", "-id"))


def list_delegations_of_post(post: Post) -> list[Delegation]:
    return list(post.delegations.select_related("absent", "stand_in").order_by("-first_day", "-id"))


def list_officers(actor: Actor, words: str, most: int) -> list[Officer]:
    """Officers with this name, employee number or user name."""
    matches = Q(name=words) | Q(number=words) | Q(account__username=words)
    return list(_officers(actor).filter(matches).order_by("number")[:most])


def _officers(actor: Actor) -> QuerySet[Officer]:
    """Officers who hold or held a post within reach, or have held none yet and were enrolled within reach."""
    all_holdings = Holding.objects.filter(officer=OuterRef("pk"))
    within_reach = Exists(all_holdings.filter(_within(actor, "post__department__division")))
    enrolled = _within(actor, "enrolled_in") | Q(enrolled_in=None)
    return Officer.objects.filter(within_reach | (~Exists(all_holdings) & enrolled)).select_related("account")


@dataclass(frozen=True, slots=True)
class OfficerRecord:
    """An officer's holdings, absences and delegations, the latest first."""

    holdings: list[Holding]
    absences: list[Absence]
    delegations: list[Delegation]  # of their posts to others
    standing_in: list[Delegation]  # for others


def read_record(officer: Officer) -> OfficerRecord:
    """The officer's holdings, absences and delegations. Four statements."""
    delegations = Delegation.objects.filter(absent=officer).select_related("stand_in", "post")
    return OfficerRecord(
        list(officer.holdings.select_related("post__department").order_by("-first_day", "-id")),
        list(officer.absences.order_by("-first_day")),
        list(delegations.order_by("post_id")),
        list(officer.standing_in.select_related("post__department", "absent").order_by("-first_day")),
    )


def list_seats(actor: Actor, words: str, today: date, most: int) -> list[Holding]:
    """Holdings of today by the officer's name, employee number or user name, without administrators' posts."""
    matches = Q(officer__name=words) | Q(officer__number=words) | Q(officer__account__username=words)
    holdings = Holding.objects.filter(
        matches, _within(actor, "post__department__division"), officer__account__is_active=True
    )
    holdings = filter_during(holdings.exclude(post__kind__in=ADMINISTRATORS), today, today)
    return list(
        holdings.select_related("officer__account", "post__department").order_by("officer__number", "post_id")[:most]
    )


def posts_within(actor: Actor) -> QuerySet[Post, Any]:
    """Ids of the posts within reach, as a subquery for another room's statement."""
    return Post.objects.filter(_within(actor, "department__division")).values("id")


# --- what may be touched: each raises Refused(forbidden) -------------------------------------------------------------


def demand_within(actor: Actor, division: Division) -> None:
    """Raise unless the division is the administrator's own or lies under it. The program itself may act everywhere."""
    require(
        actor.person == SYSTEM.person or actor.division in (division.pk, division.parent_id),
        "out-of-reach",
        f"{division.name}不在您管理的区划之内。",
        next="请由那里或者上级的安全管理员办理。",
        kind=Kind.FORBIDDEN,
    )


def demand_another(actor: Actor, officer: Officer) -> None:
    """Raise when the actor manages their own posts, absences or account."""
    require(
        actor.person != f"a:{officer.account_id}",
        "own-record",
        "不能办理本人的任职、离任、缺席和账号。",
        clause=THREE_HANDS,
        next="请由另一名安全管理员办理。",
        kind=Kind.FORBIDDEN,
    )


def demand_ours(actor: Actor, officer: Officer) -> None:
    """Raise when the officer also serves outside the actor's divisions, or is the actor. Two statements.

    Account, name and absences concern every post an officer holds, not only those within reach.
    """
    if actor.person == SYSTEM.person:
        return
    demand_another(actor, officer)
    today = local_day(now())
    lasting = officer.holdings.filter(Q(last_day=None) | Q(last_day__gte=today))
    for division in (
        holding.post.department.division for holding in lasting.select_related("post__department__division")
    ):
        if actor.division not in (division.pk, division.parent_id):
            message = f"此人还在{division.name}任职，其账号、姓名和缺席不由您办理。"
            raise Refused("serves-elsewhere", message, next="请由那里或者上级的安全管理员办理。", kind=Kind.FORBIDDEN)


def demand_absences(actor: Actor, officer: Officer) -> None:
    """Raise unless the actor may manage the officer's absences.

    A head may for officers of the own department, a security administrator for those of `demand_ours`.
    """
    rights.ABSENCES.demand(actor)
    if actor.post_kind == "secadmin":
        demand_ours(actor, officer)
    elif actor.post_kind == "head":
        today = local_day(now())
        holdings_here = filter_during(officer.holdings.filter(post__department=actor.department), today, today)
        message = "此人今天不在本机关任职。"
        require(holdings_here.exists(), "not-here", message, next="请由其任职的机关办理。", kind=Kind.FORBIDDEN)


def demand_delegation(actor: Actor, absent: Officer, post: Post, stand_in: Officer) -> None:
    """Raise unless the actor may name this stand-in: a head for posts of the own department, a security administrator
    for posts within reach.
    """
    demand_absences(actor, absent)
    if actor.post_kind == "secadmin":
        demand_another(actor, stand_in)
        demand_within(actor, post.department.division)
    elif actor.post_kind == "head":
        in_own_department = post.department_id == actor.department
        require(
            in_own_department,
            "elsewhere",
            "该岗位不在本机关。",
            next="请由其所在的机关指定代理人。",
            kind=Kind.FORBIDDEN,
        )
