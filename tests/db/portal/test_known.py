"""Nobody answers twice: what earlier applications, held certificates and files given before bring into a new one."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from tests.db.filling import fill
from tests.db.portal.pages import begin, browser, complete, flat, submit, upload


@pytest.fixture
def known(town: Any) -> tuple[Any, Client, str]:
    """(town, the owner's browser, id of the firm's first application, which came with files)."""
    client = browser(town.owner)
    draft = begin(client, town.firm)
    complete(client, draft, town.city.standard)
    return town, client, submit(client, draft).split("/")[2]


def text(answer: Any) -> str:
    content: str = answer.content.decode()
    return content


@pytest.mark.clause("3.5f.2")
@pytest.mark.screen
def test_a_known_firm_goes_from_home_to_receipt_in_six_pages(known: Any) -> None:
    """主页、搜索、选情形、材料、核对、回执; 一次选择, 一次沿用, 一次承诺."""
    town, client, _ = known
    assert client.get("/").status_code == 200
    found = text(client.get("/search", {"q": "食品经营许可"}))
    start = re.search(r'href="(/items/410100/ZZ-001/apply)"', found)
    assert start and client.get(start[1]).status_code == 200
    answer = client.post(start[1], {"subject": town.firm.pk, "situation": "new"})
    assert answer.url.endswith("/materials"), "the form is filled in already"
    page = text(client.get(answer.url))
    assert "以前交过其中" in page and "来自" in page and "现在要交" in page and "已替您查到" in page
    assert client.post(answer.url, {"reuse-all": "yes"}).status_code == 302
    draft = answer.url.removesuffix("/materials")
    for code in re.findall(r'<input[^>]* id="file-(M\d+)"', text(client.get(answer.url))):
        if f'id="{code}"' in text(client.get(answer.url)) and "还没有" in text(client.get(answer.url)):
            client.post(answer.url, {"material": code, "way": "paper"})  # the one that came on paper before
    review = text(client.get(f"{draft}/review"))
    assert "项是替您带入的" in review and "来自" in review
    assert submit(client, draft).endswith("/filed")


@pytest.mark.clause("3.5f.2")
def test_what_was_changed_no_longer_says_where_it_came_from(known: Any) -> None:
    town, client, _ = known
    draft = begin(client, town.firm)
    before = text(client.get(f"{draft}/form")).count("来自")
    values = flat(fill(town.city.standard)) | {"premises_area": "333", "act": "save"}
    assert client.post(f"{draft}/form", values).status_code == 302
    assert text(client.get(f"{draft}/form")).count("来自") == before - 1


@pytest.mark.clause("3.5f.2")
def test_a_file_used_again_is_a_copy_with_its_digest(known: Any) -> None:
    from yichuang.aggregates.models import Upload
    from yichuang.ledger.models import Entry

    town, client, id = known
    first = Upload.objects.filter(stream=f"case/{id}").order_by("created_at").first()
    draft = begin(client, town.firm)
    assert client.post(f"{draft}/materials", {"material": first.material, "reuse": "yes"}).status_code == 302
    copy = Upload.objects.get(stream=f"draft/{draft.rpartition('/')[2]}")
    assert (copy.digest, copy.type, copy.size, copy.material) == (first.digest, first.type, first.size, first.material)
    assert copy.key != first.key
    assert Entry.objects.filter(kind="file_kept", body__contains=str(copy.pk)).count() == 1
    assert (
        client.post(f"{draft}/materials", {"material": copy.material, "remove-file": str(copy.pk)}).status_code == 302
    )
    assert Upload.objects.filter(pk=first.pk).exists() and client.get(f"/files/{first.pk}").status_code == 200


@pytest.mark.clause("3.5f.2")
def test_nothing_of_another_applicant_is_offered_or_filled_in(known: Any) -> None:
    """The owner files in their own name: what the firm said and gave stays the firm's."""
    from yichuang.people.models import Mandate, Membership, Subject

    town, _, _ = known
    other = Subject.objects.create(
        kind="organisation", name="郑州别家有限公司", uscc="91410100MA3X000R2D", legal_name="水"
    )
    Membership.objects.create(account=town.stranger, subject=other, role="legal")
    assert not Mandate.objects.filter(agent__memberships__account=town.stranger).exists()
    client = browser(town.stranger)
    answer = client.post("/items/410100/ZZ-001/apply", {"subject": other.pk, "situation": "new"})
    assert answer.url.endswith("/form") and "来自" not in text(client.get(answer.url))
    materials = answer.url.replace("/form", "/materials")
    assert "以前交过" not in text(client.get(materials))
    assert client.post(materials, {"reuse-all": "yes"}).status_code == 409


@pytest.mark.clause("3.5f.2")
def test_another_item_takes_what_is_asked_the_very_same_and_no_rows(town: Any) -> None:
    from yichuang.cases.prefilling import list_same_answers

    rules, filed = town.city.standard, fill(town.city.standard)
    other = replace(rules, item="ZZ-900")
    same = list_same_answers(rules, rules, filed)
    taken = list_same_answers(rules, other, filed)
    assert taken["premises_area"] == same["premises_area"] and "managers" in same and "managers" not in taken
    relabelled = replace(
        other,
        form=replace(
            other.form,
            sections=tuple(
                replace(s, fields=tuple(replace(f, label=f"原{f.label}") for f in s.fields))
                for s in other.form.sections
            ),
        ),
    )
    assert list_same_answers(rules, relabelled, filed) == {}


def test_the_pages_take_few_statements(known: Any) -> None:
    from tests.db.desk.conftest import at_most

    town, client, _ = known
    draft = begin(client, town.firm)
    for name in ("form", "materials", "review"):
        with at_most(12):
            assert client.get(f"{draft}/{name}").status_code == 200, name
    assert upload(client, draft, "M03").status_code == 302
