"""The demo city: divisions, departments, posts with officers, applicants with accounts. No item and no case enters.

Loaded in one transaction with bulk inserts and one password hash; two entries with digests say what was built.
Everything but the divisions' names and codes is synthetic and marked so.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from yichuang.catalog.loading import load_departments
from yichuang.kernel.codes import division, uscc
from yichuang.kernel.sm3 import sm3
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import record, store_kind
from yichuang.ops.demo import names
from yichuang.ops.secret import secret
from yichuang.org.models import Department, Division, Hall, Holding, Officer, Post
from yichuang.org.service import load_seed_years
from yichuang.people.demo import DEMO_ACCOUNTS
from yichuang.people.models import RESIDENT_ID, Account, Mandate, Membership, RealNameCheck, Subject

PERSONS, FIRMS = 200, 120
CITY = division.CITY.code
NEW_DISTRICT = ("4101ZD", "郑东新区")  # has no code in any standard: this one is ours
SINCE = date(2017, 1, 1)  # the officers hold their posts from here, so that a history can be simulated
MANDATED = (date(2018, 1, 1), date(2035, 12, 31))
_WINDOWS = ("综合窗口（市场准入）", "综合窗口（社会民生）", "综合窗口（投资建设）", "综合窗口（不分类）")
# kind of post: its names, one post each; 4.1b rates the risk of posts, here for demonstration
_DEPARTMENT_POSTS = {
    "reviewer": ("初审岗", "复审岗", "意见征询岗"),
    "surveyor": ("现场核查一岗", "现场核查二岗"),
    "head": ("机关负责人",),
    "counsellor": ("辅导岗",),
}
# 联合踏勘 of a joint acceptance asks for four surveyors of the building department
_MORE_POSTS = {("jsj", "surveyor"): ("现场核查三岗", "现场核查四岗")}
_OFFICE_POSTS = {
    "window": _WINDOWS,
    "cashier": ("收费岗",),
    "counsellor": ("辅导岗",),
    "office": ("规程审定岗",),
    "head": ("主任",),
    "inspector": ("督查岗",),
}
_CITY_POSTS = {
    "supervisor": ("电子监察岗",),
    "sysadmin": ("系统管理员",),
    "secadmin": ("安全管理员",),
    "auditadmin": ("审计管理员",),
}
_IN_THE_HALL = {"window", "cashier"}
_RISK = {"head": "high", "reviewer": "high", "surveyor": "high", "window": "medium", "cashier": "medium"}


def build_city(actor: Actor) -> bool:
    """Build the city once. False when it exists already. Raises RuntimeError as `require_demo_store` does."""
    require_demo_store()
    with transaction.atomic():
        load_seed_years(actor)
        if _is_built():
            return False
        hashed = make_password(demo_password())
        Division.objects.bulk_create(_divisions())
        Department.objects.bulk_create(_departments())
        halls = {hall.division_id: hall for hall in Hall.objects.bulk_create(_halls())}
        posts = Post.objects.bulk_create(_posts(halls))
        _officers(posts, hashed, actor)
        _applicants(hashed, actor)
    return True


def require_demo_store() -> None:
    """Raises RuntimeError in a store that was not declared demo while it was empty, and in one that has accounts but
    none of the demo's.
    """
    if store_kind() != "demo":
        raise RuntimeError("示范市只能载入建库时定为演示的空库；这个库不是演示库，不能载入，也不能模拟。")
    if Account.objects.exists() and not _is_built():
        raise RuntimeError("这个演示库里已有别人的账户，示范市不能再载入；请另用一个空的数据文件夹。")


def _is_built() -> bool:
    return Account.objects.filter(username=DEMO_ACCOUNTS[0].username).exists()


def demo_password() -> str:
    """The password of all demo accounts: DEMO_PASSWORD from the environment, else one derived for this installation."""
    configured = os.environ.get("DEMO_PASSWORD")
    return configured or sm3(secret("DEMO_PASSWORD", settings.SECRETS_DIR).encode()).hex()[:12]


def _divisions() -> list[Division]:
    city = Division(code=CITY, name=division.CITY.name, level="city", mark="郑")
    counties = [Division(code=d.code, name=d.name, level="county", parent=city) for d in division.DISTRICTS]
    zones = [
        Division(code=d.code, name=d.name, level="committee", code_kind="statistical", parent=city)
        for d in division.ZONES
    ]
    code, name = NEW_DISTRICT
    return [city, *counties, *zones, Division(code=code, name=name, level="committee", code_kind="own", parent=city)]


def _departments() -> Iterable[Department]:
    """The departments of the catalogue's data, and a government-service office for each division without one."""
    departments = load_departments()
    for number, department in enumerate(departments.values(), start=1):
        for code, seat in department.seats.items():
            yield Department(
                id=f"{code}/{department.code}",
                division_id=code,
                code=department.code,
                name=seat.name,
                name_2018=department.name_2018 if code == CITY else "",
                short=department.short,
                uscc=seat.uscc,
                kind=department.nature,
                phone=f"0371-0000{number:04d}",  # nobody's: no number of the exchange begins so
            )
    for number, place in enumerate(_divisions(), start=1):
        if place.code not in departments["zwb"].seats:
            body = "管委会" if place.level == "committee" else ""
            yield Department(
                id=f"{place.code}/zwb",
                division_id=place.code,
                code="zwb",
                name=f"{place.name}{body}政务服务办公室",
                short="政务",
                uscc=uscc.build("1", "1", place.code if place.code.isdigit() else CITY, f"Y0009{number:03d}"),
            )


def _halls() -> Iterable[Hall]:
    """A hall for every division, at an address that does not exist."""
    for place in _divisions():
        body = "管委会" if place.level == "committee" else ""
        yield Hall(
            division_id=place.code,
            name=f"{place.name}{body}政务服务大厅（演示）",
            address=f"{place.name}示范路 1 号",
            hours="工作日 9:00–12:00、13:30–17:00",
        )


def _posts(halls: dict[str, Hall]) -> Iterable[Post]:
    """The posts of every department; those that meet people sit in the hall of their division."""
    for department in Department.objects.select_related("division").order_by("id"):
        kinds: dict[str, tuple[str, ...]] = _DEPARTMENT_POSTS
        if department.code == "zwb":
            kinds = _OFFICE_POSTS | (_CITY_POSTS if department.division.level == "city" else {})
        for kind, titles in kinds.items():
            more = _MORE_POSTS.get((department.code, kind), ())
            for number, title in enumerate((*titles, *more), start=1):
                yield Post(
                    id=f"{department.id}/{kind}/{number}",
                    department=department,
                    kind=kind,
                    name=title if department.code == "zwb" else f"{department.short}·{title}",
                    risk=_RISK.get(kind, "low"),
                    hall=halls[department.division_id] if kind in _IN_THE_HALL else None,
                )


def username(post: Post) -> str:
    """`scjg.reviewer2` in the city, `410122.scjg.reviewer2` elsewhere."""
    place, department, kind, number = post.id.split("/")
    name = f"{department}.{kind}{number}"
    return name if place == CITY else f"{place}.{name}"


def _officers(posts: Sequence[Post], hashed: str, actor: Actor) -> None:
    """One officer for every post, with an account; the well-known accounts have their own names."""
    known_accounts = {account.post: account for account in DEMO_ACCOUNTS if account.post}
    named_posts = list(zip(posts, names.officer_names(len(posts)), strict=True))
    accounts = Account.objects.bulk_create(
        Account(
            username=known_accounts[post.id].username if post.id in known_accounts else username(post),
            real_name=known_accounts[post.id].name if post.id in known_accounts else name,
            kind="officer",
            password=hashed,
        )
        for post, name in named_posts
    )
    officers = Officer.objects.bulk_create(
        Officer(account=account, name=account.real_name, number=f"{post.department.division_id}-{place:04d}")
        for place, (account, post) in enumerate(zip(accounts, posts, strict=True), start=1)
    )
    Holding.objects.bulk_create(
        Holding(officer=officer, post=post, first_day=SINCE) for officer, post in zip(officers, posts, strict=True)
    )
    assignments = [f"{post.id}={officer.account_id}" for officer, post in zip(officers, posts, strict=True)]
    record("org/demo", "demo_officers_built", {"posts": len(assignments), "digest": _digest(assignments)}, actor)


def _applicants(hashed: str, actor: Actor) -> None:
    """Persons with accounts, firms headed by some of them, and mandates from firms to agents."""
    known_accounts = [account for account in DEMO_ACCOUNTS if not account.post]
    people = names.persons(tuple(account.name for account in known_accounts), PERSONS)
    verified = timezone.make_aware(datetime.combine(SINCE, time()))
    logins = [a.username for a in known_accounts] + [
        f"citizen{n:03d}" for n in range(len(known_accounts) + 1, PERSONS + 1)
    ]
    accounts = Account.objects.bulk_create(
        Account(
            username=login,
            real_name=person.name,
            phone=person.phone,
            email=f"{login}@demo.invalid",
            verified_at=verified,
            password=hashed,
        )
        for login, person in zip(logins, people, strict=True)
    )
    persons = Subject.objects.bulk_create(
        Subject(
            id=_subject_id(person.id_number),
            kind="person",
            name=person.name,
            id_type=RESIDENT_ID,
            id_number=person.id_number,
            phone=person.phone,
            address=person.address,
            demo=True,
        )
        for person in people
    )
    RealNameCheck.objects.bulk_create(RealNameCheck(account=a, provider="demo", passed=True) for a in accounts)
    heads = range(1, FIRMS + 1)  # 李四 heads the first firm, 王五 the second
    firms = Subject.objects.bulk_create(
        Subject(
            id=_subject_id(firm.uscc),
            kind="organisation",
            name=firm.name,
            uscc=firm.uscc,
            legal_name=people[head].name,
            legal_id_number=people[head].id_number,
            phone=people[head].phone,
            address=firm.address,
            demo=True,
        )
        for head, firm in zip(heads, names.firms(FIRMS), strict=True)
    )
    Membership.objects.bulk_create(
        [Membership(account=a, subject=p, role="self") for a, p in zip(accounts, persons, strict=True)]
        + [Membership(account=accounts[head], subject=f, role="legal") for head, f in zip(heads, firms, strict=True)]
    )
    mandates = Mandate.objects.bulk_create(_mandates(firms, persons, accounts))
    built = [s.id for s in (*persons, *firms)] + [f"{m.principal_id}>{m.agent_id}" for m in mandates]
    body = {"accounts": len(accounts), "subjects": PERSONS + FIRMS, "mandates": len(mandates), "digest": _digest(built)}
    record("people/demo", "demo_applicants_built", body, actor)


def _mandates(firms: Sequence[Subject], persons: Sequence[Subject], accounts: Sequence[Account]) -> Iterable[Mandate]:
    """王五 acts for three firms, 李四's among them; every sixth firm has an agent of its own."""
    agents = dict.fromkeys((0, 2, 3), 2) | {place: PERSONS - 1 - place for place in range(6, FIRMS, 6)}
    for place, agent in agents.items():
        yield Mandate(
            principal=firms[place],
            agent=persons[agent],
            all_items=True,
            first_day=MANDATED[0],
            last_day=MANDATED[1],
            granted_by=accounts[place + 1].person,
        )


def _subject_id(number: str) -> str:
    """An id that is the same in every demo store, so that simulated histories are the same too."""
    return f"s:{uuid.uuid5(uuid.NAMESPACE_URL, f'demo:{number}')}"


def _digest(lines: Iterable[str]) -> str:
    return sm3("\n".join(sorted(lines)).encode()).hex()
