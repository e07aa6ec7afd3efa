"""A production store binds nobody on name and number: a window's one-time code does, or a provider that proves it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from yichuang.aggregates.refusal import Invalid, Refused
from yichuang.kernel.codes import resident_id, uscc
from yichuang.ledger.actor import Actor
from yichuang.ledger.models import Entry
from yichuang.ledger.service import now
from yichuang.people import binding, mandates, mfa, queries, service
from yichuang.people.forms import RealNameForm
from yichuang.people.models import Account, BindingCode, Mandate, Membership, Message, RealNameCheck, Subject
from yichuang.people.realname import RealNameVerdict

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("production_store")]
WINDOW = Actor("a:99", post="410100/zwb/window/1", post_kind="window", channel="window")
NUMBER = resident_id.build("410105", date(1985, 5, 5), 997)
OTHER = resident_id.build("410105", date(1990, 1, 1), 998)
UNKNOWN = resident_id.build("410105", date(1991, 1, 1), 998)
CODE = uscc.build("9", "1", "410105", "DEM09999")
PASSWORD = "a-long-password-2018"


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.RaisesExc(Refused, check=lambda error: error.code == code)


def account(username: str = "zhangsan") -> Account:
    return Account.objects.create_user(username, PASSWORD)


@pytest.fixture
def person() -> Subject:
    return service.register_subject(kind="person", name="张三", id_type="111", number=NUMBER, actor=WINDOW)


def own(account: Account) -> Actor:
    return service.own_actor(account)


def bound(account: Account, subject: Subject) -> Account:
    number = subject.uscc or subject.id_number
    document = "head" if subject.uscc else "original"
    binding.redeem_code(account, number, binding.issue_code(subject, document, WINDOW), own(account))
    return account


class Proving:
    """An identity service that sees the face: it knows 张三."""

    code, proves = "face", True
    asked = 0

    def check(self, name: str, id_type: str, number: str, today: date) -> RealNameVerdict:
        Proving.asked += 1
        return RealNameVerdict(
            (name, number) == ("张三", NUMBER), "" if (name, number) == ("张三", NUMBER) else "mismatch", "对不上"
        )

    def check_organisation(self, name: str, uscc: str, head: str, head_number: str) -> RealNameVerdict:
        return RealNameVerdict(head_number == NUMBER, "" if head_number == NUMBER else "mismatch", "对不上")


class Knowing(Proving):
    """One that only compares name and number."""

    proves = False


PROVING = "tests.db.people.test_binding.Proving"


# --- signing up -------------------------------------------------------------------------------------------------------


def sign_up(**sent: str) -> Any:
    given = {"username": "newcomer", "password1": PASSWORD, "password2": PASSWORD, "phone": "", **sent}
    return Client().post("/accounts/signup/", given)


def test_signing_up_makes_an_unbound_account_and_says_so() -> None:
    page = Client().get("/accounts/signup/").content.decode()
    assert "注册只开通账号" in page and "领取绑定码" in page and "证件号码</label>" not in page
    assert sign_up().status_code == 302
    made = Account.objects.get(username="newcomer")
    assert queries.own_subjects(made) == () and made.verified_at is None and not Subject.objects.exists()
    assert Entry.objects.filter(stream=f"people/account/{made.pk}", kind="account_registered").exists()
    client = Client()
    client.force_login(made)
    own_page = client.get("/account").content.decode()
    assert "还没有绑定本人" in own_page and "不能在网上申请" in own_page and "绑定码" in own_page


def test_a_user_name_is_no_identity_number(known: None) -> None:
    Account.objects.create_user(NUMBER, None)  # from before
    answers = {number: sign_up(username=number) for number in (NUMBER, UNKNOWN, UNKNOWN.lower())}
    for number, answer in answers.items():
        assert answer.status_code == 200 and "不能用身份证号码" in answer.content.decode(), number


@pytest.mark.parametrize("number", [NUMBER, UNKNOWN])
def test_a_name_and_a_number_sent_along_bind_nobody_and_are_not_looked_up(person: Subject, number: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        answer = sign_up(real_name="张三", id_type="111", id_number=number)
    assert answer.status_code == 302 and not Membership.objects.exists()
    assert not any("people_subject" in q["sql"] for q in asked)


def answers(act: Callable[[str, str], Any]) -> set[tuple[Any, ...]]:
    """What `act` answers and how many statements it takes, for a number on record and bound, on record, with another
    name, and not on record."""
    out = set()
    mfa.is_demo_store()  # remembered from now on
    for name, number in (("张三", NUMBER), ("李四", OTHER), ("王五", OTHER), ("赵六", UNKNOWN)):
        with CaptureQueriesContext(connection) as asked:
            said = act(name, number)
        out.add((said, len(asked)))
    return out


@pytest.fixture
def known(person: Subject) -> None:
    """张三 is on record and bound, 李四 on record only."""
    bound(account("bound"), person)
    service.register_subject(kind="person", name="李四", id_type="111", number=OTHER, actor=WINDOW)


@pytest.mark.parametrize("provider", ["", "tests.db.people.test_binding.Knowing"])
def test_the_real_name_page_answers_the_same_for_every_number(known: None, settings: Any, provider: str) -> None:
    settings.REALNAME_PROVIDER = provider
    asker = account("asker")

    def act(name: str, number: str) -> tuple[str, str]:
        verdict = service.verify_real_name(asker, name, "111", number, own(asker))
        return verdict.reason, verdict.message

    assert len(answers(act)) == 1 and queries.own_subjects(asker) == ()


def test_the_organisation_page_answers_the_same_for_every_code(known: None) -> None:
    asker = account("asker")
    service.register_subject(
        kind="organisation", name="甲公司", number=CODE, legal_name="张三", legal_id_number=NUMBER, actor=WINDOW
    )
    other = uscc.build("9", "1", "410105", "DEM09998")
    said = set()
    mfa.is_demo_store()
    for code, name in ((CODE, "甲公司"), (CODE, "乙公司"), (other, "甲公司")):
        with CaptureQueriesContext(connection) as asked, pytest.raises(Invalid) as caught:
            service.verify_organisation(asker, code, name, own(asker))
        said.add((caught.value.code, caught.value.message, len(asked)))
    assert len(said) == 1 and Subject.objects.filter(kind="organisation").count() == 1


def test_a_proving_provider_binds_and_tells_the_record_only_to_who_is_proven(known: None, settings: Any) -> None:
    settings.REALNAME_PROVIDER = PROVING
    asker = account("asker")

    def act(name: str, number: str) -> str:
        return service.verify_real_name(asker, name, "111", number, own(asker)).reason

    assert act("张三", NUMBER) == "bound"  # proven to be 张三: may know
    assert {act(n, i) for n, i in (("李四", OTHER), ("王五", OTHER), ("赵六", UNKNOWN))} == {"mismatch"}
    form = RealNameForm({"real_name": "李四", "id_type": "111", "id_number": OTHER})
    unknown = RealNameForm({"real_name": "赵六", "id_type": "111", "id_number": UNKNOWN})
    assert str(form.errors["id_number"]) == str(unknown.errors["id_number"])


def test_a_proving_provider_binds_at_sign_up(settings: Any) -> None:
    settings.REALNAME_PROVIDER = PROVING
    form = RealNameForm({"real_name": "张三", "id_type": "111", "id_number": NUMBER})
    assert form.is_valid(), form.errors
    made = account()
    form.signup(RequestFactory().post("/"), made)
    assert Membership.objects.get(account=made).proof == "provider"


# --- the code of a window ---------------------------------------------------------------------------------------------


@pytest.mark.clause("3.5c.2")
def test_a_code_binds_the_account_once_and_is_on_record_with_ids_only(person: Subject) -> None:
    made = account()
    code = binding.issue_code(person, "original", WINDOW)
    (issued,) = Entry.objects.filter(kind="binding_code_issued")
    assert issued.actor == "a:99" and '"document":"original"' in issued.body
    assert binding.redeem_code(made, f" {NUMBER.lower()} ", code.lower().replace("-", " "), own(made)) == person
    made.refresh_from_db()
    assert queries.own_subjects(made) == (person.id,) and made.real_name == "张三" and made.verified_at is not None
    assert Membership.objects.get().proof == "window"
    row = BindingCode.objects.get()
    assert (row.used_by, row.issued_by, row.post) == (made, "a:99", WINDOW.post) and row.ended_at is not None
    kept = f"{row.digest} " + " ".join(e.body for e in Entry.objects.all())
    assert not any(word in kept for word in (code, code.replace("-", ""), NUMBER, "张三"))
    with refused("code"):
        binding.redeem_code(account("thief"), NUMBER, code, WINDOW)


def test_wrong_used_replaced_and_expired_codes_get_one_answer_whatever_the_number(person: Subject, known: None) -> None:
    used = binding.issue_code(person, "original", WINDOW)
    binding.redeem_code(Account.objects.get(username="bound"), NUMBER, used, WINDOW)
    replaced = binding.issue_code(person, "original", WINDOW)
    expired = binding.issue_code(person, "original", WINDOW)
    BindingCode.objects.filter(ended_at=None).update(expires_at=now())
    asker, said = account("asker"), set()
    tries = ((NUMBER, used), (NUMBER, replaced), (NUMBER, expired), (NUMBER, "AAAAA-AAAAA"), (UNKNOWN, expired))
    for number, code in tries:
        with CaptureQueriesContext(connection) as asked, pytest.raises(Invalid) as caught:
            binding.redeem_code(asker, number, code, own(asker))
        said.add((caught.value.code, caught.value.message, len(asked)))
    assert len(said) == 1 and RealNameCheck.objects.filter(account=asker, passed=False).count() == len(tries)


def test_tries_are_limited_and_the_limit_passes(person: Subject) -> None:
    made, code = account(), binding.issue_code(person, "original", WINDOW)
    for _ in range(binding.MOST_TRIES):
        with refused("code"):
            binding.redeem_code(made, NUMBER, "AAAAA-AAAAA", own(made))
    with refused("tries"):
        binding.redeem_code(made, NUMBER, code, own(made))
    RealNameCheck.objects.update(checked_at=now() - timedelta(hours=2))
    assert binding.redeem_code(made, NUMBER, code, own(made)) == person


def test_only_a_window_that_saw_a_document_issues_a_code(person: Subject) -> None:
    for actor in (Actor("a:1"), Actor("a:1", post="x", post_kind="head"), Actor("a:1", post="x", post_kind="secadmin")):
        with refused("not-window"):
            binding.issue_code(person, "original", actor)
    for document in ("", "head", "nothing"):
        with refused("document"):
            binding.issue_code(person, document, WINDOW)


def test_the_person_moves_to_the_new_account_with_what_it_heads_and_the_old_one_is_told(person: Subject) -> None:
    old, new = bound(account("old"), person), account("new")
    firm = service.register_subject(
        kind="organisation", name="甲公司", number=CODE, legal_name="张三", legal_id_number=NUMBER, actor=WINDOW
    )
    bound(old, firm)
    assert queries.own_subjects(old) == (person.id, firm.id)
    bound(new, person)
    assert queries.own_subjects(old) == () and queries.own_subjects(new) == (person.id, firm.id)
    assert "另一个账号" in Message.objects.get(account=old).title
    assert Entry.objects.filter(kind="binding_ended").count() == 2


def test_an_account_that_is_somebody_is_nobody_else_and_the_code_stays_good(person: Subject) -> None:
    li = service.register_subject(kind="person", name="李四", id_type="111", number=OTHER, actor=WINDOW)
    made, code = bound(account(), person), binding.issue_code(li, "original", WINDOW)
    with refused("own-other"):
        binding.redeem_code(made, OTHER, code, own(made))
    assert binding.redeem_code(account("lisi"), OTHER, code, WINDOW) == li


def test_an_organisation_goes_to_its_head_alone(person: Subject) -> None:
    firm = service.register_subject(kind="organisation", name="甲公司", number=CODE, actor=WINDOW)
    with refused("head"):
        binding.issue_code(firm, "letter", WINDOW)
    binding.replace_head(firm, "张三", NUMBER, WINDOW)
    code = binding.issue_code(firm, "letter", WINDOW)
    li = service.register_subject(kind="person", name="李四", id_type="111", number=OTHER, actor=WINDOW)
    other, head = bound(account("lisi"), li), bound(account("head"), person)
    with refused("not-verified"):
        binding.redeem_code(account("unbound"), CODE, code, WINDOW)
    with refused("not-head"):
        binding.redeem_code(other, CODE, code, own(other))
    assert binding.redeem_code(head, CODE, code, own(head)) == firm
    assert queries.own_subjects(head) == (person.id, firm.id)
    binding.replace_head(firm, "李四", OTHER, WINDOW)  # 法定代表人变更
    assert queries.own_subjects(head) == (person.id,)
    bound(other, firm)
    assert queries.own_subjects(other) == (li.id, firm.id)


def test_a_new_name_and_a_new_document_are_put_right_at_the_window(person: Subject) -> None:
    made = bound(account(), person)
    binding.rename_subject(person, "张三丰", WINDOW)
    made.refresh_from_db()
    assert made.real_name == "张三丰"
    service.register_subject(kind="person", name="李四", id_type="111", number=OTHER, actor=WINDOW)
    with refused("taken"):
        binding.replace_document(person, "111", OTHER, WINDOW)
    binding.replace_document(person, "111", UNKNOWN, WINDOW)
    assert service.find_subject(id_type="111", number=UNKNOWN) == person
    kept = " ".join(e.body for e in Entry.objects.all())
    assert "张三" not in kept and UNKNOWN not in kept


# --- mandates ---------------------------------------------------------------------------------------------------------


def test_giving_a_mandate_tells_nothing_about_whom_it_is_given_to(known: None) -> None:
    number = resident_id.build("410105", date(1970, 1, 1), 998)
    seven = service.register_subject(kind="person", name="孙七", id_type="111", number=number, actor=WINDOW)
    giver = bound(account("giver"), seven)
    client = Client()
    client.force_login(giver)
    sent = {
        "principal": queries.own_subjects(giver)[0],
        "agent_type": "111",
        "scope": "",
        "first_day": "2018-01-01",
        "last_day": "2040-01-01",
    }

    def act(name: str, number: str) -> tuple[int, str]:
        answer = client.post("/account/mandates", sent | {"agent_name": name, "agent_number": number}, follow=True)
        text = answer.content.decode().replace(name, "某某")
        Mandate.objects.all().delete()
        return answer.status_code, re.sub(r'value="\w{64}"|mandates/\d+/', "", text)

    act("赵六", UNKNOWN)  # what a first page of a process remembers
    ((said, _),) = answers(act)
    assert said[0] == 200 and "已授权某某代办" in said[1]


def test_a_mandate_waits_until_its_agent_is_bound(person: Subject) -> None:
    giver = bound(account("giver"), person)
    days = {"first_day": date(2018, 1, 1), "last_day": date(2040, 1, 1)}
    given = mandates.offer_mandate(
        person,
        name="李 四",
        id_type="111",
        number=OTHER,
        items=None,
        actor=queries.actor_of_applicant(giver, date(2018, 3, 1)),
        **days,
    )
    wrong = mandates.offer_mandate(
        person,
        name="李五",
        id_type="111",
        number=OTHER,
        items=None,
        actor=queries.actor_of_applicant(giver, date(2018, 3, 1)),
        **days,
    )
    assert given.agent is None and wrong.agent is None
    li = service.register_subject(kind="person", name="李四", id_type="111", number=OTHER, actor=WINDOW)
    agent = bound(account("lisi"), li)
    given.refresh_from_db()
    wrong.refresh_from_db()
    assert given.agent == li and wrong.agent is None
    assert queries.subjects_for(agent, date(2018, 3, 1)) == (li.id, person.id)
    (entry,) = Entry.objects.filter(kind="mandate_taken_up")
    assert entry.stream == f"people/subject/{person.id}" and "李" not in entry.body
    with refused("same"):
        mandates.offer_mandate(
            person,
            name="张三",
            id_type="111",
            number=NUMBER,
            items=None,
            actor=queries.actor_of_applicant(giver, date(2018, 3, 1)),
            **days,
        )
