"""Steps about paper licences of before the platform: entered by officers, and what is on record then."""

from __future__ import annotations

import uuid

from django.test import Client
from pytest_bdd import parsers, then, when

from tests.clauses.story import Story, day
from tests.db.licences.lives import scan
from yichuang.aggregates import door
from yichuang.aggregates.prepare import prepare_command
from yichuang.licences.core.decide import ACTS
from yichuang.licences.declared import LICENCE
from yichuang.licences.entering import prepare_entry
from yichuang.licences.models import Licence
from yichuang.licences.queries import read_licence, read_licences
from yichuang.people.models import Subject


@when(parsers.re(r"(?P<name>[^“”]+?)补记纸质证照“(?P<number>[^”]+)”，有效期自(?P<first>\S+日)至(?P<last>\S+日)$"))
def _(story: Story, name: str, number: str, first: str, last: str) -> None:
    actor, firm = story.who(name), Subject.objects.get(pk=story.firm)
    data = {
        "item": story.standard.item,
        "holder": firm.uscc,
        "number": number,
        "valid_from": day(first),
        "valid_to": day(last),
        "values": {"premises_address": "郑州市金水区花园路39号"},
        "evidence": scan(actor),
    }
    with story.attempt():
        prepared = prepare_entry(data, data, actor)
        door.perform(LICENCE, uuid.uuid4(), prepared, actor, command_id=uuid.uuid4())


@then(parsers.parse("证照“{number}”的状态是“{label}”"))
def _(story: Story, number: str, label: str) -> None:
    held = read_licence(Licence.objects.get(number=number).pk)
    assert held is not None and held.licence.stage.label == label


@then(parsers.parse("证照“{number}”不在册"))
def _(story: Story, number: str) -> None:
    assert not Licence.objects.filter(number=number).exists()


@when(parsers.re(r"(?P<name>[^“”]+?)撤销证照“(?P<number>[^”]+)”的补记$"))
def _(story: Story, name: str, number: str) -> None:
    licence = Licence.objects.get(number=number).pk
    prepared = prepare_command(ACTS.by_name["undo_entry"], {"reason": "届满日记错。"}, subject=f"licence/{licence}")
    with story.attempt():
        door.perform(LICENCE, licence, prepared, story.who(name), command_id=uuid.uuid4())


@then(parsers.parse("编号“{number}”的现在状态依次是“{labels}”"))
def _(story: Story, number: str, labels: str) -> None:
    held = read_licences(Licence.objects.filter(number=number).values_list("pk", flat=True)).values()
    assert [one.licence.stage.label for one in sorted(held, key=lambda one: not one.licence.alive)] == labels.split(
        "、"
    )


@then(parsers.parse("任何人凭编号“{number}”看到“{words}”"))
def _(story: Story, number: str, words: str) -> None:
    assert words in Client().get("/verify", {"code": number}).content.decode()
