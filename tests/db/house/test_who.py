"""Every page of the house is for one kind of administrator: all others are turned away, deny by default."""

from __future__ import annotations

from typing import Any

import pytest

PAGES = {
    "sysadmin": ("calendar", "warnings", "warnings/promised", "outbox", "state"),
    "secadmin": ("departments", "identities", "clients"),
    "auditadmin": ("audit", "audit/1", "proof"),
}


def test_each_administrator_has_a_navigation() -> None:
    from yichuang.faces.house.frame import PLACES
    from yichuang.org.kinds import ADMINISTRATORS

    assert set(PLACES) == set(ADMINISTRATORS) == set(PAGES)


@pytest.mark.parametrize("owner", PAGES)
def test_each_administrator_opens_only_their_own(house: Any, owner: str) -> None:
    for kind in PAGES:
        for address in PAGES[owner]:
            answer = getattr(house, kind).get(f"/house/{address}")
            if kind == owner:
                assert answer.status_code in (200, 404), address
            else:
                assert answer.status_code == 403 and "三员分立" in answer.content.decode(), address


def test_nobody_else_comes_in(house: Any) -> None:
    """Every address there is, read and sent to: a page added without its guard fails here."""
    from django.test import Client
    from django.urls import reverse

    from yichuang.faces.house.urls import urlpatterns

    words = {"int": 1, "slug": "promised", "path": "410100/scjg/reviewer/1", "string": "410100"}
    for pattern in urlpatterns:
        converters = pattern.pattern.converters
        kinds = {name: type(one).__name__.removesuffix("Converter").lower() for name, one in converters.items()}
        address = reverse(f"house:{pattern.name}", kwargs={name: words[kinds[name]] for name in converters})
        for actor in (house.city.window, house.city.head):
            browser = house.sit(actor)
            # a method that the page does not take is refused before anything else
            got = {browser.get(address).status_code, browser.post(address).status_code}
            assert 403 in got and got <= {403, 405}, address
    answer = Client().get("/house/calendar")
    assert answer.status_code == 302 and "login" in answer["Location"]


def test_administrators_see_no_case(house: Any) -> None:
    case = house.city.submit().state
    for browser in (house.sysadmin, house.secadmin, house.auditadmin):
        assert browser.get(f"/desk/case/{case.id}").status_code in (403, 404)


def test_an_administrators_desk_is_the_house(house: Any) -> None:
    for kind, first in (("sysadmin", "calendar"), ("secadmin", "departments"), ("auditadmin", "audit")):
        answer = getattr(house, kind).get("/desk/", follow=True)
        assert answer.status_code == 200
        assert [address for address, _ in answer.redirect_chain] == ["/house/", f"/house/{first}"]
