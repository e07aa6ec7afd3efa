"""Steps on messages at the desk: who is told that it is their turn, and who is not."""

from __future__ import annotations

from datetime import date
from unittest.mock import patch

from pytest_bdd import given, parsers, then, when

from tests.clauses.story import Story
from tests.clauses.ways import Pages, main, text_of
from tests.db.conftest import newest
from yichuang.aggregates import following
from yichuang.aggregates.following import FOLLOWERS
from yichuang.aggregates.models import Place
from yichuang.catalog.reminding import remind_officers
from yichuang.org.models import Department, Holding, Officer, Post
from yichuang.people.models import Account, Message

OURS = ("revision_notices", "deviation_notices", "proposal_notices", "law_notices")


def tell_all() -> None:
    """What the worker does: the followers, then the reminders. All that is visible here counts as settled."""
    with patch.object(following, "find_settled_position", newest):
        for name in OURS:
            FOLLOWERS[name].follow(0)
    remind_officers()


def inbox(story: Story, name: str) -> list[tuple[str, str]]:
    """Title and text of the messages that a person finds on the page of the desk."""
    actor = story.who(name)
    tell_all()
    answer = Pages().browser(actor).get("/desk/messages")
    assert answer.status_code == 200, answer
    rows = [(m.title, m.text) for m in Message.objects.filter(account=int(actor.person[2:])).order_by("id")]
    page = main(text_of(answer))
    return [(title, text) for title, text in rows if text in page]


@then(parsers.parse("{name}在工作台收到消息“{title}”，写明“{words}”"))
def _(story: Story, name: str, title: str, words: str) -> None:
    story.settle()
    found = [text for told, text in inbox(story, name) if told == title]
    assert len(found) == 1 and words in found[0], inbox(story, name)


@then(parsers.parse("{name}在工作台没有收到消息“{title}”"))
def _(story: Story, name: str, title: str) -> None:
    assert title not in [told for told, _ in inbox(story, name)]


@then(parsers.parse("{name}名下没有消息“{title}”"))
def _(story: Story, name: str, title: str) -> None:
    tell_all()
    assert not Message.objects.filter(account=int(story.who(name).person[2:]), title=title).exists()


@when("消息从头再告知一遍")
def _(story: Story) -> None:
    tell_all()
    Place.objects.filter(name__in=OURS).update(position=0)


@given(parsers.parse("{name}还任{post}的岗位"))
def _(story: Story, name: str, post: str) -> None:
    story.also(name, post)


@when(parsers.parse("{name}调到公安局任负责人"))
def _(story: Story, name: str) -> None:
    actor = story.who(name)
    account = Account.objects.get(pk=int(actor.person[2:]))
    story.department("gaj")
    post = Post.objects.create(id="410100/gaj/head/9", department=Department.objects.get(pk="410100/gaj"), kind="head")
    Holding.objects.filter(officer__account=account).update(last_day=date(2018, 3, 11))
    Holding.objects.create(officer=Officer.objects.get(account=account), post=post, first_day=date(2018, 3, 12))
