"""Whose platform this is, as every page's head and foot say it: the city, its government-service office, demo or not.

All of it is data of the store. An error page asks no database: it shows what was known last. Tables are imported late:
templates are rendered without any, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


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
    """The place of this store, cached as long as the city is (`org.queries.get_city`); `plain`: what was known last."""
    global _known
    if not plain:
        _known = _read_place()
    return _known


def _read_place() -> Place:
    from yichuang.org import queries as org
    from yichuang.people.mfa import is_demo_store

    city = org.get_city()
    if city is None:
        return Place(demo=is_demo_store())
    return Place(city.code, f"{city.short}政务服务", org.name_of_office(city.code), is_demo_store())


def choose_division(asked: str | None, places: Iterable[tuple[str, str]]) -> str:
    """The division a page is about: the one asked for when it has listed items, else the city, else the first that has.

    Empty in a store without a city.
    """
    from yichuang.org.queries import city_code

    known = [code for code, _ in places]
    if asked in known:
        return str(asked)
    city = city_code()
    return city if city in known or not known else known[0]
