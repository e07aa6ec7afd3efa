"""Standards and calendars that were changed past the program: what every case is decided by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from yichuang.ledger.report import Report


def found(look: Callable[[Report], None]) -> list[tuple[str, str]]:
    report = Report()
    look(report)
    return [(fault.where, fault.text) for fault in report.faults]


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def years(db: None) -> None:
    from datetime import date

    from yichuang.ledger.actor import SYSTEM
    from yichuang.org.service import load_calendar_year

    for year in (2017, 2018):
        load_calendar_year(year, [date(year, 1, 2), date(year, 5, 1)], [], "国办发明电〔2016〕17号", SYSTEM)


def test_calendar_and_standards_as_they_were_recorded_are_green(years: None) -> None:
    from yichuang.catalog.loading import load_standards
    from yichuang.catalog.service import publish
    from yichuang.catalog.standard_check import check_standards
    from yichuang.ledger.actor import SYSTEM
    from yichuang.org.calendar_check import check_calendar

    publish(load_standards()[0], SYSTEM)
    assert found(check_calendar) == [] and found(check_standards) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("update org_calendaryear set off_days = off_days - 0 where year = 2018", "被改动"),
        ("update org_calendaryear set year = 1999 where year = 2018", "被改动"),
        ("update org_calendaryear set off_days = '7' where year = 2018", "被改动"),
        ("update org_calendaryear set version = 'x' where year = 2018", "被改动"),
        ("delete from org_calendaryear where id = (select max(id) from org_calendaryear)", "不见了"),
        (
            "insert into org_calendaryear (year, off_days, work_weekends, notice, version, loaded_by, loaded_at)"
            " select year, off_days, work_weekends, notice, version, loaded_by, now() from org_calendaryear limit 1",
            "没有装载的记录",
        ),
    ],
)
def test_a_changed_calendar_is_named(years: None, statement: str, said: str) -> None:
    from yichuang.org.calendar_check import check_calendar

    run(statement)
    assert said in found(check_calendar)[0][1]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("update catalog_published set document = replace(document, '食品', '药品')", "被改动"),
        ("update catalog_published set digest = 'x'", "被改动"),
        (
            'insert into catalog_published select (jsonb_populate_record(p, \'{"key": "410100/ZZ-001/7",'
            ' "version": 7}\')).* from catalog_published p limit 1',
            "没有发布的记录",
        ),
    ],
)
def test_a_changed_standard_is_named(city: Any, statement: str, said: str) -> None:
    from yichuang.catalog.standard_check import check_standards

    run(statement)
    assert any(said in text for _, text in found(check_standards))
