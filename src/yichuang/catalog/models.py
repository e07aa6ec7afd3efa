"""Tables of the catalogue. A published standard is one immutable document; columns beside it serve lists and search."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models

from yichuang.aggregates.models import LifeRow


class Published(models.Model):
    """A published version of a standard (3.2d). Never changed: a new version is a new row, an old one only ends."""

    key = models.TextField(primary_key=True)  # 410100/ZZ-001/1
    item = models.TextField()
    division = models.TextField()
    department = models.TextField()  # 410100/scjg
    version = models.IntegerField()
    name = models.TextField()
    item_code = models.TextField()
    sort = models.TextField()  # pinyin of the name, for ordering
    document = models.TextField()  # canonical JSON of the Standard
    digest = models.TextField()  # SM3 of the document, hex
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["division", "item", "version"], name="catalog_published_version")
        ]
        indexes = [models.Index(fields=["division", "department", "sort"], name="catalog_published_list")]


class Item(LifeRow):
    """An item of the list of approval items of a division, as its stream `listing/<id>` left it (3.1)."""

    stage = models.TextField()  # listed | ending | ended
    division = models.TextField()
    code = models.TextField()  # ZZ-001
    name = models.TextField()
    former_names = models.TextField(blank=True)  # names that it had before, one a line
    department = models.TextField()  # 410100/scjg
    ground = models.TextField()  # founding | law | devolved | split
    part_of = models.TextField()  # code of the item it was split from: then it is not counted; empty for others
    listed_on = models.DateField()
    ends_on = models.DateField(null=True)  # the first day on which nothing is taken in
    merged_into = models.TextField()  # code of the item it is merged into
    ended_by = models.TextField()  # by which document it ends
    rule = models.TextField()  # what that document says of open cases
    transition = models.TextField()  # finish | end | as_decided: what becomes of open cases; empty for what stays
    once = models.TextField(blank=True)  # key of the standard with which it was confirmed as done in one visit (3.5a)
    moved_at = models.DateTimeField()
    # of the city's item: the counties that exercise it too (3.2b); null while the city has not said so
    shared_with = ArrayField(models.TextField(), null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["division", "code"], name="catalog_item_once")]

    @property
    def former(self) -> tuple[str, ...]:
        return tuple(self.former_names.splitlines())

    def is_open(self, day: date) -> bool:
        """Whether applications are taken in on a day."""
        return self.ends_on is None or day < self.ends_on


class ListMove(models.Model):
    """One move of the list, as everybody may read it: an entry of an item's stream."""

    pk = models.CompositePrimaryKey("stream", "seq")
    stream = models.TextField(db_collation="C")
    seq = models.IntegerField()
    day = models.DateField()  # from which it holds
    division = models.TextField()
    code = models.TextField()
    name = models.TextField()
    department = models.TextField()
    kind = models.TextField()  # listed | moved | cancelled | merged | kept | ended
    words = models.TextField()
    source = models.TextField()  # the document it rests on; empty for the founding of a list and for time
    files = models.TextField(blank=True)  # ids of its files that everybody may open
    change = models.SmallIntegerField()  # of the number of items on the list, on that day

    class Meta:
        indexes = [models.Index(fields=["division", "-day"], name="catalog_listmove_day")]


class Listed(models.Model):
    """Which version of a standard is in force, one row an item and division, and which one follows on what day. Reads
    ask `InForce`, which knows the day.
    """

    division = models.TextField()
    item = models.TextField()
    current = models.ForeignKey(Published, models.PROTECT, null=True)  # null: the first one's day has not come
    next = models.ForeignKey(Published, models.PROTECT, null=True, related_name="+")
    next_from = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["division", "item"], name="catalog_listed_once")]


class InForce(models.Model):
    """Which version is in force today, by the ledger's clock: a view of `Listed`. `Item` says whether for new cases."""

    division = models.TextField()
    item = models.TextField()
    current = models.ForeignKey(Published, models.DO_NOTHING)

    class Meta:
        managed = False
        db_table = "catalog_in_force"


class Revision(LifeRow):
    """The making of one version of a standard (规程编制), as its stream `revision/<id>` left it (3.2d)."""

    stage = models.TextField()  # drafting | head | examination | approved | in_force | superseded | withdrawn
    division = models.TextField()
    item = models.TextField()  # ZZ-001
    name = models.TextField()
    department = models.TextField()  # 410100/scjg
    version = models.IntegerField()
    base = models.TextField()  # key of the version that it starts from; empty for the first standard of an item
    comments = models.IntegerField()  # of the office that are not settled
    effective_on = models.DateField(null=True)  # first day in force, once it is approved
    review_on = models.DateField(null=True)  # by which its department looks at it again
    key = models.TextField()  # of the published version, once it is approved
    follows = models.TextField(default="")  # key of the city's version whose change it carries out
    owes = models.TextField(default="")  # key of the first one that the department has not handed in
    due_on = models.DateField(null=True)  # until when
    returned_on = models.DateField(null=True)  # when the office last gave it back, or withdrew it
    since = models.DateTimeField()  # at this stage
    moved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["division", "item"],
                condition=models.Q(stage__in=["drafting", "head", "examination"]),
                name="catalog_revision_open",
            )
        ]
        indexes = [models.Index(fields=["division", "item"], name="catalog_revision_item")]


class Manuscript(models.Model):
    """What a department writes of a revision: changed by whoever edits, until it is submitted."""

    revision = models.UUIDField(primary_key=True)
    content = models.JSONField()  # as `catalog.drafting.content` describes it
    counter = models.IntegerField(default=1)  # of what was saved
    editors = models.JSONField(default=list)  # persons who changed it, and whom they stood in for
    edited_by = models.TextField(blank=True)
    edited_at = models.DateTimeField()


class Submission(models.Model):
    """A manuscript as it was submitted. Never changed; the entry has its digest."""

    digest = models.TextField(primary_key=True)  # SM3 of the content, hex
    content = models.TextField()  # canonical JSON


class Law(LifeRow):
    """A law of the register (法规库), as its stream `law/<id>` left it (3.5h)."""

    stage = models.TextField()
    title = models.TextField(unique=True)
    rank = models.TextField()  # law | admin_reg | local_reg | rule | document
    about = models.JSONField()  # issuer, number, where it is published, other names
    publication = models.TextField()  # published | unpublished | internal
    versions = models.JSONField()  # in order: name, first and last day, articles changed, number of the change
    checked = models.JSONField()  # articles that were compared with the text, by version
    gone = models.DateField(null=True)  # the first day on which it is no law
    gone_by = models.TextField()
    changes = models.IntegerField()  # how many were entered: an amendment, a repeal, a withdrawal from the public
    judged = models.JSONField()  # [standard, change]: a head judged that the change asks nothing of the standard
    moved_at = models.DateTimeField()


class LawTask(models.Model):
    """What a department has to do since a law changed that a standard of its cites: follows from the law's entries."""

    pk = models.CompositePrimaryKey("law_id", "number")
    law_id = models.UUIDField()
    number = models.IntegerField()
    title = models.TextField()  # of the law
    change = models.IntegerField()  # its number among the changes of the law
    cause = models.TextField()  # amended | repealed | hidden
    division = models.TextField()
    item = models.TextField()
    standard = models.TextField()  # the version in force when the change was entered
    name = models.TextField()
    department = models.TextField()  # 410100/scjg
    lines = models.JSONField()
    opened_on = models.DateField()
    since = models.DateField()  # from which day the change holds
    due_on = models.DateField()
    done = models.TextField()  # revised | judged | lifted; empty while it is open
    done_on = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["department", "due_on"], condition=models.Q(done=""), name="catalog_lawtask_open"),
            models.Index(fields=["division", "item"], condition=models.Q(done=""), name="catalog_lawtask_item"),
        ]


class Citing(models.Model):
    """A law that a line of a published standard cites. Written when it is published; never changed."""

    standard = models.TextField()  # key
    line = models.TextField()
    text = models.TextField()
    law = models.TextField()  # title, as the line gives it
    version = models.TextField()  # name with the version, where the line says one
    articles = models.JSONField()
    until = models.TextField()  # last day for which the line itself claims it, where it does

    class Meta:
        indexes = [
            models.Index(fields=["law"], name="catalog_citing_law"),
            models.Index(fields=["standard"], name="catalog_citing_standard"),
        ]


class Comparison(models.Model):
    """A county's standard was compared with a version of the base (3.2c). Both never change, so neither does this row,
    nor its differences; which pair is in force is asked when it is read.
    """

    pk = models.CompositePrimaryKey("county", "base")
    county = models.TextField()  # key of the county's standard
    base = models.TextField()  # key of the city's
    number = models.IntegerField()  # of differences
    made_on = models.DateField()  # the day on which it was compared: nobody could explain a difference before


class CountyDifference(models.Model):
    """A line in which a county's standard differs from a version of the base, in one of the attributes of 3.2c."""

    pk = models.CompositePrimaryKey("county", "base", "line")
    county = models.TextField()
    base = models.TextField()
    line = models.TextField()  # address of a line of the content
    place = models.IntegerField()  # in the order of the standard's parts
    attribute = models.TextField()
    words = models.TextField()
    before = models.TextField()  # the base's value, in words
    after = models.TextField()
    mark = models.TextField()  # digest of both values


class Deviation(LifeRow):
    """A county's difference from the base with its reason, as its stream `deviation/<id>` left it (3.2c)."""

    stage = models.TextField()  # explained | approved | declined | withdrawn
    division = models.TextField()
    item = models.TextField()
    line = models.TextField()
    mark = models.TextField()  # of the two values: another difference on the line is another deviation
    attribute = models.TextField()
    words = models.TextField()
    department = models.TextField()  # 410184/csglj
    reason = models.TextField()
    remarks = models.IntegerField()  # of the city's department
    remarks_until = models.DateField()
    document = models.TextField()
    approved_by = models.TextField()
    approved_on = models.DateField(null=True)
    moved_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["division", "item", "line"], name="catalog_deviation_line")]


class Proposal(LifeRow):
    """What the city's department proposes to the one below it in its line, as its stream `proposal/<id>` left it
    (3.2b).
    """

    stage = models.TextField()  # open | adopted | declined | withdrawn
    division = models.TextField()  # of the county
    item = models.TextField()
    attribute = models.TextField()
    words = models.TextField()
    department = models.TextField()  # of the county
    proposer = models.TextField()  # department of the city
    due_on = models.DateField()
    answer = models.TextField()
    moved_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["department", "stage"], name="catalog_proposal_turn")]


class SearchWord(models.Model):
    """A word by which something is found was added to the delivered ones, or taken from them. Never changed: the last
    row of a word holds.
    """

    code = models.TextField()  # of an item (ZZ-001), or of a matter handled elsewhere
    elsewhere = models.BooleanField()
    word = models.TextField()
    present = models.BooleanField()
    set_by = models.TextField()
    set_at = models.DateTimeField()


class ElsewhereEntry(models.Model):
    """A matter that another place handles, as the office last described it. Never changed: the last row of a code
    holds, over the delivered one.
    """

    code = models.TextField()
    matter = models.TextField()
    place = models.TextField()
    basis = models.TextField()
    as_of = models.DateField()  # on which the office looked at it last
    listed = models.BooleanField()
    set_by = models.TextField()
    set_at = models.DateTimeField()


class MissedSearch(models.Model):
    """What was searched and not understood, without who asked, its numbers masked."""

    division = models.TextField()
    words = models.TextField()
    times = models.IntegerField(default=1)
    first_on = models.DateField()
    last_on = models.DateField()
    guess = models.JSONField(null=True)  # [code, elsewhere]: what it means by meaning, nearest first; null: not guessed

    class Meta:
        constraints = [models.UniqueConstraint(fields=["division", "words"], name="catalog_missed_once")]
