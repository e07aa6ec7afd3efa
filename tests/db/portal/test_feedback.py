"""The form that rates a case, what one has said, and the public figures."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest

from tests.db.desk.conftest import at_most
from tests.db.portal.pages import begin, browser, complete, submit
from yichuang.feedback.models import Rating

RATED = {"level": "dissatisfied", "indicators": ["guide"], "words": "说明不清楚"}


@pytest.fixture
def ended(town: Any) -> tuple[Any, Any, str]:
    """(town, the owner's browser, id of a case that has ended)."""
    client = browser(town.owner)
    draft = begin(client, town.firm)
    complete(client, draft, town.city.standard)
    id = submit(client, draft).split("/")[2]
    page = client.get(f"/my/{id}/withdraw").content.decode()
    assert client.post(f"/my/{id}/withdraw", {"reason": "不办了", "command_id": command_of(page)}).status_code == 302
    return town, client, id


def command_of(page: str) -> str:
    found = re.search(r'name="command_id" value="([0-9a-f-]{36})"', page)
    assert found
    return found[1]


def sent(page: str, **more: Any) -> dict[str, Any]:
    """What the form posts: its fields under the prefix of the act, and its command id."""
    return {"command_id": command_of(page), **{f"rate-{name}": value for name, value in {**RATED, **more}.items()}}


@pytest.mark.clause("3.5i.1")
@pytest.mark.screen
def test_the_form_offers_what_the_way_of_the_case_has(ended: Any) -> None:
    _, client, id = ended
    with at_most(12):
        page = client.get(f"/my/{id}/rate").content.decode()
    assert "指南精确度" in page and "服务态度" not in page  # never at a window
    answer = client.post(f"/my/{id}/rate", sent(page))
    assert answer.status_code == 302 and answer.url.startswith("/lives/ratings/")
    with at_most(12):
        shown = client.get(answer.url).content.decode()
    assert "不满意" in shown and "说明不清楚" in shown and "指南精确度" in shown
    assert client.get(f"/my/{id}/rate").url == answer.url


@pytest.mark.clause("3.5i.1")
@pytest.mark.screen
@pytest.mark.breach
def test_an_old_tab_rates_nothing_twice_and_keeps_what_was_written(ended: Any) -> None:
    _, client, id = ended
    first, second = (client.get(f"/my/{id}/rate").content.decode() for _ in range(2))
    data = sent(first)
    assert client.post(f"/my/{id}/rate", data).status_code == 302
    again = client.post(f"/my/{id}/rate", data)  # the same form twice is one rating
    assert again.status_code == 302 and Rating.objects.count() == 1
    other = client.post(f"/my/{id}/rate", sent(second, words="另一句话"))
    page = other.content.decode()
    assert other.status_code == 409 and "每件评价一次" in page and "另一句话" in page
    assert Rating.objects.get().level == "dissatisfied"


def test_an_unfinished_case_is_not_rated_and_another_ones_does_not_exist(town: Any) -> None:
    client = browser(town.owner)
    draft = begin(client, town.firm)
    complete(client, draft, town.city.standard)
    id = submit(client, draft).split("/")[2]
    assert client.get(f"/my/{id}/rate").url == f"/my/{id}"
    assert client.post(f"/my/{id}/rate", {"command_id": uuid.uuid4(), "rate-level": "fair"}).status_code == 409
    assert client.get(f"/my/{uuid.uuid4()}/rate").status_code == 404


def test_what_was_said_is_listed_for_its_author_alone(ended: Any) -> None:
    town, client, id = ended
    client.post(f"/my/{id}/rate", sent(client.get(f"/my/{id}/rate").content.decode()))
    data = {"command_id": uuid.uuid4(), "file-case": id, "file-kind": "manner", "file-words": "没有人答复"}
    answer = client.post("/lives/complaints/new/file", data)
    assert answer.status_code == 302, answer.content.decode()
    with at_most(10):
        page = client.get("/my/feedback").content.decode()
    assert "不满意" in page and "TS410100" in page
    stranger = browser(town.stranger)
    assert "TS410100" not in stranger.get("/my/feedback").content.decode()
    assert stranger.get(answer.url).status_code == 404
    with at_most(8):
        figures = client.get("/ratings").content.decode()
    assert "没有人答复" not in figures and "说明不清楚" not in figures and town.firm.name not in figures
