"""Tables of licences: licences, versions and bars are projections, written by the door and compared by
`verify --rebuild`; shares are written by `sharing`.
"""

from __future__ import annotations

from django.db import models

from yichuang.aggregates.models import SnapshotRow

# A number as it is compared: `kernel.text.fold_text`, as the database does it
FOLDED = models.Func(
    models.Func("number", models.Value("NFKC"), function="pg_catalog.normalize"),
    models.Value("[]〔〕【】 "),
    models.Value("()()()"),
    function="translate",
    output_field=models.TextField(),
)


class Licence(SnapshotRow):
    """A licence as its lists show it. Reads apply what time has done since (`queries.VALID`)."""

    stage = models.TextField()  # core.state.Stage
    number = models.TextField(db_index=True)  # one licence has it, however it is written (`FOLDED`)
    type = models.TextField()
    item = models.TextField()
    division = models.TextField()
    department = models.TextField()  # "410100/scjg"
    subject = models.TextField()  # holder
    identifier = models.TextField()  # of the version in force
    valid_from = models.DateField()  # of the version in force
    valid_to = models.DateField(null=True)
    version = models.IntegerField()
    renewing = models.BooleanField()  # an application for renewal waits for the organ: it does not expire (50条二款)
    suspended_until = models.DateField(null=True)
    sole = models.TextField(null=True)  # of a holder with this value one licence is alive
    proceeding = models.TextField()  # revoke | withdraw, while it is under way
    ended_on = models.DateField(null=True)
    moved_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["subject", "type"], name="licences_holder"),
            models.Index(fields=["department", "-moved_at"], name="licences_department"),
        ]
        constraints = [
            models.UniqueConstraint(FOLDED, condition=~models.Q(stage="undone"), name="licences_one_number"),
            models.UniqueConstraint(
                fields=["subject", "item", "sole"],
                condition=models.Q(stage__in=["valid", "suspended"]),
                name="licences_one_alive",
            ),
        ]


class Share(models.Model):
    """A licence that its holder shows for a while to whoever has the code (出示); only a keyed hash of that is kept."""

    id = models.UUIDField(primary_key=True)
    licence_id = models.UUIDField()
    digest = models.CharField(max_length=64, unique=True)
    shared_by = models.TextField()  # Actor.person
    shared_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # taken back before
    looks = models.IntegerField(default=0)
    looked_at = models.DateTimeField(null=True)  # the last time

    class Meta:
        indexes = [models.Index(fields=["licence_id", "-shared_at"], name="licences_share_licence")]


class Version(models.Model):
    """What a licence said since a day, and the entry that issued the paper which says so."""

    pk = models.CompositePrimaryKey("licence_id", "number")
    licence_id = models.UUIDField()
    number = models.IntegerField()
    identifier = models.TextField()  # GB/T 36904; empty for one of before this platform
    paper_stream = models.TextField(null=True)
    paper_seq = models.IntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["paper_stream", "paper_seq"], name="licences_version_paper"),
            models.Index(fields=["identifier"], name="licences_version_identifier"),
        ]


class Bar(models.Model):
    """An entry by which somebody may not apply for an item until a day (`bars`)."""

    pk = models.CompositePrimaryKey("stream", "seq")
    stream = models.TextField(db_collation="C")
    seq = models.IntegerField()
    subject = models.TextField()
    item = models.TextField()
    until = models.DateField()  # the last day, that day included
    article = models.TextField()  # core.bars.REASONS

    class Meta:
        indexes = [models.Index(fields=["subject", "item"], name="licences_bar_subject")]
