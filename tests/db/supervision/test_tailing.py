"""The tailer: the contract tables follow the ledger, whoever commits when and whatever is killed."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, fields, replace
from functools import cache
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.db.aggregates.toy import LOAN
from tests.waiting import HANGS
from yichuang.aggregates.aggregate import AGGREGATES
from yichuang.cases.flattening import TABLES as OF_ONE_CASE
from yichuang.cases.flattening import CaseFlattener
from yichuang.catalog.queries import standard
from yichuang.kernel.localtime import local_day
from yichuang.ledger import horizon
from yichuang.ledger.actor import SYSTEM
from yichuang.ledger.envelope import Envelope
from yichuang.ledger.service import record
from yichuang.supervision import ddl, judging, tailing
from yichuang.supervision.contract import OF_CASE, TABLES, ColumnKind, table
from yichuang.supervision.flatten import flatten

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("4.1b.2")]


def catch_up() -> int:
    """Look until nothing is left; how many entries or streams were taken."""
    count = 0
    while True:
        taken = tailing.tail()
        count += taken.entries
        if not taken.more:
            return count


def rows(name: str) -> list[dict[str, Any]]:
    columns = [c.name for c in table(name).columns]
    with connection.cursor() as cursor:
        cursor.execute(f"select {', '.join(map(ddl.quoted, columns))} from log_{name} order by 1, 2")
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def from_ledger(case: str) -> dict[str, dict[tuple[Any, ...], dict[str, Any]]]:
    with connection.cursor() as cursor:
        columns = ", ".join(f.name for f in fields(Envelope))
        cursor.execute(f"select {columns} from ledger_entry where stream = %s order by seq", [f"case/{case}"])
        entries = [tailing.masked_entry(Envelope(*row)) for row in cursor.fetchall()]
    return flatten(CaseFlattener(case, standard), entries)


def agrees(case: str) -> None:
    expected = from_ledger(case)
    for one in map(table, OF_ONE_CASE):
        stored = {tuple(row[k] for k in one.key): row for row in rows(one.name) if row["case_id"] == case}
        assert stored == expected.get(one.name, {}), one.name


def accepted(city: Any) -> str:
    case = city.submit().state.id
    city.do(case, "receive", city.window, originals=[])
    city.do(case, "accept", city.window)
    return str(case)


def test_the_tables_are_as_the_contract_says() -> None:
    with connection.cursor() as cursor:
        for one in TABLES:
            cursor.execute(
                "select column_name, case data_type when 'timestamp with time zone' then 'timestamptz' else data_type"
                " end, is_nullable = 'YES' from information_schema.columns where table_name = %s",
                [one.stored_as],
            )
            assert set(cursor.fetchall()) == {(c.name, ddl.TYPES[c.kind], c.null) for c in one.columns}, one.name


def test_what_is_recorded_comes_in_act_by_act(city: Any) -> None:
    city.at("2018-03-12 09:30")
    catch_up()
    case = accepted(city)
    assert catch_up() >= 3
    agrees(case)
    (row,) = rows("cases")
    assert row["case_id"] == case and str(row["accepted_on"]) == "2018-03-12" and row["applicant"] == "s:1"
    city.at("2018-03-13 10:00")
    city.do(case, "conclude", city.reviewer, step="S1", verdict="pass", opinion="符合要求", officers=[])
    assert catch_up() >= 1
    agrees(case)
    assert next(s for s in rows("steps") if s["step"] == "S1")["concluded_by"] == city.reviewer.person
    assert catch_up() == 0


def test_a_history_that_was_there_before_is_taken_in_whole(city: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loaded stores and upgrades: the first looks fill the tables stream by stream, in any number of transactions."""
    city.at("2018-03-12 09:30")
    cases = [accepted(city) for _ in range(3)]
    monkeypatch.setattr(tailing, "STREAMS", 2)
    catch_up()
    for case in cases:
        agrees(case)
    before = {one.name: rows(one.name) for one in TABLES}
    tailing.rebuild()
    assert not rows("cases") and not rows("calendar")
    catch_up()
    assert {one.name: rows(one.name) for one in TABLES} == before


def test_an_entry_that_commits_late_is_not_passed_over(city: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two writers: the one that drew the earlier position commits last."""
    monkeypatch.setattr(tailing, "find_settled_position", horizon.find_settled_position)
    city.at("2018-03-12 09:30")
    catch_up()
    case = accepted(city)
    drawn, commit = threading.Event(), threading.Event()

    def slow() -> None:
        from django.db import connection, transaction

        from yichuang.ledger.service import record

        with transaction.atomic():
            record("org/slow", "absence_recorded", {"n": 1}, SYSTEM)
            drawn.set()
            commit.wait(HANGS)
        connection.close()

    writer = threading.Thread(target=slow)
    writer.start()
    assert drawn.wait(HANGS)
    city.do(case, "conclude", city.reviewer, step="S1", verdict="pass", opinion="符合要求", officers=[])
    with connection.cursor() as cursor:
        cursor.execute("select max(position) from ledger_entry")
        (later,) = cursor.fetchone()
    assert tailing.tail(wait=0.1).entries == 0, "nothing may be taken past the open transaction"
    commit.set()
    writer.join(HANGS)
    for _ in range(60):  # tests beside this one may hold transactions of their own for a while
        if catch_up():
            break
    agrees(case)
    with connection.cursor() as cursor:
        cursor.execute("select position from aggregates_place where name = 'contract'")
        (place,) = cursor.fetchone()
        cursor.execute("select max(position) from ledger_entry where stream = 'org/slow'")
        (early,) = cursor.fetchone()
    assert early < later <= place


def test_a_look_that_fails_takes_nothing_and_the_next_takes_all(city: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    city.at("2018-03-12 09:30")
    catch_up()
    case = accepted(city)
    with monkeypatch.context() as broken:
        broken.setattr(ddl, "write", lambda *a: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tailing.tail()
    assert not rows("cases")
    catch_up()
    agrees(case)


def test_two_tailers_take_everything_once(city: Any) -> None:
    city.at("2018-03-12 09:30")
    catch_up()
    case = accepted(city)
    counts: list[int] = []

    def other() -> None:
        from django.db import connection

        counts.append(catch_up())
        connection.close()

    threads = [threading.Thread(target=other) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(HANGS)
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from ledger_entry where stream = %s", [f"case/{case}"])
        assert sum(counts) >= cursor.fetchone()[0]
    agrees(case)


def test_a_new_officer_and_a_corrected_calendar_are_seen(city: Any) -> None:
    from datetime import date

    from yichuang.org.models import Officer, Post
    from yichuang.org.service import appoint, load_calendar_year
    from yichuang.people.models import Account

    catch_up()
    officer = Officer.objects.create(
        account=Account.objects.create_user("late", kind="officer"), name="后来", number="late"
    )
    appoint(officer, Post.objects.get(id="410100/scjg/reviewer/1"), date(2018, 4, 2), SYSTEM)
    load_calendar_year(2030, [date(2030, 1, 1)], [], "试验", SYSTEM)
    catch_up()
    assert f"a:{officer.account_id}" in {row["person"] for row in rows("holders")}
    first = next(row for row in rows("calendar") if row["day"] == date(2030, 1, 1))
    assert first["working"] is False and first["published"] is True


def test_a_look_that_finds_nothing_costs_little(city: Any) -> None:
    catch_up()
    with CaptureQueriesContext(connection) as asked:
        assert not tailing.tail().more
    statements = [q["sql"] for q in asked if not q["sql"].startswith(("BEGIN", "COMMIT"))]
    assert len(statements) <= 6, "\n".join(statements)


def test_a_batch_of_acts_is_written_by_one_statement_a_table(city: Any) -> None:
    city.at("2018-03-12 09:30")
    catch_up()
    for _ in range(3):
        accepted(city)
    with CaptureQueriesContext(connection) as asked:
        tailing.tail()
    written = [q["sql"] for q in asked if q["sql"].startswith("insert into log_")]
    assert 0 < len(written) <= len(OF_CASE)


@dataclass
class Visits:
    """How a life of another room would tell its acts: one row of events an entry."""

    id: str
    read: list[Envelope] = field(default_factory=list)

    def take(self, entry: Envelope) -> None:
        self.read.append(entry)

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        (event,) = (one for one in TABLES if one.name == "events")
        out = []
        for entry in self.read:
            row = {c.name: "" if c.kind is ColumnKind.TEXT else None for c in event.columns}
            moments = {"occurred_at": entry.occurred_at, "recorded_at": entry.recorded_at}
            days = {"occurred_on": local_day(entry.occurred_at), "recorded_on": local_day(entry.recorded_at)}
            known = {"case_id": self.id, "seq": entry.seq, "kind": entry.kind, "ip": entry.ip}
            out.append(row | moments | days | known)
        return {"events": out, "fees": []}


@pytest.mark.parametrize("filled", [False, True])
def test_a_life_of_another_kind_has_its_rows_by_declaring_how(
    db: None, monkeypatch: pytest.MonkeyPatch, filled: bool
) -> None:
    """Followed as its entries come, or filled from those that were there before."""
    monkeypatch.setitem(AGGREGATES, "toy", replace(LOAN, flattener=Visits))
    monkeypatch.setattr(tailing, "follower", cache(tailing.follower.__wrapped__))
    judged: list[list[str]] = []
    monkeypatch.setattr(tailing, "judge", lambda cases, kinds=None: judged.append(list(cases)) or judging.NOTHING)
    if not filled:
        catch_up()
    for n in (1, 1, 2):
        record(f"toy/{n}", "visited", {}, replace(SYSTEM, ip="10.0.0.1"))
    record("other/1", "visited", {}, SYSTEM)
    catch_up()
    seen = [(row["case_id"], row["seq"], row["kind"], row["ip"]) for row in rows("events")]
    assert seen == [(id, n, "visited", tailing.masked("10.0.0.1")) for id, n in (("1", 1), ("1", 2), ("2", 1))]
    assert ["1", "2"] in judged


def test_addresses_are_kept_as_digests_that_only_compare() -> None:
    assert tailing.masked("10.0.0.1") == tailing.masked("10.0.0.1") != tailing.masked("10.0.0.2")
    assert "10.0.0.1" not in tailing.masked("10.0.0.1") and tailing.masked("") == ""
    assert {c.kind for c in table("events").columns if c.name in ("ip", "device", "session")} == {ColumnKind.TEXT}


def test_a_device_that_is_unknown_is_nothing_to_compare(city: Any) -> None:
    """Entries of before there were marks hold the name of a browser, which is the same on thousands of computers."""
    catch_up()
    devices = ("", "Mozilla/5.0 (Windows NT 10.0) Chrome/120", "browser:AAAAAAAAAAAAAAAA", "client:7")
    for device in devices:
        replace(city, citizen=replace(city.citizen, device=device)).submit()
    catch_up()
    seen = [row["device"] for row in rows("events") if row["kind"] == "submitted"]
    assert sorted(seen) == sorted(["", "", tailing.masked(devices[2]), tailing.masked(devices[3])])
