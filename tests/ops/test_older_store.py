"""A store that an earlier program made opens with today's, loses nothing, and goes on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ops.lives import live, yichuang
from tests.ops.stores import Store, empty, remove

OLD = Path(__file__).parent / "fixtures" / "store-2026-11"

# What was sent to the old program is sent again, what it printed is looked up, and time passes
AGAIN = """
import uuid
import django
django.setup()
from yichuang.aggregates import timers
from yichuang.cases import service
from yichuang.aggregates.models import Paper
from yichuang.cases.models import Case
from yichuang.cases.prepare import prepare
from yichuang.documents.queries import by_code
from yichuang.ops.bench import life
people = life.cast()
case = Case.objects.get(stage="received")
repeated = service.perform(
    case.id, prepare("receive", {}, subject=case.subject), people.window, command_id=uuid.UUID(int=78)
).repeated
papers = list(Paper.objects.all())
checked = [by_code(paper.code) for paper in papers]
swept = timers.sweep()
print(repeated, len(papers), all(checked), swept.failed, swept.done)
"""


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    opened = empty()
    try:
        yichuang(opened.here, "restore", "--from", str(OLD))
        yield opened
    finally:
        remove(opened)


@pytest.mark.slow
def test_it_is_whole_and_every_table_is_what_the_ledger_says(store: Store) -> None:
    said = yichuang(store.here, "verify", "--rebuild", "--roots", str(OLD / "roots"))
    assert "账本完好。" in said
    assert "重放 3 件办件" in said and "办件：各表与账本一致。" in said
    assert "重放 1 件督办单" in said and "督办单：各表与账本一致。" in said


@pytest.mark.slow
def test_receipts_numbers_and_timers_came_along(store: Store) -> None:
    kinds = "select split_part(stream, '/', 1), count(*) from aggregates_{} group by 1 order by 1"
    assert store.ask(kinds.format("receipt")) == [("case", 26), ("order", 1)]
    (licences,) = store.ask("select count(*) from licences_licence where valid_to is not null")[0]
    assert store.ask(kinds.format("timer")) == [("case", 1), ("licence", licences), ("order", 1)]
    counters = dict(store.ask("select name, value from aggregates_counter"))
    assert counters["case/410100/scjg/20261130"] == 3 and counters["order/410100/20261130"] == 1


@pytest.mark.slow
def test_its_certificates_are_licences_now(store: Store) -> None:
    """Numbers, identifiers and codes unchanged: what is printed stays true."""
    printed = store.ask("select number from aggregates_paper where kind = 'licence' order by number")
    assert printed and store.ask("select number from licences_licence order by number") == printed
    entries = store.ask("select source, kind from ledger_entry where stream like 'licence/%'")
    assert set(entries) == {("migrated", "made")} and len(entries) == len(printed)


@pytest.mark.slow
def test_it_goes_on_where_it_stood(store: Store) -> None:
    done = subprocess.run([sys.executable, "-c", AGAIN], env=store.here, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    repeated, papers, checked, failed, swept = done.stdout.split()
    assert (repeated, checked, failed) == ("True", "True", "0"), "a retry is answered, and old papers still check"
    assert int(papers) > 10 and int(swept) >= 1, "the order is reckoned anew, once"
    assert live(store.here), "and new lives are lived in it"
    assert "各表与账本一致。" in yichuang(store.here, "verify", "--rebuild")
