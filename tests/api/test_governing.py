"""What an office's and a department's programs find to act on: the list, the tasks of laws, the standards of counties,
and the messages of their post.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.api.conftest import appoint
from tests.db.desk.conftest import at_most
from tests.samples import PDF

pytestmark = [pytest.mark.django_db, pytest.mark.api]


@pytest.fixture
def office(town: Any) -> str:
    town.city.at("2018-03-12 09:30")
    appoint(town, "office", town.city.window.department, "office")
    return "office"


@pytest.fixture
def county(town: Any) -> str:
    """A county whose standard promises more days, with the program of its department; the address of its lists."""
    from tests.db.catalog.test_consistency import COUNTY, differ, found_county

    town.city.at("2018-03-12 09:30")
    differ(found_county(town.city))
    appoint(town, "county", f"{COUNTY}/scjg", "reviewer")
    return "/api/consistency"


def get(call: Any, role: str, path: str, most: int = 8) -> Any:
    with at_most(most):
        answer = call(role, "GET", path)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def keep(town: Any, kind: str = "list") -> str:
    """The document of a move or a change, kept by the office's program; its id."""
    headers = {"authorization": f"Bearer {town.tokens['office']}"}
    kept = Client().post(f"/api/{kind}/files", {"file": SimpleUploadedFile("决定.pdf", PDF)}, headers=headers)
    return str(kept.json()["id"])


def test_an_office_finds_an_item_by_the_list_and_moves_it(office: str, town: Any, call: Any) -> None:
    listed = get(call, office, "/api/listed-items?text=食品&department=410100/scjg&stage=listed")
    (item,) = listed["items"]
    assert (item["item"], item["stage_label"], listed["total"]) == ("ZZ-001", "在列", 1)
    address = f"/api/list/{item['id']}"
    life = get(call, office, address, 16)
    assert "410100/scjg" in life["choices"]["move"]["department"]
    words = {row["label"]: row["words"] for part in life["parts"] for row in part["rows"]}
    assert words["事项编码"] == "ZZ-001"
    paper = {"issuer": "国务院", "number": "国发〔2018〕9号", "day": "2018-03-01", "evidence": [keep(town)]}
    done = call(office, "POST", f"{address}/rename", {"name": "食品经营许可证核发", **paper})
    assert done.status_code == 200, done.content.decode()
    (item,) = get(call, "owner", "/api/listed-items?text=证核发")["items"]  # the list is public
    assert item["former_names"] == ["食品经营许可"]
    refused = call(office, "GET", "/api/listed-items?stagge=listed")
    assert refused.status_code == 422


def test_the_list_of_revisions_is_narrowed_as_at_the_desk(office: str, call: Any) -> None:
    begun = call("reviewer", "POST", "/api/revision", {"item": "ZZ-001"})
    assert begun.status_code == 201
    for query, number in (("turn=mine", 1), ("turn=examination", 0), ("stage=drafting", 1), ("text=药品", 0)):
        assert get(call, "reviewer", f"/api/revisions?{query}")["total"] == number, query
    assert get(call, office, "/api/revisions?turn=mine")["total"] == 0


def test_a_county_answers_for_a_difference_by_its_program(county: str, town: Any, call: Any) -> None:
    (found,) = get(call, "county", f"{county}/unexplained", 12)
    assert (found["attribute"], found["after"]) == ("limits", "15个工作日")
    assert get(call, "reviewer", f"{county}/unexplained", 12) == [], "the city has the base"
    sent = {"difference": found["difference"], "reason": "本地核查人员少。"}
    assert call("county", "POST", "/api/deviations", sent).status_code == 201
    (row,) = get(call, "reviewer", f"{county}/deviations")
    assert (row["reason"], row["stage"], row["remarks"]) == ("本地核查人员少。", "explained", 0)
    words = {"target": f"{row['division']}:ZZ-001", "attribute": "limits", "words": "请压减。"}
    assert call("reviewer", "POST", "/api/proposals", words).status_code == 201
    (proposed,) = get(call, "county", f"{county}/proposals")
    assert (proposed["words"], proposed["proposer"]) == ("请压减。", "410100/scjg")
    assert get(call, "stranger", f"{county}/deviations") == get(call, "stranger", f"{county}/proposals") == []


def test_a_county_finds_what_it_has_to_follow(county: str, town: Any, call: Any) -> None:
    from yichuang.catalog.consistency.following import follow_base
    from yichuang.catalog.service import put_in_force
    from yichuang.kernel.clock import Limit, Unit
    from yichuang.ledger.actor import SYSTEM

    base = replace(town.city.standard, version=2, promised=Limit(4, Unit.WORKDAY))
    put_in_force(base, SYSTEM)
    follow_base(base.key)
    (row,) = get(call, "county", f"{county}/followings")
    assert (row["follows"], row["stage"]) == (base.key, "drafting") and row["due_on"]
    assert get(call, "reviewer", f"{county}/followings") == [row], "the line of the city's department"
    assert get(call, "owner", f"{county}/followings") == []


def test_a_department_finds_what_a_law_asks_and_judges_it(office: str, town: Any, call: Any) -> None:
    register = get(call, office, "/api/law-register")
    (law,) = [row for row in register if row["title"] == "食品安全法"]
    change: dict[str, Any] = {"label": "2018修正", "since": "2018-03-01", "changed": "35条", "source": "主席令第9号"}
    change["evidence"] = [keep(town, "laws")]
    done = call(office, "POST", f"/api/laws/{law['id']}/amend", change)
    assert done.status_code == 200, done.content.decode()
    (task,) = get(call, "reviewer", "/api/law-tasks")
    assert (task["law"], task["item"], task["cause"], task["late"]) == (law["id"], "ZZ-001", "amended", False)
    assert get(call, office, "/api/law-tasks") == [task] and get(call, "owner", "/api/law-tasks") == []
    judged = {"number": str(task["number"]), "reason": "条文内容没有变化。"}
    assert call("head", "POST", f"/api/laws/{law['id']}/judge", judged).status_code == 200
    assert get(call, "reviewer", "/api/law-tasks") == []


def test_a_program_reads_the_messages_of_its_post_and_no_other(town: Any, call: Any) -> None:
    from yichuang.org.models import Holding
    from yichuang.people.messages import tell_account, tell_officers
    from yichuang.people.models import Account, Message

    account = Account.objects.get(pk=int(town.city.reviewer.person[2:]))
    tell_account(account, "给本人的", "为本人签发了令牌。")
    tell_officers({account.pk: town.city.reviewer.post}, "规程待编制", "请编制。", "/desk/revisions", key="k/1")
    told = get(call, "reviewer", "/api/messages")
    (message,) = told["messages"]
    assert (message["title"], message["read"], told["total"]) == ("规程待编制", False, 1)
    every = {"ids": [*Message.objects.values_list("pk", flat=True)]}
    assert call("reviewer", "POST", "/api/messages/read", every).json() == {"marked": 1}
    assert get(call, "reviewer", "/api/messages")["messages"][0]["read"]
    assert Message.objects.get(title="给本人的").read_at is None
    assert get(call, "head", "/api/messages")["total"] == 0
    Holding.objects.filter(post=town.city.reviewer.post).update(last_day=date(2018, 1, 1))
    town.city.at("2018-03-12 09:30")
    assert call("reviewer", "GET", "/api/messages").status_code == 403, "the right has ended"
