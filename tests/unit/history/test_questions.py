"""Questions to a log, held against brute force in pandas on a thousand random cases."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pandas as pd
import pytest

from yichuang.history.dataset import Manifest
from yichuang.history.importing import import_log
from yichuang.history.judgement import Judgement, judge
from yichuang.history.mapping import Mapping, Unclear
from yichuang.history.questions import load_questions
from yichuang.kernel.calendar import historical_calendar
from yichuang.supervision.rules.questions import make_rules

CASES = 1000
COLUMNS = ["case", "activity", "at", "person", "recorded", "due", "id", "planned", "team", "item", "way", "deadline",
           "end"]  # fmt: skip
MAPPING = """
events: {case: case, activity: activity, at: at, person: person, recorded: recorded, due: due, id: id}
case: {item: item, ended: end}
kinds: {B: decided, W: withdrawn}
keep: {case: {way: way}, events: {team: team}}
dates: {case: {deadline: deadline}, events: {planned: planned}}
groups: {AC: [A, C]}
questions:
  - {code: Q-same, same_person: [A, B]}
  - {code: Q-self, same_person: [A, A]}
  - {code: Q-without, without: [A, B], level: red}
  - {code: Q-before, before: [A, B]}
  - {code: Q-most, at_most: A, times: 1}
  - {code: Q-days, within: [A, B], span: 4 day}
  - {code: Q-workdays, within: [A, B], span: 3 workday}
  - {code: Q-hours, within: [A, B], span: 30 hour}
  - {code: Q-soon, at_least: [A, B], span: 2 day}
  - {code: Q-record, recorded_late: [A, C], span: 5 hour}
  - {code: Q-due, after_due: []}
  - {code: Q-some, without: [A, B], where: {item: [甲]}}
  - {code: Q-planned, after_due: [A], due: planned}
  - {code: Q-deadline, after_due: [AC], due: deadline}
  - {code: Q-closed, closed_after: deadline}
  - {code: Q-quick, closed_after: deadline, where: {way: quick, item: 甲}}
  - {code: Q-team, same_person: [A, B], where: {team: [x, y]}}
  - {code: Q-way, without: [AC, B], where: {way: slow}}
  - {code: Q-group, at_most: AC, times: 2}
  - {code: Q-pair, within: [B, AC], span: 1 day}
"""


def draw(seed: int) -> pd.DataFrame:
    """Random cases around the Spring Festival of 2018; each event has an id, some are recorded late, some have days
    that they are due or planned on, and some cases a deadline and an end. Some are withdrawn, and go on all the same.
    """
    random = Random(seed)
    rows = []
    for case in range(CASES):
        item = random.choice("甲乙")
        way, moment = random.choice(["quick", "slow", ""]), pd.Timestamp("2018-02-01 08:00")
        moment += pd.Timedelta(days=random.randrange(40))
        deadline, end = ((moment + pd.Timedelta(days=random.randint(0, 9))).date() for _ in range(2))
        of_case = (item, way, random.choice([None, deadline]), random.choice([None, end]))
        withdrawn = random.choice([None, None, None, 0, 1, 2, 3])
        for n in range(random.randint(1, 6)):
            moment += pd.Timedelta(minutes=random.randint(1, 4000))
            recorded = moment + pd.Timedelta(minutes=random.choice([0, 1, 299, 300, 301, 5000]))
            due = random.choice([None, moment.date() + timedelta(days=random.randint(-2, 2))])
            planned = random.choice([None, moment.date() + timedelta(days=random.randint(-2000, 2))])
            activity = "W" if n == withdrawn else random.choice("ABC")
            rows.append((f"c{case}", activity, moment, random.choice(["甲", "乙", ""]), recorded, due,
                         f"{case}-{n}", planned, random.choice(["x", "y", "z", ""]), *of_case))  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def apart(a: Any, b: Any, unit: str) -> float:
    if unit == "hour":
        return (b.at - a.at).total_seconds() / 3600
    if unit == "day":
        return (b.at.date() - a.at.date()).days
    return historical_calendar().count(a.at.date(), b.at.date())


def judged_lacking(events: list[Any], first: Any) -> bool:
    """Whether something may be missing after this event: the case is over, and no withdrawal came in between."""
    withdrawn = [e for e in events if e.activity == "W"]
    over = bool(withdrawn) or isinstance(events[0].end, date)
    return over and not any(first.at < e.at for e in withdrawn)


def reckon(log: pd.DataFrame) -> dict[str, set[str]]:
    """The cases that each question finds, by walking through each case."""
    found: dict[str, set[str]] = {}

    def hit(code: str, case: str, yes: bool) -> None:
        found.setdefault(code, set())
        if yes:
            found[code].add(case)

    for case, rows in log.groupby("case"):
        events = list(rows.itertuples())
        first = events[0]
        a, b, a_or_c = ([e for e in events if e.activity in names] for names in ("A", "B", "AC"))
        hit("Q-same", case, any(x.person and x.person == y.person for x in a for y in b))
        hit("Q-self", case, any(x.person and x.person == y.person and x.id != y.id for x in a for y in a))
        lacking = bool(a) and not b and judged_lacking(events, a[0])
        hit("Q-without", case, lacking)
        hit("Q-some", case, lacking and first.item == "甲")
        hit("Q-before", case, bool(b) and not (a and a[0].at < b[0].at))
        hit("Q-most", case, len(a) > 1)
        after = [e for e in b if a and e.at > a[0].at][:1]
        for code, unit, most in (("Q-days", "day", 4), ("Q-workdays", "workday", 3), ("Q-hours", "hour", 30)):
            hit(code, case, any(apart(a[0], e, unit) > most for e in after))
        hit("Q-soon", case, any(apart(a[0], e, "day") < 2 for e in after))
        hit("Q-record", case, any((e.recorded - e.at).total_seconds() > 5 * 3600 for e in events if e.activity in "AC"))
        hit("Q-planned", case, any(isinstance(e.planned, date) and e.at.date() > e.planned for e in a))
        limited = isinstance(first.deadline, date)
        hit("Q-deadline", case, limited and any(e.at.date() > first.deadline for e in a_or_c))
        ended = next((e.at.date() for e in events if e.activity == "W"), first.end)
        late = limited and isinstance(ended, date) and ended > first.deadline
        hit("Q-closed", case, late)
        hit("Q-quick", case, late and first.way == "quick" and first.item == "甲")
        x, y = ([e for e in one if e.team and e.team in "xy" and e.person] for one in (a, b))
        hit("Q-team", case, any(e.person == f.person for e in x for f in y))
        hit("Q-way", case, bool(a_or_c) and not b and judged_lacking(events, a_or_c[0]) and first.way == "slow")
        hit("Q-group", case, len(a_or_c) > 2)
        later = [e for e in a_or_c if b and e.at > b[0].at][:1]
        hit("Q-pair", case, any(apart(b[0], e, "day") > 1 for e in later))
        hit("Q-due", case, any(isinstance(e.due, date) and e.at.date() > e.due for e in events))
    return found


def ask(tmp: Path, log: pd.DataFrame, mapping: str = MAPPING, engine: str = "duckdb") -> Judgement:
    if not (tmp / "made").exists():
        log.to_csv(tmp / "log.csv", index=False)
        (tmp / "map.yaml").write_text(mapping, encoding="utf-8")
        import_log(tmp / "log.csv", tmp / "made", tmp / "map.yaml")
    rules = make_rules(load_questions(Manifest.load(tmp / "made")))
    done = judge(tmp / "made", rules, engine=engine)
    assert not [v.error for v in done.verdicts if v.error]
    return done


def cases_found(done: Judgement) -> dict[str, set[str]]:
    out: dict[str, set[str]] = {verdict.rule.code: set() for verdict in done.verdicts}
    for rule, case in done.con.execute("select rule, case_id from hits").fetchall():
        out[rule].add(case)
    return out


@pytest.mark.parametrize("seed", range(2))
def test_each_kind_finds_what_a_walk_through_the_log_finds(tmp_path: Path, seed: int) -> None:
    log = draw(seed)
    found, wanted = cases_found(ask(tmp_path, log)), reckon(log)
    for code, cases in wanted.items():
        assert found[code] == cases, code
        assert 0 < len(cases) < CASES, code


def test_a_question_that_the_log_cannot_answer_is_said_to_be_unjudged(tmp_path: Path) -> None:
    log = draw(1)
    mapping = MAPPING + "  - {code: Q-none, within: [A, Z], span: 1 day}\n"
    done = ask(tmp_path, log[log.columns.difference(["due"])], mapping.replace(", due: due", ""))
    assert done.coverage["Q-none"].missing == "动作“Z”"
    assert done.coverage["Q-due"].missing == "应当完成的日期（events 的 due）"


def test_a_question_about_some_cases_says_how_many_they_are(tmp_path: Path) -> None:
    log = draw(1)
    mapping = MAPPING + (
        "  - {code: Q-item, without: [A, B], where: {item: 丙}}\n  - {code: Q-kept, without: [A, B], where: {way: w}}\n"
        "  - {code: Q-two, at_most: A, times: 1, where: {item: 甲, way: quick}}\n"
    )
    done = ask(tmp_path, log, mapping)
    assert (done.coverage["Q-item"].judged, done.coverage["Q-item"].missing) == (0, "所要查的办件")
    assert (done.coverage["Q-kept"].judged, done.coverage["Q-kept"].missing) == (0, "所要查的办件")
    first = log.groupby("case").first()
    assert done.coverage["Q-two"].judged == len(first[(first["item"] == "甲") & (first.way == "quick")]) > 0
    some = done.coverage["Q-some"]
    unanswered = {
        case for case, rows in log[log["item"] == "甲"].groupby("case") for events in [list(rows.itertuples())]
        for a in [[e for e in events if e.activity == "A"]]
        if a and not any(e.activity == "B" for e in events) and not judged_lacking(events, a[0])
    }  # fmt: skip
    assert some.judged == (first["item"] == "甲").sum() - len(unanswered) and unanswered
    assert some.describe() == f"评判了 {some.judged:,}/{CASES:,} 件"


def test_an_absence_is_not_found_where_something_was_not_read(tmp_path: Path) -> None:
    log = draw(1).astype({"at": str})
    lacking = cases_found(ask(tmp_path, log))["Q-without"]
    first = sorted(lacking)[0]
    (tmp_path / "made").rename(tmp_path / "first")
    unread = pd.DataFrame([{"case": first, "activity": "B", "at": "gestern", "person": "甲", "item": "甲", "id": "x"}])
    done = ask(tmp_path, pd.concat([log, unread]))
    assert cases_found(done)["Q-without"] == lacking - {first}
    assert ("Q-without", first) in done.con.execute("select * from aside").fetchall()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[{same_person: [A]}]", "2个动作"),
        ("[{same_person: [A, B], without: [A, B]}]", "一种问法"),
        ("[{frobnicate: [A, B]}]", "一种问法"),
        ("[{at_most: A}]", "times"),
        ("[{within: [A, B], span: 5}]", "5 workday"),
        ("[{within: [A, B], span: 5 week}]", "单位"),
        ("[{without: [A, B], level: pink}]", "red"),
        ("[{without: [A, B], where: {colour: red}}]", "where"),
        ("[{without: [A, B], span: 1 day}]", "不认识：span"),
        ("[{after_due: [A], due: planned}]", "planned”不在映射的 dates 里"),
        ("[{closed_after: due}]", "due”不在映射的 dates.case 里"),
        ("[{without: [A, B], code: R-T01}]", "Q-01"),
        ("[{code: Q-1, without: [A, B]}, {code: Q-1, without: [B, A]}]", "用了两次"),
        ("{without: [A, B]}", "清单"),
    ],
)
def test_a_question_that_is_none_is_refused_in_words(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "map.yaml").write_text(f"questions: {text}", encoding="utf-8")
    with pytest.raises(Unclear, match=said):
        Mapping.load(tmp_path / "map.yaml")


def test_an_outage_excuses_what_fell_due_in_it_and_was_made_up_for(tmp_path: Path) -> None:
    """From Thursday two working days end on Monday the 12th, four days on Monday too, and a hundred hours then."""
    (tmp_path / "log.csv").write_text(
        "case,activity,at,person\n"
        "made up,A,2018-03-08 09:00,x\nmade up,B,2018-03-14 09:00,x\n"
        "too late,A,2018-03-08 09:00,x\ntoo late,B,2018-03-15 09:00,x\n"
        "before,A,2018-03-06 09:00,x\nbefore,B,2018-03-14 09:00,x\n"
    )
    (tmp_path / "map.yaml").write_text(
        "events: {case: case, activity: activity, at: at, person: person}\nquestions:\n"
        "  - {code: Q-work, within: [A, B], span: 2 workday}\n"
        "  - {code: Q-day, within: [A, B], span: 4 day}\n"
        "  - {code: Q-hour, within: [A, B], span: 100 hour}\n"
    )
    data = tmp_path / "data"
    import_log(tmp_path / "log.csv", data, tmp_path / "map.yaml")
    everything = {"made up", "too late", "before"}

    def judged() -> dict[str, set[str]]:
        done = judge(data, make_rules(load_questions(Manifest.load(data))))
        assert not [verdict.error for verdict in done.verdicts if verdict.error]
        rows = done.con.execute("select rule, list(case_id) from hits group by 1").fetchall()
        return {rule: set(cases) for rule, cases in rows}

    assert judged() == dict.fromkeys(("Q-work", "Q-day", "Q-hour"), everything)
    (data / "outages").mkdir(exist_ok=True)
    duckdb.sql(
        "select '1' as outage, date '2018-03-12' as first_day, date '2018-03-13' as last_day, '' as reason"
    ).write_parquet(str(data / "outages" / "all.parquet"))
    assert judged() == dict.fromkeys(("Q-work", "Q-day", "Q-hour"), everything - {"made up"})


ENDS = "case,activity,at,person\nleft,A,2018-03-08 09:00,x\ndone,A,2018-03-08 09:00,x\n"


@pytest.mark.parametrize(
    ("kinds", "wanted"),
    [
        ("{}", {"left", "done"}),  # a case ends with its last act
        ("{D: decided}", {"left", "done"}),  # nothing says which cases are over
        ("{D: decided, C: closed}", {"done"}),
    ],
)
def test_what_has_not_ended_lacks_nothing_where_the_log_tells_ends(tmp_path: Path, kinds: str, wanted: Any) -> None:
    (tmp_path / "log.csv").write_text(ENDS + "done,C,2018-03-09 09:00,x\nother,D,2018-03-09 10:00,x\n")
    (tmp_path / "map.yaml").write_text(
        "events: {case: case, activity: activity, at: at, person: person}\n"
        f"kinds: {kinds}\nquestions: [{{without: [A, D]}}]\n"
    )
    import_log(tmp_path / "log.csv", tmp_path / "made", tmp_path / "map.yaml")
    done = judge(tmp_path / "made", make_rules(load_questions(Manifest.load(tmp_path / "made"))))
    assert cases_found(done)["Q-01"] == wanted
    assert done.coverage["Q-01"].judged == 3 - ("left" not in wanted)
