"""Two officers, or two windows of one browser, at the same moment: one act, and the other is told what happened."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from tests.db.desk.conftest import Browser
from tests.db.desk.test_intake import confirm, draft_of, flat
from tests.db.world import City, build, food_values
from tests.waiting import HANGS
from yichuang.aggregates.models import Paper
from yichuang.cases.models import Case, Draft
from yichuang.ledger.models import Entry
from yichuang.ledger.service import set_shift

pytestmark = pytest.mark.django_db(transaction=True)
Desk = Callable[..., Browser]


@pytest.fixture
def city(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[City]:
    """In place of the city of the other tests: rows that other connections see."""
    from yichuang.catalog import queries

    settings.MEDIA_ROOT = tmp_path
    queries.standard.cache_clear()
    yield build()
    set_shift(None)


def at_once(*sends: Callable[[], Any]) -> list[Any]:
    """The answers to requests that wait for each other before they set out."""
    start = Barrier(len(sends))

    def run(send: Callable[[], Any]) -> Any:
        try:
            start.wait(HANGS)
            return send()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(sends)) as pool:
        return list(pool.map(run, sends))


def accepted(city: City) -> str:
    id = city.submit().state.id
    city.do(id, "receive", city.window, originals=[])
    city.do(id, "accept", city.window)
    return id


def count(id: str, kind: str) -> int:
    return Entry.objects.filter(stream=f"case/{id}", kind=kind).count()


def test_two_reviewers_conclude_one_step_and_the_second_reads_what_happened(city: City, desk: Desk) -> None:
    id = accepted(city)
    first, second = desk(city.reviewer), desk(city.reviewer2)

    def conclude(browser: Browser, opinion: str) -> Callable[[], Any]:
        return lambda: browser.act(id, "conclude", "S1", seq=3, verdict="pass", opinion=opinion)

    answers = at_once(conclude(first, "甲的意见写了很久"), conclude(second, "乙的意见写了很久"))
    assert sorted(a.status_code for a in answers) == [302, 409]
    lost = next(n for n, a in enumerate(answers) if a.status_code == 409)
    page = answers[lost].content.decode()
    assert ("甲的意见写了很久", "乙的意见写了很久")[lost] in page, "what was written is before the reader's eyes"
    assert "没有办成" in page and "您打开这一页之后" in page
    assert count(id, "step_concluded") == 1


def test_one_form_sent_twice_at_the_same_moment_is_one_act(city: City, desk: Desk) -> None:
    id, command = accepted(city), uuid.uuid4()
    browsers = [desk(city.reviewer) for _ in range(3)]
    sent: dict[str, Any] = {"verdict": "pass", "opinion": "符合要求"}
    answers = at_once(*[lambda one=one: one.act(id, "conclude", "S1", command_id=command, **sent) for one in browsers])
    assert [a.status_code for a in answers] == [302, 302, 302]
    assert count(id, "step_concluded") == 1


def test_an_acceptance_is_revoked_once_whoever_presses_first(city: City, desk: Desk) -> None:
    """The head revokes it while a reviewer concludes: one of them, and the other reads what happened."""
    id = accepted(city)
    head, reviewer = desk(city.head), desk(city.reviewer)
    answers = at_once(
        lambda: head.act(id, "revoke_acceptance", seq=3, reason="不属于本事项"),
        lambda: reviewer.act(id, "conclude", "S1", seq=3, verdict="pass", opinion="符合"),
    )
    assert sorted(a.status_code for a in answers) == [302, 409]
    assert count(id, "acceptance_revoked") + count(id, "step_concluded") == 1
    lost = next(a for a in answers if a.status_code == 409).content.decode()
    assert "受理已撤销" in lost or "已有环节办结" in lost


def test_an_intake_sent_twice_at_the_same_moment_is_one_case_and_one_receipt(city: City, desk: Desk) -> None:
    browsers = [desk(city.window) for _ in range(3)]
    address = draft_of(browsers[0])
    sent = confirm(browsers[0].client, address, {**flat(food_values()), "handed": ["M01"], "take": "1"})
    answers = at_once(*[lambda one=one: one.client.post(address, sent) for one in browsers])
    assert [a.status_code for a in answers] == [302, 302, 302], [a.content.decode()[:300] for a in answers]
    assert len({a.url for a in answers}) == 1
    case = Case.objects.get()
    assert Draft.objects.get().submitted_as == case.id
    assert Paper.objects.count() == count(str(case.id), "received") == 1
