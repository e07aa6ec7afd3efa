"""Licences at the desk: the list each post sees, what narrows it, the page of one, and picking one at the window."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.db.desk.conftest import Browser, at_most
from tests.db.licences.lives import ADDRESS, SHOP, Licences
from tests.db.portal.holders import plain

Desk = Callable[..., Browser]
MOST_STATEMENTS = 10
LIST = "/desk/licences"


@pytest.fixture
def shop(city: Any) -> Licences:
    from yichuang.people.models import Subject

    about = {"kind": "organisation", "name": SHOP, "uscc": "91350100M000100Y43", "legal_name": "陈镕"}
    Subject.objects.get_or_create(id="s:1", defaults=about)
    return Licences(city)


def street(n: int) -> str:
    return f"河南省郑州市金水区文化路{n}号1号楼附{n}号"


def entered(shop: Licences, n: int) -> None:
    """A licence made before this platform."""
    from yichuang.aggregates import door
    from yichuang.licences.core import commands as co
    from yichuang.licences.declared import LICENCE

    day, key = date(2018, 1, 1), shop.city.standard.key
    made = co.Make(
        f"郑市监许证字〔2017〕第{n:05}号", "", "食品经营许可证", key, "s:1", day, None, "", "", day, adopted=True
    )
    door.move(LICENCE, {uuid.uuid4(): made}, {"rivals": ()})


def numbers(answer: Any) -> list[str]:
    """Serial numbers of the licences listed."""
    return re.findall(r'yc-code">郑市监许证字〔\d{4}〕第(\d+)号<', answer.content.decode())


def officer(kind: str, department: str = "zwb", division: str = "410100") -> Any:
    """One more officer, at a post of this kind."""
    from yichuang.ledger.actor import Actor
    from yichuang.org.models import Department, Division, Holding, Officer, Post
    from yichuang.people.models import Account

    Division.objects.get_or_create(code=division, defaults={"name": "中牟县", "level": "county", "parent_id": "410100"})
    place = f"{division}/{department}"
    about = {"division_id": division, "code": department, "name": f"{department}局", "short": department}
    Department.objects.get_or_create(id=place, defaults=about)
    post = Post.objects.create(id=f"{place}/{kind}/9", department_id=place, kind=kind, name=kind)
    account = Account.objects.create_user(f"{kind}-{division}-{department}", kind="officer")
    known = Officer.objects.create(account=account, name="蒋明察", number=f"N{account.pk}")
    Holding.objects.create(officer=known, post=post, first_day=date(2017, 1, 1))
    return Actor(account.person, post.id, kind, place, division)


@pytest.mark.screen
def test_each_post_sees_what_is_its_own(shop: Licences, desk: Desk) -> None:
    shop.granted()
    city = shop.city
    for actor in (city.window, city.head, city.reviewer, city.surveyor, officer("office"), officer("inspector")):
        page = desk(actor).get(LIST)
        assert numbers(page) == ["00001"], actor.post_kind
        assert "食品经营许可证" in plain(page) and ADDRESS in plain(page) and SHOP in plain(page)
        assert 'href="/desk/licences"' in desk(actor).get("/desk/").content.decode(), actor.post_kind
    for actor in (officer("head", "gaj"), officer("window", "zwb", "410122")):
        assert numbers(desk(actor).get(LIST)) == [], actor.department
    for kind in ("cashier", "sysadmin"):
        other = officer(kind, "scjg")
        assert desk(other).get(LIST).status_code == 403
        assert 'href="/desk/licences"' not in desk(other).get("/desk/").content.decode()


@pytest.mark.screen
def test_the_list_is_narrowed(shop: Licences, desk: Desk) -> None:
    ids = [shop.granted(premises_address=street(n)) for n in (1, 2, 3, 4)]
    city = shop.city
    city.at("2018-06-01 10:00")
    reason = {"reason": "依法作出。"}
    shop.do(ids[1], "open_revocation", city.head, ground="beyond_power", **reason)
    shop.do(ids[2], "cancel", city.head, ground="body_ended", **reason)
    browser = desk(city.head)

    def listed(**query: str) -> list[str]:
        return sorted(numbers(browser.get(LIST, **query)))

    assert listed() == ["00001", "00002", "00003", "00004"]
    assert listed(stage="valid") == ["00001", "00002", "00004"]
    assert listed(stage="cancelled") == ["00003"]
    assert listed(watch="revoking") == ["00002"] and "撤销程序中" in plain(browser.get(LIST, watch="revoking"))
    assert listed(q="第00004号") == ["00004"]
    assert listed(q="老陈记") == listed() and listed(q="老陈记 00001") == ["00001"]
    assert listed(q="老王记") == []
    assert listed(item="ZZ-002") == listed() or listed(item="ZZ-002") == []  # an item that is not listed is no filter
    assert listed(item="ZZ-001") == listed()
    assert listed(watch="90") == []
    city.at("2023-02-20 10:00")
    assert listed(watch="30") == ["00001", "00002", "00004"] and listed(watch="180") == listed(watch="30")
    city.at("2023-03-12 00:30")  # the sweep has not come yet
    assert listed(stage="valid") == [] and listed(stage="expired") == ["00001", "00002", "00004"]
    assert "已过有效期" in plain(browser.get(LIST))
    for odd in ({"page": "x"}, {"page": "99999"}, {"stage": "x"}, {"watch": "x"}, {"q": "%_'\x00"}, {"item": "x"}):
        assert browser.get(LIST, **odd).status_code == 200, odd


def test_a_page_holds_25_and_costs_a_few_statements(shop: Licences, desk: Desk) -> None:
    browser = desk(shop.city.head)
    shop.city.at("2018-03-12 09:30")
    for n in range(3):
        entered(shop, n)
    browser.get(LIST)
    with at_most(MOST_STATEMENTS):
        browser.get(LIST)
    for n in range(3, 28):
        entered(shop, n)
    with at_most(MOST_STATEMENTS):
        page = browser.get(LIST, q="郑市监")
    assert len(numbers(page)) == 25 and "共 28 条" in page.content.decode()
    assert len(numbers(browser.get(LIST, page="2"))) == 3


@pytest.mark.breach
def test_who_only_watches_sees_persons_masked(shop: Licences, desk: Desk) -> None:
    from yichuang.people.models import Subject

    licence = shop.granted()
    watcher = desk(officer("supervisor"))
    page = watcher.get(f"/lives/licences/{licence}")
    assert page.status_code == 200 and SHOP in plain(page)
    assert "陈镕" not in plain(page) and "陈*" in plain(page)
    assert "陈镕" in plain(desk(shop.city.head).get(f"/lives/licences/{licence}"))
    Subject.objects.filter(pk="s:1").update(
        kind="person", name="陈镕", uscc="", legal_name="", id_type="111", id_number="11010519491231002X"
    )
    assert "陈镕" not in plain(watcher.get(LIST)) and "陈*" in plain(watcher.get(LIST))


@pytest.mark.screen
def test_the_page_of_a_licence_says_its_state_before_what_can_be_done(shop: Licences, desk: Desk) -> None:
    licence = shop.granted()
    page = desk(shop.city.head).get(f"/lives/licences/{licence}").content.decode()
    order = [page.index(f">{words}<") for words in ("现在的状态", "我要做什么", "载明的内容", "各版内容", "办到哪了")]
    assert order == sorted(order)
    assert 'class="moj-side-navigation"' in page and 'href="/desk/licences"' in page
    for words in ("更正", "启动撤销（撤回）", "依职权注销"):
        assert words in page or words.replace("（", "(").replace("）", ")") in page, words
    window = desk(shop.city.window).get(f"/lives/licences/{licence}")
    assert "为持证人收件" in plain(window) and "/desk/intake/for/s:1/ZZ-001" in window.content.decode()


# --- at the window ----------------------------------------------------------------------------------------------------


@pytest.mark.screen
def test_a_clerk_picks_the_licence_of_who_came(shop: Licences, desk: Desk) -> None:
    from yichuang.cases.models import Draft

    licence = shop.granted()
    shop.city.at("2018-06-01 10:00")
    client = desk(shop.city.window).client
    address = "/desk/intake/for/s:1/ZZ-001"
    page = client.get(address)
    assert "郑市监许证字〔2018〕第00001号" in plain(page) and f'value="{licence}"' in page.content.decode()
    nothing = client.post(address, {"situation": "change", "agent": "no"})
    assert nothing.status_code == 422 and "请选择针对哪一张证照" in plain(nothing)
    early = client.post(address, {"situation": "renew", "agent": "no", "licence": str(licence)})
    assert early.status_code == 422 and "还没有到时间" in plain(early) and not Draft.objects.exists()
    forged = client.post(address, {"situation": "change", "agent": "no", "licence": str(uuid.uuid4())})
    assert forged.status_code == 422
    begun = client.post(address, {"situation": "change", "agent": "no", "licence": str(licence)})
    assert begun.status_code == 302 and Draft.objects.get().licence == licence
    form = client.get(begun.url).content.decode()
    assert ADDRESS in form and 'name="old_no"' not in form and "郑市监许证字〔2018〕第00001号" in form
    # a new licence acts on none, whatever is sent along
    new = client.post(address, {"situation": "new", "agent": "no", "licence": str(licence)})
    assert new.status_code == 302 and Draft.objects.get(situation="new").licence is None


@pytest.mark.screen
def test_what_is_entered_at_the_window_acts_on_the_licence_that_was_picked(shop: Licences, desk: Desk) -> None:
    from tests.db.desk.test_intake import confirm
    from tests.db.portal.pages import flat
    from yichuang.cases.models import Case
    from yichuang.cases.service import replay_case

    licence = shop.granted()
    shop.city.at("2018-06-01 10:00")
    client = desk(shop.city.window).client
    sent = {"situation": "change", "agent": "no", "licence": str(licence)}
    begun = client.post("/desk/intake/for/s:1/ZZ-001", sent)
    form = flat(shop.shop_values("change")) | {"old_no": "随手写的编号"}
    done = client.post(begun.url, confirm(client, begun.url, form | {"take": "1"}))
    assert done.status_code == 302, plain(done)
    case = Case.objects.latest("submitted_at")
    assert replay_case(str(case.id)).licence == str(licence)
    page = client.get(f"/desk/case/{case.id}").content.decode()
    assert "随手写的编号" not in page and f"/lives/licences/{licence}" in page


@pytest.mark.screen
def test_who_holds_nothing_is_told_at_the_window(shop: Licences, desk: Desk) -> None:
    client = desk(shop.city.window).client
    answer = client.post("/desk/intake/for/s:1/ZZ-001", {"situation": "renew", "agent": "no"})
    assert answer.status_code == 422 and "申请人没有本事项的证照" in plain(answer)


@pytest.mark.screen
def test_an_application_of_before_names_its_licence_from_a_list(
    shop: Licences, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from yichuang.cases.service import replay_case

    licence = shop.granted()
    shop.city.at("2018-06-01 10:00")
    with monkeypatch.context() as before:  # no licence was asked for then
        before.setattr("yichuang.cases.core.intake._licence_fits", lambda command, facts: None)
        case = shop.file("change")
    browser = desk(shop.city.window)
    page = browser.case(case)
    assert "指定原证" in plain(page) and f'value="{licence}"' in page.content.decode()
    done = browser.act(case, "name_licence", licence=str(licence))
    assert done.status_code == 302, plain(done)
    assert replay_case(case).licence == str(licence)
