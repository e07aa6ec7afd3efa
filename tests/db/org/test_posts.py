"""Posts over time: who may act from one, absence and delegation, three administrators in three hands."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from yichuang.aggregates.refusal import Invalid, Refused
from yichuang.catalog.standard import PostKind
from yichuang.ledger.actor import Actor
from yichuang.ledger.models import Entry
from yichuang.org import queries, service, structure
from yichuang.org.kinds import POST_KINDS
from yichuang.org.models import Department, Division, Holding, Officer, Post
from yichuang.people.models import Account

pytestmark = pytest.mark.django_db
ADMIN = Actor("a:admin", post="410100/zwb/secadmin/1", post_kind="secadmin", division="410100", channel="online")
MONDAY = date(2018, 3, 5)
DAY = timedelta(days=1)


@pytest.fixture
def scjg() -> Department:
    queries.clear_caches()
    city = Division.objects.create(code="410100", name="郑州市", level="city")
    return structure.add_department(
        Department(id="410100/scjg", division=city, code="scjg", name="郑州市市场监督管理局", short="市监"), ADMIN
    )


@pytest.fixture
def officer() -> Callable[[str], Officer]:
    def enrol(name: str) -> Officer:
        account = Account.objects.create_user(name, None, kind="officer")
        return service.enrol_officer(account.pk, name, f"no-{name}", ADMIN)

    return enrol


def refused(code: str) -> pytest.RaisesExc[Invalid]:
    return pytest.RaisesExc(Invalid, check=lambda error: error.code == code)


def test_every_kind_of_post_a_standard_can_name_exists_here() -> None:
    assert {kind.value for kind in PostKind} <= set(POST_KINDS)


def test_an_officer_acts_from_a_post_on_the_days_it_is_held(
    scjg: Department, officer: Callable[[str], Officer]
) -> None:
    post = structure.add_post(scjg, "reviewer", "食品经营审查岗", ADMIN)
    zhou = officer("周明审")
    service.appoint(zhou, post, MONDAY, ADMIN, last_day=MONDAY + DAY)

    acting = queries.actor_at_post(zhou.account, post.id, MONDAY, ip="10.0.0.8")
    assert acting == Actor(
        person=f"a:{zhou.account_id}",
        post="410100/scjg/reviewer/1",
        post_kind="reviewer",
        department="410100/scjg",
        division="410100",
        ip="10.0.0.8",
    )
    assert queries.posts_of(zhou.account, MONDAY + DAY) == [post]
    for day in (MONDAY - DAY, MONDAY + 2 * DAY):
        assert queries.posts_of(zhou.account, day) == []
        with pytest.raises(Refused, match="不在这个岗位"):
            queries.actor_at_post(zhou.account, post.id, day)


def test_a_closed_account_has_no_post(scjg: Department, officer: Callable[[str], Officer]) -> None:
    post = structure.add_post(scjg, "window", "综合窗口", ADMIN)
    zhou = officer("周")
    service.appoint(zhou, post, MONDAY, ADMIN)
    assert queries.actor_at_post(zhou.account, post.id, MONDAY).channel == "window"
    zhou.account.is_active = False
    assert queries.posts_of(zhou.account, MONDAY) == []


def test_nobody_holds_the_same_post_twice_on_one_day(scjg: Department, officer: Callable[[str], Officer]) -> None:
    first, second = (structure.add_post(scjg, "reviewer", name, ADMIN) for name in ("初审岗", "复审岗"))
    zhou, wu = officer("周"), officer("吴")
    held = service.appoint(zhou, first, MONDAY, ADMIN)
    with refused("overlap"):
        service.appoint(zhou, first, MONDAY + 30 * DAY, ADMIN)
    service.appoint(zhou, second, MONDAY, ADMIN)
    service.appoint(wu, first, MONDAY, ADMIN)
    service.end_holding(held, MONDAY + DAY, ADMIN)
    service.appoint(zhou, first, MONDAY + 2 * DAY, ADMIN)
    # the database itself refuses it, whoever writes
    with pytest.raises(IntegrityError, match="org_holding_overlap"), transaction.atomic():
        Holding.objects.create(officer=wu, post=first, first_day=MONDAY)


def test_a_stand_in_acts_in_the_absent_officers_place_and_says_so(
    scjg: Department, officer: Callable[[str], Officer]
) -> None:
    post, other = (structure.add_post(scjg, "reviewer", name, ADMIN) for name in ("初审岗", "复审岗"))
    zhou, wu = officer("周"), officer("吴")
    service.appoint(zhou, post, MONDAY - DAY, ADMIN)
    service.appoint(wu, other, MONDAY - DAY, ADMIN)
    away = service.record_absence(zhou, MONDAY, MONDAY + 4 * DAY, "leave", ADMIN)
    assert queries.posts_of(zhou.account, MONDAY) == []  # an absent officer's login does nothing (节点代批)
    assert queries.list_present_officers(post.id, MONDAY) == []

    service.delegate(away, post, wu, ADMIN, last_day=MONDAY + DAY)
    assert queries.posts_of(wu.account, MONDAY) == [other, post]
    standing = queries.actor_at_post(wu.account, post.id, MONDAY)
    assert (standing.person, standing.on_behalf_of) == (f"a:{wu.account_id}", f"a:{zhou.account_id}")
    assert queries.actor_at_post(wu.account, other.id, MONDAY).on_behalf_of == ""
    assert queries.list_present_officers(post.id, MONDAY) == [wu]
    assert queries.posts_of(wu.account, MONDAY + 2 * DAY) == [other]


def test_who_comes_back_early_has_the_post_again_and_the_stand_in_has_not(
    scjg: Department, officer: Callable[[str], Officer]
) -> None:
    post = structure.add_post(scjg, "head", "局长", ADMIN)
    zhou, wu = officer("周"), officer("吴")
    for one, held in ((zhou, post), (wu, structure.add_post(scjg, "head", "副局长", ADMIN))):
        service.appoint(one, held, MONDAY, ADMIN)
    away = service.record_absence(zhou, MONDAY, MONDAY + 4 * DAY, "duty", ADMIN)
    service.delegate(away, post, wu, ADMIN)
    service.end_absence(away, MONDAY + 2 * DAY, ADMIN)
    assert queries.list_present_officers(post.id, MONDAY + DAY) == [wu]
    assert queries.list_present_officers(post.id, MONDAY + 2 * DAY) == [zhou]
    # back before it began: the absence never was
    later = service.record_absence(zhou, MONDAY + 10 * DAY, MONDAY + 11 * DAY, "sick", ADMIN)
    service.end_absence(later, MONDAY + 9 * DAY, ADMIN)
    assert queries.list_present_officers(post.id, MONDAY + 10 * DAY) == [zhou]


def test_a_stand_in_is_a_present_colleague_and_only_while_the_other_is_away(
    scjg: Department, officer: Callable[[str], Officer]
) -> None:
    post = structure.add_post(scjg, "reviewer", "初审岗", ADMIN)
    elsewhere = structure.add_department(
        Department(id="410100/wjw", division=scjg.division, code="wjw", name="卫生健康委员会", short="卫健"), ADMIN
    )
    zhou, wu, zheng = officer("周"), officer("吴"), officer("郑")
    service.appoint(zhou, post, MONDAY, ADMIN)
    service.appoint(wu, structure.add_post(scjg, "reviewer", "复审岗", ADMIN), MONDAY, ADMIN)
    service.appoint(zheng, structure.add_post(elsewhere, "reviewer", "初审岗", ADMIN), MONDAY, ADMIN)
    away = service.record_absence(zhou, MONDAY, MONDAY + DAY, "leave", ADMIN)
    with refused("same"):
        service.delegate(away, post, zhou, ADMIN)
    with refused("elsewhere"):
        service.delegate(away, post, zheng, ADMIN)
    with refused("days"):
        service.delegate(away, post, wu, ADMIN, last_day=MONDAY + 2 * DAY)
    with refused("not-held"):
        service.delegate(away, Post.objects.get(name="复审岗"), wu, ADMIN)
    service.record_absence(wu, MONDAY + DAY, MONDAY + DAY, "sick", ADMIN)
    with refused("away"):
        service.delegate(away, post, wu, ADMIN)
    service.delegate(away, post, wu, ADMIN, last_day=MONDAY)


@pytest.mark.parametrize(
    ("one", "two"), [("sysadmin", "secadmin"), ("secadmin", "auditadmin"), ("auditadmin", "sysadmin")]
)
def test_two_administrations_are_never_in_one_hand(
    scjg: Department, officer: Callable[[str], Officer], one: str, two: str
) -> None:
    first, second = (structure.add_post(scjg, kind, POST_KINDS[kind], ADMIN) for kind in (one, two))
    han, yang = officer("韩"), officer("杨")
    service.appoint(han, first, MONDAY, ADMIN, last_day=MONDAY + DAY)
    with refused("apart"):
        service.appoint(han, second, MONDAY + DAY, ADMIN)
    service.appoint(yang, second, MONDAY, ADMIN)
    away = service.record_absence(yang, MONDAY, MONDAY + DAY, "leave", ADMIN)
    with refused("apart"):  # not by delegation either
        service.delegate(away, second, han, ADMIN)
    service.appoint(han, second, MONDAY + 2 * DAY, ADMIN)


def test_acts_are_on_record_without_names_and_without_the_reason_of_an_absence(
    scjg: Department, officer: Callable[[str], Officer]
) -> None:
    post = structure.add_post(scjg, "reviewer", "初审岗", ADMIN)
    zhou = officer("周明审")
    held = service.appoint(zhou, post, MONDAY, ADMIN)
    away = service.record_absence(zhou, MONDAY, MONDAY, "sick", ADMIN)
    service.end_absence(away, MONDAY, ADMIN)
    service.end_holding(held, MONDAY, ADMIN)
    entries = list(Entry.objects.order_by("position"))
    assert [entry.kind for entry in entries] == [
        "department_added",
        "post_added",
        "officer_enrolled",
        "appointed",
        "absence_recorded",
        "absence_ended",
        "holding_ended",
    ]
    assert all(entry.actor == "a:admin" for entry in entries)
    said = " ".join(entry.body for entry in entries)
    assert "周" not in said and "sick" not in said
    assert json.loads(entries[3].body)["officer"] == zhou.pk
    assert entries[3].stream == "org/post/410100/scjg/reviewer/1"


@pytest.mark.clause("3.1a.1")
@pytest.mark.parametrize(
    ("kind", "citation", "stored", "exercises"),
    [
        ("1", "", True, True),  # 法定机关
        ("2", "食品安全法第六条", True, True),  # 授权组织, with the law that authorises it
        ("2", "", False, False),
        ("3", "市政府公告第 1 号", True, False),  # acts in the name of the organ that entrusts it (24条)
        ("3", " ", False, False),
        ("9", "", True, False),  # an enterprise or institution
    ],
)
def test_only_organs_and_organisations_authorised_by_law_exercise_items(
    scjg: Department, kind: str, citation: str, stored: bool, exercises: bool
) -> None:
    body = Department(
        id="410100/x", division=scjg.division, code="x", name="某单位", short="某", kind=kind, citation=citation
    )
    if stored:
        assert structure.add_department(body, ADMIN).may_exercise is exercises
    else:
        with refused("no-citation"):
            structure.add_department(body, ADMIN)
        body.citation = ""
        with pytest.raises(IntegrityError), transaction.atomic():
            body.save(force_insert=True)


def test_a_zone_stands_as_a_committee_without_a_list_of_its_own(scjg: Department) -> None:
    zone = Division(code="410172", name="高新区", level="committee", code_kind="statistical", parent_id="410100")
    structure.add_division(zone, ADMIN)
    assert (zone.statistical, zone.has_own_list) == (True, False)
    own = Division(code="4101ZD", name="郑东新区", level="committee", code_kind="own", parent_id="410100")
    assert structure.add_division(own, ADMIN).statistical is False
    with pytest.raises(IntegrityError), transaction.atomic():  # a statistical code is no county
        Division.objects.create(
            code="410171", name="经开区", level="county", code_kind="statistical", parent_id="410100"
        )


def test_names_too_long_or_unreadable_are_refused_in_chinese(scjg: Department) -> None:
    with pytest.raises(Invalid, match="最多60个字"):
        structure.add_post(scjg, "reviewer", "审" * 10_000, ADMIN)
    with pytest.raises(Invalid, match="控制字符"):
        structure.add_post(scjg, "reviewer", "审\x00查", ADMIN)
    assert structure.add_post(scjg, "reviewer", "𠮷审查岗", ADMIN).name == "𠮷审查岗"


def test_a_department_is_remembered_until_it_changes(scjg: Department, django_assert_num_queries: Callable) -> None:  # type: ignore[type-arg]
    assert queries.get_department("410100/scjg").division.name == "郑州市"
    with django_assert_num_queries(0):
        assert queries.get_department("410100/scjg") == scjg
    with pytest.raises(Department.DoesNotExist):
        queries.get_department("410100/none")
