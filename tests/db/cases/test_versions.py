"""3.2d: a case is filed under the version in force and stays bound to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest


@pytest.mark.clause("3.2d.1")
@pytest.mark.breach
def test_nothing_is_filed_under_a_superseded_version(city: Any) -> None:
    from yichuang.aggregates.refusal import Refused
    from yichuang.catalog.service import put_in_force
    from yichuang.ledger.actor import SYSTEM

    before = city.submit().state
    newer = replace(city.standard, version=2)
    put_in_force(newer, SYSTEM)
    with pytest.raises(Refused, match="新版") as refused:
        city.submit()
    assert refused.value.code == "superseded"
    city.do(before.id, "receive", city.window)  # the open case goes on under its own version
    city.standard = newer
    assert city.submit().state.standard == "410100/ZZ-001/2"
