"""What the mechanism of every life needs to know of revisions: their row, and what their facts are."""

from __future__ import annotations

import uuid
from datetime import date
from functools import cache
from typing import Any, get_args

from django.db.models import Max

from yichuang.aggregates.acts import snake_case
from yichuang.aggregates.aggregate import Aggregate, Entailed, Locked
from yichuang.aggregates.codec import Codec
from yichuang.aggregates.refusal import Refused
from yichuang.aggregates.scopes import Scopes
from yichuang.aggregates.tables import Row
from yichuang.catalog.consistency.declared import add_days
from yichuang.catalog.consistency.drafts import list_standing, refuse_deviating
from yichuang.catalog.consistency.exercised import list_exercised
from yichuang.catalog.drafting.compare import name_rows
from yichuang.catalog.models import Item, Listed, Published
from yichuang.catalog.models import Revision as RevisionRow
from yichuang.catalog.parameters import find_review_months
from yichuang.catalog.revising import acts
from yichuang.catalog.revising.effects import carry_effect
from yichuang.catalog.revising.facts import Beginning, RevisionFacts, Work
from yichuang.catalog.revising.state import WRITTEN, EnteredForce, Event, Revision, Stage
from yichuang.catalog.revising.working import BESIDE, find_work, store_facts
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import Actor

DRAFTERS = frozenset({"reviewer", "head"})
READERS = frozenset({"office", "supervisor", "inspector"})  # of every revision of the division


def facts(locked: Locked[Revision], command: Any, actor: Actor) -> RevisionFacts:
    """No statement; the questions are asked when they are needed."""
    today = local_day(locked.now)

    @cache
    def items() -> dict[str, str]:
        rows = Item.objects.filter(division=actor.division, department=actor.department).order_by("code")
        return {row.code: f"{row.code} {row.name}" for row in rows if row.is_open(today)}

    @cache
    def beginning(code: str) -> Beginning | None:
        row = Item.objects.filter(division=actor.division, code=code).first()
        return find_beginning(row, today) if row else None

    @cache
    def work() -> Work:
        store = store_facts(today, locked.beside)
        return find_work(locked.state, getattr(command, "on", today), store, locked=isinstance(command, acts.Submit))

    lines = cache(lambda: name_rows(work().content))

    @cache
    def deviating() -> Refused | None:
        standard, follows = work().standard, locked.state.follows
        on = getattr(command, "on", today)
        return refuse_deviating(standard, on, today, follows.base if follows else "") if standard else None

    @cache
    def base_binds() -> bool:
        state = locked.state
        bases = {followed.base for followed in (state.follows, *state.owed) if followed}
        return bool(list_standing(bases)) and list_exercised(today, state.item).has(state)

    @cache
    def waiting_until() -> date | None:
        rows = Listed.objects.filter(division=locked.state.division, item=locked.state.item, next_from__gt=today)
        return rows.values_list("next_from", flat=True).first()

    follow_by = cache(lambda: add_days(today, "follow"))
    return RevisionFacts(
        locked.now, actor, items, beginning, work, lines, deviating, base_binds, follow_by, cache(find_review_months),
        waiting_until,
    )  # fmt: skip


def find_beginning(item: Item, today: date) -> Beginning:
    """What a revision of an item would begin from: its newest version, in force or waiting for its day. Three
    statements.
    """
    mine = {"division": item.division, "item": item.code}
    listed = Listed.objects.filter(**mine).first()
    base = (listed.next_id or listed.current_id or "") if listed else ""
    last = Published.objects.filter(**mine).aggregate(last=Max("version"))["last"] or 0
    former, open_stage = "", ""
    for row in RevisionRow.objects.filter(**mine):
        stage = Stage(row.stage)
        waits = stage is Stage.APPROVED and row.effective_on is not None and row.effective_on > today
        if stage in WRITTEN or waits:
            open_stage = stage.label
        if base and row.key == base:
            former = str(row.pk)
    return Beginning(item.name, last + 1, base, former, open_stage)


def _row(revision: Revision, facts: RevisionFacts) -> dict[str, Any]:
    owed = revision.owed[0] if revision.owed else None
    due = owed or revision.follows
    return {
        "stage": revision.stage.value,
        "division": revision.division,
        "item": revision.item,
        "name": revision.name,
        "department": revision.department,
        "version": revision.version,
        "base": revision.base,
        "comments": len(revision.open_comments),
        "effective_on": revision.effective_on,
        "review_on": revision.review_on,
        "key": revision.key,
        "follows": revision.follows.base if revision.follows else "",
        "owes": owed.base if owed else "",
        "due_on": due.due_on if due else None,
        "returned_on": revision.returned_on,
        "since": revision.since,
        "moved_at": revision.moved_at,
    }


def _supersede(event: Any, revision: Revision, facts: RevisionFacts) -> Entailed | None:
    """The version before it is no longer in force."""
    if not isinstance(event, EnteredForce) or not revision.former:
        return None
    return Entailed(REVISION, uuid.UUID(revision.former), lambda entered, seq: acts.Supersede(entered.key))


def _of_reader(actor: Actor) -> list[tuple[str, str]]:
    """The department that writes it, and those who watch the division."""
    if actor.post_kind in DRAFTERS and actor.department:
        return [("department", actor.department)]
    return [("division", actor.division)] if actor.post_kind in READERS else []


KINDS: dict[str, type[Any]] = {snake_case(cls.__name__): cls for cls in get_args(Event)}
REVISION: Aggregate[Revision, RevisionFacts] = Aggregate(
    kind="revision",
    label="规程编制",
    life=acts.LIFE,
    codec=Codec(KINDS, Revision),
    blank=Revision,
    facts=facts,
    next_moment=acts.next_moment,
    last_moment=lambda revision: revision.moved_at,
    row=Row(RevisionRow, _row),
    scopes=Scopes(lambda revision: [("department", revision.department), ("division", revision.division)], _of_reader),
    entails=_supersede,
    effect=carry_effect,
    alive="stage = 'approved'",
    beside=BESIDE,
    absent=("no-such-revision", "没有这份规程编制，或者不由您的岗位查看。", "请从“规程编制”重新进入。"),
)
