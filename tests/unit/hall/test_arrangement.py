"""How a hall may be arranged, and which window takes what: as plain functions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from yichuang.aggregates.refusal import Kind, Refused
from yichuang.hall import arrangement_acts as ha
from yichuang.hall.arrangement import Hall
from yichuang.hall.presence import NO_CLASS, NO_WINDOW, count_presence
from yichuang.hall.taking import Counter, judge_item_at_window
from yichuang.ledger.actor import Actor

NOW = datetime(2018, 2, 9, 2, tzinfo=UTC)
CITY = "410100"
OFFICE = Actor("a:1", f"{CITY}/zwb/office/1", "office", f"{CITY}/zwb", CITY)
WINDOW = replace(OFFICE, person="a:2", post=f"{CITY}/zwb/window/1", post_kind="window")
COUNTY = replace(OFFICE, person="a:3", division="410122")
ITEMS = {"ZZ-001": "食品经营许可", "ZZ-002": "旅馆业特种行业许可"}
POSTS = {"p1": "一号岗", "p2": "二号岗"}
FACTS = ha.HallFacts(NOW, OFFICE, lambda: {"7": "市政务服务大厅"}, lambda: ITEMS, lambda: POSTS)


def run(*commands: Any, hall: Hall | None = None, actor: Actor = OFFICE) -> Hall:
    hall = hall or Hall("h")
    for command in commands:
        hall, _ = ha.HALL_LIFE.decide(hall, command, replace(FACTS, actor=actor))
    return hall


MAIN = ha.Arrange("7", "main")
BUILT = (MAIN, ha.AddClass("A", "市场准入"), ha.AddClass("B", "社会民生"), ha.PlaceItems("A", ("ZZ-001",)))


def refused(code: str, *commands: Any, hall: Hall | None = None, actor: Actor = OFFICE) -> Refused:
    with pytest.raises(Refused) as caught:
        run(*commands, hall=hall, actor=actor)
    assert caught.value.code == code
    return caught.value


@pytest.mark.clause("3.4a.1")
def test_a_hall_apart_names_the_consent() -> None:
    sub = ha.Arrange("7", "sub", "郑州市人民政府", "郑政办〔2018〕1号", date(2018, 1, 8))
    assert run(sub).consent is not None
    for lacking in ({"issuer": ""}, {"number": " "}, {"day": None}):
        assert refused("no-consent", replace(sub, **lacking)).clause == "3.4a"
    refused("bad-day", replace(sub, day=date(2018, 2, 10)))


@pytest.mark.clause("3.4a.1")
def test_an_item_is_in_one_class_or_excepted_never_both() -> None:
    hall = run(*BUILT)
    assert hall.items == {"ZZ-001": "A"}
    moved = run(ha.PlaceItems("B", ("ZZ-001", "ZZ-002")), hall=hall)
    assert moved.items == {"ZZ-001": "B", "ZZ-002": "B"}
    assert run(ha.MoveOutItems(("ZZ-001",)), hall=hall).items == {}
    refused("placed", ha.ExceptItem("ZZ-001", "某局密字1号"), hall=hall)
    kept_out = run(ha.ExceptItem("ZZ-002", "某局密字1号"), hall=hall)
    refused("bad-choice", ha.PlaceItems("A", ("ZZ-002",)), hall=kept_out)
    assert run(ha.EndException("ZZ-002"), hall=kept_out).excepted == {}
    refused("no-words", ha.ExceptItem("ZZ-002", " "), hall=hall)


@pytest.mark.clause("3.4b.1")
def test_a_window_serves_classes_and_a_class_in_use_stays() -> None:
    hall = run(*BUILT, ha.OpenWindow("12", "p1", ("B", "A", "B")))
    assert hall.windows["12"].classes == ("B", "A")
    refused("exists", ha.OpenWindow("12", "p2", ("A",)), hall=hall)
    refused("in-use", ha.EndClass("B"), hall=hall)
    hall = run(ha.ChangeWindow("12", ("A",)), ha.EndClass("B"), hall=hall)
    assert set(hall.classes) == {"A"}
    refused("bad-choice", ha.ChangeWindow("12", ("B",)), hall=hall)
    assert run(ha.CloseWindow("12"), hall=hall).windows == {}
    for number in ("0", "x", "12345"):
        refused("bad-number", ha.OpenWindow(number, "p2", ("A",)), hall=hall)


@pytest.mark.clause("3.4b.1")
@pytest.mark.breach
def test_only_the_office_of_the_division_arranges() -> None:
    hall = run(*BUILT)
    for actor in (WINDOW, COUNTY):
        assert refused("not-office", ha.RenewKiosk(), hall=hall, actor=actor).kind is Kind.FORBIDDEN
    refused("not-office", MAIN, actor=WINDOW)
    refused("wrong-stage", MAIN, hall=hall)
    assert run(ha.RenewKiosk(), hall=hall).kiosk == 2


class Item:
    def __init__(self, item: str, hall_class: str) -> None:
        self.item, self.name, self.hall_class = item, f"事项{item}", hall_class


@pytest.mark.clause("3.4a.2")
def test_presence_is_counted_by_class_with_what_is_missing() -> None:
    items = [Item("1", "甲"), Item("2", "甲"), Item("3", "甲"), Item("4", "乙"), Item("5", "丙")]
    first, second, third = count_presence(items, ("甲", "乙", "丁"), {"1": True, "2": False}, ["4"])
    assert (first.have, first.due, first.percent) == (1, 3, "33.3%")
    assert [(m.item, m.why) for m in first.missing] == [("2", NO_WINDOW), ("3", NO_CLASS)]
    assert (second.have, second.due, second.percent) == (0, 0, "—")
    assert third.due == 0


@pytest.mark.clause("3.4b.1")
def test_a_window_takes_what_its_classes_have_and_says_where_else() -> None:
    known = Counter("大厅", "1", ("A",), "A", "市场准入", ("1",), "")
    assert judge_item_at_window(known) is None
    other = judge_item_at_window(replace(known, code="B", name="社会民生", windows=("3", "4")))
    assert other is not None and other.code == "other-class" and "3、4号窗口" in other.next
    nowhere = judge_item_at_window(replace(known, code="", elsewhere="分大厅"))
    assert nowhere is not None and nowhere.clause == "3.4a" and "分大厅" in nowhere.next
    seatless = judge_item_at_window(replace(known, number=""))
    assert seatless is not None and seatless.code == "no-window"
