"""Numbers of official documents: what is printed has no gap, whatever else a department decides on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from yichuang.aggregates.numbers import draw_numbers
from yichuang.org.numbering import number_document

DAY = date(2018, 3, 12)


@dataclass(frozen=True)
class Paper:
    number: str = ""


@pytest.mark.clause("4.1c.3")
def test_each_matter_of_a_department_has_a_series_without_gaps(city: Any) -> None:
    """A registration between two licences leaves no number of theirs out."""
    matters = ["许", "登", "许", "备", "登", "许"]
    wanted = [number_document(Paper(), "licence", "410100/scjg", DAY, matter=matter) for matter in matters]
    serials = [event.number[-6:-1] for event in draw_numbers(wanted) if event]
    assert serials == ["00001", "00001", "00002", "00001", "00002", "00003"]


def test_counters_that_all_matters_shared_go_on_for_each(city: Any) -> None:
    split = import_module("yichuang.org.migrations.0006_numbers_by_matter")
    with connection.cursor() as cursor:
        cursor.execute("delete from aggregates_counter")
        cursor.execute(
            "insert into aggregates_counter (name, value) values"
            " ('410100/scjg/证/2018', 7), ('4101ZD/zwb/受/2018', 2), ('case/410100/scjg/20180312', 3),"
            " ('order/410100/20180312', 4)"
        )
        for statement in (split.SPLIT, split.SHARED) * 2:  # again changes nothing
            cursor.execute(statement)
        cursor.execute("select name, value from aggregates_counter order by name")
        kept = dict(cursor.fetchall())
    assert kept == {
        **{f"410100/scjg/{matter}证/2018": 7 for matter in "许登备"},
        **{f"4101ZD/zwb/{matter}受/2018": 2 for matter in "许登备"},
        "case/410100/scjg/20180312": 3,
        "order/410100/20180312": 4,
    }
