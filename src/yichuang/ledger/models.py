"""Tables of the ledger. Triggers, functions and the xid column are in the first migration, as SQL."""

from __future__ import annotations

from django.db import models


class Store(models.Model):
    """One row: whether this database was created for demonstration. It can't be changed later."""

    only = models.BooleanField(primary_key=True, default=True)
    kind = models.TextField(choices=[("demo", "演示"), ("production", "正式")])
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(only=True), name="ledger_store_one_row")]


class Entry(models.Model):
    position = models.BigAutoField(primary_key=True)
    stream = models.TextField(db_collation="C")
    seq = models.IntegerField()
    kind = models.TextField()
    v = models.SmallIntegerField()
    body = models.TextField()
    actor = models.TextField()
    post = models.TextField()
    on_behalf_of = models.TextField()
    channel = models.TextField()
    source = models.TextField()
    session = models.TextField()
    ip = models.TextField()
    device = models.TextField()
    command_id = models.TextField()
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    prev_hash = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="ledger_entry_stream_seq")]


class Vault(models.Model):
    """Personal data an entry refers to by id and salted digest (design §5). `bytes` is empty after a destruction on
    record.
    """

    id = models.UUIDField(primary_key=True)
    subject = models.TextField()
    bytes = models.BinaryField(null=True)
    salt = models.BinaryField(null=True)
    retain_until = models.DateField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["subject"], name="ledger_vault_subject")]


class Seal(models.Model):
    """Merkle root over the heads of the streams that changed in a range of positions."""

    number = models.BigIntegerField(primary_key=True)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    entries = models.IntegerField()
    leaves = models.TextField()  # canonical JSON: [[stream, seq, hash hex], …] sorted by stream
    root = models.BinaryField()
    prev = models.BinaryField()  # chain value of the seal before
    chain = models.BinaryField()  # SM3 over number, range, root and prev
    sealed_at = models.DateTimeField()
