"""What a change of law asks is seen by supervision as soon as it is entered, and a task past its day is found."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date

from tests.db.world import City
from yichuang.aggregates.door import perform
from yichuang.aggregates.prepare import prepare_command
from yichuang.catalog.laws.acts import ACTS
from yichuang.catalog.laws.declared import LAW
from yichuang.catalog.models import Item, Law, Revision
from yichuang.supervision import findings, judging, tailing
from yichuang.supervision.background import background
from yichuang.supervision.models import Finding
from yichuang.supervision.rules.catalogue import BY_CODE

RULE = BY_CODE["R-P12"]


def test_a_change_entered_after_the_tables_were_filled_is_seen(city: City) -> None:
    city.at("2018-03-12 09:30")
    while tailing.tail().more:
        pass
    law = Law.objects.get(title="食品安全法")
    data = {"label": "2018修正", "since": date(2018, 3, 20), "changed": "35条", "source": "主席令第9号"}
    office = replace(city.head, post_kind="office", source="simulated")
    prepared = prepare_command(ACTS.by_name["amend"], data, subject=LAW.stream(law.pk))
    perform(LAW, law.pk, prepared, office, command_id=uuid.uuid4())
    for moment, number in (("2018-04-10 23:00", 0), ("2018-04-11 01:00", 1)):
        city.at(moment)
        while tailing.tail().more:
            pass
        judging.sweep((RULE,))
        assert Finding.objects.filter(rule="R-P12", open=True).count() == number, moment
    found = Finding.objects.get(rule="R-P12")
    assert (found.department, found.item, found.person) == ("410100/scjg", "ZZ-001", "")
    assert findings.sentence(found) == (
        "现行办事规程有4处引用的《食品安全法》已经变动，限登记之日起20个工作日内修订或者书面判断，到期没有完成。"
    )
    revision = Revision.objects.create(
        pk=uuid.uuid4(), seq=1, stage="examination", division="410100", item="ZZ-001", name="食品经营许可",
        department="410100/scjg", version=2, base="410100/ZZ-001/1", comments=0, key="", follows="",
        since=found.found_at, moved_at=found.found_at,
    )  # fmt: skip
    assert not background()["law_tasks"], "the office has the next version"
    revision.stage, revision.returned_on = "drafting", date(2018, 4, 11)
    revision.save()
    (task,) = background()["law_tasks"]
    assert task["due_on"] == date(2018, 5, 10), "what the office gives back has its twenty days again"
    revision.delete()
    assert background()["law_tasks"]
    Item.objects.update(department="410100/zwb")  # the list moved it to a department that was never asked
    assert not background()["law_tasks"]
