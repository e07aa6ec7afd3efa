"""Steps on guidance: what is asked before an application, what a counsellor answers, and the notice."""

from __future__ import annotations

from typing import Any

from pytest_bdd import given, parsers, then, when

from tests.clauses.story import FIRM, Story, day
from tests.clauses.ways import Pages, command_id, text_of, went_on
from yichuang.cases import drafts
from yichuang.cases.models import Draft
from yichuang.guidance.models import Guidance
from yichuang.guidance.state import HARD, LINES, TOPICS, GuidanceStage
from yichuang.people.models import Subject
from yichuang.supervision import judging, tailing
from yichuang.supervision.models import Finding
from yichuang.supervision.rules.catalogue import RULES


def code_of(words: Any, label: str) -> str:
    return next(code for code, text in words.items() if text == label)


@given(parsers.re(r"(?P<name>\S+?)正在填“(?P<item>.+?)”的草稿"))
def _(story: Story, name: str, item: str) -> None:
    story.item = item
    firm, actor = Subject.objects.get(pk=story.firm), story.who(name)
    drafts.start(actor, story.standard, firm, "new")


ASK = parsers.re(r"(?P<name>\S+?)就“(?P<item>[^”]+)”咨询“(?P<topic>[^”]+)”$")


@given(ASK)
@when(ASK)
def _(story: Story, name: str, item: str, topic: str) -> None:
    story.item = item
    chosen = story.find(item)
    key = f"{chosen.division}/{chosen.item}"
    ask(story, name, f"/items/{key}/ask", {"item": key}, code_of(TOPICS, topic))


DRAFT = parsers.re(r"(?P<name>\S+?)就草稿咨询“(?P<topic>[^”]+)”$")


@given(DRAFT)
@when(DRAFT)
def _(story: Story, name: str, topic: str) -> None:
    id = str(Draft.objects.get().pk)
    ask(story, name, f"/drafts/{id}/ask", {"draft": id}, code_of(TOPICS, topic))


def ask(story: Story, name: str, address: str, about: dict[str, str], topic: str) -> None:
    said, actor = {"topic": topic, "words": "平面图要画到什么程度"}, story.who(name)
    with story.attempt():
        if isinstance(story.way, Pages):
            send(story.way, actor, address, "ask", said)
        else:
            story.way.begin_life("guidance", "ask", actor, {**about, **said})


def send(way: Pages, actor: Any, address: str, act: str, said: dict[str, Any]) -> None:
    """Fill in a page that the act has of its own."""
    browser = way.browser(actor)
    sent = {f"{act}-{name}": value for name, value in said.items()}
    went_on(browser.post(address, {**sent, "command_id": command_id(text_of(browser.get(address)))}))


TAKE = parsers.re(r"(?P<name>\S+?)接待申请人，就“(?P<item>[^”]+)”(的“(?P<situation>[^”]+)”)?咨询“(?P<topic>[^”]+)”$")


@given(TAKE)
@when(TAKE)
def _(story: Story, name: str, item: str, situation: str | None, topic: str) -> None:
    story.item = item
    chosen, actor = story.find(item), story.who(name)
    number = Subject.objects.get(pk=story.firm).uscc
    said = {"type": "uscc", "number": number, "name": FIRM, "item": f"{chosen.division}/{chosen.item}"}
    said |= {"topic": code_of(TOPICS, topic), "words": "带了材料来，请看看齐不齐"}
    code = code_of({known.code: known.name for known in chosen.situations}, situation) if situation else ""
    with story.attempt():
        if isinstance(story.way, Pages):
            said["item"] += f":{code}" if code else ""
            send(story.way, actor, "/desk/guidance/new", "take", said)
        else:
            story.way.begin_life("guidance", "take", actor, said | ({"situation": code} if code else {}))


def on_guidance(story: Story, name: str, act: str, **data: Any) -> None:
    with story.attempt():
        story.way.on_life("guidance", str(Guidance.objects.get().pk), act, story.who(name), data)


HARDLY = parsers.re(r"(?P<name>\S+?)写明不能当场告知，属于“(?P<kind>.+?)”")


@given(HARDLY)
@when(HARDLY)
def _(story: Story, name: str, kind: str) -> None:
    on_guidance(story, name, "take_as_hard", kind=code_of(HARD, kind), reason="房屋手续要向规划部门核实")


ANSWER = parsers.re(r"(?P<name>\S+?)答复咨询“(?P<words>.+?)”")


@given(ANSWER)
@when(ANSWER)
def _(story: Story, name: str, words: str) -> None:
    on_guidance(story, name, "answer", answer=words)


NOTICE = parsers.re(r"(?P<name>\S+?)发告知单：(?P<lines>.+)")


@given(NOTICE)
@when(NOTICE)
def _(story: Story, name: str, lines: str) -> None:
    """缺“健康证明”；“布局和流程图”不符合法定形式；“营业执照”有明显的问题；其余齐全."""
    states: dict[str, list[str]] = {}
    for part in lines.split("；"):
        if part in ("其余齐全", "全部齐全"):
            continue
        material = story.material(part.partition("“")[2].partition("”")[0])
        kinds = {"缺": "missing", "形式": "flawed", "明显": "evident", "不用": "spared"}
        states.setdefault(next(state for word, state in kinds.items() if word in part), []).append(material)
    names = {m.code: m.name for m in story.standard.materials}
    notes = "；".join(f"{names[code]}请按指南备齐" for codes in states.values() for code in codes)
    on_guidance(story, name, "issue_notice", **states, notes=notes)


@when(parsers.parse("{name}按草稿列全缺件并发告知单"))
def _(story: Story, name: str) -> None:
    from yichuang.cases.drafts import load

    draft = Draft.objects.get()
    lacking = [s.material.code for s in load(draft, (draft.subject,)).supplies if not s.given]
    assert lacking
    on_guidance(story, name, "issue_notice", missing=lacking)


@when(parsers.parse("{name}不问了"))
def _(story: Story, name: str) -> None:
    on_guidance(story, name, "withdraw")


@then(parsers.parse("咨询处于“{stage}”，期限是{due}"))
def _(story: Story, stage: str, due: str) -> None:
    story.settle()
    row = Guidance.objects.get()
    assert (GuidanceStage(row.stage).label, row.due_on) == (stage, day(due))


@then(parsers.parse("咨询处于“{stage}”"))
def _(story: Story, stage: str) -> None:
    story.settle()
    assert GuidanceStage(Guidance.objects.get().stage).label == stage


@then(parsers.parse("{name}在咨询页面看到“{words}”"))
def _(story: Story, name: str, words: str) -> None:
    story.settle()
    assert words in page_of(story, name)


@then(parsers.parse("{name}在咨询页面看不到“{words}”"))
def _(story: Story, name: str, words: str) -> None:
    assert words not in page_of(story, name)


def page_of(story: Story, name: str) -> str:
    return text_of(Pages().browser(story.who(name)).get(f"/lives/guidance/{Guidance.objects.get().pk}"))


@then(parsers.re(r"定时监察没有发现“(?P<title>.+?)”"))
def _(story: Story, title: str) -> None:
    assert not swept(story, title)


@then(parsers.re(r"定时监察发现“(?P<title>.+?)”，记在(?P<name>\S+?)的部门，超过(?P<days>\d+)个工作日"))
def _(story: Story, title: str, name: str, days: str) -> None:
    ((department, measured),) = swept(story, title)
    assert (department, measured) == (story.who(name).department, int(days))


def swept(story: Story, title: str) -> list[tuple[str, int]]:
    """What a rule finds that the sweep judges: department and measure."""
    story.settle()
    while tailing.tail().more:
        pass
    (rule,) = (rule for rule in RULES if rule.title == title)
    judging.sweep((rule,))
    return list(Finding.objects.filter(rule=rule.code, open=True).values_list("department", "measured"))


@then(parsers.parse("告知单写着“{material}”是“{words}”，其余都是“{rest}”"))
def _(story: Story, material: str, words: str, rest: str) -> None:
    story.settle()
    from yichuang.aggregates.door import read_lives
    from yichuang.guidance.declared import GUIDANCE

    id = Guidance.objects.get().pk
    lines = {one.material: LINES[one.state] for one in read_lives(GUIDANCE, [id])[id].state.lines}
    assert lines.pop(story.material(material)) == words
    assert {rest} <= set(lines.values()) <= {rest, LINES["open"]}
