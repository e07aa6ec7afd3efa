"""A city, one of its counties and an applicant, for journeys of standards and of the list: people, and what they press.

No expectation of a life is here: the journeys say what must be seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESKTOP
from tests.browser.journeys import elsewhere

COUNTY = "410184"  # 新郑市


@dataclass
class Towns:
    """The city of `tests.db.world` with the town of the portal, and a county that took the food licence over."""

    city: Any
    town: Any
    office: Any
    county_reviewer: Any
    county_head: Any
    county_office: Any
    applicant: Any


@pytest.fixture
def towns(city: Any, settings: Any, tmp_path: Path) -> Towns:
    from tests.db.catalog.test_consistency import found_county
    from tests.db.portal.towns import found
    from yichuang.catalog.service import publish
    from yichuang.ledger.actor import SYSTEM, Actor
    from yichuang.people.models import Membership, Subject

    settings.MEDIA_ROOT = tmp_path
    city.at("2018-03-12 09:30")
    publish(found_county(city), SYSTEM)
    Subject.objects.all().delete()
    town = found(city)
    firm = Subject.objects.create(
        id="s:1", kind="organisation", name="郑州示范饭店", uscc="91410100MA44ABCD8E", legal_name="张三丰"
    )
    Membership.objects.create(account=town.owner, subject=firm, role="legal")  # for whom `city.submit` files
    return Towns(
        city,
        town,
        appoint("office", "规程审定岗", "410100/zwb", city.window),
        appoint("reviewer", "初审岗", f"{COUNTY}/scjg", city.reviewer),
        appoint("head", "机关负责人", f"{COUNTY}/scjg", city.head),
        appoint("office", "规程审定岗", f"{COUNTY}/zwb", city.window),
        Actor(person=town.owner.person),
    )


def appoint(kind: str, name: str, department: str, like: Any) -> Any:
    """A new officer at a new post of a department; the actor they are."""
    from yichuang.org.models import Holding, Officer, Post
    from yichuang.people.models import Account

    number = f"{kind}-{department.replace('/', '-')}"
    post = Post.objects.create(id=f"{department}/{kind}/9", department_id=department, kind=kind, name=name)
    account = Account.objects.create_user(number, kind="officer", real_name=f"{name}员")
    officer = Officer.objects.create(account=account, name=f"{name}员", number=number)
    Holding.objects.create(officer=officer, post=post, first_day=date(2017, 1, 1))
    place = {"division": department.split("/")[0], "department": department}
    return replace(like, person=f"a:{account.pk}", post=post.id, post_kind=kind, **place)


@pytest.fixture
def at_desk(open_page: Callable[..., Page], sit: Any) -> Callable[[Any], Page]:
    """`at_desk(actor)`: a browser of their own in which that person is logged in, anew at each call."""
    known: dict[str, Page] = {}

    def of(actor: Any) -> Page:
        if actor.person not in known:
            known[actor.person] = open_page(DESKTOP)
        return sit(known[actor.person], actor)  # type: ignore[no-any-return]

    return of


def open_act(page: Page, name: str) -> Locator:
    """The form of an act of a life on its page, opened."""
    form = page.locator(f"#act-{name}")
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    return form


def do_act(page: Page, name: str, **texts: str) -> None:
    """Fill in an act's fields by their names, and press its button. Of choices the value or the words are given."""
    form = open_act(page, name)
    for field, text in texts.items():
        control = form.locator(f"[name='{name}-{field}']")
        if control.count() > 1 or control.first.get_attribute("type") == "radio":
            form.get_by_label(text).check()
        elif control.evaluate("control => control.tagName") == "SELECT":
            control.select_option(text)
        else:
            control.fill(text)
    form.locator("form button").click()
    expect(page.locator(".yc-flashes")).to_contain_text("已办理")


def answer_questions(page: Page) -> int:
    """The office answers every question that only a person can judge; how many there were."""
    number = 0
    while page.locator("#act-judge").count():
        form = open_act(page, "judge")
        if form.get_by_text("现在没有可选的").count():
            break
        radios = form.locator("input[type=radio]")
        if radios.count():
            radios.first.check()
        else:
            form.locator("select").select_option(index=1)
        form.locator("textarea").fill("已经核对，依据充分。")
        form.locator("form button").click()
        expect(page.locator(".yc-flashes")).to_contain_text("已办理")
        number += 1
    return number


def sweep() -> None:
    """The worker's task that lets time pass on every life."""
    from yichuang.aggregates.tasks import sweep as task

    elsewhere(lambda: task.func(0))


def tell_cases() -> None:
    """The worker's task that tells open cases what becomes of their item."""
    from yichuang.cases.tasks import tell_cases_of_leaving_items as task

    elsewhere(lambda: task.func(0))
