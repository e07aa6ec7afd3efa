"""Hits of one cause: what is found of all cases at once is what `causes` finds case by case."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from yichuang.history.engines import HITS, make_collector
from yichuang.history.grouping import LEADING, UNDER, group_hits
from yichuang.supervision.rules.causes import list_leads
from yichuang.supervision.rules.rule import HIT

CASES = 400
PLACES = {
    "R-T01": ["accept", "silent"], "R-T02": ["promised"], "R-T03": ["statutory"], "R-L03": ["renew"],
    "R-T04": ["S1/1", "S2/1"], "R-T10": ["S1/1", "S3/1"], "R-T08": ["over/S1", "late/S1", "alone"],
    "R-P02": ["device/d1", "session/d1", "post/p1", "post/p2", "quick/S1/1", "quick/S2/1"],
    "R-P03": ["decide", "review", "accept"], "R-P05": ["reasons"], "R-P06": ["m/1", "m/2"], "R-P07": ["notice"],
    "R-P11": ["law"], "R-O02": ["bulk", "late/3"], "R-O03": ["time/3"], "R-T05": ["long"], "R-O05": ["early"],
    "R-T06": ["deliver"], "R-F01": ["fee"], "Q-01": ["A"],
}  # fmt: skip


class Hit(NamedTuple):
    id: int
    rule: str
    case_id: str
    at: str
    level: str
    person: str
    day: date | None
    measured: int | None
    allowed: int | None
    seq: int | None
    found_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)


def draw(seed: int) -> list[Hit]:
    """Hits of cases, some of one lapse, some on reports. No two of a rule have the same place in a case."""
    random = Random(seed)
    out: list[Hit] = []
    for case in range(CASES):
        name = f"reported/410100/gaj/old/{case}" if case % 10 == 0 else f"c{case}"
        places = [(rule, at) for rule, some in PLACES.items() for at in some]
        chosen = random.sample(places, random.randint(1, 7))
        chosen += [("R-O01", "outside")] if case % 10 == 0 and random.random() < 0.5 else []
        for rule, at in chosen:
            day = random.choice([None, date(2018, 3, 12) + timedelta(days=random.randint(0, 3))])
            numbers = (random.choice([None, random.randint(0, 9)]) for _ in range(2))
            level, seq = random.choice(["red", "yellow"]), random.choice([None, 1, 2])
            out.append(Hit(len(out), rule, name, at, level, random.choice("ab"), day, *numbers, seq))
    return out


def test_at_once_and_case_by_case_the_same_stands_under_the_same() -> None:
    for seed in range(3):
        drawn: Any = draw(seed)
        con = make_collector("300MB")
        names = ("rule", *(name for name in HIT if name in Hit._fields))
        rows = [[getattr(hit, name) for name in names] for hit in drawn]
        columns = ", ".join(f'"{name}"' for name in names)
        con.executemany(f"insert into {HITS} ({columns}) values ({', '.join('?' * len(names))})", rows)
        group_hits(con)
        place = {hit.id: (hit.rule, hit.case_id, hit.at) for hit in drawn}
        leads: dict[int, int | None] = list_leads(drawn)
        wanted = {(*place[id], *place[lead]) for id, lead in leads.items() if lead is not None}
        assert {tuple(map(str, row)) for row in con.execute(f"from {UNDER}").fetchall()} == wanted
        counted = con.execute(f"select count(*) from {LEADING}").fetchall()[0][0]
        assert counted == len(drawn) - len(wanted) < len(drawn)
