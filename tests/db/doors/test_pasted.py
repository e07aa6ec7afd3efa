"""A number pasted with what came along is the same number at every door."""

from __future__ import annotations

from typing import Any

import pytest

from tests.db.doors.town import NUMBER, Town, build

PASTES = ("受理号：{}", "\ufeff{}\u200b", "\u202a{}\u202c", "  {}。", "{}\u2060")


@pytest.fixture
def whole(city: Any, settings: Any, tmp_path: Any) -> Town:
    settings.MEDIA_ROOT = settings.ROOTS_DIR = tmp_path
    return build(city)


def wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else c for c in text)


@pytest.mark.parametrize("paste", PASTES)
def test_a_pasted_number_finds_its_case_wherever_cases_are_looked_for(whole: Town, paste: str) -> None:
    sent, link = paste.format(wide(whole.ids["receipt"])), str(whole.ids["case"])
    assert link in whole.browsers["supervisor"].get("/desk/", {"list": "open", "q": sent}).content.decode()
    assert link in whole.browsers["owner"].get("/my/", {"q": sent}).content.decode()
    headers = {"authorization": f"Bearer {whole.tokens['owner']}"}
    answer = whole.browsers["anonymous"].get("/api/cases", {"text": sent.strip()}, headers=headers)
    assert answer.status_code == 422 or answer.json()["total"] == 1  # writing marks are no text of the API


@pytest.mark.parametrize("paste", ["核验码：{}", "\ufeff{}\u200b", "\u202a{}\u202c", " {} "])
def test_a_pasted_code_opens_its_paper(whole: Town, paste: str) -> None:
    def verdict(code: str) -> str:
        text = whole.browsers["anonymous"].get("/verify", {"code": code}).content.decode()
        return text.partition("<title>")[2].partition("</title>")[0]

    right = verdict(whole.ids["code"])
    assert verdict(paste.format(wide(whole.ids["code"]))) == right != verdict("ABCD-EFGH-IJKL-MNOP")


@pytest.mark.parametrize("paste", ["公民身份号码：{}", "\ufeff{}\u200b", "\u202a{}\u202c", " {}，"])
def test_a_pasted_document_number_is_found_at_the_window(whole: Town, paste: str) -> None:
    answer = whole.browsers["window"].post("/desk/intake", {"type": "111", "number": paste.format(wide(NUMBER))})
    assert answer.status_code == 302 and whole.ids["person"] in answer["Location"]


def test_a_pasted_number_is_taken_on_an_order(whole: Town) -> None:
    from yichuang.cases.queries import visible_by_number

    for paste in PASTES:
        row = visible_by_number(whole.people["supervisor"], paste.format(wide(whole.ids["number"])))
        assert row is not None and str(row.id) == str(whole.ids["case"])
