"""Every form of the catalogue can be filled in every situation, so that the door finds nothing wrong, and not always
alike."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from yichuang.catalog import form
from yichuang.catalog.filling import fill
from yichuang.catalog.loading import load_standards
from yichuang.catalog.standard import Standard

DAY = date(2026, 6, 1)


@pytest.mark.parametrize("standard", load_standards(), ids=lambda s: s.key)
def test_every_form_is_filled_without_an_error(standard: Standard) -> None:
    for situation in standard.situations:
        for number, agent in ((1, False), (2, True), (3, False), (4, True)):
            values = fill(standard, Random(number), DAY, situation=situation.code, agent=agent)
            about = {"situation": situation.code, "agent": "yes" if agent else "no"}
            kept = form.coerce(standard.form, values)
            assert form.validate(standard.form, kept, {**kept, **about}, form.Filing(standard.division, DAY, DAY)) == {}


def test_two_applicants_do_not_write_the_same() -> None:
    standard = next(s for s in load_standards() if s.item == "ZZ-001")
    filled = [fill(standard, Random(n), DAY, situation="new", agent=False) for n in range(8)]
    assert len({one["premises_address"] for one in filled}) > 5
    assert len({one["premises_area"] for one in filled}) > 5
    assert {len(one["managers"]) for one in filled} > {1}
