"""How far supervision has read. The contract tables themselves have no models: their columns are `contract.TABLES`,
they are written in bulk and read by rules.
"""

from __future__ import annotations

from django.db import models


class Place(models.Model):
    """The tailer's place in the ledger, kept in the transaction that writes what was read."""

    name = models.TextField(primary_key=True)
    position = models.BigIntegerField()  # everything up to here is in the contract tables …
    filling = models.TextField(null=True, db_collation="C")  # … but while they are first filled: streams up to this one
    moved_at = models.DateTimeField()  # when it last took something in
    looked_at = models.DateTimeField()  # when it last looked, whether or not there was something
