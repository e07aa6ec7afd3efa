"""A licence from the decision that makes it to its end, through the doors of its cases and its own."""

from __future__ import annotations

import uuid
from datetime import date

import pytest

from tests.db.licences.lives import Licences
from yichuang.aggregates.door import tick
from yichuang.aggregates.models import Paper
from yichuang.aggregates.rebuild import rebuild
from yichuang.aggregates.refusal import Refused
from yichuang.cases.core.state import Stage as CaseStage
from yichuang.cases.declared import CASE
from yichuang.cases.models import Case
from yichuang.cases.service import replay_case
from yichuang.documents.queries import by_code
from yichuang.licences.core.state import Stage
from yichuang.licences.declared import LICENCE
from yichuang.licences.models import Licence as LicenceRow
from yichuang.licences.queries import list_valid_certificates

OTHER_PLACE = "河南省郑州市金水区文化路1号2层"


def code_of(case: str, kind: str = "licence") -> str:
    return Paper.objects.get(stream=f"case/{case}", kind=kind).code


def kinds_of(licence: uuid.UUID) -> list[str]:
    return list(Paper.objects.filter(stream=LICENCE.stream(licence)).order_by("seq").values_list("kind", flat=True))


@pytest.fixture(autouse=True)
def _rebuilt(licences: Licences) -> object:
    """Whatever a test does, the tables say what the streams say."""
    yield
    for aggregate in (CASE, LICENCE):
        assert rebuild(aggregate).differences == []


def test_a_decision_makes_one_licence(licences: Licences) -> None:
    licence = licences.granted()
    held = licences.now(licence)
    assert held.licence.stage is Stage.VALID
    assert held.licence.number == "郑市监许证字〔2018〕第00001号"
    assert (held.licence.current.valid_from, held.licence.valid_to) == (date(2018, 3, 12), date(2023, 3, 11))
    assert dict(held.content.lines)["持证人名称"] == "郑州市金水区老陈记餐饮店"
    assert dict(held.content.lines)["经营场所地址"].startswith("河南省郑州市金水区花园路39号")
    assert [number for _, number, _, _ in list_valid_certificates("s:1")] == [held.licence.number]


def test_a_second_licence_at_the_same_place_is_refused(licences: Licences) -> None:
    licences.granted()
    with pytest.raises(Refused) as refused:
        licences.file("new")
    assert refused.value.code == "licence-exists"
    licences.file("new", premises_address=OTHER_PLACE)


def test_of_two_applications_for_one_place_the_second_cannot_be_granted(licences: Licences) -> None:
    licences.city.at("2018-03-12 09:30")
    first, second = licences.file("new"), licences.file("new")
    licences.grant(first)
    licences.review(second)
    with pytest.raises(Refused) as refused:
        licences.decide(second)
    assert refused.value.code == "licence-exists"
    licences.decide(second, granted=False)
    assert replay_case(second).stage is CaseStage.DECIDED
    assert LicenceRow.objects.filter(stage="valid").count() == 1


def test_what_was_granted_and_waits_for_its_paper_counts_as_well(licences: Licences) -> None:
    """Else a decision would stand that nobody can carry out."""
    licences.city.at("2018-03-12 09:30")
    first, second = licences.file("new"), licences.file("new")
    for case in (first, second):
        licences.review(case)
    licences.decide(first)
    with pytest.raises(Refused) as refused:
        licences.decide(second)
    assert refused.value.code == "licence-exists" and Case.objects.get(pk=first).receipt in refused.value.message


def test_a_change_keeps_the_number_and_replaces_the_paper(licences: Licences) -> None:
    licence = licences.granted()
    first = LicenceRow.objects.get()
    licences.city.at("2018-06-01 10:00")
    case = licences.file("change", licence, premises_address=OTHER_PLACE)
    licences.grant(case)
    held = licences.now(licence)
    assert (held.licence.number, held.licence.current.number) == (first.number, 2)
    assert held.licence.current.identifier != first.identifier
    assert held.licence.current.identifier.split(".")[-2] == "002"
    assert dict(held.content.lines)["经营场所地址"] == OTHER_PLACE
    assert held.licence.valid_to == date(2023, 3, 11)
    old, new = by_code(code_of_first(licence)), by_code(code_of(case))
    assert old and new and old.certificate and new.certificate
    assert (old.certificate.status, old.certificate.light) == ("replaced", "yellow")
    assert old.certificate.since == date(2018, 6, 1) and "准予变更" in old.certificate.reason
    assert new.certificate.status == "valid"
    assert Paper.objects.filter(kind="change").exists()


def code_of_first(licence: uuid.UUID) -> str:
    return Paper.objects.filter(kind="licence").order_by("issued_at").first().code  # type: ignore[union-attr]


def test_renewal_goes_on_from_the_last_day(licences: Licences) -> None:
    licence = licences.granted()
    licences.city.at("2023-01-10 10:00")
    licences.grant(licences.file("renew", licence))
    held = licences.now(licence)
    assert held.licence.valid_to == date(2028, 3, 11)
    assert LicenceRow.objects.count() == 1
    assert Paper.objects.filter(kind="renewal").count() == 1


@pytest.mark.parametrize(("at", "code"), [("2022-06-01 09:00", "renewal-early"), ("2023-03-01 09:00", "renewal-late")])
def test_renewal_has_its_window(licences: Licences, at: str, code: str) -> None:
    licence = licences.granted()
    licences.city.at(at)
    with pytest.raises(Refused) as refused:
        licences.file("renew", licence)
    assert refused.value.code == code and refused.value.next


def test_a_renewal_is_filed_once(licences: Licences) -> None:
    licence = licences.granted()
    licences.city.at("2023-01-10 10:00")
    licences.file("renew", licence)
    with pytest.raises(Refused) as refused:
        licences.file("renew", licence)
    assert refused.value.code == "applied-already"


def test_a_renewal_that_is_refused_leaves_the_licence_to_its_day(licences: Licences) -> None:
    licence = licences.granted()
    licences.city.at("2023-01-10 10:00")
    case = licences.file("renew", licence)
    licences.review(case, "fail")
    licences.decide(case, granted=False)
    assert Paper.objects.filter(kind="renewal_refusal").count() == 1
    assert not licences.now(licence).licence.applications
    licences.city.at("2023-03-12 00:00")
    assert licences.now(licence).licence.stage is Stage.EXPIRED
    tick(LICENCE, licence)
    assert kinds_of(licence) == ["cancellation"]


@pytest.mark.parametrize("swept", [True, False])
def test_silence_until_the_last_day_renews(licences: Licences, swept: bool) -> None:
    licence = licences.granted()
    licences.city.at("2023-01-10 10:00")
    case = licences.file("renew", licence)
    licences.city.at("2023-03-20 10:00")
    assert licences.now(licence).licence.valid_to == date(2028, 3, 11)
    if swept:
        tick(LICENCE, licence)
        tick(CASE, case)
    # the next command decides on what time has done
    with pytest.raises(Refused):
        licences.city.do(case, "withdraw", licences.citizen)
    state = replay_case(case)
    assert (state.stage, state.granted) == (CaseStage.DECIDED, True)
    licences.city.do(case, "make_certificate", licences.city.window)
    tick(LICENCE, licence)
    held = licences.now(licence).licence
    assert [v.why for v in held.versions] == ["made", "deemed"]
    assert held.current.on == date(2023, 3, 12) and held.current.paper is not None
    assert kinds_of(licence) == ["deemed_renewal"]


def test_what_waits_for_the_applicant_renews_nothing(licences: Licences) -> None:
    licence = licences.granted()
    licences.city.at("2023-01-10 10:00")
    case = licences.file("renew", licence, given={})
    licences.city.do(case, "receive", licences.city.window, originals=[])
    licences.city.at("2023-02-14 10:00")
    with pytest.raises(Refused):  # accepted by silence meanwhile
        licences.city.do(case, "ask_correction", licences.city.window, materials=["M03"], reason="缺图")
    case2 = licences.file("change", licence, given={})
    assert case2


def test_a_lost_licence_is_made_once_more(licences: Licences) -> None:
    licence = licences.granted()
    licences.city.at("2018-06-01 10:00")
    case = licences.file("reissue", licence)
    licences.grant(case)
    held = licences.now(licence)
    assert held.licence.current.number == 2 and held.licence.valid_to == date(2023, 3, 11)
    old = by_code(code_of_first(licence))
    assert old and old.certificate and old.certificate.status == "replaced"


def test_a_cancellation_ends_the_licence_and_makes_none(licences: Licences) -> None:
    licence = licences.granted()
    licences.city.at("2018-06-01 10:00")
    case = licences.file("cancel", licence)
    licences.grant(case)
    assert replay_case(case).stage is CaseStage.DECIDED
    with pytest.raises(Refused) as refused:
        licences.city.do(case, "make_certificate", licences.city.window)
    assert refused.value.code == "cancellation"
    licences.city.do(case, "deliver", licences.city.window, method="direct", recipient="陈镕")
    held = licences.now(licence).licence
    assert held.stage is Stage.CANCELLED and LicenceRow.objects.count() == 1
    old = by_code(code_of_first(licence))
    assert old and old.certificate
    assert (old.certificate.status, old.certificate.light) == ("cancelled", "grey")
    assert Paper.objects.get(kind="deregistration").number in old.certificate.reason
    assert not list_valid_certificates("s:1")


@pytest.mark.parametrize("situation", ["change", "renew", "reissue", "cancel"])
def test_what_acts_on_a_licence_names_one(licences: Licences, situation: str) -> None:
    licences.city.at("2018-03-12 09:30")
    with pytest.raises(Refused) as refused:
        licences.file(situation)
    assert refused.value.code == "licence-missing"


def test_the_licence_of_another_is_refused(licences: Licences) -> None:
    licence = licences.granted()
    licences.city.at("2018-06-01 10:00")
    with pytest.raises(Refused) as refused:
        licences.file("change", licence, subject="s:2")
    assert refused.value.code == "not-your-licence"
    assert "00001" not in refused.value.message


def test_what_has_ended_is_not_changed(licences: Licences) -> None:
    licence = licences.granted()
    licences.city.at("2018-06-01 10:00")
    change = licences.file("change", licence, premises_address=OTHER_PLACE)
    licences.do(licence, "cancel", licences.city.head, ground="body_ended", reason="主体已经注销登记。")
    licences.review(change)
    with pytest.raises(Refused) as refused:
        licences.decide(change)
    assert refused.value.code == "licence-ended"
    licences.decide(change, granted=False)
    with pytest.raises(Refused) as refused:
        licences.file("change", licence)
    assert refused.value.code == "licence-ended"


def test_a_slip_is_corrected_under_the_same_number(licences: Licences) -> None:
    licence = licences.granted()
    licences.city.at("2018-06-01 10:00")
    licences.do(
        licence, "correct", licences.city.head, what="holder", value="郑州市金水区老陈记饭店", reason="打印错误。"
    )
    held = licences.now(licence)
    assert dict(held.content.lines)["持证人名称"] == "郑州市金水区老陈记饭店"
    assert kinds_of(licence) == ["licence_correction", "licence"]
    new = by_code(Paper.objects.get(stream=LICENCE.stream(licence), kind="licence").code)
    assert new and new.certificate and new.certificate.status == "valid"
