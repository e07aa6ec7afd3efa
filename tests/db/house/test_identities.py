"""身份核实: masked in the list, whole and on record when opened, decided once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yichuang.cases import looking
from yichuang.faces.portal.looked import say_what, say_why


@pytest.fixture
def question(house: Any) -> Any:
    from yichuang.people.models import IdentityQuestion, Subject

    subject = Subject.objects.create(kind="person", name="钱多多", id_type="111", id_number="410105198505059973")
    return IdentityQuestion.objects.create(
        subject=subject,
        provider="tyrz",
        uid="u-1",
        kind="name",
        digest="x",
        name="钱少少",
        id_type="111",
        id_number="410105198505059973",
    )


def kinds(stream: str) -> list[str]:
    from yichuang.ledger.models import Entry

    return list(Entry.objects.filter(stream=stream).order_by("seq").values_list("kind", flat=True))


def test_the_list_is_masked_and_opening_is_on_record(house: Any, question: Any) -> None:
    with CaptureQueriesContext(connection) as asked:
        page = house.secadmin.get("/house/identities").content.decode()
    assert len(asked) <= 9, "\n".join(q["sql"][:150] for q in asked)
    assert "钱**" in page and "钱多多" not in page and "410105198505059973" not in page
    whole = house.secadmin.get(f"/house/identities/{question.pk}").content.decode()
    assert "钱多多" in whole and "钱少少" in whole and "410105198505059973" in whole
    assert kinds(f"people/subject/{question.subject_id}") == ["identity_looked_at"]
    looking.record_looks()
    assert kinds(f"looked/{question.subject_id}") == ["identity_looked_at"], "the person reads of it"
    lines, _ = looking.list_looks(question.subject_id)
    assert say_what(lines[0]) == "核实身份时看了登记的姓名和证件号码" and "身份核实" in say_why(lines[0])


def test_the_record_follows_the_decision_once(house: Any, question: Any) -> None:
    address = f"/house/identities/{question.pk}"
    assert "请选择" in house.secadmin.post(address, {"decision": "perhaps"}, follow=True).content.decode()
    page = house.secadmin.post(address, {"decision": "accept"}, follow=True).content.decode()
    assert "已决定" in page and "改登记" in page and "没有待核实的身份" in page
    question.subject.refresh_from_db()
    assert question.subject.name == "钱少少"
    assert "已经有了决定" in house.secadmin.post(address, {"decision": "reject"}, follow=True).content.decode()
    assert kinds(f"people/subject/{question.subject_id}")[:3] == [
        "identity_looked_at",
        "subject_renamed",
        "identity_decided",
    ]
