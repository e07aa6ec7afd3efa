"""Steps about what is said and printed: what an application carries over, what notices and messages say."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import replace

from pytest_bdd import given, parsers, then, when

from tests.clauses.story import Story, day
from tests.clauses.ways import Pages, main, public, text_of, went_on
from yichuang.catalog.service import put_in_force
from yichuang.catalog.standard import Field, Situation
from yichuang.documents.kinds import KINDS
from yichuang.ledger.actor import SYSTEM


def pages(story: Story) -> Pages:
    assert isinstance(story.way, Pages), "这一步只在屏上走"
    return story.way


def field(story: Story, label: str) -> Field:
    return next(f for s in story.standard.form.sections for f in s.fields if f.label == label)


@when(parsers.re(r"(?P<name>\S+?)沿用填过的内容再申请"))
def _(story: Story, name: str) -> None:
    story.settle()
    story.draft = went_on(pages(story).browser(story.who(name)).post(f"/my/{story.case_id}/again"))


@then(parsers.parse("新的申请表里有上次填写的“{label}”"))
def _(story: Story, label: str) -> None:
    from tests.db.filling import fill

    form = text_of(pages(story).browser(story.who("申请人")).get(story.draft))
    asked = field(story, label)
    assert str(fill(story.standard)[asked.name]) in form.partition(f'name="{asked.name}"')[2][:300]


@given(parsers.re(r"(?P<name>\S+?)起草“(?P<item>.+?)”申请，“(?P<label>.+?)”填写“(?P<value>.+?)”"))
def _(story: Story, name: str, item: str, label: str, value: str) -> None:
    story.item, browser, rules = item, pages(story).browser(story.who(name)), story.find(item)
    begun = {"subject": story.firm, "situation": "new"}
    story.draft = went_on(browser.post(f"/items/{rules.division}/{rules.item}/apply", begun))
    went_on(browser.post(story.draft, {field(story, label).name: value, "act": "save"}))


@when(parsers.parse("发布了该事项不再问“{label}”的新版规程"))
def _(story: Story, label: str) -> None:
    old = story.standard
    sections = tuple(replace(s, fields=tuple(f for f in s.fields if f.label != label)) for s in old.form.sections)
    put_in_force(replace(old, version=2, form=replace(old.form, sections=sections)), SYSTEM)


@when(parsers.parse("发布了该事项只办“{name}”的新版规程"))
def _(story: Story, name: str) -> None:
    put_in_force(replace(story.standard, version=2, situations=(Situation("cancel", name),)), SYSTEM)


@when("该事项不再列入清单")
def _(story: Story) -> None:
    from yichuang.catalog.models import Listed

    Listed.objects.filter(division="410100", item=story.standard.item).delete()


@then(parsers.parse("草稿里仍读得到“{value}”"))
def _(story: Story, value: str) -> None:
    assert value in main(text_of(pages(story).browser(story.who("申请人")).get(story.draft)))


@then("打开草稿先要重新选择办理情形")
def _(story: Story) -> None:
    browser = pages(story).browser(story.who("申请人"))
    page = text_of(browser.get(went_on(browser.get(story.draft))))
    assert "请重新选择办理情形" in page and 'name="situation"' in page


@then(parsers.parse("“{name}”以实名核验代替"))
def _(story: Story, name: str) -> None:
    from yichuang.cases.core.state import REAL_NAME

    story.settle()
    assert story.case.held[story.material(name)] == REAL_NAME
    assert story.material(name) not in story.case.missing


@then(parsers.parse("交材料的页面没有“{word}”"))
def _(story: Story, word: str) -> None:
    materials = pages(story).browser(story.who("申请人")).get(story.draft.replace("/form", "/materials"))
    assert "材料" in text_of(materials) and word not in text_of(materials)


@when(parsers.re(r"(?P<name>[^“”以]+?)不予许可，理由“(?P<reason>.+?)”，依据“(?P<basis>.+?)”$"))
def _(story: Story, name: str, basis: str, reason: str) -> None:
    story.do("decide", story.who(name), granted=False, reason=reason, bases=[basis])


@when(parsers.re(r"(?P<name>[^“”以]+?)不予许可，理由“(?P<reason>.+?)”，不写依据$"))
def _(story: Story, name: str, reason: str) -> None:
    story.do("decide", story.who(name), granted=False, reason=reason)


@then(parsers.parse("决定只引用“{basis}”"))
def _(story: Story, basis: str) -> None:
    from yichuang.ledger.models import Entry

    story.settle()
    decided = Entry.objects.get(stream=f"case/{story.case_id}", kind="decided")
    assert json.loads(decided.body)["bases"] == [basis]


def printed(story: Story, *kinds: str) -> str:
    """All that the documents of the case print, those of these kinds or every one."""
    from yichuang.aggregates.models import Paper
    from yichuang.documents.gathering import gather

    story.settle()
    papers = Paper.objects.filter(stream=f"case/{story.case_id}", **({"kind__in": kinds} if kinds else {}))
    said = [str(gather(paper.stream, paper.seq).say()) for paper in papers.order_by("seq")]
    assert said, "没有出具文书"
    return "\n".join(said)


@then(parsers.parse("{name}打印的待签回证写着“{words}”"))
def _(story: Story, name: str, words: str) -> None:
    answer = pages(story).browser(story.who(name)).get(f"/desk/case/{story.case_id}/slip")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "签名及日期" in page
    for word in words.split("”和“"):
        assert word in page


@when(parsers.re(r"(?P<name>\S+?)在告知单上勾选“(?P<one>.+?)”写“(?P<why>.+?)”、勾选“(?P<other>.+?)”(?P<rest>.+)"))
def _(story: Story, name: str, one: str, why: str, other: str, rest: str) -> None:
    codes, act = [story.material(one), story.material(other)], "ask_correction"
    whys = [why, "" if rest == "不写原因" else rest.partition("“")[2].rstrip("”")]
    sent = {f"{act}-why-{code}": words for code, words in zip(codes, whys, strict=True)}
    sent |= {f"{act}-materials": codes, "command_id": str(uuid.uuid4()), "seq": "0"}
    browser = pages(story).browser(story.who(name))
    story.said = text_of(browser.post(f"/desk/case/{story.case_id}/do/{act}", sent, follow=True))


@then("页面要求给勾选的每一项写明原因")
def _(story: Story) -> None:
    assert "请给勾选的每一项写明原因" in story.said and "缺副本页" in story.said
    assert story.case.correction is None


@then(parsers.parse("申请人的补正页只有这两项，各写着“{one}”和“{other}”"))
def _(story: Story, one: str, other: str) -> None:
    page = text_of(pages(story).browser(story.who("申请人")).get(f"/my/{story.case_id}/supply"))
    asked = re.findall(r'<li class="yc-material .*?</li>\s*(?=<li|</ol>)', page, re.S)
    reasons = [re.findall("要补正的原因：</strong>(.*?)</p>", item) for item in asked]
    assert sorted(reasons) == sorted([[one], [other]])


@then(parsers.parse("{name}预览告知补正“{material}”，理由“{reason}”，看到“{words}”"))
def _(story: Story, name: str, material: str, reason: str, words: str) -> None:
    prefix = "ask_correction"
    sent = {f"{prefix}-materials": [story.material(material)], f"{prefix}-why-{story.material(material)}": reason}
    browser = pages(story).browser(story.who(name))
    page = text_of(browser.post(f"/desk/case/{story.case_id}/preview/{prefix}", sent))
    assert "预览 · 尚未出具" in page
    for word in words.split("”和“"):
        assert word in page


@then(parsers.parse("已出具的文书里没有“{name}”"))
def _(story: Story, name: str) -> None:
    from yichuang.aggregates.models import Paper

    kinds = Paper.objects.filter(stream=f"case/{story.case_id}").values_list("kind", flat=True)
    assert name not in [KINDS[kind].title for kind in kinds]


@then(parsers.parse("决定书写着“{text}”"))
def _(story: Story, text: str) -> None:
    assert text in printed(story, "refusal", "grant")


@then(parsers.parse("决定书没有“{text}”"))
def _(story: Story, text: str) -> None:
    assert text not in printed(story, "refusal", "grant")


@then(parsers.parse("每份文书都没有“{text}”"))
def _(story: Story, text: str) -> None:
    assert text not in printed(story)


@then(parsers.parse("文书的编号里没有“{word}”"))
def _(story: Story, word: str) -> None:
    from yichuang.aggregates.models import Paper

    numbers = list(Paper.objects.filter(stream=f"case/{story.case_id}").values_list("number", flat=True))
    assert numbers and not [number for number in numbers if word in number], numbers


@then("办事指南写明逾期没有决定的先申请复议")
def _(story: Story) -> None:
    guide = public(f"/items/{story.standard.division}/{story.standard.item}")
    assert "到期没有决定" in guide and "应当先自期限届满之日起六十日内" in guide


@when(parsers.re(r"日历更正为(?P<text>.+?)(?P<what>上班|放假)$"))
def _(story: Story, text: str, what: str) -> None:
    """A year loaded anew, as a system administrator does it."""
    from yichuang.org.models import CalendarYear

    on = day(text)
    known = CalendarYear.objects.filter(year=on.year).order_by("-id").first()
    assert known is not None
    off, work = set(known.off_days) - {on.isoformat()}, set(known.work_weekends) - {on.isoformat()}
    if what == "上班" and on.weekday() > 4:
        work.add(on.isoformat())
    elif what == "放假" and on.weekday() < 5:
        off.add(on.isoformat())
    CalendarYear.objects.create(
        year=on.year, off_days=sorted(off), work_weekends=sorted(work), notice="更正", loaded_by="system"
    )


@then(parsers.parse("终止告知书写着“{text}”"))
def _(story: Story, text: str) -> None:
    assert text in printed(story, "termination")


@given(parsers.parse("持护照的“{name}”在网上提交“{item}”申请"))
def _(story: Story, name: str, item: str) -> None:
    from yichuang.people.models import Subject
    from yichuang.people.realname import find_name_fault

    assert find_name_fault(name, "414") == ""
    guest = Subject.objects.create(kind="person", name=name, id_type="414", id_number="AB1234567")
    filing = replace(story.filing(item), subject=guest.pk, applicant=name)
    story.file(filing, replace(story.who("申请人"), subjects=(guest.pk,)))


@then(parsers.parse("接收凭证原样印着“{name}”"))
def _(story: Story, name: str) -> None:
    from yichuang.documents.fonts import printable

    assert name in printed(story, "receipt")
    assert printable(name) == (name, False)
