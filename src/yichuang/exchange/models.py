"""Acts that other systems reported, one row a record; the ledger's stream `reported/<system>/<record>` has every
version.
"""

from __future__ import annotations

from django.db import models


class Reported(models.Model):
    system = models.TextField()  # the department's system, as registered with its client
    record = models.TextField()  # that system's own key
    case_number = models.TextField(blank=True)  # ours, when the report names one
    kind = models.TextField()  # what they say happened
    occurred_at = models.DateTimeField()  # what they claim
    received_at = models.DateTimeField()  # when we were told: their distance is evidence
    entries = models.IntegerField()  # versions reported so far
    digest = models.TextField()  # of the latest content

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "record"], name="exchange_reported_once")]
        indexes = [models.Index(fields=["case_number"], name="exchange_reported_case")]


class Nonce(models.Model):
    """A signed batch that was taken: the same signature is not taken twice. Kept as long as its time is accepted."""

    system = models.TextField()
    nonce = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "nonce"], name="exchange_nonce_once")]
        indexes = [models.Index(fields=["at"], name="exchange_nonce_at")]
