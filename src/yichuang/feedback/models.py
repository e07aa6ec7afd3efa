"""Tables of ratings and complaints: projections of their streams, which `verify --rebuild` compares with the ledger."""

from __future__ import annotations

from django.db import models

from yichuang.aggregates.models import LifeRow


class Rating(LifeRow):
    """The rating of one case, as its stream `rating/<id>` left it. What was written is in the vault."""

    stage = models.TextField()
    case_id = models.UUIDField(unique=True)  # 一事一评
    receipt = models.TextField()
    item = models.TextField()
    title = models.TextField()
    division = models.TextField()
    department = models.TextField()
    subject = models.TextField()
    level = models.TextField()
    bad = models.BooleanField()
    at_window = models.BooleanField()
    rated_at = models.DateTimeField()
    contact_by = models.DateField(null=True)
    contacted_on = models.DateField(null=True)
    cure_by = models.DateField(null=True)
    cured_on = models.DateField(null=True)
    due_on = models.DateField(null=True)  # of what its stage waits for; null when it waits for no day
    visit = models.TextField(blank=True)  # content | discontent | silent
    contact_missed = models.BooleanField()
    cure_missed = models.BooleanField()
    moved_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["division", "bad", "stage"], name="feedback_rating_division"),
            models.Index(fields=["department", "bad", "stage"], name="feedback_rating_department"),
            models.Index(fields=["rated_at"], name="feedback_rating_day"),
        ]


class Complaint(LifeRow):
    """A complaint, as its stream `complaint/<id>` left it. What was written is in the vault."""

    stage = models.TextField()
    number = models.TextField(unique=True)
    case_id = models.UUIDField(null=True)
    receipt = models.TextField(blank=True)
    item = models.TextField(blank=True)
    title = models.TextField(blank=True)
    division = models.TextField()
    department = models.TextField()
    subject = models.TextField()
    kind = models.TextField()
    filed_on = models.DateField()
    due_on = models.DateField(null=True)
    answered_on = models.DateField(null=True)
    result = models.TextField(blank=True)
    late = models.BooleanField()  # whether a day was missed
    closed_on = models.DateField(null=True)
    moved_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["division", "stage"], name="feedback_complaint_division"),
            models.Index(fields=["department", "stage"], name="feedback_complaint_department"),
            models.Index(fields=["subject"], name="feedback_complaint_subject"),
        ]
