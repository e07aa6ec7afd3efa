"""How a revision of a standard is shown: where it stands, what the checker says of its eight parts, the comments by
line with their answers, what differs from the version in force, and what the change touches.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.urls import reverse

from yichuang.cases import drafts
from yichuang.cases import queries as cases
from yichuang.cases.filters import CaseFilter
from yichuang.catalog import queries
from yichuang.catalog.checker import StandardPart
from yichuang.catalog.drafting.compare import list_differences, name_line
from yichuang.catalog.drafting.content import content_of
from yichuang.catalog.revising.declared import REVISION
from yichuang.catalog.revising.facts import Work
from yichuang.catalog.revising.state import WRITTEN, Judged, Revision, Stage
from yichuang.faces.consistency import describe_following
from yichuang.faces.manuscripts import list_comments
from yichuang.faces.shown import Panel, Shown, Sight, Way, color_stages, name_stages, show
from yichuang.kernel.clock import format_day
from yichuang.kernel.policy import cite_ground
from yichuang.licences import queries as licences
from yichuang.org.queries import get_department
from yichuang.supervision.rules.catalogue import blind

EVENTS = {
    "begun": "开始编制",
    "told": "市级基准变动，一并修订",
    "submitted": "提交部门负责人",
    "signed": "部门负责人签署，报同级政务服务办审定",
    "sent_back": "部门负责人退回起草",
    "commented": "政务服务办提出意见",
    "answered": "部门答复意见",
    "settled": "政务服务办了结意见",
    "returned": "政务服务办退回修改",
    "judged": "回答核对问题",
    "approved": "审定发布",
    "entered_force": "施行",
    "reviewed": "复审，不需修订",
    "superseded": "被下一版替代",
    "withdrawn": "撤回",
}
MOST = 60  # differences that the page lists


def panels(sight: Sight) -> Iterator[Panel]:
    """Where it stands; and, while it is not decided, what there is to judge it by."""
    revision: Revision = sight.state
    yield _standing(revision)
    if revision.follows:
        yield describe_following(sight)
    if revision.comments:
        yield _comments(sight)
    if revision.stage in WRITTEN:
        work: Work = sight.facts.work()
        yield from _checks(sight, work)
        yield _differences(revision, work)
        yield _touched(sight, work)


def _standing(revision: Revision) -> Panel:
    rows = [
        ("事项", f"{revision.name}（{revision.item}）"),
        ("实施部门", get_department(revision.department).name),
        (
            "版本",
            f"第{revision.version}版"
            + (f"，由第{revision.base.rpartition('/')[2]}版修订" if revision.base else "，首次编制"),
        ),
    ]
    if revision.stage.turn:
        rows.append(("等谁", revision.stage.turn))
    if revision.effective_on and revision.stage is not Stage.WITHDRAWN:
        rows.append(("施行", f"{format_day(revision.effective_on)}零时起"))
    if revision.review_on and revision.stage in (Stage.APPROVED, Stage.IN_FORCE):
        rows.append(("最迟复审", format_day(revision.review_on)))
    return Panel("规程", tuple(rows), state=True)


def _comments(sight: Sight) -> Panel:
    """Each comment with its line, and what the department answered."""
    shown = list_comments(sight.moments, sight.facts.work().content)
    lines = [(str(c.number), c.name, c.said, c.state) for c in shown]
    return Panel("审定意见", headings=("序号", "对哪一处", "意见和答复", "状态"), lines=tuple(lines))


def _checks(sight: Sight, work: Work) -> Iterator[Panel]:
    """The score of the eight parts; then every fault, and every question with whether it was answered."""
    yield _score(work)
    if work.faults:
        faults = [(name_line(work.content, fault.line) or "机构和清单", fault.words) for fault in work.faults]
        yield Panel("改正以后才能发布", headings=("哪一处", "问题"), lines=tuple(faults))
    if work.questions:
        judged = sight.state.judged
        questions = [
            (
                name_line(work.content, q.line),
                q.words,
                cite_ground(q.clause),
                "已回答" if q.code in judged else "审定前回答",
            )
            for q in work.questions
        ]
        yield Panel("要由人核对的问题", headings=("哪一处", "问题", "依据", "状态"), lines=tuple(questions))


def _score(work: Work) -> Panel:
    title = "八化核对"
    if work.standard is None:
        return Panel(title, (("得分", "内容还不完整，补齐下列各处后核对"),))
    blocked = Counter(finding.part for finding in work.findings if finding.blocks)
    remarks = Counter(finding.part for finding in work.findings if not finding.blocks)
    lines = [
        (part.value, f"不符合，{blocked[part]}处" if blocked[part] else "符合", f"{remarks[part]}处")
        for part in StandardPart
    ]
    score = f"八个方面符合{len(StandardPart) - len(blocked)}个"
    return Panel(title, (("得分", score),), ("方面", "是否符合", "要由人核对"), tuple(lines))


def _differences(revision: Revision, work: Work) -> Panel:
    """Against the version it starts from, in words."""
    if not revision.base:
        return Panel("与施行版的差异", (("差异", "这是事项的第一份规程"),))
    found = list_differences(content_of(queries.standard(revision.base)), work.content)
    rows = [("差异", f"{len(found)}处" if found else "还没有改动")]
    if len(found) > MOST:
        rows.append(("列出", f"前{MOST}处"))
    lines = tuple((difference.words,) for difference in found[:MOST])
    return Panel("与施行版的差异", tuple(rows), ("改动",) if lines else (), lines)


def _touched(sight: Sight, work: Work) -> Panel:
    """What goes on under the version in force when this one comes. Two statements."""
    revision, reader = sight.state, sight.reader
    known = (revision.division, revision.item)
    filter = CaseFilter(item=revision.item, division=revision.division)
    others = {"drafts": drafts.sql_drafts(*known), "licences": licences.sql_alive(*known)}
    counts = {
        name: f"{total}{'' if exact else '以上'}"
        for name, (total, exact) in cases.tally({"cases": (cases.scopes_of(reader), filter)}, others).items()
    }
    places = [name for code, name in queries.name_divisions_of(revision.item).items() if code != revision.division]
    rows = [
        ("在办件", f"{counts['cases']}件，按申请时的版本办理"),
        ("申请人的草稿", f"{counts['drafts']}份，打开时按新版调整，已填内容保留"),
        ("有效证照", f"{counts['licences']}张，不受影响"),
        ("指南、表单、告知单和海报", "施行日零时起由新版生成"),
        ("其他区划的同名事项", "、".join(places) or "无"),
    ]
    if work.standard is not None:
        before = {point.rule for point in queries.standard(revision.base).points} if revision.base else set()
        lost = [rule.title for rule in blind({point.rule for point in work.standard.points}) if rule.code in before]
        rows.append(("看不见了的监察规则", "、".join(lost) if lost else "无"))
    return Panel("这次改动触及", tuple(rows))


def list_ways(sight: Sight) -> Iterator[Way]:
    """The manuscript, the version in force, and the one that this revision made."""
    revision: Revision = sight.state
    if revision.stage in WRITTEN:
        words = "编辑底稿" if revision.stage is Stage.DRAFTING else "看底稿"
        yield Way(words, reverse("studio:edit", args=[revision.id]))
    if revision.base:
        yield Way("看所修订的版本", _address_of(revision.base))
    if revision.key:
        yield Way("看本版规程", _address_of(revision.key))


def _address_of(key: str) -> str:
    division, item, version = key.split("/")
    return reverse("studio:standard", args=[division, item, int(version)])


def _say_question(event: object) -> str:
    """The question that the office answered, for the course; empty for what else happened."""
    return f"{EVENTS['judged']}：{event.words}" if isinstance(event, Judged) else ""


REVISIONS = Shown(
    REVISION,
    "revision",
    lambda revision: f"{revision.name}（第{revision.version}版）",
    name_stages(Stage),
    EVENTS,
    exact=_say_question,
    panels=panels,
    ways=list_ways,
    trail=lambda sight: (("规程编制", reverse("desk:revisions")), (sight.state.name, "")),
    place="desk:revisions",
    lights=color_stages(Stage),
)


def show_revisions() -> None:
    """Give revisions of standards their page and their operations."""
    show(REVISIONS)
