"""The files of official documents: what was rendered and signed, never what a document says (that is in the ledger).

The bytes are in the file store under `key`. A file made again is the next generation, so that an earlier copy in
somebody's hands is still known; a row changes once, when its bytes are taken away and `key` becomes empty.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class File(models.Model):
    stream = models.TextField(db_collation="C")  # of the life it was issued in
    seq = models.IntegerField()  # of the entry that issued the document
    generation = models.SmallIntegerField(default=1)
    digest = models.TextField()  # SM3 of the bytes, hex
    content = models.TextField()  # SM3 of what it says (`content.content_digest`), which the file itself states
    size = models.IntegerField()  # bytes
    key = models.TextField()
    calendar = models.BigIntegerField()  # newest row of org_calendaryear when first made: its dates come out the same
    sources = ArrayField(models.UUIDField(), default=list)  # vault rows it quotes: once destroyed, it is made anew
    made_at = models.DateTimeField()  # the ledger's time

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "seq", "generation"], name="documents_file_once"),
            models.UniqueConstraint(fields=["digest"], name="documents_file_digest"),
        ]
        indexes = [models.Index(fields=["content"], name="documents_file_content")]


def record_of(stream: str) -> str:
    """The stream that says which files were made of a life's documents: of a case `paper/<id>`, of other lives
    `paper/<kind>/<id>`.
    """
    return f"paper/{stream.removeprefix('case/')}"


def recorded_life(record: str) -> str:
    """The stream of the life, from the stream that says which files were made."""
    life = record.removeprefix("paper/")
    return life if "/" in life else f"case/{life}"
