"""Reads of the catalogue. Published standards are public and never change, so they are cached for good."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from django.db.models import DateField, Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from yichuang.catalog.document import load_document
from yichuang.catalog.models import InForce, Item, Published, Revision
from yichuang.catalog.standard import Standard
from yichuang.ledger.fast import run

TODAY = "(ledger_now() at time zone 'Asia/Shanghai')::date"


def sql_open(row: str) -> str:
    """SQL: for this row of `catalog_in_force` applications are taken in today (3.1b: an item ends at the midnight of
    its day).
    """
    return f"""not exists (select 1 from catalog_item gone
where gone.division = {row}.division and gone.code = {row}.item and gone.ends_on <= {TODAY})"""


OPEN = sql_open("l")


@lru_cache(maxsize=512)
def standard(key: str) -> Standard:
    """A published standard by its key. Raises Published.DoesNotExist."""
    return load_document(Published.objects.values_list("document", flat=True).get(key=key))


@lru_cache(maxsize=512)
def get_published(key: str) -> Published:
    """The row of a published standard, without its document. Raises Published.DoesNotExist."""
    return Published.objects.defer("document").get(key=key)


def current_key(division: str, item: str) -> str | None:
    """The key of the version in force for new cases, or None when nothing is taken in for the item there."""
    sql = f"select current_id from catalog_in_force l where division = %s and item = %s and {OPEN}"
    row = run(sql, [division, item]).fetchone()
    return row[0] if row else None


def list_open(division: str | None = None) -> QuerySet[InForce]:
    """The items for which applications are taken in today, of a division or of all."""
    gone = Item.objects.filter(
        division=OuterRef("division"), code=OuterRef("item"), ends_on__lte=RawSQL(TODAY, [], output_field=DateField())
    )
    rows = InForce.objects.filter(~Exists(gone))
    return rows.filter(division=division) if division else rows


def find_items_by_name(words: str) -> list[str]:
    """Codes of the items whose name, in any version, contains these words."""
    return sorted(set(Published.objects.filter(name__icontains=words).values_list("item", flat=True)))


def list_current(division: str) -> QuerySet[Published]:
    """The versions in force in a division, in pinyin order, without their documents."""
    keys = list_open(division).values("current_id")
    return Published.objects.filter(key__in=keys).defer("document").order_by("sort")


def list_standards(division: str, department: str) -> list[Standard]:
    """The standards in force of a department ("410100/scjg") in a division, in pinyin order."""
    keys = list_current(division).filter(department=department).values_list("key", flat=True)
    return [standard(key) for key in keys]


def find_published(key: str | None) -> Published | None:
    """A published version with its document."""
    return Published.objects.filter(key=key).first()


def find_current(division: str, item: str) -> Published | None:
    """The version in force, without its document."""
    rows = Published.objects.filter(inforce__division=division, inforce__item=item)
    return rows.defer("document").first()


def list_executed(division: str, item: str) -> QuerySet[Published]:
    """The versions of an item that are or were in force: none that waits for its day, or was taken back before it."""
    never = _list_waiting().filter(key=OuterRef("key"))
    return Published.objects.filter(~Exists(never), division=division, item=item)


def former_key(row: Published) -> str | None:
    """The key of the version in force before this one; None for the first. One statement."""
    former = list_executed(row.division, row.item).filter(version__lt=row.version)
    return former.order_by("-version").values_list("key", flat=True).first()


def list_versions(division: str, item: str) -> list[tuple[Published, Revision | None]]:
    """Every version of an item that was published, the newest first, without its document; with the revision that made
    it, but for a founding one. Two statements.
    """
    rows = Published.objects.filter(division=division, item=item).defer("document").order_by("-version")
    made = {
        revision.key: revision for revision in Revision.objects.filter(division=division, item=item).exclude(key="")
    }
    return [(row, made.get(row.key)) for row in rows]


def find_waiting(key: str) -> Revision | None:
    """The revision that published a version which is not in force yet, or was taken back before; None for a version
    that is or was in force. One statement.
    """
    return _list_waiting().filter(key=key).first()


def _list_waiting() -> QuerySet[Revision]:
    """The revisions whose version waits for its day, or never comes into force."""
    today = RawSQL(TODAY, [], output_field=DateField())
    return Revision.objects.filter(Q(stage="withdrawn") | Q(effective_on__gt=today)).exclude(key="")


def name_divisions_of(item: str) -> dict[str, str]:
    """The divisions in which a standard of the item is in force, by code, the city first. One statement."""
    sql = """select v.code, v.name from catalog_in_force l join org_division v on v.code = l.division
where l.item = %s order by v.code"""
    return dict(run(sql, [item]).fetchall())


def read_document(key: str) -> str | None:
    """The text of a published document, byte for byte."""
    return Published.objects.filter(key=key).values_list("document", flat=True).first()


def names_of_listed(divisions: Collection[str]) -> dict[str, str]:
    """Names in force, with the code, of the items that some of these divisions handle, by code. One statement."""
    rows = InForce.objects.filter(division__in=divisions).order_by("item", "-division")
    return {code: f"{code} {name}" for code, name in rows.values_list("item", "current__name")}


def names_of_items(items: Collection[str]) -> dict[tuple[str, str], str]:
    """Names in force of these items by (division, item). One statement, none without items."""
    rows = InForce.objects.filter(item__in=items).values_list("division", "item", "current__name") if items else ()
    return {(division, item): name for division, item, name in rows}
