"""What the mechanism of every life needs to know of guidances: their rows, and what their facts are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any, get_args

from yichuang.aggregates.acts import snake_case
from yichuang.aggregates.aggregate import Aggregate, Locked
from yichuang.aggregates.codec import Codec
from yichuang.aggregates.numbers import Numbered
from yichuang.aggregates.scopes import Scopes
from yichuang.aggregates.settings import reads_of
from yichuang.aggregates.tables import Row, Values
from yichuang.catalog.queries import standard as published_standard
from yichuang.guidance import acts
from yichuang.guidance.acts import POST, GuidanceFacts
from yichuang.guidance.flattening import GuidanceFlattener
from yichuang.guidance.models import Guidance as GuidanceRow
from yichuang.guidance.parameters import DAYS, limits_upto
from yichuang.guidance.queries import find_draft, find_matter, is_known, list_needs
from yichuang.guidance.state import WAITING, Asked, Guidance, GuidanceEvent, NoticeIssued
from yichuang.ledger.actor import Actor
from yichuang.org import door as org
from yichuang.org.numbering import number_document

READERS = frozenset({"office", "supervisor", "inspector"})  # of what concerns their division
OF_DEPARTMENT = frozenset({POST, "head"})


def _facts(locked: Locked[Guidance], command: Any, actor: Actor) -> GuidanceFacts:
    """No statement once calendar and parameters are read; the questions are asked when they matter."""
    reads, state = locked.reads, locked.state
    return GuidanceFacts(
        locked.now, actor, org.calendar_upto(reads["calendar"]), limits_upto(reads["parameters"], reads["announced"]),
        find_matter, lambda id: find_draft(actor, id), cache(lambda: list_needs(state)), is_known,
    )  # fmt: skip


def _scopes(guidance: Guidance) -> Iterable[tuple[str, str]]:
    """Whoever asked and agents for the item, the department, and those who watch over its division."""
    matter = guidance.matter
    assert matter is not None
    return (
        ("subject", guidance.subject),
        ("mandate", f"{guidance.subject}/{matter.item}"),
        ("department", matter.department),
        ("division", matter.division),
    )


def _of_reader(actor: Actor) -> Iterable[tuple[str, str]]:
    if not actor.post_kind:
        limited = [("mandate", f"{subject}/{item}") for subject, item in actor.limited]
        return [*(("subject", subject) for subject in actor.subjects), *limited]
    if actor.post_kind in READERS:
        return [("division", actor.division)]
    return [("department", actor.department)] if actor.post_kind in OF_DEPARTMENT else []


def _row(guidance: Guidance, facts: GuidanceFacts) -> Values:
    matter = guidance.matter
    assert matter is not None
    return {
        "stage": guidance.stage.value,
        "number": guidance.number,
        "division": matter.division,
        "department": matter.department,
        "item": matter.item,
        "standard": matter.standard,
        "title": matter.title,
        "subject": guidance.subject,
        "draft": matter.draft,
        "topic": guidance.topic,
        "hard": guidance.hard,
        "at_desk": guidance.at_desk,
        "asked_on": guidance.asked_on,
        "answer_by": guidance.answer_by,
        "due_on": guidance.answer_by if guidance.stage in WAITING else None,
        "done_on": guidance.done_on,
        "notice": guidance.notice,
        "late": guidance.late,
        "closed_on": guidance.closed_on,
        "moved_at": guidance.moved_at,
    }


NOTICE = "guidance_notice"  # 辅导告知单


def _number(event: Any, guidance: Guidance, facts: GuidanceFacts) -> Numbered | None:
    """The number of a guidance, 辅导, division, year, number; and that of its notice."""
    if isinstance(event, NoticeIssued) and guidance.matter:
        matter = published_standard(guidance.matter.standard).number_word
        return number_document(event, NOTICE, guidance.matter.department, facts.today, matter=matter, kept=True)
    if not isinstance(event, Asked):
        return None
    division, year = event.matter.division, facts.today.year
    return Numbered(f"guidance/{division}/{year}", lambda n: replace(event, number=f"FD{division}{year}{n:05d}"))


CODEC = Codec({snake_case(cls.__name__): cls for cls in get_args(GuidanceEvent)}, Guidance)
GUIDANCE: Aggregate[Guidance, GuidanceFacts] = Aggregate(
    kind="guidance",
    label="咨询辅导",
    life=acts.LIFE,
    codec=CODEC,
    blank=Guidance,
    facts=_facts,
    next_moment=acts.next_moment,
    last_moment=lambda guidance: guidance.moved_at,
    row=Row(GuidanceRow, _row),
    scopes=Scopes(_scopes, _of_reader),
    alive="due_on is not null",
    absent=("no-such-guidance", "没有这件咨询辅导，或者您无权查看。", "请从“我的咨询辅导”或者“咨询辅导”重新进入。"),
    papers=lambda event, guidance: NOTICE if isinstance(event, NoticeIssued) else "",
    number=_number,
    flattener=lambda id: GuidanceFlattener(id, CODEC),
    reads={"calendar": "(select coalesce(max(id), 0) from org_calendaryear)", **reads_of(DAYS.scope)},
)
