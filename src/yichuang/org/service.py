"""Acts on officers and time: who holds which post, absence and delegation, the calendar. Each writes an entry.

Acts on divisions, departments, halls and posts are in `structure`.

Who may do them is `rights` and `reach`, which raise Refused(forbidden). What is wrong with the content is `Invalid`,
with a Chinese message and a code. No case enters. Entries hold ids and days, never names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from django.db import IntegrityError, connection, models, transaction

from yichuang.aggregates.refusal import Invalid
from yichuang.kernel.calendar import WorkingCalendar, seed_calendar
from yichuang.kernel.text import clean
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import record
from yichuang.org import queries, reach, rights
from yichuang.org.kinds import ADMINISTRATORS
from yichuang.org.models import Absence, CalendarYear, Delegation, Department, Holding, Officer, Post, System

OVERLAPS = {
    "org_holding_overlap": "该人员在这段时间已任此岗位；请先结束原任职，或改任职起止日期。",
    "org_absence_overlap": "该人员在这段时间已有缺席记录；请改起止日期，或先办理销假。",
    "org_delegation_overlap": "该岗位在这段时间已有代理人；请改起止日期。",
}


def refuse(code: str, message: str) -> Invalid:
    return Invalid(code, message)


def clean_line(text: str, label: str, most: int) -> str:
    """One line of text a person sent: cleaned, not empty, at most `most` characters. Raises Invalid."""
    if len(text) > most:
        raise refuse("too-long", f"{label}最多{most}个字，现有{len(text)}个字；请缩短后重填。")
    try:
        cleaned = clean(text)
    except ValueError as fault:
        raise refuse("character", f"{label}：{fault}") from fault
    if not cleaned:
        raise refuse("empty", f"{label}没有填写。")
    return cleaned


def _store(row: models.Model) -> None:
    """Save; an overlap that the database refuses becomes a message."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as fault:
        for constraint, message in OVERLAPS.items():
            if constraint in str(fault):
                raise refuse("overlap", message) from fault
        raise


def enrol_officer(account_id: int, name: str, number: str, actor: Actor) -> Officer:
    """Make an account an officer's. Until its first post the actor's division manages the officer.

    Raises Invalid when the account or the employee number is taken.
    """
    rights.OFFICERS.demand(actor)
    name, number = clean_line(name, "姓名", 50), clean_line(number, "工号", 30)
    if Officer.objects.filter(models.Q(account_id=account_id) | models.Q(number=number)).exists():
        raise refuse("exists", "该账号或工号已经登记为工作人员。")
    with transaction.atomic():
        officer = Officer.objects.create(
            account_id=account_id, name=name, number=number, enrolled_in_id=actor.division or None
        )
        record(f"org/officer/{officer.pk}", "officer_enrolled", {"account": f"a:{account_id}"}, actor)
    return officer


def appoint(officer: Officer, post: Post, first_day: date, actor: Actor, last_day: date | None = None) -> Holding:
    """Let an officer hold a post from `first_day` to `last_day`, both included; open when None."""
    rights.OFFICERS.demand(actor)
    reach.demand_another(actor, officer)
    reach.demand_within(actor, post.department.division)
    _require_order(first_day, last_day)
    if post.last_day is not None and (last_day is None or last_day > post.last_day):
        raise refuse("post-closed", f"该岗位已定于{post.last_day}撤销；任职应在这一天或之前结束。")
    with transaction.atomic():
        Officer.objects.select_for_update().get(pk=officer.pk)
        _keep_apart(officer, post, first_day, last_day)
        holding = Holding(officer=officer, post=post, first_day=first_day, last_day=last_day)
        _store(holding)
        body = {"officer": officer.pk, "first_day": str(first_day), "last_day": str(last_day or "")}
        record(f"org/post/{post.id}", "appointed", body | {"holding": holding.pk}, actor)
    return holding


def end_holding(holding: Holding, last_day: date, actor: Actor) -> None:
    """End a holding with `last_day`; the officer's delegations of the post end with it. Raises Invalid."""
    rights.OFFICERS.demand(actor)
    reach.demand_another(actor, holding.officer)
    reach.demand_within(actor, holding.post.department.division)
    with transaction.atomic():
        row = Holding.objects.select_for_update().get(pk=holding.pk)
        if last_day < row.first_day:
            raise refuse("days", f"离任日期不能早于任职日期{row.first_day}。")
        if row.last_day is not None and row.last_day <= last_day:
            raise refuse("ended", f"该任职已于{row.last_day}结束。")
        row.last_day = last_day
        row.save(update_fields=["last_day"])
        _cut(Delegation.objects.filter(post_id=row.post_id, absent_id=row.officer_id), last_day)
        body = {"holding": row.pk, "officer": row.officer_id, "last_day": str(last_day)}
        record(f"org/post/{row.post_id}", "holding_ended", body, actor)
    holding.last_day = last_day


def record_absence(officer: Officer, first_day: date, last_day: date, reason: str, actor: Actor) -> Absence:
    """Record that the officer is away from `first_day` to `last_day` and cannot act from any post meanwhile.

    Raises Invalid.
    """
    reach.demand_absences(actor, officer)
    _require_order(first_day, last_day)
    if reason not in dict(Absence._meta.get_field("reason").flatchoices):
        raise refuse("reason", "请从所列原因中选择缺席原因。")
    with transaction.atomic():
        absence = Absence(officer=officer, first_day=first_day, last_day=last_day, reason=reason)
        _store(absence)
        # Why someone is away can be a private matter: the entry says only that and when
        body = {"absence": absence.pk, "first_day": str(first_day), "last_day": str(last_day)}
        record(f"org/officer/{officer.pk}", "absence_recorded", body, actor)
    return absence


def end_absence(absence: Absence, back_on: date, actor: Actor) -> None:
    """Record that the officer is back on `back_on` (销假). The absence and its delegations end the day before.

    What would end before it begins is deleted. Raises Invalid.
    """
    reach.demand_absences(actor, absence.officer)
    with transaction.atomic():
        away = Absence.objects.select_for_update().get(pk=absence.pk)
        assert away.last_day is not None
        if back_on > away.last_day:
            raise refuse("ended", f"该缺席已于{away.last_day}结束。")
        before = back_on - timedelta(days=1)
        _cut(away.delegations.all(), before)
        if before < away.first_day:
            away.delete()
        else:
            away.last_day = before
            away.save(update_fields=["last_day"])
        body = {"absence": absence.pk, "back_on": str(back_on)}
        record(f"org/officer/{away.officer_id}", "absence_ended", body, actor)


def delegate(
    absence: Absence,
    post: Post,
    stand_in: Officer,
    actor: Actor,
    first_day: date | None = None,
    last_day: date | None = None,
) -> Delegation:
    """Let `stand_in` act from the absent officer's post, by default for the whole absence.

    The stand-in must work in the post's department and be present. Raises Invalid.
    """
    reach.demand_delegation(actor, absence.officer, post, stand_in)
    first, last = first_day or absence.first_day, last_day or absence.last_day
    _require_order(first, last)
    assert last is not None and absence.last_day is not None
    if first < absence.first_day or last > absence.last_day:
        raise refuse("days", f"代理期限应在缺席期间（{absence.first_day}至{absence.last_day}）之内。")
    if stand_in.pk == absence.officer_id:
        raise refuse("same", "本人不能代理自己的岗位；请选择另一名工作人员。")
    with transaction.atomic():
        Officer.objects.select_for_update().get(pk=stand_in.pk)
        if not queries.filter_during(
            Holding.objects.filter(officer=absence.officer_id, post=post), first, last
        ).exists():
            raise refuse("not-held", "缺席人员在这段时间不任此岗位，无从代理。")
        colleagues = Holding.objects.filter(officer=stand_in, post__department=post.department_id)
        if not queries.filter_during(colleagues, first, last).exists():
            raise refuse("elsewhere", "代理人应为同一部门的在岗人员。")
        if queries.filter_during(Absence.objects.filter(officer=stand_in), first, last).exists():
            raise refuse("away", "代理人在这段时间也登记为缺席；请另选一人或改期限。")
        _keep_apart(stand_in, post, first, last)
        delegation = Delegation(
            post=post, absence=absence, absent_id=absence.officer_id, stand_in=stand_in, first_day=first, last_day=last
        )
        _store(delegation)
        body = {"delegation": delegation.pk, "absent": absence.officer_id, "stand_in": stand_in.pk}
        record(f"org/post/{post.id}", "delegated", body | {"first_day": str(first), "last_day": str(last)}, actor)
    return delegation


def _require_order(first_day: date, last_day: date | None) -> None:
    if last_day is not None and last_day < first_day:
        raise refuse("days", "结束日期不能早于开始日期。")


def _cut(delegations: models.QuerySet[Delegation], last_day: date) -> None:
    """End delegations with a day; delete those that begin later."""
    delegations.filter(first_day__gt=last_day).delete()
    delegations.filter(last_day__gt=last_day).update(last_day=last_day)


def _keep_apart(officer: Officer, post: Post, first_day: date, last_day: date | None) -> None:
    """Raise Invalid when one person would hold two of the system, security and audit posts (三员分立)."""
    if post.kind not in ADMINISTRATORS:
        return
    other_kinds = [kind for kind in ADMINISTRATORS if kind != post.kind]
    holdings = queries.filter_during(
        Holding.objects.filter(officer=officer, post__kind__in=other_kinds), first_day, last_day
    )
    delegations = queries.filter_during(
        Delegation.objects.filter(stand_in=officer, post__kind__in=other_kinds), first_day, last_day
    )
    if holdings.exists() or delegations.exists():
        raise refuse("apart", "系统、安全、审计三类管理员必须由不同的人担任（三员分立）。")


# --- the calendar -----------------------------------------------------------------------------------------------------


def load_calendar_year(
    year: int, off_days: Iterable[date], work_weekends: Iterable[date], notice: str, actor: Actor
) -> str:
    """Load or correct a year by its notice of holidays (许可法 82条). Returns the version of the calendar now in force.

    Days off that fall on a weekend change nothing and are dropped. Raises Invalid for days outside the year,
    for a weekday listed as a worked weekend and for a year without any day off, which no notice has.
    """
    rights.CALENDAR.demand(actor)
    notice = clean_line(notice, "放假通知文号", 200)
    with transaction.atomic():
        with connection.cursor() as cursor:  # loadings wait for each other, so the newest row carries the highest id
            cursor.execute("select pg_advisory_xact_lock(hashtextextended('org/calendar', 2))")
        alone, now = _with_year(year, off_days, work_weekends)
        CalendarYear.objects.create(
            year=year,
            off_days=sorted(map(str, alone.off_days)),
            work_weekends=sorted(map(str, alone.work_weekends)),
            notice=notice,
            version=now.version,
            loaded_by=actor.person,
        )
        record(
            "org/calendar",
            "calendar_loaded",
            {"year": year, "year_version": alone.version, "version": now.version},
            actor,
        )
    return now.version


def calendar_with(year: int, off_days: Iterable[date], work_weekends: Iterable[date]) -> WorkingCalendar:
    """The calendar that loading this year would put in force; nothing is written. Raises as `load_calendar_year`."""
    return _with_year(year, off_days, work_weekends)[1]


def _with_year(
    year: int, off_days: Iterable[date], work_weekends: Iterable[date]
) -> tuple[WorkingCalendar, WorkingCalendar]:
    """The year alone, and the calendar in force with it. Raises Invalid for days that no notice could name."""
    off, worked = frozenset(off_days), frozenset(work_weekends)
    if not 1999 <= year <= 2100 or not any(day.weekday() < 5 for day in off):
        raise refuse("calendar", f"{year}年的安排中没有任何工作日放假；请核对年份和放假通知。")
    try:
        alone = WorkingCalendar.from_days(off, worked, [year])
        return alone, _replaced(queries.get_calendar(), alone, year)
    except ValueError as fault:
        raise refuse("calendar", str(fault)) from fault


def _replaced(calendar: WorkingCalendar, alone: WorkingCalendar, year: int) -> WorkingCalendar:
    """The calendar with the year replaced by that of `alone`."""
    return WorkingCalendar.from_days(
        {day for day in calendar.off_days if day.year != year} | alone.off_days,
        {day for day in calendar.work_weekends if day.year != year} | alone.work_weekends,
        calendar.years | {year},
    )


def load_seed_years(actor: Actor) -> None:
    """Load the years that come with the program and are not loaded yet."""
    seed = seed_calendar()
    loaded = queries.get_calendar().years
    for year in sorted(seed.years - loaded):
        load_calendar_year(
            year,
            {day for day in seed.off_days if day.year == year},
            {day for day in seed.work_weekends if day.year == year},
            f"国务院办公厅关于{year}年部分节假日安排的通知（随程序提供）",
            actor,
        )


# --- departments' own systems -----------------------------------------------------------------------------------------


@transaction.atomic
def connect_system(code: str, department: str, name: str, public_key: str, actor: Actor) -> System:
    """Register a department's own system, or give a registered one another key. Raises Invalid."""
    rights.SYSTEMS.demand(actor)
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}", code):
        raise refuse("bad-code", "系统代码只能用字母、数字和 . _ -，最多64个字符。")
    if not re.fullmatch(r"[0-9a-f]{64}", public_key):
        raise refuse("bad-key", "公钥应当是 Ed25519 公钥。")
    if not Department.objects.filter(pk=department).exists():
        raise refuse("no-department", "没有这个部门。")
    registered = System.objects.select_for_update().filter(pk=code).first()
    if registered and registered.department_id != department:
        raise refuse("other-department", "这个代码已属于另一个部门；请换一个代码。")
    body = {"department": department, "public_key": public_key}
    entry = record(f"system/{code}", "connected", body, actor)
    values = {"department_id": department, "name": clean_line(name, "系统名称", 100), "public_key": public_key}
    system, _ = System.objects.update_or_create(
        code=code, defaults=values | {"revoked_at": None}, create_defaults=values | {"connected_at": entry.recorded_at}
    )
    return system


@transaction.atomic
def disconnect_system(code: str, actor: Actor) -> System:
    """Accept no more reports from a system. Raises Invalid."""
    rights.SYSTEMS.demand(actor)
    system = System.objects.select_for_update().filter(pk=code, revoked_at=None).first()
    if system is None:
        raise refuse("no-system", "没有这个仍在对接的系统。")
    entry = record(f"system/{code}", "disconnected", {}, actor)
    system.revoked_at = entry.recorded_at
    system.save(update_fields=["revoked_at"])
    return system
