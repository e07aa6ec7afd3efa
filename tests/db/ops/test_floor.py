"""What benchmarks write of a case beside the door: the same columns as the door does."""

from __future__ import annotations

from yichuang.cases.models import Case
from yichuang.ops.bench.floor import FIXED, ROW
from yichuang.ops.bench.making import COLUMNS


def test_the_floor_and_the_copies_write_every_column_of_a_case() -> None:
    """A column that they forget is null in their rows: the floor would break, or write less than the door."""
    fields = Case._meta.concrete_fields
    columns = {field.column for field in fields}
    assert {*FIXED, *ROW, "id", "head", "words"} == columns
    copied = set(COLUMNS["cases_case"].split(", "))
    assert copied <= columns and columns - copied <= {field.column for field in fields if field.null}
