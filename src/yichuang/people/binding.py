"""Binds an account to a person or organisation whose document a window saw: the window hands over a one-time code on
paper, and the person enters it in their own account. Every proven binding keeps the rule: one person, one account.

Only a keyed hash of code and document number is stored, and both are entered. So a wrong code costs the same work and
gets the same answer whether the number is on record or not.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from yichuang.kernel.codes.problem import tidy
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import now, record
from yichuang.people import queries, realname, rights
from yichuang.people.kinds import ID_TYPES
from yichuang.people.messages import tell_account
from yichuang.people.models import Account, BindingCode, Membership, RealNameCheck, Subject
from yichuang.people.service import bind_head, clean_line, refuse
from yichuang.people.waiting import take_up_mandates

# Kind of subject → key → what the window saw
DOCUMENTS = {
    "person": {"original": "证件原件，本人到场", "temporary": "临时证件原件，本人到场"},
    "organisation": {
        "head": "登记证书和法定代表人（负责人）证件原件，本人到场",
        "letter": "登记证书、授权委托书和经办人证件原件",
    },
}
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 O 1 I L
LENGTH = 10  # characters: 49 bits
MOST_TRIES = 10  # wrong codes of one account
TRIES_WITHIN = timedelta(hours=1)
WRONG = (
    "证件号码和绑定码对不上，或者绑定码已经用过、已经过期。"
    "请对照窗口给您的单子核对；仍然不行的，请带证件到窗口重新领取。"
)
TOO_MANY = f"一小时内输错了{MOST_TRIES}次，请过一小时再试，或者带证件到窗口重新领取绑定码。"


def issue_code(subject: Subject, document: str, actor: Actor) -> str:
    """A new code for the subject, shown once and not kept; an earlier one ends. On record with the officer and what
    they saw. Raises Invalid.
    """
    rights.BINDING.demand(actor)
    if document not in DOCUMENTS[subject.kind]:
        raise refuse("document", "请选择您核对了哪些原件。")
    if subject.kind == "organisation" and not subject.legal_id_number:
        raise refuse("head", "该单位没有登记法定代表人（负责人）的证件号码，请先按登记证书填写。")
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    moment = now()
    with transaction.atomic():
        Subject.objects.select_for_update().get(pk=subject.pk)  # two windows at once: the later code holds
        BindingCode.objects.filter(subject=subject, ended_at=None).update(ended_at=moment)
        row = BindingCode.objects.create(
            subject=subject,
            digest=_digest(_number(subject), code),
            document=document,
            issued_by=actor.person,
            post=actor.post,
            issued_at=moment,
            expires_at=moment + timedelta(days=settings.BINDING_CODE_DAYS),
        )
        body = {"slip": row.pk, "document": document, "days": settings.BINDING_CODE_DAYS}
        record(f"people/subject/{subject.id}", "binding_code_issued", body, actor)
    return f"{code[:5]}-{code[5:]}"


def redeem_code(account: Account, number: str, code: str, actor: Actor) -> Subject:
    """Bind the account to the person, or to the organisation as its head, that this number and code belong to.

    Raises Invalid: `tries` and `code` reveal nothing about the record; `own-other`, `not-verified` and
    `not-head` are raised only for a right code, which then stays valid.
    """
    failed_checks = RealNameCheck.objects.filter(account=account, provider="window", passed=False)
    if failed_checks.filter(checked_at__gt=now() - TRIES_WITHIN).count() >= MOST_TRIES:
        raise refuse("tries", TOO_MANY)
    digest = _digest(tidy(clean_line(number, "证件号码", 40)), tidy(clean_line(code, "绑定码", 40)).replace("-", ""))
    with transaction.atomic():
        open_codes = BindingCode.objects.filter(digest=digest, ended_at=None, expires_at__gt=now())
        row = open_codes.select_for_update(of=("self",)).select_related("subject").first()
        if row is not None:
            _bind(account, row.subject, actor)
            row.ended_at, row.used_by = now(), account
            row.save(update_fields=["ended_at", "used_by"])
        _note(account, row is not None, actor)
    if row is None:
        raise refuse("code", WRONG)
    return row.subject


def _bind(account: Account, subject: Subject, actor: Actor) -> None:
    if subject.kind == "person":
        bind_person(account, subject, "window", actor)
        return
    person = queries.own_person(account)
    if person is None:
        raise refuse("not-verified", "这是单位的绑定码。请先完成您本人的实名认证，再绑定单位。")
    bind_head(account, person, subject, "window", actor)


def _note(account: Account, passed: bool, actor: Actor) -> None:
    reason = "" if passed else "code"
    RealNameCheck.objects.create(account=account, provider="window", passed=passed, reason=reason, checked_at=now())
    body = {"provider": "window", "passed": passed, "reason": reason}
    record(f"people/account/{account.pk}", "real_name_checked", body, actor)


@transaction.atomic
def bind_person(account: Account, subject: Subject, proof: str, actor: Actor) -> None:
    """Bind the account to this person and record it; `proof` is a key of models.PROOFS.

    Another account that was this person ends being so (一人一账号): what it headed goes along, and it is told. Raises
    Invalid `own-other` when the account is somebody else.
    """
    Subject.objects.select_for_update().get(pk=subject.pk)
    membership = Membership.objects.filter(account=account, role="self", ended_at=None).first()
    if membership is not None and membership.subject_id != subject.pk:
        raise refuse("own-other", realname.REASONS["own_other"])
    if membership is not None:
        Membership.objects.filter(pk=membership.pk).update(proof=proof)
    else:
        _end_other(account, subject, actor)
        Membership.objects.create(account=account, subject=subject, role="self", proof=proof)
    account.real_name, account.verified_at = subject.name, now()
    account.save(update_fields=["real_name", "verified_at"])
    record(f"people/subject/{subject.id}", "person_bound", {"account": account.person, "proof": proof}, actor)
    take_up_mandates(subject, actor)


def _end_other(account: Account, subject: Subject, actor: Actor) -> None:
    other_membership = (
        Membership.objects.filter(subject=subject, role="self", ended_at=None).select_related("account").first()
    )
    if other_membership is None:
        return
    former, moment = other_membership.account, now()
    for membership in Membership.objects.filter(account=former, ended_at=None).order_by("id"):
        membership.ended_at = moment
        membership.save(update_fields=["ended_at"])
        record(f"people/subject/{membership.subject_id}", "binding_ended", {"account": former.person}, actor)
        if membership.role == "legal":
            defaults = {"role": "legal", "proof": membership.proof}
            Membership.objects.get_or_create(
                account=account, subject_id=membership.subject_id, ended_at=None, defaults=defaults
            )
            body = {"account": account.person, "proof": membership.proof}
            record(f"people/subject/{membership.subject_id}", "head_bound", body, actor)
    former.verified_at = None
    former.save(update_fields=["verified_at"])
    text = "您的身份经核验绑定到了另一个账号，这个账号不能再以您本人和您负责的单位的名义办理。"
    tell_account(former, "实名绑定已转到另一个账号", f"{text}不是您本人所为的，请带证件到窗口。")


def rename_subject(subject: Subject, name: str, actor: Actor) -> None:
    """Change the name of a subject with the same document (更名), which the actor saw or a service confirmed.

    The entry holds neither name. Raises Invalid when the new one is no name.
    """
    if subject.kind == "person":
        name = realname.tidy_name(clean_line(name, "姓名", realname.LONGEST_NAME))
        if fault := realname.find_name_fault(name, subject.id_type):
            raise refuse("name", fault)
    else:
        name = clean_line(name, "单位名称", 200)
    with transaction.atomic():
        subject.name = name
        subject.save(update_fields=["name"])
        if subject.kind == "person":
            Account.objects.filter(
                memberships__subject=subject, memberships__role="self", memberships__ended_at=None
            ).update(real_name=name)
        record(f"people/subject/{subject.id}", "subject_renamed", {}, actor)
        if subject.kind == "person":
            take_up_mandates(subject, actor)


def replace_document(subject: Subject, id_type: str, number: str, actor: Actor) -> None:
    """Replace the document of a person (证件换发); the actor saw the new one, or a service confirmed it.

    Raises Invalid for a number that can't be one, and `taken` when somebody else is on record with it.
    """
    number = tidy(clean_line(number, "证件号码", 30))
    if id_type not in ID_TYPES:
        raise refuse("type", realname.REASONS["type"])
    if fault := realname.find_number_fault(id_type, number, timezone.localdate()):
        raise refuse("number", fault)
    existing = queries.find_subject(id_type=id_type, number=number)
    if existing is not None and existing.pk != subject.pk:
        raise refuse("taken", "这个证件号码登记在另一个人名下，不能改到此人名下。")
    with transaction.atomic():
        subject.id_type, subject.id_number = id_type, number
        subject.save(update_fields=["id_type", "id_number"])
        record(f"people/subject/{subject.id}", "document_replaced", {}, actor)
        take_up_mandates(subject, actor)


def replace_head(subject: Subject, name: str, number: str, actor: Actor) -> None:
    """Replace an organisation's legal representative (法定代表人变更); the former one's account loses the organisation.

    Raises Invalid when the name is no name.
    """
    name, number = clean_line(name, "法定代表人", 50), tidy(clean_line(number, "法定代表人证件号码", 30))
    with transaction.atomic():
        changed = number != subject.legal_id_number
        subject.legal_name, subject.legal_id_number = name, number
        subject.save(update_fields=["legal_name", "legal_id_number"])
        record(f"people/subject/{subject.id}", "head_replaced", {}, actor)
        if not changed:
            return
        for membership in subject.memberships.filter(role="legal", ended_at=None).select_related("account"):
            membership.ended_at = now()
            membership.save(update_fields=["ended_at"])
            record(f"people/subject/{subject.id}", "binding_ended", {"account": membership.account.person}, actor)


def _number(subject: Subject) -> str:
    return subject.uscc if subject.kind == "organisation" else subject.id_number


def _digest(number: str, code: str) -> str:
    return salted_hmac("yichuang.people.binding", f"{number}\n{code}", algorithm="sha256").hexdigest()
