"""What the mechanism of every life needs to know of deviations and proposals: their rows, and what their facts are."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any, get_args

from yichuang.aggregates.acts import snake_case
from yichuang.aggregates.aggregate import Aggregate, Locked
from yichuang.aggregates.codec import Codec
from yichuang.aggregates.scopes import Scopes
from yichuang.aggregates.settings import all_values
from yichuang.aggregates.tables import Row
from yichuang.catalog.consistency import deviation_acts, proposal
from yichuang.catalog.consistency.deviation import Deviation, Found
from yichuang.catalog.consistency.deviation import Event as DeviationEvent
from yichuang.catalog.consistency.drafts import list_draft_differences
from yichuang.catalog.consistency.parameters import DAYS
from yichuang.catalog.consistency.proposal import Proposal, Target
from yichuang.catalog.consistency.queries import list_judged
from yichuang.catalog.models import Deviation as DeviationRow
from yichuang.catalog.models import Item
from yichuang.catalog.models import Proposal as ProposalRow
from yichuang.catalog.models import Revision as RevisionRow
from yichuang.catalog.revising.state import WRITTEN
from yichuang.catalog.revising.state import Stage as RevisionStage
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import Actor
from yichuang.org.models import Division
from yichuang.org.queries import city_code, get_calendar, name_of_office

DRAFTERS = deviation_acts.DRAFTERS
READERS = frozenset({"office", "supervisor", "inspector"})  # of what concerns their division


def add_days(today: date, name: str) -> date:
    """The day so many working days from today as a parameter says. Two statements."""
    return get_calendar().add(today, all_values(DAYS)[name])


def list_unexplained(department: str) -> dict[str, Found]:
    """The differences of a county's department that nobody answered for, in force or being drafted, by key. Four
    statements, more while its standards are revised.
    """
    division = department.partition("/")[0]
    judged = [row.found for row in list_judged(division, department=department) if not row.stage]
    return {found.key: found for found in (*judged, *list_draft_differences(department))}


def _deviation_facts(locked: Locked[Deviation], command: Any, actor: Actor) -> deviation_acts.DeviationFacts:
    """No statement; the questions are asked when they are needed."""
    today = local_day(locked.now)
    city = city_code()
    differences = cache(lambda: list_unexplained(actor.department) if actor.division != city else {})
    until = cache(lambda: add_days(today, "remark"))
    return deviation_acts.DeviationFacts(
        locked.now, actor, city, differences, until, lambda: name_of_office(actor.division)
    )


def _deviation_row(deviation: Deviation, facts: Any) -> dict[str, Any]:
    found, approved = deviation.found, deviation.approved
    return {
        "stage": deviation.stage.value,
        "division": found.division,
        "item": found.item,
        "line": found.line,
        "mark": found.mark,
        "attribute": found.attribute,
        "words": found.words,
        "department": found.department,
        "reason": deviation.reason,
        "remarks": len(deviation.remarks),
        "remarks_until": deviation.remarks_until,
        "document": approved.document if approved else "",
        "approved_by": approved.by if approved else "",
        "approved_on": approved.on if approved else None,
        "moved_at": deviation.moved_at,
    }


def _scopes(department: str) -> list[tuple[str, str]]:
    """Who has to do with what a county's department does of a base: itself, those of its line, both offices."""
    division, _, code = department.partition("/")
    return [("department", department), ("line", code), ("division", division), ("division", city_code())]


def _of_reader(actor: Actor) -> list[tuple[str, str]]:
    if actor.post_kind in READERS:
        return [("division", actor.division)]
    if actor.post_kind not in deviation_acts.DRAFTERS:
        return []
    division, _, code = actor.department.partition("/")
    return [("line", code)] if division == city_code() else [("department", actor.department)]


def _kinds(events: Any) -> dict[str, type[Any]]:
    return {snake_case(cls.__name__): cls for cls in get_args(events)}


DEVIATION: Aggregate[Deviation, deviation_acts.DeviationFacts] = Aggregate(
    kind="deviation",
    label="市县偏差",
    life=deviation_acts.LIFE,
    codec=Codec(_kinds(DeviationEvent), Deviation),
    blank=Deviation,
    facts=_deviation_facts,
    next_moment=lambda deviation, facts: None,
    last_moment=lambda deviation: deviation.moved_at,
    row=Row(DeviationRow, _deviation_row),
    scopes=Scopes(lambda deviation: _scopes(deviation.found.department), _of_reader),
    alive="false",
    absent=("no-such-deviation", "没有这处偏差，或者不由您的岗位查看。", "请从“市县统一”重新进入。"),
)


def _proposal_facts(locked: Locked[Proposal], command: Any, actor: Actor) -> proposal.ProposalFacts:
    """No statement; the questions are asked when they are needed."""
    today = local_day(locked.now)

    @cache
    def targets() -> dict[str, Target]:
        code = actor.department.partition("/")[2]
        places = dict(Division.objects.filter(parent=actor.division, level="county").values_list("code", "name"))
        rows = Item.objects.filter(department__in=[f"{place}/{code}" for place in places]).order_by("division", "code")
        known = (Target(row.division, row.code, row.name, row.department, places[row.division]) for row in rows
                 if row.is_open(today))  # fmt: skip
        return {f"{target.division}:{target.item}": target for target in known}

    @cache
    def revisions() -> dict[str, str]:
        target = locked.state.target
        rows = RevisionRow.objects.filter(division=target.division, item=target.item).order_by("version")
        stages = {*WRITTEN, RevisionStage.APPROVED}
        known = [row for row in rows if row.stage in stages]
        return {str(row.pk): f"{row.item}第{row.version}版（{RevisionStage(row.stage).label}）" for row in known}

    due_on = cache(lambda: add_days(today, "answer"))
    return proposal.ProposalFacts(locked.now, actor, city_code(), targets, revisions, due_on)


def _proposal_row(state: Proposal, facts: Any) -> dict[str, Any]:
    return {
        "stage": state.stage.value,
        "division": state.target.division,
        "item": state.target.item,
        "attribute": state.attribute,
        "words": state.words,
        "department": state.target.department,
        "proposer": state.proposer,
        "due_on": state.due_on,
        "answer": state.answer,
        "moved_at": state.moved_at,
    }


PROPOSAL: Aggregate[Proposal, proposal.ProposalFacts] = Aggregate(
    kind="proposal",
    label="市级建议",
    life=proposal.LIFE,
    codec=Codec(_kinds(proposal.Event), Proposal),
    blank=Proposal,
    facts=_proposal_facts,
    next_moment=lambda state, facts: None,
    last_moment=lambda state: state.moved_at,
    row=Row(ProposalRow, _proposal_row),
    scopes=Scopes(lambda state: _scopes(state.target.department), _of_reader),
    alive="false",
    absent=("no-such-proposal", "没有这条建议，或者不由您的岗位查看。", "请从“市县统一”重新进入。"),
)
