"""City and counties in the database: what differs, who answers for it, and what the report costs (3.2b, 3.2c)."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.db.counting import counted
from tests.db.org.test_calendar_check import found as faults_of
from tests.db.world import City
from yichuang.aggregates.aggregate import Aggregate
from yichuang.aggregates.door import facts_of, perform, read_lives
from yichuang.aggregates.prepare import prepare_command
from yichuang.aggregates.rebuild import rebuild
from yichuang.aggregates.refusal import Refused
from yichuang.catalog.consistency.attributes import Attribute
from yichuang.catalog.consistency.declared import DEVIATION, PROPOSAL, list_unexplained
from yichuang.catalog.consistency.following import follow_base
from yichuang.catalog.consistency.queries import (
    Count,
    find_pair,
    list_differing_items,
    list_judged,
    read_report,
    read_report_at,
)
from yichuang.catalog.consistency.service import check_comparisons, compare_missing
from yichuang.catalog.consistency.tasks import list_county_tasks
from yichuang.catalog.drafting.merge import marks_of
from yichuang.catalog.intake import adapt_standard
from yichuang.catalog.listing.declared import ITEM
from yichuang.catalog.models import Comparison, CountyDifference, Deviation, Item, Revision
from yichuang.catalog.revising.declared import REVISION
from yichuang.catalog.revising.manuscript import read_manuscript, save_manuscript
from yichuang.catalog.service import publish, put_in_force, take_back
from yichuang.catalog.standard import Standard
from yichuang.kernel.clock import Limit, Unit
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.org.models import Department, Division
from yichuang.supervision import findings, judging, tailing
from yichuang.supervision.models import Finding
from yichuang.supervision.rules.catalogue import BY_CODE

COUNTY, FOOD = "410184", "ZZ-001"
PAPER = {"issuer": "市政府", "number": "郑政〔2018〕9号", "day": date(2018, 2, 1)}


def found_county(city: City, code: str = COUNTY, name: str = "新郑市") -> Standard:
    """A county with the departments of the city, and the city's standard of the food licence as its own."""
    division = Division.objects.create(code=code, name=name, level="county", parent_id="410100", mark="新")
    uscc = city.standard.item_code[:18]
    for short, title in (("zwb", "政务服务办公室"), ("scjg", "市场监督管理局")):
        Department.objects.create(
            id=f"{code}/{short}", division=division, code=short, name=name + title, short=title[:2], uscc=uscc
        )
    return adapt_standard(city.standard, Department.objects.select_related("division").get(pk=f"{code}/scjg"))


def officer(city: City, kind: str, division: str = COUNTY, department: str = "scjg") -> Actor:
    body = f"{division}/{department}"
    person = f"a:{900 + len(kind) + int(division[-2:])}"
    return replace(city.reviewer, person=person, post_kind=kind, division=division, department=body, source="simulated")


def do(aggregate: Aggregate[Any, Any], id: uuid.UUID, act: str, actor: Actor, **data: Any) -> Any:
    prepared = prepare_command(aggregate.life.acts.by_name[act], data, subject=aggregate.stream(id))
    return perform(aggregate, id, prepared, actor, command_id=uuid.uuid4())


def explain(city: City, reason: str = "本地核查人员少。") -> uuid.UUID:
    (key,) = list_unexplained(f"{COUNTY}/scjg")
    id = uuid.uuid4()
    do(DEVIATION, id, "explain", officer(city, "reviewer"), difference=key, reason=reason)
    return id


@pytest.fixture
def county(city: City) -> Standard:
    city.at("2018-03-12 09:30")
    return found_county(city)


@pytest.fixture(autouse=True)
def _rebuilt(city: City) -> object:
    """Whatever a test does, the tables say what the streams and the documents say."""
    yield
    for aggregate in (ITEM, DEVIATION, PROPOSAL, REVISION):
        assert rebuild(aggregate).differences == []
    assert faults_of(check_comparisons) == []


def differ(county: Standard, days: int = 15) -> None:
    publish(replace(county, promised=Limit(days, Unit.WORKDAY)), SYSTEM)


def test_a_county_that_took_the_base_over_differs_in_nothing(county: Standard) -> None:
    publish(county, SYSTEM)
    (row,) = read_report()
    assert (row.code, row.items, row.compared, row.without, row.total) == (COUNTY, 1, 1, 0, Count())


def test_a_difference_is_flagged_until_the_office_approves_its_reason(city: City, county: Standard) -> None:
    differ(county)
    (row,) = read_report()
    assert row.count(Attribute.LIMITS) == row.total == Count(1, 0)
    id = explain(city)
    assert list_unexplained(f"{COUNTY}/scjg") == {}
    office = officer(city, "office", department="zwb")
    with pytest.raises(Refused) as refused:
        do(DEVIATION, id, "approve", office)
    assert refused.value.code == "remarks-open", "the city's department may still speak"
    do(DEVIATION, id, "remark", city.reviewer, view="agree", text="情况属实。")
    do(DEVIATION, id, "approve", office, document="新政务〔2018〕3号")
    assert read_report()[0].total == Count(1, 1)
    (judged,) = list_judged(COUNTY)
    assert (judged.reason, judged.document, judged.approved_on) == (
        "本地核查人员少。", "新政务〔2018〕3号", date(2018, 3, 12)
    )  # fmt: skip
    assert judged.pieces[1][0] == ("15", True)


def test_without_a_remark_the_days_for_it_must_pass(city: City, county: Standard) -> None:
    differ(county)
    id = explain(city)
    until = Deviation.objects.get().remarks_until
    assert until == date(2018, 3, 19), "five working days"
    city.at("2018-03-19 18:00")
    office = officer(city, "office", department="zwb")
    with pytest.raises(Refused):
        do(DEVIATION, id, "approve", office)
    city.at("2018-03-20 09:00")
    do(DEVIATION, id, "approve", office)


def test_an_approval_is_of_this_difference_alone(city: City, county: Standard) -> None:
    """A deviation approved for fifteen days approves no sixteen: a row with another mark is flagged."""
    differ(county)
    id = explain(city)
    do(DEVIATION, id, "remark", city.reviewer, view="agree", text="情况属实。")
    do(DEVIATION, id, "approve", officer(city, "office", department="zwb"))
    row = CountyDifference.objects.get()
    changed = CountyDifference(
        **{f.attname: getattr(row, f.attname) for f in row._meta.fields if f.attname != "pk"} | {"mark": "other"}
    )
    CountyDifference.objects.all().delete()
    changed.save(force_insert=True)
    read_report_at.cache_clear()  # no stream says so
    assert read_report()[0].total == Count(1, 0)
    CountyDifference.objects.all().delete()
    row.save(force_insert=True)


@pytest.mark.parametrize("act", ["remark", "approve", "decline", "withdraw"])
def test_nobody_else_answers(city: City, county: Standard, act: str) -> None:
    differ(county)
    id = explain(city)
    data = {
        "remark": {"view": "agree", "text": "好。"}, "approve": {}, "decline": {"reason": "无"},
        "withdraw": {"reason": "无"},
    }[act]  # fmt: skip
    others = {
        "remark": [officer(city, "reviewer"), officer(city, "office", "410100", "zwb"), city.citizen],
        "approve": [officer(city, "office", "410100", "zwb"), officer(city, "head"), city.reviewer],
        "decline": [officer(city, "office", "410122", "zwb"), officer(city, "reviewer")],
        "withdraw": [officer(city, "office", department="zwb"), city.reviewer],
    }[act]
    for actor in others:
        with pytest.raises(Refused) as refused:
            do(DEVIATION, id, act, actor, **data)
        assert refused.value.code.startswith("not-")


def test_the_number_of_items_follows_the_citys_word(city: City, county: Standard) -> None:
    publish(county, SYSTEM)
    office = officer(city, "office", "410100", "zwb")
    item = Item.objects.get(division="410100", code=FOOD)
    found_county(city, "410122", "中牟县")
    do(ITEM, item.pk, "share", office, counties=(COUNTY, "410122"), **PAPER)
    zhongmu = read_report()[0]
    assert (zhongmu.code, zhongmu.count(Attribute.NUMBER)) == ("410122", Count(1, 0))
    assert list_judged("410122")[0].words == "市级确定由本地同步实施，本地清单上没有"
    do(ITEM, item.pk, "share", office, counties=(), **PAPER)
    assert [row.code for row in read_report()] == [COUNTY]
    assert list_judged(COUNTY)[0].words == "本地清单上有，市级没有确定由本地实施"


def test_only_the_city_says_which_counties_share_an_item(city: City, county: Standard) -> None:
    publish(county, SYSTEM)
    item = Item.objects.get(division=COUNTY, code=FOOD)
    with pytest.raises(Refused) as refused:
        do(ITEM, item.pk, "share", officer(city, "office", department="zwb"), counties=(), **PAPER)
    assert refused.value.code == "not-city"


def test_an_item_the_city_does_not_have_is_one_too_many(city: City, county: Standard) -> None:
    publish(replace(county, item="ZZ-999", name="县级独有许可"), SYSTEM)
    (judged,) = list_judged(COUNTY)
    assert judged.words == "本地清单上有，市级清单上没有"
    assert list_unexplained(f"{COUNTY}/scjg").keys() == {"ZZ-999:listed:extra"}


def test_a_store_of_before_is_compared_once(county: Standard) -> None:
    differ(county)
    Comparison.objects.all().delete()
    CountyDifference.objects.all().delete()
    assert (compare_missing(), compare_missing()) == (1, 0)
    assert read_report()[0].total == Count(1, 0)


def test_verify_names_a_comparison_that_was_changed(county: Standard) -> None:
    differ(county)
    CountyDifference.objects.all().delete()
    (fault,) = faults_of(check_comparisons)
    assert "与两份规程的内容不符" in str(fault)
    Comparison.objects.all().delete()
    (fault,) = faults_of(check_comparisons)
    assert "没有比对的记录" in str(fault)
    compare_missing()


def test_what_the_report_costs(county: Standard) -> None:
    differ(county)
    with counted() as sent:
        read_report()
        list_differing_items(COUNTY)
        list_judged(COUNTY, FOOD)
    assert len(sent) <= 5, sent


def test_a_proposal_is_answered_by_a_revision_or_with_reasons(city: City, county: Standard) -> None:
    publish(county, SYSTEM)
    ours, theirs = city.reviewer, officer(city, "reviewer")
    ids = [uuid.uuid4(), uuid.uuid4()]
    for id in ids:
        do(PROPOSAL, id, "propose", ours, target=f"{COUNTY}:{FOOD}", attribute="limits", words="请压减承诺时限。")
    do(PROPOSAL, ids[0], "decline", theirs, answer="本地核查须会同街道办。")
    with pytest.raises(Refused) as refused:
        do(PROPOSAL, ids[1], "adopt", theirs, revision=str(uuid.uuid4()))
    assert refused.value.code == "no-revision"
    revision = uuid.uuid4()
    do(REVISION, revision, "begin", theirs, item=FOOD)
    outcome = do(PROPOSAL, ids[1], "adopt", theirs, revision=str(revision))
    assert outcome.state.answer == "ZZ-001第2版（起草）"
    assert outcome.state.due_on == date(2018, 4, 10), "twenty working days, 清明 between"


def revise(city: City, days: int, *, id: uuid.UUID | None = None) -> uuid.UUID:
    """A revision of the county's food licence that promises so many working days, signed and ready to be examined."""
    drafter, id = officer(city, "reviewer"), id or uuid.uuid4()
    do(REVISION, id, "begin", drafter, item=FOOD)
    draft = read_manuscript(drafter, id)
    assert draft is not None
    sent = {**draft.content, "promised": {"value": days, "unit": "workday"}}
    save_manuscript(drafter, id, sent, marks_of(draft.content))
    finish(city, id)
    return id


def finish(city: City, id: uuid.UUID) -> None:
    """Submit and sign a revision, and answer what only a person can judge."""
    do(REVISION, id, "submit", officer(city, "reviewer"))
    do(REVISION, id, "sign", officer(city, "head"))
    office = officer(city, "office", department="zwb")
    for question in facts_of(REVISION, read_lives(REVISION, [id])[id], SYSTEM).work().questions:
        do(REVISION, id, "judge", office, question=question.code, answer="已经核对，依据充分。")


def test_the_office_approves_no_version_that_differs_without_a_reason(city: City, county: Standard) -> None:
    publish(county, SYSTEM)
    id, office = revise(city, 9), officer(city, "office", department="zwb")
    for code, then in (("deviates-unexplained", explain), ("remarks-open", None)):
        with pytest.raises(Refused) as refused:
            do(REVISION, id, "approve", office, on=date(2018, 3, 12))
        assert refused.value.code == code and "承诺时限" in refused.value.message
        if then:
            then(city)
    do(DEVIATION, Deviation.objects.get().pk, "remark", city.head, view="disagree", text="建议一年内压减到位。")
    do(REVISION, id, "approve", office, on=date(2018, 3, 12))
    assert Deviation.objects.get().stage == "approved"
    assert read_report()[0].total == Count(1, 1)


def test_a_version_that_follows_the_base_needs_no_reason(city: City, county: Standard) -> None:
    publish(county, SYSTEM)
    id = revise(city, city.standard.promised.value)
    do(REVISION, id, "approve", officer(city, "office", department="zwb"), on=date(2018, 3, 12))
    assert read_report()[0].total == Count()


def publish_next(city: City, days: int, on: date = date(2018, 3, 12), version: int = 2) -> str:
    """The city's next version of the food licence promises so many working days. Its key."""
    following = replace(city.standard, version=version, promised=Limit(days, Unit.WORKDAY), valid_from=on.isoformat())
    return put_in_force(following, SYSTEM, first_day=on).key


def follow(city: City, key: str) -> Revision:
    (id,) = follow_base(key)
    assert follow_base(key) == [], "once"
    return Revision.objects.get(pk=id)


def test_a_change_of_the_base_opens_the_same_change_in_the_county(city: City, county: Standard) -> None:
    """With the day until which it is due; what the county promises less is its own, and stays."""
    publish(county, SYSTEM)
    assert follow_base(county.key) == [] == follow_base(city.standard.key), "a first version changes nothing"
    revision = follow(city, publish_next(city, 8))
    assert (revision.division, revision.version, revision.stage, revision.due_on) == (
        COUNTY, 2, "drafting", date(2018, 4, 10)
    )  # fmt: skip
    draft = read_manuscript(officer(city, "reviewer"), revision.pk)
    assert draft is not None and draft.content["promised"] == {"value": 8, "unit": "workday"}
    assert draft.content["item_code"] == county.item_code
    with pytest.raises(Refused) as refused:
        do(REVISION, revision.pk, "withdraw", officer(city, "reviewer"), reason="不改了。")
    assert refused.value.code == "follows-base"


def test_the_county_that_follows_on_the_same_day_differs_in_nothing(city: City, county: Standard) -> None:
    publish(county, SYSTEM)
    on = date(2018, 3, 26)
    revision = follow(city, publish_next(city, 8, on))
    assert revision.due_on == date(2018, 4, 10)
    finish(city, revision.pk)
    office = officer(city, "office", department="zwb")
    with pytest.raises(Refused) as refused:
        do(REVISION, revision.pk, "approve", office, on=date(2018, 3, 20))
    assert refused.value.code == "before-base", "before its day the former base holds"
    assert refused.value.next == "施行日期请写2018年3月26日或者以后。"
    do(REVISION, revision.pk, "approve", office, on=on)
    assert read_report()[0].total == Count()
    city.at("2018-03-26 00:00")
    assert read_report()[0].total == Count() and find_pair(COUNTY, FOOD) == (f"{COUNTY}/{FOOD}/2", f"410100/{FOOD}/2")


def test_what_both_had_changed_is_named_and_the_countys_words_stay(city: City, county: Standard) -> None:
    differ(county, 9)
    revision = follow(city, publish_next(city, 8))
    state = read_lives(REVISION, [revision.pk])[revision.pk].state
    assert state.follows.clashes == ("promised",)
    draft = read_manuscript(officer(city, "reviewer"), revision.pk)
    assert draft is not None and draft.content["promised"]["value"] == 9


def test_a_revision_under_way_is_told_and_takes_the_change_in(city: City, county: Standard) -> None:
    publish(county, SYSTEM)
    id, drafter = uuid.uuid4(), officer(city, "reviewer")
    do(REVISION, id, "begin", drafter, item=FOOD)
    draft = read_manuscript(drafter, id)
    assert draft is not None
    save_manuscript(drafter, id, {**draft.content, "keywords": ["新词"]}, marks_of(draft.content))
    assert follow(city, publish_next(city, 8)).pk == id
    draft = read_manuscript(drafter, id)
    assert draft is not None
    assert (draft.content["promised"]["value"], draft.content["keywords"]) == (8, ["新词"])


@pytest.mark.parametrize("act", ["send_back", "return"])
def test_what_was_told_while_it_was_submitted_is_merged_when_it_comes_back(
    city: City, county: Standard, act: str
) -> None:
    """Both changes, where the city changed it twice meanwhile; once only, whatever the department then makes of it."""
    publish(county, SYSTEM)
    id, drafter, office = uuid.uuid4(), officer(city, "reviewer"), officer(city, "office", department="zwb")
    back = officer(city, "head") if act == "send_back" else office

    def hand_in() -> None:
        do(REVISION, id, "submit", drafter)
        if act == "return":
            do(REVISION, id, "sign", officer(city, "head"))

    def promised() -> int:
        draft = read_manuscript(drafter, id)
        assert draft is not None
        return int(draft.content["promised"]["value"])

    do(REVISION, id, "begin", drafter, item=FOOD)
    hand_in()
    assert follow(city, publish_next(city, 8)).pk == id
    second = replace(city.standard, version=3, promised=Limit(8, Unit.WORKDAY), keywords=("新词",))
    assert follow_base(put_in_force(second, SYSTEM, first_day=date(2018, 3, 12)).key) == [id]
    assert promised() == city.standard.promised.value, "what was submitted stays as it is"
    do(REVISION, id, act, back, reason="请按市级新版修订。")
    draft = read_manuscript(drafter, id)
    assert draft is not None and (promised(), draft.content["keywords"]) == (8, ["新词"])
    save_manuscript(
        drafter, id, {**draft.content, "promised": {"value": 10, "unit": "workday"}}, marks_of(draft.content)
    )
    hand_in()
    do(REVISION, id, act, back, reason="请再核对。")
    assert promised() == 10


def test_a_revision_under_way_that_has_the_change_already_is_told_nothing(city: City, county: Standard) -> None:
    publish(county, SYSTEM)
    id = revise(city, 8)
    assert follow_base(publish_next(city, 8)) == []
    assert Revision.objects.get(pk=id).follows == ""


def test_the_change_is_carried_into_the_version_that_waits_for_its_day(city: City, county: Standard) -> None:
    """Not into the one that it replaces; and the office approves it only once the other is in force."""
    publish(county, SYSTEM)
    waiting, drafter, office = uuid.uuid4(), officer(city, "reviewer"), officer(city, "office", department="zwb")
    do(REVISION, waiting, "begin", drafter, item=FOOD)
    draft = read_manuscript(drafter, waiting)
    assert draft is not None
    save_manuscript(drafter, waiting, {**draft.content, "keywords": ["新词"]}, marks_of(draft.content))
    finish(city, waiting)
    do(REVISION, waiting, "approve", office, on=date(2018, 3, 20))
    revision = follow(city, publish_next(city, 8))
    state = read_lives(REVISION, [revision.pk])[revision.pk].state
    assert (state.version, state.base, state.former) == (3, f"{COUNTY}/{FOOD}/2", str(waiting))
    draft = read_manuscript(drafter, revision.pk)
    assert draft is not None
    assert (draft.content["promised"]["value"], draft.content["keywords"]) == (8, ["新词"])
    finish(city, revision.pk)
    with pytest.raises(Refused) as refused:
        do(REVISION, revision.pk, "approve", office, on=date(2018, 3, 21))
    assert refused.value.code == "version-waits" and "2018年3月20日" in refused.value.message
    city.at("2018-03-20 09:00")
    do(REVISION, revision.pk, "approve", office, on=date(2018, 3, 20))
    assert Revision.objects.get(pk=revision.pk).key == f"{COUNTY}/{FOOD}/3"


def test_a_county_that_does_not_share_the_item_follows_nothing(city: City, county: Standard) -> None:
    publish(county, SYSTEM)
    item = Item.objects.get(division="410100", code=FOOD)
    do(ITEM, item.pk, "share", officer(city, "office", "410100", "zwb"), counties=(), **PAPER)
    assert follow_base(publish_next(city, 8)) == []


def test_what_is_past_its_day_is_laid_to_the_countys_department(city: City, county: Standard) -> None:
    """R-P13: not before its day, not while the office has it, not where a reason waits."""
    publish(county, SYSTEM)
    revision = follow(city, publish_next(city, 8))
    (task,) = list_county_tasks()
    assert (task.kind, task.number, task.department, task.due_on, task.done_on) == (
        "follow", 2, f"{COUNTY}/scjg", date(2018, 4, 10), None
    )  # fmt: skip
    for moment, number in (("2018-04-10 23:00", 0), ("2018-04-11 01:00", 1)):
        city.at(moment)
        sweep()
        assert Finding.objects.filter(rule="R-P13", open=True).count() == number, moment
    found = Finding.objects.get(rule="R-P13")
    assert (found.department, found.item, found.person) == (f"{COUNTY}/scjg", FOOD, "")
    assert findings.sentence(found) == "市级规程第2版发布后，限20个工作日内跟进修订，到期没有报请审定。"
    do(REVISION, revision.pk, "submit", officer(city, "reviewer"))
    do(REVISION, revision.pk, "sign", officer(city, "head"))
    (task,) = list_county_tasks()
    assert task.done_on == date(2018, 4, 11), "the office has it now"


def sweep() -> None:
    while tailing.tail().more:
        pass
    judging.sweep((BY_CODE["R-P13"],))


def test_two_counties_that_are_late_have_a_finding_each(city: City, county: Standard) -> None:
    publish(county, SYSTEM)
    publish(found_county(city, "410122", "中牟县"), SYSTEM)
    ids = follow_base(publish_next(city, 8))
    city.at("2018-04-11 01:00")
    sweep()
    late = Finding.objects.filter(rule="R-P13", open=True).order_by("division").values_list("division", "department")
    assert [*late] == [("410122", "410122/scjg"), (COUNTY, f"{COUNTY}/scjg")]
    (id,) = Revision.objects.filter(pk__in=ids, division=COUNTY).values_list("pk", flat=True)
    finish(city, id)
    sweep()
    assert [*late.all()] == [("410122", "410122/scjg")]


def test_a_difference_without_a_reason_is_a_task_until_one_is_given(city: City, county: Standard) -> None:
    differ(county)
    (task,) = list_county_tasks()
    assert (task.kind, task.number, task.opened_on, task.due_on) == (
        "deviate", 1, date(2018, 3, 12), date(2018, 4, 10)
    )  # fmt: skip
    id = explain(city)
    assert list_county_tasks() == []
    city.at("2018-04-09 09:00")
    do(DEVIATION, id, "decline", officer(city, "office", department="zwb"), reason="理由不充分。")
    (task,) = list_county_tasks()
    assert task.opened_on == date(2018, 4, 9), "it has its days again"


def test_nobody_had_to_explain_a_difference_before_it_was_compared(city: City, county: Standard) -> None:
    """A store of before compares when it is brought up to date: the days begin then."""
    differ(county)
    Comparison.objects.update(made_on=date(2018, 4, 2))
    (task,) = list_county_tasks()
    assert task.opened_on == date(2018, 4, 2) and task.due_on > date(2018, 4, 10)


def test_a_version_that_the_city_took_back_binds_no_county(city: City, county: Standard) -> None:
    publish(county, SYSTEM)
    key = publish_next(city, 8, date(2018, 3, 26))
    revision = follow(city, key)
    take_back(replace(city.standard, version=2), SYSTEM)
    assert list_county_tasks() == []
    do(REVISION, revision.pk, "withdraw", officer(city, "reviewer"), reason="市级已经撤回。")
    assert Revision.objects.get(pk=revision.pk).stage == "withdrawn"


def test_a_difference_waits_while_the_office_has_the_next_version(city: City, county: Standard) -> None:
    differ(county, 9)
    assert [task.kind for task in list_county_tasks()] == ["deviate"]
    id, office = revise(city, city.standard.promised.value), officer(city, "office", department="zwb")
    assert list_county_tasks() == [], "it is examined"
    do(REVISION, id, "approve", office, on=date(2018, 3, 20))
    assert list_county_tasks() == [], "its day comes"
    do(REVISION, id, "withdraw", office, reason="有误。")
    assert [task.kind for task in list_county_tasks()] == ["deviate"]
