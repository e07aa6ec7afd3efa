"""Rules that a city wrote as data, for programs: the list, and what the trial of a draft found. Their acts, and what
each asks, are those of every life.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Path, Router

from yichuang.faces.api import shapes
from yichuang.faces.api.caller import caller
from yichuang.faces.api.lives import absent
from yichuang.faces.api.problems import ProblemBody
from yichuang.supervision.own.declared import OWN_RULE
from yichuang.supervision.own.queries import ShownExample, find_draft, list_examples, list_own_rules

router = Router(tags=["监察"])
PROBLEMS = frozenset({400, 401, 403, 404, 422, 429, 503})
RuleId = Annotated[shapes.Id, Path(description="自定规则的 id")]


@dataclass(frozen=True, slots=True)
class OwnRuleRow:
    """`drafted`: whether a draft waits to be tried or put into force."""

    id: uuid.UUID
    code: str
    title: str
    division: str
    stage: str
    stage_label: str
    drafted: bool
    moved_at: datetime


@dataclass(frozen=True, slots=True)
class TrialFigures:
    """`judged` of `cases` could be judged; `unjudged` says of how many not, by why; `unconcerned` have none of the
    activities. `share` is `hit_cases` of `judged`, null where none was.
    """

    day: date
    cases: int
    judged: int
    unconcerned: int
    unjudged: dict[str, int]
    hits: int
    hit_cases: int
    share: float | None


@dataclass(frozen=True, slots=True)
class OwnTrial:
    """The trial of a draft: `trial` is null while it runs (`trying`) and before, and there is none without a draft.
    `examples` are the latest ten at most.
    """

    code: str
    trying: bool
    trial: TrialFigures | None
    examples: tuple[ShownExample, ...]


@router.get(
    "/rules/own", response={200: tuple[OwnRuleRow, ...], PROBLEMS: ProblemBody}, operation_id="list_own_rules",
    summary="自定规则列表",
    description="本区划的自定规则，新的在前，草稿作废的不列。电子监察、政务服务办和督查岗位以外，列表是空的。",
)  # fmt: skip
def listed(request: HttpRequest) -> tuple[OwnRuleRow, ...]:
    """The rules that exist for the caller."""
    return tuple(
        OwnRuleRow(row.pk, row.code, row.title, row.division, row.stage, stage.label, row.drafted, row.moved_at)
        for row, stage in list_own_rules(caller(request).actor())
    )


@router.get(
    "/rules/own/{rule_id}/trial", response={200: OwnTrial, PROBLEMS: ProblemBody}, operation_id="read_trial",
    summary="自定规则草稿的试算结果",
    description="查到多少、占所评判的几成、没有评判的原因，和最近的十个例子（只有可见区划的办件）。",
)  # fmt: skip
def trial(request: HttpRequest, rule_id: RuleId) -> OwnTrial:
    """What the draft would find. The same 404 whether it does not exist or is not the caller's."""
    actor = caller(request).actor()
    found = find_draft(actor, rule_id)
    if found is None:
        raise absent(OWN_RULE)
    code, draft = found
    if draft is None or draft.trial is None:
        return OwnTrial(code, draft is not None and draft.trying, None, ())
    told = draft.trial
    figures = TrialFigures(
        told.on, told.cases, told.judged, told.unconcerned, dict(told.unjudged), told.hits, told.hit_cases, told.share
    )
    return OwnTrial(code, False, figures, tuple(list_examples(actor.division, draft.content, told)))
