"""Random kills of web, worker and database under load: what was acknowledged is there once, and nothing else is.

YICHUANG_KILLS sets how many (a full run: 200), YICHUANG_SEED which.
"""

from __future__ import annotations

import os
import re
import signal
import statistics
import threading
import time
from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest

from tests.faults.conftest import Installed
from tests.faults.load import Acknowledged, Program, same
from tests.faults.site import KINDS, Site
from tests.waiting import HANGS
from yichuang.ops.bench.programs import Client, live

KILLS = int(os.environ.get("YICHUANG_KILLS") or 12)
SEED = int(os.environ.get("YICHUANG_SEED") or 1)
PROGRAMS = 3
# Counters of lives that bear a number of their own; all others are of documents
NUMBERED_LIVES = ("case/", "complaint/", "guidance/", "ticket/")
BLIND = 0.25  # share of kills that do not wait until the site is back from the one before


@dataclass(frozen=True)
class Kill:
    kind: str
    back: float  # seconds until the next command was acknowledged


def kill_at_random(site: Site, programs: list[Program], random: Random) -> list[Kill]:
    """So many kills; most wait until a command went through again, some strike while the site is still down."""
    kills: list[Kill] = []
    while len(kills) < KILLS:
        time.sleep(random.uniform(0.3, 1))
        kind = random.choice(KINDS)
        blind = random.random() < BLIND
        running = site.processes()[kind]
        if not running:
            continue
        os.kill(random.choice(sorted(running)), signal.SIGKILL)
        at = time.monotonic()
        if not blind:
            site.until(lambda at=at: any(p.failure or (p.told and p.told[-1].at > at + 0.1) for p in programs))
        check(site, programs)
        kills.append(Kill(kind, 0 if blind else time.monotonic() - at))
    return kills


def check(site: Site, programs: list[Program]) -> None:
    """No program met an answer that it should not."""
    failures = [repr(p.failure) for p in programs if p.failure]
    assert not failures, "\n".join([*failures, site.last_words()])


@pytest.fixture(scope="module")
def storm(installed: Installed) -> tuple[list[Acknowledged], list[Acknowledged], list[Kill]]:
    """What was acknowledged in a quiet life, then in all lives of the storm, and the kills."""
    site, stop = installed.site, threading.Event()

    def program(seed: int) -> Program:
        return Program(site.port, installed.people, installed.tokens, seed, stop)

    quiet = program(0)
    live(quiet.people, quiet.tokens, quiet.done)
    programs = [program(SEED * 1000 + n) for n in range(1, PROGRAMS + 1)]
    for one in programs:
        one.start()
    try:
        kills = kill_at_random(site, programs, Random(SEED))
    finally:
        stop.set()
        for one in programs:
            one.join(HANGS)
    assert not any(one.is_alive() for one in programs)
    check(site, programs)
    told = [a for one in (quiet, *programs) for a in one.told]
    say(kills, told, programs)
    return quiet.told, told, kills


def say(kills: list[Kill], told: list[Acknowledged], programs: list[Program]) -> None:
    waits = [k.back for k in kills if k.back]
    print(f"\nseed {SEED}: {len(kills)} kills {dict(Counter(k.kind for k in kills))}")
    for kind in KINDS:
        some = [k.back for k in kills if k.kind == kind and k.back]
        if some:
            print(f"  {kind}: back after {statistics.median(some):.1f} s, at most {max(some):.1f} s")
    print(
        f"  {len(told)} commands acknowledged, {sum(a.tries > 1 for a in told)} after a retry;"
        f" 503 {sum(p.unavailable for p in programs)} times, connection broken {sum(p.broken for p in programs)} times;"
        f" back after {statistics.median(waits):.1f} s, at most {max(waits):.1f} s; load {os.getloadavg()[0]:.1f}"
    )


Storm = tuple[list[Acknowledged], list[Acknowledged], list[Kill]]


def test_every_acknowledged_command_is_in_the_ledger_once(installed: Installed, storm: Storm) -> None:
    _, told, _ = storm
    rows = installed.site.rows(
        "select command_id, array_agg(distinct stream), array_agg(seq order by seq) from ledger_entry"
        " where command_id <> '' and stream like 'case/%' group by 1"
    )
    found = {id: (streams, seqs) for id, streams, seqs in rows}
    for one in told:
        body = one.body
        expected = ([f"case/{body['id']}"], list(range(body["first_seq"], body["last_seq"] + 1)))
        assert found.get(str(one.command.key)) == expected, one.command.name
    assert found.keys() == {str(one.command.key) for one in told}, "and nothing that nobody was told of"
    receipts = installed.site.rows(
        "select command_id::text, split_part(stream, '/', 2), first_seq, last_seq from aggregates_receipt"
        " where stream like 'case/%'"
    )
    assert sorted(receipts) == sorted(
        (str(one.command.key), one.body["id"], one.body["first_seq"], one.body["last_seq"]) for one in told
    )


def test_every_life_is_as_one_without_faults(installed: Installed, storm: Storm) -> None:
    """Streams without a hole, and the same events in the same order as in the quiet life: none twice, none missing."""
    quiet, told, _ = storm
    rows = installed.site.rows(
        "select substring(stream from 6), array_agg(seq order by seq), array_agg(kind order by seq) from ledger_entry"
        " where stream like 'case/%' group by 1"
    )
    lives = {id: kinds for id, _, kinds in rows}
    assert lives.keys() == {one.body["id"] for one in told}
    assert all(seqs == list(range(1, len(seqs) + 1)) for _, seqs, _ in rows)
    expected = lives[quiet[0].body["id"]]
    assert len(expected) >= len(quiet) > 10
    assert all(kinds == expected for kinds in lives.values())


def test_numbers_have_no_gap_and_none_is_given_twice(installed: Installed, storm: Storm) -> None:
    counters = dict(installed.site.rows("select name, value from aggregates_counter"))
    cases = [n for (n,) in installed.site.rows("select number from cases_case")]
    papers = [n for (n,) in installed.site.rows("select number from aggregates_paper where number <> ''")]
    by_day = serials((n[:-5], n[-5:]) for n in cases)
    by_word = serials(re.fullmatch(r"(.*?)(\d+)号", n).groups() for n in papers)  # type: ignore[union-attr]
    for given in (*by_day.values(), *by_word.values()):
        assert sorted(given) == list(range(1, len(given) + 1))
    drawn = sorted(value for name, value in counters.items() if name.startswith("case/"))
    assert sorted(len(given) for given in by_day.values()) == drawn
    drawn = sorted(value for name, value in counters.items() if not name.startswith(NUMBERED_LIVES))
    assert sorted(len(given) for given in by_word.values()) == drawn


def serials(numbers: Any) -> dict[str, list[int]]:
    out: dict[str, list[int]] = {}
    for head, serial in numbers:
        out.setdefault(head, []).append(int(serial))
    return out


def test_a_late_retry_answers_the_same_and_writes_nothing(well: Installed, storm: Storm) -> None:
    """Hours later the case stands elsewhere; what the command did, and the documents it issued, stay the same."""
    _, told, _ = storm
    entries = "select count(*), max(position) from ledger_entry where stream like 'case/%'"
    before = well.site.rows(entries)
    client = Client(well.site.port)
    for one in Random(SEED).sample(told, min(150, len(told))):
        c = one.command
        answer = client.ask("POST", c.path, c.token, key=c.key, body=c.body)
        assert answer.done and answer.body["repeated"], answer
        now = {name: one.body[name] for name in ("stage", "stage_label", "open", "outcome", "steps")}
        assert same({**answer.body, **now}, one.body), (c.name, one.body, answer.body)
    client.close()
    assert well.site.rows(entries) == before


def test_the_ledger_verifies_and_replays_to_the_same_tables(well: Installed, storm: Storm) -> None:
    done = well.site.yichuang("verify", "--rebuild")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    lives = len({one.body["id"] for one in storm[1]})
    assert f"重放 {lives} 件" in done.stdout


def test_the_supervisor_is_the_same_and_everything_is_up(well: Installed, storm: Storm) -> None:
    running = well.site.processes()
    assert {kind: len(pids) for kind, pids in running.items() if kind != "database connection"} == {
        "web process": 2,
        "web server": 1,
        "worker": 1,
        "database": 1,
    }
