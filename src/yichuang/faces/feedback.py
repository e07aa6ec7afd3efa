"""How ratings and complaints are shown, to whoever was served and to officers alike (3.5i): what was said, until when
somebody must answer, and what came of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from yichuang.faces.shown import Panel, Shown, Sight, Way, color_stages, name_stages, show
from yichuang.feedback.complaint import DECLINES, KINDS, Complaint, ComplaintStage
from yichuang.feedback.complaint_acts import RESULTS as FOUND
from yichuang.feedback.declared import COMPLAINT, RATING
from yichuang.feedback.rating import INDICATORS, Rating, RatingLevel, RatingStage
from yichuang.feedback.rating_acts import RESULTS
from yichuang.kernel.clock import format_day
from yichuang.org.queries import names_of_departments

PLACE = "desk:feedback"
_WAITS = {
    ComplaintStage.FILED: "政务服务办决定是否受理",
    ComplaintStage.ACCEPTED: "部门答复",
    ComplaintStage.ANSWERED: "不认可答复的，申请复核",
    ComplaintStage.APPEALED: "监察岗复核",
}


def rating_panels(sight: Sight) -> Iterator[Panel]:
    """What was rated and how, and the days of the task that a bad rating opened. One statement."""
    rating: Rating = sight.state
    served = rating.served
    names = names_of_departments([served.division])
    rows = [
        ("办件", served.words),
        ("办理单位", names.get(served.department, served.department)),
        ("评价", RatingLevel(rating.level).label),
    ]
    if rating.indicators:
        rows.append(("主要因为", "、".join(INDICATORS[name] for name in rating.indicators)))
    if rating.contact_by:
        rows.append(("联系核实", _kept(rating.contact_by, rating.contacted_on)))
    if rating.cure_by:
        rows.append(("整改答复", _kept(rating.cure_by, rating.cured_on)))
    if rating.visit:
        rows.append(("回访", RESULTS[rating.visit]))
    yield Panel("评价", tuple(rows), state=True)


def _kept(due: date, done: date | None) -> str:
    """Until when, and when it was done."""
    if done is None:
        return f"{format_day(due)}前（含当日）"
    late = "，超过期限" if done > due else ""
    return f"{format_day(done)}（期限{format_day(due)}{late}）"


def complaint_panels(sight: Sight) -> Iterator[Panel]:
    """Of what and of whom, what it waits for, and what was found. One statement."""
    complaint: Complaint = sight.state
    names = names_of_departments([complaint.department.partition("/")[0]])
    rows = [("投诉编号", complaint.number), ("被投诉部门", names.get(complaint.department, complaint.department))]
    if complaint.served:
        rows.append(("办件", complaint.served.words))
    rows.append(("内容", KINDS[complaint.kind]))
    if complaint.due_on:
        late = "，已经过期" if complaint.stage in _LATE and sight.facts.today > complaint.due_on else ""
        rows.append((_WAITS[complaint.stage], f"{format_day(complaint.due_on)}前（含当日）{late}"))
    if complaint.result:
        rows.append(("核实的结果", FOUND[complaint.result]))
    yield Panel("投诉", tuple(rows), state=True)


_LATE = frozenset(_WAITS) - {ComplaintStage.ANSWERED}


def rating_ways(sight: Sight) -> Iterator[Way]:
    yield from _ways(sight, sight.state.served.case)


def complaint_ways(sight: Sight) -> Iterator[Way]:
    yield from _ways(sight, sight.state.served.case if sight.state.served else "")


def _ways(sight: Sight, case: str) -> Iterator[Way]:
    """To the case, in the reader's own frame."""
    if case:
        yield Way("看办件", reverse("desk:case" if sight.reader.post_kind else "portal:case", args=[case]))


def _trail(sight: Sight) -> tuple[tuple[str, str], ...]:
    words, place = ("评价和投诉", PLACE) if sight.reader.post_kind else ("我的评价和投诉", "portal:feedback")
    return ((words, reverse(place)), (sight.shown.title(sight.state), ""))


RATINGS = Shown(
    RATING,
    "ratings",
    lambda rating: f"对“{rating.served.title}”的评价",
    name_stages(RatingStage),
    {
        "rated": "评价",
        "contacted": "联系核实",
        "cured": "整改答复",
        "visited": "回访",
        "contact_missed": "到期没有联系核实",
        "cure_missed": "到期没有整改答复",
    },
    panels=rating_panels,
    ways=rating_ways,
    trail=_trail,
    place=PLACE,
    lights=color_stages(RatingStage),
)
COMPLAINTS = Shown(
    COMPLAINT,
    "complaints",
    lambda complaint: f"投诉 {complaint.number}",
    name_stages(ComplaintStage),
    {
        "filed": "提出投诉",
        "accepted": "受理投诉",
        "declined": "不予受理",
        "answered": "答复投诉",
        "appealed": "申请复核",
        "rechecked": "复核",
        "withdrawn": "撤回投诉",
        "settled": "期满没有申请复核，答复成立",
        "day_missed": "到期没有办理",
    },
    panels=complaint_panels,
    ways=complaint_ways,
    trail=_trail,
    place=PLACE,
    lights=color_stages(ComplaintStage),
    exact=lambda event: f"不予受理：{DECLINES[event.ground]}" if hasattr(event, "ground") else "",
)


def show_feedback() -> None:
    """Give ratings and complaints their pages and their operations."""
    show(RATINGS)
    show(COMPLAINTS)
