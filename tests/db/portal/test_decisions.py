"""准予许可决定公开: organisations whole, persons masked, few statements."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.db.desk.conftest import at_most


@pytest.fixture
def granted(town: Any) -> Any:
    """A food licence granted to the firm. (town, id)"""
    from tests.db.portal.pages import begin, browser, complete, submit
    from tests.db.portal.test_mine import granted as grant

    client = browser(town.owner)
    draft = begin(client, town.firm)
    complete(client, draft, town.city.standard)
    id = submit(client, draft).split("/")[2]
    grant(town, id)
    return town, id


@pytest.mark.clause("3.5g.3")
@pytest.mark.screen
def test_an_organisation_is_named_and_a_person_is_masked(granted: Any) -> None:
    from yichuang.cases.models import Case

    town, id = granted
    anybody = Client()
    page = anybody.get("/decisions").content.decode()
    assert town.firm.name in page and "近 30 天" in page
    Case.objects.filter(pk=id).update(subject=town.person.pk, applicant="张三丰")
    page = anybody.get("/decisions").content.decode()
    assert "张三丰" not in page and "张**" in page
    assert "还没有准予许可的决定" in anybody.get("/decisions?at=410102").content.decode() or "410102" not in page


def test_the_public_page_takes_few_statements(granted: Any) -> None:
    with at_most(6):
        assert Client().get("/decisions").status_code == 200
