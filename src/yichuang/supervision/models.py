"""What the rules of supervision found, could not judge, and leave out.

The contract tables themselves have no models: their columns are `contract.TABLES`, they are written in bulk and read
by rules.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import models

from yichuang.aggregates.models import LifeRow


class Finding(models.Model):
    """What a rule holds against a case: one row for a rule, a case and a place in it, whatever comes and goes.

    Every move is in the stream `finding/<id>` of the ledger; the row is where it stands now.
    """

    id = models.UUIDField(primary_key=True)  # made from rule, case and place: the same hit is the same finding
    rule = models.TextField()  # R-T02
    version = models.TextField()  # of rule and parameters that found it
    case_id = models.TextField()
    at = models.TextField()  # the place in the case
    level = models.TextField()  # yellow | red
    division = models.TextField()
    department = models.TextField()  # whose act it is: the step's, else the case's
    item = models.TextField()
    number = models.TextField()  # 办件编号
    standard = models.TextField(blank=True)  # the key of the case's, which names what the finding tells
    person = models.TextField()  # who did it; empty when nobody did
    day = models.DateField(null=True)  # when it happened, or the last day of the limit that passed
    measured = models.BigIntegerField(null=True)
    allowed = models.BigIntegerField(null=True)
    seq = models.BigIntegerField(null=True)  # the entries it rests on, of the case or of its licence (Rule.entries)
    other = models.BigIntegerField(null=True)
    under = models.UUIDField(null=True)  # the finding it stands under, of the same lapse; null: it leads
    open = models.BooleanField()  # False: its ground is gone and it is withdrawn, or people excused it
    excused = models.TextField(blank=True)  # why people took it back (`excusing.CAUSES`); empty: they did not
    found_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "rule", "at"], name="supervision_finding_once")]
        indexes = [
            models.Index(fields=["division", "open", "-found_at"], name="supervision_finding_division"),
            models.Index(fields=["department", "open", "-found_at"], name="supervision_finding_department"),
            models.Index(fields=["rule", "open"], name="supervision_finding_rule"),
            models.Index(fields=["under"], condition=~models.Q(under=None), name="supervision_finding_under"),
            models.Index(
                fields=["department", "day"],
                condition=models.Q(rule="R-O01", under=None),
                name="supervision_finding_batches",
            ),
        ]


class Unjudged(models.Model):
    """A rule that raised on some cases: what it has still to judge. The other rules and cases went on."""

    rule = models.TextField()
    case_id = models.TextField()
    since = models.DateTimeField()
    error = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "case_id"], name="supervision_unjudged_once")]


class Outage(models.Model):
    """A stretch of days on which the system stood still (4.1b): what it caused is no finding."""

    first_day = models.DateField()
    last_day = models.DateField()
    reason = models.TextField()
    set_at = models.DateTimeField()
    set_by = models.TextField()  # Actor.person
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="supervision_outage_days"
            )
        ]


class Exclusion(models.Model):
    """A department or an item that the three rates leave out, on what basis and from when to when (4.1a)."""

    kind = models.TextField()  # department | item
    division = models.TextField()
    department = models.TextField(blank=True)
    item = models.TextField(blank=True)
    reason = models.TextField()  # law | secret
    basis = models.TextField()
    first_day = models.DateField()
    last_day = models.DateField(null=True)
    set_at = models.DateTimeField()
    set_by = models.TextField()  # Actor.person
    ended_by = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day=None) | models.Q(last_day__gte=models.F("first_day") - timedelta(days=1)),
                name="supervision_exclusion_days",
            )
        ]
        indexes = [models.Index(fields=["division", "kind"], name="supervision_exclusion_division")]


class OwnRule(LifeRow):
    """A rule as data that people write on this platform."""

    stage = models.TextField()
    code = models.TextField(unique=True)  # Z-001
    title = models.TextField()
    division = models.TextField()
    drafted = models.BooleanField()  # whether a draft waits to be tried or put into force
    moved_at = models.DateTimeField()


class OwnVersion(models.Model):
    """A version that was put into force: follows from the entries of its rule."""

    pk = models.CompositePrimaryKey("rule_id", "number")
    rule_id = models.UUIDField()
    number = models.IntegerField()
    code = models.TextField(unique=True)  # Z-001-1, as findings name it
    title = models.TextField()
    question = models.JSONField()  # what it asks, where, and of which days (`rules.questions.dump_question`)
    since = models.DateField()
    void = models.BooleanField()  # it was wrong, and judges nothing
