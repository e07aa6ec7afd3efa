"""Licences of a demo city: every thing that can happen to one is there to look at, and drawn cases act on held ones."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.db.simulate.conftest import UNTIL, simulate

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def stories(demo: None) -> Any:
    return simulate(cases=6, days=184, seed=3, stories=True)


def held() -> list[Any]:
    from yichuang.licences.models import Licence
    from yichuang.licences.queries import read_licences

    return list(read_licences(Licence.objects.values_list("pk", flat=True)).values())


def test_every_end_and_turn_of_a_licence_is_there(stories: Any) -> None:
    from yichuang.aggregates.models import Paper
    from yichuang.ledger.models import Entry

    assert (stories.tally.refusals, stories.tally.samples) == ({}, [])
    stages = Counter(one.licence.stage.value for one in held())
    assert set(stages) == {"valid", "suspended", "expired", "revoked", "withdrawn", "cancelled"}
    turns = {version.why for one in held() for version in one.licence.versions}
    assert turns == {"made", "entered", "changed", "renewed", "deemed", "reissued", "corrected"}
    kinds = set(Entry.objects.filter(stream__startswith="licence/").values_list("kind", flat=True))
    assert kinds >= {
        "answered",
        "hearing_asked",
        "hearing_arranged",
        "hearing_held",
        "revoked",
        "reminded",
        "suspended",
    }
    papers = set(Paper.objects.filter(stream__startswith="licence/").values_list("kind", flat=True))
    assert papers >= {"revocation", "licence_withdrawal", "hearing_record", "deemed_renewal", "cancellation"}
    assert not Entry.objects.filter(kind="refused").exists()


def test_the_persons_of_the_login_page_have_something_to_look_at(stories: Any) -> None:
    from yichuang.people.models import Subject

    firm = Subject.objects.filter(legal_name="李四").order_by("id").first()
    person = Subject.objects.get(name="张三")
    of_firm = [one for one in held() if one.licence.subject == firm.id]
    assert any(one.licence.proceeding for one in of_firm)
    assert any(one.window and one.window.holds(UNTIL.date()) for one in of_firm if not one.licence.proceeding)
    assert all(one.licence.alive for one in of_firm)
    (nurse,) = (one for one in held() if one.licence.subject == person.id)
    assert [version.why for version in nurse.licence.versions] == ["entered", "changed"]


def test_the_tables_say_what_the_streams_say(stories: Any) -> None:
    from yichuang.aggregates.rebuild import rebuild
    from yichuang.licences.declared import LICENCE

    assert rebuild(LICENCE).differences == []


def test_what_acts_on_a_licence_acts_on_one_of_its_applicant(history: Any) -> None:
    from yichuang.cases.codec import load_case
    from yichuang.cases.models import Case
    from yichuang.catalog.terms import terms_of
    from yichuang.licences.models import Licence

    subjects = {str(id): (subject, item) for id, subject, item in Licence.objects.values_list("pk", "subject", "item")}
    acting = 0
    for item, text in Case.objects.values_list("item", "state"):
        case = load_case(text)
        if terms_of(item).needs_licence(case.situation):
            acting += 1
            assert subjects[case.licence] == (case.subject, item)
        else:
            assert not case.licence
    assert acting > 4
    numbers = Licence.objects.filter(stage__in=["valid", "suspended"]).exclude(sole=None)
    places = Counter(numbers.values_list("subject", "item", "sole"))
    assert places and set(places.values()) == {1}


def test_a_history_without_room_tells_no_stories(demo: None) -> None:
    from yichuang.licences.models import Licence

    before = Licence.objects.count()
    assert simulate(cases=0, days=20, seed=4, stories=True).tally.commands == 0
    assert Licence.objects.count() == before
