"""Tables of halls: projections of their streams, which `verify --rebuild` compares with the ledger."""

from __future__ import annotations

from django.db import models

from yichuang.aggregates.models import LifeRow


class Arrangement(LifeRow):
    """How a hall is arranged, as its stream `hall/<id>` left it."""

    stage = models.TextField()
    hall = models.BigIntegerField(unique=True)  # org_hall.id
    name = models.TextField()
    division = models.TextField()
    kind = models.TextField()  # main | sub
    consent = models.TextField(blank=True)  # of a sub-hall: issuer, number and day, in words
    moved_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["division"], name="hall_arrangement_division")]


class BusinessClass(models.Model):
    """A business class of a hall."""

    pk = models.CompositePrimaryKey("arrangement", "code")
    arrangement = models.UUIDField()
    code = models.TextField()
    name = models.TextField()


class Place(models.Model):
    """In which class of a hall an item is; of a classified item without a class, the decision that keeps it out."""

    pk = models.CompositePrimaryKey("arrangement", "item")
    arrangement = models.UUIDField()
    item = models.TextField()
    division = models.TextField()
    code = models.TextField(blank=True)  # of its class
    excepted = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["division", "item"], name="hall_place_item")]


class Window(models.Model):
    """A window in use. Its post sits at no other."""

    pk = models.CompositePrimaryKey("arrangement", "number")
    arrangement = models.UUIDField()
    number = models.TextField()
    post = models.TextField(unique=True)
    classes = models.TextField()  # codes, a space between
    since = models.DateField()
