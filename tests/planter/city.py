"""A made-up city and its tables as CSV, in the columns that docs/log-contract.md names."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

from tests.planter.days import ONE, Days

CONTRACT = Path(__file__).parents[2] / "docs" / "log-contract.md"
SHANGHAI = timezone(timedelta(hours=8))
ASOF = date(2018, 12, 20)
HOUSE = "410100/scjg"
POSTS = {kind: f"{HOUSE}/{kind}/1" for kind in ("window", "reviewer", "surveyor", "head")}
WINDOW, REVIEWER, SECOND, SURVEYOR, COMPANION, HEAD = "a:w", "a:r1", "a:r2", "a:s1", "a:s2", "a:h"
SEATS = {
    WINDOW: "window", REVIEWER: "reviewer", SECOND: "reviewer", SURVEYOR: "surveyor", COMPANION: "surveyor",
    HEAD: "head", "a:gone": "reviewer", "a:stand": "reviewer",
}  # fmt: skip
_ZERO = {"文本": "", "整数": "0", "真假": "false"}


def contract() -> dict[str, dict[str, tuple[str, bool]]]:
    """By table, its columns with kind and whether they may be null, as the document tells them."""
    tables: dict[str, dict[str, tuple[str, bool]]] = {}
    for line in CONTRACT.read_text(encoding="utf-8").splitlines():
        if found := re.fullmatch(r"## \S+ (\w+)", line):
            table = tables.setdefault(found[1], {})
        elif found := re.match(r"\| `(\w+)` \| (文本|整数|真假|日期|时刻) \|[^|]*\| (可空)? ?\|", line):
            table[found[1]] = (found[2], found[3] is not None)
    return tables


class City:
    """Rows by table. Its items: plain, instant, alone (one person may review and decide), parallel (no order), monthly
    (a promise of a month).
    """

    def __init__(self) -> None:
        self.days = Days()
        self.decisions = 0
        self.columns = contract()
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for kind, post in POSTS.items():
            self.put("posts", post=post, division="410100", department=HOUSE, kind=kind, name=kind)
        for person, kind in SEATS.items():
            last = date(2018, 6, 29) if person == "a:gone" else None
            standing = "a:gone" if person == "a:stand" else ""
            first = date(2017, 1, 2)
            self.put("holders", post=POSTS[kind], person=person, first_day=first, last_day=last, standing_in=standing)
        for name in ("plain", "instant", "alone", "parallel", "monthly"):
            self._standard(name)
        self._calendar()

    def put(self, table: str, **values: Any) -> None:
        unknown = values.keys() - self.columns[table].keys()
        assert not unknown, f"{table} has no {unknown}"
        self.rows[table].append(values)

    def _standard(self, name: str) -> None:
        key = f"410100/{name}/1"
        limits = {"statutory": 20, "promised": 10, "accept_within": 5, "deliver_within": 10, "extension": 10}
        units = {f"{limit}_unit": "workday" for limit in limits}
        if name == "monthly":
            limits |= {"promised": 1, "statutory": 60}
            units |= {"promised_unit": "month", "statutory_unit": "day"}
        self.put("items", division="410100", item=name, name=name, department=HOUSE, state="listed", standard=key)
        self.put(
            "standards", standard=key, division="410100", item=name, version=1, department=HOUSE, procedure="licence",
            instant=name == "instant", silence_accepts=True, statutory_from="accept",
            reviewer_may_decide=name == "alone", published_on=date(2017, 1, 2), **limits, **units,
        )  # fmt: skip
        for step, kind, officers, conditional in (
            ("S1", "review", 1, False), ("S2", "survey", 2, True), ("S3", "review", 1, True),
            ("S4", "opinion", 1, True),
        ):  # fmt: skip
            self.put(
                "standard_steps", standard=key, step=step, name=step, kind=kind, department=HOUSE, post_kind="reviewer",
                officers=officers, conditional=conditional, silence_agrees=kind == "opinion",
                limit=3, limit_unit="workday",
            )  # fmt: skip
        if name != "parallel":
            self.put("standard_order", standard=key, step="S3", after="S1")
        for letter, last in (("T", 10), ("P", 11), ("O", 10), ("F", 1), ("M", 1), ("N", 3)):
            for number in range(1, last + 1):
                rule = f"R-{letter}{number:02}"
                self.put("points", standard=key, point=rule, kind="procedure", rule=rule)

    def _calendar(self) -> None:
        day, ordinal = date(2017, 1, 1), 0
        while day < date(2020, 1, 1):
            ordinal += self.days.works(day)
            self.put(
                "calendar", day=day, working=self.days.works(day), ordinal=ordinal, number=day.toordinal(),
                next_working=self.days.next(day), month=day.year * 12 + day.month, day_of_month=day.day,
                last_of_month=(day + ONE).month != day.month, published=True,
            )  # fmt: skip
            day += ONE

    def write(self, folder: Path) -> None:
        """`<table>.csv` for every table of the document, and the day of judgement."""
        folder.mkdir(parents=True)
        for table, columns in self.columns.items():
            if table == "asof":
                continue
            with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
                rows = csv.writer(file, quoting=csv.QUOTE_MINIMAL)
                rows.writerow(columns)
                for row in self.rows[table]:
                    rows.writerow([_text(row.get(name), *said) for name, said in columns.items()])
        (folder / "asof.csv").write_text(f"today\n{ASOF.isoformat()}\n", encoding="utf-8")


def _text(value: Any, kind: str, null: bool) -> str:
    if value is None:
        return "" if null else _ZERO[kind]
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).isoformat()  # noqa: UP017
    return value.isoformat() if isinstance(value, date) else str(value)


def at(day: date, hour: int = 10, minute: int = 0, second: int = 0) -> datetime:
    """A moment on the city's clock."""
    return datetime.combine(day, time(hour, minute, second), SHANGHAI)


class Life:
    """A case in the making: acts in order, then `done`. Days are local; whoever acts does so from the own post."""

    def __init__(self, city: City, case: str, received: date, item: str = "plain", **said: Any) -> None:
        self.city, self.case, self.seq = city, case, 0
        self.values: dict[str, Any] = {
            "case_id": case, "number": f"N-{case}", "source": "door", "division": "410100", "department": HOUSE,
            "item": item, "standard": f"410100/{item}/1", "instant": item == "instant", "applicant": f"s:{case}",
            "channel": "window", "submitted_at": at(received, 9), "submitted_on": received, "received_on": received,
            "received_by": WINDOW, "received_post": POSTS["window"], **said,
        }  # fmt: skip
        self.act("submitted", at(received, 9), f"s:{case}", post="")
        self.act("received", at(received, 9, 30), self.values["received_by"])

    def act(self, kind: str, moment: datetime, person: str, **said: Any) -> int:
        """An entry; its number."""
        self.seq += 1
        recorded = said.pop("recorded", moment)
        post = said.pop("post", POSTS[SEATS[person]] if person in SEATS else "")
        self.city.put(
            "events", case_id=self.case, seq=self.seq, number=self.values["number"], kind=kind,
            source=self.values["source"], occurred_at=moment, occurred_on=moment.date(), recorded_at=recorded,
            recorded_on=recorded.date(), person=person, post=post, channel="online",
            **{"device": f"d-{person}-{self.case}", **said},
        )  # fmt: skip
        return self.seq

    def accept(self, day: date, person: str = WINDOW, **said: Any) -> Life:
        self.values |= {"accepted_on": day, "accepted_by": person}
        seq = self.act("accepted", at(day), person, **said)
        self.notice("accepted", day, person, seq)
        return self

    def notice(self, kind: str, day: date, person: str, seq: int | None = None, **said: Any) -> int:
        """A document; by an act of its own when no entry is given."""
        seq = seq or self.act(kind, at(day, 11), person)
        post = said.pop("post", POSTS[SEATS[person]] if person in SEATS else "")
        self.city.put("notices", case_id=self.case, seq=seq, kind=kind, issued_at=at(day, 11), issued_on=day,
                      issued_by=person, post=post, **said)  # fmt: skip
        return seq

    def step(self, code: str, opened: datetime, ended: datetime | None, person: str = REVIEWER, **said: Any) -> Life:
        """A step, opened and concluded; unfinished without an end."""
        kind = {"S1": "review", "S2": "survey", "S3": "review", "S4": "opinion"}[code]
        opened_seq = said.pop("opened_seq", None) or self.act("step_opened", opened, "system", step=code, post="")
        seq = None
        if ended:
            entry = {k: said.pop(k) for k in ("device", "session", "recorded", "post") if k in said}
            seq = self.act("step_concluded", ended, person, step=code, **entry)
        officers = said.pop("people", ((person,) if kind != "survey" else (person, COMPANION)) if ended else ())
        row = {
            "case_id": self.case, "step": code, "round": 1, "kind": kind, "department": HOUSE, "opened_seq": opened_seq,
            "opened_at": opened, "opened_on": opened.date(), "concluded_seq": seq, "concluded_at": ended,
            "concluded_on": ended and ended.date(), "concluded_by": person if ended else "",
            "verdict": "pass" if ended else "", "officers": len(officers), "limit": 3, "limit_unit": "workday", **said,
        }  # fmt: skip
        self.city.put("steps", **row)
        for one in officers:
            self.city.put("step_officers", case_id=self.case, step=code, round=row["round"], person=one)
        if kind == "survey":
            self.city.put("surveys", case_id=self.case, survey=f"{code}/{row['round']}", form="step", kind=kind,
                          started_on=said.get("started_on", opened.date()), ended_on=ended and ended.date(),
                          listed=True, officers=len(officers))  # fmt: skip
        return self

    def special(self, code: str, started: date, ended: date | None, until: date, **said: Any) -> Life:
        """A special procedure: a hearing with written notice that stops the clock, unless it says otherwise."""
        said = {"stops": True, "listed": True, "notice": f"T-{code}", "kind": "hearing", **said}
        self.city.put("surveys", case_id=self.case, survey=code, form="special", started_on=started, ended_on=ended,
                      until=until, **said)  # fmt: skip
        return self

    def decide(self, day: date, person: str = HEAD, granted: bool = True, **said: Any) -> Life:
        self.values |= {"decided_on": said.pop("dated", day), "decided_by": person, "granted": granted}
        self.city.decisions += 1  # no two of them in the same minute, as nobody decides in heaps
        moment = at(day, 13) + timedelta(minutes=self.city.decisions % 120)
        seq = self.act("decided", moment, person, **{k: said.pop(k) for k in ("recorded", "device") if k in said})
        told = {"reasoned": None if granted else True, "remedies": 0 if granted else 2, **said}
        self.notice("decided", day, person, seq, **told)
        return self

    def end(self, day: date) -> Life:
        """Delivered and closed."""
        self.act("delivered", at(day, 16), WINDOW)
        self.act("closed", at(day, 16, 5), "system", post="")
        self.values |= {
            "delivered_on": day,
            "closed_on": day,
            "outcome": "granted" if self.values["granted"] else "refused",
        }
        return self

    def leave(self, day: date) -> None:
        """Ended at the midnight at which the item leaves the list."""
        self.act("terminated", at(day, 0), "system", post="")
        self.done(closed_on=day, outcome="item_ended")

    def done(self, **said: Any) -> None:
        self.city.put("cases", **self.values, **said)
