"""The cast of a simulation: officers of the demo city by post, and applicants with their agents, as actors.

Read once from the tables; nothing is written.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from yichuang.ledger.actor import BROWSER, Actor
from yichuang.org.models import Holding
from yichuang.people.models import Mandate, Membership, Subject
from yichuang.people.sessions import digest_key

SOURCE = "simulated"


@dataclass(frozen=True)
class SimulatedApplicant:
    """A subject with the actors for it: itself or its head, and its agent if it has one."""

    id: str
    organisation: bool
    name: str
    details: dict[str, Any]  # what is on file about it when it applies
    actor: Actor
    agent: Actor | None = None


@dataclass
class Cast:
    """Officers by department and kind of post, in the order of their posts, and applicants by kind."""

    officers: dict[tuple[str, str], list[Actor]] = field(default_factory=lambda: defaultdict(list))
    persons: list[SimulatedApplicant] = field(default_factory=list)
    organisations: list[SimulatedApplicant] = field(default_factory=list)

    def officers_at(self, department: str, kind: str) -> list[Actor]:
        """The officers of a department's posts of a kind, at least one. Raises LookupError when there is none."""
        officers = self.officers.get((department, kind))
        if not officers:
            raise LookupError(f"{department} 没有 {kind} 岗位，无法模拟")
        return officers

    def person_named(self, name: str) -> SimulatedApplicant:
        """The first person of this name; the first person of all where there is none."""
        return next((p for p in self.persons if p.name == name), self.persons[0])

    def firm_headed_by(self, name: str) -> SimulatedApplicant:
        """The first firm whose head has this name; the first firm of all where there is none."""
        return next((f for f in self.organisations if f.details.get("legal_name") == name), self.organisations[0])

    def firm(self, number: int) -> SimulatedApplicant:
        """One of the firms for which nobody acts, counted round: none of an account that a demo offers."""
        firms = [f for f in self.organisations if f.agent is None] or self.organisations
        return firms[number % len(firms)]


def assemble_cast() -> Cast:
    """The cast of this store."""
    cast = Cast()
    holdings = Holding.objects.filter(last_day=None).select_related("post__department", "officer").order_by("post_id")
    for holding in holdings:
        post = holding.post
        cast.officers[post.department_id, post.kind].append(
            Actor(
                person=f"a:{holding.officer.account_id}",
                post=post.id,
                post_kind=post.kind,
                department=post.department_id,
                division=post.department.division_id,
                channel="window" if post.kind == "window" else "online",
                source=SOURCE,
                device=_device(post.id),
            )
        )
    subjects_by_account, heads = _accounts()
    agents = _agents(subjects_by_account)
    for subject in Subject.objects.filter(demo=True).order_by("id"):
        account = heads.get(subject.id)
        if account is None:
            continue
        applicant = SimulatedApplicant(
            subject.id,
            subject.kind == "organisation",
            subject.name,
            _known(subject),
            Actor(
                person=f"a:{account}",
                subjects=tuple(subjects_by_account[account]),
                source=SOURCE,
                device=_device(f"a:{account}"),
            ),
            agents.get(subject.id),
        )
        (cast.organisations if applicant.organisation else cast.persons).append(applicant)
    return cast


def _device(owner: str) -> str:
    """The computer of a post, or of an account."""
    return f"{BROWSER}{digest_key(f'simulated/{owner}')}"


def _accounts() -> tuple[dict[int, list[str]], dict[str, int]]:
    """The subjects of each account, and the account that is or heads each subject."""
    subjects_by_account: dict[int, list[str]] = defaultdict(list)
    heads: dict[str, int] = {}
    for account, subject in (
        Membership.objects.filter(ended_at=None).order_by("-role", "id").values_list("account_id", "subject_id")
    ):
        subjects_by_account[account].append(subject)
        heads.setdefault(subject, account)
    return subjects_by_account, heads


def _agents(subjects_by_account: dict[int, list[str]]) -> dict[str, Actor]:
    """The agents with a mandate for all items, by principal."""
    account_of = {subjects[0]: account for account, subjects in subjects_by_account.items()}
    out: dict[str, Actor] = {}
    for mandate in Mandate.objects.filter(all_items=True, revoked_at=None).order_by("principal_id", "id"):
        account = account_of.get(mandate.agent_id or "")
        if account is not None:
            subjects = (*subjects_by_account[account], mandate.principal_id)
            actor = Actor(
                person=f"a:{account}",
                subjects=subjects,
                on_behalf_of=mandate.principal_id,
                source=SOURCE,
                device=_device(f"a:{account}"),
            )
            out.setdefault(mandate.principal_id, actor)
    return out


def _known(subject: Subject) -> dict[str, Any]:
    details = {"name": subject.name, "kind": subject.kind, "phone": subject.phone, "address": subject.address}
    if subject.kind == "organisation":
        return {**details, "uscc": subject.uscc, "legal_name": subject.legal_name}
    return {**details, "id_type": subject.id_type, "id_number": subject.id_number}
