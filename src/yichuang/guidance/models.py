"""The table of guidances: a projection of their streams, which `verify --rebuild` compares with the ledger."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from yichuang.aggregates.models import LifeRow


class Guidance(LifeRow):
    """A guidance, as its stream `guidance/<id>` left it. What was written is in the vault."""

    for_counsellor: ClassVar[bool] = True  # files were sent for the counsellor to look at

    stage = models.TextField()
    number = models.TextField(unique=True)
    division = models.TextField()
    department = models.TextField()
    item = models.TextField()
    standard = models.TextField()
    title = models.TextField()
    subject = models.TextField()
    draft = models.TextField(blank=True)
    topic = models.TextField()
    hard = models.TextField(blank=True)
    at_desk = models.BooleanField()
    asked_on = models.DateField()
    answer_by = models.DateField()
    due_on = models.DateField(null=True)  # while an answer is owed
    done_on = models.DateField(null=True)
    notice = models.TextField(blank=True)
    late = models.BooleanField()
    closed_on = models.DateField(null=True)
    moved_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["department", "due_on"], name="guidance_department"),
            models.Index(fields=["division", "due_on"], name="guidance_division"),
            models.Index(fields=["subject", "item"], name="guidance_subject"),
        ]
