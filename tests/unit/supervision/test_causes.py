"""One cause, one card: which findings stand under which."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import permutations
from uuid import UUID, uuid4

import pytest

from yichuang.supervision.rules.causes import list_leads

pytestmark = pytest.mark.clause("4.1b.2")
NOON = datetime(2018, 3, 12, 4, tzinfo=UTC)


@dataclass
class Hit:
    rule: str
    at: str
    day: date | None = None
    measured: int | None = None
    allowed: int | None = None
    seq: int | None = None
    person: str = ""
    case_id: str = "c1"
    found_at: datetime = NOON
    id: UUID = field(default_factory=uuid4)

    @property
    def level(self) -> str:
        return "yellow" if self.rule in ("R-T02", "R-T04", "R-T06", "R-T08", "R-T10") else "red"


def under(*hits: Hit) -> dict[str, str]:
    """By rule and place, what each stands under; in whatever order they are looked at."""
    names = {hit.id: f"{hit.rule} {hit.at}" for hit in hits}
    found = {}
    for order in list(permutations(hits))[:24]:
        found = {names[id]: names[lead] for id, lead in list_leads(order).items() if lead}
        assert found == {names[id]: names[lead] for id, lead in list_leads(hits).items() if lead}
    return found


def march(day: int) -> date:
    return date(2018, 3, day)


def test_silence_that_was_taken_as_agreement_stands_under_the_step_that_was_late() -> None:
    late = Hit("R-T04", "S2/1", march(14), 1)
    assert under(late, Hit("R-T10", "S2/1", march(15))) == {"R-T10 S2/1": "R-T04 S2/1"}
    assert under(late, Hit("R-T10", "S2/2", march(15))) == {}, "another round is another lapse"
    assert under(late, Hit("R-T10", "S2/1", march(15), case_id="c2")) == {}, "and so is another case"


def test_a_decision_is_late_once_whatever_limits_it_breaks_and_the_gravest_says_so() -> None:
    promise, law = Hit("R-T02", "promised", march(12), 9), Hit("R-T03", "statutory", march(20), 3)
    assert under(promise, law) == {"R-T02 promised": "R-T03 statutory"}


def test_a_late_step_explains_the_late_decision_only_when_it_cost_as_many_days() -> None:
    promise = Hit("R-T02", "promised", march(14), 2)
    assert under(Hit("R-T04", "S1/1", march(13), 2), promise) == {"R-T02 promised": "R-T04 S1/1"}
    assert under(Hit("R-T04", "S1/1", march(13), 1), promise) == {}, "the rest of the delay is somebody else's"
    assert under(Hit("R-T04", "S1/1", march(15), 5), promise) == {}, "it became late when the promise was broken"


def test_acceptance_missed_in_silence_explains_the_days_it_cost() -> None:
    silent = Hit("R-T01", "silent", march(9), 20, allowed=5)
    assert under(silent, Hit("R-T02", "promised", march(14), 5)) == {"R-T02 promised": "R-T01 silent"}
    assert under(silent, Hit("R-T02", "promised", march(14), 6)) == {}
    late = Hit("R-T01", "accept", march(9), 20, allowed=5)
    assert under(late, Hit("R-T02", "promised", march(14), 5)) == {}, "the promise runs from acceptance"


def test_what_is_wrong_with_one_document_or_entry_is_one_lapse() -> None:
    assert under(Hit("R-P07", "reason/9", seq=9), Hit("R-P07", "remedy/9", seq=9), Hit("R-P11", "9/x", seq=9)) == {
        "R-P07 remedy/9": "R-P07 reason/9",
        "R-P11 9/x": "R-P07 reason/9",
    }
    assert under(Hit("R-P11", "8/x", seq=8), Hit("R-P11", "9/x", seq=9)) == {}
    assert under(Hit("R-O02", "late/7", seq=7), Hit("R-O03", "accepted", seq=7)) == {"R-O03 accepted": "R-O02 late/7"}
    assert under(Hit("R-P02", "device/5", seq=5), Hit("R-P02", "session/5", seq=5)) == {
        "R-P02 session/5": "R-P02 device/5"
    }


def test_steps_entered_in_one_sitting_are_not_each_a_card() -> None:
    quick = Hit("R-P02", "quick/S1/1", seq=5), Hit("R-P02", "quick/S2/1", seq=7)
    assert under(*quick) == {}, "two officers in haste are two"
    bulk = Hit("R-O02", "bulk", seq=9)
    assert under(*quick, bulk) == {"R-P02 quick/S1/1": "R-O02 bulk", "R-P02 quick/S2/1": "R-O02 bulk"}


def test_what_one_unconnected_system_tells_in_a_day_is_one_finding_with_many_records() -> None:
    told = [Hit("R-O01", "act", march(12), case_id=f"reported/410100/gaj/old/{n}") for n in range(500)]
    leads = list_leads([*told, Hit("R-O05", "early", march(1), case_id="reported/410100/gaj/old/7")])
    assert [lead for lead in leads.values()].count(None) == 1
    next_day = Hit("R-O01", "act", march(13), case_id="reported/410100/gaj/old/900")
    elsewhere = Hit("R-O01", "act", march(12), case_id="reported/410100/gaj/new/1")
    assert [lead for lead in list_leads([*told, next_day, elsewhere]).values()].count(None) == 3


def test_what_led_first_goes_on_leading_when_more_comes() -> None:
    first = Hit("R-O01", "act", march(12), case_id="reported/410100/gaj/old/900")
    later = [
        Hit("R-O01", "result", march(12), case_id=f"reported/410100/gaj/old/{n}", found_at=NOON.replace(hour=5))
        for n in range(3)
    ]
    assert set(list_leads([*later, first]).values()) == {None, first.id}
