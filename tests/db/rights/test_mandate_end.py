"""A mandate that ends takes with it all that the agent saw, on pages and by program; the principal keeps all of it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from tests.db.desk.conftest import at_most
from tests.db.portal.pages import PDF, begin, browser, complete, submit

MOST_STATEMENTS = 8


@pytest.fixture
def filed(town: Any) -> tuple[Any, str, str]:
    """(town, id of a case the agent filed for the firm, address of a draft the agent began for it). The firm was asked
    for a drawing and has kept it beside the case.
    """
    from yichuang.cases import notices
    from yichuang.ledger.service import now

    notices.FOLLOWER.skip_to_now()
    agent = browser(town.agent)
    draft = begin(agent, town.firm)
    complete(agent, draft, town.city.standard, agent="yes")
    id = submit(agent, draft).split("/")[2]
    town.city.do(id, "receive", town.city.window, originals=[])
    town.city.do(id, "ask_correction", town.city.window, reason="图不清", materials=("M03",), fields=())
    owner = browser(town.owner)
    kept = owner.post(f"/my/{id}/supply", {"material": "M03", "file": SimpleUploadedFile("合同.pdf", PDF)})
    assert kept.status_code == 302
    notices.FOLLOWER.follow(0)
    assert now()
    return town, id, begin(agent, town.firm, "ZZ-001")


def run_jobs(task: str) -> None:
    """Do what the worker would: the waiting jobs of a task, each once."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    from yichuang.people import tasks

    with connection.cursor() as cursor:
        for id, given in ProcrastinateJob.objects.filter(task_name=task, status="todo").values_list("id", "args"):
            getattr(tasks, task.rpartition(".")[2])(**given)
            cursor.execute("delete from procrastinate_jobs where id = %s", [id])


def pages(id: str, draft: str) -> list[str]:
    """Every address about the case and the draft, as the agent could have kept it."""
    from yichuang.aggregates.models import Upload

    files = [f"/files/{one.pk}" for one in Upload.objects.filter(stream=f"case/{id}")]
    assert len(files) > 2
    acts = [f"/my/{id}{rest}" for rest in ("", "/filed", "/supply", "/withdraw", "/deliver")]
    papers = [f"/papers/{id}/", f"/papers/{id}/2", f"/papers/{id}/2/state", f"/papers/{id}/proof.json"]
    return [*acts, *files, *papers, *(f"{draft}/{step}" for step in ("form", "materials", "review", "delete"))]


def revoke(town: Any) -> None:
    from yichuang.people import mandates, queries
    from yichuang.people.models import Mandate

    actor = queries.read_speaking_now(town.owner).actor()
    for mandate in Mandate.objects.filter(revoked_at=None):
        mandates.revoke_mandate(mandate, actor)


def change(**columns: Any) -> Callable[[Any], None]:
    def changed(town: Any) -> None:
        from yichuang.people.models import Mandate

        day = today()
        Mandate.objects.update(**{name: day + value if isinstance(value, timedelta) else value
                                  for name, value in columns.items()})  # fmt: skip

    return changed


def today() -> Any:
    from yichuang.kernel.localtime import local_day
    from yichuang.ledger.service import now

    return local_day(now())


def head_changes(town: Any) -> None:
    """Whoever heads the firm may be somebody else tomorrow: the agent's own person is what the mandate names."""
    from yichuang.ledger.service import now
    from yichuang.people.models import Membership

    Membership.objects.filter(account=town.agent).update(ended_at=now())


ENDS = {
    "revoked": revoke,
    "expired": change(last_day=timedelta(days=-1)),
    "not begun": change(first_day=timedelta(days=1)),
    "for another item": change(all_items=False, items=["ZZ-002"]),
    "agent no longer that person": head_changes,
}


def see(client: Client, address: str) -> int:
    return int(client.get(address).status_code)


@pytest.mark.breach
@pytest.mark.parametrize("how", ENDS)
def test_from_that_moment_there_is_nothing_for_the_agent(filed: Any, how: str) -> None:
    from yichuang.cases.models import Case, Draft

    town, id, draft = filed
    agent, owner = browser(town.agent), browser(town.owner)
    addresses = pages(id, draft)
    assert {see(agent, one) for one in addresses} <= {200, 202, 204, 302}
    row, drafts = Case.objects.get(pk=id), Draft.objects.count()
    assert row.receipt in agent.get("/my/").content.decode()
    ENDS[how](town)
    assert {one: see(agent, one) for one in addresses} == dict.fromkeys(addresses, 404)
    for act in ("supply", "withdraw", "deliver"):
        assert agent.post(f"/my/{id}/{act}", {"command_id": str(uuid.uuid4())}).status_code == 404
    assert agent.post(f"{draft}/autosave", {}).status_code == 404
    assert agent.post(f"{draft}/submit", {"promise": "yes"}).status_code == 404
    for address in ("/my/", "/my/?show=closed", f"/my/?q={row.receipt}", "/my/?q=食品", "/messages/"):
        page = agent.get(address).content.decode().replace(f'value="{row.receipt}"', "")
        assert row.receipt not in page and row.number not in page and draft not in page, address
    assert Draft.objects.count() == drafts, "hidden, not destroyed"
    kept = [one for one in addresses if not one.startswith("/drafts")]
    assert {see(owner, one) for one in kept} <= {200, 202, 204, 302}
    assert row.receipt in owner.get("/my/").content.decode() + owner.get("/messages/").content.decode()


@pytest.mark.parametrize("still", ["two mandates, one revoked", "given anew", "for this item"])
def test_while_one_mandate_holds_the_agent_sees(filed: Any, still: str) -> None:
    from yichuang.people.models import Mandate

    town, id, draft = filed
    one = Mandate.objects.get()
    day, about = today(), {"principal": one.principal, "agent": one.agent, "granted_by": "a:0"}
    if still == "two mandates, one revoked":
        Mandate.objects.create(all_items=False, items=["ZZ-001"], first_day=day, last_day=day, **about)
        Mandate.objects.filter(pk=one.pk).update(revoked_at="2018-01-01T00:00Z")
    elif still == "given anew":
        revoke(town)
        Mandate.objects.create(all_items=True, items=[], first_day=day, last_day=day, **about)
    else:
        Mandate.objects.update(all_items=False, items=["ZZ-001"])
    agent = browser(town.agent)
    assert {see(agent, address) for address in pages(id, draft)} <= {200, 202, 204, 302}
    assert "请补正材料" in agent.get("/messages/").content.decode()


def test_an_officer_who_is_an_agent_besides_keeps_what_the_post_sees(filed: Any) -> None:
    from yichuang.people.models import Account, Membership

    town, id, _ = filed
    clerk = Account.objects.get(username="window1")
    Membership.objects.filter(account=town.agent).update(account=clerk)
    both = browser(clerk)
    assert (see(both, f"/my/{id}"), see(both, f"/desk/case/{id}")) == (200, 200)
    revoke(town)
    assert (see(both, f"/my/{id}"), see(both, f"/desk/case/{id}")) == (404, 200)


def test_a_mandate_for_an_item_opens_what_the_agent_filed_and_no_other_case(filed: Any) -> None:
    from yichuang.people.models import Mandate

    town, id, _ = filed
    owner, agent = browser(town.owner), browser(town.agent)
    own = begin(owner, town.firm)
    complete(owner, own, town.city.standard)
    other = submit(owner, own).split("/")[2]
    assert see(agent, f"/my/{other}") == 200
    Mandate.objects.update(all_items=False, items=["ZZ-001"])
    assert (see(agent, f"/my/{id}"), see(agent, f"/my/{other}")) == (200, 404)
    listed = agent.get("/my/").content.decode()
    assert id in listed and other not in listed


def test_messages_kept_from_before_are_neither_listed_nor_counted_nor_opened(filed: Any) -> None:
    from yichuang.people import messages, queries
    from yichuang.people.models import Message

    town, id, _ = filed
    agent = browser(town.agent)
    kept = Message.objects.filter(account=town.agent, link=f"/my/{id}").first()
    assert kept is not None and queries.count_unread(town.agent) > 0
    Message.objects.update(read_at=None)
    revoke(town)
    run_jobs("yichuang.people.tasks.tell_agent")
    assert [m.title for m in queries.messages_of(town.agent)] == ["一份授权已结束"]
    assert queries.count_unread(town.agent) == 1
    assert agent.post(f"/messages/{kept.pk}").status_code == 404
    assert messages.mark_read(town.agent) == 1
    assert Message.objects.get(pk=kept.pk).read_at is None
    assert queries.messages_of(town.owner).filter(case_no=kept.case_no).exists()


def test_nothing_more_is_told_to_a_former_agent(filed: Any) -> None:
    from yichuang.cases import notices
    from yichuang.people.models import Mail, Message

    town, id, _ = filed
    town.agent.email = "agent@demo.invalid"
    town.agent.save()
    revoke(town)
    Mail.objects.all().delete()
    before = Message.objects.filter(account=town.agent).count()
    browser(town.owner).post(f"/my/{id}/withdraw", {"command_id": str(uuid.uuid4())})
    notices.FOLLOWER.follow(0)
    assert Message.objects.filter(account=town.agent).count() == before
    assert not Mail.objects.filter(to="agent@demo.invalid").exists()


def test_the_query_code_the_agent_knew_opens_nothing_and_the_principal_has_another(filed: Any) -> None:
    from yichuang.cases.models import Case
    from yichuang.cases.view import progress, query_code_now

    town, id, _ = filed
    receipt, known = Case.objects.get(pk=id).receipt, query_code_now(id)
    assert known in browser(town.agent).get(f"/my/{id}").content.decode()
    assert progress(receipt, known)
    revoke(town)
    said = [Client().post("/progress", {"number": receipt, "code": code}) for code in (known, "222222")]
    assert [one.status_code for one in said] == [422, 422]
    plain = [re.sub(r'name="csrfmiddlewaretoken"[^>]*', "", one.content.decode()) for one in said]
    assert plain[0] == plain[1], "an old code is as wrong as any other"
    page = browser(town.owner).get(f"/my/{id}").content.decode()
    code = query_code_now(id)
    assert code != known and code in page and known not in page
    assert progress(receipt, code)


def test_a_mandate_that_ended_before_the_case_changes_no_code(town: Any) -> None:
    from yichuang.cases.view import query_code, query_code_now

    revoke(town)
    owner = browser(town.owner)
    draft = begin(owner, town.firm)
    complete(owner, draft, town.city.standard)
    id = submit(owner, draft).split("/")[2]
    assert query_code_now(id) == query_code(id)


def test_both_see_that_it_ended_and_when(filed: Any) -> None:
    town, _, _ = filed
    revoke(town)
    day = today()
    for account, words in ((town.agent, town.firm.name), (town.owner, "李代办")):
        page = browser(account).get("/account").content.decode()
        assert words in page and "已撤销" in page and f"{day.year}年{day.month}月{day.day}日" in page
    assert "已到期" not in browser(town.agent).get("/account").content.decode()


def test_programs_of_a_former_agent_see_nothing_either(filed: Any) -> None:
    from yichuang.faces.api import limits
    from yichuang.ledger.actor import SYSTEM
    from yichuang.people.service import issue_client

    town, id, _ = filed
    limits.forget()
    tokens = {name: issue_client(name, account, SYSTEM)[1] for name, account in (("a", town.agent), ("o", town.owner))}

    def ask(who: str, path: str) -> Any:
        return Client().get(f"/api{path}", headers={"authorization": f"Bearer {tokens[who]}"})

    paths = (f"/cases/{id}", f"/cases/{id}/proof")
    assert ask("a", paths[0]).status_code == 200 and ask("a", "/cases").json()["total"] == 1
    revoke(town)
    assert [ask("a", path).json()["code"] for path in paths] == ["no-such-case"] * 2
    assert ask("a", "/cases?open=all").json()["total"] == 0
    assert ask("a", "/cases?open=all&text=食品").json()["total"] == 0
    assert ask("o", paths[0]).status_code == 200 and ask("o", "/cases").json()["total"] == 1


def test_an_agents_pages_take_few_statements(filed: Any) -> None:
    town, id, draft = filed
    agent = browser(town.agent)
    for address in ("/my/", f"/my/{id}", f"/my/{id}/filed", "/messages/", f"{draft}/form"):
        with at_most(MOST_STATEMENTS):
            assert see(agent, address) == 200
