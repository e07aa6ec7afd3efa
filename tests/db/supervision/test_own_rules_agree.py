"""Rules as data on generated cases: live PostgreSQL, DuckDB over an export and a walk through each case find the same,
and the workbench counts what a walk counts.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest

from tests.db.supervision.tables import count, put, put_calendar
from yichuang.history.exporting import export_dataset
from yichuang.history.judgement import judge
from yichuang.kernel.calendar import seed_calendar
from yichuang.kernel.localtime import local_day
from yichuang.supervision import contract, postgres
from yichuang.supervision.own.state import Addressee, Content, Gravity
from yichuang.supervision.own.trying import run_trial
from yichuang.supervision.rules.questions import Question, make_rule

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1b.2")]
CASES = 200
KINDS = ("accepted", "step_concluded", "decided", "correction_asked", "supplied", "extended")
DIVISIONS = ("410100", "410102")
START = datetime(2018, 2, 5, 1, tzinfo=UTC)  # the Spring Festival is ahead
A, B = "accepted", "review"


def draw(seed: int) -> pd.DataFrame:
    """Events of cases of two divisions: some end, some were migrated, some acts are an applicant's or nobody's."""
    random = Random(seed)
    rows = []
    for n in range(CASES):
        case, moment = f"c{n:03d}", START + timedelta(hours=random.randrange(500))
        about = (random.choice(["410100", "410102", "410103"]), random.choice(["door", "door", "door", "migrated"]),
                 random.choice(["ZZ-001", "ZZ-002"]), random.random() < 0.6)  # fmt: skip
        withdrawn = random.choice([None, None, 1, 2, 3]) if about[-1] else None
        for seq in range(1, random.randint(2, 8)):
            moment += timedelta(minutes=random.randint(1, 4000))
            kind = "withdrawn" if seq == withdrawn else random.choice(KINDS)
            officer = kind != "supplied"
            late = timedelta(minutes=random.choice([0, 0, 119, 120, 121, 6000]))
            due = local_day(moment) + timedelta(days=random.randint(1, 4)) if kind == "correction_asked" else None
            person = random.choice(["a:1", "a:2"]) if officer else "a:9"
            rows.append((case, seq, kind, moment, moment + late, person, "p1" if officer else "", due, *about))
    names = ["case", "seq", "kind", "at", "recorded", "person", "post", "due", "division", "source", "item", "ended"]
    return pd.DataFrame(rows, columns=names)


def fill(log: pd.DataFrame) -> None:
    """Rows of the contract's tables, as the flattener would leave them."""
    put_calendar()
    rows: dict[contract.Table, list[dict[str, Any]]] = {
        table: [] for table in (contract.CASES, contract.EVENTS, contract.STEPS, contract.NOTICES)
    }
    for case, events in log.groupby("case"):
        first, last = events.iloc[0], events.iloc[-1]
        rows[contract.CASES].append({
            "case_id": case, "number": f"N{case}", "division": first.division, "source": first.source,
            "item": first["item"], "department": f"{first.division}/scjg", "submitted_on": local_day(first["at"]),
            "closed_on": local_day(last["at"]) if first.ended else None,
            "outcome": "withdrawn" if (events.kind == "withdrawn").any() else "",
        })  # fmt: skip
        for event in events.itertuples():
            step = {"step": "S1"} if event.kind == "step_concluded" else {}
            key = {"case_id": case, "seq": event.seq, "kind": event.kind}
            rows[contract.EVENTS].append({
                **key, **step, "source": event.source, "occurred_at": event.at, "occurred_on": local_day(event.at),
                "recorded_at": event.recorded, "recorded_on": local_day(event.recorded), "person": event.person,
                "post": event.post,
            })  # fmt: skip
            if step:
                rows[contract.STEPS].append(
                    {"case_id": case, **step, "round": event.seq, "kind": "review", "concluded_seq": event.seq}
                )
            if event.due is not None:
                rows[contract.NOTICES].append({**key, "due_on": event.due})
    for table, some in rows.items():
        put(table, *some)
    count()


def ask(kind: str, *names: str, most: int = 0, unit: str = "", item: str = "") -> Content:
    return Content("题", kind, names, names, most, unit, Gravity.YELLOW, Addressee.HOLDER, "某法", item)


CONTENTS = {
    "Z-001-1": ask("same_person", A, B),
    "Z-002-1": ask("without", A, B),
    "Z-003-1": ask("before", A, B),
    "Z-004-1": ask("at_most", A, most=1),
    "Z-005-1": ask("within", A, B, most=3, unit="workday"),
    "Z-006-1": ask("within", A, B, most=30, unit="hour", item="ZZ-001"),
    "Z-007-1": ask("at_least", A, B, most=2, unit="day"),
    "Z-008-1": ask("recorded_late", B, most=2, unit="hour"),
    "Z-009-1": ask("after_due", "supplied"),
}


@cache
def calendar() -> Any:
    return seed_calendar()


def walk(content: Content, events: list[Any]) -> tuple[bool, bool | None]:
    """Of the events of one case: whether the rule hits, and whether it can be judged (None: it is not concerned)."""
    named = [[e for e in events if ("review" if e.kind == "step_concluded" else e.kind) == n] for n in content.names]
    a, b = named[0], named[-1]
    match content.kind:
        case "same_person":
            return any(x.post and y.post and x.person == y.person for x in a for y in b), bool(b) or None if a else None
        case "without":
            cut = any(e.kind == "withdrawn" and a and a[0].seq < e.seq for e in events)
            hit = bool(a) and not b and events[0].ended and not cut
            return hit, (bool(b) or hit) if a else None
        case "before":
            return bool(b) and not (a and a[0].seq < b[0].seq), True if b else None
        case "at_most":
            return len(a) > content.most, True if a else None
        case "within" | "at_least":
            after = [e for e in b if a and e.seq > a[0].seq][:1]
            if not after:
                return False, False if a and not events[0].ended else None
            days = (local_day(a[0].at), local_day(after[0].at))
            apart = {
                "workday": calendar().count(*days), "day": (days[1] - days[0]).days,
                "hour": (after[0].at - a[0].at) / timedelta(hours=1),
            }[content.unit]  # fmt: skip
            return apart > content.most if content.kind == "within" else apart < content.most, True
        case "recorded_late":
            return any(e.recorded - e.at > timedelta(hours=content.most) for e in a), True if a else None
    due = {
        e.seq: max((told.due for told in events if told.due is not None and told.seq < e.seq), default=None) for e in a
    }
    hit = any(due[e.seq] and local_day(e.at) > calendar().next_working(due[e.seq]) for e in a)
    return hit, any(due.values()) if a else None


def reckon(log: pd.DataFrame, content: Content, since: date | None = None) -> dict[str, tuple[bool, bool | None]]:
    """By case of this platform in scope what a walk through it says."""
    scope = log[log.division.isin(DIVISIONS) & (log.source == "door")]
    if content.item:
        scope = scope[scope["item"] == content.item]
    return {case: walk(content, list(rows.itertuples())) for case, rows in scope.groupby("case")}


@cache
def statement(question: Question) -> str:
    return postgres.for_cases(postgres.compiled(make_rule(question).hits()))


def live(question: Question, cases: list[str]) -> set[str]:
    return {str(row[0]) for row in postgres.rows(statement(question), cases)}


@pytest.mark.parametrize("seed", range(1))
def test_live_export_and_a_walk_find_the_same(tmp_path: Path, seed: int) -> None:
    log = draw(seed)
    fill(log)
    every = sorted(set(log.case))
    rules = [make_rule(content.ask(code, DIVISIONS)) for code, content in CONTENTS.items()]
    export_dataset(tmp_path / "made", tell=lambda line: None)
    done = judge(tmp_path / "made", rules)
    assert not [verdict.error for verdict in done.verdicts if verdict.error]
    duck: dict[str, set[str]] = defaultdict(set)
    for code, case in done.con.execute("select rule, case_id from hits").fetchall():
        duck[code].add(case)
    for code, content in CONTENTS.items():
        walked = reckon(log, content)
        wanted = {case for case, (hit, _) in walked.items() if hit}
        question = content.ask(code, DIVISIONS)
        assert wanted and live(question, every) == wanted == duck[code], code
        alone = {case for case in every[::5] if live(question, [case])}
        assert alone == wanted & {*every[::5]}, f"{code}: a case alone is judged otherwise"
        trial = run_trial(question)
        unjudged = sum(judged is False and not hit for hit, judged in walked.values())
        told = dict(trial.unjudged)
        known = log[log.division.isin(DIVISIONS) & (log["item"] == content.item if content.item else True)]
        assert trial.cases == known.case.nunique()
        assert told.pop("source") == known[known.source != "door"].case.nunique()
        assert trial.hit_cases == len(wanted) and sum(told.values()) == unjudged, code
        assert trial.judged == sum(hit or bool(judged) for hit, judged in walked.values()), code
        assert len(trial.examples) == min(10, trial.hits)


def test_only_what_happens_in_its_days_counts(tmp_path: Path) -> None:
    log = draw(5)
    fill(log)
    content, every = CONTENTS["Z-004-1"], sorted(set(log.case))
    since, until = date(2018, 2, 20), date(2018, 2, 26)
    found = live(content.ask("Z-004-1", DIVISIONS, since, until), every)
    wanted = set()
    for case, (hit, _) in reckon(log, content).items():
        days = log[(log.case == case) & (log.kind == A)]["at"].map(local_day)
        if hit and since <= days.max() < until:
            wanted.add(case)
    assert wanted and found == wanted


def test_no_limit_counts_that_began_before_the_rule_was_in_force() -> None:
    log = draw(5)
    fill(log)
    content, every = CONTENTS["Z-005-1"], sorted(set(log.case))
    late = {case for case, (hit, _) in reckon(log, content).items() if hit}
    begun = {case: local_day(rows[rows.kind == A]["at"].min()) for case, rows in log.groupby("case") if case in late}
    for since in {day + timedelta(days=later) for day in begun.values() for later in (0, 1)}:
        found = live(content.ask("Z-005-1", DIVISIONS, since), every)
        assert found == {case for case in late if begun[case] >= since}
    assert late
