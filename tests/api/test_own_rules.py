"""Rules that a city wrote as data, for programs: the list, and the figures of a trial, for those who read the page."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.api.test_rates import call
from tests.db.supervision.test_own_rules import MANY, do, reviewed
from tests.db.watching import officer
from yichuang.supervision import tasks

pytestmark = [pytest.mark.django_db, pytest.mark.api, pytest.mark.clause("4.1b.5")]


def token(town: Any, role: str, actor: Any) -> None:
    from yichuang.ledger.actor import SYSTEM
    from yichuang.people.models import Account
    from yichuang.people.service import issue_client

    account = Account.objects.get(pk=int(actor.person[2:]))
    town.tokens[role] = issue_client(role, account, SYSTEM, actor.post)[1]


def test_a_program_reads_the_rules_of_a_city_and_what_a_trial_found(town: Any) -> None:
    writer = officer("supervisor")
    token(town, "supervisor", writer)
    case, id = reviewed(town.city), uuid.uuid4()
    do(id, "write", writer, **MANY)
    (row,) = call(town, "supervisor", "/rules/own").json()
    assert (row["id"], row["code"], row["title"], row["stage"], row["stage_label"], row["drafted"]) == (
        str(id), "Z-001", "环节办结过多", "draft", "草稿", True,
    )  # fmt: skip
    address = f"/rules/own/{id}/trial"
    assert call(town, "supervisor", address).json() == {
        "code": "Z-001", "trying": False, "trial": None, "examples": [],
    }  # fmt: skip
    do(id, "try", writer)
    assert call(town, "supervisor", address).json()["trying"]
    tasks.try_own_rule(str(id))
    told = call(town, "supervisor", address).json()
    assert told["trial"] == {
        "day": "2018-03-12", "cases": 1, "judged": 1, "unconcerned": 0, "unjudged": {}, "hits": 1, "hit_cases": 1,
        "share": 1.0,
    }  # fmt: skip
    (example,) = told["examples"]
    assert (example["case"], example["day"]) == (case, "2018-03-12")
    assert example["sentence"] == "“审查（环节）”有1次，至多0次。" and "共1次，至多0次" in example["computation"]


def test_a_rule_of_another_division_is_not_there(town: Any) -> None:
    token(town, "county", officer("supervisor", "410102/zwb"))
    id = uuid.uuid4()
    do(id, "write", officer("supervisor"), **MANY)
    for role in ("county", "head", "owner"):
        assert call(town, role, "/rules/own").json() == []
        hidden = call(town, role, f"/rules/own/{id}/trial")
        assert hidden.status_code == 404 and hidden.json()["code"] == "no-such-rule" and hidden.json()["next"]
