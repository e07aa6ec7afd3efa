"""What several rules reckon alike is reckoned once, where a whole history is judged."""

from __future__ import annotations

import pytest

from yichuang.supervision.compiled import compile_part, compile_rule
from yichuang.supervision.rules.catalogue import BY_CODE, JUDGING
from yichuang.supervision.rules.part_names import EVES, OVERDUE, list_parts


def parts_of(code: str, *, share: bool) -> list[str]:
    return list_parts(compile_rule(BY_CODE[code], (), "duckdb", share=share))


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("R-T01", [OVERDUE]),
        ("R-T02", [OVERDUE]),
        ("R-T03", [OVERDUE]),
        ("R-T04", [OVERDUE]),
        ("R-T06", [OVERDUE]),
        ("R-T05", [EVES]),
        ("R-T08", [EVES]),
        ("R-P01", []),
    ],
)
def test_the_rules_on_limits_read_what_they_have_in_common(code: str, parts: list[str]) -> None:
    assert parts_of(code, share=True) == parts
    assert parts_of(code, share=False) == [], "one rule alone reckons no other rule's limits"


def test_the_limits_read_the_days_that_time_ended_and_nothing_reads_itself() -> None:
    assert list_parts(compile_part(OVERDUE, "duckdb")) == [EVES]
    assert list_parts(compile_part(EVES, "duckdb")) == []


@pytest.mark.parametrize("dialect", ["duckdb", "pyspark", "postgres"])
def test_a_part_is_told_by_its_name_in_every_engine(dialect: str) -> None:
    shared = [rule.code for rule in JUDGING if OVERDUE in compile_rule(rule, (), dialect, share=True)]
    told = [rule.code for rule in JUDGING if OVERDUE in list_parts(compile_rule(rule, (), dialect, share=True))]
    assert shared == told == ["R-T01", "R-T02", "R-T03", "R-T04", "R-T06"]
