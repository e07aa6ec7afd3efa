"""A supervised history of the demo city, small: what a supervisor finds in it, whatever the number of cases."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.db.simulate.conftest import UNTIL, simulate
from tests.db.supervision.tables import count
from yichuang.kernel.localtime import SHANGHAI, local_day

pytestmark = pytest.mark.django_db
CASES, DAYS = 40, 184
# Found in every history, however small: the lapses and stories see to it, and the reporting department
ALWAYS = {
    "R-T06", "R-P02", "R-L02", "R-L03", "R-O01", "R-O02", "R-O04", "R-O05", "R-O08", "R-O09", "R-O10", "R-N02",
}  # fmt: skip
# What the door lets nobody do, or what asks for an administrator: a finding of these would be an artefact
NEVER = {"R-T05", "R-P01", "R-P03", "R-P04", "R-P05", "R-P06", "R-P07", "R-P11", "R-F01", "R-L01", "R-O03"}


@pytest.fixture(scope="module", autouse=True)
def planned() -> Iterator[None]:
    """Before each sweep have the database plan as it does in a running city, where a sweep has a transaction of its
    own and the tables are counted as they grow.
    """
    from yichuang.supervision import judging

    sweep = judging.sweep

    def sweep_afresh() -> Any:
        count()
        with connection.cursor() as cursor:
            for way in ("seqscan", "hashjoin", "mergejoin"):
                cursor.execute(f"set local enable_{way} = on")
        return sweep()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "sweep", sweep_afresh)
        yield


@pytest.fixture(scope="module")
def supervised(demo: None, tmp_path_factory: pytest.TempPathFactory) -> Any:
    from django.test import override_settings

    folder: Path = tmp_path_factory.mktemp("secrets")
    with override_settings(SECRETS_DIR=folder):
        return simulate(cases=CASES, days=DAYS, seed=11, stories=True, supervised=True)


def findings() -> list[Any]:
    from yichuang.supervision.models import Finding

    return list(Finding.objects.order_by("id"))


def orders() -> list[Any]:
    from yichuang.orders.models import Order

    return list(Order.objects.order_by("id"))


def test_the_same_seed_finds_the_same(demo: None, tmp_path: Path, settings: Any) -> None:
    """In a city in which nothing was judged yet: the same findings on the same days, the same cards with their
    numbers.
    """
    from django.db import transaction

    settings.SECRETS_DIR = tmp_path

    class Undo(Exception):
        pass

    def told() -> Any:
        try:
            with transaction.atomic():
                simulate(seed=31, cases=20, days=30, supervised=True)
                found = [(f.rule, f.at, f.number, local_day(f.found_at), f.open) for f in findings()]
                cards = [(c.serial, c.stage, c.number, c.rule, c.department) for c in orders()]
                raise Undo
        except Undo:
            return sorted(found), sorted(cards)

    first, again = told(), told()
    assert first[0] and first[1]
    assert first == again


def test_a_run_that_was_broken_off_is_judged_as_if_it_had_not_been(demo: None) -> None:
    from django.db import transaction

    class Undo(Exception):
        pass

    class Killed(Exception):
        pass

    def kill(day: int, *rest: Any) -> None:
        if day == 12:
            raise Killed

    def keep(found: list[Any]) -> list[Any]:
        return sorted((f.rule, f.at, f.number, local_day(f.found_at)) for f in found)

    results = []
    for broken in (False, True):
        with pytest.raises(Undo), transaction.atomic():
            if broken:
                with pytest.raises(Killed):
                    simulate(seed=32, cases=15, days=24, supervised=True, say=kill)
            assert simulate(seed=32, cases=15, days=24, supervised=True).tally.refusals == {}
            results.append((keep(findings()), sorted((c.serial, c.rule, c.department) for c in orders())))
            raise Undo
    assert results[0][0]
    assert results[0] == results[1]


def test_the_door_refuses_nothing(supervised: Any) -> None:
    from yichuang.ledger.models import Entry

    assert (supervised.tally.refusals, supervised.tally.samples) == ({}, [])
    assert not Entry.objects.filter(kind="refused").exists()


def test_every_rule_that_a_history_can_break_is_broken_and_none_by_artefact(supervised: Any) -> None:
    found = {finding.rule for finding in findings()}
    assert found >= ALWAYS, ALWAYS - found
    assert not found & NEVER, found & NEVER


def test_missing_numbers_are_those_that_the_reporting_department_left_out(supervised: Any) -> None:
    gaps = [finding for finding in findings() if finding.rule == "R-O08"]
    assert {finding.department for finding in gaps} == {"410100/zfj"}
    assert 1 <= len(gaps) <= 3


def test_what_the_city_prints_has_no_missing_number(supervised: Any) -> None:
    from yichuang.aggregates.models import Paper

    serials: dict[str, set[int]] = defaultdict(set)
    for number in Paper.objects.filter(number__contains="〕第").values_list("number", flat=True):
        head, serial = number[:-1].rsplit("第", 1)
        serials[head].add(int(serial))
    assert len(serials) > 20
    assert not [head for head, given in serials.items() if given != set(range(1, len(given) + 1))]


def test_findings_are_found_over_the_months(supervised: Any) -> None:
    found = findings()
    first = UNTIL.astimezone(SHANGHAI).date() - timedelta(days=DAYS)
    months = Counter(local_day(finding.found_at).strftime("%Y-%m") for finding in found)
    assert set(months) >= {f"2026-{month:02d}" for month in range(6, 12)}
    assert max(months.values()) < len(found) / 2
    assert all(first <= local_day(finding.found_at) <= UNTIL.date() for finding in found)
    # who is found late is found in the night after, not months later
    slow = [f for f in found if f.day and local_day(f.found_at) - f.day > timedelta(days=10) and f.rule < "R-O"]
    assert len(slow) < len(found) / 10, [(f.rule, f.at, f.day, f.found_at) for f in slow]


def test_no_lapse_is_found_twice(supervised: Any) -> None:
    """What is judged as it runs, and again when it has ended, stays one finding."""
    gone = {(f.rule, f.case_id) for f in findings() if not f.open and not f.excused}
    assert not gone & {(f.rule, f.case_id) for f in findings() if f.open}


def test_cards_go_through_their_life(supervised: Any) -> None:
    cards = orders()
    stages = Counter(card.stage for card in cards)
    sent = [card for card in cards if card.serial]
    closed = [card for card in sent if card.closed_at]
    assert stages["verified"] and stages["noted"]
    assert len(closed) > 0.6 * len(sent)
    assert {card.origin for card in cards} == {"finding", "manual", "complaint"}
    days = {local_day(card.issued_at) for card in sent}
    assert len(days) > 20
    assert all(card.opened_at <= card.issued_at <= (card.closed_at or UNTIL) for card in sent)
    assert Counter(card.reach for card in sent).keys() >= {1, 2}


def test_officers_act_on_cards_in_working_hours(supervised: Any) -> None:
    from yichuang.ledger.models import Entry
    from yichuang.org.queries import get_calendar

    working = get_calendar()
    acts = Entry.objects.filter(stream__startswith="order/").exclude(actor="system")
    assert acts
    for act in acts:
        local = act.recorded_at.astimezone(SHANGHAI)
        assert working.is_working(local.date()) and 9 <= local.hour < 18, act.kind


def test_licences_are_collected_in_days(supervised: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select percentile_cont(0.5) within group (order by delivered_on - decided_on),"
            " count(*) filter (where delivered_on is null) from log_cases"
            " where granted and source <> 'reported' and decided_on < %s",
            [UNTIL.date() - timedelta(days=20)],
        )
        median, waiting = cursor.fetchone()
    assert 0 <= median <= 7
    assert waiting < CASES / 5


def test_nothing_is_left_to_judge(supervised: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from yichuang.supervision import tailing
    from yichuang.supervision.queries import reading

    before = {(f.rule, f.case_id, f.at, f.open) for f in findings()}
    assert not reading().filling
    while tailing.tail().more:
        pass
    assert {(f.rule, f.case_id, f.at, f.open) for f in findings()} == before
