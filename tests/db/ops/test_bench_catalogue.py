"""The store of `bench catalogue` is filled by hand: a column that is added must not break it unseen."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection

from tests.db.catalog.test_consistency import COUNTY, found_county
from yichuang.catalog.consistency.exercised import list_exercised
from yichuang.catalog.consistency.queries import read_report
from yichuang.catalog.listing.queries import ItemFilter, find_items
from yichuang.catalog.models import Citing, Revision
from yichuang.catalog.queries import list_current, standard
from yichuang.catalog.revising.queries import find_revisions
from yichuang.ops.bench.catalogue import fill_tables

ITEMS = 20


def test_the_store_is_filled_and_read_as_any_other(city: Any) -> None:
    from yichuang.catalog.revising.queries import EVERY

    city.at("2018-03-12 09:30")
    found_county(city)
    with connection.cursor() as cursor:
        fill_tables(cursor.execute, ITEMS)
    for division, version in (("410100", 2), (COUNTY, 1)):
        assert find_items(division, ItemFilter(text="B-"), 1).total == ITEMS
        assert list_current(division).filter(item__startswith="B-").count() == ITEMS
        copy = standard(f"{division}/B-0007/{version}")
        assert (copy.item, copy.division, copy.version, copy.name) == ("B-0007", division, version, "食品经营许可7")
    (county,) = read_report()
    assert county.compared == ITEMS and county.total.flagged == ITEMS // 5
    assert {code for _, code, *_ in list_exercised(date(2018, 3, 12)).open} >= {"B-0001"}
    assert Citing.objects.filter(standard__contains="/B-").exists()
    written = Revision.objects.filter(item__startswith="B-")
    assert find_revisions(city.reviewer, EVERY, 1).total == written.count() == ITEMS + ITEMS // 4
