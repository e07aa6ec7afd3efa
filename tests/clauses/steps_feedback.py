"""Steps on ratings and complaints: what those who were served say, who must answer until when, and what came of it."""

from __future__ import annotations

from typing import Any

from django.test import Client
from pytest_bdd import given, parsers, then, when

from tests.clauses.story import Story, day
from tests.clauses.ways import Pages
from yichuang.feedback.complaint import KINDS, ComplaintStage
from yichuang.feedback.complaint_acts import RECHECKS, RESULTS
from yichuang.feedback.figures import count_feedback
from yichuang.feedback.models import Complaint, Rating
from yichuang.feedback.rating import RatingStage
from yichuang.feedback.rating_acts import LEVELS
from yichuang.feedback.rating_acts import RESULTS as CONTENT


def code_of(words: Any, label: str) -> str:
    return next(code for code, text in words.items() if text == label)


@given(parsers.parse("已经办结的“{item}”办件"))
def _(story: Story, item: str) -> None:
    """Filed online, decided and handed over at the window."""
    with story.beforehand():
        story.file(story.filing(item), story.who("申请人"))
        for command in ("receive", "accept"):
            story.do(command, story.who("窗口人员甲"))
        story.finish_steps()
        story.do("decide", story.who("负责人"), granted=True)
        story.do("make_certificate", story.who("窗口人员甲"))
        story.do("deliver", story.who("窗口人员甲"), method="direct", recipient="张三丰")


RATE = parsers.re(r"(?P<name>\S+?)评价本件“(?P<level>.+?)”$")


@given(RATE)
@when(RATE)
def _(story: Story, name: str, level: str) -> None:
    data = {"case": story.case_id, "level": code_of(LEVELS, level), "words": "窗口让我跑了两趟"}
    with story.attempt():
        story.way.begin_life("ratings", "rate", story.who(name), data)


def on_rating(story: Story, name: str, act: str, **data: Any) -> None:
    with story.attempt():
        story.way.on_life("ratings", str(Rating.objects.get().pk), act, story.who(name), data)


@given(parsers.parse("{name}联系评价人并记录"))
@when(parsers.parse("{name}联系评价人并记录"))
def _(story: Story, name: str) -> None:
    on_rating(story, name, "contact", way="phone", reached="yes", note="材料说明写得不清楚，让人多跑了一趟")


@given(parsers.re(r"(?P<name>\S+?)答复评价“(?P<words>.*?)”"))
@when(parsers.re(r"(?P<name>\S+?)答复评价“(?P<words>.*?)”"))
def _(story: Story, name: str, words: str) -> None:
    on_rating(story, name, "cure", answer=words)


@when(parsers.re(r"(?P<name>\S+?)回访，评价人(?P<result>满意整改结果|不满意整改结果)"))
def _(story: Story, name: str, result: str) -> None:
    on_rating(story, name, "visit", result=code_of(CONTENT, result), note="电话回访")


@then(parsers.parse("评价处于“{stage}”"))
def _(story: Story, stage: str) -> None:
    story.settle()
    assert RatingStage(Rating.objects.get().stage).label == stage


@then(parsers.parse("联系核实的期限是{contact}，整改答复的期限是{cure}"))
def _(story: Story, contact: str, cure: str) -> None:
    story.settle()
    row = Rating.objects.get()
    assert (row.contact_by, row.cure_by) == (day(contact), day(cure))


@then(parsers.parse("评价记着“{words}”"))
def _(story: Story, words: str) -> None:
    """On the page of the rating, as the office sees it."""
    page = Pages().browser(story.who("政务服务办")).get(f"/lives/ratings/{Rating.objects.get().pk}").content.decode()
    assert words in page


@then(parsers.parse("公开的数字是办结{ended:d}件、评价{rated:d}件、差评{bad:d}件"))
def _(story: Story, ended: int, rated: int, bad: int) -> None:
    story.settle()
    (row,) = count_feedback(day("2018年1月1日"), day("2018年12月31日"))
    assert (row.ended, row.rated, row.bad) == (ended, rated, bad)
    page = Client().get("/ratings").content.decode()
    assert row.name in page and "张三丰" not in page and "跑了两趟" not in page


@then(parsers.parse("评价页面上有“{words}”"))
def _(story: Story, words: str) -> None:
    assert words in Pages().browser(story.who("申请人")).get(f"/my/{story.case_id}/rate").content.decode()


# --- complaints -------------------------------------------------------------------------------------------------------

FILE = parsers.re(r"(?P<name>\S+?)就本件投诉“(?P<kind>.+?)”$")


@given(FILE)
@when(FILE)
def _(story: Story, name: str, kind: str) -> None:
    data = {"case": story.case_id, "kind": code_of(KINDS, kind), "words": "要我补会议纪要，清单上没有"}
    with story.attempt():
        story.way.begin_life("complaints", "file", story.who(name), data)


def on_complaint(story: Story, name: str, act: str, **data: Any) -> None:
    with story.attempt():
        story.way.on_life("complaints", str(Complaint.objects.get().pk), act, story.who(name), data)


@given(parsers.parse("{name}受理投诉"))
@when(parsers.parse("{name}受理投诉"))
def _(story: Story, name: str) -> None:
    on_complaint(story, name, "accept")


@given(parsers.re(r"(?P<name>\S+?)答复投诉“(?P<result>.+?)”"))
@when(parsers.re(r"(?P<name>\S+?)答复投诉“(?P<result>.+?)”"))
def _(story: Story, name: str, result: str) -> None:
    on_complaint(story, name, "answer", result=code_of(RESULTS, result), answer="已经逐项核对")


@given(parsers.parse("{name}不认可，申请复核"))
@when(parsers.parse("{name}不认可，申请复核"))
def _(story: Story, name: str) -> None:
    on_complaint(story, name, "appeal", reason="没有说为什么要会议纪要")


@when(parsers.re(r"(?P<name>\S+?)复核投诉“(?P<result>.+?)”"))
def _(story: Story, name: str, result: str) -> None:
    on_complaint(story, name, "recheck", result=code_of(RECHECKS, result), opinion="清单上确实没有")


@then(parsers.parse("投诉处于“{stage}”，期限是{due}"))
def _(story: Story, stage: str, due: str) -> None:
    story.settle()
    row = Complaint.objects.get()
    assert (ComplaintStage(row.stage).label, row.due_on) == (stage, day(due))


@then(parsers.parse("投诉处于“{stage}”"))
def _(story: Story, stage: str) -> None:
    story.settle()
    assert ComplaintStage(Complaint.objects.get().stage).label == stage


@then("投诉记着有一步过期")
def _(story: Story) -> None:
    assert Complaint.objects.get().late
