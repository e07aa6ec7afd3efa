"""Reads of the list: what an item is now, why nothing is taken in for one that ended, and every move. All public."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import Case, Count, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value, When

from yichuang.aggregates.models import Upload
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.catalog.document import load_document
from yichuang.catalog.listing.acts import refuse_founding
from yichuang.catalog.listing.resembling import EndedItem
from yichuang.catalog.listing.state import Ground, Stage, Transition, words_of_ground
from yichuang.catalog.models import Item, ListMove, Published
from yichuang.catalog.queries import current_key
from yichuang.catalog.standard import Standard
from yichuang.kernel.localtime import chinese_date, local_day
from yichuang.ledger.service import now

FOUNDING = words_of_ground(Ground.FOUNDING)
ASK = "请在首页搜索现在的事项，或者到窗口咨询。"
PAGE = 50  # items on a page of the list
_ONCE = ("once_confirmed", "once_dropped")
_ORDER = (Stage.ENDING, Stage.LISTED, Stage.ENDED)


@dataclass(frozen=True, slots=True)
class End:
    """Why nothing is taken in for an item any more, what to do instead, what becomes of open cases. `into`: the code
    of the item it was merged into, where that has a guide.
    """

    name: str
    why: str
    instead: str
    open_cases: str
    into: str = ""

    @property
    def next(self) -> str:
        return f"{self.instead}此前已经收件的，{self.open_cases}"


def find_end(division: str, code: str) -> End | None:
    """What ended an item, when it has ended; None for one that was never listed, or is. Four statements at most."""
    item = Item.objects.filter(division=division, code=code, ends_on__isnull=False).first()
    if item is None or item.ends_on is None or item.is_open(local_day(now())):
        return None
    return describe_end(item)


def describe_end(item: Item) -> End:
    """In words that hold before the day and after it. The item has a day on which it ends. Two statements for one that
    is merged, none for others.
    """
    assert item.ends_on is not None
    whole = Item.objects.filter(division=item.division, code=item.merged_into).first() if item.merged_into else None
    word = f"并入“{whole.name}”" if whole else "取消"
    why = f"“{item.name}”依{item.ended_by}自{chinese_date(item.ends_on)}起{word}，当日起不再受理申请。"
    instead = f"需要办理的，请改为申请“{whole.name}”。" if whole else "本级不再办理这项审批。"
    guided = whole is not None and current_key(item.division, whole.code) is not None
    return End(item.name, why, instead, describe_transition(item), item.merged_into if guided else "")


def describe_transition(item: Item) -> str:
    """What becomes of the cases that are open when an item ends. It has a day on which it does."""
    assert item.ends_on is not None
    match Transition(item.transition):
        case Transition.FINISH:
            return "按原规程办结，不受影响。"
        case Transition.END:
            return f"到{chinese_date(item.ends_on)}还没有作出决定的终止办理；已经作出决定的不受影响。"
    return f"按决定办理：{item.rule}"


def ends_open_cases(division: str, code: str, day: date) -> bool:
    """Whether an item ends by a day, with the cases that are open then. One statement."""
    ending = Item.objects.filter(division=division, code=code, transition=Transition.END, ends_on__lte=day)
    return ending.exists()


def find_ends(division: str, codes: Collection[str]) -> dict[str, date]:
    """The first day on which nothing is taken in, by code, of those of these items that have one. One statement."""
    rows = Item.objects.filter(division=division, code__in=codes, ends_on__isnull=False)
    return {code: day for code, day in rows.values_list("code", "ends_on") if day}


def refuse_unlisted(division: str, code: str) -> Refused:
    """The refusal of an application for an item that takes none."""
    end = find_end(division, code)
    if end is None:
        return Refused("not-listed", "这个事项已经不再办理。", next=ASK, kind=Kind.RULE)
    return _refuse_ended(end)


def find_open_key(division: str, code: str) -> str | None:
    """The key of the version in force for new cases; None for an item that is not known there. Raises Refused for one
    that has ended. One statement, two more where there is no key.
    """
    key = current_key(division, code)
    if key is None and (end := find_end(division, code)):
        raise _refuse_ended(end)
    return key


def _refuse_ended(end: End) -> Refused:
    return Refused("item-ended", end.why, clause="3.1b", next=end.next)


def is_list_moved(division: str) -> bool:
    """Whether the office has moved the list of a division, which ends its founding. One statement."""
    moves = ListMove.objects.filter(division=division).exclude(words=FOUNDING)
    return moves.exclude(kind__in=_ONCE).exists()


@dataclass(frozen=True, slots=True)
class ListStanding:
    """What the list of a division says on a day of an item, with the number of its newest published version (0 without
    any), and of the items that have ended.
    """

    day: date
    item: Item | None
    newest: int
    ended: tuple[EndedItem, ...]


def read_standing(division: str, code: str, day: date) -> ListStanding:
    """How an item stands on a list. One statement; one more for an item that is not on it, and after one has ended."""
    newest = Published.objects.filter(division=OuterRef("division"), item=OuterRef("code")).order_by("-version")
    rows = Item.objects.filter(Q(code=code) | Q(ends_on__lte=day), division=division).order_by("code")
    version, key, digest = (Subquery(newest.values(name)[:1]) for name in ("version", "key", "digest"))
    found = list(rows.annotate(last_version=version, last_key=key, last_digest=digest))
    item = next((row for row in found if row.code == code), None)
    gone = [row for row in found if not row.is_open(day)]
    last = _read_last(tuple((row.last_key, row.last_digest) for row in gone if row.last_key))
    ended = tuple(EndedItem(i.code, i.name, i.ended_by, i.merged_into, last.get(i.code)) for i in gone)
    if item is not None:
        return ListStanding(day, item, item.last_version or 0, ended)
    versions = Published.objects.filter(division=division, item=code).order_by("-version")
    return ListStanding(day, None, versions.values_list("version", flat=True).first() or 0, ended)


@lru_cache(maxsize=16)
def _read_last(versions: tuple[tuple[str, str], ...]) -> dict[str, Standard]:
    """The standards of these keys and digests, by code of the item. One statement, none for what was read before: they
    never change.
    """
    keys = [key for key, _ in versions]
    rows = Published.objects.filter(key__in=keys).values_list("item", "document") if keys else ()
    return {item: load_document(document) for item, document in rows}


def find_list_fault(standard: Standard, standing: ListStanding) -> Refused | None:
    """What keeps a standard from being published as the list stands: its item is not on it, has ended on the first day
    of the standard, or is there under another name or department. No statement; one for an item that is not on it.
    """
    division, department = standard.division, f"{standard.division}/{standard.department}"
    item = standing.item
    if item is None:
        return refuse_founding(standard.name) if is_list_moved(division) else None
    if not item.is_open(max(standing.day, date.fromisoformat(standard.valid_from))):
        message = f"“{item.name}”已依{item.ended_by}退出清单，不能再发布规程。"
        return Refused("item-ended", message, clause="3.1b", next="请核对审批事项清单。")
    if (item.name, item.department) == (standard.name, department):
        return None
    ours, theirs = (f"{standard.name}，{department}", f"{item.name}，{item.department}")
    message = f"规程的名称、实施部门（{ours}）与清单（{theirs}）不一致。"
    next = "请按清单改正规程；清单有误的，请政务服务办先调整清单。"
    return Refused("list-differs", message, clause="3.2a", next=next)


def find_unexamined(standard: Standard) -> Refused | None:
    """What keeps a standard from being published without an examination (3.2d): only the first version of an item of
    the first list may be. Two statements at most.
    """
    known = {"division": standard.division}
    listed = Item.objects.filter(**known, code=standard.item).exclude(ground=Ground.FOUNDING)
    if not listed.exists() and not Published.objects.filter(**known, item=standard.item).exists():
        return None
    message = f"“{standard.name}”的这一版没有经同级政务服务办审定，不能发布。"
    next = "请实施部门在工作台“规程编制”起草，部门负责人签署，再由同级政务服务办审定。"
    return Refused("not-examined", message, clause="3.2d", next=next)


def list_items(division: str) -> QuerySet[Item]:
    """The items of a division by code: those that end soon, those on the list, those that have ended."""
    rank = Case(*(When(stage=stage, then=Value(place)) for place, stage in enumerate(_ORDER)))
    return Item.objects.filter(division=division).order_by(rank, "code")


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """What the list is narrowed to: `text` in a name that an item has or had, or at the head of its code; a department;
    a stage.
    """

    text: str = ""
    department: str = ""
    stage: str = ""


@dataclass(frozen=True, slots=True)
class ItemPage:
    """A page of the list, how many items the filter leaves, and how many the whole list counts: not those that have
    ended, nor those that were split from another.
    """

    rows: list[Item]
    total: int
    number: int
    counted: int


def find_items(division: str, filter: ItemFilter, number: int) -> ItemPage:
    """A page of the list; the last one where so many are not there. Two statements."""
    rows, wanted = list_items(division), Q()
    if text := filter.text.strip():
        wanted &= Q(name__icontains=text) | Q(former_names__icontains=text) | Q(code__istartswith=text)
    if filter.department:
        wanted &= Q(department=filter.department)
    if filter.stage:
        wanted &= Q(stage=filter.stage)
    listed = Q(part_of="") & ~Q(stage=Stage.ENDED)
    counts = rows.aggregate(total=Count("pk", filter=wanted or None), counted=Count("pk", filter=listed))
    number = min(number, -(-counts["total"] // PAGE) or 1)
    shown = list(rows.filter(wanted)[(number - 1) * PAGE : number * PAGE])
    return ItemPage(shown, counts["total"], number, counts["counted"])


def list_by_codes(division: str, codes: Collection[str]) -> list[Item]:
    """The items of a division with these codes. One statement, none without codes."""
    return list(Item.objects.filter(division=division, code__in=codes).order_by("code")) if codes else []


def name_items(codes: Iterable[str]) -> dict[tuple[str, str], str]:
    """The names of the items with these codes, by division and code. One statement, none without codes."""
    wanted = set(codes)
    rows = Item.objects.filter(code__in=wanted).values_list("division", "code", "name") if wanted else ()
    return {(division, code): name for division, code, name in rows}


def list_moves(division: str, *, once: bool = False) -> QuerySet[ListMove]:
    """Every move of the list of a division since its founding, the latest first; with `once` instead what the office
    confirmed as done in one visit, which moves nothing.
    """
    rows = ListMove.objects.filter(division=division).exclude(words=FOUNDING).order_by("-day", "-seq", "code")
    return rows.filter(kind__in=_ONCE) if once else rows.exclude(kind__in=_ONCE)


def find_public_file(upload_id: uuid.UUID) -> Upload | None:
    """A file of a move that the office keeps open to everybody. Two statements at most."""
    upload = Upload.objects.filter(pk=upload_id, stream__startswith="listing/").first()
    if upload is None:
        return None
    moves = ListMove.objects.filter(stream=upload.stream, files__contains=str(upload_id))
    return upload if moves.exists() else None


def count_founding(division: str) -> tuple[int, date | None]:
    """How many items the first list had, and the last day on which it was added to. One statement."""
    first = ListMove.objects.filter(division=division, words=FOUNDING).aggregate(number=Count("seq"), day=Max("day"))
    return first["number"], first["day"]


def count_over_time(division: str) -> list[tuple[date, int]]:
    """How many items the list had at the end of each day on which that number changed. One statement."""
    changes = (
        ListMove.objects.filter(division=division)
        .exclude(change=0)
        .order_by("day")
        .values("day")
        .annotate(total=Sum("change"))
    )
    out, number = [], 0
    for row in changes:
        number += row["total"]
        out.append((row["day"], number))
    return out
