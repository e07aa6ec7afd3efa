"""What the mechanism keeps of every life: receipts, numbers, timers, documents, files sent, for whom it exists,
settings of parameters, and how far readers of the ledger have come.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models

from yichuang.kernel.localtime import midnight

DRAFTS = "draft/"  # how the streams of what is still being written begin


class LifeRow(models.Model):
    """The columns that the mechanism itself keeps in the row of every life."""

    id = models.UUIDField(primary_key=True)
    seq = models.IntegerField()  # entries of its stream
    reckoning = models.IntegerField(default=0)  # loadings of calendar and parameters the dates were reckoned under

    class Meta:
        abstract = True


class SnapshotRow(LifeRow):
    """And in that of a life whose state is kept, so that its stream need not be replayed."""

    state = models.TextField()
    state_v = models.SmallIntegerField()
    head = models.BinaryField()

    class Meta:
        abstract = True


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
    number = models.TextField()  # unique, but for a licence, whose versions share one
    code = models.TextField(unique=True)  # verification code, from the entry's hash
    digest = models.TextField()  # SM3 of the entry that issued it, hex
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=~models.Q(kind="licence"), name="aggregates_paper_number"
            )
        ]


class Scope(models.Model):
    """For whom a life exists: one row for each of its scopes, of the kinds that declare them (`scopes`)."""

    pk = models.CompositePrimaryKey("stream", "kind", "name")
    stream = models.TextField(db_collation="C")
    kind = models.TextField()  # subject, person, department, …
    name = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["kind", "name"], name="aggregates_scope_reader")]


class Upload(models.Model):
    """A file somebody sent, checked before it is kept; its bytes are in the file store under `key`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    account = models.TextField()
    stream = models.TextField(blank=True)  # `draft/<id>`, then that of the life it was given to; empty: of neither
    material = models.TextField()
    name = models.TextField()
    type = models.TextField()
    size = models.IntegerField()
    digest = models.TextField()  # SM3 hex of the bytes
    key = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["stream"], name="aggregates_upload_stream")]

    @property
    def free(self) -> bool:
        """Whether it was given to no life yet."""
        return not self.stream or self.stream.startswith(DRAFTS)

    @property
    def kind(self) -> str:
        """The kind of stream it belongs to; empty for none."""
        return self.stream.partition("/")[0]

    @property
    def life(self) -> uuid.UUID:
        """The id of the life or the draft it belongs to. Raises ValueError when it belongs to none."""
        return uuid.UUID(self.stream.partition("/")[2])


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
