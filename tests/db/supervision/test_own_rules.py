"""The life of a rule as data: written, tried, put into force by another, judged live, changed, switched off."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest

from tests.db.watching import officer, read_all
from yichuang.aggregates.acts import Act
from yichuang.aggregates.prepare import prepare_command
from yichuang.aggregates.rebuild import rebuild
from yichuang.aggregates.refusal import Refused
from yichuang.supervision import judging, tasks
from yichuang.supervision.models import Finding, OwnVersion
from yichuang.supervision.models import OwnRule as Row
from yichuang.supervision.own.declared import OWN_RULE
from yichuang.supervision.own.known import list_in_force, rule_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("4.1b.2")]
SAME = {
    "title": "收件和审查不分", "kind": "same_person", "first": "received", "second": "review", "gravity": "red",
    "addressee": "post", "basis": "《本市电子监察办法》第八条",
}  # fmt: skip
MANY = {
    "title": "环节办结过多", "kind": "at_most", "first": "review", "most": 0, "gravity": "yellow",
    "addressee": "holder", "basis": "《本市电子监察办法》第九条",
}  # fmt: skip


@pytest.fixture
def posts(city: Any) -> tuple[Any, Any]:
    """The post of electronic supervision and the office of the city."""
    return officer("supervisor"), officer("office")


def do(id: uuid.UUID, name: str, actor: Any, **data: Any) -> Any:
    from yichuang.aggregates import door

    act: Act = OWN_RULE.life.acts.by_name[name]
    prepared = prepare_command(act, data, subject=OWN_RULE.stream(id))
    return door.perform(OWN_RULE, id, prepared, actor, command_id=uuid.uuid4()).state


def in_force(city: Any, posts: tuple[Any, Any], content: dict[str, Any], since: date = date(2018, 3, 12)) -> uuid.UUID:
    """A rule that was written by one, tried, and put into force by the other."""
    writer, other = posts
    id = uuid.uuid4()
    do(id, "write", writer, **content)
    do(id, "try", writer)
    tasks.try_own_rule(str(id))
    do(id, "enforce", other, since=since)
    return id


def reviewed(city: Any, day: str = "2018-03-12") -> str:
    """An accepted case whose first step is concluded."""
    city.at(f"{day} 09:30")
    case = city.submit().state.id
    city.do(case, "receive", city.window, originals=[])
    city.do(case, "accept", city.window)
    city.at(f"{day} 15:30")
    city.do(case, "conclude", city.reviewer, step="S1", verdict="pass", opinion="符合要求", officers=[])
    read_all()
    return str(case)


@pytest.mark.breach
def test_a_draft_judges_nothing_and_its_writer_does_not_put_it_into_force(city: Any, posts: tuple[Any, Any]) -> None:
    writer, other = posts
    reviewed(city)
    id = uuid.uuid4()
    rule = do(id, "write", writer, **MANY)
    assert (rule.code, rule.stage) == ("Z-001", "draft")
    for who, act, data, code in (
        (other, "enforce", {"since": date(2018, 3, 12)}, "untried"),
        (writer, "enforce", {"since": date(2018, 3, 12)}, "own-draft"),
        (city.head, "rewrite", MANY, "not-rule-keeper"),
        (officer("sysadmin"), "try", {}, "not-rule-keeper"),
        (officer("supervisor", "410102/zwb"), "try", {}, "not-your-division"),
        (other, "switch_off", {"standing": "kept", "reason": "错"}, "wrong-stage"),
    ):
        with pytest.raises(Refused) as refused:
            do(id, act, who, **data)
        assert refused.value.code == code and refused.value.next
    do(id, "try", writer)
    tasks.try_own_rule(str(id))
    with pytest.raises(Refused, match="编写规则的人不能自己启用"):
        do(id, "enforce", writer, since=date(2018, 3, 13))
    with pytest.raises(Refused, match="规则不评判启用以前的动作"):
        do(id, "enforce", other, since=date(2018, 3, 11))
    do(id, "rewrite", other, **{**MANY, "most": 1})
    with pytest.raises(Refused, match="编写规则的人不能自己启用"):
        do(id, "enforce", other, since=date(2018, 3, 12))
    read_all()
    assert not Finding.objects.filter(rule__startswith="Z-").exists() and list_in_force() == ()


def test_the_workbench_says_what_a_draft_would_find_of_what_it_can_judge(city: Any, posts: tuple[Any, Any]) -> None:
    case, id = reviewed(city), uuid.uuid4()
    do(id, "write", posts[0], **MANY)
    do(id, "try", posts[0])
    tasks.try_own_rule(str(id))
    from yichuang.aggregates import door

    trial = door.read_lives(OWN_RULE, [id])[id].state.draft.trial
    assert (trial.cases, trial.judged, trial.hits, trial.hit_cases, trial.unjudged) == (1, 1, 1, 1, ())
    (example,) = trial.examples
    assert (example.case, example.measured, example.allowed, example.day) == (case, 1, 0, date(2018, 3, 12))
    do(id, "rewrite", posts[0], **{**MANY, "kind": "without", "second": "publication"})
    do(id, "try", posts[0])
    tasks.try_own_rule(str(id))
    state = door.read_lives(OWN_RULE, [id])[id].state
    assert (state.draft.trial.judged, state.draft.trial.unjudged) == (0, (("running", 1),))
    with pytest.raises(Refused, match="没有评判任何办件"):
        do(id, "enforce", posts[1], since=date(2018, 3, 12))
    tasks.try_own_rule(str(id))  # a second job for a trial that was told already
    assert door.read_lives(OWN_RULE, [id])[id].state == state and rebuild(OWN_RULE).green


@pytest.mark.breach
def test_in_force_it_judges_live_what_happens_from_its_day_on(city: Any, posts: tuple[Any, Any]) -> None:
    before = reviewed(city, "2018-03-12")
    city.at("2018-03-13 09:00")
    in_force(city, posts, MANY, date(2018, 3, 13))
    tasks.rejudge("Z-001-1")
    assert not Finding.objects.filter(rule="Z-001-1", case_id=before).exists(), "done before the rule was there"
    case = reviewed(city, "2018-03-14")
    (finding,) = Finding.objects.filter(rule="Z-001-1")
    assert (finding.case_id, finding.level, finding.department) == (case, "yellow", "410100/scjg")
    judging.judge([case])
    assert Finding.objects.filter(rule="Z-001-1").count() == 1
    rule = rule_of("Z-001-1")
    assert rule.sentence(finding.at, finding.measured, finding.allowed) == "“审查（环节）”有1次，至多0次。"
    assert rule.ground.endswith("《本市电子监察办法》第九条")
    assert "Z-001-1" in {r.code for r in judging.list_woken(frozenset({"step_concluded"}))}
    assert "Z-001-1" not in {r.code for r in judging.list_woken(frozenset({"received"}))}, "only what it asks wakes it"


def test_the_card_goes_to_the_department_of_the_post(city: Any, posts: tuple[Any, Any]) -> None:
    city.at("2018-03-12 09:00")
    reviewed(city)
    content = {**MANY, "first": "accepted", "addressee": "post", "gravity": "sign"}
    in_force(city, posts, content)
    case = reviewed(city)
    (finding,) = Finding.objects.filter(rule="Z-001-1", case_id=case)
    assert finding.department == "410100/zwb" and rule_of("Z-001-1").sign
    from yichuang.orders.models import Order

    card = Order.objects.get(finding=finding.id)
    assert (card.level, card.department) == ("reminder", "410100/zwb")


def test_a_new_version_judges_later_days_and_the_old_one_its_own(city: Any, posts: tuple[Any, Any]) -> None:
    reviewed(city, "2018-03-09")
    city.at("2018-03-12 08:00")
    id = in_force(city, posts, MANY)
    old = reviewed(city, "2018-03-12")
    city.at("2018-03-13 08:00")
    do(id, "rewrite", posts[0], **{**MANY, "most": 1})
    do(id, "try", posts[0])
    tasks.try_own_rule(str(id))
    do(id, "enforce", posts[1], since=date(2018, 3, 14))
    tasks.settle_own_rule("Z-001-1")
    tasks.rejudge("Z-001-2")
    reviewed(city, "2018-03-14")
    assert list(Finding.objects.filter(rule__startswith="Z-", open=True).values_list("rule", "case_id")) == [
        ("Z-001-1", old)
    ]
    assert [row["code"] for row in OwnVersion.objects.order_by("number").values("code")] == ["Z-001-1", "Z-001-2"]
    assert rebuild(OWN_RULE).green and Row.objects.get(pk=id).stage == "on"


@pytest.mark.parametrize(("standing", "left"), [("kept", 1), ("withdrawn", 0)])
def test_switched_off_it_judges_no_more(city: Any, posts: tuple[Any, Any], standing: str, left: int) -> None:
    reviewed(city, "2018-03-09")
    city.at("2018-03-12 08:00")
    id = in_force(city, posts, MANY)
    reviewed(city, "2018-03-12")
    city.at("2018-03-12 17:00")
    do(id, "switch_off", posts[0], standing=standing, reason="环节本来就要办结")
    tasks.settle_own_rule("Z-001-1")
    reviewed(city, "2018-03-14")
    assert Finding.objects.filter(rule="Z-001-1", open=True).count() == left
    assert Finding.objects.filter(rule="Z-001-1").count() == 1
    assert rebuild(OWN_RULE).green


def test_a_judging_of_all_cases_stops_when_its_rule_was_wrong(city: Any, posts: tuple[Any, Any]) -> None:
    reviewed(city, "2018-03-09")
    city.at("2018-03-12 08:00")
    id = in_force(city, posts, MANY)
    (begun,) = list_in_force("Z-001-1")  # what a worker read before it went through all cases
    reviewed(city, "2018-03-12")
    do(id, "switch_off", posts[0], standing="withdrawn", reason="环节本来就要办结")
    tasks.settle_own_rule("Z-001-1")
    Finding.objects.filter(rule="Z-001-1").delete()  # as if it had not come to the case yet
    judging.judge_all(begun)
    assert not Finding.objects.filter(rule="Z-001-1").exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": ""}, "title"), ({"basis": " "}, "basis"), ({"kind": "x"}, "kind"), ({"first": "warned"}, "first"),
        ({"second": ""}, "second"), ({"kind": "within", "unit": "week"}, "unit"),
        ({"kind": "at_most", "most": -1}, "most"), ({"kind": "without", "second": "received"}, "second"),
        ({"item": "ZZ-999"}, "item"), ({"channel": "fax"}, "channel"), ({"department": "410102/scjg"}, "department"),
        ({"gravity": "blue"}, "gravity"), ({"kind": "after_due"}, "first"),
        ({"kind": "at_least", "unit": "day", "most": 0}, "most"), ({"addressee": "mayor"}, "addressee"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_beside_its_field(
    city: Any, posts: tuple[Any, Any], changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        do(uuid.uuid4(), "write", posts[0], **{**SAME, **changed})
    assert refused.value.details["field"] == field and refused.value.kind == "input"
