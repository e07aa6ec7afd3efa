"""How far a security administrator's hand reaches: the divisions, nobody who serves elsewhere, and never themselves.

What lies beyond is not found at all; who is found but may not be touched is refused.
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
from yichuang.org.queries import during

Named = Division | Department | Hall | Post | Officer


def _within(actor: Actor, division: str = "division") -> Q:
    """Rows of the administrator's own division and of those under it; `division` is the way to it."""
    return Q(**{division: actor.division}) | Q(**{f"{division}__parent": actor.division})


def list_divisions(actor: Actor) -> list[Division]:
    """The administrator's own division first, then those under it."""
    return list(_divisions(actor).order_by("-parent", "code"))


def _divisions(actor: Actor) -> QuerySet[Division]:
    return Division.objects.filter(Q(pk=actor.division) | Q(parent=actor.division))


# --- what lies within reach; None for what does not ------------------------------------------------------------------


def find_named(actor: Actor, kind: str, ref: str) -> Named | None:
    """What bears a name, by its kind (`kinds.NAMED`) and key."""
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


class Staffed(NamedTuple):
    """A department with how many posts it has, and how many of them somebody holds."""

    department: Department
    posts: int
    held: int


def list_departments(division: Division, today: date) -> list[Staffed]:
    """The departments of a division. Two statements."""
    held = during(Holding.objects.filter(post__department__division=division), today, today)
    holders = dict(held.values_list("post__department").annotate(n=Count("post", distinct=True)))
    serving = Count("posts", filter=Q(posts__last_day=None) | Q(posts__last_day__gte=today))
    rows = Department.objects.filter(division=division).annotate(n=serving).order_by("id")
    return [Staffed(row, row.n, holders.get(row.pk, 0)) for row in rows]


def list_halls(division: Division | str, *, open_only: bool = False) -> list[Hall]:
    """The halls of a division by name, closed ones too unless `open_only`."""
    rows = Hall.objects.filter(division=division).order_by("name")
    return list(rows.filter(last_day=None) if open_only else rows)


def list_posts(department: Department, today: date) -> list[tuple[Post, list[Officer]]]:
    """The posts of a department, each with who holds it today. Two statements."""
    posts = list(Post.objects.filter(department=department).order_by("kind", "id"))
    held: dict[str, list[Officer]] = {}
    for holding in during(Holding.objects.filter(post__in=posts), today, today).select_related("officer__account"):
        held.setdefault(holding.post_id, []).append(holding.officer)
    return [(post, held.get(post.pk, [])) for post in posts]


def list_holdings_of_post(post: Post) -> list[Holding]:
    """Who held the post and when, the latest first."""
    return list(post.holdings.select_related("officer__account").order_by("-first_day", "-id"))


def list_delegations_of_post(post: Post) -> list[Delegation]:
    return list(post.delegations.select_related("absent", "stand_in").order_by("-first_day", "-id"))


def list_officers(actor: Actor, words: str, most: int) -> list[Officer]:
    """Officers of this name, number or user name."""
    same = Q(name=words) | Q(number=words) | Q(account__username=words)
    return list(_officers(actor).filter(same).order_by("number")[:most])


def _officers(actor: Actor) -> QuerySet[Officer]:
    """Officers who hold or held a post within reach, or have held none yet and were enrolled within reach."""
    ever = Holding.objects.filter(officer=OuterRef("pk"))
    here = Exists(ever.filter(_within(actor, "post__department__division")))
    enrolled = _within(actor, "enrolled_in") | Q(enrolled_in=None)
    return Officer.objects.filter(here | (~Exists(ever) & enrolled)).select_related("account")


@dataclass(frozen=True, slots=True)
class Record:
    """An officer's posts, absences and stand-ins, the latest first."""

    holdings: list[Holding]
    absences: list[Absence]
    delegations: list[Delegation]  # of their posts to others
    standing_in: list[Delegation]  # for others


def read_record(officer: Officer) -> Record:
    """Four statements."""
    delegations = Delegation.objects.filter(absent=officer).select_related("stand_in", "post")
    return Record(
        list(officer.holdings.select_related("post__department").order_by("-first_day", "-id")),
        list(officer.absences.order_by("-first_day")),
        list(delegations.order_by("post_id")),
        list(officer.standing_in.select_related("post__department", "absent").order_by("-first_day")),
    )


def list_seats(actor: Actor, words: str, today: date, most: int) -> list[Holding]:
    """Who holds a post today, by name, employee number or user name; never an administrator's post."""
    same = Q(officer__name=words) | Q(officer__number=words) | Q(officer__account__username=words)
    held = Holding.objects.filter(same, _within(actor, "post__department__division"), officer__account__is_active=True)
    held = during(held.exclude(post__kind__in=ADMINISTRATORS), today, today)
    return list(
        held.select_related("officer__account", "post__department").order_by("officer__number", "post_id")[:most]
    )


def posts_within(actor: Actor) -> QuerySet[Post, Any]:
    """Ids of the posts within reach, to be put into another room's statement."""
    return Post.objects.filter(_within(actor, "department__division")).values("id")


# --- what may be touched: each raises Refused(forbidden) -------------------------------------------------------------


def demand_within(actor: Actor, division: Division) -> None:
    """The division is the administrator's own or lies under it; the program reaches everywhere."""
    require(
        actor.person == SYSTEM.person or actor.division in (division.pk, division.parent_id),
        "out-of-reach",
        f"{division.name}不在您管理的区划之内。",
        next="请由那里或者上级的安全管理员办理。",
        kind=Kind.FORBIDDEN,
    )


def demand_another(actor: Actor, officer: Officer) -> None:
    """Nobody gives themselves a post or takes themselves off the record."""
    require(
        actor.person != f"a:{officer.account_id}",
        "own-record",
        "不能办理本人的任职、离任、缺席和账号。",
        clause=THREE_HANDS,
        next="请由另一名安全管理员办理。",
        kind=Kind.FORBIDDEN,
    )


def demand_ours(actor: Actor, officer: Officer) -> None:
    """Account, name and absences touch every post somebody holds: who also serves elsewhere is not the actor's to
    manage, nor is the actor. Two statements.
    """
    if actor.person == SYSTEM.person:
        return
    demand_another(actor, officer)
    today = local_day(now())
    lasting = officer.holdings.filter(Q(last_day=None) | Q(last_day__gte=today))
    for division in (one.post.department.division for one in lasting.select_related("post__department__division")):
        if actor.division not in (division.pk, division.parent_id):
            told = f"此人还在{division.name}任职，其账号、姓名和缺席不由您办理。"
            raise Refused("serves-elsewhere", told, next="请由那里或者上级的安全管理员办理。", kind=Kind.FORBIDDEN)


def demand_absences(actor: Actor, officer: Officer) -> None:
    """A head manages the absences of who holds a post of the own department, a security administrator of theirs."""
    rights.ABSENCES.demand(actor)
    if actor.post_kind == "secadmin":
        demand_ours(actor, officer)
    elif actor.post_kind == "head":
        today = local_day(now())
        here = during(officer.holdings.filter(post__department=actor.department), today, today)
        told = "此人今天不在本机关任职。"
        require(here.exists(), "not-here", told, next="请由其任职的机关办理。", kind=Kind.FORBIDDEN)


def demand_delegation(actor: Actor, absent: Officer, post: Post, stand_in: Officer) -> None:
    """Who manages an absence names stand-ins for the posts within reach: a head for those of the own department."""
    demand_absences(actor, absent)
    if actor.post_kind == "secadmin":
        demand_another(actor, stand_in)
        demand_within(actor, post.department.division)
    elif actor.post_kind == "head":
        here = post.department_id == actor.department
        require(here, "elsewhere", "该岗位不在本机关。", next="请由其所在的机关指定代理人。", kind=Kind.FORBIDDEN)
