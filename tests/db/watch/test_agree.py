"""Numbers agree: what a page of the watch counts is what the list behind the number has, for every watcher."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import transaction
from django.test import Client

from tests.db.watching import client, finding, officer

pytestmark = [pytest.mark.clause("4.1b.2"), pytest.mark.screen]
PAGES = (
    "/watch/", "/watch/wall", "/watch/lights?by=department", "/watch/lights?by=item", "/watch/lights?by=division",
    "/watch/signs", "/watch/rules", "/watch/orders", "/watch/orders?state=closed",
)  # fmt: skip
_LINK = re.compile(r'<a [^>]*?href="((?:/watch/findings|/watch/orders|/desk/)\?[^"]+)"[^>]*>(.*?)</a>', re.S)
_ASIDE = re.compile(r'<span class="(?:govuk-visually-hidden|yc-wall__beyond)">.*?</span>', re.S)
_HEAD = re.compile(r'class="yc-head__count">([\d,]+)')


def plain(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", _ASIDE.sub("", markup)).split())


def told(page: str) -> Iterator[tuple[str, int]]:
    """Each address that a page leads to, with the number that it tells of it."""
    for part in re.split(r"<(?:tr|li|p)\b", page[page.index("<h1") :]):
        links = [(unescape(address), markup) for address, markup in _LINK.findall(part)]
        for address, markup in links:
            text = plain(markup)
            level = parse_qs(urlsplit(address).query).get("level", [""])[0]
            if "yc-wall__name" in markup and level:
                yield address, int(re.findall({"red": r"红 (\d+)", "yellow": r"黄 (\d+)"}[level], text)[0])
            elif "所辖区县" in text:
                yield address, sum(map(int, re.findall(r"\d+", text)))
            elif "yc-wall__name" in markup:
                yield address, int(re.findall(r"(?:超期|在办) (\d+)", text)[-1])
            elif number := re.search(r"(\d[\d,]*)$", text):
                yield address, int(number[1].replace(",", ""))
            elif "<td" in part:
                yield address, beside(part.partition(markup)[2])


def beside(cells: str) -> int:
    """The first number after a name in its row; where numbers are themselves links, the name has them all."""
    numbers = [cell for cell in re.findall(r"<td[^>]*>(.*?)</td>", cells, re.S) if plain(cell).isdigit()]
    if "/watch/findings" in cells:
        return sum(int(plain(cell)) for cell in numbers)
    return int(plain(numbers[0]))


def behind(reader: Client, address: str) -> int:
    answer = reader.get(address)
    assert answer.status_code == 200, address
    (number,) = _HEAD.findall(answer.content.decode())
    return int(number.replace(",", ""))


@pytest.fixture
def watched(city: Any) -> Any:
    """Findings of the city and of a county, leading and under others, open and gone, with cards at several stages."""
    from yichuang.orders.models import Order
    from yichuang.orders.service import follow, perform
    from yichuang.supervision.models import Finding

    supervisor = officer("supervisor")
    county = {"division": "410122", "department": "410122/zwb"}
    officer("office", "410122/zwb")
    cases = [city.submit().state.id for _ in range(3)]
    old = datetime(2018, 3, 1, 2, tzinfo=UTC)
    with transaction.atomic():
        rows = [
            finding(cases[0], person=city.reviewer.person, found_at=old),
            finding(cases[0], rule="R-P03", at="decide", level="red", person=city.reviewer.person),
            finding(cases[1], rule="R-O02", at="bulk", level="red", department="410100/zwb"),
            finding(cases[1], rule="R-O03", at="decided", level="red"),
            finding(cases[2], rule="R-T02", at="promised", level="yellow", measured=1, allowed=5),
            finding(uuid.uuid4(), rule="R-O01", at="act", level="red", **county),
            finding(uuid.uuid4(), rule="R-P02", level="yellow", **county),
        ]
        follow([("found", row) for row in rows])
    finding(cases[0], under=rows[0].id, person=city.reviewer.person)
    finding(cases[1], open=False, withdrawn_at=datetime(2018, 3, 13, tzinfo=UTC))
    card = {order.finding: order.id for order in Order.objects.all()}
    perform(card[rows[0].id], "issue", {"text": "请纠正。"}, supervisor, command_id=uuid.uuid4())
    perform(card[rows[2].id], "cancel", {"text": "已有记录。"}, supervisor, command_id=uuid.uuid4())
    assert Finding.objects.filter(excused="dismissed").count() == 1
    return cases


@pytest.mark.parametrize("who", ["supervisor", "county", "inspector", "head"])
def test_every_number_is_what_the_list_behind_it_has(city: Any, watched: Any, who: str) -> None:
    from yichuang.ledger.actor import Actor

    actor: Actor = {
        "supervisor": lambda: officer("office"),
        "county": lambda: officer("supervisor", "410122/zwb"),
        "inspector": lambda: officer("inspector"),
        "head": lambda: city.head,
    }[who]()
    reader = client(actor)
    seen: dict[str, int] = {}
    pages = [*PAGES, f"/watch/department/{actor.department}"]
    if who != "county":
        pages += [f"/watch/officer/{city.reviewer.person[2:]}", "/watch/department/410100/scjg"]
    for path in pages:
        answer = reader.get(path)
        assert answer.status_code == 200, path
        page = answer.content.decode()
        badge = re.search(r'href="(/watch/orders\?state=todo)".*?</a>', page, re.S)
        if badge and "yc-wall" not in page:
            assert behind(reader, badge[1]) == int(re.findall(r"\d+", plain(badge[0]))[-1]), path
            seen["badge"] = seen.get("badge", 0) + 1
        for address, number in told(page):
            assert behind(reader, address) == number, f"{path} tells {number} of {address}"
            seen[path] = seen.get(path, 0) + 1
    wanted = {"/watch/", "/watch/wall", "/watch/signs", "/watch/rules"}
    if who != "county":  # nothing of this county's own is at a case of the city
        wanted |= {"/watch/lights?by=department", "/watch/lights?by=item"}
    if who in ("supervisor", "county"):
        wanted.add("badge")
    assert wanted <= seen.keys(), seen
    assert sum(seen.values()) >= (8 if who == "county" else 20), seen


def test_a_case_page_counts_what_the_list_has_of_it(city: Any, watched: Any) -> None:
    from yichuang.cases.models import Case

    for actor in (officer("office"), officer("inspector"), city.head, city.reviewer):
        reader = client(actor)
        for case in watched:
            page = reader.get(f"/desk/case/{case}").content.decode()
            number = re.findall(r"本件上的发现（(\d+)）", page)
            listed = behind(reader, f"/watch/findings?q={Case.objects.get(pk=case).receipt}")
            assert [int(n) for n in number] == ([listed] if listed else [])
