"""Supervision orders as a program may read and answer them: the list, one with its life, the acts open to the caller.

A department's own system takes its orders from here and answers them; what it may is what its post may.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router
from pydantic import Field

from yichuang.aggregates.acts import Act
from yichuang.cases import queries as cases
from yichuang.cases.view import cover_texts
from yichuang.faces.api import shapes
from yichuang.faces.api.caller import caller
from yichuang.faces.api.lives import Done, add_acts, done
from yichuang.faces.api.problems import Problem, ProblemBody
from yichuang.faces.api.reads import known_only, number
from yichuang.faces.requests import as_uuid
from yichuang.ledger.actor import Actor
from yichuang.orders import queries, service
from yichuang.orders.core.decide import ACTS
from yichuang.orders.core.state import OrderLevel, Stage
from yichuang.orders.declared import ORDER

if TYPE_CHECKING:
    from yichuang.orders.models import Order as Row

router = Router(tags=["督办"])
PROBLEMS = frozenset({400, 401, 403, 404, 409, 422, 429, 503})
OrderId = Annotated[shapes.Id, Path(description="督办单的 id")]


class OrderQuery(shapes.Body):
    """What a list is narrowed by."""

    state: Literal["todo", "open", "closed", "all"] = Field("open", description="等我办理、未了结、已了结或全部")
    level: Literal["", *(level.value for level in OrderLevel)] = ""  # type: ignore[valid-type]
    page: number(1, 1000) = 1  # type: ignore[valid-type]


@dataclass(frozen=True, slots=True)
class OrderRow:
    """The fields of GB/T 39046-2020 table 11 that a list can say, and where the order stands.

    `warning_type` is 1 reminder, 2 yellow, 3 red: our own numbering, the standard's code table was not read.
    """

    id: uuid.UUID
    serial: str  # 监察编号
    rule: str  # 监察规则编号
    warning_type: int  # 监察预警类型代码
    case_number: str  # 办件编号
    department: str  # 责任部门
    responsible: str
    origin: str
    stage: str
    issued_at: datetime | None  # 督办发出时间
    moved_at: datetime  # 状态产生时间
    due_on: date | None


@dataclass(frozen=True, slots=True)
class OrderList:
    orders: tuple[OrderRow, ...]
    total: int
    page: int


@dataclass(frozen=True, slots=True)
class OrderMove:
    seq: int
    kind: str
    person: str
    at: datetime
    recorded_at: datetime
    texts: dict[str, str]


@dataclass(frozen=True, slots=True)
class OrderDetail:
    order: OrderRow
    content: str  # 督办内容
    life: tuple[OrderMove, ...]
    acts: tuple[str, ...]  # open to the caller now


@router.get(
    "/orders",
    response={200: OrderList, PROBLEMS: ProblemBody},
    operation_id="list_orders",
    summary="督办单列表",
    description="本接口用户可见的督办单，到期早的在前，每页 30 张。"
    "监察岗位看本级和所辖区县的；没有发出的牌只有监察岗位看得到。",
)
def orders(request: HttpRequest, query: Query[OrderQuery]) -> OrderList:
    """The caller's orders."""
    known_only(request, OrderQuery)
    listing = queries.list_orders(caller(request).actor(), queries.OrderFilter(query.state, query.level), query.page)
    return OrderList(tuple(_row(row) for row in listing.rows), listing.total, listing.number)


@router.get(
    "/orders/{order_id}",
    response={200: OrderDetail, PROBLEMS: ProblemBody},
    operation_id="read_order",
    summary="督办单详情",
    description="督办内容、经过，以及本接口用户现在可以办理的操作。",
)
def order(request: HttpRequest, order_id: OrderId) -> OrderDetail:
    """One order that exists for the caller."""
    actor = caller(request).actor()
    row = _visible(actor, order_id)
    life = service.read_course(row.id)
    _, _, offers = service.read_order(row.id, actor)
    acts = tuple(offer.act.name for offer in offers if offer.allowed)
    case_id = as_uuid(row.case_id)
    cover = cover_texts(actor, cases.visible(actor, case_id) if case_id else None)
    texts = [{name: cover(written) for name, written in move.texts.items()} for move in life]
    content = next((written["content"] for written in texts if "content" in written), "")
    moves = zip(life, texts, strict=True)
    course = tuple(OrderMove(m.seq, m.kind, m.person, m.at, m.recorded_at, written) for m, written in moves)
    return OrderDetail(_row(row), content, course, acts)


def perform(request: HttpRequest, id: uuid.UUID, act: Act, data: dict[str, Any], command_id: uuid.UUID) -> Done:
    """One act at the same door as the pages'."""
    actor = caller(request).actor()
    row = _visible(actor, id)
    return done(ORDER, service.perform(row.id, act.name, data, actor, command_id=command_id))


def _described(act: Act) -> str:
    known = {"watch": "由监察岗位办理。", "head": "由被督办部门的负责人办理。"}
    return known.get(act.who, "由责任人或其部门负责人办理。")


add_acts(router, ACTS.values(), "orders", perform, place="order_id", prefix="order_", describe=_described)


def _visible(actor: Actor, id: uuid.UUID) -> Row:
    row = queries.find_order(actor, id)
    if row is None:
        raise Problem(404, "no-such-order", "没有这张督办单，或您无权查看。", next="请从督办单列表取 id。")
    return row


def _row(row: Row) -> OrderRow:
    return OrderRow(
        id=row.id,
        serial=row.serial,
        rule=row.rule,
        warning_type=OrderLevel(row.level).rank + 1,
        case_number=row.number,
        department=row.department,
        responsible=row.person,
        origin=row.origin,
        stage=Stage(row.stage).value,
        issued_at=row.issued_at,
        moved_at=row.moved_at,
        due_on=row.due_on,
    )
