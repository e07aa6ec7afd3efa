"""One draft open in two places: each saves what it changed, and what both changed is shown to a person."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest

from tests.db.portal.pages import begin, browser
from yichuang.cases.models import Draft

FIELDS = {"signboard": "早上的店", "premises_area": "80", "rows:managers": "1", "managers-0-manager_name": "赵一"}


def marks_in(page: str) -> str:
    found = re.search(r'(?:name="marks" value|data-marks)="([^"]*)"', page)
    assert found
    return html.unescape(found[1])


def kept() -> dict[str, Any]:
    return dict(Draft.objects.get().values["form"])


@pytest.fixture
def morning(town: Any) -> tuple[Any, str, dict[str, str]]:
    """A draft with some fields filled in, and what a page that shows them sends."""
    client = browser(town.owner)
    draft = begin(client, town.firm)
    client.post(f"{draft}/form", FIELDS | {"act": "save"})
    return client, draft, FIELDS | {"marks": marks_in(client.get(f"{draft}/form").content.decode())}


@pytest.mark.parametrize("how", ["form", "autosave"])
def test_a_page_saves_what_it_changed_and_leaves_what_another_saved(morning: Any, town: Any, how: str) -> None:
    client, draft, page = morning
    phone = browser(town.owner)
    phone.post(f"{draft}/autosave", page | {"signboard": "晚上的店"})
    answer = client.post(f"{draft}/{how}", page | {"premises_area": "90", "act": "save"}, follow=True)
    assert answer.status_code == 200 and (kept()["signboard"], kept()["premises_area"]) == ("晚上的店", "90")
    words = answer.content.decode()
    assert "“门店招牌名称”" in words and "保留" in words


def test_what_both_changed_is_shown_and_chosen(morning: Any, town: Any) -> None:
    client, draft, page = morning
    browser(town.owner).post(f"{draft}/autosave", page | {"signboard": "晚上的店"})
    line = client.post(f"{draft}/autosave", page | {"signboard": "手上的店"}).content.decode()
    assert "“门店招牌名称”在别处也改过，这里填的还没有保存" in line and "已自动保存" not in line
    assert kept()["signboard"] == "晚上的店"
    again = page | {"signboard": "手上的店", "marks": marks_in(line)}
    both = client.post(f"{draft}/form", again)
    words = both.content.decode()
    assert both.status_code == 409 and "手上的店" in words and "晚上的店" in words
    assert kept()["signboard"] == "晚上的店", "nothing is replaced unasked, however often it is sent"
    chosen = client.post(f"{draft}/form", again | {"choose:signboard": "here", "marks": marks_in(words)})
    assert chosen.status_code == 302 and kept()["signboard"] == "手上的店"


def test_of_two_copies_the_one_elsewhere_may_be_chosen(morning: Any, town: Any) -> None:
    client, draft, page = morning
    browser(town.owner).post(f"{draft}/autosave", page | {"signboard": "晚上的店"})
    chosen = page | {"signboard": "手上的店", "choose:signboard": "there"}
    assert "晚上的店" in client.post(f"{draft}/form", chosen, follow=True).content.decode()
    assert kept()["signboard"] == "晚上的店"


def test_rows_added_in_both_places_are_both_shown(morning: Any, town: Any) -> None:
    client, draft, page = morning
    two = page | {"rows:managers": "2"}
    browser(town.owner).post(f"{draft}/autosave", two | {"managers-1-manager_name": "钱二"})
    words = client.post(f"{draft}/form", two | {"managers-1-manager_name": "孙三", "act": "save"}).content.decode()
    assert "孙三" in words and "钱二" in words and "选择留下哪一个" in words
    assert [row["manager_name"] for row in kept()["managers"]] == ["赵一", "钱二"]


def test_a_row_added_here_is_no_dispute_with_oneself(morning: Any) -> None:
    client, draft, page = morning
    words = client.post(f"{draft}/form", page | {"add:managers": "1"}).content.decode()
    more = page | {"rows:managers": "2", "managers-1-manager_name": "钱二", "marks": marks_in(words)}
    assert "已自动保存" in client.post(f"{draft}/autosave", more).content.decode()
    fewer = more | {"marks": marks_in(client.get(f"{draft}/form").content.decode()), "remove:managers:0": "1"}
    assert "在别处也改过" not in client.post(f"{draft}/form", fewer).content.decode()
    assert [row["manager_name"] for row in kept()["managers"]] == ["钱二"]


def test_a_morning_s_stash_does_not_replace_the_evening_s_work(morning: Any, town: Any) -> None:
    client, draft, page = morning
    client.logout()
    stashed = page | {"signboard": "早上改的店", "premises_area": "90"}
    assert "已暂存" in client.post(f"{draft}/autosave", stashed).content.decode()
    browser(town.owner).post(f"{draft}/autosave", page | {"signboard": "晚上的店"})
    client.post("/accounts/login/", {"login": "zhangsanfeng", "password": "a-long-password"})
    for _ in range(2):  # closed and opened again, both are still there
        words = client.get(f"{draft}/form").content.decode()
        assert "早上改的店" in words and "晚上的店" in words and "已经恢复" not in words
    assert (kept()["signboard"], kept()["premises_area"]) == ("晚上的店", "90")
    shown = page | {"signboard": "早上改的店", "premises_area": "90", "marks": marks_in(words)}
    client.post(f"{draft}/form", shown | {"choose:signboard": "there"})
    assert "早上改的店" not in client.get(f"{draft}/form").content.decode()


def test_what_was_not_kept_is_not_called_kept(morning: Any) -> None:
    client, draft, page = morning
    client.logout()
    line = client.post(f"{draft}/autosave", page | {"signboard": "字" * 300_001}).content.decode()
    assert "没有保存" in line and "已暂存" not in line
    sent = client.post(f"{draft}/form", page | {"signboard": "字" * 300_001})
    assert "没有能暂存" in client.get(sent.url).content.decode()


def test_a_draft_deleted_or_submitted_elsewhere_says_so(morning: Any) -> None:
    client, draft, page = morning
    client.post(f"{draft}/delete")
    assert client.post(f"{draft}/autosave", page).status_code == 404


@pytest.mark.parametrize("marks", ["", "[]", "{", '{"signboard": 1}', '"x"', json.dumps({"other": "x"})])
def test_marks_that_mean_nothing_lose_nothing_of_what_is_sent(morning: Any, marks: str) -> None:
    client, draft, page = morning
    answer = client.post(f"{draft}/autosave", page | {"signboard": "新店", "marks": marks})
    assert (
        answer.status_code == 200
        and "新店"
        in str(kept()) + client.post(f"{draft}/form", page | {"signboard": "新店", "marks": marks}).content.decode()
    )
