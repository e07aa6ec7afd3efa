"""A small history through the real door: nothing refused, times in order, the same again from the same seed."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest

from tests.db.simulate.conftest import CASES, SEED, UNTIL, happened, simulate

pytestmark = pytest.mark.django_db  # each test in a savepoint within the module's transaction
RUNGS = ["remind", "warn", "over"]


def entries() -> Any:
    from yichuang.ledger.models import Entry

    return Entry.objects.filter(stream__startswith="case/").order_by("stream", "seq")


def test_the_door_refuses_nothing_and_every_case_begins_once(history: Any) -> None:
    from yichuang.cases.models import Case
    from yichuang.ledger.models import Entry

    assert (history.tally.refusals, history.tally.samples) == ({}, [])
    submitted = happened()["submitted"]
    assert history.tally.cases == submitted == Case.objects.count() == CASES
    assert not Entry.objects.filter(kind="refused").exists()
    assert set(entries().values_list("source", flat=True)) == {"simulated"}


def test_there_is_work_left_and_work_done(history: Any) -> None:
    from yichuang.cases.models import Case

    done = Case.objects.exclude(closed_on=None)
    assert done.exists()
    assert Case.objects.filter(closed_on=None).exists()
    assert len(set(Case.objects.values_list("department", flat=True))) > 8
    assert set(Case.objects.values_list("channel", flat=True)) == {"online", "window"}


def test_no_legal_moment_is_after_its_record_and_time_runs_forward(history: Any) -> None:
    last: dict[str, Any] = {}
    acted: dict[str, Any] = {}
    for one in entries():
        assert one.occurred_at <= one.recorded_at <= UNTIL
        assert one.recorded_at >= last.get(one.stream, one.recorded_at)
        last[one.stream] = one.recorded_at
        if one.actor != "system":
            acted[one.stream] = one.recorded_at
        elif acted[one.stream] < one.occurred_at:  # nothing was late already when the clock began to run
            assert one.recorded_at - one.occurred_at < timedelta(minutes=1)  # found at midnight


def test_the_rungs_of_a_clock_come_in_order(history: Any) -> None:
    import json

    fired: dict[tuple[str, str, int], list[Any]] = defaultdict(list)
    for one in entries().filter(kind="warned"):
        body = json.loads(one.body)
        fired[one.stream, body["clock"], body.get("generation", 0)].append((body["rung"], one.occurred_at))
    assert fired
    for rungs in fired.values():
        names = [name for name, _ in rungs]
        assert names == sorted(names, key=RUNGS.index)
        assert len(set(names)) == len(names)
        assert [at for _, at in rungs] == sorted(at for _, at in rungs)


def test_officers_work_in_working_hours_and_applicants_at_any(history: Any) -> None:
    from yichuang.kernel.localtime import SHANGHAI
    from yichuang.org.queries import get_calendar

    working = get_calendar()
    evening = 0
    for one in entries().exclude(actor="system"):
        local = one.recorded_at.astimezone(SHANGHAI)
        if one.post:
            assert working.is_working(local.date()), one.kind
            assert 9 <= local.hour < 17, one.kind
        elif local.hour >= 18 or not working.is_working(local.date()):
            evening += 1
    assert evening


def test_materials_say_that_no_file_is_there(history: Any) -> None:
    from yichuang.aggregates.models import Upload
    from yichuang.cases.codec import load_case
    from yichuang.cases.models import Case

    given = [f for text in Case.objects.values_list("state", flat=True) for f in load_case(text).given.values()]
    assert set(given) == {("paper",)}
    assert not Upload.objects.exists()


def test_the_same_seed_tells_the_same_story(history: Any) -> None:
    """On the same city, from the beginning: the same acts, and the same case numbers department by department."""
    from django.db import transaction

    from yichuang.cases.models import Case
    from yichuang.licences.models import Licence

    class Undo(Exception):
        pass

    def told(seed: int) -> Any:
        try:
            with transaction.atomic():
                simulate(seed=seed, cases=12, days=20)
                mine = Case.objects.exclude(id__in=before)
                seen = sorted(mine.values_list("number", "item", "stage", "outcome", "channel", "submitted_at__minute"))
                made = Licence.objects.exclude(id__in=licences)
                seen += sorted(made.values_list("number", "item", "stage", "subject", "version"))
                kinds = happened()
                raise Undo
        except Undo:
            return kinds, seen

    before = list(Case.objects.values_list("id", flat=True))
    licences = list(Licence.objects.values_list("id", flat=True))
    first, again, other = told(101), told(101), told(102)
    assert first == again
    assert first != other


def test_a_history_that_is_there_is_not_made_again_but_topped_up(history: Any) -> None:
    from yichuang.cases.models import Case
    from yichuang.ops.simulate import history as made

    before = Case.objects.count()
    assert made.is_simulated(SEED, CASES)
    assert not made.is_simulated(SEED, CASES + 1)
    again = simulate()
    assert (again.tally.commands, again.tally.cases) == (0, 0)
    more = simulate(cases=CASES + 5)
    assert more.tally.refusals == {}
    assert 3 <= more.tally.cases <= 5
    assert Case.objects.count() == before + more.tally.cases


def test_a_run_that_was_broken_off_goes_on_where_it_stopped(demo: None) -> None:
    from yichuang.cases.models import Case
    from yichuang.ops.simulate import history as made

    class Killed(Exception):
        pass

    def kill(day: int, days: int, *rest: Any) -> None:
        if day == 12:
            raise Killed

    with pytest.raises(Killed):
        simulate(seed=55, cases=15, days=20, say=kill)
    begun = Case.objects.filter(number__gt="").count()
    assert not made.is_simulated(55, 15)
    rest = simulate(seed=55, cases=15, days=3)  # the days are those of the first run, whatever is asked now
    assert rest.plan.days[0].isoformat() == "2026-10-31"
    assert rest.tally.refusals == {}
    assert rest.tally.cases > 0
    assert Case.objects.count() == begun + rest.tally.cases
    assert made.is_simulated(55, 15)


def test_only_a_demo_store_takes_a_history(demo: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from yichuang.ops.simulate import history as made

    monkeypatch.setattr(made, "store_kind", lambda: "production")
    with pytest.raises(RuntimeError, match="演示库"):
        simulate()
