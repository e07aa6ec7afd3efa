"""Progress without an account: number and code together, no personal data, and an end to guessing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tests.db.portal.pages import begin, browser, complete, submit


@pytest.fixture
def known(town: Any) -> tuple[str, str, str]:
    return file(town)


def file(town: Any) -> tuple[str, str, str]:
    """(办件编号, 受理号, code) of a new case."""
    from yichuang.cases.models import Case
    from yichuang.cases.view import query_code

    client = browser(town.owner)
    draft = begin(client, town.firm)
    complete(client, draft, town.city.standard)
    submit(client, draft)
    row = Case.objects.get()
    return row.number, row.receipt, query_code(row.id)


def ask(number: str, code: str, address: str = "10.0.0.1") -> Any:
    return Client(REMOTE_ADDR=address).post("/progress", {"number": number, "code": code})


@pytest.mark.clause("3.5g.2")
@pytest.mark.screen
def test_number_and_code_show_progress_and_nobody(town: Any, known: Any) -> None:
    number, receipt, code = known
    for asked in (number, receipt, receipt.lower()):
        answer = ask(asked, f" {code.lower()} ")
        page = answer.content.decode()
        assert answer.status_code == 200 and "提交申请" in page and receipt in page
        for private in (town.firm.name, "张三丰", "13800000001", "示范内容"):
            assert private not in page


def test_progress_says_what_the_law_has_done_also_when_the_sweep_is_late(town: Any) -> None:
    """许可法32条一款四项:逾期未告知的自收到之日起即为受理,不等后台登记。"""
    town.city.at("2018-03-12 09:30")
    number, _, code = file(town)
    assert "已提交，待收件" in ask(number, code).content.decode()
    town.city.at("2018-04-02 09:00")
    assert "已受理，审查中" in ask(number, code).content.decode()


@pytest.mark.clause("3.5g.2")
@pytest.mark.screen
@pytest.mark.breach
def test_either_alone_shows_nothing(known: Any) -> None:
    number, receipt, code = known
    for asked, said in ((number, "222222"), ("410100XXX20180101001", code)):
        answer = ask(asked, said)
        assert answer.status_code == 422 and "对不上" in answer.content.decode()
    assert "请填写办件编号和查询码" in ask("", "").content.decode()
    assert "请填写查询码" in ask(receipt, "").content.decode()


def test_guessing_ends_after_thirty_tries_from_one_place(known: Any) -> None:
    number, _, code = known
    for n in range(30):
        assert (
            ask(f"410100ABC201801010{n:02}", "222222" if n % 2 else "").status_code == 422
        )  # a form left empty counts
    shut = ask(number, code)
    assert shut.status_code == 429 and "请 60 分钟后再查" in shut.content.decode()
    assert ask(number, code, "10.0.0.2").status_code == 200


def test_one_place_that_guesses_a_number_does_not_shut_it_for_another(known: Any) -> None:
    _, receipt, code = known
    answers = [ask(receipt, "222222").status_code for _ in range(20)]
    assert answers == [422] * 5 + [429] * 15
    shut = ask(receipt, code)
    assert shut.status_code == 429 and "同一处输错同一编号 5 次" in shut.content.decode()
    assert ask(receipt, code, "10.0.0.2").status_code == 200


def test_guessing_one_number_ends_wherever_it_comes_from(known: Any) -> None:
    _, receipt, code = known
    for n in range(20):
        assert ask(receipt, "222222", f"10.0.1.{n}").status_code == 422
    assert ask(f"受理号：{receipt.lower()}", code, "10.0.2.1").status_code == 429


def test_a_wrong_code_answers_alike_whether_there_is_the_case_or_not(
    known: Any, django_assert_num_queries: Any
) -> None:
    """Same words, same status, same statements, and the same end after as many tries."""
    _, receipt, _ = known
    nobody = f"{receipt[:-1]}{(int(receipt[-1]) + 1) % 10}"
    answers = []
    for number in (receipt, nobody):
        with django_assert_num_queries(2):
            answer = ask(number, "222222", "10.0.3.1")
        answers.append(seen(answer, number))
        for n in range(9):
            ask(number, "222222", f"10.0.4.{n}")
        shut = ask(number, "222222", "10.0.5.1")
        answers.append(seen(shut, number))
    assert answers[:2] == answers[2:]


def seen(answer: Any, number: str) -> tuple[int, str]:
    """Status and page, without the number that was asked and the form's own random token."""
    text = answer.content.decode().replace(number, "N")
    return answer.status_code, re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)


def test_right_tries_are_not_counted(known: Any) -> None:
    _, receipt, code = known
    for _ in range(15):
        assert ask(receipt, code).status_code == 200


@pytest.mark.parametrize("paste", ["受理号：{}", "\ufeff{}\u200b", "\u202a{}\u202c", "受理号 {}。", "\u3000{}\u2060"])
def test_pasted_numbers_and_codes_are_tidied(known: Any, paste: str) -> None:
    _, receipt, code = known
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    assert ask(paste.format(receipt), f"查询码：{wide[:3]} {wide[3:]}\u200d").status_code == 200
