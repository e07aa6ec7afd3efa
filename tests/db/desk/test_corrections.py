"""A correction typed at the window is kept as it is typed, for the clerk who types."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.db.desk.conftest import Browser
from tests.db.portal.pages import flat
from tests.db.world import City, food_values
from yichuang.cases.models import CorrectionDraft
from yichuang.cases.service import replay_case

Desk = Callable[..., Browser]


@pytest.fixture
def asked(city: City) -> str:
    city.at("2018-03-12 09:30")
    id = str(city.submit().state.id)
    city.do(id, "receive", city.window, originals=[])
    city.do(id, "ask_correction", city.window, reason="面积与合同不一致", fields=["premises_area"])
    return id


def test_it_is_kept_and_sent(city: City, desk: Desk, asked: str) -> None:
    browser, address = desk(city.window), f"/desk/case/{asked}/supply"
    typed = flat({**food_values(), "premises_area": "118"})
    assert "已自动保存" in browser.client.post(f"{address}/keep", typed).content.decode()
    assert 'value="118"' in browser.get(address).content.decode()
    assert 'value="118"' not in desk(city.window2).get(address).content.decode(), "another clerk's is theirs"
    sent = {**typed, "command_id": "0b1f7d5e-25f2-4d5e-9f2a-5c3c1d7a4e12"}
    assert browser.client.post(address, sent).status_code == 302
    assert not replay_case(asked).fields_asked and not CorrectionDraft.objects.exists()


@pytest.mark.breach
def test_who_may_not_supply_keeps_nothing(city: City, desk: Desk, asked: str) -> None:
    address = f"/desk/case/{asked}/supply/keep"
    assert desk(city.reviewer).client.post(address, flat(food_values())).status_code == 403
    assert not CorrectionDraft.objects.exists()
