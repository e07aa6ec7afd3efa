"""The manuscript of a revision: read by whom the revision exists for, changed by officers of its department while it is
drafted. Two people at once lose nothing: what one changed is merged with what the other did.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from yichuang.aggregates.door import read_lives
from yichuang.aggregates.refusal import Kind, require
from yichuang.catalog.drafting.content import Content, content_of
from yichuang.catalog.drafting.lines import list_lines
from yichuang.catalog.drafting.merge import NO_CHOICE, Marks, Merged, merge
from yichuang.catalog.models import Manuscript
from yichuang.catalog.models import Revision as RevisionRow
from yichuang.catalog.queries import standard
from yichuang.catalog.revising.acts import CLAUSE
from yichuang.catalog.revising.declared import DRAFTERS, REVISION
from yichuang.catalog.revising.facts import Work
from yichuang.catalog.revising.state import Stage
from yichuang.catalog.revising.working import check_content, head_of, read_store_facts
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import now


@dataclass(frozen=True, slots=True)
class Draft:
    """A manuscript as a reader sees it. `counter` grows with every saving; `editable`: whether this reader may save."""

    revision: RevisionRow
    content: Content
    counter: int
    edited_by: str
    edited_at: datetime
    editable: bool


def read_manuscript(actor: Actor, id: uuid.UUID) -> Draft | None:
    """The manuscript of a revision that exists for the reader; None otherwise. Two statements."""
    revision = REVISION.find(actor, id)
    if revision is None:
        return None
    row = Manuscript.objects.get(revision=id)
    editable = revision.stage == Stage.DRAFTING and _may_edit(actor, revision)
    return Draft(revision, row.content, row.counter, row.edited_by, row.edited_at, editable)


def list_known_rows(draft: Draft) -> set[str]:
    """The lines of rows that the version it starts from has, and of those that a comment names: they may be gone, and
    their ids still mean them. Two statements at most.
    """
    base = draft.revision.base
    lists = list_lines(content_of(standard(base))).rows if base else {}
    known = {f"{at}/{id}" for at, ids in lists.items() for id in ids}
    commented = (
        comment.line for comment in read_lives(REVISION, [draft.revision.pk])[draft.revision.pk].state.comments
    )
    return known.union(*({line, line.rpartition("/")[0]} for line in commented))


@transaction.atomic
def save_manuscript(
    actor: Actor, id: uuid.UUID, sent: Content, seen: Marks, chosen: Mapping[str, str] = NO_CHOICE
) -> Merged:
    """Keep what a page that had shown `seen` (`marks_of`) now says: merged with what others changed meanwhile. Answers
    what is kept, and the lines in dispute. Raises Refused. Five statements at most.
    """
    row = Manuscript.objects.select_for_update().filter(revision=id).first()
    revision = REVISION.find(actor, id)
    if row is None or revision is None:
        raise REVISION.refuse_absent()
    demand_editable(actor, revision)
    merged = merge(seen, row.content, sent, chosen)
    if merged.content != row.content:
        row.content, row.counter = merged.content, row.counter + 1
        row.editors = sorted({*row.editors, actor.person, actor.on_behalf_of} - {""})
        row.edited_by, row.edited_at = actor.person, now()
        row.save()
    return merged


def _may_edit(actor: Actor, revision: RevisionRow) -> bool:
    return actor.post_kind in DRAFTERS and actor.department == revision.department


def demand_editable(actor: Actor, revision: RevisionRow) -> None:
    """Raises Refused where the manuscript is not this actor's to change, or not now."""
    require(
        _may_edit(actor, revision),
        "not-drafter",
        "办事规程由实施部门的审查岗或者负责人起草。",
        clause=CLAUSE,
        next="请由实施部门修改；政务服务办可以逐处提出意见。",
        kind=Kind.FORBIDDEN,
    )
    require(
        revision.stage == Stage.DRAFTING,
        "not-drafting",
        f"这份规程现在是“{Stage(revision.stage).label}”，内容已经封存，不能修改。",
        clause=CLAUSE,
        next=Stage(revision.stage).cure,
        kind=Kind.STALE,
    )


def check_manuscript(draft: Draft, day: date) -> Work:
    """What the manuscript would be published as from a day, today or later, and what is wrong with it now. Five
    statements at most.
    """
    return check_content(draft.content, head_of(draft.revision, day), "", read_store_facts(day))
