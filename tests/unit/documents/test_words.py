"""The words of a document follow the procedure, and its remedies what the standard says of them."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import pytest

from tests.unit.cases.bench import standards
from yichuang.cases.core import events as ev
from yichuang.cases.core.state import Case
from yichuang.catalog.standard import Contested, Remedy, Standard
from yichuang.documents.content import Document, content_digest
from yichuang.documents.context import Applicant, Context
from yichuang.documents.kinds import KINDS
from yichuang.documents.render import render
from yichuang.kernel.calendar import seed_calendar
from yichuang.kernel.canonical import canonical
from yichuang.kernel.sm3 import sm3

DAY = date(2018, 3, 12)


def context(standard: Standard, kind: str, **more: Any) -> Context:
    case = Case("1", standard=standard.key, situation="new", submitted_on=DAY, accepted_on=DAY)
    return Context(
        kind=kind, before=case, state=case, calendar=seed_calendar(), day=DAY, number="郑市监许不字〔2018〕第00001号",
        code="ABCD-EFGH-IJKL-MNOP", texts={"reason": "vault"}, organ=standard.department_name, short="市监",
        to="某某", reference="1", verify_url="http://localhost/verify", demo=True, division="郑州市", standard=standard,
        applicant=Applicant("某某", "person"), values={}, receipt="R", query_code="Q", **more,
    )  # fmt: skip


def said(item: str, granted: bool, **more: Any) -> Document:
    standard = standards()[item]
    told = () if granted else standard.procedure.tell_remedies()
    decided = ev.Decided(granted, DAY, standard.main_basis_on(DAY), "vault", told, ())
    kind = "grant" if granted else "refusal"
    content = KINDS[kind].says(decided, context(standard, kind, **more))
    assert isinstance(content, Document)
    return content


@pytest.mark.parametrize(
    ("item", "granted", "heading"),
    [
        ("ZZ-001", True, "准予行政许可决定书"),
        ("ZZ-001", False, "不予行政许可决定书"),
        ("ZZ-019", True, "准予登记决定书"),
        ("ZZ-019", False, "不予登记决定书"),
        ("ZZ-102", True, "准予备案决定书"),
    ],
)
def test_only_a_licence_is_called_one(item: str, granted: bool, heading: str) -> None:
    document = said(item, granted)
    assert document.heading == heading
    words = "".join((document.heading, *document.paragraphs, *document.bases))
    assert ("行政许可" in words) is (item == "ZZ-001")


def test_who_may_read_a_decision_is_said_only_where_everybody_may() -> None:
    open_to_all = "公众有权查阅"
    assert open_to_all in "".join(said("ZZ-001", True).paragraphs)
    assert open_to_all not in "".join(said("ZZ-019", True).paragraphs), "a land register is for who has an interest"
    closed = standards()["ZZ-001"]
    assert not replace(closed, result=replace(closed.result, public=False)).is_result_public
    assert replace(standards()["ZZ-102"], result=replace(closed.result, public=True)).is_result_public


def test_a_refusal_says_where_review_is_asked_for_online() -> None:
    address = standards()["ZZ-001"].procedure.review_online
    document = said("ZZ-001", False, review_online=address)
    assert document.review_online == address and "郑州市人民政府申请行政复议" in document.remedies[0]
    assert render(document) != render(replace(document, review_online=""))
    assert said("ZZ-001", True, review_online=address).review_online == "", "nothing to contest, nothing to ask"


def test_what_was_printed_before_keeps_its_digest() -> None:
    """Recorded digests were made when no document had an address of review."""
    document = said("ZZ-001", False)
    plain = json.loads(json.dumps(asdict(document), default=str))
    del plain["verify_url"], plain["review_online"]
    assert content_digest(document) == sm3(canonical(plain).encode()).hex()
    assert content_digest(document) != content_digest(replace(document, review_online="https://a.invalid/"))


def test_where_review_comes_first_the_two_ways_are_no_choice() -> None:
    standard = standards()["ZZ-001"]
    first = Remedy(Contested.DECISION, "review", "应当先自知道本决定之日起六十日内", "行政复议法23条", "verified")
    period = "对行政复议决定不服的，可以自收到复议决定书之日起十五日内"
    then = Remedy(Contested.DECISION, "suit", period, "行政诉讼法45条", "verified")
    bound = replace(standard, procedure=replace(standard.procedure, ways=(first, then)))
    told = context(bound, "refusal").remedies(bound.procedure.tell_remedies())
    assert told == (
        "如不服本决定，应当先自知道本决定之日起六十日内依法向郑州市人民政府申请行政复议（《中华人民共和国行政复议法》"
        "第二十三条）；对行政复议决定不服的，可以自收到复议决定书之日起十五日内依法向有管辖权的人民法院提起行政诉讼"
        "（《中华人民共和国行政诉讼法》第四十五条）。",
    )


def test_each_situation_has_remedies_of_its_own() -> None:
    procedure = standards()["ZZ-001"].procedure
    assert all("六十日" in procedure.tell_remedies(situation)[0] for situation in Contested)
    late = procedure.tell_remedies(Contested.INACTION)
    assert "应当先" in late[0] and "十五日" in late[1]
    assert "最长不超过" in procedure.tell_remedies(Contested.UNTOLD)[0]
    old = replace(procedure, ways=())
    assert old.tell_remedies() == procedure.remedies and not old.tell_remedies(Contested.INACTION)


def test_the_number_says_what_is_decided_on() -> None:
    words = {item: standards()[item].number_word for item in ("ZZ-001", "ZZ-019", "ZZ-102")}
    assert words == {"ZZ-001": "许", "ZZ-019": "登", "ZZ-102": "备"}
