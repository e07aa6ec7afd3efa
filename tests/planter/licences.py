"""What is planted in the lives of licences (R-L01 … R-L03)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from tests.planter.city import HEAD, HOUSE, POSTS, REVIEWER, SEATS, WINDOW, City, Life, at
from tests.planter.planting import MONDAY, Found, Planting, finished, plain, reviewed

MADE = date(2017, 3, 6)  # when the licences here were made, before all else in this city
DAY = timedelta(days=1)


def all(to: Planting) -> None:
    decisions(to)
    proceedings(to)
    hearings(to)
    renewals(to)


class Licence:
    """A licence of the city, its acts numbered as they come. Its own case is `plain.licence.<name>`."""

    def __init__(self, city: City, name: str, **said: Any) -> None:
        self.city, self.name, self.seq = city, name, 0
        self.case = f"plain.licence.{name}"
        finished(plain(city, self.case, MADE), city.days.after(MADE, 2))
        self.number = f"L-{name}"
        self.act("made", at(city.days.after(MADE, 2), 15), WINDOW, by=self.case, valid_from=MADE, **said)

    def act(self, kind: str, moment: datetime, person: str, *, by: str = "", **said: Any) -> str:
        """An act, in a case or not; where a hit on it stands."""
        self.seq += 1
        post = POSTS[SEATS[person]] if person in SEATS else ""
        row = {
            "case_id": by or self.case, "licence_id": self.name, "seq": self.seq, "number": self.number,
            "department": HOUSE, "kind": kind, "source": "door", "by_case": by, "occurred_at": moment,
            "occurred_on": moment.date(), "recorded_at": moment, "recorded_on": moment.date(), "person": person,
            "post": post, "version": 1, **said,
        }  # fmt: skip
        self.city.put("licence_acts", **row)
        return f"{self.number}/{self.seq}"


def decisions(to: Planting) -> None:
    """R-L01: what a case must have granted before."""
    city, after = to.city, to.city.days.after
    two = after(MONDAY, 2)

    def changed(case: str, kind: str, moment: datetime, hits: bool, **said: Any) -> None:
        """A case granted on Wednesday after one o'clock, and the licence moved at a moment."""
        life = plain(city, case, MONDAY)
        finished(life, two)
        place = Licence(city, case).act(kind, moment, HEAD, by=case, **said)
        to.note(case, *([("R-L01", f"undecided/{place}")] if hits else []))

    for kind, said in (("changed", {}), ("renewed", {}), ("reissued", {}), ("cancelled", {"ground": "asked"})):
        changed(f"R-L01.hit.{kind}-before", kind, at(two, 11), True, **said)
        changed(f"R-L01.near.{kind}-after", kind, at(two, 17), False, **said)
    changed("R-L01.legal.taken-over", "changed", at(two, 11), False, source="migrated")
    changed("R-L01.legal.printed", "printed", at(two, 11), False)

    for case, granted in (("R-L01.hit.refused", False), ("R-L01.hit.never-decided", None)):
        life = plain(city, case, MONDAY)
        if granted is None:
            life.act("withdrawn", at(two, 17), f"s:{case}", post="")
            life.values |= {"closed_on": two, "outcome": "withdrawn"}
        else:
            life.decide(two, granted=False).end(two)
        life.done()
        place = Licence(city, case).act("changed", at(two, 17), WINDOW, by=case)
        to.note(case, ("R-L01", f"undecided/{place}"))
    alone = Licence(city, "R-L01.hit.no-case")
    to.note_at(alone.case, "R-L01.hit.no-case", ("R-L01", f"undecided/{alone.act('changed', at(two, 11), WINDOW)}"))
    ended = Licence(city, "R-L01.legal.ended-by-office")
    ended.act("cancelled", at(two, 11), HEAD, ground="body_ended")
    to.note_at(ended.case, "R-L01.legal.ended-by-office")
    elsewhere = Licence(city, "R-L01.legal.case-not-in-the-log")
    elsewhere.act("changed", at(two, 11), HEAD, by="of-another-log")
    to.note_at(elsewhere.case, "R-L01.legal.case-not-in-the-log")


def _opened(licence: Licence, day: date) -> tuple[int, date]:
    """A proceeding opened on a day, five working days to answer: its number, and the last of them."""
    until = licence.city.days.after(day, 5)
    licence.act("revocation_opened", at(day), HEAD, proceeding=licence.seq + 1, proceeding_kind="revoke",
                ground="procedure")  # fmt: skip
    opened = licence.seq
    licence.act("notice_served", at(day), HEAD, respond_by=until, proceeding=opened, proceeding_kind="revoke")
    return opened, until


def proceedings(to: Planting) -> None:
    """R-L01: who loses a licence was told, and heard or had the time to be."""
    city, after = to.city, to.city.days.after

    def revoked(
        case: str, days: int, place: str, *, told: bool = True, asked: bool = False, held: bool = False
    ) -> None:
        """Revoked so many working days after it was opened, or would have been."""
        licence = Licence(city, case)
        opened = _opened(licence, MONDAY)[0] if told else None
        belongs = {"proceeding": opened, "proceeding_kind": "revoke"}
        if asked:
            licence.act("hearing_asked", at(after(MONDAY, 1)), f"s:{case}", hold_by=after(MONDAY, 21), **belongs)
        if held:
            licence.act("hearing_held", at(after(MONDAY, days), 9), REVIEWER, hearing_on=after(MONDAY, days), **belongs)
        act = licence.act("revoked", at(after(MONDAY, days)), HEAD, ground="procedure", **belongs)
        to.note_at(licence.case, case, *([("R-L01", f"{place}/{act}")] if place else []))

    revoked("R-L01.hit.never-told", 7, "untold", told=False)
    revoked("R-L01.hit.on-the-last-day", 5, "early")
    revoked("R-L01.near.the-day-after", 6, "")
    revoked("R-L01.hit.asked-in-vain", 7, "unheld", asked=True)
    revoked("R-L01.legal.heard-early", 4, "", asked=True, held=True)

    dropped = Licence(city, "R-L01.hit.told-of-another")
    first = _opened(dropped, MONDAY)[0]
    dropped.act("revocation_dropped", at(after(MONDAY, 3)), HEAD, proceeding=first, proceeding_kind="revoke")
    act = dropped.act("revoked", at(after(MONDAY, 9)), HEAD, proceeding_kind="revoke", ground="procedure")
    to.note_at(dropped.case, "R-L01.hit.told-of-another", ("R-L01", f"untold/{act}"))


def hearings(to: Planting) -> None:
    """R-L02: held within twenty working days, told of seven before."""
    city, after = to.city, to.city.days.after
    until = after(MONDAY, 21)

    def asked(case: str, ends: list[tuple[str, date]], *found: str, told: tuple[date, date] | None = None) -> None:
        """Asked for on Tuesday; what came of it."""
        licence = Licence(city, case)
        belongs = {"proceeding": _opened(licence, MONDAY)[0], "proceeding_kind": "revoke"}
        one = licence.act("hearing_asked", at(after(MONDAY, 1)), f"s:{case}", hold_by=until, **belongs)
        places = {"held": one}
        if told:
            places["notice"] = licence.act("hearing_arranged", at(told[0]), HEAD, hearing_on=told[1], **belongs)
        for kind, day in ends:
            licence.act(kind, at(day, 15), HEAD, hearing_on=day if kind == "hearing_held" else None, **belongs)
        to.note_at(licence.case, case, *(("R-L02", f"{name}/{places[name]}") for name in found))

    asked("R-L02.hit.never-held", [], "held")
    asked("R-L02.hit.a-day-late", [("hearing_held", after(until, 1))], "held")
    asked("R-L02.near.on-the-last-day", [("hearing_held", until)])
    asked("R-L02.legal.dropped-before", [("revocation_dropped", after(MONDAY, 4))])
    day, held = after(MONDAY, 10), [("hearing_held", after(MONDAY, 10))]
    asked("R-L02.hit.told-six-days-before", held, "notice", told=(after(MONDAY, 4), day))
    asked("R-L02.near.told-seven-days-before", held, told=(after(MONDAY, 3), day))

    moved = Licence(city, "R-L02.legal.told-anew")
    belongs = {"proceeding": _opened(moved, MONDAY)[0], "proceeding_kind": "revoke"}
    moved.act("hearing_asked", at(after(MONDAY, 1)), "s:moved", hold_by=until, **belongs)
    for told, heard in ((after(MONDAY, 4), after(MONDAY, 10)), (after(MONDAY, 5), after(MONDAY, 12))):
        moved.act("hearing_arranged", at(told), HEAD, hearing_on=heard, **belongs)
    moved.act("hearing_held", at(after(MONDAY, 12), 15), REVIEWER, hearing_on=after(MONDAY, 12), **belongs)
    to.note_at(moved.case, "R-L02.legal.told-anew")

    ahead = Licence(city, "R-L02.legal.still-time")
    yesterday = date(2018, 12, 19)
    belongs = {"proceeding": _opened(ahead, yesterday)[0], "proceeding_kind": "revoke"}
    ahead.act("hearing_asked", at(yesterday, 15), "s:ahead", hold_by=after(yesterday, 20), **belongs)
    to.note_at(ahead.case, "R-L02.legal.still-time")


def renewals(to: Planting) -> None:
    """R-L03: licences that ran out in September while their renewal waited."""
    city, after = to.city, to.city.days.after
    filed = date(2018, 9, 3)  # a Monday; no holiday until the 24th

    def renewal(case: str, last: date) -> tuple[Licence, Life]:
        """A licence that ends on a day, and its renewal, accepted on the next working day."""
        return Licence(city, case, valid_to=last), Life(city, case, filed).accept(after(filed, 1))

    def lapsed(case: str, days: int, *more: Found, done: bool = True) -> None:
        """Silence decides at the midnight after so many working days: whoever examines has nothing left to examine."""
        last = after(filed, days)
        licence, life = renewal(case, last)
        if done:
            reviewed(life, after(filed, 1))
        else:
            life.step("S1", at(after(filed, 1), 10, 5), None, limit=20)
        moment = at(last + DAY, 0)
        life.act("decided", moment, "system", post="")
        life.values |= {"decided_on": last + DAY, "granted": True}
        life.end(after(last, 1))
        life.done()
        place = licence.act("renewed", moment, "system", by=case, deemed=True, former_valid_to=last)
        to.note(case, ("R-L03", f"lapsed/{place}"), *more)

    lapsed("R-L03.hit.while-reviewed", 9, done=False)
    lapsed("R-L03.hit.reviewed-and-not-decided", 9)
    lapsed("R-L03.hit.promise-ends-with-the-licence", 11)  # one lapse, not two
    lapsed("R-L03.hit.promise-broken-before", 12, ("R-T02", "promised"))

    last = after(filed, 9)
    case = "R-L03.near.decided-on-the-last-day"
    licence, life = renewal(case, last)
    finished(reviewed(life, after(filed, 1)), last)
    licence.act("renewed", at(last, 16), HEAD, by=case, former_valid_to=last)
    to.note(case)
    case = "R-L03.legal.waited-for-the-applicant"
    licence, life = Licence(city, case, valid_to=last), Life(city, case, filed)
    life.notice("correction_asked", after(filed, 1), WINDOW, reasoned=True, materials=1)
    life.act("terminated", at(last + DAY, 0), "system", post="")
    life.values |= {"closed_on": last + DAY, "outcome": "overdue"}
    life.done()
    licence.act("cancelled", at(last + DAY, 0), "system", ground="expired")
    to.note(case)
