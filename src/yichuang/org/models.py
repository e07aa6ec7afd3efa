"""Tables of divisions, departments, halls, posts, who holds them when, and the working calendar. No rule of a case
enters.

Days are inclusive on both ends; an open end is null. The exclusions over time are in the second migration, as SQL.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from yichuang.org.kinds import ABSENCE_REASONS, CODE_KINDS, DEPARTMENT_KINDS, NAMED, POST_KINDS, RISKS


class Closable(models.Model):
    """A unit that can be closed and stays on record: `last_day` is its last day of service, null while none is set."""

    last_day = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True

    def is_closed(self, day: date) -> bool:
        """Whether the unit is out of service on that day."""
        return self.last_day is not None and self.last_day < day


class Division(Closable):
    """A division (行政区划) or a functional zone that runs a window.

    410171, 410172 and 410173 are statistical codes, not in GB/T 2260: the zones behind them, and 郑东新区, which has
    no code at all and gets one of our own, stand as committees (功能区管委会). A committee has a window; its items
    are the city's, so it has no list of its own.
    """

    code = models.CharField(primary_key=True, max_length=6)
    name = models.CharField(max_length=60)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    level = models.CharField(
        max_length=10, choices=[("city", "市"), ("county", "区县(市)"), ("committee", "功能区管委会")]
    )
    code_kind = models.CharField(
        max_length=12,
        choices=list(CODE_KINDS.items()),
        default="gbt2260",
    )
    mark = models.CharField(max_length=10, blank=True)  # heads its document numbers, 郑; the name's short form if empty

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^\d{6}$|^\d{4}[A-Z]{2}$"), name="org_division_code"),
            models.CheckConstraint(
                condition=Q(code_kind="gbt2260") | Q(level="committee"), name="org_division_committee"
            ),
            models.CheckConstraint(
                condition=Q(level="city", parent=None) | (~Q(level="city") & Q(parent__isnull=False)),
                name="org_division_parent",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def statistical(self) -> bool:
        """Whether the code is only a statistical one."""
        return self.code_kind == "statistical"

    @property
    def short(self) -> str:
        """The name as people say it: 郑州 for 郑州市, 中牟 for 中牟县. The name of a zone stays whole."""
        return self.name if self.level == "committee" or len(self.name) < 3 else self.name.rstrip("市县区")

    @property
    def number_mark(self) -> str:
        """The mark with which the numbers of its documents begin."""
        return self.mark or self.short

    @property
    def has_own_list(self) -> bool:
        """Whether the division publishes its own list of items; a committee offers the city's."""
        return self.level != "committee"


class Department(Closable):
    """A body that may exercise items. `kind` is GB/T 39046 A.3."""

    id = models.CharField(primary_key=True, max_length=40)  # 410100/scjg
    division = models.ForeignKey(Division, models.PROTECT, related_name="departments")
    code = models.CharField(max_length=30)  # the same line of departments (系统) has the same code in every division
    name = models.CharField(max_length=100)
    name_2018 = models.CharField(max_length=100, blank=True)  # its name before the reform of 2018
    short = models.CharField(max_length=30)
    uscc = models.CharField(max_length=18, blank=True)
    kind = models.CharField(max_length=1, choices=list(DEPARTMENT_KINDS.items()), default="1")
    citation = models.CharField(max_length=300, blank=True)  # the law and article that authorises it (许可法 23条)
    phone = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=200, blank=True)
    confidence = models.CharField(max_length=20, default="demo")  # how well names and codes are known

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["division", "code"], name="org_department_once"),
            models.CheckConstraint(condition=~Q(kind__in=["2", "3"]) | ~Q(citation=""), name="org_department_citation"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def may_exercise(self) -> bool:
        """Clause 3.1a: an organ set up by law, or an organisation with the law that authorises it; nobody else.

        A body entrusted under article 24 acts in the name of the organ that entrusts it, which stays the exerciser.
        """
        return self.kind == "1" or (self.kind == "2" and bool(self.citation))


class Hall(Closable):
    """A hall (政务服务大厅): where a division's windows are, as guides tell people."""

    division = models.ForeignKey(Division, models.PROTECT, related_name="halls")
    name = models.CharField(max_length=60)
    address = models.CharField(max_length=200)
    hours = models.CharField(max_length=100, blank=True)  # 工作日 9:00–17:00, as people read it
    phone = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["division", "name"], name="org_hall_once")]

    def __str__(self) -> str:
        return self.name


class Post(Closable):
    """A post (岗位): what authority hangs on. Cases know posts and persons, never departments' private titles."""

    id = models.CharField(primary_key=True, max_length=80)  # 410100/scjg/reviewer/1
    department = models.ForeignKey(Department, models.PROTECT, related_name="posts")
    kind = models.CharField(max_length=12, choices=list(POST_KINDS.items()))
    name = models.CharField(max_length=60)  # 食品经营审查岗
    risk = models.CharField(max_length=6, choices=list(RISKS.items()), blank=True)
    hall = models.ForeignKey(Hall, models.PROTECT, null=True, blank=True, related_name="posts")  # where it sits

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=list(POST_KINDS)), name="org_post_kind")]
        indexes = [models.Index(fields=["department", "kind"], name="org_post_department_kind")]

    def __str__(self) -> str:
        return self.name


class Officer(models.Model):
    account = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="officer")
    name = models.CharField(max_length=50)
    number = models.CharField(max_length=30, unique=True)  # 工号
    # whose administrator enrolled them; theirs until the first post says where they serve. None: the whole city's
    enrolled_in = models.ForeignKey(Division, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return self.name


class FormerName(models.Model):
    """A former name of a unit or officer, with its last day; the present name is on the row itself."""

    kind = models.CharField(max_length=10, choices=list(NAMED.items()))
    ref = models.CharField(max_length=80)  # its key, as text
    name = models.CharField(max_length=100)
    last_day = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["kind", "ref"], name="org_formername_ref")]


class Spell(models.Model):
    """A stretch of days, both ends included."""

    first_day = models.DateField()
    last_day = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True


class Holding(Spell):
    """Who holds a post and when. The same officer never holds the same post twice on one day."""

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="holdings")
    post = models.ForeignKey(Post, models.PROTECT, related_name="holdings")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day=None) | Q(last_day__gte=F("first_day")), name="org_holding_days"
            )
        ]


class Absence(Spell):
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="absences")
    reason = models.CharField(max_length=8, choices=list(ABSENCE_REASONS.items()))

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="org_absence_days")]
        indexes = [models.Index(fields=["officer", "last_day"], name="org_absence_officer")]


class Delegation(Spell):
    """A stand-in acts from the absent officer's post. One stand-in per absent officer and post on a day."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="delegations")
    absence = models.ForeignKey(Absence, models.PROTECT, related_name="delegations")
    absent = models.ForeignKey(Officer, models.PROTECT, related_name="delegated")
    stand_in = models.ForeignKey(Officer, models.PROTECT, related_name="standing_in")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="org_delegation_days"),
            models.CheckConstraint(condition=~Q(absent=F("stand_in")), name="org_delegation_two"),
        ]


class CalendarYear(models.Model):
    """One loading of one year's notice (国务院办公厅放假通知). A correction is a new row: what was used stays known.

    The calendar in force is the newest row of each year. `version` is that of the whole calendar after this loading,
    so the calendar that a decision names can be built again from the rows up to the one with its version.
    """

    year = models.IntegerField()
    off_days = models.JSONField()  # ISO dates, Monday to Friday, that are off
    work_weekends = models.JSONField()  # ISO dates, Saturday or Sunday, that are worked
    notice = models.CharField(max_length=200)  # the notice it comes from
    version = models.CharField(max_length=12)
    loaded_by = models.CharField(max_length=60)  # Actor.person
    loaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["year", "-id"], name="org_calendar_year")]


class System(models.Model):
    """A department's own system that is connected (4.1e): it signs what it reports with the key whose public half is
    kept here.
    """

    code = models.CharField(primary_key=True, max_length=64)  # scjg-permits
    department = models.ForeignKey(Department, models.PROTECT, related_name="systems")
    name = models.CharField(max_length=100)
    public_key = models.CharField(max_length=64)  # Ed25519, hex
    connected_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$"), name="org_system_code"
            ),
            models.CheckConstraint(condition=Q(public_key__regex=r"^[0-9a-f]{64}$"), name="org_system_key"),
        ]

    def __str__(self) -> str:
        return self.name
