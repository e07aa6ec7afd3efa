"""Findings: found once, restated when they say something else, withdrawn when their ground is gone, each on record."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from yichuang.aggregates.settings import set_parameter
from yichuang.ledger.actor import SYSTEM
from yichuang.supervision import judging, parameters, postgres, tailing
from yichuang.supervision.models import Finding, Unjudged
from yichuang.supervision.rules.catalogue import BY_CODE, LIVE, RULES, woken

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("4.1b.2")]


def caught_up() -> None:
    while tailing.tail().more:
        pass


def moves() -> Counter[str]:
    with connection.cursor() as cursor:
        cursor.execute("select kind, count(*) from ledger_entry where stream like 'finding/%%' group by 1")
        return Counter(dict(cursor.fetchall()))


def quick(city: Any) -> str:
    """An accepted case whose first step is concluded within the minute in which it began: R-P02."""
    city.at("2018-03-12 09:30")
    case = city.submit().state.id
    city.do(case, "receive", city.window, originals=[])
    city.do(case, "accept", city.window)
    city.at("2018-03-12 09:30:40")
    city.do(case, "conclude", city.reviewer, step="S1", verdict="pass", opinion="符合要求", officers=[])
    caught_up()
    return str(case)


@pytest.mark.breach
@pytest.mark.clause("4.1c.3")
def test_an_act_is_judged_as_it_is_read_and_found_once(city: Any) -> None:
    case = quick(city)
    (finding,) = Finding.objects.filter(rule="R-P02")
    assert (finding.case_id, finding.at, finding.level, finding.open) == (case, "quick/S1/1", "red", True)
    assert finding.person == city.reviewer.person and finding.department == "410100/scjg"
    assert finding.version == "2 least_seconds=60" and finding.allowed == 60 > (finding.measured or 0)
    before = moves()
    judging.judge([case])
    judging.judge([case])
    assert moves() == before and Finding.objects.filter(rule="R-P02").count() == 1


@pytest.mark.breach
@pytest.mark.clause("4.1b.2")
def test_a_deadline_that_passes_is_found_by_the_sweep_and_restated_when_more_is_known(city: Any) -> None:
    from yichuang.aggregates import timers

    city.at("2018-03-12 09:30")
    case = city.submit().state.id
    city.do(case, "receive", city.window, originals=[])
    city.do(case, "accept", city.window)
    caught_up()
    assert not Finding.objects.exists()
    city.at("2018-08-01 10:00")
    timers.sweep()
    caught_up()
    late = Finding.objects.get(rule="R-T03")
    assert late.level == "red" and late.open
    first = late.measured
    city.at("2018-08-03 10:00")
    city.do(case, "withdraw", city.citizen, reason="不办了")
    caught_up()
    late.refresh_from_db()
    assert late.open and late.measured is not None and first is not None and late.measured == first + 2
    assert moves()["restated"] >= 1


def test_a_finding_whose_ground_is_gone_is_withdrawn_on_record_and_comes_back_with_it(city: Any) -> None:
    quick(city)
    rule = BY_CODE["R-P02"]
    set_parameter(parameters.GROUPS["R-P02"], "least_seconds", 5, SYSTEM)
    judging.judge_all(rule)
    gone = Finding.objects.get(rule="R-P02")
    assert not gone.open and gone.withdrawn_at is not None
    assert moves()["withdrawn"] == 1
    set_parameter(parameters.GROUPS["R-P02"], "least_seconds", 3600, SYSTEM)
    judging.judge_all(rule)
    back = Finding.objects.get(rule="R-P02")
    assert back.open and back.version == "2 least_seconds=3600" and moves()["found"] == 2


@pytest.mark.parametrize("fault", ["select 1 / 0", "select pg_sleep(600)"])
def test_a_rule_that_raises_or_never_ends_stops_no_other_and_its_cases_are_judged_later(
    city: Any, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    real = judging.statement

    def broken(rule: str, settings: tuple[tuple[str, int], ...]) -> str:
        return fault if rule == "R-P01" else real(rule, settings)

    with monkeypatch.context() as patch:
        patch.setattr(judging, "statement", broken)
        patch.setattr(judging, "PATIENCE", 5)  # as long as the other rules may take on a busy machine
        case = quick(city)
    assert Finding.objects.filter(rule="R-P02", open=True).exists(), "the other rules went on"
    waiting = Unjudged.objects.get(case_id=case)
    assert waiting.rule == "R-P01" and waiting.error
    judging.retry()
    assert not Unjudged.objects.exists()


def test_a_database_that_goes_away_is_no_fault_of_a_rule(city: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    case = quick(city)

    def gone(*_: Any) -> Any:
        connection.close()
        raise DatabaseError("gone")

    monkeypatch.setattr(postgres, "rows", gone)
    with pytest.raises(DatabaseError):
        judging.judge([case])
    assert not Unjudged.objects.exists()


def test_a_parameter_is_bounded_and_has_a_history(city: Any) -> None:
    from yichuang.aggregates.models import Setting
    from yichuang.aggregates.refusal import Refused

    for rule, name, value in (("R-P02", "least_seconds", 0), ("R-P02", "nothing", 5), ("R-T02", "n", 1)):
        with pytest.raises(Refused):
            set_parameter(parameters.GROUPS[rule], name, value, SYSTEM)
    set_parameter(parameters.GROUPS["R-P02"], "least_seconds", 30, SYSTEM)
    set_parameter(parameters.GROUPS["R-P02"], "least_seconds", 45, SYSTEM)
    assert parameters.changed_parameters() == {"R-P02": {"least_seconds": 45}}
    assert list(Setting.objects.order_by("id").values_list("value", flat=True)) == [30, 45]


def test_every_live_rule_is_woken_by_something_and_every_waiting_one_says_for_what() -> None:
    from yichuang.cases.core.events import KINDS
    from yichuang.licences.core.events import KINDS as LICENCE_KINDS

    assert len({rule.code for rule in RULES}) == len(RULES)
    assert all(rule.wakes and rule.wakes <= {*KINDS, *LICENCE_KINDS} for rule in LIVE)
    assert all(bool(rule.find) != bool(rule.waits_for) for rule in RULES)
    assert BY_CODE["R-P05"] in woken(frozenset({"correction_asked"}))
    assert BY_CODE["R-P05"] not in woken(frozenset({"delivered"}))


def test_no_live_rule_walks_through_a_contract_table() -> None:
    """By the plan: whatever the sizes, every table is entered by a key. Scans are forbidden as far as they can be.

    Tables that somebody has counted and found empty would be read whole, which costs nothing: these are uncounted.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        ours = "relname like 'log\\_%' and relkind = 'r'"
        cursor.execute(f"delete from pg_statistic where starelid in (select oid from pg_class where {ours})")
        cursor.execute(f"update pg_class set reltuples = -1, relpages = 0 where {ours}")
        postgres.by_keys()
        cursor.execute("set local plan_cache_mode = force_generic_plan")
        for rule in LIVE:
            text = judging.statement(rule.code, ()).replace("%(cases)s", "$1").replace("%%", "%")
            cursor.cursor.execute(f"prepare judged (text[]) as {text}")
            cursor.execute("explain (format json) execute judged(array['a', 'b'])")
            (((found,),),) = (cursor.fetchall(),)
            cursor.execute("deallocate judged")
            assert not list(walked(found[0]["Plan"])), rule.code


def walked(node: dict[str, Any]) -> Iterator[str]:
    """The contract's tables that a plan reads from end to end."""
    if node.get("Relation Name", "").startswith("log_") and "Scan" in node["Node Type"]:
        bitmap = node["Node Type"] == "Bitmap Heap Scan"
        if "Index Cond" not in node and not bitmap:
            yield f"{node['Node Type']} {node['Relation Name']}"
    for below in node.get("Plans", ()):
        yield from walked(below)


def test_the_database_does_not_count_the_calendar_by_itself(city: Any) -> None:
    """Counted while it stood empty, it is read whole for each of its own days: minutes for one case."""
    with connection.cursor() as cursor:
        cursor.execute("select reloptions from pg_class where relname = 'log_calendar'")
        assert cursor.fetchone() == (["autovacuum_enabled=false"],)


def test_what_an_earlier_version_found_is_judged_by_the_rule_as_it_is_now(city: Any) -> None:
    """What it wrongly found is withdrawn on record; what it still finds says which version says so."""
    case = quick(city)
    mine = Finding.objects.get(rule="R-P02")
    wrong = Finding.objects.get(rule="R-P02")
    wrong.pk, wrong.at = uuid.uuid4(), "place/5"
    wrong.save()
    Finding.objects.update(version="1 least_seconds=60")
    judging.judge_outdated()
    wrong.refresh_from_db()
    mine.refresh_from_db()
    assert (wrong.open, mine.open, mine.version) == (False, True, "2 least_seconds=60")
    before = moves()
    judging.judge_outdated()
    assert moves() == before and Finding.objects.filter(case_id=case, open=True).exists()
