"""What is done in one's name is told to one, with who did it; never to whoever did it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.db.portal.pages import begin, browser, complete, submit
from tests.db.rights.test_mandate_end import run_jobs, today

WINDOW_SAYS = "由综合窗口"
AGENT_SAYS = "由代理人李**"


@pytest.fixture
def told(town: Any) -> Callable[[Any, str], list[str]]:
    """(account, title) → texts of the messages with this title, once what happened was told."""
    from yichuang.cases import notices
    from yichuang.people.models import Mail, Message

    for name in ("owner", "agent"):
        account = getattr(town, name)
        account.email = f"{account.username}@demo.invalid"
        account.save()
    notices.FOLLOWER.skip_to_now()

    def texts(account: Any, title: str) -> list[str]:
        notices.FOLLOWER.follow(0)
        run_jobs("yichuang.people.tasks.tell_agent")
        found = list(Message.objects.filter(account=account, title=title).values_list("text", flat=True))
        assert len(found) == Mail.objects.filter(to=account.email, subject=title).count(), "a mail for each message"
        return found

    return texts


def filed(town: Any, account: Any, item: str = "ZZ-001") -> str:
    client = browser(account)
    draft = begin(client, town.firm, item)
    from yichuang.catalog.queries import standard

    rules = standard(f"410100/{item}/1")
    complete(client, draft, rules, agent="yes" if account == town.agent else "no")
    return submit(client, draft).split("/")[2]


def act(town: Any, account: Any, id: str, what: str) -> None:
    answer = browser(account).post(f"/my/{id}/{what}", {"command_id": str(uuid.uuid4())})
    assert answer.status_code == 302, answer.content.decode()


def test_an_agents_filing_and_withdrawal_are_told_to_the_principal(town: Any, told: Any) -> None:
    id = filed(town, town.agent)
    (text,) = told(town.owner, "已提交申请")
    assert AGENT_SAYS in text and "李代办" not in text
    assert told(town.agent, "已提交申请") == []
    act(town, town.agent, id, "withdraw")
    (text,) = told(town.owner, "申请已撤回")
    assert AGENT_SAYS + "撤回" in text
    assert told(town.agent, "申请已撤回") == []


def test_what_one_did_oneself_is_not_told_to_one_but_to_ones_agent(town: Any, told: Any) -> None:
    own = filed(town, town.owner)
    assert told(town.owner, "已提交申请") == [] == told(town.agent, "已提交申请")
    act(town, town.owner, own, "withdraw")
    assert told(town.owner, "申请已撤回") == []
    through = filed(town, town.agent)
    act(town, town.owner, through, "withdraw")
    (text,) = told(town.agent, "申请已撤回")
    assert "由申请人撤回" in text
    assert told(town.owner, "申请已撤回") == []


@pytest.mark.parametrize("who", ["agent", "window"])
def test_a_supply_is_told(town: Any, told: Any, who: str) -> None:
    id = filed(town, town.agent)
    town.city.do(id, "receive", town.city.window, originals=[])
    town.city.do(id, "ask_correction", town.city.window, reason="图不清", materials=("M03",), fields=())
    if who == "agent":
        answer = browser(town.agent).post(
            f"/my/{id}/supply", {"command_id": str(uuid.uuid4()), "paper-M03": "yes"}
        )  # fmt: skip
        assert answer.status_code == 302
    else:
        town.city.do(id, "supply", town.city.window, given={"M03": ("paper",)})
    (text,) = told(town.owner, "已提交补正")
    assert (AGENT_SAYS + "提交" if who == "agent" else WINDOW_SAYS + "收取") in text
    assert len(told(town.agent, "已提交补正")) == (0 if who == "agent" else 1)


@pytest.mark.parametrize("who", ["agent", "cashier"])
def test_a_payment_is_told(town: Any, told: Any, who: str) -> None:
    from yichuang.cases.service import replay_case

    id = filed(town, town.agent, "ZZ-022")
    town.city.do(id, "receive", town.city.window, originals=[])
    town.city.do(id, "accept", town.city.window)
    fee, amount = next((f, a) for f, a in replay_case(id).due_fees.items() if a)
    town.city.do(id, "charge_fee", town.city.window, fee=fee, amount=amount)
    if who == "agent":
        from urllib.parse import unquote

        client = browser(town.agent)
        token = unquote(client.get(f"/my/{id}/pay/{fee}").url.partition("order=")[2])
        assert client.post("/cashier", {"order": token}).status_code == 302
    else:
        town.city.do(id, "pay_fee", town.city.window, fee=fee, amount=amount, receipt="PJ1")
    (text,) = told(town.owner, "已缴费")
    assert (AGENT_SAYS + "缴纳" if who == "agent" else WINDOW_SAYS + "登记缴清") in text
    assert len(told(town.agent, "已缴费")) == (0 if who == "agent" else 1)


@pytest.mark.parametrize("who", ["agent", "window"])
def test_a_delivery_is_told(town: Any, told: Any, who: str) -> None:
    from tests.db.portal.test_mine import granted

    id = filed(town, town.agent)
    granted(town, id)
    if who == "agent":
        act(town, town.agent, id, "deliver")
    else:
        town.city.do(id, "deliver", town.city.window, method="direct", recipient="王五")
    (text,) = told(town.owner, "已送达")
    assert (AGENT_SAYS + "签收" if who == "agent" else WINDOW_SAYS + "送达") in text
    assert len(told(town.agent, "已送达")) == (0 if who == "agent" else 1)


def test_who_has_no_account_is_told_by_short_message(town: Any, told: Any) -> None:
    from yichuang.people.models import Mail, Membership

    id = filed(town, town.agent)
    told(town.owner, "已提交申请")
    Membership.objects.filter(subject=town.firm).delete()
    act(town, town.agent, id, "withdraw")
    told(town.agent, "申请已撤回")
    sms = Mail.objects.get(channel="sms")
    assert sms.to == town.firm.phone and AGENT_SAYS in sms.body


# --- mandates ---------------------------------------------------------------------------------------------------------


def entered(town: Any) -> Any:
    from yichuang.people import mandates, service

    person = service.find_subject(id_type="111", number="410105198001010017")
    letter = {"letter": "窗口核对并收存授权委托书"}
    day = today()
    return mandates.grant_mandate(
        town.firm, person, items=["ZZ-002"], first_day=day, last_day=day + timedelta(days=9),
        actor=town.city.window, evidence=letter,
    )  # fmt: skip


def test_a_mandate_entered_or_ended_at_a_window_is_told_to_both(town: Any, told: Any) -> None:
    from yichuang.people import mandates

    mandate = entered(town)
    (given,) = told(town.owner, "已登记您给代理人的授权")
    assert "由综合窗口登记" in given and "李**" in given and "李代办" not in given and "撤销" in given
    (held,) = told(town.agent, "您收到一份授权")
    assert town.firm.name in held and "由综合窗口登记" in held
    mandates.revoke_mandate(mandate, town.city.window)
    for account, title in ((town.owner, "您给代理人的授权已结束"), (town.agent, "一份授权已结束")):
        (text,) = told(account, title)
        assert WINDOW_SAYS in text


def test_online_the_other_side_alone_is_told(town: Any, told: Any) -> None:
    day = str(today())
    sent = {
        "principal": town.firm.pk, "agent_name": "李代办", "agent_type": "111", "agent_number": "410105198001010017",
        "scope": "ZZ-003", "first_day": day, "last_day": day,
    }  # fmt: skip
    owner, agent = browser(town.owner), browser(town.agent)
    assert owner.post("/account/mandates", sent).status_code == 302
    assert len(told(town.agent, "您收到一份授权")) == 1 and told(town.owner, "已登记您给代理人的授权") == []
    from yichuang.people.models import Mandate

    first, second = Mandate.objects.order_by("id")
    assert owner.post(f"/account/mandates/{first.pk}/revoke").status_code == 302
    (text,) = told(town.agent, "一份授权已结束")
    assert "由委托人结束" in text and told(town.owner, "您给代理人的授权已结束") == []
    assert agent.post(f"/account/mandates/{second.pk}/revoke").status_code == 302
    (text,) = told(town.owner, "您给代理人的授权已结束")
    assert "由代理人李**结束" in text and len(told(town.agent, "一份授权已结束")) == 1


@pytest.mark.screen
def test_a_principal_without_an_account_ends_a_mandate_at_a_window(town: Any, told: Any) -> None:
    from yichuang.people.models import Account, Membership

    id = filed(town, town.agent)
    told(town.owner, "已提交申请")
    Membership.objects.filter(subject=town.firm).delete()
    clerk = browser(Account.objects.get(username="window1"))
    page = f"/desk/intake/mandates/{town.firm.pk}"
    assert page in clerk.get(f"/desk/intake/for/{town.firm.pk}").content.decode()
    shown = clerk.get(page).content.decode()
    number = re.search(r'name="mandate" value="(\d+)"', shown)
    assert "李代办" in shown and "全部事项" in shown and number
    before = code_of(clerk, id)
    assert clerk.post(page, {"mandate": number[1]}).status_code == 302
    assert clerk.post(page, {"mandate": number[1]}).status_code == 404
    assert "没有现在有效的授权" in clerk.get(page).content.decode()
    assert browser(town.agent).get(f"/my/{id}").status_code == 404
    (text,) = told(town.agent, "一份授权已结束")
    assert WINDOW_SAYS in text
    assert code_of(clerk, id) != before, "the window reads out the new code"
    assert browser(Account.objects.get(username="reviewer1")).get(page).status_code == 403


def code_of(client: Any, id: str) -> str:
    found = re.search(r'查询码</dt><dd class="yc-number">(\w{6})<', client.get(f"/desk/case/{id}").content.decode())
    assert found
    return found[1]
