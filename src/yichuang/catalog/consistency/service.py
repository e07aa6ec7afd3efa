"""Comparing published standards of counties with the city's, once for each pair: both never change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db import connection

from yichuang.catalog.consistency.attributes import compare_with_base, written_of
from yichuang.catalog.models import Comparison, CountyDifference
from yichuang.catalog.queries import standard
from yichuang.kernel.localtime import local_day
from yichuang.ledger.report import Report
from yichuang.ledger.service import now
from yichuang.org.queries import city_code

Pair = tuple[str, str]  # keys of the county's standard and of the city's

# The versions in force and those that wait for their day, of the item in divisions other than this one
_OTHERS = """
select k.key, l.division from catalog_listed l cross join lateral (values (l.current_id), (l.next_id)) k (key)
where l.item = %s and l.division <> %s and k.key is not null"""
_MISSING = """
select c.current_id, b.current_id from catalog_in_force b
join catalog_in_force c on c.item = b.item and c.division <> b.division
where b.division = %s and not exists (
  select 1 from catalog_comparison k where (k.county, k.base) = (c.current_id, b.current_id))"""


def compare_published(key: str, division: str, item: str) -> None:
    """Compare a version that was just published with those of the other level. One statement and one a pair at most."""
    city = city_code()
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS, [item, division])
        others = cursor.fetchall()
    if division == city:
        keep_comparisons((other, key) for other, _ in others)
    else:
        keep_comparisons((key, other) for other, place in others if place == city)


def compare_missing() -> int:
    """Compare what is in force and was published before there were comparisons. Returns how many pairs."""
    return keep_comparisons(list_missing())


def list_missing() -> list[Pair]:
    """Pairs in force that were never compared. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_MISSING, [city_code()])
        return [(county, base) for county, base in cursor.fetchall()]


def keep_comparisons(pairs: Iterable[Pair]) -> int:
    """Compare pairs and keep what differs. Returns their number."""
    today = local_day(now())
    made = [(Comparison(county=county, base=base, made_on=today), list(_rows(county, base))) for county, base in pairs]
    for comparison, rows in made:
        comparison.number = len(rows)
    Comparison.objects.bulk_create([comparison for comparison, _ in made], ignore_conflicts=True)
    CountyDifference.objects.bulk_create([row for _, rows in made for row in rows], ignore_conflicts=True)
    return len(made)


def _rows(county: str, base: str) -> Iterator[CountyDifference]:
    for place, found in enumerate(compare_with_base(written_of(standard(base)), written_of(standard(county)))):
        said = found.difference
        yield CountyDifference(
            county=county, base=base, line=said.line, place=place, attribute=found.attribute.value, words=said.words,
            before=said.before, after=said.after, mark=found.mark,
        )  # fmt: skip


def check_comparisons(report: Report) -> None:
    """Report comparisons whose rows are not what the two documents say (`verify`)."""
    kept: dict[Pair, set[tuple[str, str, str]]] = {}
    for row in CountyDifference.objects.order_by("county", "base"):
        kept.setdefault((row.county, row.base), set()).add((row.line, row.words, row.mark))
    numbers = {(row.county, row.base): row.number for row in Comparison.objects.all()}
    for pair in sorted(numbers.keys() | kept.keys()):
        county, base = pair
        wanted = {(row.line, row.words, row.mark) for row in _rows(county, base)}
        if numbers.get(pair) != len(wanted) or kept.get(pair, set()) != wanted:
            report.add("text", f"市县比对 {county} 与 {base}", "与两份规程的内容不符：被改动。")
    for county, base in list_missing():
        report.add("text", f"市县比对 {county} 与 {base}", "没有比对的记录。")
