"""Tables of cases. The case and who may see it are projections: `verify --rebuild` compares them with the ledger."""

from __future__ import annotations

import uuid

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from yichuang.aggregates.models import DRAFTS, SnapshotRow


class Case(SnapshotRow):
    """One row a case: its state, the head of its stream and what lists and searches need."""

    number = models.TextField(unique=True)  # 办件编号, 42 characters
    receipt = models.TextField(unique=True)  # 受理号, 20 characters, for people
    standard = models.TextField()
    item = models.TextField()
    title = models.TextField()  # the item's name
    division = models.TextField()
    department = models.TextField()  # 410100/scjg
    subject = models.TextField()
    applicant = models.TextField()  # the applicant's name, for lists; destroyed with the vault
    channel = models.TextField()
    stage = models.TextField()
    outcome = models.TextField()
    submitted_at = models.DateTimeField()
    accepted_on = models.DateField(null=True)
    decided_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    promised_due = models.DateField(null=True)
    statutory_due = models.DateField(null=True)
    due_on = models.DateField(null=True)  # the nearest date somebody must meet now
    wait = models.TextField(blank=True)  # what it waits for while no office is late with it (`core.lights.Wait`)
    level = models.SmallIntegerField()  # of the clocks that run against an office now (`core.lights.LIGHTS`)
    granted_place = models.TextField(null=True)  # where a licence was granted and is not yet made (`Terms.sole`)
    visits = models.SmallIntegerField(default=0)  # days on which the applicant came to a window (3.5a)
    gaps = models.TextField(default="", blank=True)  # accepted despite gaps: open, kept, breached, dropped (3.6a)
    leaves_on = models.DateField(null=True)  # from when it is ended with its item, as its applicant was told
    words = SearchVectorField(null=True)

    class Meta:
        constraints = [
            # two heads who decide at once cannot both grant the licence of one place; made, its own index holds that
            models.UniqueConstraint(
                fields=["subject", "item", "granted_place"],
                condition=models.Q(granted_place__isnull=False),
                name="cases_granted_place",
            ),
        ]
        indexes = [
            GinIndex(fields=["words"], name="cases_case_words"),
            models.Index(fields=["item"], name="cases_case_item"),
            # what a division's lights are counted from, without the rows themselves
            models.Index(
                fields=["division", "department", "level", "wait"],
                condition=models.Q(closed_on=None),
                name="cases_case_open",
            ),
            # what was decided, the latest first, for everybody
            models.Index(
                fields=["-decided_on", "-id"], condition=models.Q(decided_on__isnull=False), name="cases_case_decided"
            ),
            # what applicants' visits are counted from, without the rows themselves
            models.Index(
                fields=["division", "item", "closed_on", "visits"],
                condition=models.Q(closed_on__isnull=False),
                name="cases_case_visits",
            ),
            # what the figures of 3.6a are counted from
            models.Index(fields=["division", "item"], condition=~models.Q(gaps=""), name="cases_case_gaps"),
            models.Index(fields=["leaves_on"], condition=models.Q(leaves_on__isnull=False), name="cases_case_leaving"),
        ]


class Access(models.Model):
    """Which cases exist for whom. Every list and count is a range of one of its indexes (design §7).

    Scopes: `subject` (applicant, and agents with a mandate for all items), `agent` (who filed it by a mandate; read
    only while that holds), `department` (who takes part), `division` (windows, office, supervision), `fees` (a
    division's cashiers, of a case with fees due), `todo` (a post kind of a department that must act now:
    "410100/scjg/reviewer"), `person` (assigned).
    """

    pk = models.CompositePrimaryKey("case_id", "scope_kind", "scope_id")
    scope_kind = models.TextField()
    scope_id = models.TextField()
    case_id = models.UUIDField()
    open = models.BooleanField()
    due_on = models.DateField(null=True)  # the nearest date; of an ended case the day it ended

    class Meta:
        indexes = [
            models.Index(fields=["scope_kind", "scope_id", "open", "due_on", "case_id"], name="cases_access_list"),
        ]


class Draft(models.Model):
    """An application being written. Not a case: an ordinary row its owner may change or delete at will."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    account = models.TextField()  # person id
    subject = models.TextField(blank=True)
    standard = models.TextField()
    situation = models.TextField(blank=True)
    licence = models.UUIDField(null=True)  # the one it acts on
    values = models.JSONField(default=dict)
    command_id = models.UUIDField(default=uuid.uuid4)  # submitting twice is one submission
    submitted_as = models.UUIDField(null=True)  # the case it became
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [models.Index(fields=["account", "-updated_at"], name="cases_draft_account")]

    @property
    def stream(self) -> str:
        """To which its files belong until they are filed. No entry is written there."""
        return f"{DRAFTS}{self.pk}"


class CorrectionDraft(models.Model):
    """The form of a correction being written, by one account on one case. It goes when the correction is sent."""

    case_id = models.UUIDField()
    account = models.TextField()  # person id
    values = models.JSONField(null=True)  # of the form, right or wrong; None before anything was kept
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "account"], name="cases_correctiondraft_once")]


class Look(models.Model):
    """A look at a person's data that an officer or a program took, on its way into the ledger (`cases.looking`): the
    worker makes it an entry within a minute. The row stays two days, so that a look repeated adds nothing.
    """

    subject = models.TextField()
    case_id = models.UUIDField(null=True)
    kind = models.TextField()
    what = models.TextField()  # id of what was opened: the case, an upload, a paper's seq
    person = models.TextField()
    post = models.TextField()
    on_behalf_of = models.TextField()
    channel = models.TextField()
    session = models.TextField()
    ip = models.TextField()
    device = models.TextField()
    at = models.DateTimeField()
    slot = models.TextField()  # the day, or the ten minutes, in which the same look counts once
    recorded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "post", "kind", "what", "slot"], name="cases_look_once")
        ]
        indexes = [models.Index(fields=["id"], condition=models.Q(recorded_at=None), name="cases_look_waiting")]


class Withholding(models.Model):
    """A supervisor's looks at a case that its applicant is told of later, on a basis in law and until a day."""

    subject = models.TextField()
    case_id = models.UUIDField()
    person = models.TextField()  # whose looks
    since = models.DateTimeField()
    until = models.DateField()  # the last day on which the applicant is not told
    basis = models.TextField()  # vault reference of the law and its words

    class Meta:
        indexes = [models.Index(fields=["subject"], name="cases_withholding_subject")]
