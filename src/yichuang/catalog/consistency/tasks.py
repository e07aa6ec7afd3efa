"""What city and counties have to do with standards, each with its day: to publish that of every listed item, to follow
the city's, to explain what differs. What supervision judges (3.2b, 3.2c).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, Max, OuterRef, Q

from yichuang.aggregates.settings import list_settings, value_on
from yichuang.catalog.consistency.drafts import list_standing
from yichuang.catalog.consistency.exercised import Exercised, list_exercised
from yichuang.catalog.consistency.parameters import DAYS
from yichuang.catalog.consistency.queries import Judged, list_judged
from yichuang.catalog.models import Comparison, Deviation, InForce, Item, ListMove, Published, Revision
from yichuang.catalog.revising.queries import list_last_returned
from yichuang.catalog.revising.state import WRITTEN, Stage
from yichuang.kernel.localtime import local_day
from yichuang.ledger.service import now
from yichuang.org.queries import get_calendar

FOLLOW, DEVIATE, PUBLISH = "follow", "deviate", "publish"
_AT_DEPARTMENT = frozenset({Stage.DRAFTING, Stage.HEAD})


@dataclass(frozen=True, slots=True)
class CountyTask:
    """A task of a department, until it hands the matter to its office. `base`: the city's version; of a standard to
    publish, the item. `number`: the version to follow, or how many differences have no reason.
    """

    division: str
    item: str
    kind: str
    base: str
    department: str
    number: int
    opened_on: date
    due_on: date
    done_on: date | None = None


def list_county_tasks() -> list[CountyTask]:
    """Every task of who still exercises the item. Twenty statements at most, however many there are; three where every
    item has its standard, and counties follow and differ in nothing.
    """
    today = local_day(now())
    missing = list(list_missing(today))
    followed = list_following(today)
    differing = [row for row in list_judged() if row.base and not row.stage]
    at_office = _list_at_office(today) if differing else set()
    keys = {_base_of(row) for row in followed} | {key for row in differing for key in (row.base, row.county)}
    first_days = _first_days(keys) if keys else {}
    following = [_task_of(row, first_days[_base_of(row)][0]) for row in followed if row.due_on]
    answering = at_office | {(task.division, task.item) for task in following if task.done_on is None}
    waiting = [row for row in differing if (row.division, row.item) not in answering]
    return [*following, *_deviating(waiting, first_days), *missing]


def list_missing(today: date) -> Iterator[CountyTask]:
    """The items that stay on a list and have no standard in force, unless the office has one to examine. One statement
    without any.
    """
    published = InForce.objects.filter(division=OuterRef("division"), item=OuterRef("code"))
    items = list(Item.objects.filter(~Exists(published), ends_on=None).order_by("division", "code"))
    if not items:
        return
    exercised, at_office, reckon = list_exercised(today), _list_at_office(today), reckon_publishing()
    for item in items:
        place = (item.division, item.code)
        if place in at_office or (*place, item.name, item.department) not in exercised.open:
            continue
        opened_on, due_on = reckon(place, item.listed_on)
        yield CountyTask(
            item.division, item.code, PUBLISH, f"{item.division}/{item.code}", item.department, 0, opened_on, due_on
        )  # fmt: skip


def reckon_publishing() -> Callable[[tuple[str, str], date], tuple[date, date]]:
    """Answers for an item (division, code) and the day on which it was listed: when the days to publish its first
    standard began, and the last of them. They begin when the item is listed or given to the department, or when a
    version comes back. Four statements, none for an answer.
    """
    calendar, set_days = get_calendar(), list_settings(DAYS, "publish")
    anew = [_last_moved(), list_last_returned()]

    def answer(item: tuple[str, str], listed_on: date) -> tuple[date, date]:
        opened_on = max([listed_on, *(last[item] for last in anew if item in last)])
        return opened_on, calendar.add(opened_on, value_on(DAYS, "publish", set_days, opened_on))

    return answer


def list_following(today: date) -> list[Revision]:
    """The revisions that carry out a change of the city's, of what their department exercises. Six statements; one
    without any.
    """
    rows = list(Revision.objects.exclude(follows="").exclude(stage=Stage.WITHDRAWN).order_by("division", "item"))
    exercised = list_exercised(today) if rows else Exercised(frozenset(), frozenset(), {})
    mine = [row for row in rows if exercised.has(row)]
    standing = list_standing({_base_of(row) for row in mine if row.stage in WRITTEN})
    return [row for row in mine if row.stage not in WRITTEN or _base_of(row) in standing]


def _base_of(row: Revision) -> str:
    """The city's version that the day of a revision is for: the first that was not handed in, else what it follows."""
    return row.owes or row.follows


def _list_at_office(today: date) -> set[tuple[str, str]]:
    """The counties' items whose next version the office examines, or has approved for a day to come. One statement."""
    waits = Q(stage=Stage.EXAMINATION) | Q(stage=Stage.APPROVED, effective_on__gt=today)
    return set(Revision.objects.filter(waits).values_list("division", "item"))


def _first_days(keys: set[str]) -> dict[str, tuple[date, date]]:
    """The day of publication and the first day in force, by key. One statement."""
    out = {}
    for key, at, document in Published.objects.filter(key__in=keys).values_list("key", "published_at", "document"):
        published = local_day(at)
        out[key] = published, max(published, date.fromisoformat(json.loads(document)["valid_from"]))
    return out


def _task_of(row: Revision, opened_on: date) -> CountyTask:
    """The revision that follows a version: one task, of the first change that the department has not handed in, so
    that two changes in one revision are one lateness.
    """
    assert row.due_on is not None
    base = _base_of(row)
    open_still = row.stage in _AT_DEPARTMENT and bool(row.owes)
    return CountyTask(
        row.division, row.item, FOLLOW, base, row.department, int(base.rpartition("/")[2]), opened_on,
        row.due_on, None if open_still else local_day(row.since),
    )  # fmt: skip


def _last_declined() -> dict[tuple[str, str], date]:
    """The last day on which the office declined a deviation, by county and item: from then on it is to be undone."""
    rows = Deviation.objects.filter(stage="declined").values("division", "item").annotate(last=Max("moved_at"))
    return {(row["division"], row["item"]): local_day(row["last"]) for row in rows}


def _last_moved() -> dict[tuple[str, str], date]:
    """The last day on which an item was given to another department, by county and item. One statement."""
    rows = ListMove.objects.filter(kind="moved").values("division", "code").annotate(last=Max("day"))
    return {(row["division"], row["code"]): row["last"] for row in rows}


def _deviating(rows: list[Judged], first_days: dict[str, tuple[date, date]]) -> Iterator[CountyTask]:
    """The pairs in force that differ without a reason, with the day so many working days after both came into force
    and were compared, the office declined a reason or gave a version back, or the department was given the item. How
    many: as the parameter was on that day.
    """
    if not rows:
        return
    calendar, set_days = get_calendar(), list_settings(DAYS, "follow")
    pairs = {(row.division, row.item, row.base, row.county): row for row in rows}
    anew = [_last_declined(), _last_moved(), list_last_returned()]
    compared = Comparison.objects.filter(county__in={row.county for row in rows})
    made = {(county, base): day for county, base, day in compared.values_list("county", "base", "made_on")}
    numbers = Counter((row.division, row.item, row.base, row.county) for row in rows)
    for pair, row in pairs.items():
        days = [last[place] for last in anew if (place := (row.division, row.item)) in last]
        days.append(made.get((row.county, row.base), date.min))
        opened_on = max(first_days[row.base][1], first_days[row.county][1], *days)
        due_on = calendar.add(opened_on, value_on(DAYS, "follow", set_days, opened_on))
        yield CountyTask(
            row.division, row.item, DEVIATE, row.base, row.department, numbers[pair], opened_on, due_on
        )  # fmt: skip
