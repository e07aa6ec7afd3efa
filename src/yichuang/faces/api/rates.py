"""The three rates (4.1a) for programs: counted on a day, and what they leave out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from yichuang.faces.api import shapes
from yichuang.faces.api.caller import caller
from yichuang.faces.api.problems import Problem, ProblemBody
from yichuang.faces.api.reads import known_only
from yichuang.kernel.localtime import local_day
from yichuang.ledger.service import now
from yichuang.supervision import exclusions, rates
from yichuang.supervision.exclusions import KINDS, LONGEST, REASONS
from yichuang.supervision.rates import Missing, Rate, Share
from yichuang.supervision.reach import Reach, reach_of

if TYPE_CHECKING:
    from yichuang.supervision.models import Exclusion

router = Router(tags=["监察"])
PROBLEMS = frozenset({400, 401, 403, 409, 422, 429, 503})


class RatesQuery(shapes.Body):
    """A day, today without one; a division of the caller's reach, all of it without one."""

    day: shapes.Day | None = None
    division: Annotated[str, Field(max_length=6, pattern=r"^[0-9A-Z]*$")] = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """So many of so many; per mille rounded down, null when nothing is due."""

    have: int
    due: int
    per_mille: int | None


Shares = dict[str, Counted]


@dataclass(frozen=True, slots=True)
class RatesOfDay:
    """`days` is the window of the use of the system; missing lists everything that keeps a rate below all."""

    day: date
    days: int
    total: Shares
    divisions: dict[str, Shares]
    departments: dict[str, Shares]
    missing: tuple[Missing, ...]


@router.get(
    "/rates",
    response={200: RatesOfDay, PROBLEMS: ProblemBody},
    operation_id="read_rates",
    summary="入网率、系统使用率、事项上线率",
    description="监察岗位看本级和所属区划，部门负责人看本部门；缺的逐一列名，例外不计入。",
)
def read(request: HttpRequest, query: Query[RatesQuery]) -> RatesOfDay:
    """The rates of a day within the caller's reach."""
    known_only(request, RatesQuery)
    reach = _reach(request)
    today = local_day(now())
    if query.day and query.day > today:
        message = "day 不能晚于今天。"
        raise Problem(422, "bad-day", message, clause="4.1a", next="请改正后再查。", fields={"day": message})
    if query.division and query.division not in reach.divisions:
        raise Problem(403, "no-division", "不能看这个区划的三率。", clause="4.1a", next="请查本级或所属的区划。")
    days = rates.window()
    whose = Reach((query.division,), reach.department) if query.division else reach
    figures = rates.on(query.day or today, whose, days)
    return RatesOfDay(
        figures.day,
        days,
        _shares(figures.total().items()),
        {code: _shares(shares.items()) for code, shares in figures.divisions.items()},
        {code: _shares(shares.items()) for code, shares in figures.departments.items()},
        tuple(figures.missing),
    )


def _reach(request: HttpRequest) -> Reach:
    reach = reach_of(caller(request).actor())
    if not reach.divisions:
        next = "请用监察岗位或部门负责人岗位的令牌。"
        raise Problem(403, "no-post", "只有监察岗位和部门负责人可以看三率。", clause="4.1a", next=next)
    return reach


def _shares(shares: Iterable[tuple[Rate, Share]]) -> Shares:
    return {rate.value: Counted(share.have, share.due, share.per_mille) for rate, share in shares}


# --- what is left out -------------------------------------------------------------------------------------------------


class ExclusionBody(shapes.Body):
    """A department of the own division (`410100/gaj`) or an item on its list (`ZZ-001`), from a day on."""

    kind: Literal[*KINDS]  # type: ignore[valid-type]
    subject: Annotated[str, Field(min_length=1, max_length=80, pattern=shapes.WORD)]
    reason: Literal[*REASONS]  # type: ignore[valid-type]
    basis: Annotated[str, Field(max_length=LONGEST)]
    first_day: shapes.Day


@dataclass(frozen=True, slots=True)
class Excluded:
    id: int
    kind: str
    division: str
    department: str
    item: str
    reason: str
    basis: str
    first_day: date
    last_day: date | None


@router.get(
    "/exclusions",
    response={200: tuple[Excluded, ...], PROBLEMS: ProblemBody},
    operation_id="list_exclusions",
    summary="不计入三率的部门和事项",
)
def listed(request: HttpRequest) -> tuple[Excluded, ...]:
    """What the rates of the caller's reach leave out or left out, with its basis."""
    return tuple(_excluded(row) for row in exclusions.of(_reach(request).divisions))


@router.post(
    "/exclusions",
    response={200: Excluded, PROBLEMS: ProblemBody},
    operation_id="exclude_from_rates",
    summary="把部门或事项列为三率的例外",
    description="只由本级政务服务办办理，须写明依据；自今天或者以后起。",
)
def exclude(request: HttpRequest, body: ExclusionBody) -> Excluded:
    """Leave it out from the day on."""
    return _excluded(exclusions.exclude(exclusions.Draft(**body.model_dump()), caller(request).actor()))


@router.post(
    "/exclusions/{exclusion_id}/end",
    response={200: Excluded, PROBLEMS: ProblemBody},
    operation_id="count_in_rates",
    summary="结束三率的例外，次日起重新计入",
)
def end(request: HttpRequest, exclusion_id: int) -> Excluded:
    """Count it again from tomorrow on."""
    return _excluded(exclusions.end(exclusion_id, caller(request).actor()))


def _excluded(row: Exclusion) -> Excluded:
    return Excluded(
        row.pk, row.kind, row.division, row.department, row.item, row.reason, row.basis, row.first_day, row.last_day
    )
