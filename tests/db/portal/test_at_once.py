"""Sent by two browsers, or twice by one, at the same moment: one case, one message, one answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from tests.db.portal.pages import begin, browser, complete


@pytest.mark.django_db(transaction=True)
def test_two_submissions_at_once_are_one_case(settings: Any, tmp_path: Any) -> None:
    from django.db import connection

    from tests.db.portal.towns import found
    from tests.db.world import build
    from yichuang.aggregates.models import Upload
    from yichuang.cases.models import Case, Draft
    from yichuang.ledger.models import Entry

    settings.MEDIA_ROOT = tmp_path
    town = found(build())
    client = browser(town.owner)
    draft = begin(client, town.firm)
    complete(client, draft, town.city.standard)
    browsers, start = [browser(town.owner) for _ in range(4)], Barrier(4)

    def send(one: Any) -> tuple[int, str]:
        try:
            start.wait()
            answer = one.post(f"{draft}/submit", {"promise": "yes"})
            return answer.status_code, answer.get("Location", answer.content.decode()[:2000])
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(send, browsers))
    case = Case.objects.get()
    assert answers == {(302, f"/my/{case.id}/filed")}
    assert Draft.objects.get().submitted_as == case.id
    assert Entry.objects.filter(stream=f"case/{case.id}", kind="submitted").count() == 1
    assert set(Upload.objects.values_list("stream", flat=True)) == {f"case/{case.id}"}
