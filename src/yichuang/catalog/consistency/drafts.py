"""What a county's standard would differ in, while it is a revision that is not published yet (3.2c)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from yichuang.aggregates.refusal import Kind, Refused
from yichuang.catalog.consistency.attributes import CountyDifference, Written, compare_with_base, written_of
from yichuang.catalog.consistency.deviation import Found
from yichuang.catalog.models import Deviation, Item, Listed, Manuscript, Revision
from yichuang.catalog.queries import standard
from yichuang.catalog.revising.state import WRITTEN, Stage
from yichuang.catalog.standard import Standard
from yichuang.kernel.localtime import chinese_date, local_day
from yichuang.ledger.service import now
from yichuang.org.queries import city_code, departments_by_id

CLAUSE = "3.2c"
_ANSWERED = ("explained", "approved")
_MOST_NAMED = 5  # differences that a refusal names


def list_draft_differences(department: str) -> list[Found]:
    """The differences that nobody answered for, of what a county's department is drafting. One statement; three more
    while it drafts.
    """
    rows = list(Revision.objects.filter(department=department, stage__in=WRITTEN).order_by("item"))
    if not rows:
        return []
    organ = departments_by_id([department])[department]
    contents = dict(Manuscript.objects.filter(revision__in=[row.pk for row in rows]).values_list("revision", "content"))
    out: dict[tuple[str, str, str], Found] = {}
    for row in rows:
        written = Written(contents[row.pk], row.name, organ.code, organ.name)
        for base in _bases_of(row):
            for differs in _differ(written, row.division, base):
                key = (row.item, differs.line, differs.mark)
                out.setdefault(key, _found(differs, row.division, row.item, row.name, department))
    answered = {(row.item, row.line, row.mark) for row in _answers(rows[0].division, {row.item for row in rows})}
    return [found for key, found in out.items() if key not in answered]


def _found(differs: CountyDifference, division: str, item: str, name: str, department: str) -> Found:
    said = differs.difference
    return Found(
        division, item, name, department, differs.attribute.value, said.line, said.words, said.before, said.after,
        differs.mark,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bases:
    """The city's version in force on a day, and the one that comes into force after it; empty keys for none."""

    current: str = ""
    coming: str = ""
    since: date | None = None  # the first day of the coming one


def find_bases(item: str, on: date) -> Bases:
    """The bases of an item on a day; none once it has left the city's list. Two statements."""
    listed = Listed.objects.filter(division=city_code(), item=item).first()
    row = Item.objects.filter(division=city_code(), code=item).first()
    if listed is None or (row and not row.is_open(on)):
        return Bases()
    current, coming = listed.current_id or "", listed.next_id or ""
    if listed.next_from and listed.next_from > on:
        return Bases(current, coming, listed.next_from)
    return Bases(coming or current)


def _bases_of(row: Revision) -> tuple[str, ...]:
    """The bases that a version being drafted may meet on its first day: of one that follows the coming base, that."""
    bases = find_bases(row.item, local_day(now()))
    if bases.coming and bases.coming == row.follows:
        return (bases.coming,)
    return tuple(filter(None, (bases.coming, bases.current)))


def list_standing(bases: Collection[str]) -> set[str]:
    """Those of these versions of the city's that are in force, were, or will be: not those that were taken back before
    their day. Two statements; none without any.
    """
    if not bases:
        return set()
    items = {base.split("/")[1] for base in bases}
    newest = {
        row.item: max(int(key.rpartition("/")[2]) for key in (row.current_id, row.next_id) if key)
        for row in Listed.objects.filter(division=city_code(), item__in=items).exclude(current=None, next=None)
    }
    taken_back = set(Revision.objects.filter(key__in=bases, stage=Stage.WITHDRAWN).values_list("key", flat=True))
    kept = ((base, *base.split("/")[1:]) for base in bases if base not in taken_back)
    return {base for base, item, version in kept if int(version) <= newest.get(item, 0)}


def _differ(written: Written, division: str, base: str) -> list[CountyDifference]:
    """The differences from a base; none for the city itself, nor for an item that it has no standard of."""
    if not base or division == city_code():
        return []
    return compare_with_base(written_of(standard(base)), written)


def _answers(division: str, items: Iterable[str]) -> list[Deviation]:
    rows = Deviation.objects.filter(division=division, item__in=list(items), stage__in=_ANSWERED)
    return list(rows.order_by("stage", "moved_at"))


Answered = list[tuple[CountyDifference, Deviation | None]]


def list_answers(county: Standard, on: date) -> Answered:
    """The differences of a county's version from the base on its first day, each with the deviation that answers for
    it. Three statements.
    """
    return _answer(county, find_bases(county.item, on).current)


def _answer(county: Standard, base: str) -> Answered:
    differences = _differ(written_of(county), county.division, base)
    rows = _answers(county.division, [county.item]) if differences else []
    answers = {(row.line, row.mark): row for row in reversed(rows)}  # an approved one before one that waits
    return [(found, answers.get((found.line, found.mark))) for found in differences]


def _words_unanswered(answered: Answered) -> list[str]:
    return [found.difference.words for found, answer in answered if answer is None]


def refuse_deviating(county: Standard, on: date, today: date, follows: str = "") -> Refused | None:
    """What keeps the office from approving a county's version from a day on: a line that differs from the base
    without a reason, or with one on which the city's department can still remark (3.2c). `follows`: key of the base
    whose change it carries out. Four statements.
    """
    bases = find_bases(county.item, on)
    answered = _answer(county, bases.current)
    missing = _words_unanswered(answered)
    if missing and bases.coming:
        later = _words_unanswered(_answer(county, bases.coming))
        if not later:
            return _refuse_before(bases, missing, follows)
        if bases.coming == follows:
            missing = later
    if missing:
        message = f"与市级基准不同而没有说明理由：{_name_some(missing)}。"
        next = "请实施部门在“市县统一”逐处“说明偏差理由”，或者改回与基准一致。"
        return Refused("deviates-unexplained", message, clause=CLAUSE, next=next)
    for _, answer in answered:
        if answer and answer.stage == "explained" and not answer.remarks and today <= answer.remarks_until:
            until = chinese_date(answer.remarks_until)
            message = f"“{answer.words}”的理由，市级部门在{until}前（含当日）可以提出意见，还没有提出。"
            return Refused("remarks-open", message, clause=CLAUSE, next="请等意见提出或者期满后再审定。")
    return None


def _refuse_before(bases: Bases, missing: list[str], follows: str) -> Refused:
    """The refusal of a first day on which the former base still holds, of a version that agrees with the coming one."""
    assert bases.since is not None
    day, version = chinese_date(bases.since), bases.coming.rpartition("/")[2]
    message = f"与它一致的市级基准第{version}版自{day}起施行；在那以前，与现行基准不同：{_name_some(missing)}。"
    early = "" if bases.coming == follows else "；确需提前的，请实施部门逐处说明偏差理由"
    next = f"施行日期请写{day}或者以后{early}。"
    return Refused("before-base", message, clause=CLAUSE, next=next, kind=Kind.INPUT, field="on")


def _name_some(words: list[str]) -> str:
    return "；".join(words[:_MOST_NAMED]) + (f"……共{len(words)}处" if len(words) > _MOST_NAMED else "")
