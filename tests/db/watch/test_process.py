"""The process map of our own cases: reckoned as by a walk through each case, and every number leads to its cases."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.db.desk.conftest import at_most
from tests.db.watching import client, officer, read_all
from yichuang.supervision import paths
from yichuang.supervision.figures import Asked
from yichuang.supervision.paths import Chosen
from yichuang.supervision.process_map import name_act, name_span
from yichuang.supervision.reach import Reach

pytestmark = [pytest.mark.django_db, pytest.mark.screen]
SINCE = date(2018, 1, 1)
ALL = Asked(Reach(("410100",)), SINCE)
SILENT = {"lifecycle", "step_opened", "step_assigned", "warned", "recalculated"}


@pytest.fixture
def lived(city: Any) -> Any:
    """Five cases that went four ways."""
    from yichuang.ledger.actor import SYSTEM
    from yichuang.org.service import load_seed_years

    load_seed_years(SYSTEM)
    city.at("2018-03-12 09:30")
    city.cases = [city.submit().state.id for _ in range(5)]
    for number, case in enumerate(city.cases[:4]):
        city.at(f"2018-03-12 1{number}:00")
        city.do(case, "receive", city.window, originals=[])
    for number, case in enumerate(city.cases[:3]):
        city.at(f"2018-03-13 1{number}:30")
        city.do(case, "accept", city.window)
    city.at("2018-03-15 15:30")
    for case in city.cases[:2]:
        city.do(case, "conclude", city.reviewer, step="S1", verdict="pass", opinion="符合要求", officers=[])
    read_all()
    return city


def walk() -> dict[str, list[tuple[str, Any]]]:
    """Of each case its acts and their moments, in order, without SQL that reckons."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select e.case_id, e.kind, s.name, e.occurred_at from log_events e join log_cases c using (case_id)"
            " left join log_standard_steps s on (s.standard, s.step) = (c.standard, e.step) order by e.case_id, e.seq"
        )
        rows = cursor.fetchall()
    acts: dict[str, list[tuple[str, Any]]] = {}
    for case, kind, step, moment in rows:
        if kind not in SILENT:
            acts.setdefault(case, []).append((step if kind == "step_concluded" else name_act(kind), moment))
    return acts


def test_the_map_is_what_a_walk_through_each_case_finds(lived: Any) -> None:
    acts = walk()
    spans: dict[tuple[str | None, str | None], list[float]] = {}
    for events in acts.values():
        spans.setdefault((None, events[0][0]), []).append(0)
        spans.setdefault((events[-1][0], None), []).append(0)
        for (one, begun), (other, ended) in pairwise(events):
            spans.setdefault((one, other), []).append((ended - begun).total_seconds())
    process = paths.find_map(ALL)
    found = {
        (e.source and name_act(e.source), e.target and name_act(e.target)): (e.number, e.median) for e in process.edges
    }
    assert found == {
        pair: (len(all_), None if None in pair else pytest.approx(median(all_))) for pair, all_ in spans.items()
    }
    ways = Counter(tuple(name for name, _ in events) for events in acts.values())
    assert {tuple(map(name_act, v.path)): v.number for v in process.variants} == ways and len(ways) == 4
    assert process.cases == 5 and process.variant_count == 4
    step = lived.standard.step("S1").name
    assert [v for v in process.variants if v.path[-1] == f"step_concluded/{step}" and v.number == 2]


def links(text: str) -> dict[str, int]:
    """Addresses of cases on the page, with the number that leads there."""
    found = re.findall(r'<a class="govuk-link" href="(/watch/process/cases\?[^"]*)">([\d,]+)<', text)
    return {address.replace("&amp;", "&"): int(number.replace(",", "")) for address, number in found}


@pytest.mark.parametrize("who", ["supervisor", "office", "head"])
def test_every_number_leads_to_so_many_cases_that_the_reader_may_open(lived: Any, who: str) -> None:
    browser = client(lived.head if who == "head" else officer(who))
    text = browser.get("/watch/process", {"days": "366", "lines": "100"}).content.decode()
    listed = links(text)
    assert len(listed) >= 9 and 5 in listed.values()
    for address, number in listed.items():
        page = browser.get(address).content.decode()
        cases = set(re.findall(r"/desk/case/([0-9a-f-]{36})", page))
        assert len(cases) == number and f"共 {number} 件" in page, address
        assert browser.get(f"/desk/case/{cases.pop()}").status_code == 200
    drawn = set(re.findall(r'<a href="(/watch/process/cases\?[^"]*)" tabindex="-1"', text))
    assert {address.replace("&amp;", "&") for address in drawn} == {a for a in listed if "like=" not in a}


def test_an_edge_leads_to_its_cases_the_longest_first(lived: Any) -> None:
    passed, total = paths.list_passed(ALL, Chosen("received", "accepted"), 1, 25)
    acts = walk()
    wanted = {}
    for case, events in acts.items():
        for (one, begun), (other, ended) in pairwise(events):
            if (one, other) == (name_act("received"), name_act("accepted")):
                wanted[case] = (ended - begun).total_seconds()
    assert total == 3 and {one.case_id: one.used for one in passed} == pytest.approx(wanted)
    assert [one.used for one in passed] == pytest.approx(sorted(wanted.values(), reverse=True))
    second, total = paths.list_passed(ALL, Chosen("received", "accepted"), 2, 2)
    assert [one.case_id for one in second] == [one.case_id for one in passed][2:] and total == 3
    page = client(officer("supervisor")).get("/watch/process/cases?source=received&target=accepted").content.decode()
    assert name_span(max(wanted.values())) in page and "收件 → 受理" in page


def test_nobody_reads_of_cases_that_do_not_exist_for_them(lived: Any) -> None:
    like = lived.cases[0]
    for reader in (officer("supervisor", "410122/zwb"), officer("head", "410100/zwb")):
        browser = client(reader)
        text = browser.get("/watch/process").content.decode()
        assert "这段时间没有提交的办件" in text and not links(text)
        for chosen in ("source=received&target=accepted", f"like={like}", "target=submitted", "source=accepted"):
            page = browser.get(f"/watch/process/cases?{chosen}&department=410100/scjg").content.decode()
            assert "没有这样的办件" in page and "/desk/case/" not in page
    for reader in (lived.reviewer, lived.window):
        for address in ("/watch/process", "/watch/process/cases?source=received&target=accepted"):
            assert client(reader).get(address).status_code == 403


def test_filters_stay_on_the_way_to_the_cases_and_back(lived: Any) -> None:
    browser = client(officer("supervisor"))
    item = lived.standard.item
    text = browser.get("/watch/process", {"days": "30", "department": "410100/scjg", "item": item}).content.decode()
    address = next(iter(links(text)))
    assert {name: given[0] for name, given in parse_qs(urlsplit(address).query).items()}.items() >= {
        "days": "30", "department": "410100/scjg", "item": item,
    }.items()  # fmt: skip
    page = browser.get(address).content.decode()
    back = re.search(r'href="(/watch/process\?[^"]*)"', page)
    assert back and browser.get(back[1].replace("&amp;", "&")).content.decode().count("selected") >= 3
    assert not links(browser.get("/watch/process", {"department": "410100/zwb"}).content.decode())
    assert paths.find_map(replace(ALL, item=item)).cases == 5 and not paths.find_map(replace(ALL, item="ZZ-002")).cases
    assert not paths.find_map(replace(ALL, since=date(2018, 3, 13))).cases


def test_more_cases_than_a_map_reads_are_said_and_the_latest_are_read(
    lived: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not paths.are_more(ALL)
    monkeypatch.setattr(paths, "MOST", 4)
    assert paths.are_more(ALL)
    text = client(officer("supervisor")).get("/watch/process").content.decode()
    assert "最近提交的 4 件" in text
    latest = sorted(walk(), reverse=True)[:4]  # all were submitted on one day
    passed, total = paths.list_passed(ALL, Chosen(target="submitted"), 1, 25)
    assert paths.find_map(ALL).cases == total == 4 and {one.case_id for one in passed} == set(latest)


def test_what_only_departments_report_and_what_time_does_is_not_on_it(lived: Any) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("update log_cases set source = 'reported' where case_id = %s", [lived.cases[0]])
    process = paths.find_map(ALL)
    assert process.cases == 4
    assert not {a.name for a in process.activities} & SILENT


def test_pages_take_few_statements_and_bear_odd_addresses(lived: Any) -> None:
    browser = client(officer("supervisor"))
    addresses = ("/watch/process", "/watch/process/cases?source=received&target=accepted")
    for address in addresses:
        browser.get(address)
        with at_most(9):
            assert browser.get(address).status_code == 200
    odd = "<script>'\"%;"
    for given in (
        {"days": "x", "department": odd, "item": odd, "lines": "9999999"},
        {"source": odd, "target": "\x00", "like": "\x00", "page": "9" * 30},
        {"like": odd, "page": "-3"}, {"source": "x" * 5000}, {},
    ):  # fmt: skip
        for address in ("/watch/process", "/watch/process/cases"):
            answer = browser.get(address, given)
            assert answer.status_code in (200, 400), given
            assert "<script>'" not in answer.content.decode()
