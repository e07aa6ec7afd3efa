"""Steps on halls: how they are arranged, what is missing in them, and the queue of tickets."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.test import Client
from pytest_bdd import given, parsers, then, when

from tests.clauses.story import Story
from tests.clauses.ways import Pages, Programs, command_id
from yichuang.aggregates.timers import sweep
from yichuang.hall.kiosk import make_token
from yichuang.hall.lists import read_halls
from yichuang.hall.models import Arrangement, Ticket
from yichuang.hall.serving import call_next
from yichuang.hall.ticket import TicketStage
from yichuang.hall.ticket_acts import TICKET_ACTS
from yichuang.org.models import Hall

CITY, OFFICE = "410100", "政务服务办"


@given(parsers.parse("郑州市有“{name}”"))
def _(story: Story, name: str) -> None:
    Hall.objects.create(division_id=CITY, name=name, address="示范路1号")


def register(story: Story, name: str, kind: str, **consent: Any) -> None:
    with story.attempt():
        data = {"hall": str(Hall.objects.get(name=name).pk), "kind": kind, **consent}
        story.way.begin_life("halls", "arrange", story.who(OFFICE), data)


def on_hall(story: Story, who: str, act: str, **data: Any) -> None:
    with story.attempt():
        story.way.on_life("halls", str(Arrangement.objects.get().pk), act, story.who(who), data)


@when(parsers.parse("政务服务办登记“{name}”为政务服务大厅"))
def _(story: Story, name: str) -> None:
    register(story, name, "main")


@when(parsers.parse("政务服务办登记“{name}”为分大厅，没有同意文件"))
def _(story: Story, name: str) -> None:
    register(story, name, "sub")


@when(parsers.parse("政务服务办登记“{name}”为分大厅，依据市政府“{number}”"))
def _(story: Story, name: str, number: str) -> None:
    register(story, name, "sub", issuer="郑州市人民政府", number=number, day="2018-01-08")


@given(parsers.re(r"政务服务办设(?P<code>[A-Z])类“(?P<name>\w+)”$"))
def add_class(story: Story, code: str, name: str) -> None:
    on_hall(story, OFFICE, "add_class", code=code, name=name)


@when(parsers.re(r"政务服务办设(?P<code>[A-Z])类“(?P<name>\w+)”，放进“(?P<item>\w+)”"))
def fill_class(story: Story, code: str, name: str, item: str) -> None:
    add_class(story, code, name)
    on_hall(story, OFFICE, "place_items", code=code, items=[story.find(item).item])


OPEN = parsers.re(r"政务服务办开设(?P<number>\d+)号窗口，由(?P<who>\S+?)受理(?P<code>[A-Z])类")


@given(OPEN)
@when(OPEN)
def open_window(story: Story, number: str, who: str, code: str) -> None:
    on_hall(story, OFFICE, "open_window", number=number, post=story.who(who).post, classes=[code])


@when(parsers.re(r"(?P<who>\S+?)把(?P<number>\d+)号窗口改为受理(?P<code>[A-Z])类"))
def _(story: Story, who: str, number: str, code: str) -> None:
    on_hall(story, who, "change_window", number=number, classes=[code])


@given(
    parsers.re(r"已经设好(?P<code>[A-Z])类“(?P<name>\w+)”的“(?P<hall>\w+)”，(?P<number>\d+)号窗口由(?P<who>\S+?)受理")
)
def arrange(story: Story, code: str, name: str, hall: str, number: str, who: str) -> None:
    """With the food licence in the class."""
    Hall.objects.create(division_id=CITY, name=hall, address="示范路1号")
    with story.beforehand():
        register(story, hall, "main")
        fill_class(story, code, name, "食品经营许可")
        open_window(story, number, who, code)


@when(parsers.parse("政务服务办登记“{item}”涉密不进驻"))
def _(story: Story, item: str) -> None:
    on_hall(story, OFFICE, "except_item", item=story.find(item).item, basis="某局密字1号")


@then(parsers.re(r"大厅公开页面上有“(?P<first>.+?)”(?:和“(?P<second>.+?)”)?$"))
def _(story: Story, first: str, second: str | None) -> None:
    browser = Client()
    pages = [browser.get(f"/halls/{row.pk}").content.decode() for row in Arrangement.objects.all()]
    text = browser.get("/halls").content.decode() + "".join(pages)
    assert first in text and (second or "") in text


def rate_of(name: str) -> Any:
    return next(rate for rate in read_halls(CITY).rates if rate.name == name)


@then(parsers.re(r"“(?P<name>\w+)”进驻(?P<have>\d+)项，应当进驻(?P<due>\d+)项(?:，缺“(?P<missing>\w+)”)?$"))
def _(story: Story, name: str, have: str, due: str, missing: str | None) -> None:
    rate = rate_of(name)
    assert (rate.have, rate.due) == (int(have), int(due))
    assert [row.name for row in rate.missing] == ([missing] if missing else [])
    for row in story.programs.ask(story.who("监察人员"), "/hall/halls")["rates"]:
        if row["name"] == name:
            assert (row["have"], row["due"]) == (int(have), int(due))
    page = Client().get("/halls").content.decode()
    assert not missing or missing in page


# --- tickets ----------------------------------------------------------------------------------------------------------


def kiosk_address() -> str:
    row = Arrangement.objects.get()
    return f"/halls/{row.pk}/kiosk/{make_token(row.pk, row.kiosk)}"


def press(code: str, priority: str) -> str:
    """The number on the ticket that the machine gives out."""
    browser, address = Client(), kiosk_address()
    data = {"code": code, "priority": priority, "command_id": command_id(browser.get(address).content.decode())}
    answer = browser.post(address, data)
    assert answer.status_code == 302, answer.content.decode()
    page = browser.get(answer.url).content.decode()
    found = re.search(r'yc-ticket__number">([A-Z]\d+)<', page)
    assert found, page
    return found[1]


@when(parsers.re(r"有人在取号机取(?P<code>[A-Z])类(?P<kind>优先)?号“(?P<number>\w+)”"))
def _(story: Story, code: str, kind: str | None, number: str) -> None:
    story.settle()
    assert press(code, "yes" if kind else "no") == number


def ticket_of(number: str) -> Ticket:
    return Ticket.objects.get(number=number)


def call(story: Story, who: str) -> None:
    """The next one, the way the scenario goes."""
    actor = story.who(who)
    with story.attempt():
        match story.way:
            case Programs():
                story.way.ask(actor, "/hall/next", {})
            case Pages():
                browser = story.way.browser(actor)
                shown = command_id(browser.get("/desk/window").content.decode())
                assert browser.post("/desk/window/call", {"command_id": shown}).status_code == 302
            case _:
                call_next(actor, command_id=uuid.uuid4())


@when(parsers.parse("{who}叫下一位"))
def _(story: Story, who: str) -> None:
    call(story, who)


@then(parsers.parse("{who}依次叫到“{numbers}”"))
def _(story: Story, who: str, numbers: str) -> None:
    for number in numbers.split():
        call(story, who)
        story.settle()
        assert ticket_of(number).stage == "called", number
        for act in ("begin", "finish"):
            on_ticket(story, who, number, act)


def on_ticket(story: Story, who: str, number: str, act: str, **data: Any) -> None:
    with story.attempt():
        story.way.on_life("tickets", str(ticket_of(number).pk), act, story.who(who), data)


@when(parsers.re(r"(?P<who>\S+?)对“(?P<number>\w+)”(?P<act>叫号|重叫|开始办理|办结|过号|重新排队)$"))
def _(story: Story, who: str, number: str, act: str) -> None:
    name = next(name for name, known in TICKET_ACTS.by_name.items() if known.label == act)
    on_ticket(story, who, number, name)


@when(parsers.re(r"(?P<who>\S+?)把“(?P<number>\w+)”转到(?P<code>[A-Z])类"))
def _(story: Story, who: str, number: str, code: str) -> None:
    on_ticket(story, who, number, "carry", code=code)


@then(parsers.parse("号“{number}”是“{stage}”"))
def _(story: Story, number: str, stage: str) -> None:
    story.settle()
    sweep()
    assert TicketStage(ticket_of(number).stage).label == stage


@then(parsers.parse("叫号屏上“{number}”请到{window}号窗口"))
def _(story: Story, number: str, window: str) -> None:
    story.settle()
    page = Client().get(f"/halls/{Arrangement.objects.get().pk}/screen").content.decode()
    assert re.search(rf"<b>{number}</b><span>{window} 号窗口", page), page
    row = story.programs.ask(story.who("窗口人员甲"), f"/hall/queue?hall={Arrangement.objects.get().pk}")
    assert any((one["number"], one["window"]) == (number, window) for one in row["windows"])


@when("政务服务办更换取号机地址")
def renew(story: Story) -> None:
    story.draft = kiosk_address()
    on_hall(story, OFFICE, "renew_kiosk")


@then("原来的取号机地址打不开")
def _(story: Story) -> None:
    browser = Client()
    assert browser.get(story.draft).status_code == 404
    assert browser.post(story.draft, {"code": "A"}).status_code == 404
    assert browser.get(kiosk_address()).status_code == 200 and not Ticket.objects.exists()
