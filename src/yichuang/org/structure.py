"""Acts on the structure of the government: divisions, departments, halls and posts are added, renamed and closed.

Nothing is removed: what is closed stays known with its last day, and a former name with the day it was given up. Each
act writes an entry. Who may do it is `rights` and `reach`, which raise Refused(forbidden); what is wrong with the
content is `Invalid`, in Chinese, with a code.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, cast

from django.db import models, transaction
from django.db.models import Q

from yichuang.aggregates.refusal import Invalid
from yichuang.kernel.codes import uscc as credit_code
from yichuang.kernel.localtime import SHANGHAI
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import record
from yichuang.org import queries, reach, rights
from yichuang.org.kinds import POST_KINDS, RISKS
from yichuang.org.models import Closable, Department, Division, FormerName, Hall, Holding, Officer, Post
from yichuang.org.service import clean_line, refuse

OFFICE_CODE = "zwb"  # the code of every division's government-service office (同级政务办, 3.2d)
# What keeps something from being closed, in words: asked of every room that has a say. Rooms above add theirs.
Obstacle = Callable[[Closable, date], list[str]]
OBSTACLES: list[Obstacle] = []


def register_obstacle(check: Obstacle) -> Obstacle:
    """Register a check that runs before a unit is closed: it returns, in Chinese, what prevents closing on that day."""
    OBSTACLES.append(check)
    return check


def _demand(actor: Actor, row: Division | Department | Hall | Post) -> None:
    """Raise Refused(forbidden) unless the actor may act on this unit, or add it."""
    rights.STRUCTURE.demand(actor)
    if isinstance(row, Post):
        row = row.department
    reach.demand_within(actor, row if isinstance(row, Division) else row.division)


# --- adding -----------------------------------------------------------------------------------------------------------


def add_named(kind: str, fields: dict[str, Any], actor: Actor) -> Division | Department | Hall:
    """Store a new division under the actor's own, or a department or hall of the division `given` names. Raises
    Invalid.
    """
    if kind == "division":
        return add_division(Division(parent_id=actor.division, **fields), actor)
    division = Division.objects.get(pk=fields["division"])
    values = {**fields, "division": division}
    if kind == "hall":
        return add_hall(Hall(**values), actor)
    return add_department(Department(id=f"{division.code}/{fields['code']}", confidence="given", **values), actor)


def add_division(division: Division, actor: Actor) -> Division:
    """Store a new division or functional zone. Raises Invalid."""
    _demand(actor, division)
    division.name = clean_line(division.name, "行政区划名称", 60)
    if division.code_kind == "own" and not re.fullmatch(r"[0-9]{4}([0-9]{2}|[A-Z]{2})", division.code):
        raise refuse("code", "自编代码请写成所在市的前四位加两位大写字母或者数字，例如 4101HK。")
    if division.code_kind != "own" and not re.fullmatch("[0-9]{6}", division.code):
        raise refuse("code", "行政区划代码应为6位数字（GB/T 2260）；没有国家代码的功能区请选“本系统自编”。")
    if Division.objects.filter(pk=division.code).exists():
        raise refuse("exists", f"区划{division.code}已经登记。")
    if division.level == "city" and Division.objects.filter(level="city").exists():
        raise refuse("level", "本系统已有一个市；区县和功能区请登记为它的下级。")
    if division.code_kind != "gbt2260" and division.level != "committee":
        raise refuse("code-kind", "只有功能区管委会可以用统计用代码或自编代码；市和区县请用 GB/T 2260 的代码。")
    division.mark = clean_line(division.mark, "文号字头", 10) if division.mark else ""
    with transaction.atomic():
        division.save(force_insert=True)
        record(f"org/division/{division.code}", "division_added", {"level": division.level}, actor)
    queries.clear_caches()
    return division


def add_department(department: Department, actor: Actor) -> Department:
    """Store a new department. A body that is no organ must cite the law that authorises it (许可法 23条, 3.1a)."""
    _demand(actor, department)
    department.name = clean_line(department.name, "机关名称", 100)
    department.short = clean_line(department.short, "机关简称", 30)
    if department.id != f"{department.division_id}/{department.code}":
        raise refuse("id", "部门编号应为“行政区划代码/部门代码”。")
    if not (department.code.isascii() and department.code.isalnum() and department.code.islower()):
        raise refuse("code", "部门代码请用小写拼音字母和数字，例如 scjg；同一系统在各区县用同一个代码。")
    if department.uscc and (problem := credit_code.check(department.uscc)):
        raise refuse("uscc", problem.message)
    if len(department.code) > 30:
        raise refuse("code", "部门代码最多30个字。")
    _short_lines(department, {"phone": ("电话", 40), "address": ("地址", 200), "citation": ("授权依据", 300)})
    if department.kind in {"2", "3"} and not department.citation.strip():
        raise refuse(
            "no-citation",
            "授权组织、受委托组织必须写明授权（委托）所依据的法律、法规条款（许可法第二十三、二十四条）。",
        )
    if Department.objects.filter(pk=department.id).exists():
        raise refuse("exists", f"部门{department.id}已经登记。")
    _require_open(department.division, "区划")
    with transaction.atomic():
        department.save(force_insert=True)
        record(f"org/department/{department.id}", "department_added", {"kind": department.kind}, actor)
    queries.clear_caches()
    return department


def add_hall(hall: Hall, actor: Actor) -> Hall:
    """Store a new hall of a division. Raises Invalid."""
    _demand(actor, hall)
    hall.name, hall.address = clean_line(hall.name, "大厅名称", 60), clean_line(hall.address, "大厅地址", 200)
    _short_lines(hall, {"phone": ("电话", 40), "hours": ("开放时间", 100)})
    if Hall.objects.filter(division=hall.division_id, name=hall.name).exists():
        raise refuse("exists", f"{hall.division}已有名为“{hall.name}”的大厅。")
    _require_open(hall.division, "区划")
    with transaction.atomic():
        hall.save(force_insert=True)
        record(f"org/hall/{hall.pk}", "hall_added", {"division": hall.division_id, "name": hall.name}, actor)
    queries.clear_caches()
    return hall


def _short_lines(row: Department | Hall, limits: dict[str, tuple[str, int]]) -> None:
    """Clean what may be left empty. Raises Invalid, its code the field's name."""
    for name, (label, most) in limits.items():
        text = getattr(row, name).strip()
        try:
            setattr(row, name, clean_line(text, label, most) if text else "")
        except Invalid as error:
            raise refuse(name, error.message) from error


def add_post(
    department: Department, kind: str, name: str, actor: Actor, risk: str = "", hall: Hall | None = None
) -> Post:
    """Create the next post of a kind in a department: `410100/scjg/reviewer/3`. Raises Invalid."""
    _demand(actor, department)
    if kind not in POST_KINDS:
        raise refuse("kind", "没有这种岗位；请从岗位类别中选择。")
    if risk and risk not in RISKS:
        raise refuse("risk", "没有这个风险等级；请从列表中选择。")
    name = clean_line(name, "岗位名称", 60)
    if hall is not None and hall.division_id != department.division_id:
        raise refuse("hall", "大厅与部门不在同一区划；请选择本区划的大厅。")
    with transaction.atomic():
        Department.objects.select_for_update().get(pk=department.pk)  # two posts at once would take one number
        _require_open(department, "部门")
        number = Post.objects.filter(department=department, kind=kind).count() + 1
        post = Post.objects.create(
            id=f"{department.id}/{kind}/{number}", department=department, kind=kind, name=name, risk=risk, hall=hall
        )
        body = {"kind": kind, "risk": risk} | ({"hall": hall.pk} if hall else {})
        record(f"org/post/{post.id}", "post_added", body, actor)
    return post


def rate_risk(post: Post, risk: str, actor: Actor) -> Post:
    """Rate the risk of a post anew (廉政风险等级, 4.1b); empty: not rated. Raises Invalid."""
    _demand(actor, post)
    if risk and risk not in RISKS:
        raise refuse("risk", "没有这个风险等级；请从列表中选择。")
    with transaction.atomic():
        row = Post.objects.select_for_update().get(pk=post.pk)
        if row.risk != risk:
            record(f"org/post/{row.id}", "risk_rated", {"risk": risk, "before": row.risk}, actor)
            row.risk = risk
            row.save(update_fields=["risk"])
    return row


# --- renaming ---------------------------------------------------------------------------------------------------------

MOST_LETTERS = {"division": 60, "department": 100, "hall": 60, "post": 60, "officer": 50}


def rename(row: Division | Department | Hall | Post | Officer, name: str, actor: Actor, *, short: str = "") -> None:
    """Give the row another name from today on; the former name is kept. A department may get a new `short` with it.

    The entry never holds an officer's name. Published standards keep the name they were published with. Raises
    Invalid for an empty name and for the present name.
    """
    if isinstance(row, Officer):
        rights.OFFICERS.demand(actor)
        reach.demand_ours(actor, row)
    else:
        _demand(actor, row)
    kind = row._meta.model_name or ""
    name = clean_line(name, "名称", MOST_LETTERS[kind])
    if name == row.name:
        raise refuse("same", "新名称与现在的名称相同，没有改动。")
    with transaction.atomic():
        locked = type(row)._base_manager.select_for_update().get(pk=row.pk)
        body = {} if kind == "officer" else {"name": name, "before": locked.name}
        entry = record(f"org/{kind}/{row.pk}", "renamed", body, actor)
        yesterday = entry.recorded_at.astimezone(SHANGHAI).date() - timedelta(days=1)
        FormerName.objects.create(kind=kind, ref=str(row.pk), name=locked.name, last_day=yesterday)
        changed = ["name"]
        locked.name = name
        if short and isinstance(locked, Department):
            locked.short, changed = clean_line(short, "机关简称", 30), ["name", "short"]
        locked.save(update_fields=changed)
    row.name = name
    queries.clear_caches()


def list_former_names(row: models.Model) -> models.QuerySet[FormerName]:
    """The former names of a row, the latest first."""
    kind = row._meta.model_name or ""
    return FormerName.objects.filter(kind=kind, ref=str(row.pk)).order_by("-last_day", "-id")


# --- closing ----------------------------------------------------------------------------------------------------------


def close_unit(row: Division | Department | Hall | Post, last_day: date | None, actor: Actor) -> None:
    """Close a unit: `last_day` is its last day of service. None cancels a closing that has not come yet.

    Raises Invalid, which names everything that still depends on the unit and must end first.
    """
    _demand(actor, row)
    kind = cast(str, row._meta.model_name)
    with transaction.atomic():
        locked = type(row)._base_manager.select_for_update().get(pk=row.pk)
        entry = record(f"org/{kind}/{row.pk}", *_ending(locked, last_day), actor)
        today = entry.recorded_at.astimezone(SHANGHAI).date()
        if last_day is None:
            if locked.last_day is None or locked.last_day < today:
                raise refuse("not-ending", "没有可以取消的撤销：它没有定撤销日期，或者已经撤销。请另行登记。")
        else:
            if last_day < today - timedelta(days=1):
                raise refuse("days", "撤销日期不能早于昨天；以往的日期改不了已经办过的事。")
            in_the_way = [words for check in OBSTACLES for words in check(locked, last_day)]
            if in_the_way:
                raise refuse("in-use", "还不能撤销：" + "；".join(in_the_way) + "。请先办好这些，再来撤销。")
        locked.last_day = last_day
        locked.save(update_fields=["last_day"])
    row.last_day = last_day
    queries.clear_caches()


def _ending(row: Closable, last_day: date | None) -> tuple[str, dict[str, str]]:
    if last_day is None:
        return "closing_cancelled", {"last_day": str(row.last_day or "")}
    return "closed", {"last_day": str(last_day)}


def _require_open(row: Closable, label: str) -> None:
    if row.last_day is not None:
        raise refuse("closed", f"该{label}已撤销或已定于{row.last_day}撤销，不能再增设。")


def _count_lasting(rows: models.QuerySet[Any], last_day: date) -> int:
    """How many of these rows are still open after the day."""
    return rows.filter(Q(last_day=None) | Q(last_day__gt=last_day)).count()


@register_obstacle
def find_dependants(row: Closable, last_day: date) -> list[str]:
    """Units and holdings that would outlast the closed unit: departments, halls, divisions, posts, holders."""
    out = []
    if isinstance(row, Division):
        counts = (
            ("个部门没有撤销", _count_lasting(row.departments.all(), last_day)),
            ("个大厅没有撤销", _count_lasting(row.halls.all(), last_day)),
            ("个下级区划没有撤销", _count_lasting(row.children.all(), last_day)),
        )
        out = [f"{n}{words}" for words, n in counts if n]
    elif isinstance(row, Department | Hall):
        if n := _count_lasting(row.posts.all(), last_day):
            out = [f"{n}个岗位没有撤销" if isinstance(row, Department) else f"{n}个岗位还设在这里"]
    elif isinstance(row, Post):
        after = queries.filter_during(Holding.objects.filter(post=row), last_day + timedelta(days=1), None)
        names = [holding.officer.name for holding in after.select_related("officer")]
        out = [f"{'、'.join(names)}的任职没有在这一天之前结束"] if names else []
    return out


def move_post(post: Post, hall: Hall | None, actor: Actor) -> None:
    """Move a post to another hall of its division; None: its hall is not known. Raises Invalid."""
    _demand(actor, post)
    if hall is not None and hall.division_id != post.department.division_id:
        raise refuse("hall", "大厅与岗位不在同一区划；请选择本区划的大厅。")
    if hall is not None:
        _require_open(hall, "大厅")
    with transaction.atomic():
        row = Post.objects.select_for_update().get(pk=post.pk)
        if row.hall_id == (hall.pk if hall else None):
            return
        row.hall = hall
        row.save(update_fields=["hall"])
        record(f"org/post/{post.pk}", "post_moved", {"hall": hall.pk if hall else ""}, actor)
    post.hall = hall
    queries.clear_caches()
