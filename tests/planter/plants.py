"""What is planted: for each way a rule can hit, a breach, the last lawful neighbour of it, and what only looks bad.

`expected` says of every planted case what must be found in it: (rule, place) for hits; nothing for the others.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from tests.planter import licences
from tests.planter.city import (
    ASOF,
    COMPANION,
    HEAD,
    HOUSE,
    POSTS,
    REVIEWER,
    SECOND,
    SURVEYOR,
    WINDOW,
    City,
    Life,
    at,
)
from tests.planter.planting import MINUTE, MONDAY, NEW_YEAR, Found, Planting, finished, plain, reviewed


def all(seed: int) -> Planting:
    """The whole city: a lawful background, and every plant."""
    city = City()
    planting = Planting(city)
    for plant in (
        timing,
        orders,
        persons,
        documents,
        fees,
        records,
        patterns,
        outside,
        rates,
        laws,
        reviews,
        guided,
        counties,
        outages,
        licences.all,
    ):
        plant(planting)
    background(planting, Random(seed))
    return planting


def timing(to: Planting) -> None:
    """R-T01 … R-T10."""
    city, after = to.city, to.city.days.after

    def waited(case: str, received: date, days: int, *found: Found) -> None:
        accepted = after(received, days)
        life = Life(city, case, received).accept(accepted)
        finished(reviewed(life, accepted), after(accepted, 2))
        to.note(case, *found)

    waited("R-T01.hit.sixth-day", MONDAY, 6, ("R-T01", "accept"))
    waited("R-T01.near.fifth-day", MONDAY, 5)
    waited("R-T01.legal.over-new-year", NEW_YEAR, 5)  # thirteen days by the calendar
    silent = Life(city, "R-T01.hit.silence", MONDAY)
    silent.act("accepted", at(after(MONDAY, 6), 0, 5), "system", post="")
    silent.values |= {"accepted_on": MONDAY, "silent": True}
    reviewed(silent, after(MONDAY, 6))
    finished(silent, after(MONDAY, 8))
    to.note("R-T01.hit.silence", ("R-T01", "silent"))
    for case, supplied, again, found in (
        ("R-T01.hit.after-correction", 9, 6, [("R-T01", "again")]),
        ("R-T01.near.after-correction", 9, 5, []),
        ("R-T01.legal.long-correction", 30, 2, []),
    ):
        life = Life(city, case, MONDAY)
        life.notice("correction_asked", after(MONDAY, 5), WINDOW, reasoned=True, materials=1)
        day = after(MONDAY, supplied)
        life.act("supplied", at(day, 9), f"s:{case}", post="")
        life.values["corrected_on"] = day
        accepted = after(day, again)
        life.accept(accepted)
        finished(reviewed(life, accepted), after(accepted, 2))
        to.note(case, *found)

    def decided(case: str, days: int, *found: Found, stop: int = 0, extended: int = 0, start: date = MONDAY) -> None:
        life = plain(city, case, start)
        if stop:
            begun, ended = after(start, 2), after(start, 2 + stop)
            life.act("special_started", at(begun, 11), REVIEWER)
            life.special("H1", begun, ended, ended)
        if extended:
            day = after(start, 9)
            life.notice("extended", day, HEAD, reasoned=True)
            life.values |= {"extension": extended, "extended_on": day}
        finished(life, after(start, days))
        to.note(case, *found)

    promised, statutory = ("R-T02", "promised"), ("R-T03", "statutory")
    decided("R-T02.hit.eleventh-day", 11, promised)
    decided("R-T02.near.tenth-day", 10)
    decided("R-T02.legal.suspended", 15, stop=5)
    decided("R-T03.hit.day-21", 21, promised, statutory)
    decided("R-T03.near.day-20", 20, promised)
    decided("R-T03.legal.suspended", 24, stop=15)
    decided("R-T03.legal.extended", 20, extended=10)
    decided("R-T02.legal.over-new-year", 10, start=NEW_YEAR)
    plain(city, "R-T02.hit.open", date(2018, 12, 5)).done()  # eleven working days before the day of judgement
    to.note("R-T02.hit.open", promised)
    plain(city, "R-T02.near.open", date(2018, 12, 6)).done()
    to.note("R-T02.near.open")

    for case, stops, found in (
        ("R-T02.legal.suspended-twice-at-once", ((2, 5), (4, 7)), []),  # five days in all, not six
        ("R-T02.hit.suspended-twice-at-once", ((2, 5), (4, 6)), [promised]),
    ):
        life = plain(city, case, MONDAY)
        for number, (begun, ended) in enumerate(stops):
            life.special(f"H{number}", after(MONDAY, begun), after(MONDAY, ended), after(MONDAY, ended))
        finished(life, after(MONDAY, 15))
        to.note(case, *found)
    # 民法典202条、203条：按月的到对应日为止，没有对应日的到月末；末日休息的顺延到其后的工作日
    for case, start, day, found in (
        ("R-T02.near.month-end", date(2018, 1, 31), date(2018, 2, 28), []),
        ("R-T02.hit.month-end", date(2018, 1, 31), date(2018, 3, 1), [promised]),
        ("R-T02.near.month-rolled", date(2018, 3, 8), date(2018, 4, 8), []),  # a Sunday that is worked
        ("R-T02.legal.month-over-a-holiday", date(2018, 4, 2), date(2018, 5, 2), []),
        ("R-T02.legal.month-ends-on-sunday", date(2018, 2, 13), date(2018, 3, 13), []),
        ("R-T02.legal.month-ends-on-rest", date(2018, 5, 10), date(2018, 6, 11), []),
        ("R-T02.hit.month-ends-on-rest", date(2018, 5, 10), date(2018, 6, 12), [promised]),
    ):
        life = Life(city, case, start, "monthly").accept(start)
        reviewed(life, start)
        finished(life, day)
        to.note(case, *found)

    # the item left the list at the midnight after the last day that counts
    for case, days, found in (
        ("R-T02.legal.item-left-after-the-last-day", 11, []),
        ("R-T02.hit.item-left-a-day-later", 12, [promised]),
        ("R-T03.legal.item-left-after-the-last-day", 21, [promised]),
        ("R-T03.hit.item-left-a-day-later", 22, [promised, statutory]),
    ):
        plain(city, case, MONDAY).leave(after(MONDAY, days))
        to.note(case, *found)
    for case, days, found in (
        ("R-T01.legal.item-left-after-the-last-day", 6, []),
        ("R-T01.hit.item-left-a-day-later", 7, [("R-T01", "accept")]),
    ):
        Life(city, case, MONDAY).leave(after(MONDAY, days))
        to.note(case, *found)
    for case, days, found in (
        ("R-T04.legal.item-left-after-the-last-day", 4, []),
        ("R-T04.hit.item-left-a-day-later", 5, [("R-T04", "S1/1")]),
    ):
        life = Life(city, case, MONDAY).accept(MONDAY)
        life.step("S1", at(MONDAY, 10, 5), None).leave(after(MONDAY, days))
        to.note(case, *found)
    for case, days, found in (
        ("R-T08.legal.item-left-after-the-last-day", 4, []),
        ("R-T08.hit.item-left-a-day-later", 5, [("R-T08", "over/X1")]),
    ):
        life = plain(city, case, MONDAY)
        life.special("X1", after(MONDAY, 2), None, after(MONDAY, 3)).leave(after(MONDAY, days))
        to.note(case, *found)

    def stepped(case: str, days: int, *found: Found, stop: bool = False, start: date = MONDAY) -> None:
        life = Life(city, case, start).accept(start)
        if stop:
            life.special("H1", after(start, 1), after(start, 3), after(start, 3))
        life.step("S1", at(start, 10, 5), at(after(start, days), 17))
        finished(life, after(start, days + 1))
        to.note(case, *found)

    stepped("R-T04.hit.fourth-day", 4, ("R-T04", "S1/1"))
    stepped("R-T04.near.third-day", 3)
    stepped("R-T04.legal.suspended", 5, stop=True)
    stepped("R-T04.legal.over-new-year", 3, start=NEW_YEAR)

    def extended(
        case: str, *found: Found, day: int = 9, decided: int = 12, amount: int = 10, times: int = 1, person: str = HEAD,
        reasoned: bool = True,
    ) -> None:  # fmt: skip
        life = plain(city, case, MONDAY)
        for turn in range(times):
            life.notice("extended", after(MONDAY, day + turn), person, reasoned=reasoned)
        life.values |= {"extension": amount, "extended_on": after(MONDAY, day)}
        finished(life, after(MONDAY, decided))
        to.note(case, *found)

    extended("R-T05.hit.twice", ("R-T05", "twice"), times=2)
    extended("R-T05.hit.no-reason", ("R-T05", "reason"), reasoned=False)
    extended("R-T05.hit.not-the-head", ("R-T05", "post"), person=REVIEWER)
    extended("R-T05.hit.eleven-days", ("R-T05", "days"), amount=11)
    extended("R-T05.hit.too-late", ("R-T05", "late"), promised, day=21, decided=22)
    extended("R-T05.near.ten-days-on-the-last", day=20, decided=20)
    extended("R-T05.legal.once-by-the-head")

    def delivered(case: str, days: int, *found: Found, start: date = date(2018, 3, 7)) -> None:
        life = plain(city, case, start)
        decision = after(start, 2)
        life.decide(decision)
        life.end(after(decision, days))
        life.done()
        to.note(case, *found)

    delivered("R-T06.hit.day-11", 11, ("R-T06", "deliver"))
    delivered("R-T06.near.day-10", 10)
    delivered("R-T06.legal.over-new-year", 10, start=date(2018, 2, 8))

    def special(case: str, *found: Found, ended: int = 4, **said: object) -> None:
        life = plain(city, case, MONDAY)
        life.special("X1", after(MONDAY, 2), after(MONDAY, ended), after(MONDAY, 4), **said)
        finished(life, after(MONDAY, 8))
        to.note(case, *found)

    special("R-T08.hit.no-notice", ("R-T08", "notice/X1"), notice="")
    special("R-T08.hit.no-such-kind", ("R-T08", "kind/X1"), kind="publication", listed=False)
    special("R-T08.hit.over-its-time", ("R-T08", "over/X1"), ended=5)
    special("R-T08.near.on-its-last-day", ended=4)
    special("R-T08.legal.unlisted-but-clock-runs", kind="publication", listed=False, stops=False)
    for case, verdict, person, found in (
        ("R-T10.hit.silence", "deemed", "system", [("R-T10", "S4/1")]),
        ("R-T10.near.last-day", "agree", SECOND, []),
        ("R-T10.legal.disagreed", "disagree", SECOND, []),
    ):
        life = plain(city, case, MONDAY)
        people = () if person == "system" else (person,)
        entry = {"device": "", "post": ""} if person == "system" else {}
        life.step("S4", at(MONDAY, 10, 6), at(after(MONDAY, 3), 17), person, verdict=verdict, people=people, **entry)
        finished(life, after(MONDAY, 5))
        to.note(case, *found)


def orders(to: Planting) -> None:
    """R-P01."""
    city, after = to.city, to.city.days.after
    one, two = after(MONDAY, 1), after(MONDAY, 2)
    life = Life(city, "R-P01.hit.too-early", MONDAY).accept(MONDAY)
    early = life.act("step_opened", at(one, 9), "system", step="S3", post="")
    life.step("S1", at(MONDAY, 10, 5), at(one, 10))
    life.step("S3", at(one, 9), at(two, 9), SECOND, opened_seq=early)
    finished(life, after(MONDAY, 3))
    to.note("R-P01.hit.too-early", ("R-P01", "order/S3/1/S1"))
    life = Life(city, "R-P01.near.same-second", MONDAY).accept(MONDAY)
    life.step("S1", at(MONDAY, 10, 5), at(one, 10)).step("S3", at(one, 10), at(two, 9), SECOND)
    finished(life, after(MONDAY, 3))
    to.note("R-P01.near.same-second")
    life = Life(city, "R-P01.hit.missing", MONDAY).accept(MONDAY)
    finished(life, two)
    to.note("R-P01.hit.missing", ("R-P01", "missing/S1"))
    life = Life(city, "R-P01.legal.refused-at-once", MONDAY).accept(MONDAY)
    life.decide(two, granted=False).end(two)
    life.done()
    to.note("R-P01.legal.refused-at-once")
    for case, second, found in (
        ("R-P01.legal.sent-back-and-done-again", True, []),
        ("R-P01.hit.sent-back-and-not-awaited", False, [("R-P01", "order/S3/2/S1")]),
    ):
        life = Life(city, case, MONDAY).accept(MONDAY)
        life.step("S1", at(MONDAY, 10, 5), at(one, 10))
        life.step("S3", at(one, 10), None, SECOND, sent_back_by="S3", people=())
        life.act("sent_back", at(one, 15), SECOND, step="S3")
        if second:
            life.step("S1", at(one, 15), at(two, 9), round=2).step("S3", at(two, 9), at(two, 11), SECOND, round=2)
        else:
            again = life.act("step_opened", at(one, 15), "system", step="S1", post="")
            life.step("S3", at(one, 16), at(two, 11), SECOND, round=2)
            life.step("S1", at(one, 15), at(two, 12), round=2, opened_seq=again)
        finished(life, after(MONDAY, 3))
        to.note(case, *found)
    life = Life(city, "R-T04.legal.sent-back-unfinished", MONDAY).accept(MONDAY)
    life.step("S1", at(MONDAY, 10, 5), at(one, 10)).step("S3", at(one, 10), None, SECOND, sent_back_by="S3", people=())
    life.act("sent_back", at(after(one, 3), 15), SECOND, step="S3")
    day = after(one, 3)
    life.step("S1", at(day, 15), at(after(day, 1), 9), round=2)
    life.step("S3", at(after(day, 1), 9), at(after(day, 2), 9), SECOND, round=2)
    finished(life, after(day, 3))
    to.note("R-T04.legal.sent-back-unfinished")
    life = Life(city, "R-P01.legal.side-by-side", MONDAY, "parallel").accept(MONDAY)
    side = life.act("step_opened", at(MONDAY, 10, 5), "system", step="S3", post="")
    life.step("S1", at(MONDAY, 10, 5), at(one, 10)).step("S3", at(MONDAY, 10, 5), at(one, 9), SECOND, opened_seq=side)
    finished(life, two)
    to.note("R-P01.legal.side-by-side")


def persons(to: Planting) -> None:
    """R-P02 … R-P04: who acted."""
    city, after = to.city, to.city.days.after
    one, two, three = (after(MONDAY, n) for n in (1, 2, 3))

    def quick(case: str, seconds: int, *found: Found, item: str = "plain") -> None:
        life = Life(city, case, MONDAY, item).accept(MONDAY)
        begun = at(one, 9)
        life.step("S1", begun, begun + timedelta(seconds=seconds))
        finished(life, two)
        to.note(case, *found)

    quick("R-P02.hit.59-seconds", 59, ("R-P02", "quick/S1/1"))
    quick("R-P02.near.60-seconds", 60)
    quick("R-P02.legal.instant", 5, item="instant")
    life = Life(city, "R-P02.hit.one-device", MONDAY).accept(MONDAY)
    life.step("S1", at(MONDAY, 10, 5), at(one, 9), device="shared")
    life.step("S3", at(one, 9, 5), at(two, 9), SECOND, device="shared")
    seq = life.seq
    finished(life, three)
    to.note("R-P02.hit.one-device", ("R-P02", f"device/{seq}"))
    life = Life(city, "R-P02.hit.one-session", MONDAY).accept(MONDAY)
    life.step("S1", at(MONDAY, 10, 5), at(one, 9), session="shared")
    life.step("S3", at(one, 9, 5), at(two, 9), SECOND, session="shared")
    seq = life.seq
    finished(life, three)
    to.note("R-P02.hit.one-session", ("R-P02", f"session/{seq}"))
    life = Life(city, "R-P02.near.unknown-devices", MONDAY).accept(MONDAY)
    life.step("S1", at(MONDAY, 10, 5), at(one, 9), device="")
    life.step("S3", at(one, 9, 5), at(two, 9), SECOND, device="")
    finished(life, three)
    to.note("R-P02.near.unknown-devices")
    life = Life(city, "R-P02.near.same-person", MONDAY).accept(MONDAY)
    life.step("S1", at(MONDAY, 10, 5), at(one, 9), device="own").step("S3", at(one, 9, 5), at(two, 9), device="own")
    finished(life, three)
    to.note("R-P02.near.same-person")
    for case, person, day, wrong in (
        ("R-P02.hit.left-the-post", "a:gone", date(2018, 6, 30), True),
        ("R-P02.near.last-day-in-post", "a:gone", date(2018, 6, 29), False),
        ("R-P02.legal.standing-in", "a:stand", date(2018, 7, 3), False),
    ):
        begun = date(2018, 6, 28)
        life = Life(city, case, begun).accept(begun)
        life.step("S1", at(begun, 10, 5), at(day, 9), person)
        seq = life.seq
        finished(life, date(2018, 7, 4))
        to.note(case, *([("R-P02", f"post/{seq}")] if wrong else []))

    def accepted_by(case: str, reviewer: str, decider: str, *found: Found, item: str = "plain", **said: str) -> None:
        post = {"post": POSTS["reviewer"]} if reviewer == WINDOW else {}
        life = Life(city, case, MONDAY, item, **said).accept(MONDAY)
        if reviewer == WINDOW:
            city.put("holders", post=POSTS["reviewer"], person=WINDOW, first_day=MONDAY, standing_in=f"x:{case}")
        life.step("S1", at(MONDAY, 10, 5), at(one, 9), reviewer, **post)
        if decider in (WINDOW, REVIEWER):
            city.put("holders", post=POSTS["head"], person=decider, first_day=MONDAY, standing_in=f"x:{case}")
        life.values |= {"decided_on": two, "decided_by": decider, "granted": True}
        seq = life.act("decided", at(two, 16), decider, post=POSTS["head"])
        life.notice("decided", two, decider, seq)
        life.end(two)
        life.done()
        to.note(case, *found)

    accepted_by("R-P03.hit.reviewed-too", WINDOW, HEAD, ("R-P03", "step/S1/1"))
    accepted_by("R-P03.hit.decided-too", REVIEWER, WINDOW, ("R-P03", "decide"))
    accepted_by("R-P03.hit.reviewer-decides", REVIEWER, REVIEWER, ("R-P03", "review"))
    accepted_by("R-P03.near.three-people", REVIEWER, HEAD)
    accepted_by("R-P03.legal.allowed-by-its-standard", REVIEWER, REVIEWER, item="alone")

    def surveyed(case: str, people: tuple[str, ...], *found: Found, code: str = "S2") -> None:
        life = plain(city, case, MONDAY)
        life.step(code, at(one, 9, 30), at(two, 9), people[0], people=people)
        finished(life, three)
        to.note(case, *found)

    surveyed("R-P04.hit.alone", (SURVEYOR,), ("R-P04", "S2/1"))
    surveyed("R-P04.near.two", (SURVEYOR, COMPANION))
    surveyed("R-P04.legal.papers-alone", (SECOND,), code="S3")


def documents(to: Planting) -> None:
    """R-P05 … R-P11: what the applicant was told and asked for."""
    city, after = to.city, to.city.days.after
    one, two = after(MONDAY, 1), after(MONDAY, 2)

    def corrected(case: str, *found: Found, times: int = 1, unlisted: int = 0) -> None:
        life = Life(city, case, MONDAY)
        for turn in range(times):
            seq = life.notice("correction_asked", after(MONDAY, turn + 1), WINDOW, reasoned=True, materials=2,
                              unlisted=unlisted)  # fmt: skip
        life.act("supplied", at(after(MONDAY, 4), 9), f"s:{case}", post="")
        life.values["corrected_on"] = after(MONDAY, 4)
        life.accept(after(MONDAY, 5))
        finished(reviewed(life, after(MONDAY, 5)), after(MONDAY, 7))
        to.note(case, *((rule, place.format(seq=seq)) for rule, place in found))

    corrected("R-P05.hit.second-notice", ("R-P05", "second/{seq}"), times=2)
    corrected("R-P05.hit.unlisted", ("R-P05", "unlisted/{seq}"), unlisted=1)
    corrected("R-P05.near.one-notice")
    corrected("R-P05.legal.one-with-two-materials")

    def material(case: str, *found: Found, **said: object) -> None:
        life = plain(city, case, MONDAY)
        city.put("materials", case_id=case, material="M9", state="paper", **said)
        finished(life, two)
        to.note(case, *found)

    material("R-P06.hit.demanded", ("R-P06", "M9"), listed=False, demands=1)
    material("R-P06.hit.needed", ("R-P06", "M9"), listed=False, needed=True)
    material("R-P06.near.listed", listed=True, needed=True, demands=1, role="primary")
    material("R-P06.legal.brought-unasked", listed=False)

    def refused(case: str, place: str = "", kind: str = "decided", **said: object) -> None:
        life = plain(city, case, MONDAY)
        told = {"reasoned": True, "remedies": 2, **said}
        if kind == "decided":
            life.decide(two, granted=bool(told.pop("granted", False)), **told)
        else:
            life.values |= {"outcome": "overdue", "closed_on": two}
            life.notice("terminated", two, str(told.pop("person")), post="", **told)
        seq = life.seq
        if kind == "decided":
            life.end(two)
        life.done()
        to.note(case, *([("R-P07", f"{place}/{seq}")] if place else []))

    refused("R-P07.hit.no-reason", "reason", reasoned=False)
    refused("R-P07.hit.no-remedy", "remedy", remedies=0)
    refused("R-P07.near.one-remedy", remedies=1)
    for case, outcome, wrong in (
        ("R-P07.hit.declined-without-remedy", "not_accepted", True),
        ("R-P07.legal.needs-no-licence", "not_required", False),
    ):
        life = Life(city, case, MONDAY)
        life.values |= {"closed_on": one, "outcome": outcome}
        seq = life.notice("declined", one, WINDOW, reasoned=True, remedies=0)
        life.done()
        to.note(case, *([("R-P07", f"remedy/{seq}")] if wrong else []))
    for case, remedies in (("R-P07.hit.revoked-without-remedy", 0), ("R-P07.near.revoked", 2)):
        life = plain(city, case, MONDAY)
        life.values |= {"closed_on": one, "outcome": "acceptance_revoked"}
        seq = life.notice("acceptance_revoked", one, HEAD, reasoned=True, remedies=remedies)
        life.done()
        to.note(case, *([] if remedies else [("R-P07", f"remedy/{seq}")]))
    refused("R-P07.legal.granted-without-reason", granted=True, reasoned=None, remedies=0)
    refused("R-P07.legal.ended-by-time", kind="terminated", person="system", reasoned=False, remedies=0)

    def cited(case: str, published: bool, in_force: bool) -> None:
        life = plain(city, case, MONDAY)
        life.decide(two)
        seq = life.seq
        life.end(two)
        city.put("bases", case_id=case, seq=seq, basis="某法 第一条", published=published, in_force=in_force)
        life.done()
        to.note(case, *([] if published and in_force else [("R-P11", f"{seq}/某法 第一条")]))

    cited("R-P11.hit.unpublished", False, True)
    cited("R-P11.hit.not-in-force", True, False)
    cited("R-P11.near.published-and-in-force", True, True)
    finished(plain(city, "R-P11.legal.cites-nothing", MONDAY), two)
    to.note("R-P11.legal.cites-nothing")


def fees(to: Planting) -> None:
    """R-F01."""
    city, after = to.city, to.city.days.after
    one, two = after(MONDAY, 1), after(MONDAY, 2)

    def charged(case: str, place: str = "", made: bool = True, **said: object) -> None:
        life = plain(city, case, MONDAY)
        row = {
            "due_amount": 1000, "charged_amount": 1000, "charged_at": at(one, 11), "charged_on": one,
            "basis": "收费标准", "basis_published": True, "paid_amount": 1000, "paid_at": at(one, 12), "paid_on": one,
            **said,
        }  # fmt: skip
        city.put("fees", case_id=case, fee="F1", **row)
        if made:
            city.put("certificates", case_id=case, number=f"C-{case}", made_at=at(two, 14), made_on=two, source="door")
        finished(life, two)
        to.note(case, *([("R-F01", f"{place}/F1")] if place else []))

    unpaid = {"paid_amount": None, "paid_at": None, "paid_on": None}
    charged("R-F01.hit.not-in-the-list", "list", due_amount=None)
    charged("R-F01.hit.another-basis", "list", basis_published=False)
    charged("R-F01.hit.one-fen-more", "amount", charged_amount=1001, paid_amount=1001)
    charged("R-F01.hit.paid-another-sum", "paid", paid_amount=999)
    charged("R-F01.hit.certificate-first", "before", paid_at=at(two, 14, 1), paid_on=two)
    charged("R-F01.hit.never-paid", "before", **unpaid)
    charged("R-F01.near.paid-as-it-was-made", paid_at=at(two, 14), paid_on=two)
    charged("R-F01.legal.free", due_amount=0, charged_amount=0, **unpaid)
    charged("R-F01.legal.unpaid-and-nothing-made", made=False, **unpaid)


def records(to: Planting) -> None:
    """R-O02 … R-O04: what happened, and when it was written down."""
    city, after = to.city, to.city.days.after
    one, two, three = (after(MONDAY, n) for n in (1, 2, 3))

    def recorded(case: str, days: int, *found: Found, day: date = MONDAY, **said: str) -> None:
        life = Life(city, case, day, **said)
        life.act("supplied", at(day, 12), WINDOW, recorded=at(after(day, days), 12))
        place = f"late/{life.seq}"
        life.accept(after(day, 2))
        finished(reviewed(life, after(day, 2)), after(day, 4))
        to.note(case, *((rule, place) for rule, _ in found))

    recorded("R-O02.hit.two-days-late", 2, ("R-O02", ""))
    recorded("R-O02.near.next-working-day", 1)
    recorded("R-O02.legal.over-new-year", 1, day=date(2018, 2, 14))  # eight days by the calendar
    recorded("R-O02.legal.migrated", 2, source="migrated")

    def at_once(case: str, seconds: int, *found: Found, item: str = "plain") -> None:
        life = Life(city, case, MONDAY, item).accept(MONDAY)
        begun, ended = at(one, 9), at(one, 9) + timedelta(seconds=seconds)
        life.step("S1", begun, begun + 2 * MINUTE).step("S3", begun + 2 * MINUTE, ended, SECOND)
        finished(life, two)
        to.note(case, *found)

    at_once("R-O02.hit.all-in-599-seconds", 599, ("R-O02", "bulk"))
    at_once("R-O02.near.all-in-600-seconds", 600)
    at_once("R-O02.legal.instant", 300, item="instant")
    life = plain(city, "R-O02.hit.after-the-decision", MONDAY)
    life.decide(two)
    life.step("S3", at(two, 15, 30), at(two, 16), SECOND)
    life.end(three)
    life.done()
    to.note("R-O02.hit.after-the-decision", ("R-O02", "after/S3/1"))

    for case, said, found in (
        ("R-O03.hit.accepted", {"accepted_on": one}, [("R-O03", "accepted")]),
        ("R-O03.near.same-day", {}, []),
    ):
        life = Life(city, case, MONDAY).accept(MONDAY)
        life.values |= said
        reviewed(life, one)
        finished(life, three)
        to.note(case, *found)
    life = plain(city, "R-O03.hit.decided", MONDAY)
    life.decide(three, dated=two)
    life.end(three)
    life.done()
    to.note("R-O03.hit.decided", ("R-O03", "decided"))
    life = Life(city, "R-O03.hit.step", MONDAY).accept(MONDAY)
    life.step("S1", at(MONDAY, 10, 5), at(two, 9), concluded_on=one)
    finished(life, three)
    to.note("R-O03.hit.step", ("R-O03", "step/S1/1"))
    life = plain(city, "R-O03.legal.two-minutes-to-midnight", MONDAY)
    life.act("decided", at(two, 23, 58), HEAD)
    life.values |= {"decided_on": two, "decided_by": HEAD, "granted": True}
    life.notice("decided", two, HEAD, life.seq)
    life.end(three)
    life.done()
    to.note("R-O03.legal.two-minutes-to-midnight")

    for case, begun, place in (
        ("R-O04.hit.day-before", MONDAY, "S2/1"),
        ("R-O04.near.same-day", one, ""),
        ("R-O04.legal.after-acceptance", two, ""),
    ):
        life = Life(city, case, MONDAY)
        opened = life.act("step_opened", at(begun, 9, 50), "system", step="S2", post="")
        life.accept(one)
        life.step("S2", at(begun, 9, 50), at(after(begun, 1), 9), SURVEYOR, opened_seq=opened)
        reviewed(life, one)
        finished(life, after(MONDAY, 5))
        to.note(case, *([("R-O04", place)] if place else []))
    life = Life(city, "R-O04.hit.never-accepted", MONDAY)
    city.put("surveys", case_id="R-O04.hit.never-accepted", survey="J-7", form="reported", kind="survey",
             source="reported", system="old", started_on=MONDAY, listed=True)  # fmt: skip
    life.notice("correction_asked", one, WINDOW, reasoned=True, materials=1)
    life.done()
    to.note("R-O04.hit.never-accepted", ("R-O04", "J-7"))


def patterns(to: Planting) -> None:
    """R-O06 … R-O10, R-P09: what shows in many cases together, or in the timing of one. Some hits have no case."""
    city, after = to.city, to.city.days.after
    one, two = after(MONDAY, 1), after(MONDAY, 2)

    def heap(name: str, number: int, minute: int, apart: int = 0, item: str = "plain") -> None:
        """So many decisions of one person within a minute, or as many minutes apart."""
        for turn in range(number):
            case = f"{name}{turn}"
            life = Life(city, case, MONDAY, item).accept(MONDAY)
            reviewed(life, MONDAY)
            moment = at(two, 15, minute + turn * apart, turn)
            seq = life.act("decided", moment, HEAD)
            life.values |= {"decided_on": two, "decided_by": HEAD, "granted": True}
            life.notice("decided", two, HEAD, seq)
            life.end(two)
            life.done()
            to.note(case)

    heap("R-O06.near.five-in-a-minute-", 5, 20)
    heap("R-O06.legal.six-in-six-minutes-", 6, 25, apart=1)
    heap("R-O06.legal.instant-", 8, 40, item="instant")
    for turn in range(6):
        life = Life(city, f"plain.heap.{turn}", MONDAY).accept(MONDAY)
        reviewed(life, MONDAY)
        life.act("decided", at(two, 11, 30, turn * 9), HEAD)
        life.values |= {"decided_on": two, "decided_by": HEAD, "granted": True}
        life.notice("decided", two, HEAD, life.seq)
        life.end(two)
        life.done()
    to.everywhere("R-O06", "hit", f"{HEAD}/{int(at(two, 11, 30).timestamp()) // 60}")

    def filed(item: str, kind: str, months: dict[int, int]) -> None:
        """An item of its own with so many lawful cases by month of 2018, withdrawn on the day."""
        key = f"410100/{item}"
        city.put("items", division="410100", item=item, name=item, department="410100/scjg", state="listed",
                 standard="410100/plain/1")  # fmt: skip
        for month, number in months.items():
            for turn in range(number):
                day = city.days.next(date(2018, month, 5))
                life = Life(city, f"{item}.{month}.{turn}", day)
                life.values |= {"item": item, "standard": "410100/plain/1", "closed_on": day, "outcome": "withdrawn"}
                life.done()
        if kind == "hit":
            to.everywhere("R-O07", "hit", key)
        else:
            to.stands_for.setdefault(("R-O07", kind), []).append(key)

    filed("fell-silent", "hit", {3: 12, 6: 12})
    filed("never-much", "near", {3: 12, 6: 11})
    filed("one-last-month", "legal", {3: 12, 6: 12, 11: 1})

    def numbered(series: str, serials: tuple[int, ...], kind: str, place: str = "") -> None:
        for n, serial in enumerate(serials):
            number = f"{series}〔2018〕第{serial:05}号"
            case = f"cert.{series}.{n}"
            finished(plain(city, case, MONDAY), two)
            city.put("certificates", case_id=case, number=number, department="410100/scjg", made_at=at(two, 14),
                     made_on=two, source="door")  # fmt: skip
        if kind == "hit":
            to.everywhere("R-O08", "hit", place)
        else:
            to.stands_for.setdefault(("R-O08", kind), []).append(series)

    numbered("甲证", (1, 2, 5), "hit", "甲证〔2018〕第00005号")
    numbered("乙证", (1, 2, 3), "near")
    numbered("丙证", (7,), "legal")  # a series may begin anywhere
    numbered("丁证", (3, 4, 3), "legal")  # a new version keeps the number

    def again(case: str, withdrawn: int, filed_after: int, *found: Found, applicant: str = "") -> None:
        """Withdrawn so many working days after acceptance, and filed again so many days later."""
        who = f"s:{case}"
        first = plain(city, f"former.{case}", MONDAY, applicant=who)
        gone = after(MONDAY, withdrawn)
        first.act("withdrawn", at(gone, 17), who, post="")
        first.values |= {"closed_on": gone, "outcome": "withdrawn"}
        first.done()
        day = gone + timedelta(days=filed_after)
        second = plain(city, case, day, applicant=applicant or who)
        finished(second, after(day, 2))
        to.note(case, *((rule, f"former.{case}") for rule, _ in found))

    again("R-O09.hit.three-days-left", 7, 1, ("R-O09", ""))
    again("R-O09.hit.a-month-later", 7, 30, ("R-O09", ""))
    again("R-O09.near.four-days-left", 6, 1)
    again("R-O09.near.later-than-a-month", 7, 31)
    again("R-O09.legal.somebody-else", 9, 1, applicant="s:another")

    def stopped(case: str, days: int, *found: Found) -> None:
        life = plain(city, case, MONDAY)
        begun = after(MONDAY, days)
        life.special("H1", begun, after(begun, 5), after(begun, 5))
        finished(life, after(begun, 5))
        to.note(case, *found)

    stopped("R-O10.hit.ninth-day", 9, ("R-O10", "H1"))
    stopped("R-O10.hit.tenth-day", 10, ("R-O10", "H1"), ("R-T02", "promised"))  # what has run out cannot be stopped
    stopped("R-O10.near.eighth-day", 8)
    life = plain(city, "R-O10.legal.clock-runs-on", MONDAY)
    life.special("H1", after(MONDAY, 9), after(MONDAY, 10), after(MONDAY, 10), stops=False)
    finished(life, after(MONDAY, 10))
    to.note("R-O10.legal.clock-runs-on")

    city.put("items", division="410100", item="ended", name="ended", department="410100/scjg", state="cancelled",
             cancelled_on=one, standard="410100/plain/1")  # fmt: skip
    for case, received, accepted, found in (
        ("R-P09.hit.that-day", one, one, [("R-P09", "cancelled")]),
        ("R-P09.hit.day-after", two, two, [("R-P09", "cancelled")]),
        ("R-P09.near.filed-before", MONDAY, two, []),
        ("R-P09.legal.decided-later", MONDAY, MONDAY, []),
    ):
        life = Life(city, case, received)
        life.values |= {"item": "ended", "standard": "410100/plain/1"}
        life.accept(accepted)
        reviewed(life, accepted)
        finished(life, after(accepted, 3))
        to.note(case, *found)
    life = Life(city, "R-P09.legal.revoked", two)
    life.values |= {"item": "ended", "standard": "410100/plain/1"}
    life.accept(two)
    life.values |= {"closed_on": two, "outcome": "acceptance_revoked"}
    life.notice("acceptance_revoked", two, HEAD, reasoned=True, remedies=2)
    life.done()
    to.note("R-P09.legal.revoked")


def outside(to: Planting) -> None:
    """R-O01 and R-O05: what departments' own systems report, beside what the hall did."""
    city, after = to.city, to.city.days.after
    two, three = after(MONDAY, 1), after(MONDAY, 2)
    city.put("systems", system="joined", department=HOUSE, connected_on=date(2017, 6, 1))
    city.put("systems", system="left", department=HOUSE, connected_on=date(2017, 6, 1), disconnected_on=MONDAY)

    def told(case: str, system: str, acts: dict[str, date], *found: Found, **said: Any) -> None:
        """An application of a department's system with these acts."""
        values = {"source": "reported", "system": system, "channel": "api"}
        first = min(acts.values())
        named = {name: said[name] for name in ("number",) if name in said}
        for seq, (kind, day) in enumerate(acts.items(), 1):
            late = after(day, 5)  # reports come late, and are no back-dating for it
            city.put("events", case_id=case, seq=seq, kind=kind, occurred_at=at(day), occurred_on=day,
                     recorded_at=at(late), recorded_on=late, **values, **named)  # fmt: skip
        row: dict[str, Any] = {
            "case_id": case, "division": "410100", "department": HOUSE, "item": "plain", "submitted_at": at(first),
            "submitted_on": first, "accepted_on": acts.get("accepted"), "decided_on": acts.get("decided"), **values,
        }  # fmt: skip
        city.put("cases", **(row | said))
        if case.startswith("R-"):
            to.note(case, *found)

    def hall(case: str, received: date, **said: Any) -> None:
        """A lawful case of the hall beside it."""
        finished(plain(city, case, received, **said), after(received, 3))

    whole = {"accepted": MONDAY, "decided": two, "certificate_made": two}
    told("R-O01.hit.certificate", "own", whole, ("R-O01", "result"))
    told("R-O01.hit.only-begun", "own", {"submitted": MONDAY}, ("R-O01", "act"))
    told("R-O01.hit.no-longer-joined", "left", whole, ("R-O01", "result"))
    told("R-O01.hit.never-begun", "joined", {"certificate_made": two}, ("R-O01", "unbegun"))
    told("R-O01.legal.joined", "joined", whole)
    for name, received, found in (
        ("R-O01.hit.a-day-before", three, [("R-O01", "before")]),
        ("R-O01.near.same-day", two, []),
    ):
        hall(f"plain.hall.{name}", received)
        told(name, "own", {"surveyed": two, "delivered": after(MONDAY, 4)}, *found, number=f"N-plain.hall.{name}")
    hall("plain.hall.O01.joined", three)
    told("R-O01.legal.joined-before", "joined", {"surveyed": two}, number="N-plain.hall.O01.joined")

    def both(case: str, days: int, *found: Found, applicant: str = "s:both", **said: Any) -> None:
        """The hall accepts, and so many days later a joined system too."""
        hall(f"plain.both.{case}", MONDAY, applicant=f"s:{case}")
        whom = applicant if applicant != "s:both" else f"s:{case}"
        told(case, "joined", {"accepted": MONDAY + timedelta(days=days)}, *found, applicant=whom, **said)

    both("R-O05.hit.same-day", 0, ("R-O05", "twice/N-plain.both.R-O05.hit.same-day"))
    both("R-O05.hit.a-month-later", 30, ("R-O05", "twice/N-plain.both.R-O05.hit.a-month-later"))
    both("R-O05.near.later", 31)
    both("R-O05.legal.another-item", 1, item="alone")
    both("R-O05.legal.somebody-else", 1, applicant="s:other")
    both("R-O05.legal.the-same-case", 0, number="N-plain.both.R-O05.legal.the-same-case")
    hall("plain.hall.O05", two)
    told("R-O05.hit.before-the-hall", "joined", {"accepted": MONDAY}, ("R-O05", "early"), number="N-plain.hall.O05")


def laws(to: Planting) -> None:
    """R-P12: what was to be revised by a day that has passed, by one that has not, and what was done in time."""
    yesterday = ASOF - timedelta(days=1)

    def task(number: int, kind: str, **said: Any) -> None:
        row = {"law": "示范法", "number": number, "cause": "amended", "division": "410100", "item": "plain",
               "department": HOUSE, "lines": 2, "opened_on": date(2018, 11, 1), "since": date(2018, 11, 1),
               "due_on": yesterday}  # fmt: skip
        to.city.put("law_tasks", **(row | said))
        if kind == "hit":
            to.everywhere("R-P12", kind, f"{number}/示范法")
        else:
            to.stands_for.setdefault(("R-P12", kind), []).append(f"{number}/示范法")

    task(1, "hit")
    task(2, "near", due_on=ASOF)
    task(3, "legal", done_on=yesterday)
    task(4, "hit", cause="repealed", due_on=date(2018, 11, 29))
    task(5, "legal", since=ASOF + timedelta(days=30))  # the change does not hold yet


def counties(to: Planting) -> None:
    """R-P13: a day that has passed, in two counties at once, one that has not, and what went to the office in time; of
    two items without a standard, the one whose day has passed.
    """
    yesterday = ASOF - timedelta(days=1)

    def task(number: int, kind: str, way: str = "follow", division: str = "410184", **said: Any) -> None:
        base = f"410100/plain/{number}"
        at = f"{way}/{division}/{base}"
        row = {"division": division, "item": "plain", "kind": way, "base": base, "department": HOUSE, "number": number,
               "opened_on": date(2018, 11, 1), "due_on": yesterday}  # fmt: skip
        to.city.put("county_tasks", **(row | said))
        if kind == "hit":
            to.everywhere("R-P13", kind, at)
        else:
            to.stands_for.setdefault(("R-P13", kind), []).append(at)

    task(2, "hit")
    task(2, "hit", division="410122")
    task(3, "near", due_on=ASOF)
    task(4, "legal", done_on=yesterday)
    task(5, "hit", "deviate")
    task(6, "near", "deviate", due_on=ASOF)
    task(7, "hit", "publish")
    task(8, "near", "publish", due_on=ASOF)
    task(9, "legal", "publish", done_on=yesterday)


def reviews(to: Planting) -> None:
    """R-P14: a standard whose day of review has passed, one whose day is today, an old one that was looked at again."""
    days = ((2, "hit", ASOF - timedelta(days=1)), (3, "near", ASOF), (4, "legal", ASOF + timedelta(days=700)))
    for number, kind, review_on in days:
        key = f"410100/plain/{number}"
        to.city.put("standard_reviews", standard=key, division="410100", item="plain", department=HOUSE,
                    in_force_on=date(2016, 12, 1), review_on=review_on)  # fmt: skip
        if kind == "hit":
            to.everywhere("R-P14", kind, key)
        else:
            to.stands_for.setdefault(("R-P14", kind), []).append(key)


PLAIN = "410100/plain/1"


def guided(to: Planting) -> None:
    """R-T07: not answered by its day, its day is today, answered on it, given up before it. R-P15: a notice that spared
    what a correction asked for; one that asked for it, of another version, of what answers decide, mended later.
    """
    city, after = to.city, to.city.days.after
    day = date(2018, 12, 3)

    def ask(name: str, asked_on: date, applicant: str = "s:asks", **said: object) -> None:
        values = {"number": f"FD{name}", "source": "door", "division": "410100", "item": "plain",
                  "standard": PLAIN, "department": HOUSE, "applicant": applicant,
                  "due_on": after(asked_on, 5)}  # fmt: skip
        city.put("guidances", guidance=name, asked_on=asked_on, **{**values, **said})

    ask("late", day)
    to.everywhere("R-T07", "hit", "FDlate")
    ask("slow", day, done_on=after(day, 6), done_by="a:counsellor")
    to.everywhere("R-T07", "hit", "FDslow")
    for name, kind, said in (
        ("today", "near", {"due_on": ASOF}),
        ("on-its-day", "near", {"done_on": after(day, 5), "done_by": "a:counsellor"}),
        ("given-up", "legal", {"withdrawn_on": after(day, 2)}),
    ):
        ask(name, day, **said)
        to.stands_for.setdefault(("R-T07", kind), []).append(f"FD{name}")

    def told(
        case: str, *found: Found, state: str = "spared", standard: str = PLAIN, mended: str = "",
        situation: str = "", sure: bool = True,
    ) -> None:  # fmt: skip
        """A notice some days before; then the application, of which a correction asks for the material."""
        life = Life(city, case, MONDAY)
        for name, said, days in ((case, state, 7), (f"{case}-again", mended, 5)):
            if said:
                on = MONDAY - timedelta(days=days)
                ask(name, on, applicant=f"s:{case}", standard=standard, done_on=on, done_by="a:counsellor",
                    noticed_at=at(on, 10))  # fmt: skip
                city.put("guidance_lines", guidance=name, material="M1", state=said, lacked=True,
                         situation=situation, sure=sure)  # fmt: skip
        life.notice("correction_asked", after(MONDAY, 1), WINDOW, reasoned=True, materials=1)
        city.put("materials", case_id=case, material="M1", state="given", listed=True, needed=True, demands=1,
                 role="primary")  # fmt: skip
        life.act("supplied", at(after(MONDAY, 2), 9), f"s:{case}", post="")
        life.values["corrected_on"] = after(MONDAY, 2)
        life.accept(after(MONDAY, 3))
        finished(reviewed(life, after(MONDAY, 3)), after(MONDAY, 5))
        to.note(case, *found)

    told("R-P15.hit.spared", ("R-P15", "M1"))
    told("R-P15.near.asked-for", state="missing")
    told("R-P15.near.mended", mended="missing")
    told("R-P15.legal.answers-decide", sure=False)
    told("R-P15.legal.another-situation", situation="renew")
    told("R-P15.legal.another-version", standard="410100/plain/2")


def rates(to: Planting) -> None:
    """R-N01 … R-N03: departments, applications and items that are not in the system, and those that need not be."""
    city, yesterday, week = to.city, ASOF - timedelta(days=1), ASOF - timedelta(days=7)
    laws = {"first_day": date(2017, 1, 2), "reason": "law", "basis": "某法第一条"}

    def noted(rule: str, kind: str, place: str) -> None:
        if kind == "hit":
            to.everywhere(rule, kind, place)
        else:
            to.stands_for.setdefault((rule, kind), []).append(place)

    def excluded(kind: str, name: str, last: date | None = None) -> None:
        what = {"department": name} if kind == "department" else {"item": name}
        place = f"{kind}/{name}/{last}"
        city.put("exclusions", exclusion=place, kind=kind, division="410100", last_day=last, **what, **laws)

    def department(name: str, rule: str, kind: str, *, due: bool = True) -> str:
        key = f"410100/{name}"
        city.put("departments", department=key, division="410100", name=name, due=due)
        noted(rule, kind, key)
        return key

    def held(key: str, last: date | None) -> None:
        city.put("posts", post=f"{key}/head/1", division="410100", department=key, kind="head", name="head")
        city.put("holders", post=f"{key}/head/1", person=f"a:{key}", first_day=date(2017, 1, 2), last_day=last)

    department("nobody", "R-N01", "hit")
    held(department("left-yesterday", "R-N01", "hit"), yesterday)
    held(department("leaves-today", "R-N01", "near"), ASOF)
    linked = department("has-a-system", "R-N01", "legal")
    city.put("systems", system="theirs", department=linked, connected_on=ASOF)
    gone = department("had-a-system", "R-N01", "hit")
    city.put("systems", system="once", department=gone, connected_on=date(2017, 6, 1), disconnected_on=yesterday)
    department("entrusted", "R-N01", "legal", due=False)
    excluded("department", department("by-law", "R-N01", "legal"))
    excluded("department", department("no-longer-by-law", "R-N01", "hit"), yesterday)

    def reported(name: str, kind: str, day: date, **said: Any) -> str:
        """A department whose connected system tells of one application."""
        key = department(name, "R-N02", kind)
        city.put("systems", system=name, department=key, connected_on=date(2017, 6, 1))
        who = {"source": "reported", "system": name, "channel": "api"}
        city.put("events", case_id=f"told.{name}", seq=1, kind="accepted", occurred_at=at(day), occurred_on=day,
                 recorded_at=at(day), recorded_on=day, number=said.get("number", ""), **who)  # fmt: skip
        row = {
            "case_id": f"told.{name}", "division": "410100", "department": key, "item": "plain",
            "submitted_at": at(day), "submitted_on": day, "accepted_on": day, **who,
        }  # fmt: skip
        city.put("cases", **(row | said))
        return key

    reported("elsewhere", "hit", week)
    reported("thirty-days-ago", "near", ASOF - timedelta(days=30))
    reported("twenty-nine-days-ago", "hit", ASOF - timedelta(days=29))
    finished(plain(city, "plain.hall.N02", week), ASOF)
    reported("the-same-case", "legal", week, number="N-plain.hall.N02")
    reported("secret-item", "legal", week, item="secret")
    excluded("item", "secret")

    def item(name: str, kind: str, online: bool | None) -> None:
        standard = f"410100/{name}/1"
        city.put("items", division="410100", item=name, name=name, department=HOUSE, state="listed", standard=standard)
        city.put("standards", standard=standard, division="410100", item=name, version=1, department=HOUSE,
                 online=online, published_on=date(2017, 1, 2))  # fmt: skip
        noted("R-N03", kind, f"410100/{name}")

    item("paper-only", "hit", False)
    item("secret-until-yesterday", "hit", False)
    excluded("item", "secret-until-yesterday", yesterday)
    item("secret-until-today", "near", False)
    excluded("item", "secret-until-today", ASOF)
    item("online", "legal", True)
    item("nobody-knows", "legal", None)


def outages(to: Planting) -> None:
    """What fell due while the system stood still, on a Monday and a Tuesday long before all else here."""
    city, after = to.city, to.city.days.after
    first, last = date(2017, 9, 11), date(2017, 9, 12)
    city.put("outages", outage="1", first_day=first, last_day=last, reason="机房停电")

    def back(day: date, days: int) -> date:
        """So many working days before."""
        while days:
            day -= timedelta(days=1)
            days -= city.days.works(day)
        return day

    def due(case: str, day: date, decided: date, *found: Found) -> None:
        """A case whose promise of ten working days ends on the day."""
        finished(plain(city, case, back(day, 10)), decided)
        to.note(case, *found)

    due("R-T02.legal.due-in-an-outage", last, after(last, 1))
    due("R-T02.hit.long-after-an-outage", last, after(last, 2), ("R-T02", "promised"))
    due("R-T02.hit.due-after-an-outage", after(last, 1), after(last, 2), ("R-T02", "promised"))
    due("R-T02.hit.due-before-an-outage", back(first, 1), after(last, 1), ("R-T02", "promised"))

    def written(case: str, entered: date, hits: bool) -> None:
        """An act of the first day that was entered on another."""
        life = plain(city, case, first)
        seq = life.act("read", at(first, 15), REVIEWER, recorded=at(entered, 15))
        finished(life, after(first, 4))
        to.note(case, *([("R-O02", f"late/{seq}")] if hits else []))

    written("R-O02.legal.entered-after-an-outage", after(last, 1), False)
    written("R-O02.hit.entered-long-after-an-outage", after(last, 2), True)


def background(to: Planting, random: Random, cases: int = 300) -> None:
    """Lawful cases at random: whoever judges must find nothing in them."""
    city, days = to.city, to.city.days
    for number in range(cases):
        case = f"plain.{number}"
        received = days.next(date(2018, 1, 3) + timedelta(days=random.randrange(290)))
        item = random.choice(("plain", "alone", "parallel"))
        source = random.choice(("door", "door", "door", "migrated"))
        life = Life(city, case, received, item, source=source)
        day = received
        if random.random() < 0.3:
            life.notice("correction_asked", days.after(day, random.randint(1, 5)), WINDOW, reasoned=True, materials=2)
            day = days.after(day, random.randint(5, 40))
            life.act("supplied", at(day, 9), f"s:{case}", post="")
            life.values["corrected_on"] = day
        day = days.after(day, random.randint(0, 5))
        life.accept(day)
        accepted = day
        end = days.after(day, random.randint(1, 3))
        life.step("S1", at(day, 10, 5), at(end, 16))
        day = end
        if random.random() < 0.5:
            end = days.after(day, random.randint(1, 3))
            life.step("S2", at(day, 16, 1), at(end, 11), SURVEYOR)
            day = end
        if random.random() < 0.5:
            end = days.after(day, random.randint(1, 3))
            life.step("S3", at(day, 16, 1), at(end, 12), SECOND)
            day = end
        extra = 0
        if random.random() < 0.3:
            extra = random.randint(1, 15)
            begun = days.after(accepted, 1)
            ended = days.after(begun, extra)
            life.special("H1", begun, ended, ended)
        if random.random() < 0.1:
            life.done()  # still open: only when the promise has not run out
            if days.after(accepted, 10 + extra) < date(2018, 12, 20):
                city.rows["cases"][-1] |= {"closed_on": day, "outcome": "withdrawn"}
                life.act("withdrawn", at(day, 17), f"s:{case}", post="")
            continue
        decided = max(day, days.after(accepted, random.randint(1, 10 + extra)))
        life.decide(decided, granted=random.random() < 0.9)
        life.end(days.after(decided, random.randint(0, 10)))
        life.done()
