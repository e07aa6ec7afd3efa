"""How a licence is shown, to its holder and to officers alike: what it says, its versions, what is asked for, and a
revocation under way with its clocks. The same page and the same words for everybody who may see it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from yichuang.cases.looking import trace_person
from yichuang.faces.guide import confidence
from yichuang.faces.licence_words import address_of_paper, format_validity, format_window, lines_for
from yichuang.faces.shown import Panel, Shown, Sight, Typed, Way, color_stages, name_stages, show
from yichuang.kernel.clock import format_day
from yichuang.ledger.actor import Actor
from yichuang.licences.content import read_content
from yichuang.licences.core.applying import NAMES
from yichuang.licences.core.events import LABELS, Corrected, Made, Waiting
from yichuang.licences.core.revoking import GROUNDS, SERVED, WORDS
from yichuang.licences.core.state import HOLDER as CORRECTED
from yichuang.licences.core.state import Licence, Proceeding, Stage
from yichuang.licences.core.window import find_window
from yichuang.licences.declared import LICENCE
from yichuang.licences.entering import PaperLicence, prepare_typed
from yichuang.licences.queries import WHY, Standing
from yichuang.licences.service import list_applicable
from yichuang.people.face import SHOW, CasePart, part_level, reader_of


def panels(sight: Sight) -> Iterator[Panel]:
    """What the page says besides course and documents. One statement, one more for an officer."""
    licence: Licence = sight.state
    yield _standing(sight, licence)
    if licence.proceeding:
        yield _proceeding(licence.proceeding)
    if licence.applications:
        yield _applications(sight, licence)
    content = read_content(sight.facts.standard, licence.current)
    yield Panel("载明的内容", lines_for(sight.reader, licence.subject, content))
    yield _versions(licence)


def _standing(sight: Sight, licence: Licence) -> Panel:
    """What it is now, since when and by what; until when it holds, and when renewal may be asked for."""
    now, facts = licence.current, sight.facts
    standing = Standing(licence, now)
    rows = [("含义", licence.stage.meaning), ("状态开始", f"{format_day(standing.since)}，{standing.reason}")]
    rows.append(("证照编号", licence.number))
    if now.identifier:
        rows.append(("电子证照标识", now.identifier))
    rows.append(("有效期", format_validity(licence)))
    if licence.suspended_until:
        rows.append(("暂扣至", format_day(licence.suspended_until)))
    if licence.alive and now.valid_to and facts.standard.situation("renew"):
        window = find_window(facts.terms.renewal, now.valid_to, facts.calendar)
        sure, _ = confidence(facts.terms.renewal.confidence)
        rows.append(("延续申请期", f"{format_window(window)}（{facts.terms.renewal.basis}，{sure}）"))
    if licence.barred_until:
        rows.append(("不得再次申请", f"至{format_day(licence.barred_until)}（行政许可法79条）"))
    rows.append(("作出决定的机关", facts.standard.department_name))
    return Panel("现在的状态", tuple(rows), state=True)


def _proceeding(opened: Proceeding) -> Panel:
    """The clocks of a revocation: who may still say what, and what must come before the decision."""
    _, words, article, _ = GROUNDS[opened.ground]
    rows = [
        ("涉及的情形", f"{words}（{article}）"),
        ("启动日期", format_day(opened.opened_on)),
        ("告知书", _served(opened)),
        ("陈述申辩、要求听证", _until(opened)),
        ("陈述申辩", "已收到" if opened.answered else "还没有收到"),
    ]
    if opened.hearing_asked:
        by = format_day(opened.hold_by) if opened.hold_by else ""
        rows.append(("听证", f"{format_day(opened.hearing_asked)}要求，应当在{by}前举行（行政许可法47条）"))
        if opened.heard:
            rows.append(("举行", format_day(opened.heard)))
        elif opened.hearing_day:
            rows.append(("定于", format_day(opened.hearing_day)))
    return Panel(f"{WORDS[opened.kind]}程序正在进行", tuple(rows), state=True)


def _served(opened: Proceeding) -> str:
    return f"{format_day(opened.served_on)}送达，{SERVED[opened.method]}" if opened.served_on else "还没有送达"


def _until(opened: Proceeding) -> str:
    """36、47条: the days run from the day on which the notice was served."""
    return (
        f"至{format_day(opened.respond_by)}（行政许可法36、47条）"
        if opened.respond_by
        else "告知书送达之后起算（行政许可法47条）"
    )


def _versions(licence: Licence) -> Panel:
    current = licence.current.number
    lines = tuple(
        (
            f"第{v.number}版" + ("（现行）" if v.number == current and licence.alive else ""),
            v.on.isoformat(),
            WHY[v.why],
            v.decision or "—",
            v.valid_to.isoformat() if v.valid_to else "长期",
            "已制证" if v.paper else "纸质" if v.why == "entered" else "待制证",
        )
        for v in reversed(licence.versions)
    )
    return Panel("各版内容", headings=("版本", "自", "由来", "文书", "有效期至", "证照"), lines=lines)


def list_ways(sight: Sight) -> Iterator[Way]:
    """What the holder can apply for, in one step, and how to show it; for a window where to take an application in."""
    licence: Licence = sight.state
    if sight.reader.post_kind:
        if sight.reader.post_kind == "window" and licence.alive:
            where = reverse("desk:intake-start", args=[licence.subject, sight.facts.standard.item])
            yield Way("为持证人收件", where)
        return
    for situation, name in list_applicable(licence, sight.facts):
        yield Way(name, reverse("portal:licence-apply", args=[sight.id]), (("situation", situation),))
    if licence.alive:
        yield Way("出示给别人看", reverse("portal:share", args=[sight.id]))
    if paper := address_of_paper(licence):
        yield Way("下载证照（PDF）", f"{paper}?download=1")


def trail(sight: Sight) -> Iterator[tuple[str, str]]:
    """The pages above a licence, for whoever reads it."""
    if sight.reader.post_kind:
        yield ("证照", reverse("desk:licences"))
    else:
        yield from (("首页", reverse("portal:home")), ("我的证照", reverse("portal:licences")))
    yield (sight.state.number, "")


def _applications(sight: Sight, licence: Licence) -> Panel:
    """What is asked for now, with where to see it."""
    place = "desk:case" if sight.reader.post_kind else "portal:case"
    open_cases = licence.applications.items()
    links = tuple(
        (f"{NAMES.get(situation, '办理')}申请", reverse(place, args=[case])) for case, situation in open_cases
    )
    return Panel("正在办理", links=links)


def trace(actor: Actor, sight: Sight) -> None:
    """An officer who opens a licence leaves a look that its holder can read."""
    trace_person(actor, sight.state.subject, "licence_opened")


def _exact_label(event: Any) -> str:
    """The name of an event where it depends on what the event says; empty where `LABELS` has it."""
    match event:
        case Made(case=""):
            return "补记入册"
        case Waiting(on_applicant=True):
            return "延续申请不齐，或者齐得太晚：届满没有决定的，不视为准予延续"
        case Waiting():
            return "延续申请已经齐全：届满没有决定的，视为准予延续"
        case Corrected():
            return f"更正（{CORRECTED.get(event.what, '载明的事项')}）"
    return ""


LICENCES = Shown(
    LICENCE,
    "licences",
    lambda licence: f"{licence.type} {licence.number}",
    name_stages(Stage),
    LABELS,
    panels=panels,
    ways=list_ways,
    trail=trail,
    place="desk:licences",
    lights=color_stages(Stage),
    trace=trace,
    reads=lambda sight: part_level(CasePart.FILES, reader_of(sight.reader, sight.state.subject)) == SHOW,
    typed={"enter": Typed(PaperLicence, prepare_typed)},
    exact=_exact_label,
)


def show_licences() -> None:
    """Give licences their page and their operations."""
    show(LICENCES)
