"""Public pages are rendered once for all readers: what changes shows at once, and nothing of one reader is shared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from tests.db.portal.pages import browser

GUIDE = "/items/410100/ZZ-001"
PUBLIC = ["/", "/search", "/search?q=开饭店", "/items/", GUIDE, f"{GUIDE}?situation=renew&agent=yes", f"{GUIDE}/blank",
          "/bases", "/late", "/help", "/openness", "/remedies", "/privacy", "/accessibility"]  # fmt: skip


def text(client: Client, address: str = GUIDE) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return str(response.content.decode())


def publish(standard: Any, **changes: Any) -> None:
    from yichuang.catalog.service import put_in_force
    from yichuang.ledger.actor import SYSTEM

    put_in_force(replace(standard, **changes), SYSTEM)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_visitor_is_told_that_a_page_has_not_changed(town: Any, address: str) -> None:
    first = Client().get(address)
    assert first["Cache-Control"] == "private, no-cache" and "Cookie" in first["Vary"]
    assert "csrfmiddlewaretoken" not in first.content.decode() and not first.cookies
    again = Client().get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["Content-Security-Policy"] and again["Cache-Control"] == first["Cache-Control"]
    assert Client().head(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert Client().get(address, headers={"If-None-Match": '"of another page"'}).content == first.content


@pytest.mark.parametrize("address", ["/", GUIDE, "/help"])
def test_who_is_logged_in_is_known_to_no_other_reader(town: Any, address: str) -> None:
    stranger = Client().get(address)
    own = browser(town.owner).get(address, headers={"If-None-Match": stranger["ETag"]})
    assert own.status_code == 200 and own["Cache-Control"] == "private, no-store" and "ETag" not in own
    assert "张三丰" in own.content.decode() and "csrfmiddlewaretoken" in own.content.decode()
    assert "李代办" in text(browser(town.agent), address) and "张三丰" not in text(browser(town.agent), address)
    assert Client().get(address).content == stranger.content


def test_a_visitor_with_a_session_is_shown_a_page_of_their_own(town: Any) -> None:
    client = browser(town.owner)
    client.logout()
    client.cookies["yichuang"] = "of a session that has ended"
    assert "ETag" not in client.get(GUIDE)


def test_a_new_version_shows_at_once(town: Any) -> None:
    before = Client().get(GUIDE)
    home = Client().get("/")
    standard = town.city.standard
    publish(standard, version=standard.version + 1, department_name="新的局")
    after = Client().get(GUIDE, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200 and "新的局" in after.content.decode()
    assert f"第 {standard.version + 1} 版" in after.content.decode()
    assert "新的局" in Client().get("/", headers={"If-None-Match": home["ETag"]}).content.decode()


def test_an_item_that_has_ended_is_gone_at_once(town: Any) -> None:
    from yichuang.catalog.models import Listed

    before, home = Client().get(GUIDE), text(Client(), "/")
    Listed.objects.filter(division="410100", item="ZZ-001").delete()
    assert Client().get(GUIDE, headers={"If-None-Match": before["ETag"]}).status_code == 404
    assert text(Client(), "/") != home


def test_a_changed_hall_and_a_changed_office_show_at_once(town: Any) -> None:
    from yichuang.org.models import Department, Division, Hall
    from yichuang.org.queries import clear_caches

    hall = Hall.objects.create(division_id="410100", name="市民之家", address="老地址 1 号")
    clear_caches()  # what every act on the structure does
    before = Client().get(GUIDE)
    assert "老地址 1 号" in before.content.decode()
    Hall.objects.filter(pk=hall.pk).update(address="新地址 2 号", phone="0371-1")
    Division.objects.filter(pk="410100").update(name="新郑州市")
    Department.objects.filter(pk="410100/zwb").update(name="新的政务办")
    clear_caches()
    after = Client().get(GUIDE, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    shown = after.content.decode()
    assert "新地址 2 号" in shown and "0371-1" in shown and "老地址" not in shown
    assert "新郑州" in shown and "新的政务办" in shown
    assert "新郑州" in text(Client(), "/")


def test_what_narrows_a_guide_makes_another_part(town: Any) -> None:
    whole, renewal = text(Client()), text(Client(), f"{GUIDE}?situation=renew")
    agent, nonsense = text(Client(), f"{GUIDE}?situation=renew&agent=yes"), text(Client(), f"{GUIDE}?situation=x")
    assert len({whole, renewal, agent}) == 3
    assert 'id="M04"' in nonsense and 'id="M04"' not in renewal
    assert text(Client()) == whole


def test_an_unknown_situation_takes_no_part_of_its_own(town: Any) -> None:
    from yichuang.faces.portal.public import guide_body

    text(Client())
    kept = guide_body.cache_info().currsize
    for number in range(5):
        text(Client(), f"{GUIDE}?situation=none-{number}&agent=maybe-{number}")
    assert guide_body.cache_info().currsize == kept


def test_a_compressed_page_is_known_again(town: Any) -> None:
    first = Client().get(GUIDE, headers={"Accept-Encoding": "gzip"})
    assert first["Content-Encoding"] == "gzip" and first["ETag"].startswith("W/")
    assert len(first.content) < len(Client().get(GUIDE).content) / 3
    again = Client().get(GUIDE, headers={"Accept-Encoding": "gzip", "If-None-Match": first["ETag"]})
    assert again.status_code == 304 and not again.content
