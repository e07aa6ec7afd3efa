"""How far a security administrator's hand reaches: the divisions, nobody who serves elsewhere, and never themselves."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet

from yichuang.ledger.actor import Actor
from yichuang.org.models import Division, Holding, Officer


def of(actor: Actor, division: str = "division") -> Q:
    """Rows of the administrator's own division and of those under it; `division` is the way to it."""
    return Q(**{division: actor.division}) | Q(**{f"{division}__parent": actor.division})


def divisions(actor: Actor) -> QuerySet[Division]:
    """The administrator's own division first, then those under it."""
    return Division.objects.filter(Q(pk=actor.division) | Q(parent=actor.division)).order_by("-parent", "code")


def officers(actor: Actor, words: str = "") -> QuerySet[Officer]:
    """Officers who hold or held a post within reach, or have held none yet and were enrolled within reach; by name,
    number or user name if given.
    """
    ever = Holding.objects.filter(officer=OuterRef("pk"))
    here = Exists(ever.filter(of(actor, "post__department__division")))
    enrolled = of(actor, "enrolled_in") | Q(enrolled_in=None)
    near = Officer.objects.filter(here | (~Exists(ever) & enrolled))
    same = Q(name=words) | Q(number=words) | Q(account__username=words)
    return (near.filter(same) if words else near).select_related("account").order_by("number")


def not_self(actor: Actor, officer: Officer) -> None:
    """Nobody gives themselves a post or takes themselves off the record. Raises PermissionDenied."""
    if actor.person == f"a:{officer.account_id}":
        raise PermissionDenied("不能办理本人的任职、离任、缺席和账号；请由另一名安全管理员办理。")


def only_ours(actor: Actor, officer: Officer, today: date) -> None:
    """Account, name and absences touch every post somebody holds: who also serves elsewhere is not theirs to manage.
    One statement. Raises PermissionDenied.
    """
    lasting = officer.holdings.filter(Q(last_day=None) | Q(last_day__gte=today))
    for division in (one.post.department.division for one in lasting.select_related("post__department__division")):
        if actor.division not in (division.pk, division.parent_id):
            raise PermissionDenied(f"此人还在{division.name}任职；其账号、姓名和缺席由那里或者上级的安全管理员办理。")
