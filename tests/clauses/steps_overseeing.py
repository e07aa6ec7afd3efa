"""Steps on what supervision sees of a licence after it was made: what cases, officers and its holder do to it."""

from __future__ import annotations

from uuid import UUID

import pytest
from pytest_bdd import given, parsers, then, when

from tests.clauses.steps_watching import LEVELS, found
from tests.clauses.story import Story, day, moment
from tests.db.licences.lives import SHOP, Licences
from yichuang.aggregates import door
from yichuang.cases.service import replay_case
from yichuang.licences.core import commands as co
from yichuang.licences.declared import LICENCE
from yichuang.licences.service import licence_id_of
from yichuang.people.models import Subject
from yichuang.supervision import judging

OTHER_PLACE = "河南省郑州市金水区文化路1号2层"


@pytest.fixture
def holding(story: Story) -> Licences:
    """The licences of the holder, who is nobody of the story's other applicants."""
    about = {"kind": "organisation", "name": SHOP, "uscc": "92410105MA40000X0C"}
    Subject.objects.get_or_create(id="s:1", defaults=about)
    return Licences(story.city)


@given(parsers.re(r"持证人手中有(?P<made>\S+)制发的食品经营许可证"), target_fixture="licence")
def _(story: Story, holding: Licences, made: str) -> UUID:
    story.go_to(moment(made))
    case = holding.file("new")
    holding.grant(case)
    story.case_id = case
    return licence_id_of(case)


@when("持证人申请变更这张食品经营许可证")
def _(story: Story, holding: Licences, licence: UUID) -> None:
    story.case_id = holding.file("change", licence, premises_address=OTHER_PLACE)


@when(parsers.re(r"持证人申请延续这张食品经营许可证，材料到(?P<supplied>\S+)补齐"))
def _(story: Story, holding: Licences, licence: UUID, supplied: str) -> None:
    """Filed without its materials, told what is missing, supplied and accepted on that day."""
    city = holding.city
    story.case_id = holding.file("renew", licence, given={})
    city.do(story.case_id, "receive", city.window, originals=[])
    missing = list(replay_case(story.case_id).needed)
    city.do(story.case_id, "ask_correction", city.window, materials=missing, reason="缺材料。")
    story.go_to(moment(supplied))
    city.do(story.case_id, "supply", holding.citizen, given={code: ["u2"] for code in missing})
    city.do(story.case_id, "accept", city.window)


@when(parsers.re(r"(?P<name>\S+?)受指派承办“(?P<step>.+?)”"))
def _(story: Story, name: str, step: str) -> None:
    actor = story.who(name)
    code = next(s.code for s in story.standard.steps if step in s.name)
    story.city.do(story.case_id, "assign", actor, step=code, person=actor.person)


@when("这件申请审查完毕，准予并制证")
def _(story: Story, holding: Licences) -> None:
    holding.grant(story.case_id)


@when("负责人绕过办件直接变更这张食品经营许可证")
def _(story: Story, licence: UUID) -> None:
    """Somebody with a program of their own moves the licence; no screen lets them."""
    case = replay_case(story.case_id)
    settle = co.Settle(case.id, "change", "", "无文号")
    door.move(LICENCE, {licence: settle}, {"rivals": ()}, story.who("负责人"))


@when(parsers.re(r"(?P<name>\S+?)启动撤销这张食品经营许可证，持证人要求听证"))
def _(story: Story, holding: Licences, licence: UUID, name: str) -> None:
    holding.do(licence, "open_revocation", story.who(name), ground="procedure", reason="违反法定程序。")
    holding.do(licence, "ask_hearing", holding.citizen, reason="")


@when(parsers.re(r"(?P<name>\S+?)通知(?P<on>\d\S+日)听证"))
def _(story: Story, holding: Licences, licence: UUID, name: str, on: str) -> None:
    holding.do(licence, "arrange_hearing", story.who(name), day=day(on).isoformat(), place="三楼会议室")


@when(parsers.re(r"(?P<name>\S+?)记录听证"))
def _(story: Story, holding: Licences, licence: UUID, name: str) -> None:
    holding.do(licence, "hold_hearing", story.who(name), record="双方陈述和质证。")


@then(parsers.re(r"每小时的监察没有发现“(?P<title>.+?)”"))
def _(story: Story, title: str) -> None:
    assert not list(found(story, title))
    judging.judge_hearings()
    assert not list(found(story, title))


@then(parsers.re(r"每小时的监察发现“(?P<title>.+?)”为(?P<level>黄|红)色，属于(?P<name>\S+)"))
def _(story: Story, title: str, level: str, name: str) -> None:
    judging.judge_hearings()
    assert {(f.level, f.person) for f in found(story, title)} == {(LEVELS[level], story.who(name).person)}
