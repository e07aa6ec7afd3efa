"""An item as the provincial catalogue takes it (实施清单): the national names of fields (domain §2.4). Pure.

What this platform does not know is null, never invented. Codes that nobody read in a standard are named in
`unconfirmed`, so that whoever takes them in checks them first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from yichuang.catalog.conditions import describe_condition
from yichuang.catalog.standard import Fee, Material, Standard
from yichuang.kernel.clock import Limit

_FILE = Path(__file__).parent / "data" / "exchange.yaml"


@dataclass(frozen=True, slots=True)
class Organ:
    """What the structure knows of who carries an item out, and of where it is applied for."""

    name: str
    uscc: str
    nature: str  # GB/T 39046 A.3
    phone: str = ""
    hall: str = ""
    address: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True)
class TaskMaterial:
    material_name: str
    material_format: str | None
    is_need: str | None
    source_type: str | None
    page_num: int
    page_format: str
    fill_explain: str
    accept_stand: str
    by_law: str
    form_guid: str  # name of the blank form; empty without
    example_guid: str
    need_explain: str  # for which applications; empty: for all
    order_num: int


@dataclass(frozen=True, slots=True)
class TaskFee:
    fee_name: str
    fee_stand: str
    by_law: str
    order_num: int


@dataclass(frozen=True, slots=True)
class Task:
    """One item of a division in the fields of 实施清单. Days in force are ISO days of Zhengzhou."""

    task_name: str
    local_catalog_code: str
    task_code: str  # 31 characters
    task_type: str
    task_version: int
    task_state: str | None
    plan_effective_date: date
    plan_cancel_date: date | None
    by_law: str
    use_level: str
    dept_name: str
    dept_code: str
    dept_type: str
    anticipate_day: int
    anticipate_type: str | None
    anticipate_explain: str
    promise_day: int
    promise_type: str | None
    promise_explain: str
    accept_condition: str
    handle_flow: str
    is_fee: bool
    fee_basis: str
    server_type: tuple[str, ...]
    project_type: str | None
    handle_type: tuple[str, ...]
    limit_scene_num: int
    special_procedure: str
    transact_addr: str
    transact_time: str
    link_way: str
    link_addr: str
    result_name: str
    is_online: bool
    materials: tuple[TaskMaterial, ...]
    fees: tuple[TaskFee, ...]
    standard: str
    digest: str
    confidence: str
    unconfirmed: tuple[str, ...]


@cache
def _codes() -> dict[str, dict[str, Any]]:
    with _FILE.open(encoding="utf-8") as file:
        tables: dict[str, dict[str, Any]] = yaml.load(file, Loader=yaml.CSafeLoader)
    return tables


def _code(table: str, value: str) -> str | None:
    code = _codes()[table]["codes"].get(value)
    return None if code is None else str(code)


def _list_unconfirmed() -> tuple[str, ...]:
    fields = {"limit_unit": ("anticipate_type", "promise_type")}
    waiting = [name for name, table in _codes().items() if not table["confirmed"]]
    return tuple(sorted(field for name in waiting for field in fields.get(name, (name,))))


def describe_task(
    standard: Standard, digest: str, organ: Organ, *, today: date, ends_on: date | None, address: str, current: bool
) -> Task:
    """A published version in the fields of 实施清单. `ends_on`: the first day on which nothing is taken in any more,
    `address`: that of its guide, `current`: whether it is the version in force, not an older or a coming one.
    """
    ended = ends_on is not None and ends_on <= today
    state = _code("task_state", "ended" if ended else "in_force") if current else None
    served = [code for who in standard.applicants for code in _codes()["server_type"]["codes"].get(who, ())]
    return Task(
        task_name=standard.name,
        local_catalog_code=standard.item,
        task_code=standard.item_code,
        task_type=standard.task_type,
        task_version=standard.version,
        task_state=state,
        plan_effective_date=date.fromisoformat(standard.valid_from),
        plan_cancel_date=ends_on,
        by_law="；".join(standard.bases_on(today)),
        use_level=standard.level,
        dept_name=organ.name,
        dept_code=organ.uscc,
        dept_type=organ.nature,
        anticipate_day=standard.statutory.value,
        anticipate_type=_code("limit_unit", standard.statutory.unit),
        anticipate_explain=_explain(standard.statutory, standard.statutory_note),
        promise_day=standard.promised.value,
        promise_type=_code("limit_unit", standard.promised.unit),
        promise_explain=_explain(standard.promised),
        accept_condition="\n".join(f"{n}. {c.text}（{c.basis}）" for n, c in enumerate(standard.conditions, start=1)),
        handle_flow=describe_flow(standard),
        is_fee=bool(standard.fees),
        fee_basis="；".join(dict.fromkeys(fee.basis for fee in standard.fees)),
        server_type=tuple(served),
        project_type=_code("project_type", "instant" if standard.instant else "promised"),
        handle_type=tuple(code for channel in standard.channels if (code := _code("handle_type", channel))),
        limit_scene_num=standard.visits,
        special_procedure="；".join(
            f"{s.name}（{s.typical.label}，{'计入' if s.counts else '不计入'}办理时限）" for s in standard.specials
        ),
        transact_addr="，".join(part for part in (organ.hall, organ.address) if part),
        transact_time=organ.hours,
        link_way=organ.phone,
        link_addr=address,
        result_name=standard.result.name,
        is_online=bool({"online", "mobile"} & set(standard.channels)),
        materials=tuple(_material(standard, n, m) for n, m in enumerate(standard.materials, start=1)),
        fees=tuple(_fee(n, fee) for n, fee in enumerate(standard.fees, start=1)),
        standard=standard.key,
        digest=digest,
        confidence=standard.confidence,
        unconfirmed=_list_unconfirmed(),
    )


def _explain(limit: Limit, note: str = "") -> str:
    return "；".join(part for part in (limit.label, note) if part)


def describe_flow(standard: Standard) -> str:
    """The flow in words: what comes after what, what runs at the same time. 收件—受理—（甲、乙同时）—决定—送达."""
    done: set[str] = set()
    parts, left = ["收件", "受理"], list(standard.steps)
    while left:
        ready = [step for step in left if set(step.after) <= done]
        if not ready:
            break  # waiting for one another: the checker does not let it be published
        names = "、".join(step.name for step in ready)
        parts.append(f"（{names}同时）" if len(ready) > 1 else names)
        done |= {step.code for step in ready}
        left = [step for step in left if step.code not in done]
    return "—".join([*parts, "决定", "送达"])


def _material(standard: Standard, number: int, material: Material) -> TaskMaterial:
    return TaskMaterial(
        material_name=material.name,
        material_format=_code("material_format", material.form),
        is_need=_code("is_need", material.necessity),
        source_type=_code("source_type", material.source),
        page_num=material.copies,
        page_format=material.format,
        fill_explain=material.how_to_fill,
        accept_stand=material.acceptance,
        by_law=material.basis,
        form_guid=material.blank_form or "",
        example_guid=material.sample or "",
        need_explain=describe_condition(standard, material.when),
        order_num=number,
    )


def _fee(number: int, fee: Fee) -> TaskFee:
    return TaskFee(fee_name=fee.name, fee_stand=fee.standard, by_law=fee.basis, order_num=number)
