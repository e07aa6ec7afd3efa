"""Steps in which a holder shows a licence for a while, and others look."""

from __future__ import annotations

import re

from django.test import Client
from pytest_bdd import given, parsers, then, when

from tests.clauses.steps_looking import browser
from tests.clauses.story import Story
from tests.db.licences.lives import ADDRESS, Licences
from tests.db.portal.holders import plain
from yichuang.licences.models import Licence, Share
from yichuang.licences.sharing import PERIODS

_PERIOD = {words: code for code, (words, _) in PERIODS.items()}


def _place() -> str:
    return f"/my/licences/{Licence.objects.get().pk}/share"


@given("单位早先取得一张食品经营许可证")
def _(story: Story) -> None:
    Licences(story.city).granted("2018-03-12 09:30", subject=story.firm)
    story.city.at("2018-06-01 10:00")


@when(parsers.re(r"(?P<name>\S+?)把这张证照出示(?P<period>15 分钟|1 天)$"))
def _(story: Story, name: str, period: str) -> None:
    page = browser(story.who(name)).post(_place(), {"period": _PERIOD[period]}, follow=True)
    found = re.search(r"/s/([A-Z2-9]{4}-[A-Z2-9]{4})", page.content.decode())
    assert found, page.status_code
    story.code = found[1]


@when(parsers.parse("{name}收回出示码"))
def _(story: Story, name: str) -> None:
    answer = browser(story.who(name)).post(f"{_place()}/{Share.objects.get().pk}/end")
    assert answer.status_code == 302


@when(parsers.parse("{name}依职权注销这张证照"))
def _(story: Story, name: str) -> None:
    reason = {"ground": "body_ended", "reason": "主体已经注销登记。"}
    Licences(story.city).do(Licence.objects.get().pk, "cancel", story.who(name), **reason)


@then(parsers.parse("有出示码的人看到“{words}”"))
def _(story: Story, words: str) -> None:
    assert words in plain(Client().get(f"/s/{story.code}"))


@then("有出示码的人看不到证照的内容")
def _(story: Story) -> None:
    page = plain(Client().get(f"/s/{story.code}"))
    assert ADDRESS not in page and Licence.objects.get().number not in page


@then(parsers.parse("{name}打不开这张证照的出示页"))
def _(story: Story, name: str) -> None:
    client = browser(story.who(name))
    assert client.get(_place()).status_code == 404
    assert client.post(_place(), {"period": "day"}).status_code == 404
    assert not Share.objects.exists()


@then(parsers.parse("输入出示码“{code}”的人看到“{words}”"))
def _(story: Story, code: str, words: str) -> None:
    assert words in plain(Client().post("/s/", {"code": code}))
