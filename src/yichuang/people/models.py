"""Tables of accounts, persons and organisations, mandates and messages. Personal data lives here and in the vault only.

No case and no post enters: an account's posts are the org room's, by account; a case names a subject by id.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from yichuang.people.kinds import RESIDENT_ID as RESIDENT_ID


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> Account:
        """Create and store an account. Faces use `service.register_account`, which also records the act."""
        account = self.model(username=self.model.normalize_username(username), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """Who logs in. It has no groups, staff flag or Django permissions: what one may do is decided in `may`,
    `visible_to` and `face` alone (design §7)."""

    username = models.CharField(
        "用户名",
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[\w.@+-]+\Z", "用户名只能用汉字、字母、数字和 @ . + - _。")],
        error_messages={"unique": "该用户名已被使用,请换一个。"},
    )
    real_name = models.CharField(max_length=50, blank=True)
    kind = models.CharField(
        max_length=8,
        choices=[("citizen", "申请人"), ("officer", "工作人员"), ("system", "系统接口")],
        default="citizen",
    )
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    verified_at = models.DateTimeField(null=True, blank=True)  # passed the real-name check (3.5c)
    password_set_at = models.DateTimeField(default=timezone.now)
    date_joined = models.DateTimeField(default=timezone.now)
    saved_lists = models.TextField(blank=True, default="")  # filters of work lists (`people.saved`)

    objects = AccountManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["citizen", "officer", "system"]), name="people_account_kind")
        ]

    def __str__(self) -> str:
        return self.username

    def set_password(self, raw_password: str | None) -> None:
        """A new password begins its time. A hash renewed at log-in is no new password: only its column is saved."""
        super().set_password(raw_password)
        self.password_set_at = timezone.now()

    @property
    def person(self) -> str:
        """The opaque id that ledger entries carry."""
        return f"a:{self.pk}"


def subject_id() -> str:
    return f"s:{uuid.uuid4()}"


class Subject(models.Model):
    """An applicant: a natural person known by a document, or an organisation known by its credit code."""

    id = models.CharField(primary_key=True, max_length=38, default=subject_id)
    kind = models.CharField(max_length=12, choices=[("person", "自然人"), ("organisation", "法人和其他组织")])
    name = models.CharField(max_length=200)
    id_type = models.CharField(max_length=3, blank=True)
    id_number = models.CharField(max_length=30, blank=True)
    uscc = models.CharField(max_length=18, blank=True)
    legal_name = models.CharField(max_length=50, blank=True)  # 法定代表人(负责人、经营者)
    legal_id_number = models.CharField(max_length=30, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=300, blank=True)
    demo = models.BooleanField(default=False)  # synthetic: no such person or organisation exists
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="person", uscc="") & ~Q(id_number="") & ~Q(id_type=""))
                | (Q(kind="organisation", id_number="", id_type="") & ~Q(uscc="")),
                name="people_subject_number",
            ),
            models.UniqueConstraint(
                fields=["id_type", "id_number"], condition=Q(kind="person"), name="people_subject_person_once"
            ),
            models.UniqueConstraint(
                fields=["uscc"], condition=Q(kind="organisation"), name="people_subject_organisation_once"
            ),
        ]
        indexes = [models.Index(fields=["name"], name="people_subject_name")]

    def __str__(self) -> str:
        return self.id


# What showed that the person at the account is the person named. `form` shows nothing: a demo store alone takes it.
PROOFS = {"form": "只核对了写法（演示）", "provider": "实名核验服务", "window": "窗口核对证件", "oidc": "统一身份认证"}


class Membership(models.Model):
    """Ties an account to a subject it is (本人) or heads (法定代表人). Employees and agents act by mandate instead."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=6, choices=[("self", "本人"), ("legal", "法定代表人(负责人)")])
    proof = models.CharField(max_length=8, choices=list(PROOFS.items()), default="form")  # what showed that it is them
    since = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=["self", "legal"]), name="people_membership_role"),
            models.CheckConstraint(condition=Q(proof__in=[*PROOFS]), name="people_membership_proof"),
            models.UniqueConstraint(
                fields=["account"], condition=Q(role="self", ended_at=None), name="people_membership_one_self"
            ),
            models.UniqueConstraint(
                fields=["subject"], condition=Q(role="self", ended_at=None), name="people_membership_one_account"
            ),
            models.UniqueConstraint(
                fields=["account", "subject"], condition=Q(ended_at=None), name="people_membership_once"
            ),
        ]


class RealNameCheck(models.Model):
    """One answer of the real-name provider. Neither name nor number is kept here."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="real_name_checks")
    provider = models.CharField(max_length=30)
    passed = models.BooleanField()
    reason = models.CharField(max_length=30, blank=True)  # code of realname.REASONS
    checked_at = models.DateTimeField(default=timezone.now)


class BindingCode(models.Model):
    """A one-time code that a window handed over after it saw the documents (3.5c). Only a keyed hash of code and number
    is kept; the person enters both in their own account.
    """

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="binding_codes")
    digest = models.CharField(max_length=64, unique=True)
    document = models.CharField(max_length=12)  # key of binding.DOCUMENTS: what the window saw
    issued_by = models.CharField(max_length=60)  # Actor.person
    post = models.CharField(max_length=80)
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)  # used, or replaced by the next
    used_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject"], condition=Q(ended_at=None), name="people_bindingcode_one_open")
        ]


class IdentityQuestion(models.Model):
    """A difference between the claims of an identity service and the record; a security administrator decides.

    The claims are emptied with the decision; `digest` recognises the same ones when they come again.
    """

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="identity_questions")
    provider = models.CharField(max_length=200)
    uid = models.CharField(max_length=191)
    kind = models.CharField(max_length=6, choices=[("name", "姓名不一致"), ("number", "证件不一致")])
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=200, blank=True)
    id_type = models.CharField(max_length=3, blank=True)
    id_number = models.CharField(max_length=30, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=6, blank=True, choices=[("accept", "改登记"), ("reject", "维持登记")])
    decided_by = models.CharField(max_length=60, blank=True)  # Actor.person

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "uid", "digest"],
                condition=Q(decided_at=None),
                name="people_identityquestion_once",
            )
        ]


class Mandate(models.Model):
    """A principal lets an agent act (代理, 许可法 29条) for all items or for those listed, from day to day.

    The principal names the agent by name and number. Nobody is told whether that person is on record: the mandate
    waits, without an agent, until they are, and `agent_digest` recognises them.
    """

    principal = models.ForeignKey(Subject, models.PROTECT, related_name="mandates_given")
    agent = models.ForeignKey(Subject, models.PROTECT, related_name="mandates_held", null=True, blank=True)
    agent_name = models.CharField(max_length=200, blank=True)  # as the principal wrote it
    agent_digest = models.CharField(max_length=64, blank=True)  # keyed hash of kind, number and name
    all_items = models.BooleanField()
    items = models.JSONField(default=list)  # codes such as ZZ-001 when not for all
    first_day = models.DateField()
    last_day = models.DateField()
    evidence = models.UUIDField(null=True, blank=True)  # vault id of the letter of authority (授权委托书)
    granted_by = models.CharField(max_length=60)  # Actor.person
    granted_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="people_mandate_days"),
            models.CheckConstraint(condition=~Q(principal=F("agent")), name="people_mandate_two"),
            models.CheckConstraint(
                condition=Q(all_items=True, items=[]) | (Q(all_items=False) & ~Q(items=[])), name="people_mandate_scope"
            ),
        ]
        indexes = [
            models.Index(fields=["agent", "last_day"], name="people_mandate_agent", condition=Q(revoked_at=None)),
            models.Index(fields=["agent_digest"], name="people_mandate_waiting", condition=Q(agent=None)),
        ]

    @property
    def name_of_agent(self) -> str:
        """The agent's name on record, else as the principal wrote it."""
        return self.agent.name if self.agent else self.agent_name


class ApiClient(models.Model):
    """A program that calls the API; only its token's hash is kept. It acts as its account, from its post if any, until
    its token expires.
    """

    name = models.CharField(max_length=100, unique=True)
    token_hash = models.CharField(max_length=64, unique=True)  # SM3 of the token, hex
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="api_clients")
    post = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)


class Message(models.Model):
    """A message inside the site (站内信)."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="messages")
    subject = models.ForeignKey(Subject, models.PROTECT, null=True, blank=True, related_name="messages")
    case_no = models.CharField(max_length=60, blank=True)
    item = models.CharField(max_length=64, blank=True, default="")  # of the case: what an agent's mandate must be for
    post = models.CharField(max_length=80, blank=True, default="")  # of an officer: read while they act from it
    key = models.CharField(max_length=120, blank=True, default="")  # of what is told once an account; empty: of nothing
    title = models.CharField(max_length=100)
    text = models.TextField()
    link = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], condition=~Q(key=""), name="people_message_once")
        ]
        indexes = [
            models.Index(fields=["account", "-created_at"], name="people_message_account"),
            models.Index(fields=["account"], name="people_message_unread", condition=Q(read_at=None)),
        ]


class Mail(models.Model):
    """The outbox: a mail or short message and how far it got. The worker sends it (people.mailing)."""

    channel = models.CharField(max_length=5, choices=[("email", "电子邮件"), ("sms", "短信")])
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=100)
    body = models.TextField()  # emptied once a secret one is sent or given up
    secret = models.BooleanField(default=False)  # holds a one-time link: nobody but the addressee reads it
    owner = models.ForeignKey(  # who is told inside the site when it is refused for good
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(
        max_length=7, default="waiting", choices=[("waiting", "待发"), ("sent", "已发出"), ("failed", "未能发出")]
    )
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)  # not tried before
    failure = models.CharField(max_length=100, blank=True)  # why the last try failed; no address, no text
    via = models.CharField(max_length=30, blank=True)  # what took it over: smtp, file, or the provider's code
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["waiting", "sent", "failed"]), name="people_mail_state")
        ]
        indexes = [models.Index(fields=["next_at"], name="people_mail_waiting", condition=Q(state="waiting"))]


class Tries(models.Model):
    """A counter of tries (`people.tries`). Its key is a keyed digest: it tells no address and no number."""

    key = models.CharField(max_length=80, primary_key=True)
    tries = models.IntegerField()
    ends_at = models.DateTimeField()  # fixed by the first try

    class Meta:
        indexes = [models.Index(fields=["ends_at"], name="people_tries_ends")]


class LoginSession(AbstractBaseSession):
    """A browser's session (`people.sessions`, `faces.sessions`). What ended keeps its row for a day, so that the login
    page can say why.

    Times are the machine's, not the ledger's, which a demo store may shift.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sessions")
    since = models.DateTimeField()  # the log-in; before it the first visit
    seen_at = models.DateTimeField()  # the last request, kept to the minute
    ip = models.CharField(max_length=45, blank=True)  # of the log-in
    device = models.CharField(max_length=120, blank=True)
    ended = models.CharField(max_length=10, blank=True)  # why (sessions.ENDED); empty while it lasts


class UsedPassword(models.Model):
    """Hash of a password an officer had, so that it is not set again."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="used_passwords")
    password = models.CharField(max_length=128)
    set_at = models.DateTimeField(default=timezone.now)


class FailedLogin(models.Model):
    """Failed log-ins in an hour: a row for each account, and one for all unknown user names. No name is stored."""

    pk = models.CompositePrimaryKey("target", "hour")
    target = models.CharField(max_length=40)  # "failed/a:12", "locked/a:12", "failed/" for names nobody has
    hour = models.DateTimeField()
    count = models.IntegerField(default=1)
