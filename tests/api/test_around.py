"""The API's page and document, proofs and roots, and the command that lets a program in."""

from __future__ import annotations

import json
from argparse import Namespace
from typing import Any

import pytest
from django.test import Client, RequestFactory

from tests.db.desk.conftest import at_most
from yichuang.faces.api.caller import Bearer
from yichuang.kernel.sm3 import sm3
from yichuang.ledger.proof import check_proof


def test_the_page_lists_every_operation_under_the_strict_policy(db: None) -> None:
    page = Client().get("/api/docs")
    text = page.content.decode()
    assert page.status_code == 200
    document = Client().get("/api/openapi.json").json()
    for path in document["paths"]:
        assert path in text
    assert "<style" not in text and text.count("<script") == text.count("<script type") + 1
    assert document["components"]["securitySchemes"]["Bearer"] == {"type": "http", "scheme": "bearer"}
    assert "application/problem+json" in document["paths"]["/api/cases"]["get"]["responses"]["401"]["content"]


def test_a_session_means_nothing_to_the_api_and_its_page_for_people_has_one(
    db: None, django_assert_num_queries: Any
) -> None:
    from yichuang.people.models import Account

    client = Client(enforce_csrf_checks=True)
    client.force_login(Account.objects.create_user("zhou", kind="citizen"))
    with django_assert_num_queries(0):
        answer = client.get("/api/nowhere")
        refused = client.post("/api/cases", {}, "application/json")
    assert (answer.status_code, refused.status_code) == (404, 401)
    assert not any(one.cookies or "Cookie" in one.headers.get("Vary", "") for one in (answer, refused))
    assert "zhou" in client.get("/api/docs").content.decode()
    assert client.post("/accounts/logout/").status_code == 403, "a page asks for the form's token"


@pytest.mark.django_db(transaction=True)
def test_a_sealed_case_can_be_proven_without_the_database(settings: Any, tmp_path: Any) -> None:
    from tests.api.conftest import make
    from yichuang.ledger.seals import seal_now

    settings.ROOTS_DIR, settings.SECRETS_DIR = tmp_path / "roots", tmp_path / "secrets"
    for town in make():
        client = Client(headers={"authorization": f"Bearer {town.tokens['owner']}"})
        key = {"idempotency-key": "7c9f3a52-6f3e-4c0e-9d8e-0a4a1f0c2b11"}
        filed = client.post("/api/cases", town.application(), "application/json", headers=key).json()
        address = f"/api/cases/{filed['id']}/proof"
        early = client.get(address)
        assert (early.status_code, early.json()["code"]) == (404, "not-sealed")
        seal_now()
        proof = client.get(address).json()
        assert check_proof(proof)
        assert proof["leaf"][0] == f"case/{filed['id']}"
        roots = client.get("/api/roots").json()
        assert roots["latest"]["chain"] == proof["seal"]["chain"]
        proof["leaf"][1] += 1
        assert not check_proof(proof)


def test_the_published_document_is_the_one_that_was_hashed(town: Any, call: Any) -> None:
    listed = call("owner", "GET", "/api/items").json()[0]
    document = call("owner", "GET", f"/api/standards/{listed['standard']}").content
    assert sm3(document).hex() == listed["digest"]
    assert json.loads(document)["item"] == "ZZ-001"


def test_the_command_lets_a_program_in_and_out_again(town: Any, call: Any, capsys: pytest.CaptureFixture[str]) -> None:
    from yichuang.ops.commands import client

    def run(**options: Any) -> int:
        return client.run(Namespace(**{"account": "", "post": "", "name": "", "days": 30, "revoke": ""} | options))

    assert run(account="head1", post=town.city.head.post, name="科室系统") == 0
    town.tokens["new"] = capsys.readouterr().out.strip()
    assert call("new", "GET", "/api/cases").status_code == 200
    assert run(revoke="科室系统") == 0
    assert call("new", "GET", "/api/cases").status_code == 401
    for wrong in ({"account": "nobody"}, {"account": "head1", "post": town.city.window.post}, {"revoke": "科室系统"}):
        assert run(**wrong) == 1
    assert capsys.readouterr().err.count("出错了") == 3


def test_an_agent_acts_for_those_who_gave_a_mandate_for_the_item(town: Any, call: Any) -> None:
    from datetime import date

    from yichuang.ledger.actor import SYSTEM
    from yichuang.people.models import Account, Mandate, Membership, Subject
    from yichuang.people.service import issue_client

    town.city.at("2018-03-12 09:30")
    account = Account.objects.create_user("lidaiban")
    person = Subject.objects.create(kind="person", name="李代办", id_type="111", id_number="410105198001010019")
    Membership.objects.create(account=account, subject=person, role="self")
    town.tokens["agent"] = issue_client("agent", account, SYSTEM)[1]
    assert call("agent", "POST", "/api/cases", town.application()).status_code == 403
    mandate = Mandate.objects.create(
        principal_id=town.firm, agent=person, all_items=False, items=["ZZ-001"], granted_by="a:0",
        first_day=date(2018, 1, 1), last_day=date(2018, 3, 31),
    )  # fmt: skip
    filed = call("agent", "POST", "/api/cases", town.application())
    assert filed.status_code == 201, filed.content.decode()
    address = f"/api/cases/{filed.json()['id']}"
    assert call("agent", "GET", address).json()["state"]["agent"] == account.person
    Mandate.objects.filter(pk=mandate.pk).update(last_day=date(2018, 3, 11))
    late = call("agent", "POST", f"{address}/withdraw", {"reason": "不办了"})
    assert (late.status_code, late.json()["code"]) == (404, "no-such-case")
    assert call("agent", "GET", address).status_code == 404
    assert call("agent", "GET", f"{address}/proof").json()["code"] == "no-such-case"
    assert call("agent", "GET", "/api/cases?open=all").json()["total"] == 0
    assert call("owner", "GET", address).status_code == 200


def test_who_asks_is_one_statement(town: Any) -> None:
    """The token with its account, the account's seats or for whom it speaks."""
    for role in ("window", "owner"):
        with at_most(1):
            actor = Bearer().authenticate(RequestFactory().get("/api/cases"), town.tokens[role]).actor(item="ZZ-001")
        assert (actor.post, actor.own_subjects) == (
            (town.city.window.post, ()) if role == "window" else ("", (town.firm,))
        )
