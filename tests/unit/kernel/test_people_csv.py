"""CSV that people open: a mark of byte order, and no cell that a spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from yichuang.kernel.people_csv import people_csv, write_people_csv

ROWS: list[tuple[Any, ...]] = [
    ("行", "原因"),
    (1, "=cmd|' /c calc'!A0"),
    (2, "＋1"),
    (3, "\t=1"),
    (4, None),
    (5, "李,四\n"),
]


def test_no_cell_begins_a_formula_and_everything_else_stays() -> None:
    text = people_csv(ROWS)
    assert text.startswith("\ufeff行,原因\r\n")
    cells = [row[1] for row in csv.reader(io.StringIO(text[1:]))]
    assert cells == ["原因", "'=cmd|' /c calc'!A0", "'＋1", "'\t=1", "", "李,四\n"]


@pytest.mark.parametrize("first", "=+-@\t\r\n")
def test_each_mark_that_begins_a_formula_is_stopped(first: str) -> None:
    (row,) = csv.reader(io.StringIO(people_csv([(first + "1",)])[1:], newline=""))
    assert row == [f"'{first}1"]


def test_a_file_is_the_same_text(tmp_path: Path) -> None:
    write_people_csv(tmp_path / "a.csv", iter(ROWS))
    assert (tmp_path / "a.csv").read_bytes() == people_csv(ROWS).encode()
