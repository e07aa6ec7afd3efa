"""The demo city: complete, marked as synthetic, loaded once, in seconds, and never into a production store."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.db import DatabaseError, transaction

from yichuang.catalog.loading import load_standards
from yichuang.faces.login import offered
from yichuang.kernel.codes import resident_id, uscc
from yichuang.ledger.actor import SYSTEM
from yichuang.ledger.models import Entry, Store
from yichuang.ledger.service import create_store, store_kind
from yichuang.ops import demo
from yichuang.ops.demo import city
from yichuang.ops.prepare import declare_store
from yichuang.ops.simulate.manners import CARELESS, FALLEN_SILENT, MANNERS
from yichuang.org import queries as org
from yichuang.org.models import Department, Division, Holding, Post
from yichuang.people import mfa
from yichuang.people import queries as people
from yichuang.people.demo import DEMO_ACCOUNTS
from yichuang.people.models import Account, Subject
from yichuang.people.service import register_account

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def secrets(settings: object, tmp_path: Path) -> None:
    settings.SECRETS_DIR = tmp_path  # type: ignore[attr-defined]
    mfa._kind = ""
    org.clear_caches()


def test_the_city_loads_only_once() -> None:
    city_said: list[str] = []
    create_store("demo")
    assert city.build_city(demo.LOADER) is True
    before = Entry.objects.count()
    assert city.build_city(demo.LOADER) is False
    assert Entry.objects.count() == before
    demo.load_city_structure(city_said.append)  # finds its part done, and still says what it looks at
    assert city_said and Account.objects.filter(username="zhangsan").count() == 1
    assert {e.kind for e in Entry.objects.all()} >= {"calendar_loaded", "demo_officers_built", "demo_applicants_built"}
    assert all(entry.source == "simulated" for entry in Entry.objects.all())


def test_the_word_may_be_said_again_once_the_store_holds_entries() -> None:
    create_store("demo")
    assert city.build_city(demo.LOADER) is True and Entry.objects.exists()
    create_store("demo")
    with pytest.raises(ValueError, match="不能改为"):
        create_store("production")


def test_a_production_store_takes_no_demo() -> None:
    create_store("production")
    with pytest.raises(RuntimeError, match="演示库"):
        city.build_city(demo.LOADER)
    with pytest.raises(RuntimeError, match="不是演示库"):
        demo.load_demo_city()
    assert not Account.objects.exists()


def test_a_store_of_which_nobody_has_said_takes_no_demo() -> None:
    with pytest.raises(RuntimeError, match="不是演示库"):
        demo.load_demo_city()
    assert store_kind() == "" and not Account.objects.exists()


def test_a_store_that_holds_a_real_account_is_for_production_and_stays_so() -> None:
    register_account("anquan", "a-password-of-their-own", kind="officer", actor=SYSTEM)
    assert store_kind() == "production"
    with pytest.raises(ValueError, match="不能改为演示库"):
        create_store("demo")
    assert declare_store("demo") == "production"
    with pytest.raises(RuntimeError, match="不是演示库"):
        demo.load_demo_city()
    assert not offered()


def test_the_database_itself_refuses_to_make_a_demo_of_what_holds_entries() -> None:
    register_account("anquan", "a-password-of-their-own", kind="officer", actor=SYSTEM)
    with pytest.raises(DatabaseError, match="cannot become a demo"), transaction.atomic():
        Store.objects.create(kind="demo")


def test_a_demo_store_with_somebody_elses_account_takes_no_demo() -> None:
    create_store("demo")
    register_account("somebody", "a-password-of-their-own")
    with pytest.raises(RuntimeError, match="别人的账户"):
        demo.load_demo_city()


def test_every_step_of_every_standard_has_somebody_and_every_account_its_place() -> None:
    create_store("demo")
    city.build_city(demo.LOADER)
    for standard in load_standards():
        for step in standard.steps:
            found = Post.objects.filter(department=f"{standard.division}/{step.department}", kind=step.post)
            assert found.count() >= step.officers, (standard.key, step.code)
    for known in DEMO_ACCOUNTS:
        account = Account.objects.get(username=known.username)
        assert account.real_name == known.name
        held = [post.id for post in org.posts_of(account, TODAY)]
        assert held == ([known.post] if known.post else [])
        assert bool(people.subjects_for(account, TODAY)) is not bool(known.post)
    assert set(CARELESS) <= set(Post.objects.values_list("id", flat=True))
    departments = {place for place, _ in FALLEN_SILENT} | MANNERS.keys()
    assert departments <= {f"{standard.division}/{standard.department}" for standard in load_standards()}
    assert not Post.objects.exclude(pk__in=Holding.objects.values("post")).exists()
    login, secret = demo.list_accounts()[0][1:]
    assert authenticate(username=login, password=secret) == Account.objects.get(username=login)


def test_synthetic_numbers_are_valid_and_nobodys() -> None:
    create_store("demo")
    city.build_city(demo.LOADER)
    assert not Subject.objects.filter(demo=False).exists()
    persons = list(Subject.objects.filter(kind="person"))
    firms = list(Subject.objects.filter(kind="organisation"))
    assert (len(persons), len(firms)) == (200, 120)
    for person in persons:
        assert resident_id.check(person.id_number, TODAY) is None
        # GB 11643 keeps 996-999 for people of a hundred years, and nobody here is one
        assert person.id_number[:4] == "4101" and person.id_number[14:17] in {"996", "997", "998", "999"}
        assert int(person.id_number[6:10]) > 1950
    for firm in firms:
        assert uscc.check(firm.uscc) is None
        assert firm.uscc[8:12] == "DEM0" and firm.name.endswith("（演示）")
    for department in Department.objects.all():
        assert uscc.check(department.uscc) is None, department.id


def test_divisions_are_those_of_the_standard_and_the_zones_say_what_they_are() -> None:
    create_store("demo")
    city.build_city(demo.LOADER)
    assert Division.objects.filter(code_kind="gbt2260").count() == 13
    assert {d.code for d in Division.objects.filter(level="committee")} == {"410171", "410172", "410173", "4101ZD"}
    assert Department.objects.filter(code="zwb").count() == 17
    assert org.office_of("4101ZD").name == "郑东新区管委会政务服务办公室"
