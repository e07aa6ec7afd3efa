"""Every act of a page that the case has left behind: not done, said why, and what was written is before one's eyes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.db.desk.conftest import Browser
from tests.db.world import City
from yichuang.ledger.models import Entry

Desk = Callable[..., Browser]
WORDS = "写了很久的理由"
FORM = re.compile(r'<form class="yc-act__form" method="post" action="([^"]+/do/[^"]+)".*?</form>', re.S)


def acts_on(page: str) -> dict[str, dict[str, str]]:
    """What each act's form of a page sends, its texts filled in; by address."""
    out = {}
    for found in FORM.finditer(page):
        hidden = re.findall(r'<input type="hidden" name="(command_id|seq)" value="([^"]*)"', found[0])
        texts = re.findall(r'<textarea[^>]* name="([^"]+)"', found[0])
        out[found[1]] = dict(hidden) | dict.fromkeys(texts, WORDS)
    return out


@pytest.mark.parametrize(
    ("stage", "post"),
    [(stage, post) for stage in ("received", "accepted") for post in ("window", "head")]
    + [("accepted", "reviewer"), ("accepted", "surveyor")],
)
def test_no_act_of_a_stale_page_is_done_and_nothing_written_is_lost(
    city: City, desk: Desk, stage: str, post: str
) -> None:
    city.at("2018-03-12 09:30")
    id = city.submit().state.id
    city.do(id, "receive", city.window, originals=[])
    if stage == "accepted":
        city.do(id, "accept", city.window)
    browser = desk(getattr(city, post))
    acts = acts_on(browser.case(id).content.decode())
    assert acts
    city.do(id, "withdraw", city.citizen)
    before = Entry.objects.filter(stream=f"case/{id}").count()
    for address, sent in acts.items():
        answer = browser.client.post(address, sent)
        words = answer.content.decode()
        assert answer.status_code == 409 and "没有办成" in words and "您打开这一页之后" in words, address
        assert WORDS not in sent.values() or WORDS in words, address
    assert Entry.objects.filter(stream=f"case/{id}").count() == before
