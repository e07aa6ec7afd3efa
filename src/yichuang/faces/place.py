"""Whose platform this is, as every page's head and foot say it: the city, its government-service office, demo or not.

All of it is data of the store. An error page asks no database: it shows what was known last.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from yichuang.org import queries as org
from yichuang.org.models import Department
from yichuang.people.mfa import demo_store


@dataclass(frozen=True, slots=True)
class Place:
    """`code` is the city's, `title` heads the page (郑州政务服务), `host` is the office that runs the platform. A store
    without a city has no code and no host.
    """

    code: str = ""
    title: str = "政务服务"
    host: str = ""
    demo: bool = False


_known = Place()


def store_place(plain: bool = False) -> Place:
    """The place of this store, remembered as long as the city is (`org.queries.city`); `plain`: what was known last."""
    global _known
    if plain:
        return _known
    city = org.city()
    if city is None:
        _known = Place(demo=demo_store())
    else:
        _known = Place(city.code, f"{city.short}政务服务", _office_name(city.code), demo_store())
    return _known


def _office_name(division: str) -> str:
    try:
        return org.office_of(division).name
    except Department.DoesNotExist:
        return ""


def choose_division(asked: str | None, places: Iterable[tuple[str, str]]) -> str:
    """The division a page is about: the one asked for when it has listed items, else the city, else the first that has.

    Empty in a store without a city.
    """
    known = [code for code, _ in places]
    if asked in known:
        return str(asked)
    city = org.city_code()
    return city if city in known or not known else known[0]
