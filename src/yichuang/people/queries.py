"""Reads on people: whom an account may act for, who a number belongs to, messages. Nothing is written here."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from yichuang.kernel.sm3 import sm3
from yichuang.ledger.actor import Actor
from yichuang.ledger.fast import run
from yichuang.people.models import Account, ApiClient, Mandate, Membership, Message, Subject


def own_subjects(account: Account) -> tuple[str, ...]:
    """The subjects the account is or heads, itself first."""
    held = Membership.objects.filter(account=account, ended_at=None).order_by("-role", "id")
    return tuple(held.values_list("subject_id", flat=True))


def own_person(account: Account) -> Subject | None:
    """The person the account is bound to."""
    held = Membership.objects.filter(account=account, role="self", ended_at=None).select_related("subject").first()
    return held.subject if held else None


def valid_mandates(account: Account, today: date, own: tuple[str, ...] | None = None) -> QuerySet[Mandate]:
    """Mandates that let the account act today for somebody else (代理). A mandate can't be passed on.

    `own` are the account's own subjects, for a caller that has read them already.
    """
    agents = own_subjects(account) if own is None else own
    valid = Mandate.objects.filter(agent__in=agents, revoked_at=None, first_day__lte=today, last_day__gte=today)
    return valid.select_related("principal")


def subjects_for(account: Account, today: date, item: str | None = None) -> tuple[str, ...]:
    """The applicants the account may act for today: its own subjects, then those with a valid mandate for `item`.

    Without an item only mandates for all items count: one that is limited to some items opens nothing else.
    """
    if not account.is_active:
        return ()
    own = own_subjects(account)
    scope = Q(all_items=True) if item is None else Q(all_items=True) | Q(items__contains=[item])
    given = valid_mandates(account, today, own).filter(scope).order_by("principal_id")
    return tuple(dict.fromkeys((*own, *given.values_list("principal_id", flat=True))))


def actor_for(
    account: Account,
    today: date,
    *,
    subject: str = "",
    item: str | None = None,
    channel: str = "online",
    session: str = "",
    ip: str = "",
    device: str = "",
) -> Actor:
    """Who acts when an applicant or an agent acts. `subject` is whom they act for; somebody else's id shows in the
    entry as `on_behalf_of`. Whether they may is for the door to say, from `subjects`."""
    return Actor(
        person=account.person,
        subjects=subjects_for(account, today, item),
        on_behalf_of=subject if subject and subject not in own_subjects(account) else "",
        channel=channel,
        session=session,
        ip=ip,
        device=device,
    )


@dataclass(frozen=True, slots=True)
class Speaking:
    """For whom an account may speak on the ledger's day: its own subjects, and the mandates it holds."""

    day: date
    own: tuple[str, ...]
    mandates: tuple[tuple[str, bool, frozenset[str]], ...]  # principal, for all items, else for these

    def subjects(self, item: str | None = None) -> tuple[str, ...]:
        """What `subjects_for` answers."""
        given = (principal for principal, whole, items in self.mandates if whole or item in items)
        return tuple(dict.fromkeys((*self.own, *given)))


def speaking_now(account: Account) -> Speaking:
    """Whom the account may speak for today, in one statement: what a program's every request asks."""
    day, own, mandates = run(_SPEAKING, {"account": account.pk}).fetchone()
    if not account.is_active:
        return Speaking(day, (), ())
    own, mandates = (json.loads(v) if isinstance(v, str) else v for v in (own, mandates))
    return Speaking(day, tuple(own), tuple((p, whole, frozenset(items)) for p, whole, items in mandates))


_SPEAKING = """
with today as (select (ledger_now() at time zone 'Asia/Shanghai')::date as day),
own as (
  select subject_id, role, id from people_membership where account_id = %(account)s and ended_at is null
)
select t.day, (select coalesce(json_agg(subject_id order by role desc, id), '[]'::json) from own),
  (select coalesce(json_agg(json_build_array(principal_id, all_items, items) order by principal_id), '[]'::json)
   from people_mandate where agent_id in (select subject_id from own) and revoked_at is null
   and first_day <= t.day and last_day >= t.day)
from today t
"""


def find_subject(*, id_type: str = "", number: str) -> Subject | None:
    """The person with this document, or with no type the organisation with this credit code. Exact matches only."""
    if id_type:
        return Subject.objects.filter(kind="person", id_type=id_type, id_number=number).first()
    return Subject.objects.filter(kind="organisation", uscc=number).first()


def subjects_by_number(numbers: Collection[str]) -> dict[str, str]:
    """Ids of subjects by document number or credit code; what is two subjects' is nobody's. One statement."""
    if not numbers:
        return {}
    out: dict[str, set[str]] = {}
    found = Subject.objects.filter(Q(id_number__in=numbers) | Q(uscc__in=numbers))
    for id, number, uscc in found.values_list("id", "id_number", "uscc"):
        out.setdefault(uscc or number, set()).add(id)
    return {number: ids.pop() for number, ids in out.items() if len(ids) == 1}


def accounts_of(subject_id: str) -> list[Account]:
    """The active accounts that are, or head, the subject."""
    return list(
        Account.objects.filter(memberships__subject=subject_id, memberships__ended_at=None, is_active=True)
        .distinct()
        .order_by("id")
    )


def messages_of(account: Account) -> QuerySet[Message]:
    """The account's messages, newest first."""
    return account.messages.order_by("-created_at", "-id")


def unread(account: Account) -> int:
    return account.messages.filter(read_at=None).count()


def token_digest(token: str) -> str:
    """What is kept of a token. A token has 256 random bits, so a plain hash is enough."""
    return sm3(token.encode()).hex()


def client_by_token(token: str) -> ApiClient | None:
    """The client a token belongs to, unless it expired, or it or its account was shut. One prepared statement."""
    row = run(_CLIENT, {"digest": token_digest(token)}).fetchone()
    if row is None:
        return None
    client = ApiClient.from_db(None, _CLIENT_FIELDS, row[: len(_CLIENT_FIELDS)])
    client.account = Account.from_db(None, _ACCOUNT_FIELDS, row[len(_CLIENT_FIELDS) :])
    return client


_CLIENT_FIELDS = [f.attname for f in ApiClient._meta.concrete_fields]
_ACCOUNT_FIELDS = [f.attname for f in Account._meta.concrete_fields]
_CLIENT = (
    f"select {', '.join(f'c.{n}' for n in _CLIENT_FIELDS)}, {', '.join(f'a.{n}' for n in _ACCOUNT_FIELDS)}"
    " from people_apiclient c join people_account a on a.id = c.account_id"
    " where c.token_hash = %(digest)s and c.revoked_at is null and c.expires_at > ledger_now() and a.is_active"
)
