"""撤销、撤回、注销、暂扣: the holder is told, heard, and only then it is decided (36、47、48、69、70 条)."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from tests.db.licences.lives import Licences
from tests.db.licences.test_life import code_of_first, kinds_of
from yichuang.aggregates import door
from yichuang.aggregates.door import tick
from yichuang.aggregates.prepare import prepare_command
from yichuang.aggregates.rebuild import rebuild
from yichuang.aggregates.refusal import Refused
from yichuang.documents.queries import by_code
from yichuang.licences.core.decide import ACTS
from yichuang.licences.core.state import Stage
from yichuang.licences.declared import LICENCE
from yichuang.licences.models import Bar

FRAUD = {"ground": "fraud", "reason": "申请时提交的租赁合同系伪造。"}
DECISION = {"reason": "租赁合同系伪造，证据确凿。", "compensation": "以欺骗手段取得，不予赔偿。"}


@pytest.fixture(autouse=True)
def _rebuilt(licences: Licences) -> object:
    yield
    assert rebuild(LICENCE).differences == []


def refused(licences: Licences, licence: uuid.UUID, name: str, actor: Any, **data: Any) -> str:
    with pytest.raises(Refused) as error:
        licences.do(licence, name, actor, **data)
    assert error.value.next
    return error.value.code


def opened(licences: Licences) -> uuid.UUID:
    """A revocation for fraud, opened by the reviewer on 2018-06-04, a Monday."""
    licence = licences.granted()
    licences.city.at("2018-06-04 09:00")
    licences.do(licence, "open_revocation", licences.city.reviewer, **FRAUD)
    return licence


def test_fraud_is_revoked_after_a_hearing_and_bars_for_three_years(licences: Licences) -> None:
    licence, city = opened(licences), licences.city
    assert refused(licences, licence, "revoke", city.head, **DECISION) == "not-served"
    licences.do(licence, "answer", licences.citizen, statement="合同是中介代办的，我不知情。")
    proceeding = licences.now(licence).licence.proceeding
    assert proceeding and proceeding.respond_by == date(2018, 6, 11), "who answers was told"
    assert refused(licences, licence, "revoke", city.head, **DECISION) == "not-heard"
    licences.do(licence, "ask_hearing", licences.citizen, reason="要求听证。")
    city.at("2018-06-20 09:00")
    assert refused(licences, licence, "revoke", city.head, **DECISION) == "hearing-due"
    soon = {"day": "2018-06-25", "place": "上午九时，市政务服务中心201室"}
    assert refused(licences, licence, "arrange_hearing", city.head, **soon) == "notice-short"
    licences.do(licence, "arrange_hearing", city.head, **{**soon, "day": "2018-06-29"})
    record = {"record": "双方到场，被许可人承认合同不真实。"}
    assert refused(licences, licence, "hold_hearing", city.head, **record) == "hearing-ahead"
    city.at("2018-06-29 10:00")
    assert refused(licences, licence, "hold_hearing", city.reviewer, **record) == "host-separation"
    licences.do(licence, "hold_hearing", city.reviewer2, **record)
    after = licences.do(licence, "revoke", city.head, **DECISION)
    assert after.stage is Stage.REVOKED and after.barred_until == date(2021, 6, 28)
    assert kinds_of(licence) == ["revocation_notice", "hearing_notice", "hearing_record", "revocation"]
    public = by_code(code_of_first(licence))
    assert public and public.certificate
    assert (public.certificate.status, public.certificate.light) == ("revoked", "red")
    assert after.ending and after.ending.number and after.ending.number in public.certificate.reason
    with pytest.raises(Refused) as barred:
        licences.file("new", premises_address="河南省郑州市金水区文化路1号")
    assert (barred.value.code, barred.value.clause) == ("barred", "行政许可法第七十九条")
    city.at("2021-06-29 09:00")
    licences.file("new", premises_address="河南省郑州市金水区文化路1号")


def test_without_a_hearing_the_time_to_be_heard_must_run_out(licences: Licences) -> None:
    licence, city = opened(licences), licences.city
    licences.do(licence, "answer", licences.citizen, statement="情况属实。")
    city.at("2018-06-11 17:00")
    assert refused(licences, licence, "revoke", city.head, **DECISION) == "not-heard"
    city.at("2018-06-12 09:00")
    assert refused(licences, licence, "ask_hearing", licences.citizen) == "hearing-late"
    assert licences.do(licence, "revoke", city.head, **DECISION).stage is Stage.REVOKED


def test_a_proceeding_that_is_dropped_leaves_the_licence(licences: Licences) -> None:
    licence, city = opened(licences), licences.city
    assert refused(licences, licence, "open_revocation", city.head, **FRAUD) == "proceeding-open"
    licences.do(licence, "drop_revocation", city.head, reason="经核实，合同真实。")
    assert licences.now(licence).licence.stage is Stage.VALID
    assert kinds_of(licence)[-1] == "revocation_dropped"


def test_nobody_gives_back_what_is_being_revoked(licences: Licences) -> None:
    licence = opened(licences)
    with pytest.raises(Refused) as error:
        licences.file("cancel", licence)
    assert error.value.code == "under-revocation"
    given = {"ground": "penalty", "reason": "吊销", "document": "罚字1号"}
    assert refused(licences, licence, "cancel", licences.city.head, **given) == "under-revocation"


def test_a_change_of_the_law_is_withdrawal_and_notes_compensation(licences: Licences) -> None:
    licence, city = licences.granted(), licences.city
    city.at("2018-06-04 09:00")
    licences.do(licence, "open_revocation", city.reviewer, ground="law_changed", reason="原条例已经废止。")
    licences.do(licence, "serve_notice", city.window, method="direct", recipient="陈镕")
    city.at("2018-06-12 09:00")
    after = licences.do(licence, "revoke", city.head, reason="不再许可。", compensation="补偿装修损失，另行协商。")
    assert after.stage is Stage.WITHDRAWN and after.barred_until is None
    assert kinds_of(licence) == ["withdrawal_notice", "licence_withdrawal"]


@pytest.mark.parametrize(
    ("who", "name", "data", "code"),
    [
        ("window", "open_revocation", FRAUD, "wrong-post"),
        ("citizen", "open_revocation", FRAUD, "not-your-act"),
        ("head", "answer", {"statement": "代为陈述"}, "wrong-post"),
        ("reviewer", "revoke", DECISION, "wrong-post"),
        ("stranger", "answer", {"statement": "我也说两句"}, "not-your-act"),
    ],
)
def test_each_act_has_its_person(licences: Licences, who: str, name: str, data: Any, code: str) -> None:
    licence = opened(licences)
    actors = {"stranger": replace(licences.citizen, person="a:9", subjects=("s:9",)), "citizen": licences.citizen}
    assert refused(licences, licence, name, actors.get(who) or getattr(licences.city, who), **data) == code


def test_another_department_decides_nothing(licences: Licences) -> None:
    licence = opened(licences)
    other = replace(licences.city.head, department="410100/gaj")
    assert refused(licences, licence, "drop_revocation", other, reason="不属实") == "other-department"


def test_two_officers_revoke_once(licences: Licences) -> None:
    licence, city = opened(licences), licences.city
    licences.do(licence, "sign_notice", licences.citizen)
    city.at("2018-06-12 09:00")
    prepared = prepare_command(ACTS.by_name["revoke"], DECISION, subject=LICENCE.stream(licence))
    id = uuid.uuid4()
    first = door.perform(LICENCE, licence, prepared, city.head, command_id=id)
    again = door.perform(LICENCE, licence, prepared, city.head, command_id=id)
    assert again.repeated and (again.first_seq, again.last_seq) == (first.first_seq, first.last_seq)
    assert refused(licences, licence, "revoke", city.head, **DECISION) == "licence-ended"
    assert kinds_of(licence).count("revocation") == 1


def test_the_organ_cancels_on_the_grounds_of_the_law_alone(licences: Licences) -> None:
    licence, city = licences.granted(), licences.city
    city.at("2018-06-04 09:00")
    assert refused(licences, licence, "cancel", city.head, ground="asked", reason="x", document="x") == "unknown-ground"
    after = licences.do(licence, "cancel", city.head, ground="body_ended", reason="主体已经注销登记。")
    assert after.stage is Stage.CANCELLED and kinds_of(licence) == ["cancellation"]


def test_food_licences_are_not_suspended(licences: Licences) -> None:
    licence = licences.granted()
    data = {"until": "2018-04-30", "reason": "整改"}
    assert refused(licences, licence, "suspend", licences.city.head, **data) == "no-special-law"


def test_expiry_comes_at_midnight_and_once(licences: Licences) -> None:
    licence, city = licences.granted(), licences.city
    city.at("2023-03-11 23:59")
    assert licences.now(licence).licence.stage is Stage.VALID
    city.at("2023-03-12 00:00")
    assert licences.now(licence).licence.stage is Stage.EXPIRED
    for at in ("2023-03-20 08:00", "2023-04-20 08:00"):
        city.at(at)
        tick(LICENCE, licence)
    assert kinds_of(licence) == ["cancellation"]
    ending = licences.now(licence).licence.ending
    assert ending and ending.on == date(2023, 3, 12)


def test_the_days_run_from_the_day_of_being_told(licences: Licences) -> None:
    """47条: a notice that was drafted and not served takes nobody's hearing away."""
    licence, city = opened(licences), licences.city
    city.at("2018-07-02 09:00")
    assert refused(licences, licence, "revoke", city.head, **DECISION) == "not-served"
    licences.do(licence, "serve_notice", city.reviewer, method="post", recipient="陈镕")
    assert (
        refused(licences, licence, "serve_notice", city.reviewer, method="post", recipient="陈镕") == "served-already"
    )
    assert refused(licences, licence, "revoke", city.head, **DECISION) == "not-heard"
    licences.do(licence, "ask_hearing", city.window, reason="持证人到窗口书面提出。")
    proceeding = licences.now(licence).licence.proceeding
    assert proceeding and proceeding.hearing_asked == date(2018, 7, 2)


def test_who_opened_does_not_decide(licences: Licences) -> None:
    licence, city = licences.granted(), licences.city
    city.at("2018-06-04 09:00")
    licences.do(licence, "open_revocation", city.head, **FRAUD)
    licences.do(licence, "serve_notice", city.head, method="direct", recipient="陈镕")
    city.at("2018-06-20 09:00")
    assert refused(licences, licence, "revoke", city.head, **DECISION) == "separation"


def test_a_hearing_is_set_within_its_limit_and_on_a_working_day(licences: Licences) -> None:
    licence, city = opened(licences), licences.city
    licences.do(licence, "ask_hearing", licences.citizen)
    for day in ("2019-06-03", "2018-06-30"):
        assert refused(licences, licence, "arrange_hearing", city.head, day=day, place="一号会议室") == "hearing-day"


def test_another_body_does_not_touch_it(licences: Licences) -> None:
    """49、50条: applied for at the body that made the decision."""
    from yichuang.licences.core import commands as co

    licence = licences.granted()
    apply = co.Apply("c9", "cancel", "s:1", "ZZ-001", "410184/scjg")
    with pytest.raises(Refused) as error:
        door.move(LICENCE, {licence: apply}, {})
    assert error.value.code == "not-your-licence"


def test_who_is_barred_is_granted_nothing_that_was_filed_before(licences: Licences) -> None:
    licence, city = opened(licences), licences.city
    licences.do(licence, "sign_notice", licences.citizen)
    other = licences.file("new", premises_address="河南省郑州市金水区文化路1号")
    licences.review(other)
    city.at("2018-06-13 09:00")
    licences.do(licence, "revoke", city.head, **DECISION)
    with pytest.raises(Refused) as error:
        licences.decide(other)
    assert error.value.code == "barred"


def revoked_for_fraud(licences: Licences) -> None:
    licence = opened(licences)
    licences.do(licence, "sign_notice", licences.citizen)
    licences.city.at("2018-06-13 09:00")
    licences.do(licence, "revoke", licences.city.head, **DECISION)


def test_bars_of_an_older_store_move_to_the_register(licences: Licences) -> None:
    """The fixture compares the register with the ledger afterwards."""
    revoked_for_fraud(licences)
    (bar,) = Bar.objects.values()
    with connection.cursor() as cursor:
        cursor.execute("alter table licences_licence add column barred_until date")
        cursor.execute("update licences_licence set barred_until = %s", [bar["until"]])
        cursor.execute("delete from licences_bar")
        cursor.execute(import_module("yichuang.licences.migrations.0003_bars").MOVE)
        cursor.execute("alter table licences_licence drop column barred_until")
    assert list(Bar.objects.values()) == [bar]


def test_a_bar_that_somebody_took_out_is_named(licences: Licences) -> None:
    revoked_for_fraud(licences)
    kept = Bar.objects.get()
    Bar.objects.all().delete()
    assert [d.what for d in rebuild(LICENCE).differences] == ["不得再次申请登记与账本不同"]
    kept.save(force_insert=True)


def test_what_ran_out_unswept_keeps_nobody_from_a_new_one(licences: Licences) -> None:
    licences.granted()
    licences.city.at("2023-03-20 09:00")
    case = licences.file("new")
    licences.grant(case)
