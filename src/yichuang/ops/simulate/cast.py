"""Who plays: the officers of the demo city by post and the applicants with their agents, as actors of the door.

Read once from the tables; nothing is written. How somebody works is here too: it is part of who they are.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from random import Random
from typing import Any

from yichuang.ledger.actor import Actor
from yichuang.org.models import Holding
from yichuang.people.models import Mandate, Membership, Subject

SOURCE = "simulated"
# Posts of the demo city whose holders work badly: late, in a heap, outside the door
CARELESS = (
    "410100/gaj/reviewer/2",
    "410100/jsj/reviewer/2",
    "410100/wjw/reviewer/2",
    "410122/wjw/reviewer/1",
    "410184/scjg/surveyor/2",
)


@dataclass(frozen=True)
class Applicant:
    """A subject with whoever acts for it from home: itself or its head, and an agent when there is one."""

    id: str
    organisation: bool
    name: str
    known: dict[str, Any]  # what is on file about it when it applies
    own: Actor
    agent: Actor | None = None


@dataclass
class Cast:
    """Officers by department and kind of post, in the order of their posts, and applicants by kind."""

    officers: dict[tuple[str, str], list[Actor]] = field(default_factory=lambda: defaultdict(list))
    persons: list[Applicant] = field(default_factory=list)
    organisations: list[Applicant] = field(default_factory=list)

    def at(self, department: str, kind: str) -> list[Actor]:
        """The officers of a department's posts of a kind, at least one. Raises LookupError when there is none."""
        found = self.officers.get((department, kind))
        if not found:
            raise LookupError(f"{department} 没有 {kind} 岗位，无法模拟")
        return found


def pace(post: str) -> float:
    """How much of a step's limit an officer takes on the average."""
    if post in CARELESS:
        return 1.3
    return Random(f"pace/{post}").choice((0.25, 0.35, 0.45, 0.5, 0.65))


def assemble() -> Cast:
    """The cast of this store."""
    cast = Cast()
    holdings = Holding.objects.filter(last_day=None).select_related("post__department", "officer").order_by("post_id")
    for one in holdings:
        post = one.post
        cast.officers[post.department_id, post.kind].append(
            Actor(
                person=f"a:{one.officer.account_id}",
                post=post.id,
                post_kind=post.kind,
                department=post.department_id,
                division=post.department.division_id,
                channel="window" if post.kind == "window" else "online",
                source=SOURCE,
            )
        )
    own, heads = _accounts()
    agents = _agents(own)
    for subject in Subject.objects.filter(demo=True).order_by("id"):
        account = heads.get(subject.id)
        if account is None:
            continue
        applicant = Applicant(
            subject.id,
            subject.kind == "organisation",
            subject.name,
            _known(subject),
            Actor(person=f"a:{account}", subjects=tuple(own[account]), source=SOURCE),
            agents.get(subject.id),
        )
        (cast.organisations if applicant.organisation else cast.persons).append(applicant)
    return cast


def _accounts() -> tuple[dict[int, list[str]], dict[str, int]]:
    """The subjects of each account, and the account that is or heads each subject."""
    own: dict[int, list[str]] = defaultdict(list)
    heads: dict[str, int] = {}
    for account, subject in (
        Membership.objects.filter(ended_at=None).order_by("-role", "id").values_list("account_id", "subject_id")
    ):
        own[account].append(subject)
        heads.setdefault(subject, account)
    return own, heads


def _agents(own: dict[int, list[str]]) -> dict[str, Actor]:
    """By principal: the agent with a mandate for all items."""
    account_of = {subjects[0]: account for account, subjects in own.items()}
    out: dict[str, Actor] = {}
    for mandate in Mandate.objects.filter(all_items=True, revoked_at=None).order_by("principal_id", "id"):
        account = account_of.get(mandate.agent_id or "")
        if account is not None:
            subjects = (*own[account], mandate.principal_id)
            actor = Actor(person=f"a:{account}", subjects=subjects, on_behalf_of=mandate.principal_id, source=SOURCE)
            out.setdefault(mandate.principal_id, actor)
    return out


def _known(subject: Subject) -> dict[str, Any]:
    named = {"name": subject.name, "kind": subject.kind, "phone": subject.phone, "address": subject.address}
    if subject.kind == "organisation":
        return {**named, "uscc": subject.uscc, "legal_name": subject.legal_name}
    return {**named, "id_type": subject.id_type, "id_number": subject.id_number}
