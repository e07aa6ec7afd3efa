"""The SQL made from the declarations of each kind of life."""

from __future__ import annotations

import pytest

from yichuang.aggregates.aggregate import AGGREGATES

MOST = 4096  # characters: a longer text is parsed anew each time


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["case", "licence", "order"])
def test_no_statement_is_too_long_to_be_kept(kind: str) -> None:
    made = AGGREGATES[kind].statements
    texts = {name: getattr(made, name) for name in ("lock_one", "lock_many", "read_many", "write_one", "write_many")}
    assert {name: len(text) for name, text in texts.items() if len(text) > MOST} == {}
