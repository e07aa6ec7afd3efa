"""Every page of the house is for one kind of administrator: all others are turned away, deny by default."""

from __future__ import annotations

from typing import Any

import pytest

PAGES = {
    "sysadmin": ("calendar", "warnings", "warnings/promised", "state"),
    "secadmin": ("departments", "clients"),
    "auditadmin": ("audit", "audit/1", "proof"),
}


def test_every_address_of_the_house_is_named_here() -> None:
    """A page added without saying whose it is fails here."""
    from yichuang.faces.admin.frame import PLACES
    from yichuang.org.models import ADMINISTRATORS

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
    from django.test import Client

    for actor in (house.city.window, house.city.head):
        browser = house.sit(actor)
        for address in ("", *PAGES["sysadmin"], *PAGES["secadmin"], *PAGES["auditadmin"]):
            assert browser.get(f"/house/{address}").status_code == 403, address
    answer = Client().get("/house/calendar")
    assert answer.status_code == 302 and "login" in answer["Location"]


def test_administrators_see_no_case(house: Any) -> None:
    case = house.city.submit().case
    for browser in (house.sysadmin, house.secadmin, house.auditadmin):
        assert browser.get(f"/desk/case/{case.id}").status_code in (403, 404)


def test_an_administrators_desk_is_the_house(house: Any) -> None:
    for kind, first in (("sysadmin", "calendar"), ("secadmin", "departments"), ("auditadmin", "audit")):
        answer = getattr(house, kind).get("/desk/", follow=True)
        assert answer.status_code == 200
        assert [address for address, _ in answer.redirect_chain] == ["/house/", f"/house/{first}"]
