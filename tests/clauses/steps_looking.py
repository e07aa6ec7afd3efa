"""Steps about who looked: officers open pages, and people read of it on theirs."""

from __future__ import annotations

import uuid

from django.test import Client
from pytest_bdd import parsers, then, when

from tests.clauses.story import Story, day
from yichuang.cases import looking
from yichuang.ledger.actor import Actor
from yichuang.people.models import Account


def browser(actor: Actor) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=int(actor.person[2:])))
    session = client.session
    session["post"] = actor.post
    session.save()
    return client


def own_page(story: Story, name: str) -> tuple[int, str]:
    answer = browser(story.who(name)).get("/account/looked", {"of": story.firm})
    return answer.status_code, answer.content.decode()


@when(parsers.re(r"(?P<name>[^“”]+?)打开本件$"))
def _(story: Story, name: str) -> None:
    assert browser(story.who(name)).get(f"/desk/case/{story.case_id}").status_code == 200


@when(parsers.re(r"(?P<name>[^“”]+?)打开本件并以“(?P<reason>.+?)”为由查看完整的联系电话"))
def _(story: Story, name: str, reason: str) -> None:
    client = browser(story.who(name))
    assert client.get(f"/desk/case/{story.case_id}").status_code == 200
    sent = {"field": "phone", "reason": reason}
    assert client.post(f"/desk/case/{story.case_id}/unmask", sent).status_code == 200


@when("过了一分钟")
def _(story: Story) -> None:
    """The worker's task, which runs every ten seconds."""
    looking.record_looks()


@when(parsers.re(r"(?P<name>[^“”]+?)依据“(?P<basis>.+)”暂不告知至(?P<until>\S+)"))
def _(story: Story, name: str, basis: str, until: str) -> None:
    with story.attempt():
        looking.withhold(story.who(name), uuid.UUID(story.case_id), basis, day(until))


@then(parsers.parse("{name}在单位的“谁看过我的信息”里看到“{first}”和“{second}”"))
def _(story: Story, name: str, first: str, second: str) -> None:
    status, page = own_page(story, name)
    assert status == 200 and first in page and second in page


@then(parsers.parse("{name}在单位的“谁看过我的信息”里看不到“{words}”"))
def _(story: Story, name: str, words: str) -> None:
    status, page = own_page(story, name)
    assert status == 200 and words not in page


@then(parsers.parse("{name}看不到单位的“谁看过我的信息”"))
def _(story: Story, name: str) -> None:
    assert own_page(story, name)[0] == 404
