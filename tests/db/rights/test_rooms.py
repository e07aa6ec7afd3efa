"""Acts that no case decides, asked of their rooms directly: whoever may not do them is refused there, in Chinese, with
the ground and the next step, whatever page or program asks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

DAY = date(2018, 3, 12)
ACTS: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {}  # name → who may, the act


def act(who: str) -> Callable[[Callable[[Any, Any], Any]], Callable[[Any, Any], Any]]:
    def keep(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        ACTS[function.__name__] = (who, function)
        return function

    return keep


def officer_of(actor: Any) -> Any:
    from yichuang.org.models import Officer

    return Officer.objects.get(account=int(actor.person[2:]))


@act("sysadmin")
def load_calendar(city: Any, actor: Any) -> Any:
    from yichuang.org.service import load_calendar_year

    return load_calendar_year(2030, [date(2030, 1, 1)], [], "通知", actor)


@act("sysadmin")
def record_outage(city: Any, actor: Any) -> Any:
    from yichuang.supervision.outages import record_outage

    return record_outage(DAY, DAY, "停电", actor)


@act("sysadmin")
def set_warnings(city: Any, actor: Any) -> Any:
    from yichuang.aggregates.settings import set_parameter
    from yichuang.cases.parameters import RUNGS

    return set_parameter(RUNGS, "promised", [["warn", 1]], actor)


@act("sysadmin")
def set_rule(city: Any, actor: Any) -> Any:
    from yichuang.aggregates.settings import set_parameter
    from yichuang.supervision.parameters import GROUPS

    return set_parameter(GROUPS["R-P02"], "least_seconds", 30, actor)


@act("sysadmin")
def retry_mail(city: Any, actor: Any) -> Any:
    from yichuang.people.mailing import queue_mail, retry_mail

    return retry_mail(queue_mail("a@example.com", "题", "文"), actor)


@act("secadmin")
def set_number(city: Any, actor: Any) -> Any:
    from yichuang.aggregates.settings import set_parameter
    from yichuang.people.security import NUMBERS

    return set_parameter(NUMBERS, "idle_minutes", 20, actor)


@act("secadmin")
def add_post(city: Any, actor: Any) -> Any:
    from yichuang.org.models import Department
    from yichuang.org.structure import add_post

    return add_post(Department.objects.get(pk="410100/scjg"), "reviewer", "审查岗", actor)


@act("secadmin")
def appoint(city: Any, actor: Any) -> Any:
    from yichuang.org.models import Post
    from yichuang.org.service import appoint

    return appoint(officer_of(city.reviewer), Post.objects.get(pk=city.surveyor.post), DAY, actor)


@act("secadmin")
def issue_client(city: Any, actor: Any) -> Any:
    from yichuang.people.service import issue_client

    return issue_client("程序", officer_of(city.reviewer).account, actor)


@act("secadmin")
def close_account(city: Any, actor: Any) -> Any:
    from yichuang.people.service import close_account

    return close_account(officer_of(city.reviewer).account, actor)


@act("secadmin")
def issue_link(city: Any, actor: Any) -> Any:
    from yichuang.people.first_login import issue_first_link

    return issue_first_link(officer_of(city.reviewer).account, actor)


@act("secadmin")
def register_officer(city: Any, actor: Any) -> Any:
    from yichuang.people.service import register_account

    return register_account("xinren", None, kind="officer", actor=actor)


@act("secadmin")
def decide_identity(city: Any, actor: Any) -> Any:
    from yichuang.people.identity import decide_question
    from yichuang.people.models import IdentityQuestion, Subject

    subject = Subject.objects.create(
        id="s:q", kind="person", name="张三", id_type="111", id_number="11010519491231002X"
    )
    row = IdentityQuestion.objects.create(subject=subject, kind="name", name="张叁", id_type="111", id_number="1")
    return decide_question(row, "reject", actor)


@act("head secadmin")
def record_absence(city: Any, actor: Any) -> Any:
    from yichuang.org.service import record_absence

    return record_absence(officer_of(city.reviewer), DAY, DAY, "leave", actor)


@act("window")
def issue_binding_code(city: Any, actor: Any) -> Any:
    from yichuang.people.binding import DOCUMENTS, issue_code
    from yichuang.people.models import Subject

    subject = Subject.objects.create(
        id="s:b", kind="person", name="张三", id_type="111", id_number="11010519491231002X"
    )
    return issue_code(subject, next(iter(DOCUMENTS["person"])), actor)


@act("office")
def exclude(city: Any, actor: Any) -> Any:
    from yichuang.kernel.localtime import local_day
    from yichuang.ledger.service import now
    from yichuang.supervision.exclusions import Draft, exclude

    return exclude(Draft("department", "410100/scjg", "law", "依据", local_day(now())), actor)


@act("")
def publish(city: Any, actor: Any) -> Any:
    from yichuang.catalog.service import publish

    return publish(replace(city.standard, version=2), actor)


@act("")
def connect_system(city: Any, actor: Any) -> Any:
    from yichuang.org.service import connect_system

    return connect_system("scjg-old", "410100/scjg", "旧系统", "0" * 64, actor)


KINDS = ("window", "reviewer", "head", "office", "supervisor", "sysadmin", "secadmin", "auditadmin", "")


@pytest.mark.parametrize("name", ACTS)
def test_a_room_refuses_everybody_but_whose_act_it_is(city: Any, name: str) -> None:
    from django.db import transaction

    from yichuang.aggregates.refusal import Kind, Refused
    from yichuang.ledger.actor import Actor

    who, do = ACTS[name]
    for kind in KINDS:
        department = city.head.department if kind == "head" else "410100/zwb"
        actor = Actor("a:999", f"{department}/{kind}/9" if kind else "", kind, department, "410100")
        with transaction.atomic():
            if kind in who.split():
                do(city, actor)
            else:
                with pytest.raises(Refused) as refused:
                    do(city, actor)
                assert refused.value.kind is Kind.FORBIDDEN and refused.value.message and refused.value.next, kind
            transaction.set_rollback(True)


def test_a_security_administrator_reaches_neither_beyond_nor_themselves(city: Any) -> None:
    from yichuang.aggregates.refusal import Refused
    from yichuang.ledger.actor import Actor
    from yichuang.org import service, structure
    from yichuang.org.models import Department, Division, Officer, Post
    from yichuang.people.models import Account

    Division.objects.create(code="410122", name="中牟县", level="county", parent_id="410100")
    Department.objects.create(id="410122/zwb", division_id="410122", code="zwb", name="中牟县政务办", short="政务")
    account = Account.objects.create_user("anquan", kind="officer")
    own = Officer.objects.create(account=account, name="安全", number="A1")
    county = Actor(account.person, "410122/zwb/secadmin/1", "secadmin", "410122/zwb", "410122")
    city_wide = replace(county, post="410100/zwb/secadmin/1", department="410100/zwb", division="410100")
    scjg, post = Department.objects.get(pk="410100/scjg"), Post.objects.get(pk=city.surveyor.post)
    reviewer = officer_of(city.reviewer)
    for attempt, code in (
        (lambda: structure.add_post(scjg, "reviewer", "审查岗", county), "out-of-reach"),
        (lambda: structure.rename(scjg, "市监局", county), "out-of-reach"),
        (lambda: service.appoint(reviewer, post, DAY, county), "out-of-reach"),
        (lambda: service.record_absence(reviewer, DAY, DAY, "leave", county), "serves-elsewhere"),
        (lambda: structure.rename(reviewer, "改名", county), "serves-elsewhere"),
        (lambda: service.appoint(own, post, DAY, city_wide), "own-record"),
        (lambda: structure.rename(own, "改名", city_wide), "own-record"),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.code == code
    structure.add_post(Department.objects.get(pk="410122/zwb"), "window", "窗口", city_wide)


def test_a_head_manages_absences_of_the_own_department_alone(city: Any) -> None:
    from yichuang.aggregates.refusal import Refused
    from yichuang.org.models import Post
    from yichuang.org.service import delegate, record_absence

    with pytest.raises(Refused, match="不在本机关任职"):
        record_absence(officer_of(city.window), DAY, DAY, "leave", city.head)
    away = record_absence(officer_of(city.reviewer), DAY, DAY, "leave", city.head)
    with pytest.raises(Refused, match="不在本机关"):
        delegate(away, Post.objects.get(pk=city.window.post), officer_of(city.window2), city.head)
