"""How guidances are shown, to whoever asked and to officers alike (3.4d, 3.4e): what was asked, until when somebody
must answer, and what the notice says of each material. And how a counsellor names whom they take a question of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from yichuang.aggregates.prepare import Prepared, prepare_command
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.cases import looking
from yichuang.faces.naming import find_named
from yichuang.faces.shown import Panel, Shown, Sight, Typed, Way, show
from yichuang.guidance.acts import ACTS, POST
from yichuang.guidance.declared import GUIDANCE
from yichuang.guidance.state import BY_NOTICE, HARD, LINES, ONLY_ANSWERED, TOPICS, WAITING, Guidance, GuidanceStage
from yichuang.kernel.clock import format_day
from yichuang.ledger.actor import Actor
from yichuang.org.queries import names_of, names_of_departments
from yichuang.people.face import mask_fields, reader_of
from yichuang.people.queries import load_subject

PLACE = "desk:guidance"
UNKNOWN = "没有这个号码和姓名的登记。请核对；没有登记过的，请其先到综合窗口登记，或者注册账号后在网上提问。"


@dataclass(frozen=True, slots=True)
class TakeAtDesk:
    """A question taken at the desk: of whom, by the number and the name on their document."""

    type: str
    number: str
    name: str
    item: str
    topic: str
    words: str
    situation: str = ""


def prepare_take(sent: Mapping[str, Any], plain: Mapping[str, Any], actor: Actor) -> Prepared:
    """The command, for the one with this number and name. Tries that find nobody are counted. Raises Refused."""
    data = {**sent}
    type, number, name = (str(data.pop(field, "")) for field in ("type", "number", "name"))
    data["subject"] = find_visitor(actor, type, number, name)
    return prepare_command(ACTS.by_name["take"], data, subject=GUIDANCE.kind, plain=plain)


def find_visitor(actor: Actor, type: str, number: str, name: str) -> str:
    """The id of who is on record with this number and name; that a counsellor looked leaves a trace. Raises Refused."""
    if actor.post_kind != POST:
        return ""  # the door says whose act it is
    subject = find_named(actor, type, number, name, "")
    if not subject:
        raise Refused("no-such-subject", UNKNOWN, kind=Kind.INPUT, field="number")
    looking.trace_person(actor, subject)
    return subject


def panels(sight: Sight) -> Iterator[Panel]:
    """What it is about and what it waits for; of a notice, every material. Four statements at most."""
    guidance: Guidance = sight.state
    matter = guidance.matter
    assert matter is not None
    names = names_of_departments([matter.division])
    rows = [
        ("编号", guidance.number),
        ("提问的人", _name_asker(sight)),
        ("事项", matter.title),
        ("承办部门", names.get(matter.department, matter.department)),
        ("问哪一类", TOPICS[guidance.topic]),
    ]
    if guidance.at_desk:
        rows.append(("怎样提出", "到现场咨询，辅导员记录"))
    if guidance.hard:
        rows.append(("不能当场告知的", HARD[guidance.hard]))
    if guidance.answer_by:
        rows.append(("答复期限", _say_days(guidance, sight.facts)))
    if guidance.done_by:
        rows.append(("辅导员", names_of({guidance.done_by}).get(guidance.done_by, "")))
    yield Panel("咨询辅导", tuple(rows), state=True)
    yield from _say_lines(sight)
    if sight.reader.post_kind == POST and guidance.stage in WAITING:
        yield Panel("怎样答复", tuple(_say_bounds(guidance)), state=True)


def _name_asker(sight: Sight) -> str:
    """Whoever asked, as the reader may see it."""
    subject = load_subject(sight.state.subject)
    return mask_fields(subject, reader_of(sight.reader, subject.pk)).get("name", "") if subject else ""


def _say_days(guidance: Guidance, facts: Any) -> str:
    """Until when, how many working days are left, and when it was done."""
    due = guidance.answer_by
    assert due is not None
    if guidance.done_on:
        late = "，超过期限" if guidance.done_on > due else ""
        return f"{format_day(guidance.done_on)}答复（期限{format_day(due)}{late}）"
    if guidance.stage is GuidanceStage.CLOSED:
        return f"{format_day(due)}（答复之前已经结束）"
    if facts.today > due:
        return f"{format_day(due)}，已经过期"
    left = facts.calendar.count(facts.today, due)
    return f"{format_day(due)}前（含当日），还有{left}个工作日" if left else f"{format_day(due)}，今天到期"


def _say_lines(sight: Sight) -> Iterator[Panel]:
    """The notice as a table; before there is one, what the draft has, for the counsellor."""
    guidance: Guidance = sight.state
    if guidance.lines:
        known = {code: need.name for code, need in sight.facts.needs().items()}
        lines = tuple((known.get(one.material, one.material), LINES[one.state]) for one in guidance.lines)
        yield Panel("告知单：每份材料", headings=("材料", "情况"), lines=lines, state=True)
    elif guidance.matter and guidance.matter.draft and guidance.stage in WAITING and sight.reader.post_kind == POST:
        needs = sight.facts.needs().values()
        lines = tuple((need.name, "还没有" if need.lacked else "已有或者到窗口交") for need in needs)
        yield Panel("草稿里的材料", headings=("材料", "现在"), lines=lines, state=True)


def _say_bounds(guidance: Guidance) -> Iterator[tuple[str, str]]:
    """What the counsellor may say, before they say it."""
    if guidance.hard in ONLY_ANSWERED:
        yield "只作解答", f"{HARD[guidance.hard]}只解答怎样办、问谁，不审查申报材料的实质内容，不说能不能批。"
    elif guidance.topic in BY_NOTICE:
        yield "填写告知单", "每份材料一次列全：是否齐全、是否符合法定形式、有没有明显的问题。没有列出的，就是告知齐全。"
    yield "期限", "能当场说清的当场答复；不能的，写明原因，期限不变。"


def ways(sight: Sight) -> Iterator[Way]:
    """To the draft or the guide, for whoever asked."""
    guidance: Guidance = sight.state
    matter = guidance.matter
    if matter is None or sight.reader.post_kind:
        return
    if guidance.case:
        yield Way("看办件", reverse("portal:case", args=[guidance.case]))
    elif matter.draft:
        yield Way("接着填草稿", reverse("portal:form", args=[matter.draft]))
    yield Way("看办事指南", reverse("portal:item", args=[matter.division, matter.item]))


def _trail(sight: Sight) -> tuple[tuple[str, str], ...]:
    words, place = ("咨询辅导", PLACE) if sight.reader.post_kind else ("我的咨询辅导", "portal:guidance")
    return ((words, reverse(place)), (sight.state.number, ""))


SHOWN = Shown(
    GUIDANCE,
    "guidance",
    lambda guidance: f"咨询辅导：{guidance.matter.title}",
    {stage.value: stage.label for stage in GuidanceStage},
    {
        "asked": "提出咨询",
        "taken_as_hard": "不能当场告知",
        "answered": "答复",
        "notice_issued": "发辅导告知单",
        "withdrawn": "不问了",
        "filed": "已经提交申请，辅导结束",
        "answer_missed": "到期没有答复",
    },
    panels=panels,
    ways=ways,
    trail=_trail,
    place=PLACE,
    lights={stage.value: stage.light for stage in GuidanceStage},
    typed={"take": Typed(TakeAtDesk, prepare_take)},
    paged=frozenset({"ask"}),
)


def show_guidance() -> None:
    """Give guidances their pages and their operations."""
    show(SHOWN)
