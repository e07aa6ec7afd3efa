"""Reads on departments and officers: seats of an account, holders of posts, the calendar. Nothing is written here.

Names of officers are public by law (公开承办人); no other personal field is in this room.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model, Q, QuerySet

from yichuang.aggregates.refusal import Kind, Refused
from yichuang.kernel.calendar import WorkingCalendar
from yichuang.ledger.actor import Actor
from yichuang.ledger.fast import run
from yichuang.org.kinds import ADMINISTRATORS, POST_KINDS
from yichuang.org.models import (
    Absence,
    CalendarYear,
    Delegation,
    Department,
    Division,
    Hall,
    Holding,
    Officer,
    Post,
    System,
)

M = TypeVar("M", bound=Model)
REMEMBER = 60  # seconds that a department may be shown with the name it had


@dataclass(frozen=True, slots=True)
class Seat:
    """A post an account acts from, and the officer it stands in for there: None when the post is its own."""

    post: Post
    absent: Officer | None = None


def filter_during(spells: QuerySet[M], first_day: date, last_day: date | None) -> QuerySet[M]:
    """The rows valid on at least one day from `first_day` to `last_day`, both included; None is an open end."""
    overlapping = spells.filter(Q(last_day=None) | Q(last_day__gte=first_day))
    return overlapping if last_day is None else overlapping.filter(first_day__lte=last_day)


def seats_of(account: AbstractBaseUser, today: date) -> list[Seat]:
    """The posts this account may act from today: its own first, then those it stands in for.

    None for an officer recorded as away, so that no colleague uses their login (节点代批): the stand-in signs.
    """
    if not account.is_active or _absent(Absence.objects.filter(officer__account=account.pk), today):
        return []
    holdings = filter_during(Holding.objects.filter(officer__account=account.pk), today, today)
    own_seats = [Seat(h.post) for h in holdings.select_related("post__department__division").order_by("post_id")]
    delegations = filter_during(Delegation.objects.filter(stand_in__account=account.pk), today, today)
    delegations = delegations.select_related("post__department__division", "absent").order_by("post_id")
    own_posts = {seat.post.id for seat in own_seats}
    return own_seats + [Seat(d.post, d.absent) for d in delegations if d.post_id not in own_posts]


def _absent(absences: QuerySet[Absence], today: date) -> bool:
    return filter_during(absences, today, today).exists()


def seats_now(account: AbstractBaseUser) -> tuple[date, list[Seat]]:
    """The ledger's day in Zhengzhou and `seats_of` on it, in one statement."""
    (row,) = run(_SEATS_NOW, {"account": account.pk}).fetchone()
    day, seats = read_seats(row)
    return day, seats if account.is_active else []


def read_seats(row: Any) -> tuple[date, list[Seat]]:
    """The ledger's day and the seats on it, from what `sql_seats` answered. The account has to be active."""
    row = json.loads(row) if isinstance(row, str) else row
    seats: dict[str, Seat] = {}
    for r in row["seats"]:
        division = Division(code=r["division"], name=r["division_name"], level=r["level"])
        department = Department(
            id=r["department"], code=r["code"], name=r["department_name"], short=r["short"], division=division
        )
        post = Post(id=r["post"], department=department, kind=r["kind"], name=r["name"], risk=r["risk"])
        absent = Officer(id=r["absent"], account_id=r["absent_account"], name=r["absent_name"]) if r["absent"] else None
        seats.setdefault(post.id, Seat(post, absent))
    return date.fromisoformat(row["day"]), list(seats.values())


def sql_seats(account: str) -> str:
    """The seats of an account now, as an SQL expression, for a statement that reads them beside something else.

    `account` is the SQL of its id. Read the answer with `read_seats`.
    """
    return _SEATS.replace("{account}", account)


# A person has few seats: each is looked up by key (`lateral … limit 1`), where the planner would read all posts and
# officers of the city
_SEATS = """(
with today as (select (ledger_now() at time zone 'Asia/Shanghai')::date as day),
me as (
  select o.id, t.day from org_officer o cross join today t
  where o.account_id = {account} and not exists (
    select 1 from org_absence a
    where a.officer_id = o.id and a.first_day <= t.day and coalesce(a.last_day, t.day) >= t.day)
),
seat as (
  select 0 as rank, h.post_id, null::bigint as absent_id from me join org_holding h
    on h.officer_id = me.id and h.first_day <= me.day and coalesce(h.last_day, me.day) >= me.day
  union all
  select 1, d.post_id, d.absent_id from me join org_delegation d
    on d.stand_in_id = me.id and d.first_day <= me.day and coalesce(d.last_day, me.day) >= me.day
)
select json_build_object('day', t.day, 'seats', coalesce((
  select json_agg(json_build_object(
    'post', p.id, 'kind', p.kind, 'name', p.name, 'risk', p.risk, 'department', d.id, 'code', d.code,
    'department_name', d.name, 'short', d.short, 'division', v.code, 'division_name', v.name, 'level', v.level,
    'absent', o.id, 'absent_account', o.account_id, 'absent_name', o.name
  ) order by seat.rank, p.id)
  from seat
  cross join lateral (select * from org_post where id = seat.post_id limit 1) p
  cross join lateral (select * from org_department where id = p.department_id limit 1) d
  cross join lateral (select * from org_division where code = d.division_id limit 1) v
  left join lateral (select * from org_officer where id = seat.absent_id limit 1) o on true
), '[]'::json)) from today t
)"""
_SEATS_NOW = f"select {sql_seats('%(account)s')}"


def sql_posts(account: str) -> str:
    """SQL that selects the posts an account acts from now. `account` is the SQL of its id."""
    return f"select seat ->> 'post' from json_array_elements({sql_seats(account)} -> 'seats') seat"


def posts_of(account: AbstractBaseUser, today: date) -> list[Post]:
    """The posts of `seats_of`, department and division loaded."""
    return [seat.post for seat in seats_of(account, today)]


def actor_at_post(
    account: AbstractBaseUser,
    post_id: str,
    today: date,
    *,
    channel: str = "",
    session: str = "",
    ip: str = "",
    device: str = "",
) -> Actor:
    """The actor for commands of this account from this post.

    `channel` defaults to window for a window's post and online for others. A stand-in acts on behalf of the absent
    officer's account (`a:<id>`). Raises Refused(forbidden) when the post is not the account's today.
    """
    seat = next((seat for seat in seats_of(account, today) if seat.post.id == post_id), None)
    if seat is None:
        message = "您今天不在这个岗位上（未任此岗、任期已过或已登记缺席），不能以此岗位办理。"
        raise Refused("not-seated", message, next="请换到您今天任职的岗位。", kind=Kind.FORBIDDEN)
    return actor_of_seat(account, seat, channel=channel, session=session, ip=ip, device=device)


def actor_of_seat(
    account: AbstractBaseUser, seat: Seat, *, channel: str = "", session: str = "", ip: str = "", device: str = ""
) -> Actor:
    """The actor for commands of this account from one of its seats; see `actor_at_post`."""
    post = seat.post
    return Actor(
        person=f"a:{account.pk}",
        post=post.id,
        post_kind=post.kind,
        department=post.department_id,
        division=post.department.division_id,
        on_behalf_of=f"a:{seat.absent.account_id}" if seat.absent else "",
        channel=channel or ("window" if post.kind == "window" else "online"),
        session=session,
        ip=ip,
        device=device,
    )


def list_present_officers(post_id: str, day: date) -> list[Officer]:
    """The officers present at a post on a day: its holders and stand-ins, without those recorded as away."""
    holders = filter_during(Holding.objects.filter(post=post_id), day, day).values("officer")
    stand_ins = filter_during(Delegation.objects.filter(post=post_id), day, day).values("stand_in")
    away = filter_during(Absence.objects.all(), day, day).values("officer")
    officers = Officer.objects.filter(Q(pk__in=holders) | Q(pk__in=stand_ins)).exclude(pk__in=away)
    return list(officers.select_related("account").order_by("number"))


@dataclass(frozen=True, slots=True)
class PresentSeat:
    """An account that acts from a post on a day, and the person (`a:12`) it stands in for there; empty for its own."""

    account: int
    post: str
    absent: str = ""


def list_present_seats(place: str, kinds: Collection[str], day: date) -> list[PresentSeat]:
    """Who acts on a day from posts of these kinds in a department (`410100/scjg`) or anywhere in a division (`410100`):
    holders, then stand-ins, without those recorded as away. Two statements.
    """
    unit = {"department": place} if "/" in place else {"department__division": place}
    posts = Post.objects.filter(kind__in=kinds, **unit).values("pk")
    away = filter_during(Absence.objects.all(), day, day).values("officer")
    held = filter_during(Holding.objects.filter(post__in=posts, officer__account__is_active=True), day, day)
    stood_in = filter_during(Delegation.objects.filter(post__in=posts, stand_in__account__is_active=True), day, day)
    own = held.exclude(officer__in=away).order_by("officer__number", "post")
    other = stood_in.exclude(stand_in__in=away).order_by("stand_in__number", "post")
    return [
        *(PresentSeat(*row) for row in own.values_list("officer__account", "post")),
        *(PresentSeat(a, post, f"a:{absent}")
          for a, post, absent in other.values_list("stand_in__account", "post", "absent__account")),
    ]  # fmt: skip


def names_of(persons: Iterable[str]) -> dict[str, str]:
    """Names of officers by the person of an actor (`a:12`); others are left out."""
    ids = [int(person[2:]) for person in persons if person.startswith("a:")]
    if not ids:
        return {}
    rows = run("select account_id, name from org_officer where account_id = any(%s)", [ids])
    return {f"a:{account}": name for account, name in rows.fetchall()}


def sql_name(person: str) -> str:
    """SQL for the name of the officer in a column of persons (`names_of`); null for others."""
    account = f"case when {person} like 'a:%%' then substr({person}, 3)::bigint end"
    return f"(select name from org_officer where account_id = {account})"


def read_staff(
    persons: Iterable[str], posts: Iterable[tuple[str, str]], day: date
) -> tuple[dict[str, str], dict[tuple[str, str], tuple[str, ...]]]:
    """Names by person (`names_of`), and the persons present by (department, kind of post), stand-ins included.

    One statement for a whole page. The names cover all these persons, in order of their employee numbers.
    """
    wanted_posts = list(dict.fromkeys(posts))
    ids = [int(person[2:]) for person in persons if person.startswith("a:")]
    names: dict[str, str] = {}
    present: dict[tuple[str, str], list[str]] = {post: [] for post in wanted_posts}
    given = {"ids": ids, "departments": [d for d, _ in wanted_posts], "kinds": [k for _, k in wanted_posts], "day": day}
    for department, kind, account, name in run(_STAFF, given).fetchall():
        names[f"a:{account}"] = name
        if department:
            present[department, kind].append(f"a:{account}")
    return names, {post: tuple(officers) for post, officers in present.items()}


def find_high_risk_posts(persons: Iterable[str], day: date) -> frozenset[tuple[str, str]]:
    """Pairs (person, department) of those among `persons` (`a:12`) who hold a post of high risk on the day.

    At most one statement.
    """
    accounts = [int(person[2:]) for person in persons if person.startswith("a:")]
    if not accounts:
        return frozenset()
    holdings = filter_during(Holding.objects.filter(officer__account__in=accounts, post__risk="high"), day, day)
    return frozenset((f"a:{a}", d) for a, d in holdings.values_list("officer__account", "post__department"))


def find_officer(number: str) -> Officer | None:
    """The officer with this employee number and an open account; None if there is none."""
    return Officer.objects.filter(number=number, account__is_active=True).first()


def find_holding(officer: int, post: str) -> Holding | None:
    """The holding of this post by this officer, past ones too, with the post; None if there is none."""
    return Holding.objects.filter(officer=officer, post=post).select_related("post").first()


def list_holdings_of_account(account: int, division: str, department: str = "") -> list[Holding]:
    """Holdings, past ones too, of an account in a division, or in one department of it, latest first. One statement."""
    holdings = Holding.objects.filter(officer__account=account, post__department__division=division)
    if department:
        holdings = holdings.filter(post__department=department)
    return list(holdings.select_related("post__department", "officer").order_by("-first_day"))


def list_staff(department: str, day: date) -> list[Officer]:
    """Everybody who holds a post of a department on a day, by employee number. One statement."""
    holdings = filter_during(Holding.objects.filter(post__department=department), day, day)
    return list(Officer.objects.filter(pk__in=holdings.values("officer")).order_by("number"))


def list_holdings_of_officers(officers: Iterable[int], department: str, day: date) -> list[Holding]:
    """The holdings of these officers in a department on a day. One statement."""
    holdings = filter_during(Holding.objects.filter(officer__in=officers, post__department=department), day, day)
    return list(holdings.select_related("post").order_by("post_id"))


def find_absence(id: int) -> Absence | None:
    return Absence.objects.select_related("officer").filter(pk=id).first()


def find_absence_now(account: int, day: date) -> Absence | None:
    """The absence for which this account acts from no post on a day. One statement."""
    spells = filter_during(Absence.objects.filter(officer__account=account), day, day)
    return spells.select_related("officer").order_by("first_day").first()


def list_absences(officers: Iterable[int], first_day: date, last_day: date) -> list[Absence]:
    """The absences of these officers between two days, the earliest first. One statement."""
    spells = filter_during(Absence.objects.filter(officer__in=officers), first_day, last_day)
    return list(spells.select_related("officer").order_by("first_day", "officer__number"))


def list_delegations(absences: Iterable[Absence]) -> list[Delegation]:
    """The delegations of these absences. One statement."""
    return list(Delegation.objects.filter(absence__in=absences).select_related("stand_in"))


def names_of_colleagues(department: str, day: date) -> dict[str, str]:
    """Names by person of those present in a department that day, without administrators. One statement."""
    names, _ = read_staff((), [(department, kind) for kind in POST_KINDS if kind not in ADMINISTRATORS], day)
    return names


def names_of_staff(division: str, kinds: Collection[str], day: date) -> dict[str, str]:
    """Names by person of those present that day at posts of these kinds in a division, stand-ins included. One
    statement.
    """
    posts = Post.objects.filter(department__division=division, kind__in=kinds).values("pk")
    held = filter_during(Holding.objects.filter(post__in=posts), day, day).values("officer")
    stood_in = filter_during(Delegation.objects.filter(post__in=posts), day, day).values("stand_in")
    absent = filter_during(Absence.objects.all(), day, day).values("officer")
    present = Officer.objects.filter(Q(pk__in=held) | Q(pk__in=stood_in)).exclude(pk__in=absent).order_by("number")
    return {f"a:{account}": name for account, name in present.values_list("account_id", "name")}


_STAFF = """
with asked as (select * from unnest(%(departments)s::text[], %(kinds)s::text[]) as a(department, kind)),
post as (select p.id, p.department_id, p.kind from org_post p join asked on (department, asked.kind) =
  (p.department_id, p.kind)),
seat as (
  select post_id, officer_id from org_holding where first_day <= %(day)s and coalesce(last_day, %(day)s) >= %(day)s
  union
  select post_id, stand_in_id from org_delegation
  where first_day <= %(day)s and coalesce(last_day, %(day)s) >= %(day)s
),
found as (
  select distinct post.department_id, post.kind, o.id, o.account_id, o.name, o.number
  from post join seat on seat.post_id = post.id join org_officer o on o.id = seat.officer_id
  where not exists (select 1 from org_absence a where a.officer_id = o.id and a.first_day <= %(day)s
    and coalesce(a.last_day, %(day)s) >= %(day)s)
  union all
  select null, null, id, account_id, name, number from org_officer where account_id = any(%(ids)s)
)
select department_id, kind, account_id, name from found order by number
"""


# --- departments ------------------------------------------------------------------------------------------------------

_departments: dict[str, tuple[float, Department]] = {}


def get_department(id: str) -> Department:
    """A department with its division, cached for a minute. Raises Department.DoesNotExist."""
    cached = _departments.get(id)
    if cached and cached[0] > time.monotonic():
        return cached[1]
    row = Department.objects.select_related("division").get(pk=id)
    _departments[id] = (time.monotonic() + REMEMBER, row)
    return row


def names_of_departments(divisions: Iterable[str]) -> dict[str, str]:
    """Names of the departments of these divisions by id, those without an item of their own too. One statement."""
    return dict(Department.objects.filter(division__in=divisions).order_by("id").values_list("id", "name"))


def departments_by_id(ids: Iterable[str]) -> dict[str, Department]:
    """Departments by id. One statement."""
    return Department.objects.in_bulk(set(ids))


def names_of_divisions(codes: Iterable[str]) -> dict[str, str]:
    """Names of divisions by code, the city's first. One statement."""
    rows = Division.objects.filter(pk__in=codes).order_by("-parent", "code")
    return dict(rows.values_list("pk", "name"))


def find_departments_by_name(words: str) -> QuerySet[Any]:
    """Ids of the departments whose name contains these words, as a query."""
    return Department.objects.filter(Q(name__icontains=words) | Q(short=words)).values("id")


def persons_named(name: str) -> list[str]:
    """The officers of this name, as persons. One statement."""
    return [f"a:{account}" for account in Officer.objects.filter(name=name).values_list("account_id", flat=True)]


def names_of_posts(ids: Iterable[str]) -> dict[str, str]:
    return dict(Post.objects.filter(id__in=ids).values_list("id", "name"))


def find_hall(id: int) -> Hall | None:
    return Hall.objects.filter(pk=id).first()


def find_owner(system: str) -> str | None:
    """The id of the department that owns this system; None when no system of that code was ever connected."""
    return System.objects.filter(pk=system).values_list("department", flat=True).first()


def clear_caches() -> None:
    """Empty the caches of the structure: after a change in this process, and between tests."""
    _departments.clear()
    _city.clear()
    _halls.clear()


_city: list[tuple[float, Division | None]] = []


def get_city() -> Division | None:
    """The city this store serves, cached for a minute; None before the store was founded."""
    if not _city or _city[0][0] < time.monotonic():
        row = Division.objects.filter(level="city").order_by("code").first()
        _city[:] = [(time.monotonic() + REMEMBER, row)]
    return _city[0][1]


def city_code() -> str:
    """The code of the city this store serves; empty before it was founded."""
    row = get_city()
    return row.code if row else ""


def list_halls_by_division(day: date) -> list[tuple[str, list[Hall]]]:
    """(name of a division, its halls that serve on that day), the city's first. One statement."""
    rows = Hall.objects.select_related("division").order_by("division__code", "name")
    serving = [hall for hall in rows if not hall.is_closed(day)]
    return [(name, list(group)) for name, group in groupby(serving, key=lambda hall: hall.division.name)]


_halls: dict[str, tuple[float, list[Hall]]] = {}


def list_open_halls(division: str, day: date) -> list[Hall]:
    """The halls of a division that serve on that day, by name. Cached for a minute."""
    cached = _halls.get(division)
    if cached is None or cached[0] < time.monotonic():
        cached = (time.monotonic() + REMEMBER, list(Hall.objects.filter(division=division).order_by("name")))
        _halls[division] = cached
    return [hall for hall in cached[1] if not hall.is_closed(day)]


def list_line_departments(code: str) -> QuerySet[Department]:
    """The departments with this code in all divisions (本系统, 3.2b), the city's first."""
    return Department.objects.filter(code=code).select_related("division").order_by("division__code")


def name_of_office(division: str) -> str:
    """The name of a division's government-service office; empty when it has none."""
    try:
        return office_of(division).name
    except Department.DoesNotExist:
        return ""


def office_of(division: str) -> Department:
    """The government-service office of the same level (同级政务办, 3.2d). Raises Department.DoesNotExist."""
    return get_department(f"{division}/zwb")


# --- the calendar -----------------------------------------------------------------------------------------------------

_calendars: dict[tuple[int, str], WorkingCalendar] = {}


def get_calendar() -> WorkingCalendar:
    """The calendar in force; an estimate while no year is loaded. One index lookup when nothing changed."""
    newest = CalendarYear.objects.order_by("-id").values_list("id", "version").first()
    return _cached_calendar(*(newest or (0, "")))


def calendar_at(version: str) -> WorkingCalendar:
    """The calendar with this version. Raises CalendarYear.DoesNotExist for a version that was never in force."""
    now = get_calendar()
    if now.version == version:
        return now
    row = CalendarYear.objects.filter(version=version).order_by("-id").first()
    if row is None:
        raise CalendarYear.DoesNotExist(version)
    return _cached_calendar(row.id, version)


def _cached_calendar(upto: int, version: str) -> WorkingCalendar:
    if (upto, version) not in _calendars:
        _calendars[upto, version] = _build(upto)
    return _calendars[upto, version]


def list_loadings(year: int | None = None) -> list[CalendarYear]:
    """Every loading of a year, or of all years from the latest year on, the newest first."""
    rows = CalendarYear.objects.order_by("-year", "-id")
    return list(rows if year is None else rows.filter(year=year))


def calendar_version() -> str:
    """The version of the calendar in force, as decisions record it."""
    return get_calendar().version


def _build(upto: int) -> WorkingCalendar:
    """The calendar from the newest loading of each year among the rows up to an id."""
    newest = CalendarYear.objects.filter(id__lte=upto).order_by("year", "-id").distinct("year")
    return WorkingCalendar.load(
        {row.year: {"off_days": row.off_days, "work_weekends": row.work_weekends} for row in newest}
    )
