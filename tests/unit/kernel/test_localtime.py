"""The local day and its first moment."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from yichuang.kernel.localtime import SHANGHAI, local_day, midnight


def test_the_day_changes_at_four_in_the_afternoon_of_utc() -> None:
    assert local_day(datetime(2018, 2, 28, 15, 59, 59, tzinfo=UTC)) == date(2018, 2, 28)
    assert local_day(datetime(2018, 2, 28, 16, 0, tzinfo=UTC)) == date(2018, 3, 1)
    assert midnight(date(2018, 3, 1)) == datetime(2018, 2, 28, 16, 0, tzinfo=UTC)
    assert midnight(date(2018, 3, 1)).astimezone(SHANGHAI).hour == 0


def test_a_moment_without_a_zone_is_no_moment() -> None:
    with pytest.raises(ValueError, match="offset"):
        local_day(datetime(2018, 3, 1))
