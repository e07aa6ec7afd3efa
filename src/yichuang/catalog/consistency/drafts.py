"""What a county's standard would differ in, while it is a revision that is not published yet (3.2c)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from yichuang.aggregates.refusal import Refused
from yichuang.catalog.consistency.attributes import CountyDifference, Written, compare_with_base, written_of
from yichuang.catalog.consistency.deviation import Found
from yichuang.catalog.models import Deviation, Listed, Manuscript, Revision
from yichuang.catalog.queries import standard
from yichuang.catalog.revising.state import WRITTEN
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
    out = []
    for row in rows:
        written = Written(contents[row.pk], row.name, organ.code, organ.name)
        for found in _differ(written, row.division, row.item, _base_of(row)):
            out.append(_found(found, row.division, row.item, row.name, department))
    answered = {(row.item, row.line, row.mark) for row in _answers(rows[0].division, {row.item for row in rows})}
    return [found for found in out if (found.item, found.line, found.mark) not in answered]


def _found(differs: CountyDifference, division: str, item: str, name: str, department: str) -> Found:
    said = differs.difference
    return Found(
        division, item, name, department, differs.attribute.value, said.line, said.words, said.before, said.after,
        differs.mark,
    )  # fmt: skip


def _find_base(item: str, on: date | None = None) -> str:
    """The key of the city's version in force on a day, or today; empty without one. One statement."""
    listed = Listed.objects.filter(division=city_code(), item=item).first()
    if listed is None:
        return ""
    comes = listed.next_id is not None and listed.next_from is not None and listed.next_from <= (on or local_day(now()))
    return (listed.next_id if comes else listed.current_id) or ""


def _base_of(row: Revision) -> str:
    return row.follows if row.follows and stands(row.follows) else _find_base(row.item)


def stands(base: str) -> bool:
    """Whether a version of the city's is in force, was, or will be: not when it was taken back before its day. One
    statement.
    """
    division, item, version = base.split("/")
    row = Listed.objects.filter(division=division, item=item).first()
    newest = [key for key in (row.current_id, row.next_id) if key] if row else []
    return any(int(version) <= int(key.rpartition("/")[2]) for key in newest)


def _differ(written: Written, division: str, item: str, base: str) -> list[CountyDifference]:
    """The differences from a base; none for the city itself, nor for an item that it has no standard of."""
    if not base or division == city_code():
        return []
    return compare_with_base(written_of(standard(base)), written)


def _answers(division: str, items: Iterable[str]) -> list[Deviation]:
    rows = Deviation.objects.filter(division=division, item__in=list(items), stage__in=_ANSWERED)
    return list(rows.order_by("stage", "moved_at"))


def list_answers(county: Standard, on: date) -> list[tuple[CountyDifference, Deviation | None]]:
    """The differences of a county's version from the base on its first day, each with the deviation that answers for
    it. Two statements.
    """
    differences = _differ(written_of(county), county.division, county.item, _find_base(county.item, on))
    rows = _answers(county.division, [county.item]) if differences else []
    answers = {(row.line, row.mark): row for row in reversed(rows)}  # an approved one before one that waits
    return [(found, answers.get((found.line, found.mark))) for found in differences]


def refuse_deviating(county: Standard, on: date, today: date) -> Refused | None:
    """What keeps the office from approving a county's version from a day on: a line that differs from the base
    without a reason, or with one on which the city's department can still remark (3.2c). Two statements.
    """
    answers = list_answers(county, on)
    missing = [found.difference.words for found, answer in answers if answer is None]
    if missing:
        told = "；".join(missing[:_MOST_NAMED]) + (f"……共{len(missing)}处" if len(missing) > _MOST_NAMED else "")
        message = f"与市级基准不同而没有说明理由：{told}。"
        next = "请实施部门在“市县统一”逐处“说明偏差理由”，或者改回与基准一致。"
        return Refused("deviates-unexplained", message, clause=CLAUSE, next=next)
    for _, answer in answers:
        if answer and answer.stage == "explained" and not answer.remarks and today <= answer.remarks_until:
            until = chinese_date(answer.remarks_until)
            message = f"“{answer.words}”的理由，市级部门在{until}前（含当日）可以提出意见，还没有提出。"
            return Refused("remarks-open", message, clause=CLAUSE, next="请等意见提出或者期满后再审定。")
    return None
