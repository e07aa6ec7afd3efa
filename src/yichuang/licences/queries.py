"""Reads of licences. Time has done its part to whatever is handed out: nothing that has ended is said to be valid."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from yichuang.aggregates import door
from yichuang.aggregates.aggregate import Locked
from yichuang.aggregates.moments import rows_of
from yichuang.catalog.standard import Standard
from yichuang.kernel.text import fold_text
from yichuang.ledger import vault
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.ledger.fast import run
from yichuang.licences.bars import BAR, BARS
from yichuang.licences.content import content_of, read_content, refs_of_version
from yichuang.licences.core.bars import Bar
from yichuang.licences.core.content import Content
from yichuang.licences.core.ending import ENDINGS
from yichuang.licences.core.lapse import DEEMED
from yichuang.licences.core.state import Ending, Licence, Stage, Version
from yichuang.licences.core.window import Window, find_window
from yichuang.licences.declared import LICENCE, facts
from yichuang.licences.models import FOLDED
from yichuang.licences.models import Licence as LicenceRow
from yichuang.licences.models import Version as VersionRow
from yichuang.people.queries import subjects_named

PAGE = 25
COUNTED = 1000  # counts beyond this are given as "over 1,000"
MOST_HELD = 200  # licences of one holder or account that a page shows
TODAY = "(ledger_now() at time zone 'Asia/Shanghai')::date"
# what is valid now, whether the sweep has come or not
VALID = f"""((stage = 'valid' or stage = 'suspended' and suspended_until < {TODAY})
  and (valid_to is null or renewing or valid_to >= {TODAY}))"""
# what is not at its end now, suspended or not
ALIVE = f"(stage in ('valid', 'suspended') and (valid_to is null or renewing or valid_to >= {TODAY}))"
# whose first paper no entry issued: it was made before this platform
ENTERED = "exists (select 1 from licences_version v where v.licence_id = l.id and number = 1 and paper_stream is null)"
WHY = {
    "made": "制发",
    "entered": "补记入册",
    "changed": "准予变更",
    "renewed": "准予延续",
    "deemed": f"视为准予延续（{DEEMED}）",
    "reissued": "补发",
    "corrected": "更正",
}


@dataclass(frozen=True, slots=True)
class HeldLicence:
    """A licence at a moment: as time has made it, with the standard it was made under."""

    life: Locked[Licence]
    licence: Licence
    standard: Standard
    window: Window | None  # for renewal; None without an end of validity or after its end

    @property
    def id(self) -> uuid.UUID:
        return self.life.id

    @property
    def now(self) -> datetime:
        return self.life.now

    @property
    def standing(self) -> Standing:
        """What its version in force is, since when and why."""
        return Standing(self.licence, self.licence.current)

    @property
    def content(self) -> Content:
        """What it says in force. One statement."""
        return read_content(self.standard, self.licence.current)


def read_licences(ids: Iterable[uuid.UUID], now: datetime | None = None) -> dict[uuid.UUID, HeldLicence]:
    """Licences as they stand now, or at the moment of a command under way. One statement. The caller has seen that the
    reader may know them.
    """
    lives = door.read_lives(LICENCE, ids)
    return {id: _held(life if now is None else replace(life, now=now)) for id, life in lives.items()}


def read_licence(id: uuid.UUID | str, now: datetime | None = None) -> HeldLicence | None:
    return read_licences([uuid.UUID(str(id))], now).get(uuid.UUID(str(id)))


def _held(life: Locked[Licence]) -> HeldLicence:
    known = facts(life, None, SYSTEM)
    licence, _ = LICENCE.life.lapse(life.state, known)
    window = None
    if licence.alive and licence.valid_to and known.standard.situation("renew"):
        window = find_window(known.terms.renewal, licence.valid_to, known.calendar)
    return HeldLicence(life, licence, known.standard, window)


# --- whose ------------------------------------------------------------------------------------------------------------


def sql_alive(division: str, item: str) -> tuple[str, list[str]]:
    """SQL that counts the licences of an item that are not at their end, whoever holds them, for
    `cases.queries.tally`.
    """
    return f"select count(*) from licences_licence where division = %s and item = %s and {ALIVE}", [division, item]


def list_licences_of(subject: str, standard: Standard | None = None) -> list[HeldLicence]:
    """The licences of a holder, of one item of one body or all: in force first, the youngest first. Two statements."""
    rows = LicenceRow.objects.filter(subject=subject).order_by("-moved_at")
    if standard:
        rows = rows.filter(item=standard.item, department=f"{standard.division}/{standard.department}")
    return _in_order(read_licences(rows.values_list("pk", flat=True)[:MOST_HELD]))


def _in_order(held: dict[uuid.UUID, HeldLicence]) -> list[HeldLicence]:
    return sorted(held.values(), key=lambda h: (h.licence.stage.value != "valid", -h.licence.current.on.toordinal()))


def list_visible_licences(
    actor: Actor, ids: Iterable[uuid.UUID] | None = None, *, most: int = MOST_HELD
) -> list[HeldLicence]:
    """The licences that exist for a reader, or those of `ids`: in force first, the youngest first. Two statements."""
    rows = LICENCE.visible(actor).order_by("-moved_at")
    if ids is not None:
        rows = rows.filter(pk__in=list(ids))
    return _in_order(read_licences(rows.values_list("pk", flat=True)[:most]))


def find_visible_licence(actor: Actor, id: uuid.UUID) -> HeldLicence | None:
    """A licence that exists for a reader; None otherwise. Two statements."""
    return next(iter(list_visible_licences(actor, [id])), None)


def read_contents(held: Iterable[HeldLicence]) -> dict[uuid.UUID, Content]:
    """What licences say in force. One statement, none for no licence."""
    licences = list(held)
    refs = [ref for one in licences for ref in refs_of_version(one.licence.current)]
    contents = vault.read_many(rows_of(refs)) if refs else {}
    return {one.id: content_of(one.standard, one.licence.current, contents) for one in licences}


def list_valid_certificates(
    subject: str, types: Iterable[str] | None = None
) -> list[tuple[str, str, str, date | None]]:
    """(identifier, number, type, last day) of what a holder holds that is valid now, the longest valid last. What is on
    paper alone has no identifier and is not among them.
    """
    known = "and type = any(%(types)s)" if types is not None else ""
    sql = f"""select identifier, number, type, valid_to from licences_licence
where subject = %(subject)s and identifier <> '' {known} and {VALID} order by valid_to nulls last"""
    with run(sql, {"subject": subject, "types": list(types or ())}) as cursor:
        return list(cursor.fetchall())


def find_hindrances(subject: str, item: str, sole: str) -> tuple[tuple[str, ...], Bar | None]:
    """What stands in the way of an application for an item: numbers of the holder's licences in force at the same place
    (`sole`; none when it is empty), and the longest bar (78, 79 条). One statement.
    """
    sql = f"""select
  (select array_agg(number) from licences_licence
   where subject = %(subject)s and item = %(item)s and sole = %(sole)s and {ALIVE}), b.until, b.article
from (select 1) one left join ({BAR}) b on true"""
    with run(sql, {"subject": subject, "item": item, "sole": sole or None}) as cursor:
        rivals, until, article = cursor.fetchone()
        return tuple(rivals or ()), Bar(until, article) if until else None


def find_bars(subjects: Iterable[str], item: str) -> dict[str, Bar]:
    """The longest bar in force for an item, by subject; those who may apply are left out. One statement."""
    with run(BARS, {"subjects": list(subjects), "item": item}) as cursor:
        return {subject: Bar(until, article) for subject, until, article in cursor.fetchall()}


def find_licence_of(subject: str, standard: Standard, number: str) -> HeldLicence | None:
    """A holder's licence, made by the body that the standard is of, by its id, its number, or the identifier of any of
    its versions.
    """
    for held in list_licences_of(subject, standard):
        known = (str(held.id), held.licence.number, *(v.identifier for v in held.licence.versions))
        if number and number in known and held.licence.stage is not Stage.UNDONE:
            return held
    return None


# --- for everybody ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """What anybody may learn of a paper that a licence is: which version it is, and what the licence is now."""

    licence: Licence
    version: Version

    @property
    def replaced(self) -> bool:
        """Whether a later version has taken the place of this paper."""
        return self.version.number < self.licence.current.number

    @property
    def status(self) -> str:
        """The stage of the licence; `replaced` for the paper of an earlier version of a licence in force."""
        return "replaced" if self.replaced and self.licence.alive else self.licence.stage.value

    @property
    def label(self) -> str:
        return "已换新版" if self.status == "replaced" else self.licence.stage.label

    @property
    def light(self) -> str:
        return "yellow" if self.status == "replaced" else self.licence.stage.light

    @property
    def since(self) -> date:
        """Since when it is so."""
        ending, next = self.licence.ending or self._suspension, self.version.number
        if ending:
            return ending.on
        return self.licence.versions[next].on if self.replaced else self.version.on

    @property
    def _suspension(self) -> Ending | None:
        """Of the paper in force: that of an earlier version was replaced before."""
        return None if self.replaced else self.licence.suspension

    @property
    def reason(self) -> str:
        """By which decision or law it is so, in words for everybody."""
        ending = self.licence.ending or self._suspension
        if ending:
            document = f"，文书{ending.number}" if ending.number else ""
            return f"{ENDINGS.get(ending.ground, ending.ground)}{document}"
        # what took the place of an earlier version is why that one is not in force
        last = self.licence.versions[self.version.number] if self.replaced else self.version
        document = f"，文书{last.decision}" if last.decision else ""
        return f"{WHY[last.why]}{document}"


def find_standing(stream: str, seq: int) -> Standing | None:
    """The licence whose paper an entry issued. Two statements."""
    row = _version_on(stream, seq)
    return _standing(*row) if row else None


def find_licence_on(stream: str, seq: int) -> uuid.UUID | None:
    """The id of the licence whose paper an entry issued. One statement."""
    row = _version_on(stream, seq)
    return row[0] if row else None


def _version_on(stream: str, seq: int) -> tuple[uuid.UUID, int] | None:
    sql = "select licence_id, number from licences_version where paper_stream = %(stream)s and paper_seq = %(seq)s"
    with run(sql, {"stream": stream, "seq": seq}) as cursor:
        found: tuple[uuid.UUID, int] | None = cursor.fetchone()
    return found


def _standing(id: uuid.UUID, number: int) -> Standing | None:
    held = read_licence(id)
    return Standing(held.licence, held.licence.versions[number - 1]) if held else None


def is_certificate(numbers: Iterable[str]) -> bool:
    """Whether one of these is the number of a licence that was made here, or the identifier of one of its versions."""
    sql = f"""select exists(select 1 from licences_licence l where number = any(%(texts)s) and not {ENTERED})
or exists(select 1 from licences_version where identifier = any(%(texts)s) and identifier <> '')"""
    with run(sql, {"texts": list(numbers)}) as cursor:
        return bool(cursor.fetchone()[0])


def find_entered(numbers: Iterable[str]) -> Standing | None:
    """What a licence is now that was made on paper before this platform and entered here. Two statements."""
    first = VersionRow.objects.filter(licence_id=OuterRef("pk"), number=1, paper_stream=None)
    rows = LicenceRow.objects.alias(folded=FOLDED).filter(Exists(first), folded__in=list(map(fold_text, numbers)))
    row = rows.exclude(stage="undone").first()
    held = read_licence(row.pk) if row else None
    return held.standing if held else None


# --- for officers -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LicenceFilter:
    """What a reader narrows the list by; empty means all."""

    text: str = ""  # number, identifier, or name of the holder
    item: str = ""
    stage: str = ""
    days: int = 0  # in force, with its last day within so many days
    proceeding: bool = False  # a revocation or withdrawal is under way


@dataclass(frozen=True, slots=True)
class LicencePage:
    held: tuple[HeldLicence, ...]
    total: int
    exact: bool  # False: there are at least `total`
    number: int


def find_licences(actor: Actor, filter: LicenceFilter, today: date, page: int = 1) -> LicencePage:
    """A page of the licences that exist for a reader, the latest moved first; of those that expire soon, the nearest
    day. Three statements.
    """
    rows = LICENCE.visible(actor).alias(folded=FOLDED).filter(_narrowed(filter, today))
    total = rows[: COUNTED + 1].count()
    exact, total = total <= COUNTED, min(total, COUNTED)
    number = min(max(page, 1), max(1, -(-total // PAGE)))
    order = ("valid_to", "pk") if filter.days else ("-moved_at", "pk")
    ids = list(rows.order_by(*order).values_list("pk", flat=True)[(number - 1) * PAGE : number * PAGE])
    held = read_licences(ids)
    return LicencePage(tuple(held[id] for id in ids), total, exact, number)


def _narrowed(filter: LicenceFilter, today: date) -> Q:
    """The rows of a filter. What time has done counts, whether the sweep has come or not."""
    lasting = Q(valid_to=None) | Q(renewing=True) | Q(valid_to__gte=today)
    held_back = Q(stage="suspended", suspended_until__gte=today)
    stages = {
        "": Q(),
        "valid": lasting & Q(stage__in=("valid", "suspended")) & ~held_back,
        "suspended": lasting & held_back,
        "expired": Q(stage="expired") | Q(stage__in=("valid", "suspended")) & ~lasting,
    }
    out = stages.get(filter.stage, Q(stage=filter.stage))
    for word in filter.text.split():
        named = subjects_named(word)
        out &= Q(folded__icontains=fold_text(word)) | Q(identifier=word) | Q(subject__in=named)
    if filter.item:
        out &= Q(item=filter.item)
    if filter.days:
        out &= Q(stage__in=("valid", "suspended"), valid_to__range=(today, today + timedelta(days=filter.days)))
    return out & ~Q(proceeding="") if filter.proceeding else out
