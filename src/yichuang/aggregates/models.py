"""What the mechanism keeps of every life: receipts, numbers, timers, documents, settings of parameters, and how far
readers of the ledger have come.
"""

from __future__ import annotations

from datetime import datetime

from django.db import models

from yichuang.kernel.localtime import midnight


class Receipt(models.Model):
    """A command that was carried out: a retry with the same id answers the same."""

    command_id = models.UUIDField(primary_key=True)
    stream = models.TextField()
    actor = models.TextField()
    digest = models.TextField()  # SM3 of the command's content: the same id with other content is refused
    first_seq = models.IntegerField()
    last_seq = models.IntegerField()


class Counter(models.Model):
    """Serial numbers, locked last and in the transaction that uses them: a rollback leaves no gap."""

    name = models.TextField(primary_key=True)
    value = models.IntegerField()


class Timer(models.Model):
    """When time next does something to a life by itself. Beside its row, whose updates touch no index that way."""

    stream = models.TextField(primary_key=True)
    wake_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["wake_at"], name="aggregates_timer_wake")]


class Paper(models.Model):
    """An official document that an entry of a life issued: numbered at once, rendered and signed on first opening."""

    pk = models.CompositePrimaryKey("stream", "seq")
    stream = models.TextField(db_collation="C")
    seq = models.IntegerField()  # of the entry that issued it
    kind = models.TextField()
    number = models.TextField(unique=True)
    code = models.TextField(unique=True)  # verification code, from the entry's hash
    digest = models.TextField()  # SM3 of the entry that issued it, hex
    issued_at = models.DateTimeField()


class Setting(models.Model):
    """A parameter as an administrator set it. A change is a new row, and no row ever changes; see `settings`."""

    scope = models.TextField()  # the group it belongs to: warnings | orders | R-P02 …
    name = models.TextField()
    value = models.JSONField()
    valid_from = models.DateField(null=True)  # a day announced; null: it holds from the moment it was set
    basis = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    set_by = models.TextField()  # Actor.person
    set_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["scope", "-id"], name="aggregates_setting_scope")]

    @property
    def since(self) -> datetime:
        """The moment from which it holds."""
        return midnight(self.valid_from) if self.valid_from else self.set_at


class Place(models.Model):
    """How far a reader of the ledger, or the sweep, has come; one row a name."""

    name = models.TextField(primary_key=True)
    position = models.BigIntegerField(default=0)
    at = models.DateTimeField(null=True)
