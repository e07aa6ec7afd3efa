"""Parts of public pages that say the same to every reader, each rendered once and kept.

A part is made from its arguments alone: no request comes in, so nothing of one reader can stand in what the next one is
shown. Whatever changes what a part says must be an argument: the view reads it for every request, as before, and a new
version, an ended item or a changed hall is another part at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from django.template.loader import render_to_string
from markupsafe import Markup

from yichuang.catalog import search
from yichuang.catalog.laws.queries import lawful_standard
from yichuang.catalog.searching.data import Theme, list_household_items, list_themes
from yichuang.faces import guide
from yichuang.faces.addresses import link
from yichuang.faces.place import Place

KEPT = 128  # guides, of about 40 KB each: those asked for most; a stranger who asks for all takes no more
EXAMPLES = ("开饭店", "开药店", "办学校", "施工许可", "spjy")  # what the search box understands, shown below it
WHO = {"person": "个人", "household": "个体工商户", "corp": "企业和其他组织"}


class HallLine(NamedTuple):
    """What a guide says of a hall."""

    name: str
    address: str
    hours: str
    phone: str


@lru_cache(maxsize=KEPT)
def guide_body(
    key: str,
    digest: str,
    published_at: datetime,
    situation: str,
    agent: str,
    halls: tuple[HallLine, ...],
    laws: int,
    day: date,
) -> Markup:
    """办事指南 (3.2e) of a published standard; `situation` and `agent` (yes | no), where given, narrow it. What it may
    rest on says the register of laws at the version `laws`, on a day (3.5h).
    """
    standard = lawful_standard(key, laws, day)
    context = {
        "s": standard,
        "digest": digest,
        "published_at": published_at,
        "situation": standard.situation(situation),
        "agent": agent,
        "guide": guide.guide(standard, situation, agent),
        "confidence": guide.confidence,
        "levels": guide.LEVELS,
        "flow": link("studio:standard", standard.division, standard.item),
        "halls": halls,
    }
    return Markup(render_to_string("portal/guide.html", context))


def is_for(entry: search.ListedItem, who: str) -> bool:
    """Whether an item is shown to this kind of applicant: of the self-employed, those that they ask for most."""
    return entry.item in list_household_items() if who == "household" else who in entry.applicants


def _count_themes(entries: Iterable[search.ListedItem]) -> list[tuple[Theme, int]]:
    listed = {entry.item for entry in entries}
    return [(theme, len(listed & set(theme.items))) for theme in list_themes().values()]


@lru_cache(maxsize=8)
def home_body(site: Place, division: str, places: tuple[tuple[str, str], ...], keys: tuple[str, ...]) -> Markup:
    """The home page of a division: search first, then topics. `keys` are those of the standards listed there."""
    entries = search.read_entries(keys)
    counted = Counter((e.department, e.department_name) for e in entries)
    context = {
        "site": site,
        "division": division,
        "places": places,
        "departments": [{"code": code, "name": name, "count": n} for (code, name), n in counted.most_common()],
        "themes": [(theme, count) for theme, count in _count_themes(entries) if count or theme.matters],
        "who": [(code, name, sum(is_for(e, code) for e in entries)) for code, name in WHO.items()],
        "total": len(entries),
        "examples": EXAMPLES,
    }
    return Markup(render_to_string("portal/home_body.html", context))
