"""容缺受理 on its pages: the paper to be signed says what was chosen, and each page takes few statements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.db.desk.conftest import Browser, at_most
from tests.db.world import City

Desk = Callable[..., Browser]


@pytest.mark.clause("3.6b.1")
@pytest.mark.screen
def test_the_paper_to_sign_names_what_was_chosen_and_by_when(city: City, desk: Desk) -> None:
    """What is missing stays chosen; a number of days that is not offered becomes one that is."""
    city.at("2018-03-12 09:30")
    id = city.submit(given={m.code: ("u1",) for m in city.standard.materials if m.code != "M08"}).state.id
    window = desk(city.window)
    assert window.get(f"/desk/case/{id}/promise").status_code == 302, "nothing is promised before it is taken in"
    city.do(id, "receive", city.window, originals=[])
    window.get(f"/desk/case/{id}/promise")
    with at_most(12):
        page = window.get(f"/desk/case/{id}/promise", days="2").content.decode()
    assert "从业人员健康证明" in page and "最后一天是2018年3月14日" in page and "主要材料齐全" in page
    assert "从业人员健康证明（还缺）" in page
    assert f'href="/desk/case/{id}/promise"' in window.get(f"/desk/case/{id}/check").content.decode()
    for days in ("999", "-1", "x"):
        assert window.get(f"/desk/case/{id}/promise", days=days, material="M02").status_code == 200
    assert desk(city.reviewer).get(f"/desk/case/{id}/promise").status_code == 302


@pytest.mark.clause("3.6a.1")
@pytest.mark.screen
def test_the_public_list_takes_few_statements(city: City, client: Any) -> None:
    client.get("/later")
    with at_most(6):
        page = client.get("/later").content.decode()
    assert "食品经营许可" in page and "从业人员健康证明" in page
