"""Licences as supervision reads them from the ledger: their rows, and what the rules find of lives through the door."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest
from django.db import connection

from tests.db.licences.lives import Licences
from yichuang.aggregates import door, timers
from yichuang.cases.core.state import Case
from yichuang.cases.service import replay_case
from yichuang.catalog.queries import standard
from yichuang.ledger.envelope import Envelope
from yichuang.licences.core import commands as co
from yichuang.licences.declared import LICENCE
from yichuang.licences.flattening import TABLES, LicenceFlattener
from yichuang.supervision import ddl, findings, judging, tailing
from yichuang.supervision.computing import explain_finding
from yichuang.supervision.contract import table
from yichuang.supervision.flatten import flatten
from yichuang.supervision.models import Finding

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("4.1b.2"), pytest.mark.breach]
OTHER_PLACE = "河南省郑州市金水区文化路1号2层"


@pytest.fixture
def licences(city: Any) -> Iterator[Licences]:
    from yichuang.people.models import Subject

    about = {"kind": "organisation", "name": "郑州市金水区老陈记餐饮店", "uscc": "92410105MA40000X0C"}
    Subject.objects.get_or_create(id="s:1", defaults=about)
    yield Licences(city)


def catch_up() -> None:
    while tailing.tail().more:
        pass


def stored(name: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    one = table(name)
    names = [column.name for column in one.columns]
    with connection.cursor() as cursor:
        cursor.execute(f"select {', '.join(map(ddl.quoted, names))} from {one.stored_as}")
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {tuple(row[key] for key in one.key): row for row in rows}


def agrees(licence: uuid.UUID) -> None:
    """The tables hold what the stream says, and nothing else."""
    columns = ", ".join(f.name for f in fields(Envelope))
    with connection.cursor() as cursor:
        cursor.execute(f"select {columns} from ledger_entry where stream = %s order by seq", [LICENCE.stream(licence)])
        entries = [tailing.masked_entry(Envelope(*row)) for row in cursor.fetchall()]
    expected = flatten(LicenceFlattener(str(licence), standard), entries)
    for name in TABLES:
        assert stored(name) == expected[name], name


def open_ones(*rules: str) -> set[tuple[str, str, str]]:
    catch_up()
    found = Finding.objects.filter(open=True, rule__in=rules)
    return set(found.values_list("rule", "case_id", "person"))


def case_of(licence: uuid.UUID) -> str:
    (row,) = stored("licences").values()
    return str(row["case_id"])


def test_a_licence_comes_in_act_by_act_and_whole_again_from_the_ledger(licences: Licences) -> None:
    licence = licences.granted()
    catch_up()
    agrees(licence)
    licences.city.at("2018-06-01 10:00")
    licences.grant(licences.file("change", licence, premises_address=OTHER_PLACE))
    catch_up()
    agrees(licence)
    (row,) = stored("licences").values()
    assert (row["status"], row["version"], row["source"]) == ("valid", 2, "door")
    tailing.rebuild()
    catch_up()
    agrees(licence)


def test_a_store_that_was_followed_before_takes_in_the_licences_of_then(licences: Licences) -> None:
    """As the migration leaves it: the place stands behind everything, and the licences are filled."""
    licence = licences.granted()
    catch_up()
    with connection.cursor() as cursor:
        cursor.execute("delete from log_licences; delete from log_licence_acts")
        cursor.execute("insert into aggregates_place (name, position) values ('contract/licence/', 0)")
    catch_up()
    agrees(licence)
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from aggregates_place where name = 'contract/licence/'")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("situation", ["change", "renew", "reissue", "cancel"])
def test_what_a_decision_did_to_a_licence_is_no_finding_and_its_number_counts_once(
    licences: Licences, situation: str
) -> None:
    licence = licences.granted()
    licences.city.at("2023-01-10 10:00" if situation == "renew" else "2018-06-01 10:00")
    licences.grant(licences.file(situation, licence))
    judging.sweep()
    assert not open_ones("R-L01", "R-L02", "R-L03", "R-O08")
    numbers = [row["number"] for row in stored("certificates").values()]
    assert len(set(numbers)) == 1 and len(numbers) == (1 if situation == "cancel" else 2)


def settle_without_a_decision(licences: Licences, licence: uuid.UUID) -> Case:
    """Somebody with a program of their own moves the licence, and the case stays where it is."""
    case = replay_case(licences.file("change", licence, premises_address=OTHER_PLACE))
    command = co.Settle(case.id, "change", "", "无文号")
    door.move(LICENCE, {licence: command}, {"rivals": ()}, licences.city.head)
    return case


@pytest.mark.clause("4.1c.3")
def test_a_licence_changed_without_a_decision_is_found_and_laid_to_who_did_it(licences: Licences) -> None:
    licence = licences.granted()
    licences.city.at("2018-06-01 10:00")
    case = settle_without_a_decision(licences, licence)
    assert open_ones("R-L01") == {("R-L01", case.id, licences.city.head.person)}
    finding = Finding.objects.get(rule="R-L01")
    number = licences.now(licence).licence.number
    assert finding.level == "red" and finding.department == "410100/scjg"
    assert number in findings.sentence(finding)
    (entry,) = findings.seen(finding)
    assert (entry.kind, entry.label, entry.licence, entry.seq) == ("changed", "准予变更", str(licence), finding.seq)


def opened(licences: Licences) -> uuid.UUID:
    """A revocation opened on Friday 1 June 2018, and a hearing asked for: twenty working days end on 2 July."""
    licence = licences.granted()
    licences.city.at("2018-06-01 10:00")
    licences.do(licence, "open_revocation", licences.city.reviewer, ground="procedure", reason="程序违法。")
    licences.do(licence, "ask_hearing", licences.citizen, reason="")
    return licence


def test_a_hearing_becomes_overdue_without_any_act(licences: Licences) -> None:
    licence = opened(licences)
    licences.city.at("2018-07-02 23:00")
    catch_up()
    assert judging.judge_hearings().found == 0
    licences.city.at("2018-07-03 00:30")
    assert judging.judge_hearings().found == 1
    assert open_ones("R-L02") == {("R-L02", case_of(licence), licences.city.head.person)}
    assert judging.judge_hearings() == judging.NOTHING, "found once"
    finding = Finding.objects.get(rule="R-L02")
    assert [entry.kind for entry in findings.seen(finding)] == ["hearing_asked"]
    licences.city.at("2018-07-05 10:00")
    licences.do(licence, "drop_revocation", licences.city.head, reason="不予撤销。")
    catch_up()
    finding.refresh_from_db()
    assert finding.open and finding.measured == 3
    assert str(explain_finding(finding)) == (
        "2018年6月1日要求举行听证（当日不计）；时限20个工作日；2018年7月2日到期；2018年7月5日终止撤销（撤回）程序；"
        "超过到期日3个工作日；其间2018年6月16日至2018年6月18日放假。"
    )


def test_a_hearing_held_in_time_is_none(licences: Licences) -> None:
    licence = opened(licences)
    licences.do(licence, "arrange_hearing", licences.city.head, day="2018-06-15", place="三楼会议室")
    licences.city.at("2018-06-15 10:00")
    licences.do(licence, "hold_hearing", licences.city.head, record="双方陈述。")
    licences.city.at("2018-06-19 10:00")
    licences.do(licence, "revoke", licences.city.head, reason="程序违法。", compensation="没有损失。")
    licences.city.at("2018-07-10 10:00")
    catch_up()
    judging.judge_hearings()
    assert not open_ones("R-L01", "R-L02")
    agrees(licence)


def corrected(licences: Licences, licence: uuid.UUID) -> str:
    """A renewal filed without its materials on 8 February 2023, and its correction asked for."""
    city = licences.city
    city.at("2023-02-08 10:00")
    case = licences.file("renew", licence, given={})
    city.do(case, "receive", city.window, originals=[])
    missing = list(replay_case(case).needed)
    city.do(case, "ask_correction", city.window, materials=missing, reason="缺材料。")
    return case


def test_a_renewal_let_lapse_is_one_finding_laid_to_who_was_examining(licences: Licences) -> None:
    city, licence = licences.city, licences.granted()
    case = corrected(licences, licence)
    city.at("2023-02-15 10:00")
    given = {code: ["u2"] for code in replay_case(case).needed}
    city.do(case, "supply", licences.citizen, given=given)
    city.do(case, "accept", city.window)
    city.do(case, "assign", city.reviewer, step="S1", person=city.reviewer.person)
    city.at("2023-03-11 23:00")
    timers.sweep()
    assert not open_ones("R-L03")
    city.at("2023-03-12 00:30")
    timers.sweep()
    assert open_ones("R-L03") == {("R-L03", case, city.reviewer.person)}
    assert not open_ones("R-L01", "R-P01", "R-P07")
    finding = Finding.objects.get(rule="R-L03")
    assert (str(finding.day), finding.measured, finding.allowed) == ("2023-03-11", 22, 10)
    assert [entry.kind for entry in findings.seen(finding)] == ["renewed"]


def test_a_renewal_that_waits_for_the_applicant_is_nobodys_lapse(licences: Licences) -> None:
    city, licence = licences.city, licences.granted()
    corrected(licences, licence)
    city.at("2023-03-20 10:00")
    timers.sweep()
    assert not open_ones("R-L01", "R-L03")
    catch_up()
    (row,) = stored("licences").values()
    assert row["status"] == "expired"
