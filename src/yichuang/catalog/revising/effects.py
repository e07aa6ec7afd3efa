"""What a revision does to the rows that no stream makes again: its manuscript, what was submitted of it, and which
version of the standard is in force.
"""

from __future__ import annotations

from typing import Any

from yichuang.catalog.consistency.answering import approve_deviations
from yichuang.catalog.consistency.merging import merge_change
from yichuang.catalog.drafting.content import LISTS, Content, content_of
from yichuang.catalog.laws.service import follow_publication
from yichuang.catalog.models import Manuscript, Submission
from yichuang.catalog.queries import standard as published_standard
from yichuang.catalog.revising.facts import RevisionFacts
from yichuang.catalog.revising.state import (
    Approved,
    Begun,
    EnteredForce,
    Followed,
    Returned,
    Revision,
    SentBack,
    Stage,
    Submitted,
    Told,
    Withdrawn,
)
from yichuang.catalog.revising.working import write_content
from yichuang.catalog.service import complete_change, put_in_force, take_back


def carry_effect(event: Any, revision: Revision, facts: RevisionFacts) -> None:
    """What an event brings about besides, in the transaction of its entry."""
    match event:
        case Begun(base=base, follows=follows):
            content = content_of(published_standard(base)) if base else blank_content()
            if follows:
                content = merge_change(follows.since, follows.base, published_standard(base), content).content
            Manuscript.objects.create(revision=revision.id, content=content, edited_at=facts.now)
        case Told(follows=follows) if revision.stage is Stage.DRAFTING:
            _merge(follows, revision, facts)
        case SentBack() | Returned() if revision.told_late and revision.follows:
            _merge(revision.follows, revision, facts)
        case Submitted(digest=digest):
            content = Manuscript.objects.values_list("content", flat=True).get(revision=revision.id)
            Submission.objects.get_or_create(digest=digest, defaults={"content": write_content(content)})
        case Approved(on=on):
            standard = facts.work().standard
            assert standard is not None  # it was examined
            approve_deviations(standard, on, facts.actor)
            put_in_force(standard, facts.actor, revision.id, on)
        case EnteredForce():
            complete_change(revision.division, revision.item)
            follow_publication(published_standard(revision.key))
        case Withdrawn() if revision.key:
            take_back(published_standard(revision.key), facts.actor)


def _merge(follows: Followed, revision: Revision, facts: RevisionFacts) -> None:
    """Take the change of the city's base into the manuscript (3.2b)."""
    row = Manuscript.objects.select_for_update().get(revision=revision.id)
    own = published_standard(revision.base)
    row.content = merge_change(follows.since, follows.base, own, row.content).content
    row.counter, row.edited_at = row.counter + 1, facts.now
    row.save()


def blank_content() -> Content:
    """The content of a standard that nobody has written yet."""
    return {"confidence": "", "promised_confidence": "", "result": {"confidence": ""}} | {name: [] for name in LISTS}
