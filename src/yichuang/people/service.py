"""Acts on accounts, subjects and programs. Each writes an entry, with ids and never a name or a number.

Refusals are `Invalid`, with a Chinese message and a code. `people.mandates` decides who may speak for
whom, and the door what an applicant may do on a case.
"""

from __future__ import annotations

import secrets
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from yichuang.aggregates.refusal import Invalid, Kind, Refused
from yichuang.kernel.codes import phone as phones
from yichuang.kernel.codes import uscc as credit_code
from yichuang.kernel.codes.problem import tidy
from yichuang.kernel.text import clean
from yichuang.ledger import vault
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import now, record
from yichuang.people import face, queries, realname, rights
from yichuang.people.kinds import ID_TYPES
from yichuang.people.messages import tell_account
from yichuang.people.mfa import is_demo_store
from yichuang.people.models import Account, ApiClient, Membership, RealNameCheck, Subject
from yichuang.people.waiting import take_up_mandates

LEAST_REASON = 4  # characters: a reason that says something
MOST_TOKEN_DAYS = 730  # of a program's token
HIDDEN = "按岗位权限，您不能查看此项信息。"


def refuse(code: str, message: str) -> Invalid:
    return Invalid(code, message)


def clean_line(text: str, label: str, most: int, *, needed: bool = True) -> str:
    """One line of text a person sent: cleaned, at most `most` characters. Raises Invalid."""
    if len(text) > most:
        raise refuse("too-long", f"{label}最多{most}个字，现有{len(text)}个字；请缩短后重填。")
    try:
        cleaned = clean(text)
    except ValueError as fault:
        raise refuse("character", f"{label}：{fault}") from fault
    if needed and not cleaned:
        raise refuse("empty", f"{label}没有填写。")
    return cleaned


def clean_phone(text: str, label: str) -> str:
    """A telephone number a person sent, tidied; empty when none was given. Raises Invalid."""
    number = tidy(clean_line(text, label, 20, needed=False)).removeprefix("+86")
    if number and (problem := phones.check(number)):
        raise refuse("phone", f"{label}{problem.message}")
    return number


# --- accounts ---------------------------------------------------------------------------------------------------------


def register_account(
    username: str,
    password: str | None,
    *,
    kind: str = "citizen",
    real_name: str = "",
    phone: str = "",
    email: str = "",
    actor: Actor | None = None,
) -> Account:
    """Create an account; without an actor it is the person's own act, which only an applicant's can be. Raises
    Invalid for a taken name.
    """
    if kind != "citizen":
        rights.ACCOUNTS.demand(actor or Actor(""))
    username = clean_line(username, "用户名", 60)
    try:
        Account._meta.get_field("username").run_validators(username)
    except ValidationError as fault:
        raise refuse("username", "".join(fault.messages)) from fault
    phone, email = clean_phone(phone, "手机号码"), clean_line(email, "电子邮箱", 254, needed=False)
    try:
        name = realname.tidy_name(real_name)
    except ValueError as fault:
        raise refuse("name", f"姓名：{fault}") from fault
    with transaction.atomic():
        if Account.objects.filter(username__iexact=username).exists():
            raise refuse("taken", "该用户名已被使用，请换一个。")
        account = Account.objects.create_user(username, password, kind=kind, real_name=name, phone=phone, email=email)
        record(f"people/account/{account.pk}", "account_registered", {"kind": kind}, actor or own_actor(account))
    return account


def own_actor(account: Account, ip: str = "") -> Actor:
    """The account acting for itself, before any subject or post is known."""
    return Actor(person=account.person, ip=ip)


def close_account(account: Account, actor: Actor) -> None:
    """Shut an account (离职、注销): it can't log in; what it did stays."""
    rights.ACCOUNTS.demand(actor)
    with transaction.atomic():
        account.is_active = False
        account.save(update_fields=["is_active"])
        record(f"people/account/{account.pk}", "account_closed", {}, actor)


def verify_real_name(
    account: Account, name: str, id_type: str, number: str, actor: Actor, today: date | None = None
) -> realname.RealNameVerdict:
    """Check who the account is (3.5c). When passed, the account is tied to its person; a failed try is kept too.

    Returns the verdict instead of raising, so that the record of a failure survives. One person has one account.
    Where name and number alone prove nothing (`binds_online`) nothing is looked up. What is on record is asked only
    after the provider confirmed the person, so that nobody else learns of it.
    """
    if not is_typing_proof():
        return realname.RealNameVerdict(False, "unproven")
    provider = realname.get_provider()
    today = today or timezone.localdate()
    number = tidy(number)
    try:
        name = realname.tidy_name(name)
        verdict = provider.check(name, id_type, number, today)
    except ValueError as fault:
        verdict = realname.RealNameVerdict(False, "name", f"姓名：{fault}")
    with transaction.atomic():
        if verdict.passed:
            verdict = _bind(account, name, id_type, number, "provider" if provider.proves else "form", actor)
        RealNameCheck.objects.create(
            account=account, provider=provider.code, passed=verdict.passed, reason=verdict.reason, checked_at=now()
        )
        body = {"provider": provider.code, "passed": verdict.passed, "reason": verdict.reason}
        record(f"people/account/{account.pk}", "real_name_checked", body, actor)
    return verdict


def is_typing_proof() -> bool:
    """Whether typing a name and a number is enough to bind an account: with a provider that proves identity, and in a
    demo store.
    """
    return is_demo_store() or realname.get_provider().proves


def _bind(account: Account, name: str, id_type: str, number: str, proof: str, actor: Actor) -> realname.RealNameVerdict:
    """Tie the account to the person with this document, or raise Invalid."""
    person = queries.own_person(account)
    if person is not None:
        if (person.id_type, person.id_number) != (id_type, number):
            return realname.RealNameVerdict(False, "own_other")
        return realname.RealNameVerdict(True) if person.name == name else realname.RealNameVerdict(False, "other_name")
    try:
        with transaction.atomic():
            subject = register_subject(kind="person", name=name, id_type=id_type, number=number, actor=actor)
            Membership.objects.create(account=account, subject=subject, role="self", proof=proof)
            account.real_name, account.verified_at = name, now()
            account.save(update_fields=["real_name", "verified_at"])
            take_up_mandates(subject, actor)
    except Invalid as fault:
        if fault.code != "other-name":
            raise
        return realname.RealNameVerdict(False, "other_name")
    except IntegrityError:
        return realname.RealNameVerdict(False, "bound")
    return realname.RealNameVerdict(True)


def verify_organisation(account: Account, uscc: str, name: str, actor: Actor) -> Subject:
    """Tie the account to the organisation it heads. The legal representative on record must be the account's person.

    An organisation not on record is entered with this person as its head. Raises Invalid; as for persons, what
    is on record is asked only after the provider confirmed the head.
    """
    if not is_typing_proof():
        raise refuse("unproven", realname.REASONS["unproven_organisation"])
    person = queries.own_person(account)
    if person is None:
        raise refuse("not-verified", "请先完成本人实名认证，再绑定单位。")
    provider = realname.get_provider()
    verdict = provider.check_organisation(name, tidy(uscc), person.name, person.id_number)
    if not verdict.passed:
        raise refuse(verdict.reason, verdict.message)
    with transaction.atomic():
        subject = register_subject(
            kind="organisation",
            name=name,
            number=uscc,
            legal_name=person.name,
            legal_id_number=person.id_number,
            actor=actor,
        )
        bind_head(account, person, subject, "provider" if provider.proves else "form", actor)
    return subject


def bind_head(account: Account, person: Subject, subject: Subject, proof: str, actor: Actor) -> None:
    """Tie the account of this person to the organisation they head, on record. Raises Invalid for another."""
    if not subject.legal_id_number or subject.legal_id_number != person.id_number:
        raise refuse("not-head", realname.REASONS["not_head"])
    defaults = {"role": "legal", "proof": proof}
    _, created = Membership.objects.get_or_create(account=account, subject=subject, ended_at=None, defaults=defaults)
    if created:
        body = {"account": account.person, "proof": proof}
        record(f"people/subject/{subject.id}", "head_bound", body, actor)


# --- subjects ---------------------------------------------------------------------------------------------------------


def register_subject(
    *,
    kind: str,
    name: str,
    number: str,
    actor: Actor,
    id_type: str = "",
    legal_name: str = "",
    legal_id_number: str = "",
    phone: str = "",
    address: str = "",
) -> Subject:
    """Find or enter the person with this document, or the organisation with this credit code.

    An existing subject comes back as it is; when its name differs that is refused (`other-name`), without telling the
    name on record. Raises Invalid for a number or a name that can't be one.
    """
    number = tidy(number)
    fields = {
        "legal_name": clean_line(legal_name, "法定代表人", 50, needed=False),
        "legal_id_number": tidy(clean_line(legal_id_number, "法定代表人证件号码", 30, needed=False)),
        "phone": clean_phone(phone, "联系电话"),
        "address": clean_line(address, "地址", 300, needed=False),
    }
    if kind == "person":
        name, fields["id_type"], fields["id_number"] = check_person(name, id_type, number), id_type, number
        subject = queries.find_subject(id_type=id_type, number=number)
    else:
        name, fields["uscc"] = clean_line(name, "单位名称", 200), number
        if problem := credit_code.check(number):
            raise refuse("number", problem.message)
        subject = queries.find_subject(number=number)
    if subject is None:
        subject = _enter(kind, name, fields, actor)
    if subject.name != name:
        raise refuse("other-name", realname.REASONS["other_name"])
    return subject


def find_subject(*, id_type: str = "", number: str) -> Subject | None:
    """The subject with this number as a window typed it (blanks, small letters and full-width digits are tidied)."""
    return queries.find_subject(id_type=id_type, number=tidy(number))


def check_person(name: str, id_type: str, number: str) -> str:
    """Check that a person can have this name and this document; the name, tidied. Raises Invalid."""
    if id_type not in ID_TYPES:
        raise refuse("type", realname.REASONS["type"])
    try:
        name = realname.tidy_name(name)
    except ValueError as fault:
        raise refuse("name", f"姓名：{fault}") from fault
    if wrong := realname.find_name_fault(name, id_type):
        raise refuse("name", wrong)
    if wrong := realname.find_number_fault(id_type, number, timezone.localdate()):
        raise refuse("number", wrong)
    return name


def _enter(kind: str, name: str, fields: dict[str, str], actor: Actor) -> Subject:
    """Insert a subject; when another window was faster, return its row."""
    try:
        with transaction.atomic():
            subject = Subject.objects.create(kind=kind, name=name, created_at=now(), **fields)
            record(f"people/subject/{subject.id}", "subject_entered", {"kind": kind}, actor)
            return subject
    except IntegrityError:
        return Subject.objects.get(
            **{k: v for k, v in fields.items() if k in {"id_type", "id_number", "uscc"}}, kind=kind
        )


def check_name(subject: Subject, name: str) -> str:
    """Check that a subject can have this name; the name, tidied. Raises Invalid."""
    if subject.kind == "person":
        return check_person(name, subject.id_type, subject.id_number)
    return clean_line(name, "单位名称", 200)


def correct_name(subject: Subject, name: str, actor: Actor) -> None:
    """Mend a name that was entered wrongly. The entry records that it changed, not the name."""
    subject.name = name
    with transaction.atomic():
        subject.save(update_fields=["name"])
        record(f"people/subject/{subject.id}", "name_corrected", {}, actor)


def update_contact(subject: Subject, phone: str, address: str, actor: Actor) -> None:
    """Change telephone and address. The entry records that they changed, not the values."""
    subject.phone, subject.address = (
        clean_phone(phone, "联系电话"),
        clean_line(address, "地址", 300, needed=False),
    )
    with transaction.atomic():
        subject.save(update_fields=["phone", "address"])
        record(f"people/subject/{subject.id}", "contact_updated", {}, actor)


def unmask(subject: Subject, field: str, reason: str, actor: Actor, reader: face.Reader, *, case_id: str = "") -> str:
    """The whole value of a masked field, on record with who asked, on which case and why (design §7).

    Raises Refused(forbidden) for a field this reader may not see at all, and Invalid for a reason that says
    nothing.
    """
    if face.field_level(subject, field, reader) == face.HIDE:
        raise Refused("hidden", HIDDEN, next="请由办理这件事的岗位查看。", kind=Kind.FORBIDDEN)
    case_reference = {"case": case_id} if case_id else {}
    _record_look(subject.id, {**case_reference, "field": field}, reason, actor)
    return str(getattr(subject, field))


def open_part(subject_id: str, case_id: str, part: face.CasePart, reason: str, actor: Actor) -> None:
    """Put on record that somebody to whom a part of a case is masked opens it whole, and why (design §7).

    Raises Refused(forbidden) when the part is hidden from them, and Invalid for a reason that says nothing.
    """
    if face.part_level(part, face.reader_of(actor, subject_id)) == face.HIDE:
        raise Refused("hidden", HIDDEN, next="请由办理这件事的岗位查看。", kind=Kind.FORBIDDEN)
    _record_look(subject_id, {"field": part.value, "case": case_id}, reason, actor)


def _record_look(subject_id: str, content: dict[str, str], reason: str, actor: Actor) -> None:
    reason = clean_line(reason, "查看理由", 200)
    if len(reason) < LEAST_REASON:
        raise refuse("reason", f"请写明查看理由，至少{LEAST_REASON}个字。")
    with transaction.atomic():
        vault_row = vault.lodge(subject_id, {"reason": reason})
        record(f"looked/{subject_id}", "unmasked", {**content, "reason": vault_row.ref("reason")}, actor)


# --- programs ---------------------------------------------------------------------------------------------------------


def issue_client(
    name: str, account: Account, actor: Actor, post: str = "", *, days: int = 365
) -> tuple[ApiClient, str]:
    """Register an API client for so many days, acting as an account. Returns the client and its token, which is shown
    once and not kept. Raises Invalid.
    """
    rights.CLIENTS.demand(actor)
    if not 1 <= days <= MOST_TOKEN_DAYS:
        raise refuse("term", f"令牌有效期应当在1天到{MOST_TOKEN_DAYS}天之间。")
    name = clean_line(name, "接口用户名称", 100)
    if ApiClient.objects.filter(name=name).exists():
        raise refuse("taken", "已有同名的接口用户。")
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        client = ApiClient.objects.create(
            name=name,
            token_hash=queries.token_digest(token),
            account=account,
            post=post,
            expires_at=now() + timedelta(days=days),
        )
        body = {"account": account.person, "post": post, "days": days}
        record(f"people/client/{client.pk}", "client_issued", body, actor)
        until = timezone.localtime(client.expires_at).date()
        text = f"“{name}”可以用您的名义{'在您的岗位上' if post else ''}办理，至{until}。"
        tell_account(account, "已为业务系统签发接口令牌", text + "如非您知情，请立即告知安全管理员停用。")
    return client, token


def revoke_client(client: ApiClient, actor: Actor) -> None:
    """The token stops working at once."""
    rights.CLIENTS.demand(actor)
    with transaction.atomic():
        ApiClient.objects.filter(pk=client.pk, revoked_at=None).update(revoked_at=now())
        record(f"people/client/{client.pk}", "client_revoked", {}, actor)
