"""How the lives between city and counties are shown: a county's deviation from the base, and what the city's department
proposes to its line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.urls import reverse

from yichuang.catalog.consistency import deviation, proposal
from yichuang.catalog.consistency.attributes import Attribute
from yichuang.catalog.consistency.declared import DEVIATION, PROPOSAL
from yichuang.catalog.consistency.deviation import Deviation
from yichuang.catalog.consistency.proposal import Proposal
from yichuang.catalog.drafting.parts import find_field
from yichuang.catalog.revising.state import WRITTEN, Revision, Stage
from yichuang.faces.shown import Panel, Shown, Sight, Way, color_stages, name_stages, show
from yichuang.kernel.clock import format_day
from yichuang.org.queries import names_of_departments

PLACE = "desk:consistency"


def deviation_panels(sight: Sight) -> Iterator[Panel]:
    """Both values, the reason, what the city's department said, and who approved it. One statement."""
    state: Deviation = sight.state
    found, names = state.found, names_of_departments([state.found.division])
    rows = [
        ("事项", f"{found.name}（{found.item}）"),
        ("实施部门", names.get(found.department, found.department)),
        ("方面", Attribute(found.attribute).label),
        ("不同之处", found.words),
        ("市级", found.before or "没有"),
        ("县级", found.after or "没有"),
        ("理由", state.reason),
    ]
    if state.stage is deviation.Stage.EXPLAINED and state.remarks_until and not state.remarks:
        rows.append(("市级部门意见", f"{format_day(state.remarks_until)}前（含当日）可以提出"))
    if state.approved:
        document = f"（{state.approved.document}）" if state.approved.document else ""
        rows.append(("批准", f"{state.approved.by}，{format_day(state.approved.on)}{document}"))
    yield Panel("与市级基准的不同", tuple(rows), state=True)
    if state.remarks:
        lines = [("同意" if remark.agrees else "不同意", remark.text) for remark in state.remarks]
        yield Panel("市级部门的意见", headings=("意见", "说明"), lines=tuple(lines))


def proposal_panels(sight: Sight) -> Iterator[Panel]:
    """What is proposed to whom, until when an answer is due, and the answer. One statement."""
    state: Proposal = sight.state
    target = state.target
    names = names_of_departments([target.division, state.proposer.partition("/")[0]])
    rows = [
        ("事项", f"{target.place} {target.name}（{target.item}）"),
        ("提出", names.get(state.proposer, state.proposer)),
        ("答复", names.get(target.department, target.department)),
        ("方面", Attribute(state.attribute).label),
        ("意见和建议", state.words),
    ]
    if state.stage is proposal.Stage.OPEN and state.due_on:
        late = "，已经过期" if sight.facts.today > state.due_on else ""
        rows.append(("答复期限", format_day(state.due_on) + late))
    if state.answer:
        rows.append(("答复内容", state.answer))
    yield Panel("建议", tuple(rows), state=True)


def describe_following(sight: Sight) -> Panel:
    """On the page of a county's revision: which change of the base it carries out, until when the department hands it
    in, and where both had changed the same line. Two statements at most.
    """
    revision: Revision = sight.state
    follows = revision.follows
    assert follows is not None
    division, item, version = follows.base.split("/")
    rows = [("市级变动", f"第{version}版规程")]
    at_department = revision.stage in (Stage.DRAFTING, Stage.HEAD)
    for owed in revision.owed if at_department else (follows,):
        late = at_department and sight.facts.today > owed.due_on
        label = f"第{owed.base.rpartition('/')[2]}版的跟进期限" if len(revision.owed) > 1 else "跟进期限"
        rows.append((label, format_day(owed.due_on) + ("，已经过期" if late else "")))
    if follows.clashes:
        rows.append(("市县都改过的", "本地的写法保留，请逐处核对：按基准修改，或者说明偏差理由"))
    names = sight.facts.lines() if follows.clashes and revision.stage in WRITTEN else {}
    lines = tuple((name_line_of(line, names),) for line in follows.clashes)
    link = ("看市级第" + version + "版", reverse("studio:standard", args=[division, item, int(version)]))
    return Panel("随市级基准变动", tuple(rows), ("哪一处",) if lines else (), lines, (link,), state=True)


def name_line_of(line: str, names: Mapping[str, str]) -> str:
    """What people call a line, from the words of the rows and values of a content."""
    row, _, field = line.rpartition("/")
    known = find_field(line)
    return names.get(line) or (f"{names[row]}（{field}）" if row in names else known.label if known else line)


def deviation_ways(sight: Sight) -> Iterator[Way]:
    found = sight.state.found
    yield Way("看公开的比对", reverse("studio:consistency-item", args=[found.division, found.item]))


def proposal_ways(sight: Sight) -> Iterator[Way]:
    """Where the two places are compared, and the revision that adopts it."""
    state: Proposal = sight.state
    yield Way("看公开的比对", reverse("studio:consistency-item", args=[state.target.division, state.target.item]))
    if state.revision:
        yield Way("采纳它的规程编制", reverse("lives:life", args=["revision", state.revision]))


def _trail(title: str) -> tuple[tuple[str, str], ...]:
    return (("市县统一", reverse(PLACE)), (title, ""))


DEVIATIONS = Shown(
    DEVIATION,
    "deviations",
    lambda state: f"{state.found.name}：{state.found.words}",
    name_stages(deviation.Stage),
    {
        "explained": "说明偏差理由",
        "remarked": "市级部门提出意见",
        "approved": "批准偏差",
        "declined": "不批准",
        "withdrawn": "撤回说明",
        "handed_over": "随事项移交另一部门",
    },
    panels=deviation_panels,
    ways=deviation_ways,
    trail=lambda sight: _trail(sight.state.found.name),
    place=PLACE,
    lights=color_stages(deviation.Stage),
)
PROPOSALS = Shown(
    PROPOSAL,
    "proposals",
    lambda state: f"{state.target.name}：{Attribute(state.attribute).label}的建议",
    name_stages(proposal.Stage),
    {
        "proposed": "提出建议",
        "adopted": "采纳",
        "declined": "不采纳",
        "withdrawn": "撤回建议",
        "handed_over": "随事项移交另一部门",
    },
    panels=proposal_panels,
    ways=proposal_ways,
    trail=lambda sight: _trail(sight.state.target.name),
    place=PLACE,
    lights=color_stages(proposal.Stage),
)


def show_consistency() -> None:
    """Give deviations and proposals their pages and their operations."""
    show(DEVIATIONS)
    show(PROPOSALS)
