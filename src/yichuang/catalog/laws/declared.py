"""What the mechanism of every life needs to know of laws: their row, their tasks, and what their facts are."""

from __future__ import annotations

import uuid
from functools import cache
from typing import Any, get_args

from yichuang.aggregates.acts import snake_case
from yichuang.aggregates.aggregate import Aggregate, Locked
from yichuang.aggregates.codec import Codec, adapter_of
from yichuang.aggregates.settings import reads_of, settings_upto
from yichuang.aggregates.tables import Owned, Row
from yichuang.catalog.laws import acts
from yichuang.catalog.laws.parameters import FOLLOWING
from yichuang.catalog.laws.queries import find_law_row, list_citing, names_of_law, read_register
from yichuang.catalog.laws.register import Citing
from yichuang.catalog.laws.state import Event, Law, Task, Version
from yichuang.catalog.models import Law as LawRow
from yichuang.catalog.models import LawTask
from yichuang.ledger.actor import Actor
from yichuang.org.door import calendar_upto
from yichuang.org.queries import city_code

_SPACE = uuid.UUID("6c0c3a46-52f3-4d0e-8a53-7a6f0a1f2d11")


def law_id(title: str) -> uuid.UUID:
    """The id of a law that is founded by its title: one for ever."""
    return uuid.uuid5(_SPACE, title)


def facts(locked: Locked[Law], command: Any, actor: Actor) -> acts.LawFacts:
    """The calendar, the days to follow a change, and the city. No statement once they are read."""
    beside = locked.beside
    set_days = settings_upto(FOLLOWING.scope, beside["parameters"], beside["announced"]).get("revise")
    days = set_days.value if set_days else FOLLOWING.parameters["revise"].default
    names = cache(lambda: frozenset(read_register().laws))
    return acts.LawFacts(locked.now, actor, city_code(), calendar_upto(beside["calendar"]), days, names=names)


def _citing(law: Law, command: Any, facts: acts.LawFacts) -> tuple[Citing, ...]:
    return list_citing(names_of_law(law))


def _row(law: Law, facts: acts.LawFacts) -> dict[str, Any]:
    about = law.about
    return {
        "stage": law.stage.value,
        "title": law.title,
        "rank": about.rank.value,
        "about": {
            "issuer": about.issuer, "number": about.number, "place": about.place, "aliases": list(about.aliases),
        },
        "publication": law.publication.value,
        "versions": adapter_of(tuple[Version, ...]).dump_python(law.versions, mode="json"),
        "checked": [{"version": c.version, "articles": list(c.articles)} for c in law.checked],
        "gone": law.gone,
        "gone_by": law.gone_by,
        "changes": law.changes,
        "judged": sorted([standard, change] for standard, change in law.judged),
        "moved_at": law.moved_at,
    }  # fmt: skip


def _tasks(law: Law, facts: acts.LawFacts, row: Any) -> list[dict[str, Any]]:
    return [_task(law, task) for task in law.tasks]


def _task(law: Law, task: Task) -> dict[str, Any]:
    division, item = task.item
    return {
        "number": task.number,
        "title": law.title,
        "change": task.change,
        "cause": task.cause.value,
        "division": division,
        "item": item,
        "standard": task.standard,
        "name": task.name,
        "department": task.department,
        "lines": list(task.lines),
        "opened_on": task.opened,
        "since": task.since,
        "due_on": task.due,
        "done": task.done.value if task.done else "",
        "done_on": task.done_on,
    }


KINDS: dict[str, type[Any]] = {snake_case(cls.__name__): cls for cls in get_args(Event)}
LAW: Aggregate[Law, acts.LawFacts] = Aggregate(
    kind="law",
    label="法规",
    life=acts.LIFE,
    codec=Codec(KINDS, Law),
    blank=Law,
    facts=facts,
    next_moment=lambda law, facts: None,
    last_moment=lambda law: law.moved_at,
    row=Row(LawRow, _row),
    owned=(Owned(LawTask, "law_id", "法规变动的任务", _tasks),),
    finds=find_law_row,
    alive="stage = 'held'",
    absent=("no-such-law", "法规库里没有这部法规。", "请从法规库重新进入。"),
    needs={"citing": _citing},
    beside={"calendar": "(select coalesce(max(id), 0) from org_calendaryear)", **reads_of(FOLLOWING.scope)},
)
