"""Reads on people: whom an account may act for, who a number belongs to, messages. Nothing is written here."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from yichuang.kernel.sm3 import sm3
from yichuang.ledger.actor import Actor
from yichuang.ledger.fast import load_rows, run
from yichuang.people.models import Account, ApiClient, IdentityQuestion, Mail, Mandate, Membership, Message, Subject

OWN = ("",)  # the posts of messages that are told to no post: to the account itself


def own_subjects(account: Account) -> tuple[str, ...]:
    """The subjects the account is or heads, itself first."""
    memberships = Membership.objects.filter(account=account, ended_at=None).order_by("-role", "id")
    return tuple(memberships.values_list("subject_id", flat=True))


def own_person(account: Account) -> Subject | None:
    """The person the account is bound to."""
    membership = (
        Membership.objects.filter(account=account, role="self", ended_at=None).select_related("subject").first()
    )
    return membership.subject if membership else None


def subjects_for(account: Account, today: date, item: str | None = None) -> tuple[str, ...]:
    """The applicants the account may act for today: its own subjects, then those with a valid mandate for `item`.

    Without an item only mandates for all items count.
    """
    return read_speaking_now(account, today).subjects(item)


def actor_of_applicant(
    account: Account, today: date, *, subject: str = "", item: str | None = None, **envelope: str
) -> Actor:
    """The actor for an applicant's or agent's command on a day; see `Speaking.actor`."""
    return read_speaking_now(account, today).actor(subject=subject, item=item, **envelope)


@dataclass(frozen=True, slots=True)
class Speaking:
    """The subjects an account may act for on a day: its own, and those whose mandates it holds (代理, 许可法 29条).

    Every read and every act of an applicant or agent starts from here, so a mandate that was revoked or has run out
    gives no access from that moment on. A mandate can't be passed on: it counts for the account's own subjects alone.
    """

    person: str
    day: date
    own_subjects: tuple[str, ...]
    mandates: tuple[tuple[str, bool, frozenset[str]], ...]  # principal, for all items, else for these

    def subjects(self, item: str | None = None) -> tuple[str, ...]:
        """Subjects the account may act for: its own, then principals whose mandate covers all items or `item`."""
        principals = (principal for principal, all_items, items in self.mandates if all_items or item in items)
        return tuple(dict.fromkeys((*self.own_subjects, *principals)))

    @property
    def limited(self) -> tuple[tuple[str, str], ...]:
        """(principal, item) of mandates for listed items, where none for all items holds."""
        unlimited = set(self.subjects())
        pairs = ((principal, item) for principal, _, items in self.mandates for item in sorted(items))
        return tuple(dict.fromkeys(pair for pair in pairs if pair[0] not in unlimited))

    def actor(self, *, subject: str = "", item: str | None = None, **envelope: str) -> Actor:
        """The actor for a command. `subject` is the applicant acted for; if not its own, the entry shows it as
        `on_behalf_of`. The door checks `subjects`. `envelope`: channel, session, ip, device."""
        return Actor(
            person=self.person,
            subjects=self.subjects(item),
            own_subjects=self.own_subjects,
            limited=self.limited,
            on_behalf_of=subject if subject and subject not in self.own_subjects else "",
            **envelope,
        )


def read_speaking_now(account: Account, day: date | None = None) -> Speaking:
    """The `Speaking` of an account on the ledger's day, or on `day`. One statement."""
    (row,) = run(_SPEAKING_NOW, {"account": account.pk, "day": day}).fetchone()
    return parse_speaking(account, row)


def parse_speaking(account: Account, row: Any) -> Speaking:
    """The `Speaking` of an account, from the value of `sql_speaking`."""
    row = json.loads(row) if isinstance(row, str) else row
    day = date.fromisoformat(row["day"])
    if not account.is_active:
        return Speaking(account.person, day, (), ())
    mandates = tuple((principal, all_items, frozenset(items)) for principal, all_items, items in row["mandates"])
    return Speaking(account.person, day, tuple(row["own"]), mandates)


def sql_speaking(account: str, day: str = "null::date") -> str:
    """The `Speaking` of an account as an SQL expression, for a statement that reads other things too.

    `account` and `day` are SQL: its id, and the day, where null is the ledger's. Read the answer with `read_speaking`.
    """
    return _SPEAKING.replace("{account}", account).replace("{day}", day)


_SPEAKING = """(
with today as (select coalesce({day}, (ledger_now() at time zone 'Asia/Shanghai')::date) as day),
own as (
  select subject_id, role, id from people_membership where account_id = {account} and ended_at is null
)
select json_build_object(
  'day', t.day,
  'own', (select coalesce(json_agg(subject_id order by role desc, id), '[]'::json) from own),
  'mandates', (
    select coalesce(json_agg(json_build_array(principal_id, all_items, items) order by principal_id), '[]'::json)
    from people_mandate where agent_id in (select subject_id from own) and revoked_at is null
    and first_day <= t.day and last_day >= t.day)
) from today t
)"""
_SPEAKING_NOW = f"select {sql_speaking('%(account)s', '%(day)s::date')}"

# How many mandates that covered a case ended since it was filed: SQL for a query of `cases_case c`
ENDED_MANDATES = """(
  select count(*) from people_mandate m where m.principal_id = c.subject and (m.all_items or m.items ? c.item)
  and (m.revoked_at is null or (m.revoked_at at time zone 'Asia/Shanghai')::date >= m.first_day)
  and least(m.revoked_at, (m.last_day + 1)::timestamp at time zone 'Asia/Shanghai')
      between c.submitted_at and ledger_now()
)"""


def find_subject(*, id_type: str = "", number: str) -> Subject | None:
    """The person with this document, or with no type the organisation with this credit code. Exact matches only."""
    if id_type:
        return Subject.objects.filter(kind="person", id_type=id_type, id_number=number).first()
    return Subject.objects.filter(kind="organisation", uscc=number).first()


_DESCRIBING = ("kind", "name", "id_type", "id_number", "uscc", "legal_name", "phone", "address")


def describe_subject(subject: Subject) -> dict[str, Any]:
    """What is on record about a subject now, as a form keeps it whatever changes later."""
    return {name: value for name in _DESCRIBING if (value := getattr(subject, name))}


def subjects_by_number(numbers: Collection[str]) -> dict[str, str]:
    """Ids of subjects by document number or credit code; a number that two subjects have is left out. One statement."""
    if not numbers:
        return {}
    out: dict[str, set[str]] = {}
    subjects = Subject.objects.filter(Q(id_number__in=numbers) | Q(uscc__in=numbers))
    for id, number, uscc in subjects.values_list("id", "id_number", "uscc"):
        out.setdefault(uscc or number, set()).add(id)
    return {number: ids.pop() for number, ids in out.items() if len(ids) == 1}


def accounts_of(subject_id: str) -> list[Account]:
    """The active accounts that are, or head, the subject."""
    return list(
        Account.objects.filter(memberships__subject=subject_id, memberships__ended_at=None, is_active=True)
        .distinct()
        .order_by("id")
    )


def is_identified(subject_id: str) -> bool:
    """Whether a real-name check ties somebody to this person, or to this organisation as its head (3.5c); in a demo
    store, what it takes instead of one. One statement.
    """
    return Membership.objects.filter(subject=subject_id, ended_at=None).exists()


def identified() -> Exists:
    """The same of each subject that a statement reads."""
    return Exists(Membership.objects.filter(subject=OuterRef("pk"), ended_at=None))


def messages_of(account: Account, posts: Collection[str] = OWN) -> QuerySet[Message]:
    """The account's messages, newest first; those on somebody else's matters only while a mandate for them holds.
    `posts`: of which posts, those it acts from now; `""` is the person.
    """
    mine = account.messages.filter(post__in=[*posts])
    return mine.extra(where=[_READABLE]).order_by("-created_at", "-id")


def count_unread(account: Account) -> int:
    return messages_of(account).filter(read_at=None).count()


def sql_unread(account: str, posts: str) -> str:
    """SQL that counts the unread messages of an account. Both are SQL: its id, and what selects the posts it acts from
    now.
    """
    return f"""select count(*) from people_message
where account_id = {account} and read_at is null and (post = '' or post in ({posts})) and {_READABLE}"""


# A message is about nobody, about whom the account is or heads, or about a principal whose mandate holds today
_READABLE = """(
  people_message.subject_id is null
  or people_message.subject_id in (
    select b.subject_id from people_membership b where b.account_id = people_message.account_id and b.ended_at is null
  ) or exists (
    select 1 from people_membership b join people_mandate d on d.agent_id = b.subject_id
    where b.account_id = people_message.account_id and b.ended_at is null
    and d.principal_id = people_message.subject_id and d.revoked_at is null
    and (ledger_now() at time zone 'Asia/Shanghai')::date between d.first_day and d.last_day
    and (d.all_items or d.items ? people_message.item)
  )
)"""


def may_speak(person: str, subject_id: str, item: str) -> bool:
    """Whether this person may speak for the subject on an item today. Up to two statements."""
    account = Account.objects.filter(pk=int(person[2:])).first() if person.startswith("a:") else None
    return account is not None and subject_id in read_speaking_now(account).subjects(item)


def token_digest(token: str) -> str:
    """The hash of a token that is stored. A token has 256 random bits, so a plain hash is enough."""
    return sm3(token.encode()).hex()


def find_client_by_token(token: str, beside: str = "null") -> tuple[ApiClient, Any] | None:
    """The client a token belongs to, unless it expired, or it or its account was shut. One prepared statement.

    `beside` is an SQL expression on the client `c` and its account `a`; its value is the second part of the answer.
    """
    row = run(_CLIENT.replace("{beside}", beside), {"digest": token_digest(token)}).fetchone()
    if row is None:
        return None
    *fields, answer = row
    client = ApiClient.from_db(None, _CLIENT_FIELDS, fields[: len(_CLIENT_FIELDS)])
    client.account = Account.from_db(None, _ACCOUNT_FIELDS, fields[len(_CLIENT_FIELDS) :])
    return client, answer


# What a request needs of both; another field would be fetched when somebody asks for it
_CLIENT_FIELDS = ("id", "name", "account_id", "post")
_ACCOUNT_FIELDS = ("id", "username", "real_name", "kind", "is_active")
_CLIENT = (
    f"select {', '.join(f'c.{n}' for n in _CLIENT_FIELDS)}, {', '.join(f'a.{n}' for n in _ACCOUNT_FIELDS)}, {{beside}}"
    " from people_apiclient c join people_account a on a.id = c.account_id"
    " where c.token_hash = %(digest)s and c.revoked_at is null and c.expires_at > ledger_now() and a.is_active"
)


# --- by id and in lists: the caller knows that the reader may see them -----------------------------------------------


def find_account(username: str) -> Account | None:
    return Account.objects.filter(username=username).first()


def filter_open_accounts(usernames: Collection[str]) -> set[str]:
    """The user names among these that belong to an open account."""
    return set(Account.objects.filter(username__in=usernames, is_active=True).values_list("username", flat=True))


def find_persons_by_name(words: str, most: int) -> tuple[str, ...]:
    """Persons (`a:12`) by user name, real name, or an officer's number or name. One statement."""
    matches = Q(username=words) | Q(real_name=words) | Q(officer__number=words) | Q(officer__name=words)
    ids = Account.objects.filter(matches).order_by("id").values_list("id", flat=True)[:most]
    return tuple(f"a:{id}" for id in ids)


def subjects_named(words: str) -> QuerySet[Subject, Any]:
    """The ids of subjects whose name contains these words, for a statement that reads other things too."""
    return Subject.objects.filter(name__icontains=words).values_list("id", flat=True)


def load_subject(id: str) -> Subject | None:
    return next(iter(load_rows(Subject, "where id = %s", [id])), None)


def list_subjects(ids: Sequence[str]) -> list[Subject]:
    """The subjects, in the order of the ids. One statement."""
    return sorted(Subject.objects.filter(pk__in=ids), key=lambda subject: ids.index(subject.pk))


def kinds_of_subjects(ids: Collection[str]) -> dict[str, str]:
    """person | organisation, by id. One statement."""
    return dict(Subject.objects.filter(pk__in=ids).values_list("id", "kind"))


def list_mandates(subjects: Collection[str], since: date) -> list[Mandate]:
    """Mandates that these subjects gave or hold and that did not run out before a day, the latest first."""
    either_side = Q(principal__in=subjects) | Q(agent__in=subjects)
    rows = Mandate.objects.filter(either_side, last_day__gte=since).select_related("principal", "agent")
    return list(rows.order_by("-granted_at"))


def find_mandate(subjects: Collection[str], id: int) -> Mandate | None:
    """A mandate that one of these subjects gave or holds."""
    return Mandate.objects.filter(Q(principal__in=subjects) | Q(agent__in=subjects), pk=id).first()


def list_mandates_given(subject: Subject, day: date) -> list[Mandate]:
    """The mandates a subject gave that hold on the day or are to begin."""
    mandates = Mandate.objects.filter(principal=subject, revoked_at=None, last_day__gte=day)
    return list(mandates.select_related("agent"))


def list_messages(
    account: Account, number: int, size: int, posts: Collection[str] = OWN
) -> tuple[list[Message], int, int]:
    """A page of the account's messages, how many there are, and which page it is. Two statements."""
    rows = messages_of(account, posts)
    total = rows.count()
    number = min(number, -(-total // size) or 1)
    return list(rows[(number - 1) * size : number * size]), total, number


def find_message(account: Account, id: int, posts: Collection[str] = OWN) -> Message | None:
    return messages_of(account, posts).filter(pk=id).first()


def list_mails(most: int, state: str = "") -> list[Mail]:
    """The newest mails and short messages, of one state if given."""
    rows = Mail.objects.order_by("-id")
    return list((rows.filter(state=state) if state else rows)[:most])


def count_mails() -> dict[str, int]:
    """The number of mails and short messages by state."""
    return dict(Mail.objects.order_by().values_list("state").annotate(n=Count("pk")))


def find_mail(id: int) -> Mail | None:
    return Mail.objects.filter(pk=id).first()


def list_questions(most: int) -> tuple[list[IdentityQuestion], list[IdentityQuestion]]:
    """Open questions, the oldest first, and decided ones, the newest first. Two statements."""
    rows = IdentityQuestion.objects.select_related("subject")
    open_questions = rows.filter(decided_at=None).order_by("id")[:most]
    return list(open_questions), list(rows.exclude(decided_at=None).order_by("-decided_at")[:most])


def find_question(id: int) -> IdentityQuestion | None:
    return IdentityQuestion.objects.select_related("subject").filter(pk=id).first()


def list_clients(posts: Any) -> list[ApiClient]:
    """Programs that act from one of these posts, and those that act from none (applicants' own), the newest first. A
    statement that selects posts may stand for them.
    """
    return list(_clients(posts).select_related("account").order_by("-created_at", "-id"))


def find_client(posts: Any, id: int) -> ApiClient | None:
    return _clients(posts).filter(pk=id).first()


def _clients(posts: Any) -> QuerySet[ApiClient]:
    return ApiClient.objects.filter(Q(post="") | Q(post__in=posts))
