"""A revision in the database: from a draft to a version in force, and nothing past the examination (3.2d)."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.db.counting import counted
from tests.db.desk.conftest import desk as desk
from tests.db.org.test_calendar_check import found
from tests.db.supervision.tables import put_calendar
from tests.db.world import City
from yichuang.aggregates.door import facts_of, perform, read_lives, tick
from yichuang.aggregates.prepare import prepare_command
from yichuang.aggregates.rebuild import rebuild
from yichuang.aggregates.refusal import Refused
from yichuang.catalog import queries
from yichuang.catalog.changes import list_changes
from yichuang.catalog.drafting.merge import marks_of
from yichuang.catalog.listing.acts import ACTS as LIST_ACTS
from yichuang.catalog.listing.declared import ITEM
from yichuang.catalog.models import Item, Listed, Published, Revision
from yichuang.catalog.revising.acts import ACTS
from yichuang.catalog.revising.declared import REVISION
from yichuang.catalog.revising.manuscript import read_manuscript, save_manuscript
from yichuang.catalog.service import publish
from yichuang.catalog.standard_check import check_standards
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.supervision import findings, judging, tailing
from yichuang.supervision.models import Finding
from yichuang.supervision.rules.catalogue import BY_CODE

FOOD = "ZZ-001"
ID = uuid.UUID(int=14)


def do(id: uuid.UUID, act: str, actor: Actor, **data: Any) -> Any:
    prepared = prepare_command(ACTS.by_name[act], data, subject=REVISION.stream(id))
    return perform(REVISION, id, prepared, actor, command_id=uuid.uuid4())


def office_of(city: City) -> Actor:
    return replace(city.window, person="a:77", post_kind="office", source="simulated")


def edit(actor: Actor, id: uuid.UUID, **changes: Any) -> None:
    draft = read_manuscript(actor, id)
    assert draft is not None and draft.editable
    save_manuscript(actor, id, {**draft.content, **changes}, marks_of(draft.content))


def submit(city: City, id: uuid.UUID = ID) -> None:
    """A revision of the food licence that promises nine working days, signed."""
    do(id, "begin", city.reviewer, item=FOOD)
    edit(city.reviewer, id, promised={"value": 9, "unit": "workday"})
    do(id, "submit", city.reviewer)
    do(id, "sign", city.head)


def answer_all(city: City, id: uuid.UUID = ID) -> None:
    work = facts_of(REVISION, read_lives(REVISION, [id])[id], SYSTEM).work()
    for question in work.questions:
        do(id, "judge", office_of(city), question=question.code, answer="已经核对，依据充分。")


def approve(city: City, on: date, id: uuid.UUID = ID) -> None:
    answer_all(city, id)
    do(id, "approve", office_of(city), on=on)


@pytest.fixture(autouse=True)
def _rebuilt(city: City) -> object:
    """Whatever a test does, the tables say what the streams say, and every standard is on record."""
    city.at("2018-03-12 09:30")
    yield
    assert rebuild(REVISION).differences == []
    assert found(check_standards) == []


def test_a_version_comes_into_force_at_its_midnight_without_a_worker(city: City) -> None:
    submit(city)
    approve(city, date(2018, 3, 20))
    for moment, version in (("2018-03-19 23:59", 1), ("2018-03-20 00:00", 2)):
        city.at(moment)
        assert queries.current_key("410100", FOOD) == f"410100/{FOOD}/{version}"
        assert queries.list_current("410100").get().version == version
    assert queries.standard(f"410100/{FOOD}/2").promised.value == 9
    tick(REVISION, ID)
    assert Revision.objects.get().stage == "in_force"
    assert queries.current_key("410100", FOOD) == f"410100/{FOOD}/2"


def test_the_next_version_supersedes_it(city: City) -> None:
    submit(city)
    approve(city, date(2018, 3, 12))
    assert queries.current_key("410100", FOOD) == f"410100/{FOOD}/2"
    second = uuid.UUID(int=15)
    do(second, "begin", city.reviewer2, item=FOOD)
    edit(city.reviewer2, second, visits=1, promised={"value": 8, "unit": "workday"})
    do(second, "submit", city.reviewer2)
    do(second, "sign", city.head)
    approve(city, date(2018, 4, 1), second)
    city.at("2018-04-01 08:00")
    tick(REVISION, second)
    assert dict(Revision.objects.values_list("version", "stage")) == {2: "superseded", 3: "in_force"}


def test_what_is_taken_back_never_comes_into_force(city: City) -> None:
    submit(city)
    approve(city, date(2018, 3, 20))
    do(ID, "withdraw", office_of(city), reason="上位法修改")
    changes = list_changes(0).changes
    told = [(change.kind, change.words, change.day) for change in changes if change.standard.endswith("/2")]
    day = date(2018, 3, 20)
    assert told == [("published", "发布规程", day), ("taken_back", "撤回尚未施行的规程", day)]
    city.at("2018-03-21 08:00")
    assert queries.current_key("410100", FOOD) == f"410100/{FOOD}/1"
    do(uuid.UUID(int=15), "begin", city.reviewer, item=FOOD)
    assert Revision.objects.get(pk=uuid.UUID(int=15)).version == 3


def test_a_version_put_in_force_past_the_door_is_found(city: City) -> None:
    submit(city)
    approve(city, date(2018, 3, 20))
    rows = Listed.objects.filter(division="410100", item=FOOD)
    before = rows.values("current_id", "next_id", "next_from").get()
    rows.update(current_id=f"410100/{FOOD}/2", next_id=None, next_from=None)
    ((_, told),) = found(check_standards)
    assert told == f"现行版本应当是 410100/{FOOD}/1，表中是 410100/{FOOD}/2：被改动。"
    rows.update(**before)


def test_a_version_is_looked_at_again_by_its_day(city: City) -> None:
    """R-P14: not on its day, not while the office has the next version, not after the head has looked at it."""
    submit(city)
    answer_all(city)
    do(ID, "approve", office_of(city), on=date(2018, 3, 12), review_on=date(2018, 4, 10))
    put_calendar()
    tick(REVISION, ID)
    for moment, number in (("2018-04-10 23:00", 0), ("2018-04-11 01:00", 1)):
        city.at(moment)
        assert count_overdue() == number, moment
    found = Finding.objects.get(rule="R-P14")
    assert (found.department, found.item, found.person) == ("410100/scjg", FOOD, "")
    assert findings.sentence(found) == ("现行办事规程施行30天，应当在施行后29天以内复审，到期没有复审，也没有修订。")
    second = uuid.UUID(int=15)
    do(second, "begin", city.reviewer2, item=FOOD)
    assert count_overdue() == 1, "a draft is no review"
    edit(city.reviewer2, second, promised={"value": 8, "unit": "workday"})
    do(second, "submit", city.reviewer2)
    do(second, "sign", city.head)
    assert count_overdue() == 0, "the office has it now"
    do(second, "return", office_of(city), reason="请核对时限")
    assert count_overdue() == 1
    for day, fault in ((date(2018, 4, 11), "review-early"), (date(2031, 1, 1), "review-late")):
        with pytest.raises(Refused) as refused:
            do(ID, "review", city.head, conclusion="不用修订。", review_on=day)
        assert refused.value.code == fault
    do(ID, "review", city.head, conclusion="对照现行法律，不用修订。", review_on=date(2019, 4, 1))
    assert count_overdue() == 0


def test_an_item_keeps_its_name_and_department_while_a_version_is_written(city: City) -> None:
    do(ID, "begin", city.reviewer, item=FOOD)
    item = Item.objects.get(code=FOOD)
    source = {"issuer": "省政府", "number": "豫政〔2018〕1号", "day": date(2018, 3, 1)}
    prepared = prepare_command(LIST_ACTS.by_name["rename"], {"name": "食品销售许可"} | source, subject="")
    with pytest.raises(Refused) as refused:
        perform(ITEM, item.pk, prepared, office_of(city), command_id=uuid.uuid4())
    assert refused.value.code == "revision-open" and "（起草）" in refused.value.message and refused.value.next
    do(ID, "withdraw", city.reviewer, reason="先更名")
    perform(ITEM, item.pk, prepared, office_of(city), command_id=uuid.uuid4())
    assert Item.objects.get(code=FOOD).name == "食品销售许可"


def test_a_far_first_day_is_refused_and_no_fault(city: City) -> None:
    submit(city)
    answer_all(city)
    for day in (date(9999, 12, 31), date(2126, 3, 20)):
        with pytest.raises(Refused) as refused:
            do(ID, "approve", office_of(city), on=day)
        assert refused.value.code == "day-far"
    with pytest.raises(Refused) as refused:
        do(ID, "approve", office_of(city), on=date(2018, 3, 20), review_on=date(2099, 1, 1))
    assert refused.value.code == "review-late"


def count_overdue() -> int:
    while tailing.tail().more:
        pass
    judging.sweep((BY_CODE["R-P14"],))
    return Finding.objects.filter(rule="R-P14", open=True).count()


def test_who_drafted_never_examines(city: City) -> None:
    submit(city)
    drafter = replace(city.reviewer, post_kind="office", department="410100/zwb")
    stand_in = replace(office_of(city), on_behalf_of=city.head.person)
    for actor in (drafter, stand_in):
        with pytest.raises(Refused) as refused:
            do(ID, "approve", actor, on=date(2018, 3, 20))
        assert (refused.value.code, refused.value.clause) == ("own-draft", "3.2d")


def test_the_program_publishes_no_further_version(city: City) -> None:
    with pytest.raises(Refused) as refused:
        publish(replace(city.standard, version=2), SYSTEM)
    assert refused.value.code == "not-examined"
    assert Published.objects.count() == 1


def test_what_the_checker_blocks_is_not_submitted(city: City) -> None:
    do(ID, "begin", city.reviewer, item=FOOD)
    edit(city.reviewer, ID, conditions=[])
    with pytest.raises(Refused) as refused:
        do(ID, "submit", city.reviewer)
    assert refused.value.code == "not-publishable" and "没有申请条件" in str(refused.value)


def test_one_revision_of_an_item_at_a_time(city: City) -> None:
    do(ID, "begin", city.reviewer, item=FOOD)
    with pytest.raises(Refused) as refused:
        do(uuid.UUID(int=15), "begin", city.reviewer2, item=FOOD)
    assert refused.value.code == "revision-open"


def test_two_at_once_lose_nothing_and_nobody_else_writes(city: City) -> None:
    do(ID, "begin", city.reviewer, item=FOOD)
    opened = read_manuscript(city.reviewer, ID)
    assert opened is not None
    edit(city.reviewer2, ID, visits=0)
    sent = {**opened.content, "promised": {"value": 9, "unit": "workday"}}
    merged = save_manuscript(city.reviewer, ID, sent, marks_of(opened.content))
    assert merged.content["visits"] == 0 and merged.content["promised"]["value"] == 9 and not merged.clashes
    with pytest.raises(Refused) as refused:
        save_manuscript(office_of(city), ID, sent, {})
    assert refused.value.code == "not-drafter"
    do(ID, "submit", city.reviewer)
    with pytest.raises(Refused) as refused:
        save_manuscript(city.reviewer, ID, sent, {})
    assert refused.value.code == "not-drafting"
    hands = read_lives(REVISION, [ID])[ID].state.hands
    assert {city.reviewer.person, city.reviewer2.person} <= set(hands)


def test_what_the_pages_of_revisions_cost(city: City, desk: Any) -> None:
    submit(city)
    item = Item.objects.get(code=FOOD)
    for actor, address, words, most in (
        (city.reviewer, "/desk/revisions", "待审定", 5),
        (city.head, f"/lives/revision/{ID}", "八个方面符合8个", 26),
        (city.head, f"/lives/list/{item.pk}", "看正在编制的规程", 11),
    ):
        browser = desk(actor)
        with counted() as sent:
            page = browser.get(address).content.decode()
        assert words in page and len(sent) <= most, (address, len(sent), sent)
    do(ID, "withdraw", city.reviewer, reason="不再修订")
    page = desk(city.head).get(f"/lives/list/{item.pk}").content.decode()
    assert f"/lives/revision/new/begin?item={FOOD}" in page
    page = desk(city.head).get("/lives/revision/new/begin", item=FOOD).content.decode()
    assert f'value="{FOOD}" selected' in page or f'value="{FOOD}" checked' in page


def test_a_version_that_waits_for_its_day_carries_no_case(city: City, desk: Any) -> None:
    case = city.submit().state.id
    city.do(case, "receive", city.window, originals=[])
    city.do(case, "accept", city.window)
    submit(city)
    approve(city, date(2018, 3, 20))
    key, moved = f"410100/{FOOD}/2", {"standard": f"410100/{FOOD}/2", "decision": "局发1号，改按新版"}
    with pytest.raises(Refused) as refused:
        city.do(case, "rebind", city.head, **moved)
    assert refused.value.code == "not-in-force"
    page = Client().get("/studio/410100/ZZ-001/2").content.decode()
    assert "自2018年3月20日（周二）零时起施行，此前仍按现行版本办理" in page
    assert "承诺时限由" in page and "9个工作日" in page and "/studio/410100/ZZ-001/1" in page
    assert f'value="{key}"' not in desk(city.head).case(case).content.decode()
    city.at("2018-03-20 09:00")
    assert "此前仍按现行版本办理" not in Client().get("/studio/410100/ZZ-001/2").content.decode()
    assert city.do(case, "rebind", city.head, **moved).state.standard == key


def test_statements_of_the_page_of_a_revision(city: City, desk: Any) -> None:
    """Twelve at most, whoever looks at whichever stage: what was submitted and published is read once a process."""
    page, browsers = f"/lives/revision/{ID}", [desk(city.reviewer), desk(city.head)]
    do(ID, "begin", city.reviewer, item=FOOD)
    counts = [count_page(browser, page) for browser in browsers]
    edit(city.reviewer, ID, promised={"value": 9, "unit": "workday"})
    do(ID, "submit", city.reviewer)
    do(ID, "sign", city.head)
    do(ID, "comment", office_of(city), line="materials/M01", text="请写明填写要求。")
    counts += [count_page(browser, page) for browser in browsers]
    do(ID, "settle", office_of(city), comment="1")
    approve(city, date(2018, 3, 20))
    counts += [count_page(browser, page) for browser in browsers]
    assert max(counts) <= 12, counts


def count_page(browser: Any, address: str) -> int:
    browser.get(address)
    with counted() as sent:
        assert browser.get(address).status_code == 200
    return len(sent)
