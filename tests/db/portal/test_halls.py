"""The pages of a hall: what everybody sees, the machine, the screen, the clerk's window; and their statements."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from tests.db.desk.conftest import at_most
from tests.db.portal.pages import browser
from yichuang.aggregates.door import perform
from yichuang.aggregates.prepare import prepare_command
from yichuang.aggregates.rebuild import rebuild
from yichuang.hall.declared import HALL
from yichuang.hall.kiosk import make_token
from yichuang.hall.models import Ticket
from yichuang.hall.tickets import TICKET
from yichuang.ledger.actor import Actor
from yichuang.org.models import Hall, Post
from yichuang.people.models import Account


@pytest.fixture
def hall(city: Any) -> uuid.UUID:
    """A hall with the city's first window in class A, which takes the food licence."""
    place = Hall.objects.create(division_id="410100", name="市政务服务大厅", address="示范路1号")
    Post.objects.filter(pk=city.window.post).update(hall=place)
    id, office = uuid.uuid4(), Actor("a:0", "410100/zwb/office/1", "office", "410100/zwb", "410100")
    for act, data in (
        ("arrange", {"hall": str(place.pk), "kind": "main"}),
        ("add_class", {"code": "A", "name": "市场准入"}),
        ("place_items", {"code": "A", "items": ["ZZ-001"]}),
        ("open_window", {"number": "1", "post": city.window.post, "classes": ["A"]}),
    ):
        prepared = prepare_command(HALL.life.acts.by_name[act], data, subject=HALL.stream(id))
        perform(HALL, id, prepared, office, command_id=uuid.uuid4())
    return id


@pytest.mark.clause("3.4b.2")
@pytest.mark.screen
def test_the_pages_of_a_hall_cost_few_statements(hall: uuid.UUID, city: Any) -> None:
    anybody, clerk = Client(), browser(Account.objects.get(pk=int(city.window.person[2:])))
    machine = f"/halls/{hall}/kiosk/{make_token(hall, 1)}"
    for address in ("/halls", f"/halls/{hall}", f"/halls/{hall}/screen", machine):
        with at_most(12):
            assert anybody.get(address).status_code == 200
    number = str(uuid.uuid4())
    answer = anybody.post(machine, {"code": "A", "priority": "no", "command_id": number})
    with at_most(10):
        page = anybody.get(answer.url).content.decode()
    assert "A001" in page and "前面还有0人" in page
    assert "现在等候1人" in anybody.get("/halls").content.decode()
    again = anybody.post(machine, {"code": "A", "priority": "no", "command_id": number})
    assert again.url == answer.url and Ticket.objects.count() == 1  # pressed twice: one ticket
    with at_most(12):
        assert "叫下一位" in clerk.get("/desk/window").content.decode()
    assert clerk.post("/desk/window/call", {"command_id": str(uuid.uuid4())}).status_code == 302
    begun = f"/desk/window/{Ticket.objects.get().pk}/begin"
    answer = clerk.post(begun, {"command_id": str(uuid.uuid4()), "then": "intake"})
    assert answer.status_code == 302 and answer.url == "/desk/intake"
    with at_most(10):
        load = clerk.get(f"/desk/halls/{hall}/load").content.decode()
    assert "按窗口" in load and "1号" in load
    assert "现在等候0人，约10分钟" in anybody.get(f"/halls/{hall}").content.decode()  # its one window is busy


@pytest.mark.breach
@pytest.mark.clause("3.4b.2")
@pytest.mark.screen
def test_a_machine_is_counted_and_a_wrong_address_is_none(hall: uuid.UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    from yichuang.people import tries

    monkeypatch.setattr(tries, "KIOSK_HALL", tries.TryLimit("kiosk/hall", 2, 3600))
    machine = f"/halls/{hall}/kiosk/{make_token(hall, 1)}"
    posted = [Client().post(machine, {"code": "A", "command_id": str(uuid.uuid4())}).status_code for _ in range(3)]
    assert posted == [302, 302, 429]
    assert Client().get(f"/halls/{hall}/kiosk/{make_token(hall, 2)}").status_code == 404
    assert Client().get(f"/halls/{uuid.uuid4()}/screen").status_code == 404


def test_the_tables_of_halls_and_tickets_follow_from_the_ledger(hall: uuid.UUID, city: Any) -> None:
    machine = f"/halls/{hall}/kiosk/{make_token(hall, 1)}"
    Client().post(machine, {"code": "A", "priority": "yes", "command_id": str(uuid.uuid4())})
    clerk = browser(Account.objects.get(pk=int(city.window.person[2:])))
    clerk.post("/desk/window/call", {"command_id": str(uuid.uuid4())})
    assert rebuild(HALL).differences == rebuild(TICKET).differences == []
