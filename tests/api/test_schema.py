"""schemathesis asks every operation of the OpenAPI document for what it promises: right and wrong data, real database.

Few examples an operation: what matters is that each is asked, that nothing is a fault of ours and that every answer is
one the document names.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from schemathesis.config import SchemathesisConfig

EXAMPLES = 2
# What is well formed may still break a rule: the form, an unknown step, a basis that is not published
CONFIG = SchemathesisConfig.from_dict(
    {
        "seed": 20180312,
        "checks": {
            "positive_data_acceptance": {"expected-statuses": ["2xx", "401", "403", "404", "409", "422"]},
            # only what is listed may answer: never a redirect, never a page
            "negative_data_rejection": {"expected-statuses": ["400", "401", "403", "404", "405", "413", "415", "422"]},
        },
    }
)


def loaded() -> Any:
    from django.core.wsgi import get_wsgi_application

    return schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application(), config=CONFIG)


schema = loaded()


@pytest.fixture
def pending(town: Any, call: Any) -> str:
    """A case received, so that acts have something to act on."""
    case = str(call("owner", "POST", "/api/cases", town.application()).json()["id"])
    call("window", "POST", f"/api/cases/{case}/receive", {})
    return case


@pytest.fixture
def lying(town: Any) -> str:
    """A reminder that waits for the window's signature."""
    from tests.db.watching import finding
    from yichuang.orders.models import Order
    from yichuang.orders.service import follow

    found = finding(uuid.uuid4(), rule="R-O10", at="special/1", person=town.city.window.person)
    follow([("found", found)])
    return str(Order.objects.get(finding=found.id).id)


@pytest.fixture
def one_transaction() -> Iterator[None]:
    """Django closes a connection with an open transaction at the start and end of a request; the test has one."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def is_uuid(value: Any) -> bool:
    try:
        return str(uuid.UUID(str(value))) == str(value).lower()
    except ValueError:
        return False


@schema.parametrize()
@hypothesis.settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(hypothesis.HealthCheck), database=None
)
def test_every_operation_keeps_its_promises(
    case: Any, town: Any, pending: str, lying: str, one_transaction: None
) -> None:
    from yichuang.faces.api import limits

    limits.forget()
    if is_uuid(case.path_parameters.get("case_id")):
        case.path_parameters["case_id"] = pending  # an id out of nowhere would only ever meet "no such case"
    if is_uuid(case.path_parameters.get("order_id")):
        case.path_parameters["order_id"] = lying
    role = "head" if case.operation.path.endswith(("decide", "extend", "send_back")) else "window"
    case.call_and_validate(headers={"Authorization": f"Bearer {town.tokens[role]}"})


def test_each_operation_is_a_test_of_its_own(request: pytest.FixtureRequest) -> None:
    """Else xdist drops all but one of them, and nobody notices."""
    ids = [item.nodeid for item in request.session.items if item.path == request.path]
    assert len(ids) == len(set(ids))


def test_every_command_and_read_is_described() -> None:
    from yichuang.cases.core.decide import ACTS as CASES
    from yichuang.faces.shown import SHOWN
    from yichuang.orders.core.decide import ACTS as ORDERS

    named = {operation.ok().definition.raw["operationId"] for operation in schema.get_all_operations()}
    reads = {
        "list_cases",
        "read_case",
        "prove_case",
        "list_items",
        "list_decisions",
        "list_late_cases",
        "list_laws",
        "list_once",
        "list_later",
        "list_listed_items",
        "list_law_tasks",
        "list_unexplained_differences",
        "list_deviations",
        "list_proposals",
        "list_followings",
        "list_messages",
        "list_ratings",
        "list_complaints",
        "count_feedback",
        "list_guidances",
        "list_halls",
        "read_queue",
        "read_load",
        "count_ratios",
        "read_leaflet",
        "list_own_rules",
        "read_trial",
        "read_preparation",
        "list_tasks",
        "read_consistency",
        "list_county_differences",
        "read_task",
        "list_catalogue_changes",
        "read_item",
        "read_standard",
        "read_roots",
        "read_self",
    }
    others = {"verify_certificate", "find_subject", "keep_file", "report_act", "report_batch", "reconcile_reports"}
    others |= {"mark_messages_read", "call_next"}
    orders = {"list_findings", "read_finding", "list_orders", "read_order"}
    orders |= {f"order_{act.name}" for act in ORDERS.values() if not (act.system or act.creates)}
    lives = set()  # of kinds of life that have no operations of their own
    for shown in SHOWN.values():
        kind, acts = shown.aggregate.kind, shown.acts
        lives |= {f"read_{kind}", *(f"{kind}_{name}" for name in acts)}
        lives |= {f"{kind}_keep_file"} if any(act.files for act in acts.values()) else set()
    drafts = {"list_revisions", "read_manuscript", "save_manuscript", "check_manuscript", "compare_manuscript"}
    drafts |= {"download_manuscript", "take_manuscript"}
    rates = {"read_rates", "list_exclusions", "exclude_from_rates", "count_in_rates", "list_risk_points"}
    cases = {act.name for act in CASES.values() if not act.system}
    assert named == cases | reads | others | orders | rates | drafts | lives
    assert schema.raw_schema["openapi"].startswith("3.1")
