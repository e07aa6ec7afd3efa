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
    kiosk = models.IntegerField()  # which address of the ticket machines is in use
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


class Ticket(LifeRow):
    """A ticket of a queue, as its stream `ticket/<id>` left it. Nothing says who holds it."""

    stage = models.TextField()
    number = models.TextField()  # A012
    arrangement = models.UUIDField()
    division = models.TextField()
    code = models.TextField()  # of its class
    priority = models.BooleanField()
    day = models.DateField()
    taken_at = models.DateTimeField()
    queued_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    at_window = models.TextField(blank=True)  # number of the window it was called to last
    calls = models.IntegerField()
    moved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["arrangement", "day", "number"], name="hall_ticket_number")]
        indexes = [models.Index(fields=["arrangement", "day", "stage", "code"], name="hall_ticket_queue")]


class PriorityCall(models.Model):
    """A call of a ticket with priority: by these the order knows how often an ordinary one was overtaken."""

    pk = models.CompositePrimaryKey("ticket", "seq")
    ticket = models.UUIDField()
    seq = models.IntegerField()
    arrangement = models.UUIDField()
    day = models.DateField()
    code = models.TextField()
    queued_at = models.DateTimeField()
    called_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["arrangement", "day"], name="hall_prioritycall_day")]
