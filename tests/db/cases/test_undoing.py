"""Undoing and mending in the tables: what moves with a corrected applicant, what the right and the wrong one see."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from tests.db.world import City, food_values
from yichuang.aggregates.models import Upload
from yichuang.aggregates.prepare import Prepared
from yichuang.aggregates.rebuild import rebuild
from yichuang.aggregates.refusal import Refused
from yichuang.cases import correcting, looking, service
from yichuang.cases.core.state import STATE_VERSION
from yichuang.cases.declared import CASE
from yichuang.cases.filters import CaseFilter
from yichuang.cases.models import Access, Case
from yichuang.cases.prepare import prepare_submit
from yichuang.cases.queries import cases, scopes_of
from yichuang.cases.service import replay_case
from yichuang.cases.view import progress, query_code_now, view
from yichuang.ledger.actor import Actor
from yichuang.ledger.models import Entry
from yichuang.people.models import Account, Membership, Subject

WRONG, RIGHT = "郑州甲餐饮有限公司", "郑州乙餐饮有限公司"
FORMER = Actor("a:901", subjects=("s:1",), own_subjects=("s:1",))
OWNER = Actor("a:902", subjects=("s:2",), own_subjects=("s:2",))


@pytest.fixture
def firms(city: City) -> tuple[Subject, Subject]:
    """The firm that the clerk picked, and the one that applied."""
    city.at("2018-03-12 09:30")
    kind = {"kind": "organisation"}
    wrong = Subject.objects.create(id="s:1", name=WRONG, uscc="91410100MA44Q1234X", legal_name="甲方", **kind)
    right = Subject.objects.create(id="s:2", name=RIGHT, uscc="91410100MA45GN7W5E", legal_name="乙方", **kind)
    return wrong, right


def filed(city: City, wrong: Subject, values: Any = None, **more: Any) -> str:
    """Taken in on paper for the wrong firm, whose data stands in the form too."""
    values = food_values() | {"shop_name": WRONG} | (values or {})
    codes = [m.code for m in city.standard.materials_for({**values, "situation": "new", "agent": "no"})]
    known = {"kind": wrong.kind, "name": wrong.name, "uscc": wrong.uscc, "legal_name": wrong.legal_name}
    prepared = prepare_submit(
        city.standard,
        situation="new",
        subject=wrong.pk,
        applicant=known,
        values=values,
        agent=False,
        given=dict.fromkeys(codes, ("paper",)) | more,
        held={},
    )
    case = service.submit(prepared, city.window, command_id=uuid.uuid4(), applicant=wrong.name).state.id
    city.do(case, "receive", city.window, originals=[])
    return str(case)


def prepared(actor: Actor, case: str, **data: Any) -> Prepared:
    shown = view(actor, case)
    assert shown is not None
    return correcting.prepare_correct_applicant(shown, {"subject": "s:2", "reason": f"误选了{WRONG}", **data})


def correct(actor: Actor, case: str, **data: Any) -> service.Outcome:
    return service.perform(case, prepared(actor, case, **data), actor, command_id=uuid.uuid4())


def test_the_tables_follow_and_the_rebuild_is_green(city: City, firms: Any) -> None:
    case = filed(city, firms[0])
    correct(city.window, case)
    row = Case.objects.get(pk=case)
    assert (row.subject, row.applicant) == ("s:2", RIGHT)
    held = set(Access.objects.filter(case_id=case, scope_kind="subject").values_list("scope_id", flat=True))
    assert held == {"s:2"}
    of_window = scopes_of(city.window)
    assert [cases(of_window, CaseFilter(text=text)).total for text in (RIGHT, WRONG)] == [1, 0]
    city.do(case, "accept", city.window)
    assert rebuild(CASE).differences == []
    assert replay_case(case).subject == "s:2"


def test_the_former_applicant_sees_it_no_more_and_the_right_one_learns_nothing_of_them(city: City, firms: Any) -> None:
    case = filed(city, firms[0])
    city.do(case, "ask_correction", city.window, materials=["M01"], reason=f"{WRONG}的申请书请补正")
    assert view(FORMER, case) is not None
    correct(city.window, case)
    assert view(FORMER, case) is None
    shown = view(OWNER, case)
    assert shown is not None
    told = repr(shown)
    assert not [value for value in (WRONG, firms[0].uscc, "s:1'") if value in told]
    reasons = [m.texts["reason"] for m in shown.timeline if m.kind == "correction_asked"]
    assert reasons == ["原登记的申请人的申请书请补正"], "what is asked of them is still told"
    assert [paper.kind for paper in shown.papers] == ["applicant_correction"]
    assert shown.form is not None and shown.form["applicant"]["name"] == RIGHT
    officers = view(city.window2, case)
    assert officers is not None
    assert [m.texts["reason"] for m in officers.timeline if m.kind == "applicant_corrected"] == [f"误选了{WRONG}"]


def test_what_the_form_took_over_from_the_register_is_carried_over() -> None:
    before, known = {"name": WRONG, "legal_name": "甲方"}, {"name": RIGHT, "legal_name": "乙方"}
    values = {"shop": WRONG, "head": ["甲方", "别人"], "area": 20, "note": f"{WRONG}旁边"}
    carried = correcting.carry_over(values, before, known)
    assert carried == {"shop": RIGHT, "head": ["乙方", "别人"], "area": 20, "note": f"{WRONG}旁边"}


def test_the_query_code_of_the_former_applicant_opens_nothing(city: City, firms: Any) -> None:
    case = filed(city, firms[0])
    number, before = Case.objects.get(pk=case).receipt, query_code_now(case)
    assert progress(number, before) is not None
    correct(city.window, case)
    after = query_code_now(case)
    assert after != before
    assert progress(number, before) is None and progress(number, after) is not None


def test_files_that_the_former_applicant_sent_stay_with_them(city: City, firms: Any) -> None:
    account = Account.objects.create_user("firm1")
    about = {"material": "M02", "type": "pdf", "size": 1, "digest": "", "key": "x"}
    case = filed(city, firms[0])
    theirs = Upload.objects.create(account=account.person, stream=f"case/{case}", name="甲.pdf", **about)
    scanned = Upload.objects.create(account=city.window.person, stream=f"case/{case}", name="扫描.pdf", **about)
    city.do(case, "ask_correction", city.window, materials=["M02"], reason="请补")
    city.do(case, "supply", city.window, given={"M02": [str(theirs.pk), str(scanned.pk)]})
    outcome = correct(city.window, case)
    assert outcome.state.given["M02"] == ("paper", str(scanned.pk))
    theirs.refresh_from_db()
    scanned.refresh_from_db()
    assert (theirs.stream, scanned.stream) == ("", f"case/{case}")
    assert rebuild(CASE).differences == []


def test_who_looked_at_whose_data_stays_told_to_each(city: City, firms: Any) -> None:
    case = filed(city, firms[0])
    looking.trace_case(city.reviewer, case)
    looking.record_looks()
    correct(city.window, case)
    city.at("2018-03-13 09:30")
    looking.trace_case(city.reviewer, case)
    looking.record_looks()
    assert [len(looking.list_looks(subject)[0]) for subject in ("s:1", "s:2")] == [1, 1]


def test_a_repeated_command_is_one_correction(city: City, firms: Any) -> None:
    case, command = filed(city, firms[0]), uuid.uuid4()
    for repeated in (False, True):  # prepared anew, as a page sent twice is
        again = prepared(city.window, case)
        assert service.perform(case, again, city.window, command_id=command).repeated is repeated
    assert Entry.objects.filter(stream=f"case/{case}", kind="applicant_corrected").count() == 1
    with pytest.raises(Refused) as refused:
        other = correcting.prepare_correct_applicant(view(city.window, case), {"subject": "s:1", "reason": "改回"})  # type: ignore[arg-type]
        service.perform(case, other, city.window, command_id=command)
    assert refused.value.code == "command-id-reused"


def test_a_wrong_name_is_mended_in_the_case_and_in_the_register(city: City, firms: Any) -> None:
    case = filed(city, firms[0])
    correct(city.head, case, subject="s:1", name="郑州甲餐饮管理有限公司")
    assert Subject.objects.get(pk="s:1").name == Case.objects.get(pk=case).applicant == "郑州甲餐饮管理有限公司"
    (entry,) = Entry.objects.filter(stream="people/subject/s:1", kind="name_corrected")
    assert json.loads(entry.body) == {}, "the name is in no entry"
    shown = view(FORMER, case)
    assert shown is not None and len(shown.papers) == 2, "the case and its papers stay theirs"
    assert rebuild(CASE).differences == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"subject": "s:9"}, "unknown-subject"),
        ({"subject": "s:2", "name": "郑州丙餐饮有限公司"}, "unknown-subject"),
        ({"subject": "s:1"}, "nothing-corrected"),
        ({"subject": "s:2", "reason": ""}, "reason-missing"),
        ({"subject": "s:2", "reason": "长" * 2001}, "too-long"),
    ],
)
def test_a_correction_that_says_nothing_right_is_refused(city: City, firms: Any, data: Any, code: str) -> None:
    case = filed(city, firms[0])
    with pytest.raises(Refused) as refused:
        correct(city.window, case, **data)
    assert refused.value.code == code
    assert Case.objects.get(pk=case).subject == "s:1"


def test_the_corrected_form_obeys_the_rules_of_the_form(city: City, firms: Any) -> None:
    """The name stands in a field of at most 60 characters too: no name breaks its rule on the way."""
    case = filed(city, firms[0], values={"signboard": WRONG})
    with pytest.raises(Refused) as refused:
        correct(city.head, case, subject="s:1", name="郑州甲餐饮" * 15)
    assert refused.value.code == "form-invalid" and "最多 60 个字" in refused.value.message
    assert list(refused.value.details["fields"]) == ["signboard"]
    correct(city.head, case, subject="s:1", name="郑州甲餐饮管理有限公司")


def test_a_proven_name_is_not_mended_at_a_window(city: City, firms: Any) -> None:
    account = Account.objects.create_user("firm1")
    Membership.objects.create(account=account, subject=firms[0], role="legal", proof="provider")
    case = filed(city, firms[0])
    with pytest.raises(Refused) as refused:
        correct(city.window, case, subject="s:1", name="郑州甲餐饮管理有限公司")
    assert refused.value.code == "name-proven"


def test_after_the_correction_papers_name_the_right_applicant_and_anybody_learns_only_that(
    city: City, firms: Any
) -> None:
    from yichuang.documents.gathering import gather
    from yichuang.documents.queries import by_paper

    case = filed(city, firms[0])
    correct(city.window, case)
    city.do(case, "accept", city.window)
    stream = f"case/{case}"
    kinds = dict(Entry.objects.filter(stream=stream).values_list("kind", "seq"))
    assert gather(stream, kinds["received"]).context.to == WRONG, "a document says what held when it was issued"
    assert gather(stream, kinds["accepted"]).context.to == RIGHT
    former, now = by_paper(stream, kinds["received"]), by_paper(stream, kinds["accepted"])
    assert former is not None and former.holder == "原登记的申请人（已更正）"
    assert now is not None and now.holder == RIGHT


def test_an_old_state_still_opens_and_is_lifted_by_the_next_act(city: City) -> None:
    """The version before named the officers of a step in the order of their rounds, and knew of no refund."""
    case = city.submit().state.id
    city.do(case, "receive", city.window)
    city.do(case, "accept", city.window)
    city.do(case, "conclude", city.reviewer, step="S1", verdict="pass", opinion="符合")
    city.do(case, "conclude", city.surveyor, step="S2", verdict="pass", officers=[city.surveyor2.person])
    city.do(case, "send_back", city.reviewer, step="S3", to="S1", reason="再看")
    city.do(case, "conclude", city.reviewer2, step="S1", verdict="pass", opinion="符合")
    state = json.loads(Case.objects.get(pk=case).state)
    state["steps"]["S1"]["officers"].reverse()
    Case.objects.filter(pk=case).update(state=json.dumps(state), state_v=1)
    assert view(city.reviewer, case) is not None
    data = {"step": "S1", "verdict": "fail", "opinion": "不符", "reason": "看错了"}
    with pytest.raises(Refused):
        city.do(case, "correct_opinion", city.reviewer, **data)
    city.do(case, "correct_opinion", city.reviewer2, **data)
    assert Case.objects.get(pk=case).state_v == STATE_VERSION
    assert rebuild(CASE).differences == []
