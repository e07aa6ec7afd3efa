"""The contract itself: well formed, documented, and the page beside it up to date."""

from __future__ import annotations

from pathlib import Path

import pytest

from yichuang.supervision import contract_doc
from yichuang.supervision.contract import OF_CASE, SHARED, TABLES, ColumnKind, Table, table

PAGE = Path(__file__).parents[3] / "docs" / "log-contract.md"


@pytest.mark.parametrize("one", TABLES, ids=lambda t: t.name)
def test_a_table_has_a_key_of_columns_that_are_always_there(one: Table) -> None:
    assert one.key and all(not one.column(k).null for k in one.key)
    assert len({c.name for c in one.columns}) == len(one.columns)


@pytest.mark.parametrize("one", TABLES, ids=lambda t: t.name)
def test_every_column_says_what_it_means_and_a_text_is_never_null(one: Table) -> None:
    assert all(c.meaning for c in one.columns)
    assert not [c.name for c in one.columns if c.kind is ColumnKind.TEXT and c.null]
    assert not [c.name for c in one.columns if c.name.endswith("_amount") and c.unit != "分"]


@pytest.mark.parametrize("one", OF_CASE, ids=lambda t: t.name)
def test_a_moment_of_a_case_stands_beside_its_local_day(one: Table) -> None:
    days = {c.name for c in one.columns if c.kind is ColumnKind.DAY}
    assert not [c.name for c in one.columns if c.kind is ColumnKind.MOMENT and f"{c.name[:-3]}_on" not in days]


def test_a_table_belongs_to_a_case_or_to_all() -> None:
    assert set(OF_CASE) | set(SHARED) == set(TABLES) and not set(OF_CASE) & set(SHARED)
    assert table("cases") in OF_CASE and table("calendar") in SHARED
    with pytest.raises(KeyError):
        table("nothing")


def test_the_page_is_written_from_the_contract() -> None:
    assert PAGE.read_text(encoding="utf-8") == contract_doc.render(), "yichuang logs contract"
