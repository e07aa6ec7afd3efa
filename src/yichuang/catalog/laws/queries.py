"""Reads of the register of laws: what may be cited now, who cites a law, and what is to be done since one changed.

The register is public. It is small and read by every act, so a process keeps it by its version.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from yichuang.aggregates.codec import adapter_of
from yichuang.catalog.laws.citing import Citation
from yichuang.catalog.laws.register import Citing, LawFault, Register, apply_register, list_faults
from yichuang.catalog.laws.state import Cause, Checked, Described, Done, Law, Publication, Rank, Stage, Task, Version
from yichuang.catalog.models import Citing as CitingRow
from yichuang.catalog.models import InForce, Item, LawTask, Published
from yichuang.catalog.models import Law as LawRow
from yichuang.catalog.queries import sql_open
from yichuang.catalog.queries import standard as published_standard
from yichuang.catalog.standard import Standard
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import Actor
from yichuang.ledger.fast import run
from yichuang.ledger.service import now

# A number that every entry of the register changes: its microsecond and how many there are; read under the lock of
# whoever cites
REGISTERED = "(select coalesce((extract(epoch from max(moved_at)) * 1000000)::bigint + sum(seq), 0) from catalog_law)"


@lru_cache(maxsize=4)
def register_upto(version: int) -> Register:
    """The register at a version that was read. One statement, none for a version seen before."""
    rows = list(LawRow.objects.order_by("title")) if version else []
    laws: dict[str, Law] = {}
    for row in rows:
        law = _read(row)
        laws |= {alias: law for alias in law.about.aliases if alias not in laws} | {law.title: law}
    return Register(laws)


def _read(row: LawRow) -> Law:
    """The law of a row, without its tasks but those by which a head judged that nothing changes."""
    known = row.about
    about = Described(
        row.title, Rank(row.rank), known["issuer"], known["number"], known["place"], tuple(known["aliases"])
    )
    judged = tuple(_judged(standard, change) for standard, change in row.judged)
    return Law(
        str(row.pk), Stage(row.stage), about, Publication(row.publication),
        adapter_of(tuple[Version, ...]).validate_python(row.versions),
        adapter_of(tuple[Checked, ...]).validate_python(row.checked),
        row.gone, row.gone_by, row.changes, tasks=judged, moved_at=row.moved_at,
    )  # fmt: skip


def _judged(standard: str, change: int) -> Task:
    day = date.min
    return Task(0, change, Cause.AMENDED, standard, "", "", (), day, day, day, Done.JUDGED)


def read_version() -> int:
    """The version of the register as it stands. One statement."""
    return int(run(f"select {REGISTERED}", []).fetchone()[0])


def read_register() -> Register:
    """The register as it stands. One statement, and one after a change."""
    return register_upto(read_version())


@lru_cache(maxsize=1024)
def lawful_standard(key: str, version: int, day: date) -> Standard:
    """A published standard as the register at a version lets acts cite it on a day. No statement once both are read.
    Raises Published.DoesNotExist.
    """
    return apply_register(register_upto(version), published_standard(key), day)


def list_law_faults(standard: Standard, day: date | None = None) -> list[LawFault]:
    """What the register says against publishing a standard with effect from a day, by line, each with its cure (3.5h);
    without a day, from its own first day or today. Two statements.
    """
    effective = day or max(local_day(now()), date.fromisoformat(standard.valid_from))
    return list_faults(read_register(), standard, effective)


# --- who cites a law --------------------------------------------------------------------------------------------------


def citing_standards(names: Collection[str], division: str = "") -> QuerySet[InForce]:
    """The standards in force, of a division or of all, that cite a law under one of these names, by division and item;
    those of items that have ended are none.
    """
    cited = CitingRow.objects.filter(standard=OuterRef("current_id"), law__in=names)
    ended = Item.objects.filter(division=OuterRef("division"), code=OuterRef("item"), ends_on__lte=local_day(now()))
    rows = InForce.objects.filter(Exists(cited), ~Exists(ended)).order_by("division", "item")
    return rows.filter(division=division) if division else rows


def read_citing(rows: Iterable[InForce], names: Collection[str]) -> tuple[Citing, ...]:
    """These standards with their citations of a law, and the department that exercises the item now. Three
    statements.
    """
    keys = [row.current_id for row in rows]
    cited: dict[str, list[Citation]] = defaultdict(list)
    for row in CitingRow.objects.filter(law__in=names, standard__in=keys).order_by("id"):
        cited[row.standard].append(_citation(row))
    standards = Published.objects.filter(key__in=keys).only("key", "name", "department", "division", "item")
    items = Item.objects.filter(code__in={row.item for row in standards})
    exercised = {(division, code): dept for division, code, dept in items.values_list("division", "code", "department")}
    known = {row.key: (row.name, exercised.get((row.division, row.item), row.department)) for row in standards}
    return tuple(Citing(key, *known[key], tuple(cited[key])) for key in keys)


def list_citing(names: Collection[str]) -> tuple[Citing, ...]:
    """Every standard in force that cites a law under one of these names. Five statements."""
    return read_citing(citing_standards(names), names)


def _citation(row: CitingRow) -> Citation:
    return Citation(row.line, row.text, row.law, row.version, tuple(row.articles), row.until)


def count_citing() -> dict[str, int]:
    """How many items in force cite a law, by the name they give it. Counted anew after a publication and with a new
    day. One statement, and one for what was not counted yet.
    """
    newest = run("select coalesce(max(id), 0) from catalog_citing", []).fetchone()[0]
    return _count_citing(newest, local_day(now()))


@lru_cache(maxsize=4)
def _count_citing(newest: int, day: date) -> dict[str, int]:
    rows = run(
        "select c.law, count(distinct c.standard) from catalog_citing c"
        " join catalog_in_force l on l.current_id = c.standard group by c.law",
        [],
    )
    return {law: number for law, number in rows.fetchall()}


def names_of_law(law: Law) -> tuple[str, ...]:
    """Every name that a line may cite it under."""
    return (law.title, *law.about.aliases)


# --- laws and tasks ---------------------------------------------------------------------------------------------------


def list_laws() -> list[Law]:
    """Every law of the register once, by rank and title. Two statements at most."""
    ranks = {rank: place for place, rank in enumerate(("law", "admin_reg", "local_reg", "rule", "document"))}
    register = read_register()
    laws = {law.id: law for law in register.laws.values()}.values()
    return sorted(laws, key=lambda law: (ranks[law.about.rank], law.title))


def find_law(id: str) -> Law | None:
    """A law by its id."""
    row = LawRow.objects.filter(pk=id).first()
    return _read(row) if row else None


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task that is not done, with the day by which it is to be."""

    row: LawTask
    late: bool


def list_open_tasks(actor: Actor) -> list[OpenTask]:
    """The open tasks that a reader has business with, the soonest first: a department's own, those of the division for
    who watches over it. One statement.
    """
    today = local_day(now())
    return [OpenTask(row, row.due_on < today) for row in _tasks_of(actor)]


def _tasks_of(actor: Actor) -> QuerySet[LawTask]:
    """Those of items that take applications: what has ended is not revised."""
    ended = Item.objects.filter(division=OuterRef("division"), code=OuterRef("item"), ends_on__lte=local_day(now()))
    rows = LawTask.objects.filter(~Exists(ended), done="").order_by("due_on", "department", "name")
    if actor.post_kind in _WATCHING:
        return rows.filter(division=actor.division)
    return rows.filter(department=actor.department)


_WATCHING = frozenset({"office", "supervisor", "inspector"})


def sql_tasks(actor: Actor) -> tuple[str, list[Any]]:
    """SQL that counts the open tasks of a reader's department, for the number beside a navigation."""
    sql = f"select count(*) from catalog_lawtask l where done = '' and department = %s and {sql_open('l')}"
    return sql, [actor.department]


def find_law_row(actor: Actor, id: Any) -> LawRow | None:
    """The row of a law: it exists for every officer. One statement."""
    return LawRow.objects.filter(pk=id).first() if actor.post_kind else None
