"""One food licence from filing to delivery, through the door."""

from __future__ import annotations

import pytest

from tests.db.world import City
from yichuang.aggregates.models import Paper
from yichuang.cases.core.state import Stage
from yichuang.cases.models import Access, Case
from yichuang.cases.service import replay_case
from yichuang.licences.queries import read_licence
from yichuang.licences.service import licence_id_of


@pytest.mark.clause("3.2f.1")
@pytest.mark.door
def test_a_licence_goes_from_filing_to_delivery(city: City) -> None:
    city.at("2018-03-12 09:30")
    case = city.submit().state
    assert case.stage is Stage.SUBMITTED
    assert len(case.number) == 42
    city.do(case.id, "receive", city.window, originals=[])
    city.do(case.id, "accept", city.window)
    after = replay_case(case.id)
    assert after.stage is Stage.ACCEPTED
    while not after.steps_done:
        for code, step in after.steps.items():
            if step.status == "open":
                kind = city.standard.step(code)
                actor = city.surveyor if kind.post.value == "surveyor" else city.reviewer
                officers = [city.surveyor2.person] if kind.officers > 1 else []
                city.do(case.id, "conclude", actor, step=code, verdict="pass", opinion="符合要求", officers=officers)
        after = replay_case(case.id)
    city.do(case.id, "decide", city.head, granted=True)
    city.do(case.id, "make_certificate", city.window)
    end = city.do(case.id, "deliver", city.window, method="direct", recipient="张三丰").state
    assert end.stage is Stage.CLOSED
    assert end == replay_case(case.id)
    held = read_licence(licence_id_of(end.id))
    assert held and held.licence.stage.value == "valid" and held.licence.current.paper
    assert [p.kind for p in Paper.objects.order_by("seq")] == ["receipt", "acceptance", "grant", "licence", "delivery"]
    assert not Access.objects.filter(open=True).exists()
    assert Case.objects.get().closed_on == end.closed_on
