"""The API used from its documents alone: a client that knows docs/api.md and /api/openapi.json, and nothing else."""

from __future__ import annotations

import json
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.samples import PDF

DOCS = Path(__file__).parents[2] / "docs" / "api.md"
SENT = re.compile(r"curl -s[^\n]*?\$API(/[^\s\"']*)(.*?)(?=\n\s*curl|\n```|\Z)", re.S)


class Program:
    """Finds an operation by its name in the document, fills in the address, and sends what the document's own example
    says, with what the program knows better in its place.
    """

    def __init__(self, call: Any, role: str) -> None:
        self.call, self.role = call, role
        self.document = call("", "GET", "/api/openapi.json").json()
        self.operations = {
            operation["operationId"]: (method.upper(), path, operation)
            for path, methods in self.document["paths"].items()
            for method, operation in methods.items()
        }

    def ask(self, name: str, sent: Any = None, **place: str) -> Any:
        method, path, operation = self.operations[name]
        query = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "query"} & place.keys()
        address = path.format(**{key: value for key, value in place.items() if key not in query})
        if query:
            address += "?" + "&".join(f"{key}={place[key]}" for key in sorted(query))
        body = None
        if "requestBody" in operation:
            body = {**operation["requestBody"]["content"]["application/json"]["example"], **(sent or {})}
        answer = self.call(self.role, method, address, body)
        assert str(answer.status_code) in operation["responses"], answer.content.decode()
        assert answer.status_code < 400, answer.content.decode()
        return answer.json()


def test_a_client_written_from_the_documents_files_a_case_and_follows_it(town: Any, call: Any) -> None:
    town.city.at("2018-03-12 09:30")
    firm, window = Program(call, "owner"), Program(call, "window")
    (subject,) = firm.ask("read_self")["subjects"]
    assert (subject["name"], subject["mandated"], subject["items"]) == ("郑州一窗餐饮有限公司", False, [])
    (item,) = firm.ask("list_items")
    read = firm.ask("read_item", division=item["division"], item=item["item"], situation="new", agent="no")
    (form,) = read["form"]["examples"]
    Draft202012Validator(read["form"]).validate(form)
    given = {row["material"]["code"]: ["paper"] for row in read["guide"]["materials"]}
    filed = firm.ask(
        "submit",
        {
            "item": item["item"],
            "division": item["division"],
            "situation": read["situation"],
            "subject": subject["id"],
            "form": form,
            "given": given,
        },
    )
    assert filed["stage"] == "submitted" and filed["receipt"]
    post = window.ask("read_self")["post"]
    assert (post["post_kind"], post["division"]) == ("window", "410100")
    assert window.ask("find_subject", {"type": "uscc", "number": "91350100M000100Y43"})["id"] == subject["id"]
    assert window.ask("receive", case_id=filed["id"])["stage"] == "received"
    detail = firm.ask("read_case", case_id=filed["id"])
    assert detail["case"]["receipt"] == filed["receipt"]
    assert [case["id"] for case in firm.ask("list_cases")["cases"]] == [filed["id"]]


@pytest.mark.parametrize("situation", ["new", "change", "renew", "reissue", "cancel"])
def test_the_server_accepts_what_its_own_schema_of_the_form_says(town: Any, call: Any, situation: str) -> None:
    """Every name that the schema knows is a name that an application may send; the example is a right form."""
    from yichuang.catalog import form as forms
    from yichuang.kernel.localtime import local_day
    from yichuang.ledger.service import now

    town.city.at("2018-03-12 09:30")
    read = call("owner", "GET", f"/api/items/410100/ZZ-001?situation={situation}").json()["form"]
    standard = town.city.standard
    names = {s.code if s.repeat else f.name for s in standard.form.sections for f in s.fields}
    assert read["properties"].keys() <= names
    (example,) = read["examples"]
    Draft202012Validator(read).validate(example)
    about = {"situation": situation, "agent": "no"}
    filing = forms.Filing("410100", local_day(now()), local_day(now()))
    known = {"old_no": "示范0001号"} if situation != "new" else {}  # filled in from the licence acted on
    values = forms.coerce(standard.form, {**example, **known})
    assert forms.validate(standard.form, values, {**values, **about}, filing) == {}
    for name, part in read["properties"].items():
        assert part["description"] and part["examples"], name
        for inner, field in part.get("items", {}).get("properties", {}).items():
            assert field["description"] and field["examples"], f"{name}.{inner}"


def test_a_situation_that_the_item_does_not_have_is_refused(town: Any, call: Any) -> None:
    answer = call("owner", "GET", "/api/items/410100/ZZ-001?situation=nonsense")
    assert answer.status_code == 422 and "new" in answer.json()["next"]


def test_every_example_of_a_body_is_one_that_the_server_can_read(town: Any, call: Any) -> None:
    """It may be refused for what it says of the case, never for its shape."""
    program = Program(call, "window")
    nowhere = str(uuid.uuid4())
    for name, (method, path, operation) in program.operations.items():
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            continue
        address = re.sub(r"\{[a-z_]+\}", nowhere, path)
        answer = call("window", method, address, content["application/json"]["example"])
        code = answer.json().get("code", "") if answer.status_code >= 400 else ""
        assert answer.status_code not in (400, 405, 415, 500) and code != "malformed", (
            f"{name}: {answer.content.decode()}"
        )


def test_the_manuals_commands_are_answered(town: Any, call: Any, settings: Any, tmp_path: Any) -> None:
    """Each `curl` of docs/api.md, with the values that it leaves open put in, is carried out or refused for what it
    says: no address, method or shape of it is wrong.
    """
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test.client import MULTIPART_CONTENT

    settings.MEDIA_ROOT = settings.ROOTS_DIR = tmp_path
    town.city.at("2018-03-12 09:30")
    filed = call("owner", "POST", "/api/cases", town.application()).json()
    known = {"$CASE": filed["id"], "$SUBJECT": town.firm, "$ORDER": str(uuid.uuid4()), "$ID": "1", "$CODE": "ABC"}
    known["$REVISION"] = str(uuid.uuid4())
    answered = 0
    for address, rest in SENT.findall(DOCS.read_text(encoding="utf-8")):
        for name, value in known.items():
            address, rest = address.replace(name, value), rest.replace(f"'{name}'", value)
        role = "window" if "/receive" in address or "/subjects" in address else "owner"
        if body := re.search(r"-d '(\{.*\})'", rest, re.S):
            sent = json.loads(body[1])
            if address == "/cases":
                sent |= {"form": town.values, "given": town.application()["given"]}
            answer = call(role, "POST", f"/api{address}", sent)
        elif "-F " in rest:
            about = dict(part.split("=") for part in re.findall(r"-F (\w+=[\w-]+)", rest))
            file = SimpleUploadedFile("申请书.pdf", PDF)
            answer = call(role, "POST", f"/api{address}", {**about, "file": file}, media=MULTIPART_CONTENT)
        else:
            answer = call(role, "GET", f"/api{address}")
        code = answer.json().get("code", "") if answer.status_code >= 400 else ""
        fine = answer.status_code < 300 or code in ("no-such-certificate", "not-sealed", "no-such-order", "absent")
        assert fine or (answer.status_code == 404 and code != "no-such-address"), (
            f"{address}: {answer.content.decode()}"
        )
        answered += 1
    assert answered >= 12


@pytest.mark.parametrize("body", [{"type": "uscc", "number": "91350100M000100Y43"}])
def test_a_subject_is_found_by_number_on_record_and_only_at_a_window(town: Any, call: Any, body: Any) -> None:
    from yichuang.cases.models import Look

    found = call("window", "POST", "/api/subjects/find", body).json()
    assert found == {"id": town.firm, "kind": "organisation", "name": "郑州一窗餐饮有限公司"}
    assert Look.objects.filter(subject=town.firm, kind="looked_up", person=town.city.window.person).count() == 1
    for role in ("owner", "head"):
        refused = call(role, "POST", "/api/subjects/find", body)
        assert (refused.status_code, refused.json()["code"]) == (403, "wrong-post")
    missing = call("window", "POST", "/api/subjects/find", {"type": "uscc", "number": "91410100MA45GN7W5E"})
    assert (missing.status_code, missing.json()["code"]) == (404, "no-such-subject")
    assert call("window", "POST", "/api/subjects/find", {"type": "nonsense", "number": "1"}).status_code == 422


def test_an_act_that_nobody_knows_is_not_taken_as_reported(town: Any, call: Any) -> None:
    record = {"system": "scjg-old", "record": "R-1", "kind": "nonsense", "occurred_at": "2018-03-01T10:00:00+08:00"}
    answer = call("head", "POST", "/api/reported", record)
    assert answer.status_code == 422 and "kind" in answer.json()["fields"]


def test_a_malformed_day_of_roots_is_told_and_not_a_fault(town: Any, call: Any, settings: Any, tmp_path: Any) -> None:
    settings.ROOTS_DIR = tmp_path
    (tmp_path / "2018-03-01.json").write_text("{}")
    (tmp_path / "2018-03-02.json").write_bytes(b"\xff\xfe")
    answer = call("owner", "GET", "/api/roots")
    assert answer.status_code == 200, answer.content.decode()
    body = answer.json()
    assert body["days"] == [] and any("2018-03-01.json" in line for line in body["unread"])
    assert any("2018-03-02.json" in line for line in body["unread"])
