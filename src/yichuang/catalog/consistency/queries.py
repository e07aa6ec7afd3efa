"""Reads of the consistency report (3.2c): each county against the city over the seven attributes. All of it is public.

Differences of standards are rows (`service`), those of the number of items follow from the lists; which pairs are in
force and which differences are approved is asked when a page asks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from yichuang.catalog.consistency.attributes import LISTED_LINE, Attribute
from yichuang.catalog.consistency.deviation import Found
from yichuang.catalog.drafting.compare import Piece, mark_words
from yichuang.catalog.models import Item
from yichuang.catalog.queries import TODAY, sql_open
from yichuang.ledger.fast import run
from yichuang.org.queries import city_code

PAGE = 50  # items of a page

# The city's items, which county exercises which of them, and what each county has on its list. Until the city has said
# with whom it shares an item, those share it on whose first list it was.
_LISTS = f"""
county as (
  select code, name from org_division
  where parent_id = %(city)s and level = 'county' and (last_day is null or last_day >= {TODAY})
    and (%(at)s = '' or code = %(at)s)
), base as (
  select code, name, department, shared_with from catalog_item
  where division = %(city)s and (ends_on is null or ends_on > {TODAY})
), held as (
  select i.division, i.code, i.name, i.department, i.ground from catalog_item i join county on county.code = i.division
), mine as (
  select h.* from held h join catalog_item i on i.division = h.division and i.code = h.code
  where i.ends_on is null or i.ends_on > {TODAY}
), expected as (
  select s.division, base.code, base.name, s.division || '/' || split_part(base.department, '/', 2) as department
  from base cross join lateral unnest(base.shared_with) s (division) join county on county.code = s.division
  union all
  select h.division, h.code, base.name, h.department from held h join base on base.code = h.code
  where base.shared_with is null and h.ground = 'founding'
), pairs as (
  select m.division, m.code as item, m.name, m.department, c.current_id as county, b.current_id as base
  from mine m join base on base.code = m.code
  left join catalog_in_force c on c.division = m.division and c.item = m.code
  left join catalog_in_force b on b.division = %(city)s and b.item = m.code
)"""
_DIFFERENCES = f"""
found as (
  select p.division, p.item, p.name, p.department, p.county, p.base,
    d.line, d.place, d.attribute, d.words, d.before, d.after, d.mark
  from pairs p join catalog_countydifference d on d.county = p.county and d.base = p.base
  union all
  select e.division, e.code, e.name, e.department, '', '', '{LISTED_LINE}', -1, '{Attribute.NUMBER}',
    '市级确定由本地同步实施，本地清单上没有', '在列', '不在列', 'missing'
  from expected e where not exists (select 1 from mine m where m.division = e.division and m.code = e.code)
  union all
  select m.division, m.code, m.name, m.department, '', '', '{LISTED_LINE}', -1, '{Attribute.NUMBER}',
    case when base.code is null then '本地清单上有，市级清单上没有' else '本地清单上有，市级没有确定由本地实施' end,
    '不在列', '在列', 'extra'
  from mine m left join base on base.code = m.code
  where base.code is null or (base.shared_with is not null and m.division <> all(base.shared_with))
), judged as (
  select f.*, a.id as deviation, a.stage, a.reason, a.document, a.approved_by, a.approved_on
  from found f left join lateral (
    select * from catalog_deviation a
    where a.division = f.division and a.item = f.item and a.line = f.line and a.mark = f.mark
      and a.stage in ('approved', 'explained')
    order by a.stage, a.moved_at desc limit 1) a on true
)"""


@dataclass(frozen=True, slots=True)
class Count:
    """How many differences there are, and how many of them are approved."""

    differences: int = 0
    approved: int = 0

    @property
    def flagged(self) -> int:
        return self.differences - self.approved


@dataclass(frozen=True, slots=True)
class County:
    """A county against the city: the items on its list, how many of them were compared, those of which the city has a
    standard and the county has not, and the differences by attribute.
    """

    code: str
    name: str
    items: int
    compared: int
    without: int
    counts: dict[str, Count] = field(default_factory=dict)

    def count(self, attribute: Attribute) -> Count:
        return self.counts.get(attribute.value, Count())

    @property
    def total(self) -> Count:
        rows = self.counts.values()
        return Count(sum(row.differences for row in rows), sum(row.approved for row in rows))


# What the report follows from: the day, the lists, what was published and compared, the deviations, the counties. Each
# entry of a life adds to its seq, so that these numbers change whenever the report may.
_STATE = f"""
select {TODAY}::text, (select sum(seq) from catalog_item), (select sum(seq) from catalog_deviation),
  (select count(*) from catalog_listed), (select count(*) from catalog_comparison),
  (select md5(string_agg(code || name || coalesce(last_day::text, ''), ',' order by code)) from org_division)"""


def read_report() -> tuple[County, ...]:
    """Every county of the city that has a list or should have. One statement; two more after something has changed."""
    with run(_STATE, []) as cursor:
        state = cursor.fetchone()
    return read_report_at(city_code(), state)


@lru_cache(maxsize=4)
def read_report_at(city: str, state: tuple[Any, ...]) -> tuple[County, ...]:
    """The report at a state. Kept: it takes a quarter of a second for a thousand items in twelve counties."""
    known = {"city": city, "at": ""}
    totals = f"""with {_LISTS}
select county.code, county.name,
  (select count(*) from mine m where m.division = county.code),
  count(k.county), count(p.base) filter (where p.county is null)
from county left join pairs p on p.division = county.code
left join catalog_comparison k on k.county = p.county and k.base = p.base
where exists (select 1 from held h where h.division = county.code)
  or exists (select 1 from expected e where e.division = county.code)
group by county.code, county.name order by county.code"""
    counts = f"""with {_LISTS}, {_DIFFERENCES}
select division, attribute, count(*), count(*) filter (where stage = 'approved') from judged group by 1, 2"""
    by_county: dict[str, dict[str, Count]] = {}
    with run(counts, known) as cursor:
        for division, attribute, number, approved in cursor.fetchall():
            by_county.setdefault(division, {})[attribute] = Count(number, approved)
    with run(totals, known) as cursor:
        rows = cursor.fetchall()
    return tuple(
        County(code, name, items, compared, without, by_county.get(code, {}))
        for code, name, items, compared, without in rows
    )


@dataclass(frozen=True, slots=True)
class DifferingItem:
    """An item of a county that differs from the base."""

    item: str
    name: str
    department: str
    attributes: tuple[str, ...]
    count: Count

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(attribute.label for attribute in Attribute if attribute.value in self.attributes)


@dataclass(frozen=True, slots=True)
class DifferingItems:
    rows: tuple[DifferingItem, ...]
    total: int
    page: int


def list_differing_items(division: str, page: int = 1, attribute: str = "") -> DifferingItems:
    """The items of a county that differ, those with differences that nobody answered for first. One statement."""
    sql = f"""with {_LISTS}, {_DIFFERENCES}
select item, max(name), max(department), array_agg(distinct attribute), count(*),
  count(*) filter (where stage = 'approved') as approved, count(*) over ()
from judged where %(attribute)s = '' or attribute = %(attribute)s
group by item order by count(*) - count(*) filter (where stage = 'approved') desc, item
limit {PAGE} offset %(skip)s"""
    known = {"city": city_code(), "at": division, "attribute": attribute, "skip": (page - 1) * PAGE}
    with run(sql, known) as cursor:
        rows = cursor.fetchall()
    items = tuple(DifferingItem(r[0], r[1], r[2], tuple(r[3]), Count(r[4], r[5])) for r in rows)
    return DifferingItems(items, rows[0][6] if rows else 0, page)


@dataclass(frozen=True, slots=True)
class Judged:
    """A difference in force, with who answers for it. `stage` is that of its deviation: approved, explained (its
    reason waits for the office), or empty.
    """

    division: str
    item: str
    name: str
    department: str
    county: str  # key of the county's standard; empty for a difference of the lists
    base: str
    line: str
    attribute: str
    words: str
    before: str
    after: str
    mark: str
    deviation: Any
    stage: str
    reason: str
    document: str
    approved_by: str
    approved_on: date | None

    @property
    def label(self) -> str:
        return Attribute(self.attribute).label

    @property
    def pieces(self) -> tuple[list[Piece], list[Piece]]:
        """Both texts, the words that differ marked."""
        return mark_words(self.before, self.after)

    @property
    def found(self) -> Found:
        return Found(
            self.division, self.item, self.name, self.department, self.attribute, self.line, self.words, self.before,
            self.after, self.mark,
        )  # fmt: skip


def list_judged(
    division: str = "", item: str = "", department: str = "", *, skip: int = 0, most: int | None = None
) -> list[Judged]:
    """The differences of a county, an item, a county's department; all without any. One statement."""
    sql = f"""with {_LISTS}, {_DIFFERENCES}
select division, item, name, department, county, base, line, attribute, words, before, after, mark,
  deviation, coalesce(stage, ''), coalesce(reason, ''), coalesce(document, ''), coalesce(approved_by, ''), approved_on
from judged where (%(item)s = '' or item = %(item)s) and (%(department)s = '' or department = %(department)s)
order by division, item, place, line limit %(most)s offset %(skip)s"""
    known = {"city": city_code(), "at": division, "item": item, "department": department, "skip": skip, "most": most}
    with run(sql, known) as cursor:
        return [Judged(*row) for row in cursor.fetchall()]


def find_pair(division: str, item: str) -> tuple[str, str]:
    """Keys of the county's standard and of the base, in force; empty where there is none. One statement."""
    sql = f"""select l.division, l.current_id from catalog_in_force l
where l.item = %s and l.division = any(%s) and {sql_open("l")}"""
    city = city_code()
    with run(sql, [item, [division, city]]) as cursor:
        keys = dict(cursor.fetchall())
    return keys.get(division, ""), keys.get(city, "")


def find_item_name(division: str, item: str) -> str:
    """The name of an item on the list of a division; empty when it is not there. One statement."""
    return Item.objects.filter(division=division, code=item).values_list("name", flat=True).first() or ""
