"""大屏: what it counts, for whom, how it leads to a case, and at how many statements."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import transaction

from tests.db.desk.conftest import at_most
from tests.db.watching import client, finding, officer

pytestmark = [pytest.mark.clause("4.1b.2"), pytest.mark.screen]


def test_a_red_department_leads_to_its_case_in_three_clicks_in_few_statements(city: Any) -> None:
    from yichuang.orders.service import follow

    case = city.submit().state
    row = finding(case.id, level="red", person=city.reviewer.person)
    with transaction.atomic():
        follow([("found", row)])
    reader = client(officer("supervisor"))
    reader.get("/watch/wall")
    with at_most(13):
        wall = reader.get("/watch/wall").content.decode()
    tile = re.search(r'<a class="yc-wall__tile yc-wall__tile--red" href="([^"]+level=red)">(.*?)</a>', wall, re.S)
    assert tile and "红 1" in tile[2] and "在办 1" in tile[2]
    assert re.search(r"state=drafted.*?<b>1</b>", wall, re.S)
    first = reader.get(tile[1].replace("&amp;", "&")).content.decode()
    assert f"/watch/finding/{row.id}" in first
    second = reader.get(f"/watch/finding/{row.id}").content.decode()
    assert f"/desk/case/{case.id}" in second
    assert reader.get(f"/desk/case/{case.id}").status_code == 200


def test_a_red_tile_without_a_finding_leads_to_the_red_cases(city: Any) -> None:
    from yichuang.cases.models import Case

    late, ready = city.submit().state.id, city.submit().state.id
    Case.objects.filter(pk=late).update(level=4)
    Case.objects.filter(pk=ready).update(wait="collection")
    finding(ready, level="yellow")
    reader = client(officer("supervisor"))
    wall = reader.get("/watch/wall").content.decode()
    (address,) = re.findall(r'yc-wall__tile--red" href="([^"]+)"', wall)
    listed = reader.get(address.replace("&amp;", "&")).content.decode()
    assert f"/desk/case/{late}" in listed and f"/desk/case/{ready}" not in listed
    Case.objects.filter(pk=late).update(level=0)
    wall = reader.get("/watch/wall").content.decode()
    (address,) = re.findall(r'yc-wall__tile--yellow" href="([^"]+)"', wall)
    assert "level=yellow" in address and "/watch/findings" in address


def test_a_house_that_stands_still_is_told_in_red(city: Any) -> None:
    wall = client(officer("supervisor")).get("/watch/wall").content.decode()
    assert 'role="alert"' in wall and "时限清扫停摆" in wall and "电子监察停摆" in wall


def test_tiles_say_why_since_when_and_what_changed_and_the_worst_stands_first(city: Any) -> None:
    from datetime import UTC, datetime

    from yichuang.cases.models import Case

    city.at("2018-03-14 10:00")
    case = city.submit().state.id
    old = datetime(2018, 3, 4, 2, tzinfo=UTC)
    for n in range(2):
        finding(case, level="red", rule="R-P03", at=f"decide/{n}", found_at=old)
    finding(case, level="red", rule="R-T03", at="statutory", found_at=datetime(2018, 3, 14, 1, tzinfo=UTC))
    gone = datetime(2018, 3, 14, 1, tzinfo=UTC)
    finding(case, open=False, withdrawn_at=gone, found_at=old)
    finding(case, department="410100/zwb", level="red", found_at=datetime(2018, 3, 14, 1, tzinfo=UTC))
    finding(case, division="410122", department="410122/scjg", level="red")
    reader = client(officer("supervisor"))
    officer("supervisor", "410122/zwb")
    wall = reader.get("/watch/wall").content.decode()
    tiles = re.findall(r'yc-wall__tile--red" href.*?</a>', wall, re.S)
    assert ["市场监督管理局" in tile for tile in tiles] == [True, False], "more red first, and no county among them"
    assert "受审不分离 2，最早的已10天" in tiles[0] and "与昨天持平" in tiles[0], "one came, one went"
    assert "最早的今天发现" in tiles[1] and "比昨天多1" in tiles[1]
    assert "所辖区县另有红 1、黄 0" in wall and "入网率（含区县）" in wall
    Case.objects.filter(pk=case).update(department="410100/zwb", level=4)
    tiles = re.findall(r'yc-wall__tile--red" href.*?</a>', reader.get("/watch/wall").content.decode(), re.S)
    assert ["市场监督管理局" in tile for tile in tiles] == [False, True] and "超期 1（100%）" in tiles[0]


@pytest.mark.breach
def test_the_wall_shows_only_what_exists_for_its_reader(city: Any) -> None:
    finding(city.submit().state.id, level="red")
    assert client(city.window).get("/watch/wall").status_code == 403
    alien = client(officer("office", "410102/zwb")).get("/watch/wall").content.decode()
    assert "yc-wall__tile--" not in alien
    head = client(city.head).get("/watch/wall").content.decode()
    assert "yc-wall__tile--red" in head
