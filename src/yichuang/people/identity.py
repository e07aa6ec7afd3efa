"""Log-ins through an identity service (统一身份认证): finds the account of the person, or asks an administrator first.
Never enters: the protocol of the service, which is allauth's; HTTP.

The service claims a name, a kind of document, a number, and how well it checked them. The same number and name are the
same person. A difference from the record never changes the record without an administrator.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from yichuang.kernel.codes.problem import tidy
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import now, record
from yichuang.people import queries, realname, rights
from yichuang.people.binding import bind_person, rename_subject, replace_document
from yichuang.people.kinds import ID_TYPES, RESIDENT_ID
from yichuang.people.mfa import is_demo_store
from yichuang.people.models import Account, IdentityQuestion, Membership, Subject
from yichuang.people.service import own_actor, refuse, register_account, register_subject
from yichuang.people.waiting import identity_digest

UNCLEAR = "统一身份认证没有给出可用的姓名和证件号码。请先在那里完成实名认证，或者带证件到综合窗口领取绑定码。"
TOO_LOW = "您在统一身份认证的实名等级不够，不能证明是您本人。请先在那里提升实名等级，或者带证件到综合窗口领取绑定码。"
ASKED = (
    "统一身份认证给出的{what}与本站登记的不一致，已转安全管理员核实，登记没有改动。"
    "核实后请再登录；着急的请带证件到综合窗口。"
)
REJECTED = "经核实，本站登记没有按统一身份认证给出的{what}更改。认为有误的，请带证件到综合窗口办理。"
ELSEWHERE = "您的身份已经绑定另一个账号，不能再绑定这一个。请退出后用统一身份认证登录，会进入那个账号。"
OFFICER = "这个身份绑定在工作人员账号上。工作人员请用用户名、密码和动态口令登录。"
CLOSED = "您的账号已经停用，不能登录；以前的办件仍在，可以带证件到综合窗口查询。"
WHAT = {"name": "姓名", "number": "证件"}


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of the service about a person: `uid` is the service's own id for them."""

    provider: str
    uid: str
    name: str
    id_type: str
    number: str


class Unwelcome(Exception):
    """The person may not log in. `args[0]` says why and what to do; they are proven, so it may name the reason."""


def read_claims(provider: str, uid: str, data: dict[str, Any]) -> Claims:
    """The claims named by the settings OIDC_CLAIM_…, tidied. Raises Unwelcome for what is missing, malformed or not
    checked well enough: the level must be one of settings.OIDC_LEVELS.
    """
    if str(data.get(settings.OIDC_CLAIM_LEVEL, "")) not in settings.OIDC_LEVELS:
        raise Unwelcome(TOO_LOW)
    name, number = data.get(settings.OIDC_CLAIM_NAME), data.get(settings.OIDC_CLAIM_NUMBER)
    kind = str(data.get(settings.OIDC_CLAIM_TYPE) or RESIDENT_ID)
    id_type = settings.OIDC_ID_TYPES.get(kind, kind)
    if not isinstance(name, str) or not isinstance(number, str) or id_type not in ID_TYPES:
        raise Unwelcome(UNCLEAR)
    try:
        name, number = realname.tidy_name(name), tidy(number)
    except ValueError:
        raise Unwelcome(UNCLEAR) from None
    if realname.find_name_fault(name, id_type) or realname.find_number_fault(id_type, number, timezone.localdate()):
        raise Unwelcome(UNCLEAR)
    return Claims(provider, uid, name, id_type, number)


def compare_claims(claims: Claims, account: Account | None) -> None:
    """Compare the claims with the record; `account` is the one this sign-in is connected to already, if any.

    Raises Unwelcome when a number or a name differs, and leaves a question for an administrator. Call outside a
    transaction: the question stays.
    """
    person = queries.own_person(account) if account else None
    if person is not None and (person.id_type, person.id_number) != (claims.id_type, claims.number):
        _ask(claims, person, "number")
    subject = queries.find_subject(id_type=claims.id_type, number=claims.number)
    if subject is not None and subject.name != claims.name:
        _ask(claims, subject, "name")


@transaction.atomic
def admit(claims: Claims, account: Account | None, ip: str = "") -> Account:
    """The account to log in, bound to the person: the one this person has, else `account`, else a new one.

    Call `compare` first. Raises Unwelcome for an officer's account and a closed one.
    """
    visitor = own_actor(account, ip) if account else Actor(person="system", ip=ip)
    subject = register_subject(
        kind="person", name=claims.name, id_type=claims.id_type, number=claims.number, actor=visitor
    )
    Subject.objects.select_for_update().get(pk=subject.pk)  # two first sign-ins at once make one account
    account = _account_of(subject) or account or _new_account(claims, ip)
    if account.kind != "citizen":
        raise Unwelcome(OFFICER)
    if not account.is_active:
        raise Unwelcome(CLOSED)
    if not Membership.objects.filter(account=account, subject=subject, ended_at=None).exclude(proof="form").exists():
        bind_person(account, subject, "oidc", own_actor(account, ip))
    return account


def _account_of(person: Subject) -> Account | None:
    """The account of this person. In a production store an account bound only by typing does not count: anybody could
    have made it."""
    membership = Membership.objects.filter(subject=person, role="self", ended_at=None).select_related("account").first()
    if membership is None or (membership.proof == "form" and not is_demo_store()):
        return None
    return membership.account


def _new_account(claims: Claims, ip: str) -> Account:
    username = f"u{secrets.randbelow(10**10):010d}"
    return register_account(username, None, real_name=claims.name, actor=Actor(person="system", ip=ip))


def _ask(claims: Claims, subject: Subject, kind: str) -> None:
    """Open a question for an administrator, once for the same claims. Always raises Unwelcome."""
    digest = identity_digest(claims.id_type, claims.number, claims.name)
    same_questions = IdentityQuestion.objects.filter(
        provider=claims.provider, uid=claims.uid, digest=digest, subject=subject
    )
    if same_questions.filter(decision="reject").exists():
        raise Unwelcome(REJECTED.format(what=WHAT[kind]))
    with transaction.atomic():
        question, created = IdentityQuestion.objects.get_or_create(
            provider=claims.provider,
            uid=claims.uid,
            digest=digest,
            decided_at=None,
            defaults={
                "subject": subject,
                "kind": kind,
                "name": claims.name,
                "id_type": claims.id_type,
                "id_number": claims.number,
                "opened_at": now(),
            },
        )
        if created:
            body = {"question": question.pk, "kind": kind}
            record(f"people/subject/{subject.id}", "identity_questioned", body, Actor(person="system"))
    raise Unwelcome(ASKED.format(what=WHAT[kind]))


@transaction.atomic
def decide_question(question: IdentityQuestion, decision: str, actor: Actor) -> None:
    """An administrator lets the record follow the service (`accept`) or stand (`reject`), on record. The claims are
    emptied. Raises Invalid for a question decided already, or a number that is somebody else's (`taken`).
    """
    rights.IDENTITIES.demand(actor)
    locked = IdentityQuestion.objects.select_for_update(of=("self",)).select_related("subject").get(pk=question.pk)
    if locked.decided_at is not None:
        raise refuse("decided", "这一条已经有了决定。")
    if decision not in dict(IdentityQuestion._meta.get_field("decision").flatchoices):
        raise refuse("decision", "请选择按哪一方登记。")
    if decision == "accept":
        if locked.kind == "number":
            replace_document(locked.subject, locked.id_type, locked.id_number, actor)
        if locked.name != locked.subject.name:
            rename_subject(locked.subject, locked.name, actor)
    locked.decision, locked.decided_by, locked.decided_at = decision, actor.person, now()
    locked.name = locked.id_type = locked.id_number = ""
    locked.save(update_fields=["decision", "decided_by", "decided_at", "name", "id_type", "id_number"])
    body = {"question": locked.pk, "decision": decision}
    record(f"people/subject/{locked.subject_id}", "identity_decided", body, actor)
